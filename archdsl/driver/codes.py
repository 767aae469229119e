"""The codes of what is wrong around a source: files, imports, the request itself, writing.

templates/errors/ has a page for each.
"""

from __future__ import annotations

NO_FILE = "F501"
FOLDER = "F502"
NO_PERMISSION = "F503"
NOT_REGULAR = "F504"
TOO_LARGE = "F505"
NOT_UTF8 = "F506"
BYTE_ORDER_MARK = "F507"
UNREADABLE = "F508"
TOO_MANY = "F509"  # made by Diagnostics
IMPORT_PATH = "F511"
IMPORT_OUTSIDE = "F512"
NO_NET = "F521"
NO_NETS = "F522"
BAD_SETTING = "F523"
BAD_INPUT = "F524"
NOT_OURS = "F531"
NOT_WRITTEN = "F532"
NO_TARGET = "F541"
NOT_DRAWN = "F543"
NOT_EXPORTED = "T201"
NO_ROOM = "T203"
ONE_RECIPE = "R201"
WANTS_FOLDER = "R202"
NO_RECIPES = "R203"
NO_RECIPE = "R204"
NO_SCRIPT = "R205"


# Errors in how the command was used, rather than in what the file says.
USAGE = frozenset(
    {NO_FILE, FOLDER, NO_NET, BAD_SETTING, BAD_INPUT, NOT_OURS, NO_TARGET}
    | {ONE_RECIPE, WANTS_FOLDER, NO_RECIPES, NO_RECIPE, NO_SCRIPT}
    | {"B101", "B102", "B103", "B104", "B107"}  # of fit/codes.py
    | {"B150", "B152"}  # of devices/codes.py
    | {"D101", "D102", "D103", "D104"}  # all of diagram/codes.py, whose package is heavy
)
# They speak of the command's options even where they show a place in the file.
OF_OPTIONS = frozenset({"E443"})  # --input for an input that the net hasn't got
