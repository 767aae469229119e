"""PyTorch's way to say classes of modules."""

from __future__ import annotations

from collections.abc import Sequence

from archdsl.ir import structure
from archdsl.ir.graph import Graph, Node
from archdsl.ir.op import Call, Lowering, Op
from archdsl.ir.shape import Shape
from archdsl.targets.classes.dialect import Dialect
from archdsl.targets.classes.entries import One, sequential
from archdsl.targets.classes.units import super_call
from archdsl.targets.layout import Brackets, Doc, call, lay_out, prefixed
from archdsl.targets.outline.names import safe
from archdsl.targets.symbolic import Ex
from archdsl.targets.torch import initialise, padding
from archdsl.targets.written import text


class TorchDialect(Dialect):
    target = "torch"
    title = "PyTorch"
    base = "nn.Module"
    line = "nn.Sequential"
    method = "forward"
    tensor = "Tensor"
    child = "nn.Module"
    training = "self.training"
    start = ("        super().__init__()",)
    names = ("OrderedDict[str, nn.Module]", "OrderedDict()", "nn.Sequential")
    heads = "In training forward gives the side heads' outputs too"
    packages = ("torch",)
    helpers = {"round_to": "round_to"}  # noqa: RUF012
    imports = {  # noqa: RUF012
        "math": "import math",
        "Callable": "from collections.abc import Callable",
        "OrderedDict": "from collections import OrderedDict",
        "partial": "from functools import partial",
        "torch": "import torch",
        "Tensor": "from torch import Tensor",
        "nn": "from torch import nn",
    }

    def lower(self, graph: Graph, node: Node) -> Lowering | None:
        return node.op.torch(graph.input_shapes(node), node.shape)

    def unified(
        self, calls: Sequence[Call], ops: Sequence[Op], inputs: Sequence[Shape]
    ) -> list[Call]:
        return padding.unified(calls, ops, inputs)

    def sizes(self, shape: Shape) -> tuple[int, ...]:
        return shape.channels_first

    def concat(self, parts: Sequence[str]) -> Doc:
        return call("torch.cat", [Brackets("", tuple(parts), brackets="[]"), "1"])

    def identity(self, function: bool) -> str:
        return "nn.Identity()"

    def named(self, pairs: Sequence[tuple[str, Doc]]) -> Brackets:
        items = tuple(Brackets("", pair) for pair in pairs)
        inner = Brackets("OrderedDict", (Brackets("", items, brackets="[]", explode=True),))
        return call("nn.Sequential", [inner])

    def parameter(self, initial: Ex, channels: Ex, ones: Sequence[int]) -> Doc:
        shape = ", ".join([text(channels), *(str(n) for n in ones)])
        shape = f"({shape},)" if "," not in shape else f"({shape})"
        return call("nn.Parameter", [call("torch.full", [shape, text(initial)])])

    def parameter_value(self, access: str) -> str:
        return access

    def callable_type(self, code: str) -> str:
        return "Callable[..., nn.Module]"

    def attribute(self, key: str) -> str:
        return key

    def unspeakable(self, key: str, doc: Doc) -> tuple[Doc, str]:
        added = Brackets("self.add_module", (f'"{key}"', doc))
        return added, f'self.get_submodule("{key}")'

    def place(self, key: str, index: int, *, keyed: bool, parameter: bool) -> str:
        if parameter:
            return f'self.get_parameter("{key}")'
        return f'self["{key}"]' if keyed else f"self[{index}]"

    def container(
        self, entries: Sequence[tuple[str, Doc]], parameters: Sequence[tuple[str, Doc]], keyed: bool
    ) -> tuple[str, list[str]]:
        if keyed:  # a Sequential's forward takes one value
            pairs = tuple(prefixed(f'"{key}": ', doc) for key, doc in entries)
            made = Brackets("", (Brackets("", pairs, brackets="{}", explode=True),))
        else:
            made = sequential(self, [One(doc, key) for key, doc in entries])
        lines = super_call(made)
        for key, doc in parameters:
            lines += lay_out("", Brackets("self.register_parameter", (f'"{key}"', doc)), 2)
        return ("nn.ModuleDict" if keyed else "nn.Sequential"), lines

    def first_statements(self, graph: Graph) -> list[str]:
        return []

    def last_statements(self, graph: Graph) -> list[str]:
        return initialise.statements(graph)

    def run(self, net: structure.Net) -> list[str]:
        shapes = [net.graph.nodes[v].shape.channels_first for _, v in net.graph.inputs]
        inputs = [f"torch.randn(1, {', '.join(str(n) for n in s)})" for s in shapes]
        several = len(net.graph.outputs) > 1
        name = "outputs" if several else "output"
        made = Brackets(f"{safe(net.name)}().eval()", tuple(inputs))
        shown = "tuple(output.shape)"
        if several:
            shown = f"[{shown} for output in outputs]"
        return [*lay_out(f"{name} = ", made, 1), f'    print("{net.name}", {shown})']
