"""The codes of what is wrong with a search; templates/errors/ has a page for each."""

from __future__ import annotations

NO_SPACE = "B101"
NOT_FREE = "B102"
BAD_RANGE = "B103"
TOO_MANY = "B104"
NOTHING_FITS = "B105"
NONE_SOUND = "B106"
ALL_ALIKE = "B107"
NOT_EMITTED = "B108"
