"""Reading source texts: what is no readable UTF-8 file is said clearly, and never opened."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import BinaryIO

from archdsl import limits
from archdsl.diagnostics import Span
from archdsl.diagnostics.source import Source
from archdsl.driver import codes
from archdsl.driver.watching import noted
from archdsl.records import record

_KINDS = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


@record
class Unreadable(Exception):
    """Why a file can't be had: a diagnostic's parts; `span` within what was read, if any."""

    code: str
    message: str
    help: str = ""
    span: Span | None = None
    label: str = ""


def shown(path: Path) -> str:
    """A path as users see it: relative where it is below this folder, with forward slashes."""
    try:
        absolute = path if path.is_absolute() else Path.cwd() / path
        return Path(os.path.normpath(absolute)).relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return path.as_posix()


def read(path: Path, name: str) -> str:
    """The text of a file; raises Unreadable."""
    noted(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise Unreadable(codes.FOLDER, f"{name} is a folder, not a file")
        if not stat.S_ISREG(status.st_mode):
            kind = next((word for test, word in _KINDS if test(status.st_mode)), "no regular file")
            raise Unreadable(codes.NOT_REGULAR, f"{name} is {kind}, not a file")
        with open(path, "rb", opener=_open) as file:
            return decode(_bytes(file, name), name)
    except FileNotFoundError:
        raise Unreadable(codes.NO_FILE, f"there is no file {name}") from None
    except NotADirectoryError:
        raise Unreadable(codes.NO_FILE, f"there is no file {name}") from None
    except PermissionError:
        raise Unreadable(codes.NO_PERMISSION, f"no permission to read {name}") from None
    except ValueError as error:  # a null byte in the path
        raise Unreadable(codes.NO_FILE, f"no file can have this name: {error}") from None
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Unreadable(codes.UNREADABLE, f"can't read {name}: {why.lower()}") from None


def read_stdin(name: str) -> str:
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:
        raise Unreadable(codes.UNREADABLE, "can't read the standard input: it is closed")
    return decode(_bytes(stream, name), name)


def _open(path: str, flags: int) -> int:
    # Should a pipe have taken the file's place since, opening it must not hang.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _bytes(file: BinaryIO, name: str) -> bytes:
    most = limits.now().source
    data = file.read(most + 1)
    if len(data) > most:
        size = f"{most // 1024**2} MB" if most >= 1024**2 else f"{most:,} bytes"
        raise Unreadable(
            codes.TOO_LARGE,
            f"{name} is larger than {size}",
            f"--limit source={4 * most} allows more",
        )
    return data


def decode(data: bytes, name: str) -> str:
    """UTF-8 alone; anything else is named as what it seems to be."""
    save = "save it as UTF-8 without a byte order mark"
    if data.startswith(b"\xef\xbb\xbf"):
        raise Unreadable(codes.BYTE_ORDER_MARK, f"{name} starts with a byte order mark", save)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[1:2] + data[:1]:
        raise Unreadable(codes.NOT_UTF8, f"{name} seems to be UTF-16, not UTF-8", save)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = data.decode("utf-8", "replace")
        start = len(data[: error.start].decode("utf-8"))
        bad = data[error.start]
        raise Unreadable(
            codes.NOT_UTF8,
            f"{name} isn't UTF-8: the byte 0x{bad:02x} starts no character here",
            "save it as UTF-8",
            Span(Source(name, text), start, start + 1),
        ) from None
