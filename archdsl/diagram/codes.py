"""The codes of what can't be drawn. templates/errors/ has a page for each."""

from __future__ import annotations

NO_BLOCK = "D101"
NO_PATH = "D102"
NO_LINE = "D103"
NO_FORMAT = "D104"
