"""Initialisers: PyTorch's, as the language has them, in Keras's words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from archdsl.ir.graph import Graph, Node
from archdsl.ir.op import Arg, Call, KerasLowering
from archdsl.ir.values import Initializer
from archdsl.targets.keras.gaps import Unsupported
from archdsl.targets.layout import Brackets, Doc, lay_out
from archdsl.targets.outline.constants import Code
from archdsl.targets.written import literal

_DEFAULTS = {"kernel": "glorot_uniform", "gamma": "ones", "alpha": "zeros"}

Config = tuple[str, tuple[tuple[str, object], ...]]


@dataclass
class Initializers:
    """The constants of a module: one instance can't be shared, since it draws the same again.

    taken: names of the source, which no constant has
    """

    taken: frozenset[str] = frozenset()
    constants: dict[str, Config] = field(default_factory=dict)
    lowerings: dict[int, KerasLowering] = field(default_factory=dict)  # by the node's identity

    def named(self, word: str, config: Config) -> str:
        """The constant of that configuration; `word` is the language's name for it."""
        name, count = word.upper(), 1
        while name in self.taken or self.constants.setdefault(name, config) != config:
            count += 1
            name = f"{word.upper()}_{count}"
        return name

    def lines(self, name: str) -> list[str]:
        kind, config = self.constants[name]
        inner = tuple(_item(k, literal(v)) for k, v in config)
        items: tuple[Doc, ...] = (
            _item("class_name", literal(kind)),
            Brackets('"config": ', inner, brackets="{}"),
        )
        return lay_out(f"{name} = ", Brackets("", items, brackets="{}"), 0)


def _item(key: str, written: str) -> str:
    return f'"{key}": {written}'


def lowered(known: Initializers, graph: Graph, node: Node) -> KerasLowering:
    """A node's layers, the last with the initialiser of its weight; none for a mere join."""
    found = known.lowerings.get(id(node))
    if found is None:
        calls = node.op.keras(graph.input_shapes(node), node.shape) or ()
        found = (*calls[:-1], *(_with_initializer(known, graph, node, c) for c in calls[-1:]))
        found = (*found[:-1], *(_with_bias(known, graph, node, c) for c in found[-1:]))
        known.lowerings[id(node)] = found
    return found


def _with_bias(known: Initializers, graph: Graph, node: Node, call: Call) -> Call:
    """The call with what its bias starts at, as an argument that may be the default."""
    weights = {w.keras: w for w in node.op.weights(graph.input_shapes(node)) if w.keras}
    if "kernel" not in weights or "bias" not in weights:
        return call
    init = getattr(node.op, "init", None)
    default = Code('"zeros"')
    bias = init.bias if isinstance(init, Initializer) else 0.0
    if bias == "fan_in":
        kernel = weights["kernel"]
        bound = (kernel.elements // kernel.shape[0]) ** -0.5
        config = (("minval", -bound), ("maxval", bound))
        value = Code(known.named("bias", ("RandomUniform", config)))
    else:
        value = Code(f"initializers.Constant({literal(bias)})") if bias else default
    return replace(call, args=(*call.args, Arg("bias_initializer", value, default=default)))


def _with_initializer(known: Initializers, graph: Graph, node: Node, call: Call) -> Call:
    """The call with the initialiser of its main weight, as an argument that may be the default."""
    weights = node.op.weights(graph.input_shapes(node))
    twin = next((w.keras for w in weights if w.name == "weight" and w.keras), None)
    if twin is None or twin not in _DEFAULTS:
        return call
    name = f"{'depthwise' if _is_depthwise(call) else twin}_initializer"
    init = getattr(node.op, "init", None)
    default = Code(f'"{_DEFAULTS[twin]}"')
    if isinstance(init, Initializer):
        value: object = _written(known, init, graph, node, call)
    elif twin == "alpha":  # the op's own start
        return call
    else:
        value = default
    rest = tuple(a for a in call.args if a.name != name)
    return replace(call, args=(*rest, Arg(name, value, default=default)))


def _is_depthwise(call: Call) -> bool:
    return "DepthwiseConv" in call.target


def _written(known: Initializers, init: Initializer, graph: Graph, node: Node, call: Call) -> Code:
    init = init.uncut()
    args = dict(init.args)
    match init.name:
        case "zeros" | "ones":
            return Code(f'"{init.name}"')
        case "constant":
            return Code(f"initializers.Constant({literal(args['value'])})")
        case "normal":
            config = (("mean", args["mean"]), ("stddev", args["std"]))
            return Code(known.named("normal", ("RandomNormal", config)))
        case "trunc_normal":
            return Code(known.named("trunc_normal", _truncated(args, node)))
        case "uniform":
            config = (("minval", args["low"]), ("maxval", args["high"]))
            return Code(known.named("uniform", ("RandomUniform", config)))
    if init == Initializer("xavier_uniform", (("gain", 1.0),)) and not _is_depthwise(call):
        return Code('"glorot_uniform"')
    return Code(known.named(init.name, _scaled(init.name, args, graph, node, call)))


def _truncated(args: dict[str, float | str], node: Node) -> Config:
    """PyTorch cuts at a number, Keras at two deviations."""
    std, mean, bound = float(args["std"]), float(args["mean"]), float(args["bound"])
    config = (("mean", mean), ("stddev", std))
    if mean == 0 and bound == 2 * std:
        return "TruncatedNormal", config
    raise Unsupported(
        f"trunc_normal cut at {bound:g}",
        node.span,
        "Keras's truncated normal is cut at two deviations",
        "give a bound of twice the deviation, or use normal",
    )


_MODES = {"fan_in": "fan_out", "fan_out": "fan_in", "fan_avg": "fan_avg"}


def _scaled(
    name: str, args: dict[str, float | str], graph: Graph, node: Node, call: Call
) -> Config:
    """VarianceScaling; of a depthwise kernel Keras counts the fans the other way round."""
    scale, mode = round(float(args["gain"]) ** 2, 12), str(args.get("mode", "fan_avg"))
    if _is_depthwise(call):
        times = node.shape.channels // graph.nodes[node.inputs[0]].shape.channels
        if mode == "fan_avg" and times > 1:
            raise Unsupported(f"{name} of a depthwise layer with a multiplier", node.span)
        scale = {"fan_in": scale * times, "fan_out": scale / times, "fan_avg": scale}[mode]
        mode = _MODES[mode]
    kind = "uniform" if name.endswith("uniform") else "untruncated_normal"
    return "VarianceScaling", (("scale", scale), ("mode", mode), ("distribution", kind))
