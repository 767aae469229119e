"""A profile's text made a `Device`, or said what is wrong with it."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from archdsl.analysis.memory import DTYPES
from archdsl.devices import codes
from archdsl.devices.profile import Device, Rates
from archdsl.devices.work import KINDS, WEIGHTED
from archdsl.diagnostics import Diagnostics, Source, Span, nearest
from archdsl.ops import OPS

Path = tuple[str, ...]

_DEVICE = (
    *("title", "memory", "storage", "launch", "overlap", "folded"),
    *("peak", "bandwidth", "layers", "sources"),
)
_BANDWIDTH = ("memory", "cache", "cache_size")
_RATES = ("launch", "compute", "half", "memory", "weights")
_MOST = 1e24  # of bytes, or anything a second: far above all there is
_HEADER = re.compile(r"\s*\[\s*([A-Za-z0-9_\-.\s]+?)\s*\]\s*(?:#.*)?")
_KEY = re.compile(r"\s*([A-Za-z0-9_\-.]+)\s*=")
_AT = re.compile(r"\(at line (\d+), column (\d+)\)|\(at end of document\)")


def read_profile(name: str, source: Source, diagnostics: Diagnostics) -> Device | None:
    """The device that a text describes; None, and errors, where something is wrong with it."""
    try:
        data = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        said = _AT.sub("", message).strip()
        span = _span(source, _AT.search(message))
        diagnostics.error(codes.BAD_PROFILE, f"this is no TOML: {_lower(said)}", span)
        return None
    except ValueError:  # Python reads no whole number of thousands of digits
        diagnostics.error(codes.BAD_PROFILE, f"{source.name} has a number that is too long", None)
        return None
    except RecursionError:
        diagnostics.error(codes.BAD_PROFILE, "this is no TOML: nested too deeply", None)
        return None
    reader = _Reader(source, _places(source), diagnostics)
    device = reader.device(name, data)
    diagnostics.sort()
    return None if reader.failed else device


@dataclass
class _Reader:
    source: Source
    places: Mapping[Path, Span]
    diagnostics: Diagnostics
    failed: bool = False
    lacking: list[str] = field(default_factory=list)

    def device(self, name: str, data: Mapping[str, Any]) -> Device:
        self._known((), data, _DEVICE)
        peak = self._table(data, "peak", required=True)
        self._known(("peak",), peak, DTYPES)
        if "peak" in data and not peak:
            self._wrong(("peak",), f"peak has no rate: it needs one of {', '.join(DTYPES)}")
        bandwidth = self._table(data, "bandwidth", required=True)
        self._known(("bandwidth",), bandwidth, _BANDWIDTH)
        rate = self._number(("bandwidth", "memory"), bandwidth, positive=True)
        cache, size = self._cache(bandwidth, rate)
        device = Device(
            name=name,
            title=self._title(name, data),
            peak={t: self._number(("peak", t), peak, positive=True) for t in DTYPES if t in peak},
            bandwidth=rate,
            cache=cache,
            cache_size=size,
            launch=self._number(("launch",), data, most=1.0),
            memory=self._bytes("memory", data),
            storage=self._bytes("storage", data),
            overlap=self._flag(data),
            folded=self._folded(data),
            layers=self._layers(self._table(data, "layers")),
            sources=self._sources(self._table(data, "sources")),
        )
        if self.lacking:
            self._wrong(None, f"{self.source.name} lacks {', '.join(self.lacking)}")
        return device

    def _cache(self, table: Mapping[str, Any], rate: float) -> tuple[float, float]:
        """Bytes a second and bytes; without a cache those of the memory, and none."""
        given = [key for key in ("cache", "cache_size") if key in table]
        if len(given) == 1:
            (lone,) = given
            other = "cache" if lone == "cache_size" else "cache_size"
            self._wrong(("bandwidth", lone), f"{lone} goes with {other}, which isn't there")
        if len(given) < 2:
            return rate, 0.0
        cache = self._number(("bandwidth", "cache"), table, positive=True)
        if cache < rate:
            self._wrong(("bandwidth", "cache"), "the cache is slower than the memory behind it")
        return cache, self._number(("bandwidth", "cache_size"), table)

    def _layers(self, table: Mapping[str, Any]) -> dict[str, Rates]:
        self._known(("layers",), table, KINDS)
        found = {}
        for kind, given in table.items():
            if kind not in KINDS:
                continue
            if not isinstance(given, dict):
                self._wrong(("layers", kind), f"layers.{kind} is a table of figures")
                continue
            self._known(("layers", kind), given, _RATES)
            for key in ("half", "weights"):
                if key in given and kind not in WEIGHTED:
                    self._wrong(("layers", kind, key), f"{kind} has no weights, so no {key}")
            read = {
                key: self._number(
                    ("layers", kind, key),
                    given,
                    positive=key in ("compute", "memory", "weights"),
                    most=1.0 if key == "launch" else 1e6 if key == "half" else 100.0,
                )
                for key in _RATES
                if key in given
            }
            found[kind] = Rates(**read)
        return found

    # ------------------------------------------------------------------------- single values

    def _title(self, name: str, data: Mapping[str, Any]) -> str:
        title = data.get("title", name)
        if isinstance(title, str) and title.isprintable() and len(title) <= 200:
            return title
        self._wrong(("title",), "title is a line of text, of 200 characters at most")
        return name

    def _bytes(self, key: str, data: Mapping[str, Any]) -> int | None:
        return int(self._number((key,), data, positive=True)) if key in data else None

    def _flag(self, data: Mapping[str, Any]) -> bool:
        value = data.get("overlap", True)
        if not isinstance(value, bool):
            self._wrong(("overlap",), "overlap is true or false")
        return bool(value)

    def _folded(self, data: Mapping[str, Any]) -> frozenset[str]:
        words = data.get("folded", [])
        if not isinstance(words, list):
            self._wrong(("folded",), "folded is a list of ops")
            return frozenset()
        for word in words:
            if not isinstance(word, str):
                self._wrong(("folded",), "folded lists the names of ops")
            elif word not in OPS:
                said = word if len(word) <= 40 else f"{word[:40]}..."
                near = nearest(word, OPS)
                self._wrong(("folded",), f"folded lists ops, and {said!r} is none", _guess(near))
        return frozenset(word for word in words if isinstance(word, str))

    def _sources(self, table: Mapping[str, Any]) -> dict[str, str]:
        for key, value in table.items():
            said = f"sources.{key}" if key.isprintable() and len(key) <= 40 else "a source"
            if not isinstance(value, str) or not value.strip():
                self._wrong(("sources", key), f"{said} is a text")
            elif not all(part.isprintable() for part in (key, *value.split())):
                self._wrong(("sources", key), f"{said} has signs that can't be printed")
        return {key: str(value) for key, value in table.items()}

    def _table(self, data: Mapping[str, Any], key: str, required: bool = False) -> dict[str, Any]:
        value = data.get(key)
        if value is None:
            if required:
                self.lacking.append(f"[{key}]")
            return {}
        if not isinstance(value, dict):
            self._wrong((key,), f"{key} is a table, [{key}]")
            return {}
        return value

    def _number(
        self, path: Path, table: Mapping[str, Any], positive: bool = False, most: float = _MOST
    ) -> float:
        """Where it is none, an error and 1, so that what follows from it is not said too."""
        word = ".".join(path)
        value = table.get(path[-1])
        if value is None:
            # Of a table that isn't there, that it isn't is enough.
            if len(path) == 1 or path[:1] in self.places:
                self.lacking.append(word)
            return 1.0
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._wrong(path, f"{word} is a number")
            return 1.0
        if isinstance(value, float) and not math.isfinite(value):
            self._wrong(path, f"{word} is a finite number, not {value}")
        elif value < 0 or (positive and value == 0):
            self._wrong(
                path, f"{word} is {'above 0' if positive else 'not below 0'}, got {value:g}"
            )
        elif value > most:
            self._wrong(path, f"{word} is {most:g} at most, got {float(min(value, 1e300)):g}")
        else:
            return float(value)
        return 1.0

    def _known(self, path: Path, table: Mapping[str, Any], names: Iterable[str]) -> None:
        listed = list(names)
        for key in table:
            if key not in listed:
                near = nearest(key, listed)
                where = f"[{'.'.join(path)}] has" if path else "a profile has"
                shown = key if len(key) <= 40 else key[:40] + "..."
                hint = _guess(near) or f"it has {', '.join(listed)}"
                self._wrong((*path, key), f"{where} no {shown!r}", hint)

    def _wrong(self, path: Path | None, message: str, help: str = "") -> None:
        """At the key, or at what it stands in; without a path of the whole file."""
        self.failed = True
        span = None
        while span is None and path:
            span = self.places.get(path)
            path = path[:-1]
        self.diagnostics.error(codes.BAD_PROFILE, message, span, help=help)


# ----------------------------------------------------------------------------------- places


def _places(source: Source) -> dict[Path, Span]:
    """Where tables and keys stand, of those that are written a line each."""
    found: dict[Path, Span] = {}
    table: Path = ()
    start = 0
    for line in source.text.splitlines(keepends=True):
        if header := _HEADER.fullmatch(line.rstrip("\r\n")):
            table = tuple(part.strip() for part in header[1].split("."))
            found.setdefault(table, Span(source, start + header.start(1), start + header.end(1)))
        elif key := _KEY.match(line):
            path = (*table, *key[1].split("."))
            found.setdefault(path, Span(source, start + key.start(1), start + key.end(1)))
        start += len(line)
    return found


def _span(source: Source, at: re.Match[str] | None) -> Span:
    if at is None or at[1] is None:
        return Span(source, len(source.text), len(source.text))
    lines = source.text.split("\n")
    start = sum(len(line) + 1 for line in lines[: int(at[1]) - 1]) + int(at[2]) - 1
    start = min(start, len(source.text))
    return Span(source, start, min(start + 1, len(source.text)))


def _guess(near: str | None) -> str:
    return f"did you mean {near}?" if near else ""


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
