"""The maps that come with archdsl: specs/maps/<name>.map."""

from __future__ import annotations

from archdsl.resources import Shipped

MAPS = Shipped("maps", ".map")
