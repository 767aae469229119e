"""The profiles that come with archdsl: specs/devices/<name>.toml."""

from __future__ import annotations

from archdsl.resources import Shipped

PROFILES = Shipped("devices", ".toml")
