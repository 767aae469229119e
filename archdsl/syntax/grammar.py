"""Loads grammars/arch.lark, and keeps the built parser in the user's cache folder.

Building costs more than most files take to parse. What is cached is plain data (numbers, strings,
lists, dicts), read by an unpickler that refuses everything else, from a folder and a file that
belong to the user. Whatever goes wrong with the cache, the grammar is built.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import pickle
import stat
import sys
import tempfile
from pathlib import Path
from typing import Any, NoReturn, cast

import lark
from lark.grammar import Rule
from lark.lexer import TerminalDef

from archdsl import __version__, resources
from archdsl.syntax.lexer import ContextualLexer

__all__ = ["load"]

_OPTIONS: dict[str, Any] = {
    "parser": "lalr",
    "lexer": "contextual",
    "start": ["start", "expression"],
    "maybe_placeholders": True,
}


def load(builder: object) -> lark.Lark:
    """The parser, with the methods of `builder` called for its rules."""
    text = (resources.root() / "grammars" / "arch.lark").read_text(encoding="utf-8")
    path = _cache_path(text)
    kept = _read(path) if path else None
    if kept is not None:
        # A file that reads well may still hold something else.
        with contextlib.suppress(Exception):
            return _revive(kept, builder)
    data, memo = lark.Lark(text, **_OPTIONS).memo_serialize([TerminalDef, Rule])
    made = {"data": data, "memo": memo}
    if path:
        _write(path, made)
    return _revive(made, builder)


def _revive(made: dict[str, Any], builder: object) -> lark.Lark:
    # Lark.load takes no builder, and a Lark with one can't be saved.
    revived = lark.Lark._load_from_dict(  # type: ignore[no-untyped-call]
        made["data"],
        made["memo"],
        transformer=builder,
        _plugins={"ContextualLexer": ContextualLexer},
    )
    return cast(lark.Lark, revived)


def _cache_path(text: str) -> Path | None:
    key = "\0".join((text, lark.__version__, sys.version, __version__))
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    base = os.environ.get("XDG_CACHE_HOME", "")
    try:
        folder = Path(base) if os.path.isabs(base) else Path.home() / ".cache"
    except RuntimeError:  # no home
        return None
    return folder / "archdsl" / f"grammar-{digest}.bin"


class _PlainData(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> NoReturn:
        raise pickle.UnpicklingError(f"{module}.{name}: only plain data is expected")


def _ours(status: os.stat_result) -> bool:
    """Whether nobody but this user can have written it."""
    if not hasattr(os, "getuid"):
        return True
    return status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        if not _ours(os.stat(path.parent)):
            return None
        with path.open("rb") as file:
            if not _ours(os.fstat(file.fileno())):
                return None
            content = file.read()
        # The digest catches a file cut short or spoilt, which pickle might still read.
        digest, body = content[:32], content[32:]
        if hashlib.sha256(body).digest() != digest:
            return None
        kept = _PlainData(io.BytesIO(body)).load()
    except Exception:  # pickle raises almost anything for what is no pickle
        return None
    return kept if isinstance(kept, dict) else None


def _write(path: Path, made: dict[str, Any]) -> None:
    temporary = None
    try:
        path.parent.parent.mkdir(parents=True, exist_ok=True)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if not _ours(os.stat(path.parent)):
            return
        body = pickle.dumps(made, protocol=5)
        handle, temporary = tempfile.mkstemp(prefix="grammar-", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(body).digest() + body)
        os.replace(temporary, path)
    except OSError:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
