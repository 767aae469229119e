"""What stands in the boxes: ops, shapes, arguments and counts as short text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from archdsl.ir import structure
from archdsl.ir.op import Op
from archdsl.ir.shape import Shape
from archdsl.ir.structure import Instance
from archdsl.ir.values import BlockValue, OpValue, Size, Word
from archdsl.syntax import tree

KINDS = {
    "conv": ("conv", "depthwise", "pointwise", "deconv"),
    "pool": ("maxpool", "avgpool", "global_avgpool", "global_maxpool"),
    "linear": ("linear",),
    "norm": (
        *("bn", "groupnorm", "layernorm", "lrn", "relu", "relu6", "leaky_relu", "prelu", "elu"),
        *("sigmoid", "tanh", "silu", "gelu", "hardswish", "hardsigmoid", "softmax"),
    ),
    "merge": ("add", "mul", "concat"),
}
NORMS = frozenset({"bn", "groupnorm", "layernorm", "lrn"})
ACTIVATIONS = frozenset(KINDS["norm"]) - NORMS
# Small things that share the box of their neighbour.
MINOR = NORMS | ACTIVATIONS | {"dropout", "drop_path", "flatten", "layer_scale", "zero_pad"}

_KIND_OF = {keyword: kind for kind, keywords in KINDS.items() for keyword in keywords}
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def kind_of(op: Op) -> str:
    return _KIND_OF.get(op.keyword, "other")


def clean(text: str) -> str:
    """The text on one line, without what XML can't hold."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", " ".join(text.split()))


def markup(text: str) -> str:
    """Any text, for an HTML-like label. Graphviz expands `\\N` and the like even there."""
    return html.escape(clean(text)).replace("\\", "&#92;&#92;")


def shape_text(shape: Shape) -> str:
    return "×".join(str(n) for n in shape.channels_last)


def count_text(count: int) -> str:
    """25_557_032 -> 25.6 M."""
    for size, unit in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if count >= size:
            scaled = count / size
            digits = f"{scaled:.{max(0, 2 - len(str(int(scaled))) + 1)}f}"
            return f"{digits} {unit}"
    return str(count)


def size_text(value: object, rank: int) -> str:
    """A kernel or a target size, as written in papers: `3×3`."""
    if isinstance(value, tuple):
        return "×".join(str(n) for n in value)
    return "×".join([str(value)] * max(rank, 1))


def _same(value: object) -> object:
    """(2, 2) -> 2."""
    if isinstance(value, tuple) and value and all(v == value[0] for v in value):
        return value[0]
    return value


def _steps(
    op: Op, rank: int, names: Mapping[str, str], *, always: bool = False, groups: bool = True
) -> list[str]:
    """Stride (of a pool: always), dilation and groups, where they are not 1."""
    parts = []
    stride = _same(getattr(op, "stride", 1))
    written = names.get("stride") or (stride if isinstance(stride, int) else None)
    if written not in (1, "1") or always:
        parts.append(f"/{written or size_text(stride, rank)}")
    dilation = _same(getattr(op, "dilation", 1))
    if dilation != 1:
        parts.append(f"dilation {size_text(dilation, 1)}")
    if groups and getattr(op, "groups", 1) != 1:
        parts.append(f"groups {names.get('groups') or getattr(op, 'groups', 1)}")
    return parts


def op_text(op: Op, shape: Shape, names: Mapping[str, str] | None = None) -> str:
    """An op on a value of this shape, in a few words: `conv 3×3, 64, /2`.

    names: what stands for an attribute's value (`{"c": "4c"}`), where a block is drawn by itself
    """
    names = names or {}
    word, rank = op.keyword, shape.rank
    kernel = names.get("k") or size_text(getattr(op, "k", None) or 1, rank)
    if word == "linear":
        return f"linear {names.get('c') or getattr(op, 'c', '')}".rstrip()
    if _KIND_OF.get(word) == "conv":
        return _conv_text(op, shape, kernel, names)
    if word in ("maxpool", "avgpool"):
        to = getattr(op, "to", None)
        if to is not None:
            return f"{word} to {size_text(to, rank)}"
        steps = _steps(op, rank, names, always=True)
        return ", ".join([f"{word} {kernel}", *steps])
    if word == "upsample":
        to, factor = getattr(op, "to", None), _same(getattr(op, "factor", None))
        if to is not None or factor is None:
            return f"upsample to {size_text(to, rank)}"
        return f"upsample ×{factor if isinstance(factor, int) else size_text(factor, rank)}"
    if "op" in names:
        return clean(names["op"])
    values = [names.get(name) or value_text(getattr(op, name, None)) for name in op.positional]
    return clean(" ".join([word.replace("_", " "), *(v for v in values if v is not None)]))


