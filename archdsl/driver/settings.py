"""Parameters and shapes from outside: `classes=10`, `left=64x64x3`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction

from archdsl.diagnostics import Diagnostics, Source
from archdsl.driver import codes
from archdsl.ir.shape import Shape
from archdsl.syntax import tree
from archdsl.syntax.parser import parse

_SETTING = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)\s*=(?!=)")
_SHAPE = re.compile(r"(?:([A-Za-z_][A-Za-z0-9_]*)\s*=\s*)?([0-9]+(?:x[0-9]+)*)", re.ASCII)
_MOST = 2**31 - 1


def expressions(settings: Iterable[str], diagnostics: Diagnostics) -> dict[str, tree.Expr]:
    """The expressions of `name=expression` texts; what is none is reported."""
    found: dict[str, tree.Expr] = {}
    for text in settings:
        match = _SETTING.match(text)
        if match is None:
            diagnostics.error(
                codes.BAD_SETTING,
                f'"{text}" sets no parameter',
                None,
                help="write it as name=value, classes=10 say",
            )
            continue
        name = match[1]
        if name in found:
            diagnostics.error(codes.BAD_SETTING, f"`{name}` is set twice", None)
        value = expression(name, text[match.end() :].strip(), diagnostics)
        if value is not None:
            found[name] = value
    return found


def expression(name: str, text: str, diagnostics: Diagnostics) -> tree.Expr | None:
    """An expression of the language, as the value of a parameter set from outside."""
    if not text:
        diagnostics.error(codes.BAD_SETTING, f"`{name}` is set to nothing", None)
        return None
    # The grammar's files begin with a declaration: the value is read as one's.
    own = Diagnostics()
    source = Source(f"<set {name}>", f"let {name} = {text}")
    file = parse(source, own)
    for item in own:
        if item.code == "S113" and item.span is not None:
            diagnostics.error(
                codes.BAD_SETTING,
                f"`{name}` takes one value, and `{item.span.text}` follows it",
                item.span,
                help="several values are a list: `[3, 4]`",
            )
            return None
        diagnostics.add(item)
    if own.failed:
        return None
    if len(file.decls) != 1 or not isinstance(file.decls[0], tree.Let):
        diagnostics.error(codes.BAD_SETTING, f"the value of `{name}` is no expression", None)
        return None
    return file.decls[0].value


def language_values(values: Mapping[str, object], diagnostics: Diagnostics) -> dict[str, object]:
    """Python values as the language has them; a string is an expression, `"relu6"` or `"3x3"`."""
    found: dict[str, object] = {}
    for name, value in values.items():
        if isinstance(value, str):
            parsed = expression(name, value, diagnostics)
            if parsed is not None:
                found[name] = parsed
            continue
        try:
            found[name] = _value(value)
        except (TypeError, ValueError, OverflowError):
            diagnostics.error(
                codes.BAD_SETTING,
                f"`{name}` can't be set to {value!r}, of type {type(value).__name__}",
                None,
                help="numbers, booleans, lists and tuples can be given, and strings that hold an "
                'expression of the language: "relu6"',
            )
    return found


def _value(value: object) -> object:
    if isinstance(value, (bool, int, Fraction)):
        return value
    if isinstance(value, float):
        return Fraction(repr(value))  # what was written, not its nearest binary
    if isinstance(value, list):
        return [_value(item) for item in value]
    if isinstance(value, tuple):
        return tuple(_value(item) for item in value)
    if hasattr(value, "__index__"):
        return int(value.__index__())
    raise TypeError


def shapes(texts: Iterable[str], diagnostics: Diagnostics) -> dict[str | None, Shape]:
    """Input shapes by label; None for the only input."""
    found: dict[str | None, Shape] = {}
    for text in texts:
        match = _SHAPE.fullmatch(text.strip())
        sizes = [int(part) for part in match[2].split("x") if len(part) < 11] if match else []
        if (
            match is None
            or len(sizes) != match[2].count("x") + 1
            or not all(0 < size <= _MOST for size in sizes)
        ):
            zero = len(sizes) > 0 and 0 in sizes
            diagnostics.error(
                codes.BAD_INPUT,
                f'"{text}" has a size of 0' if zero else f'"{text}" is no shape',
                None,
                help="every size is at least 1"
                if zero
                else "write height x width x channels, 64x64x3; with several inputs left=64x64x3",
            )
            continue
        if match[1] in found:
            diagnostics.error(codes.BAD_INPUT, f'"{text}" gives a shape a second time', None)
        found[match[1]] = Shape(tuple(sizes[:-1]), sizes[-1])
    return found
