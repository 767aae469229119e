"""The codes of expectations and of warnings; templates/errors/ has a page for each."""

from __future__ import annotations

NOT_MET = "A401"
BAD_PART = "A402"
SKIPPED = "A403"
UNUSED_PARAMETER = "W101"
UNUSED_LET = "W102"
UNUSED_BLOCK = "W103"
UNUSED_IMPORT = "W104"
REPEATS_DEFAULT = "W201"
IDLE_BIAS = "W202"
