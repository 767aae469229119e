"""The codes of what is wrong with a device; templates/errors/ has a page for each."""

from __future__ import annotations

NO_DEVICE = "B150"
BAD_PROFILE = "B151"
NO_RATE = "B152"
