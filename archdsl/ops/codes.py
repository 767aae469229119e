"""The codes of the errors that ops raise, each with what it means."""

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

CODES: dict[str, str] = {
    WANTS_MAP: "the op wants a map, and its input has no axis in space (or more than three)",
    WANTS_VECTOR: "the op wants a vector, and its input is a map",
    WRONG_LENGTH: "a size has another number of parts than the input has axes in space",
    KERNEL_TOO_LARGE: "the kernel is larger than its input, padding included",
    COLLAPSES: "nothing would be left of the input",
    NOT_A_DIVISOR: "a number of groups doesn't divide the channels",
    OUT_OF_RANGE: "a range of channels isn't within the input's",
    CROP_TOO_LARGE: "a crop is larger than its input",
    DONT_JOIN: "values of these shapes can't be joined",
    OTHER_ELEMENTS: "a reshape changes the number of elements",
    PAD_TOO_LARGE: "a pool's padding is more than half of its kernel",
    OUTPUT_PAD: "a deconv's output_pad isn't possible with its other attributes",
    DONT_GO_TOGETHER: "attributes exclude each other, or one of several is missing",
    BAD_VALUE: "an attribute's value is out of its range",
    BAD_NAME: "a user's own op names something that Python can't import",
}
