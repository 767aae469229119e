"""Arguments that say what holds without them: `conv(64, 3x3, groups=1)`.

Literals given by name alone: what is calculated may be another value elsewhere, and an argument by
position can't be left out where others follow. `bias` is never too much: it is what says that a
bias before a batch norm is meant. Where the file's `defaults` speak of the attribute, nothing is
said.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from archdsl.analysis import codes
from archdsl.analysis.unused import Warn
from archdsl.elaborate import vocabulary
from archdsl.elaborate.coerce import Unfit, coerce
from archdsl.elaborate.files import Module
from archdsl.elaborate.references import kinds_of
from archdsl.elaborate.scope import NetValue
from archdsl.elaborate.values import Value
from archdsl.ir.attributes import attributes_of
from archdsl.ir.op import Op
from archdsl.ir.values import BlockValue, Size, Word
from archdsl.syntax import tree

_UNKNOWN = object()
_Call = tree.Use | tree.CallExpr | tree.Variant


def check_repeated(module: Module, found: Sequence[object], warn: Warn) -> None:
    """found: all nodes of the file"""
    calls = [cast(_Call, node) for node in found if _is_call(node)]
    settled = _settled(found)
    for call in calls:
        name = call.base if isinstance(call, tree.Variant) else call.name
        op = vocabulary.ops().get(name)
        block = _block(module.declared.get(name))
        for arg in call.args or ():
            if arg.name is None or (op is None and block is None):
                continue
            if op is not None:
                same = (name, arg.name) not in settled and _is_op_default(op, arg)
            else:
                assert block is not None
                same = _is_block_default(block, arg)
            if same:
                text = f"`{_shown(arg)}` repeats {name}'s default"
                warn(codes.REPEATS_DEFAULT, text, arg.span, "leave it out")


def _is_call(node: object) -> bool:
    return isinstance(node, (tree.Use, tree.CallExpr, tree.Variant)) and bool(node.args)


def _settled(nodes: Sequence[object]) -> set[tuple[str, str]]:
    """What the file's `defaults` set, and what stands in them: op and attribute."""
    found: set[tuple[str, str]] = set()
    for node in nodes:
        if isinstance(node, tree.Defaults):
            for use in node.uses:
                found |= {(use.name, arg.name) for arg in use.args or () if arg.name is not None}
    return found


def _shown(arg: tree.Arg) -> str:
    return " ".join(arg.span.text.split())


def _block(value: Value) -> tree.Block | None:
    if isinstance(value, BlockValue) and not value.bound:
        return value.block
    if isinstance(value, NetValue) and isinstance(value.decl, tree.Block):
        return value.decl
    return None


def _is_op_default(op: type[Op], arg: tree.Arg) -> bool:
    name = arg.name or ""
    kind = kinds_of(op).get(name)
    if kind is None or name == "bias" or name in op.required():
        return False
    value = _literal(arg.value)
    if value is _UNKNOWN:
        return False
    default = next(known.default for known in attributes_of(op).values() if known.name == name)
    try:
        found = coerce(kind, value)
    except Unfit:
        return False
    return found == default and isinstance(found, bool) == isinstance(default, bool)


def _literal(expr: tree.Expr) -> Value:
    match expr:
        case tree.Number() | tree.Boolean():
            return expr.value
        case tree.Size():
            return Size(expr.sizes)
        case tree.Name() if expr.name in vocabulary.words():
            return Word(expr.name)
        case _:
            return _UNKNOWN


def _is_block_default(block: tree.Block, arg: tree.Arg) -> bool:
    default = next((param.default for param in block.params if param.name == arg.name), None)
    match arg.value, default:
        case tree.Number(), tree.Number():
            return arg.value.value == default.value
        case (
            (tree.Boolean(), tree.Boolean())
            | (tree.Size(), tree.Size())
            | (tree.String(), tree.String())
        ):
            return arg.value == default
        case tree.Name(), tree.Name():
            known = default.name in vocabulary.ops() or default.name in vocabulary.words()
            return arg.value.name == default.name and (known or default.name == "none")
        case _:
            return False
