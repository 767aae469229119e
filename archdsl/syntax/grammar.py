"""The tables of grammars/arch.lark, kept in the user's cache folder.

Making them costs more than most files take to parse. What is kept is plain data (numbers, strings,
tuples, lists, dicts) as marshal writes it, which Python keeps its own bytecode in. It is read only
from a folder and a file that nobody but the user can have written, and says by what it was made:
another grammar, archdsl, Python or Lark has a file of its own. Whatever goes wrong with the cache,
the tables are made.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import stat
import sys
import zlib
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

from archdsl import __version__, resources
from archdsl.syntax.tables import Tables, make

__all__ = ["load"]

_STARTS = ("start", "expression")
_FORMAT = 1  # of the tables


def load() -> Tables:
    text = (resources.root() / "grammars" / "arch.lark").read_text(encoding="utf-8")
    key = (_FORMAT, text, __version__, sys.version, *_lark())
    path = _path(key)
    kept = _read(path, key) if path else None
    if kept is not None:
        return kept
    made = make(text, _STARTS)
    if path:
        _write(path, (key, made))
    return made


def _lark() -> tuple[object, ...]:
    """Which Lark is installed, without importing it."""
    found = PathFinder.find_spec("lark")
    if found is None or found.origin is None:
        return ()
    try:
        status = os.stat(found.origin)
    except OSError:
        return ()
    return found.origin, status.st_mtime_ns, status.st_size


def _path(key: tuple[object, ...]) -> Path | None:
    base = os.environ.get("XDG_CACHE_HOME", "")
    try:
        folder = Path(base) if os.path.isabs(base) else Path.home() / ".cache"
    except RuntimeError:  # no home
        return None
    # Only so that several have room beside each other: the file has the key itself.
    return folder / "archdsl" / f"grammar-{zlib.crc32(repr(key).encode()):08x}.bin"


def _ours(status: os.stat_result) -> bool:
    """Whether nobody but this user can have written it."""
    if not hasattr(os, "getuid"):
        return True
    return status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _read(path: Path, key: tuple[object, ...]) -> Tables | None:
    try:
        if not _ours(os.stat(path.parent)):
            return None
        with path.open("rb") as file:
            if not _ours(os.fstat(file.fileno())):
                return None
            content = file.read()
        # The sum catches a file cut short or spoilt, which marshal might still read.
        if zlib.crc32(content[4:]) != int.from_bytes(content[:4], "big"):
            return None
        kept: Any = marshal.loads(content[4:])
        return kept[1] if kept[0] == key else None
    except Exception:  # marshal raises almost anything for what it didn't write
        return None


def _write(path: Path, made: Any) -> None:
    import tempfile

    temporary = None
    try:
        path.parent.parent.mkdir(parents=True, exist_ok=True)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if not _ours(os.stat(path.parent)):
            return
        body = marshal.dumps(made)
        handle, temporary = tempfile.mkstemp(prefix="grammar-", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(zlib.crc32(body).to_bytes(4, "big") + body)
        os.replace(temporary, path)
    except OSError:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
