"""Initialisers: PyTorch's, as the language has them, in JAX's words, as constants of the module."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from archdsl.ir.graph import Graph, Node
from archdsl.ir.op import Arg, Call
from archdsl.ir.values import Initializer
from archdsl.targets.layout import Brackets, Doc, call, lay_out
from archdsl.targets.outline.constants import Code
from archdsl.targets.written import literal

_JAX = "nnx.initializers"
# where nothing is said, Flax's own way; by the argument of the layer
_DEFAULTS = {
    "kernel_init": Code(f"{_JAX}.lecun_normal()"),
    "scale_init": Code(f"{_JAX}.ones_init()"),
    "bias_init": Code(f"{_JAX}.zeros_init()"),
}
_KERNELS = frozenset({"nnx.Conv", "nnx.ConvTranspose", "nnx.Linear"})
_SCALED = frozenset({"nnx.BatchNorm", "nnx.GroupNorm", "nnx.LayerNorm"})

Args = dict[str, float | str]


@dataclass
class Initializers:
    """The constants of a module, by name: an initializer has no state, so all may share it.

    taken: names of the source, which no constant has
    """

    taken: frozenset[str] = frozenset()
    constants: dict[str, Doc] = field(default_factory=dict)

    def named(self, word: str, made: Doc) -> Code:
        """The constant that is `made`; `word` is the language's name for it."""
        name, count = word.upper(), 1
        while name in self.taken or self.constants.setdefault(name, made) != made:
            count += 1
            name = f"{word.upper()}_{count}"
        return Code(name)

    def lines(self, used: set[str]) -> list[str]:
        found = [n for n in self.constants if n in used]
        return [line for n in found for line in lay_out(f"{n} = ", self.constants[n], 0)]

    def with_initializers(self, graph: Graph, node: Node, made: Call) -> Call:
        """A layer's call with how its weights start, as arguments that may be the defaults."""
        if made.target in _KERNELS:
            word = "kernel_init"
        elif made.target in _SCALED:
            word = "scale_init"
        elif made.target in ("nnx.PReLU", "ChannelPReLU"):
            return _slope(node, made)
        else:
            return made
        init = _given(node)
        added = [self._arg(word, self._weight(init, graph, node) if init else None)]
        if word == "kernel_init":
            added.append(self._arg("bias_init", self._bias(init, graph, node) if init else None))
        return replace(made, args=(*made.args[:-1], *added, made.args[-1]))

    def _arg(self, name: str, value: Code | None) -> Arg:
        return Arg(name, value or _DEFAULTS[name], default=_DEFAULTS[name])

    def _weight(self, init: Initializer, graph: Graph, node: Node) -> Code:
        init = init.uncut()
        return self.named(init.name, _made(init.name, dict(init.args), graph, node))

    def _bias(self, init: Initializer, graph: Graph, node: Node) -> Code | None:
        if init.bias == "fan_in":
            bound = (_fans(graph, node)[0]) ** -0.5
            return self.named("bias", _uniform(-bound, bound))
        return self.named("bias", _call("constant", init.bias)) if init.bias else None


def _given(node: Node) -> Initializer | None:
    init = getattr(node.op, "init", None)
    return init if isinstance(init, Initializer) else None


def _slope(node: Node, made: Call) -> Call:
    """The one layer whose weight isn't drawn: it starts at a number."""
    init = _given(node)
    values = {"constant": dict(init.args).get("value"), "zeros": 0.0, "ones": 1.0} if init else {}
    value = values.get(init.name) if init else 0.25
    first = made.args[:-1] if made.target == "nnx.PReLU" else made.args
    start = Arg("negative_slope_init", value, positional=made.target == "nnx.PReLU")
    if made.target != "nnx.PReLU":
        start = replace(start, default=0.25)
    return replace(made, args=(*first, start))


def can_start(node: Node) -> bool:
    """Whether there is a way to say how a node's weights start."""
    init = _given(node)
    drawn = init is not None and init.name not in ("constant", "zeros", "ones")
    return not (node.op.keyword == "prelu" and drawn)


def _call(name: str, *args: object) -> Brackets:
    return call(f"{_JAX}.{name}", [literal(a) for a in args])


def _uniform(low: float, high: float) -> Doc:
    drawn = _call("uniform", high - low)
    return drawn if low == 0 else call("shifted", [drawn, literal(low)])


def _normal(std: float, mean: float = 0.0) -> Doc:
    drawn = _call("normal", std)
    return drawn if mean == 0 else call("shifted", [drawn, literal(mean)])


def _truncated(args: Args) -> Doc:
    """PyTorch cuts at numbers, JAX at so many deviations from the mean."""
    std, mean, bound = float(args["std"]), float(args["mean"]), float(args["bound"])
    lower, upper = (-bound - mean) / std, (bound - mean) / std
    parts = [literal(std)]
    if (lower, upper) != (-2.0, 2.0):
        parts += [f"lower={literal(lower)}", f"upper={literal(upper)}"]
    drawn = call(f"{_JAX}.truncated_normal", parts)
    return drawn if mean == 0 else call("shifted", [drawn, literal(mean)])


def _fans(graph: Graph, node: Node) -> tuple[int, int]:
    """(in, out) as PyTorch counts them: by the second and the first axis of its weight."""
    weight = node.op.weights(graph.input_shapes(node))[0].shape
    space = math.prod(weight[2:])
    return weight[1] * space, weight[0] * space


def _made(name: str, args: Args, graph: Graph, node: Node) -> Doc:
    match name:
        case "zeros" | "ones":
            return _call(f"{name}_init")
        case "constant":
            return _call("constant", args["value"])
        case "normal":
            return _normal(float(args["std"]), float(args["mean"]))
        case "trunc_normal":
            return _truncated(args)
        case "uniform":
            return _uniform(float(args["low"]), float(args["high"]))
    scale, mode = round(float(args["gain"]) ** 2, 12), str(args.get("mode", "fan_avg"))
    kind = "uniform" if name.endswith("uniform") else "normal"
    if node.op.keyword == "deconv" and getattr(node.op, "groups", 1) > 1:
        # Its kernel is laid out as a convolution's, whose fans are others.
        fans = _fans(graph, node)
        fan = {"fan_in": fans[0], "fan_out": fans[1], "fan_avg": sum(fans) / 2}[mode]
        std = (scale / fan) ** 0.5
        bound = std * 3**0.5
        return _normal(std) if kind == "normal" else _uniform(-bound, bound)
    return _call("variance_scaling", scale, mode, kind)
