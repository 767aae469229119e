"""The codes of the errors that ops raise; templates/errors/ has a page for each."""

from __future__ import annotations

WANTS_MAP = "S201"
WANTS_VECTOR = "S202"
WRONG_LENGTH = "S203"
KERNEL_TOO_LARGE = "S204"
COLLAPSES = "S205"
NOT_A_DIVISOR = "S206"
OUT_OF_RANGE = "S207"
CROP_TOO_LARGE = "S208"
DONT_JOIN = "S209"
OTHER_ELEMENTS = "S210"
PAD_TOO_LARGE = "S211"
OUTPUT_PAD = "S212"
DONT_GO_TOGETHER = "S213"
BAD_VALUE = "S214"
BAD_NAME = "S215"
