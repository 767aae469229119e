"""The one layout of .arch files.

Input: a text. Output: the same text laid out, with all its comments and the same tree.
"""

from archdsl.fmt.formatting import FormatError, format_source, format_text

__all__ = ["FormatError", "format_source", "format_text"]