def _conv_text(op: Op, shape: Shape, kernel: str, names: Mapping[str, str]) -> str:
    word, rank = op.keyword, shape.rank
    each = word == "depthwise" or 1 < shape.channels == getattr(op, "groups", 1)
    name = "depthwise" if each else "conv" if word == "pointwise" else word
    parts = [f"{name} {size_text(1, rank) if word == 'pointwise' else kernel}"]
    channels = getattr(op, "c", shape.channels * getattr(op, "multiplier", 1))
    if not each or channels != shape.channels:
        parts.append(names.get("c") or str(channels))
    return ", ".join([*parts, *_steps(op, rank, names, groups=not each)])


def value_text(value: object) -> str | None:
    """An argument's value where it is short enough to show."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | str():
            return str(value)
        case Fraction() | float():
            return f"{float(value):g}"
        case Word(word):
            return word
        case Shape():
            return shape_text(value)
        case Size():
            return "×".join(str(n) for n in value)
        case OpValue(op):
            return op.keyword
        case BlockValue(block):
            return block.name
        case _:
            return None


Arguments = tuple[tuple[str, str], ...]  # (what stands in front, the value) of each one shown


def arguments(instance: Instance, use: tree.Stage) -> Arguments:
    """The arguments that were given to a block, as they were: `128` and `/2`."""
    written = (use.piece.args or ()) if isinstance(use.piece, tree.Use) else ()
    by_place = sum(1 for arg in written if arg.name is None)
    slashed = {arg.name for arg in written if arg.slash}
    rates = frozenset(_rates(instance.items))
    usual = {param.name: param.default for param in instance.block.params}
    shown: list[tuple[str, str]] = []
    for at, (name, known) in enumerate(instance.args.items()):
        text = None if known.default else value_text(known.value)
        default = usual.get(name)
        usually = isinstance(default, tree.Number) and default.value == known.value
        if text is None or name in rates or (usually and at >= by_place - 1):
            continue
        if name in slashed or name == "stride":
            shown.append(("/", text))
        else:
            shown.append((f"{name}=" if at >= by_place else "", text))
    return tuple(shown)


def _rates(items: Iterable[structure.Item]) -> Iterator[str]:
    """Parameters that are how often a residual is left out: no part of what is drawn."""
    for item in items:
        known = item.drop_path if isinstance(item, structure.Residual) else None
        if known is not None and isinstance(known.expr, tree.Name):
            yield known.expr.name


def call_text(block: str, given: Arguments, *, limit: int = 30) -> str:
    """A block with its arguments: `Bottleneck(128, /2)`."""
    shown = [front + value for front, value in given]
    while len(", ".join(shown)) > limit:
        shown = [*shown[: -2 if shown[-1] == "…" else -1], "…"]
        if shown == ["…"]:
            shown = []
    return block + (f"({', '.join(shown)})" if shown else "")


def ranged(first: Arguments, last: Arguments) -> Arguments:
    """The arguments of several calls in a row: `drop=0.05–0.1` where they differ in numbers."""
    out = []
    for (front, low), (other, high) in zip(first, last, strict=False):
        if front != other:
            break
        start, end = low.partition("–")[0], high.rpartition("–")[2]
        if start == end:
            out.append((front, low))
        elif _is_number(start) and _is_number(end):
            out.append((front, f"{start}–{end}"))
    return tuple(out)


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()


def lines_html(lines: Iterable[tuple[str, str]], faint: str) -> str:
    """An HTML-like label of lines, each with its style: "head", "sub" or "name"."""
    styles = {
        "head": "{}",
        "name": "<b>{}</b>",
        "sub": f'<font point-size="9" color="{faint}">{{}}</font>',
    }
    return "<" + "<br/>".join(styles[style].format(markup(text)) for style, text in lines) + ">"
