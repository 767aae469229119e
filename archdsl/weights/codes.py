"""The codes of what is wrong with weights. templates/errors/ has a page for each."""

from __future__ import annotations

BAD_MAP = "V150"
NO_WEIGHTS = "V151"
LACKING = "V152"
NO_PLACE = "V153"
OTHER_SHAPE = "V154"
DIFFERENT = "V155"
NO_MAP = "V156"
TWO_FOR_ONE = "V157"
NO_FORMAT = "V158"
NO_FRAMEWORK = "V159"
NO_REALS = "V160"
ODD_NUMBERS = "V161"
