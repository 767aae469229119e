"""The codes of what a comparison of two targets finds. templates/errors/ has a page for each."""

from __future__ import annotations

OUTPUTS_DIFFER = "V101"
GRADIENTS_DIFFER = "V102"
WEIGHTS_UNKNOWN = "V103"
