"""The codes of what is wrong around a source: files, imports, the request itself, writing."""

from __future__ import annotations

NO_FILE = "F501"
FOLDER = "F502"
NO_PERMISSION = "F503"
NOT_REGULAR = "F504"
TOO_LARGE = "F505"
NOT_UTF8 = "F506"
BYTE_ORDER_MARK = "F507"
UNREADABLE = "F508"
IMPORT_PATH = "F511"
IMPORT_OUTSIDE = "F512"
NO_NET = "F521"
NO_NETS = "F522"
BAD_SETTING = "F523"
BAD_INPUT = "F524"
NOT_OURS = "F531"
NOT_WRITTEN = "F532"
NO_TARGET = "F541"
NO_FRAMEWORK = "F542"
NOT_DRAWN = "F543"

CODES: dict[str, str] = {
    NO_FILE: "there is no such file",
    FOLDER: "a folder is named where a file is wanted",
    NO_PERMISSION: "the file may not be read",
    NOT_REGULAR: "what is named is no regular file, but a pipe, socket or device",
    TOO_LARGE: "the file is larger than any network's description",
    NOT_UTF8: "the file isn't UTF-8 text",
    BYTE_ORDER_MARK: "the file starts with a byte order mark",
    UNREADABLE: "reading the file failed",
    IMPORT_PATH: "an import's path isn't a relative path of a .arch file, with forward slashes",
    IMPORT_OUTSIDE: "an import leads out of the project's folder",
    NO_NET: "the file has no net of that name",
    NO_NETS: "the file declares no net that stands on its own",
    BAD_SETTING: "a parameter set from outside can't be used",
    BAD_INPUT: "an input's shape given from outside can't be used",
    NOT_OURS: "a file that archdsl did not generate would be overwritten",
    NOT_WRITTEN: "writing a file failed",
    NO_TARGET: "there is no such target",
    NO_FRAMEWORK: "the framework isn't installed",
    NOT_DRAWN: "the diagram could not be drawn",
}

# Errors in how the command was used, rather than in what the file says.
USAGE = frozenset(
    {NO_FILE, FOLDER, NO_NET, BAD_SETTING, BAD_INPUT, NOT_OURS, NO_TARGET, NO_FRAMEWORK}
)
