"""What stands in the boxes: ops, shapes, arguments and counts as short text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from fractions import Fraction

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
            return (
                f"{count / size:.3g} {unit}" if count < 1000 * size else f"{count // size} {unit}"
            )
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


def _steps(op: Op, rank: int, *, always: bool = False, groups: bool = True) -> list[str]:
    """Stride (of a pool: always), dilation and groups, where they are not 1."""
    parts = []
    stride = _same(getattr(op, "stride", 1))
    if stride != 1 or always:
        parts.append(f"/{stride if isinstance(stride, int) else size_text(stride, rank)}")
    dilation = _same(getattr(op, "dilation", 1))
    if dilation != 1:
        parts.append(f"dilation {size_text(dilation, 1)}")
    if groups and getattr(op, "groups", 1) != 1:
        parts.append(f"groups {getattr(op, 'groups', 1)}")
    return parts


def op_text(op: Op, shape: Shape) -> str:
    """An op on a value of this shape, in a few words: `conv 3×3, 64, /2`."""
    word, rank = op.keyword, shape.rank
    kernel = getattr(op, "k", None)
    if word == "linear":
        return f"linear {getattr(op, 'c', '')}".rstrip()
    if _KIND_OF.get(word) == "conv":
        each = word == "depthwise" or 1 < shape.channels == getattr(op, "groups", 1)
        name = "depthwise" if each else "conv" if word == "pointwise" else word
        parts = [f"{name} {size_text(1 if kernel is None else kernel, rank)}"]
        channels = getattr(op, "c", shape.channels * getattr(op, "multiplier", 1))
        if not each or channels != shape.channels:
            parts.append(str(channels))
        return ", ".join([*parts, *_steps(op, rank, groups=not each)])
    if word in ("maxpool", "avgpool"):
        to = getattr(op, "to", None)
        if to is not None:
            return f"{word} to {size_text(to, rank)}"
        return ", ".join([f"{word} {size_text(kernel, rank)}", *_steps(op, rank, always=True)])
    if word == "upsample":
        to, factor = getattr(op, "to", None), _same(getattr(op, "factor", None))
        if to is not None or factor is None:
            return f"upsample to {size_text(to, rank)}"
        return f"upsample ×{factor if isinstance(factor, int) else size_text(factor, rank)}"
    values = [getattr(op, name, None) for name in op.positional]
    shown = [value_text(v) for v in values if v is not None]
    return clean(" ".join([word.replace("_", " "), *(s for s in shown if s is not None)]))


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


def call_text(instance: Instance, use: tree.Stage, *, limit: int = 30) -> str:
    """A block with the arguments that were given, as they were: `Bottleneck(128, /2)`."""
    written = (use.piece.args or ()) if isinstance(use.piece, tree.Use) else ()
    by_place = sum(1 for arg in written if arg.name is None)
    slashed = {arg.name for arg in written if arg.slash}
    usual = {param.name: param.default for param in instance.block.params}
    shown: list[str] = []
    for at, (name, known) in enumerate(instance.args.items()):
        text = None if known.default else value_text(known.value)
        default = usual.get(name)
        usually = isinstance(default, tree.Number) and default.value == known.value
        if text is None or (usually and at >= by_place - 1):
            continue
        if name in slashed:
            text = f"/{text}"
        elif at >= by_place:
            text = f"{name}={text}"
        shown.append(text)
    while len(", ".join(shown)) > limit:
        shown = [*shown[: -2 if shown[-1] == "…" else -1], "…"]
        if shown == ["…"]:
            shown = []
    return instance.block.name + (f"({', '.join(shown)})" if shown else "")


def lines_html(lines: Iterable[tuple[str, str]]) -> str:
    """An HTML-like label of lines, each with its style: "head", "sub", "name" or "count"."""
    styles = {
        "head": "{}",
        "name": "<b>{}</b>",
        "sub": '<font point-size="9" color="#4d5561">{}</font>',
        "count": "<b>{}</b>",
    }
    return "<" + "<br/>".join(styles[style].format(markup(text)) for style, text in lines) + ">"
