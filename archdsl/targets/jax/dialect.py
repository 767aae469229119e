"""Flax NNX's way to say classes of modules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from archdsl.ir import structure
from archdsl.ir.graph import Graph, Node
from archdsl.ir.op import Call, Lowering, Op
from archdsl.ir.shape import Shape
from archdsl.targets import orders
from archdsl.targets.classes.dialect import Dialect
from archdsl.targets.jax.initial import Initializers, can_start
from archdsl.targets.jax.lowerings import LOWERINGS, convolutions
from archdsl.targets.jax.lowerings.layout import flatten_channels_first
from archdsl.targets.layout import Brackets, Doc, call, lay_out, prefixed
from archdsl.targets.outline.names import safe
from archdsl.targets.symbolic import Ex
from archdsl.targets.written import text

# what nnx.Module has itself, and what its train() and eval() set
_MODULES = {"eval", "iter_children", "iter_modules", "perturb", "set_attributes", "sow", "train"}
_OWNED = frozenset(_MODULES | {"deterministic", "use_running_average"})


def attribute(key: str) -> str:
    """The attribute's name for a child of that key; no two keys have the same."""
    return f"{key}_" if key.rstrip("_") in _OWNED else key


class JaxDialect(Dialect):
    target = "jax"
    title = "Flax NNX"
    base = "nnx.Module"
    line = "nnx.Sequential"
    method = "__call__"
    tensor = "Array"
    child = "Callable[..., Array]"
    names = ("dict[str, Callable[..., Array]]", "{}", "NamedSequential")
    training = "not self.deterministic"
    made_with = ("rngs", "nnx.Rngs")
    functions = True
    heads = "After train() the call gives the side heads' outputs too"
    packages = ("flax", "jax", "numpy")
    helpers = {name: name for name in ("ceil_padding", "round_to", "shifted")} | {
        "NamedSequential": "named_sequential"
    }
    imports = {  # noqa: RUF012
        "math": "import math",
        "Any": "from typing import Any",
        "Callable": "from collections.abc import Callable",
        "partial": "from functools import partial",
        "jax": "import jax",
        "jnp": "import jax.numpy as jnp",
        "nnx": "from flax import nnx",
        "Array": "from jax import Array",
        "lax": "from jax import lax",
    }

    def __init__(self, taken: frozenset[str] = frozenset()) -> None:
        self.initializers = Initializers(taken)

    def lower(self, graph: Graph, node: Node) -> Lowering | None:
        if orders.flattens(node, graph) and orders.order_is_seen(node, graph):
            return flatten_channels_first()
        make = LOWERINGS.get(node.op.keyword)
        found = make(node.op, graph.input_shapes(node), node.shape) if make else None
        if found is None or found.module is None or not can_start(node):
            return found if can_start(node) else None
        made = self.initializers.with_initializers(graph, node, found.module)
        return replace(found, module=made)

    def unified(
        self, calls: Sequence[Call], ops: Sequence[Op], inputs: Sequence[Shape]
    ) -> list[Call]:
        return convolutions.unified(calls, ops, inputs)

    def sizes(self, shape: Shape) -> tuple[int, ...]:
        return shape.channels_last

    def concat(self, parts: Sequence[str]) -> Doc:
        return call("jnp.concatenate", [Brackets("", tuple(parts), brackets="[]"), "axis=-1"])

    def identity(self, function: bool) -> str:
        return "nnx.identity" if function else "nnx.Sequential()"

    def named(self, pairs: Sequence[tuple[str, Doc]]) -> Brackets:
        items = tuple(prefixed(f"{name}: ", doc) for name, doc in pairs)
        return call("NamedSequential", [Brackets("", items, brackets="{}", explode=True)])

    def parameter(self, initial: Ex, channels: Ex, ones: Sequence[int]) -> Doc:
        shape = f"({text(channels)},)"
        return call("nnx.Param", [call("jnp.full", [shape, text(initial), "jnp.float32"])])

    def parameter_value(self, access: str) -> str:
        return f"{access}[...]"

    def callable_type(self, code: str) -> str:
        if code in self.initializers.constants or code.startswith("nnx.initializers."):
            return "nnx.Initializer"
        name = code.removeprefix("partial(").split(",")[0].rpartition(".")[2]
        made = "Callable[..., Array]"
        return f"Callable[..., {made}]" if name[:1].isupper() else made

    def attribute(self, key: str) -> str:
        return attribute(key)

    def unspeakable(self, key: str, doc: Doc) -> tuple[Doc, str]:
        return Brackets("setattr", ("self", f'"{key}"', doc)), f'getattr(self, "{key}")'

    def place(self, key: str, index: int, *, keyed: bool, parameter: bool) -> str:
        access = f'self.layers["{key}"]'
        return f"{access}[...]" if parameter else access

    def container(
        self, entries: Sequence[tuple[str, Doc]], parameters: Sequence[tuple[str, Doc]], keyed: bool
    ) -> tuple[str, list[str]]:
        made = call("nnx.Dict", [_dictionary([*entries, *parameters])])
        return self.base, lay_out("self.layers: nnx.Dict[Any] = ", made, 2)

    def first_statements(self, graph: Graph) -> list[str]:
        if not graph.aux:
            return []
        return ["        self.deterministic = False  # as train() and eval() set it"]

    def last_statements(self, graph: Graph) -> list[str]:
        return []

    def run(self, net: structure.Net) -> list[str]:
        name = safe(net.name.lower())
        shapes = [net.graph.nodes[v].shape.channels_last for _, v in net.graph.inputs]
        sizes = [", ".join(str(n) for n in (1, *s)) for s in shapes]
        inputs = tuple(Brackets("jnp.zeros", (f"({s})",)) for s in sizes)
        shown = "output.shape"
        several = len(net.graph.outputs) > 1
        if several:
            shown = f"[{shown} for output in outputs]"
        alone = net.graph.aux and not several
        return [
            f"    {name} = {safe(net.name)}(rngs=nnx.Rngs(0))",
            f"    {name}.eval()",
            *lay_out(f"{'outputs' if several else 'output'} = ", Brackets(name, inputs), 1),
            *(["    assert isinstance(output, Array)  # not in training"] if alone else []),
            f'    print("{net.name}", {shown})',
        ]


def _dictionary(pairs: Sequence[tuple[str, Doc]]) -> Brackets:
    items = tuple(prefixed(f'"{key}": ', doc) for key, doc in pairs)
    return Brackets("", items, brackets="{}", explode=True)
