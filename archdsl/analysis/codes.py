"""The codes of what a file expects of itself."""

from __future__ import annotations

NOT_MET = "A401"
BAD_PART = "A402"
SKIPPED = "A403"

CODES: dict[str, str] = {
    NOT_MET: "an `expect` doesn't hold",
    BAD_PART: "a figure of a part wants a block or an op, and a shape: macs(Block(..), 28x28x192)",
    SKIPPED: "an `expect` was not checked, because parameters were set from outside",
}
