"""Which arguments of a block reach neither shape nor cost.

Stochastic depth differs from block to block and from candidate to candidate, and no cost asks for
more of it than whether there is any. That is found out, not known: of a block's parameter, each
place where it is written; of an op's attribute that it is given to, what the op's rules ask of it,
by an op whose attribute notes that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from archdsl.elaborate import calls, coerce
from archdsl.elaborate.files import Module
from archdsl.elaborate.mentions import mentioned, nodes
from archdsl.elaborate.references import MISSING, find, signature_of
from archdsl.elaborate.scope import Scope, Variables
from archdsl.elaborate.values import Value
from archdsl.elaborate.vocabulary import op_values
from archdsl.ir.attributes import attributes_of
from archdsl.ir.op import Op, OpError
from archdsl.ir.shape import Shape
from archdsl.ir.values import BlockValue, OpValue
from archdsl.syntax import tree

__all__ = ["Stands", "stands_for"]

Stands = Callable[[Value], Value]
"""What may stand for a value without any difference in shape and cost."""

_SHAPES = tuple(Shape((9,) * rank, 8) for rank in range(4))
_SOME = Fraction(1, 4)  # stands for all values that are not 0


def stands_for(block: BlockValue, name: str) -> Stands | None:
    """For a parameter of a block; None where its value counts."""
    attributes = _attributes(block, name, ())
    if not attributes:
        return None

    def stand(value: Value) -> Value:
        for op, attribute in attributes:
            if not _fits(op, attribute, value):
                return value  # an error, which speaks of it
        return _SOME if value else 0

    return stand


Attribute = tuple[type[Op], str]


def _attributes(block: BlockValue, name: str, within: tuple[object, ...]) -> list[Attribute]:
    """The attributes that a parameter is given to; none where it is used otherwise as well."""
    if block.block in within:
        return []
    parts = (block.block.params, block.block.body)
    written = sum(used == name for node in nodes(*parts) for used, _ in mentioned(node))
    found: list[Attribute] = []
    for callee, attribute in _given(block, name):
        written -= 1
        if isinstance(callee, BlockValue):
            inner = _attributes(callee, attribute, (*within, block.block))
            if not inner:
                return []
            found += inner
        elif asked(callee.op, attribute) == "value":
            return []
        else:
            found.append((callee.op, attribute))
    return [] if written else found


def _given(block: BlockValue, name: str) -> Iterator[tuple[OpValue | BlockValue, str]]:
    """Where a parameter, as it is, is an argument: of what, and which."""
    home = block.home
    assert isinstance(home, Module)
    own = dict.fromkeys(param.name for param in block.block.params)
    scope = Scope(home, Variables(None, own))
    for node in nodes(block.block.body):
        args: tuple[tree.Arg, ...] = ()
        callee: Value = None
        if isinstance(node, tree.Use):
            args = node.args or ()
            callee = find(node.name, scope)
            if callee is MISSING:
                callee = op_values().get(node.name)
        elif isinstance(node, tree.Residual):
            for arg in node.args or ():
                if _is(arg, name):
                    yield op_values()["drop_path"], "p"
        if not isinstance(callee, (OpValue, BlockValue)) or not any(_is(a, name) for a in args):
            continue
        bound = [key for key, _ in callee.bound]
        for key, arg in calls.bind(signature_of(callee), args, lambda _: None, bound).items():
            if _is(arg, name):
                yield callee, key


def _is(arg: tree.Arg, name: str) -> bool:
    return isinstance(arg.value, tree.Name) and arg.value.name == name


# ------------------------------------------------------------------------------ an op's attribute


_ASKED: dict[tuple[type[Op], str], str] = {}


def asked(op: type[Op], attribute: str) -> str:
    """What its rules ask of a number: "value", or no more than "truth", whether it is 0."""
    key = (op, attribute)
    if key not in _ASKED:
        _ASKED[key] = _asked(op, attribute)
    return _ASKED[key]


def _asked(op: type[Op], attribute: str) -> str:
    kind = op.attributes()[attribute]
    if kind.name != "number" or any(name != attribute for name in op.required()):
        return "value"
    field = next(a.field for a in attributes_of(op).values() if a.name == attribute)
    for number in (0.0, 0.25, 0.5):
        asks: list[str] = []
        probe = _Probe(number)
        probe.asks = asks
        for shape in _SHAPES:
            inputs = (shape,)
            try:
                written = op.of({attribute: number})
                resolved = written.resolve(inputs)
            except OpError:
                continue
            if resolved.changed(**{field: 0.0}) != written.changed(**{field: 0.0}):
                return "value"  # it may have gone into another attribute
            _ask(resolved.changed(**{field: probe}), inputs)
        if "value" in asks:
            return "value"
    return "truth"


def _ask(op: Op, inputs: tuple[Shape, ...]) -> None:
    """All that facts and shapes come from."""
    output = op.infer(inputs)
    op.stride_of(inputs, output)
    op.weights(inputs)
    op.macs(inputs, output)
    op.flops(inputs, output)
    op.saved(inputs, output)
    op.receptive(inputs, output)
    op.is_view(training=True)
    op.is_view(training=False)


class _Probe(float):
    """A number that notes whether it was asked for more than whether it is 0."""

    asks: list[str]

    def __bool__(self) -> bool:
        self.asks.append("truth")
        return float.__bool__(self)


def _noting(name: str) -> Callable[..., object]:
    plain = getattr(float, name)

    def method(self: _Probe, *args: object) -> object:
        self.asks.append("value")
        return plain(self, *args)

    return method


for _name in dir(float):
    if _name not in dir(object) and callable(getattr(float, _name)) and _name != "__bool__":
        setattr(_Probe, _name, _noting(_name))
for _name in ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__"):
    setattr(_Probe, _name, _noting(_name))
for _name in ("__repr__", "__str__", "__format__"):
    setattr(_Probe, _name, _noting(_name))


def _fits(op: type[Op], attribute: str, value: Value) -> bool:
    """Whether the op takes it at all."""
    try:
        number = coerce.coerce(op.attributes()[attribute], value)
        op.of({attribute: number}).resolve(_SHAPES[2:3])
    except (coerce.Unfit, OpError):
        return False
    return True
