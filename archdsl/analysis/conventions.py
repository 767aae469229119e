"""How other tools count: each a list of what it adds to archdsl's own figures, as data.

archdsl's MACs are those of convolutions and linear layers at inference, its parameters the
trained elements, side heads included. A tool's figure is the sum of these and of its rules, times
its factor; so the rules are also the reason why two tools disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from archdsl.analysis.facts import Facts, facts_of
from archdsl.ir import structure
from archdsl.ir.graph import Node
from archdsl.ir.op import Shapes, Weight
from archdsl.records import record


@record
class Layer:
    """What a rule looks at."""

    node: Node
    shapes: Shapes
    fact: Facts

    @property
    def word(self) -> str:
        return self.node.op.keyword

    @property
    def elements(self) -> int:
        return self.fact.elements

    @property
    def weights(self) -> tuple[Weight, ...]:
        return self.node.op.weights(self.shapes)

    @property
    def has_bias(self) -> bool:
        return any(weight.name == "bias" for weight in self.weights)


Count = Callable[[Layer], int]


@record
class Rule:
    """text: what is added, for a person; count: how many for a layer."""

    text: str
    count: Count


@record
class Convention:
    """
    tool:   whose figures these are, and source: where its rules stand
    work, params: what it calls its figures; None: it has none
    factor: of the whole work, 2 where an operation is a multiplication or an addition
    """

    name: str
    tool: str
    source: str
    work: str | None
    params: str
    factor: int = 1
    work_rules: tuple[Rule, ...] = ()
    params_rules: tuple[Rule, ...] = ()


@record
class Part:
    """A line of a breakdown: how much a rule adds, by how many layers."""

    text: str
    amount: int
    layers: int


@record
class Reckoning:
    """A net as a tool counts it: parts that sum up to the total, before its factor."""

    convention: Convention
    work: tuple[Part, ...]
    params: tuple[Part, ...]

    @property
    def total_work(self) -> int | None:
        if self.convention.work is None:
            return None
        return self.convention.factor * sum(part.amount for part in self.work)

    @property
    def total_params(self) -> int:
        return sum(part.amount for part in self.params)


# --------------------------------------------------------------------------- rules


def _macs(linear: bool) -> Count:
    return lambda layer: layer.fact.macs if (layer.word == "linear") == linear else 0


_WORK = (
    Rule("multiply-accumulates of convolutions", _macs(linear=False)),
    Rule("multiply-accumulates of linear layers", _macs(linear=True)),
)
_PARAMS = (Rule("trained elements", lambda layer: layer.fact.params),)


def _norm(layer: Layer) -> int:
    """fvcore: of a batch norm in eval 2 an element, 1 without factor and offset."""
    return layer.elements * (2 if layer.fact.params else 1) if layer.word == "bn" else 0


def _other_norm(layer: Layer) -> int:
    return 5 * layer.elements if layer.word in ("layernorm", "groupnorm") else 0


def _adaptive_mean(layer: Layer) -> int:
    op = layer.node.op
    adaptive = layer.word == "avgpool" and op.value("to") is not None
    if not (layer.word == "global_avgpool" or adaptive) or layer.shapes[0].rank != 2:
        return 0
    return layer.shapes[0].elements


def _upsampled(layer: Layer) -> int:
    if layer.word != "upsample" or layer.node.shape.rank != 2:
        return 0
    return layer.elements * (1 if layer.node.op.value("mode") == "nearest" else 4)


def _bias_elements(layer: Layer) -> int:
    """torchinfo: a bias has as many as the output has elements."""
    return layer.elements if layer.fact.macs and layer.has_bias else 0


def _norm_weights(layer: Layer) -> int:
    return layer.fact.params if layer.word in ("bn", "layernorm", "groupnorm", "prelu") else 0


def _moving(layer: Layer) -> int:
    return layer.fact.buffers - layer.fact.counters if layer.word == "bn" else 0


def _standard(layer: Layer) -> int:
    return layer.fact.buffers + 1 if layer.word == "standardize" else 0


CONVENTIONS: dict[str, Convention] = {
    it.name: it
    for it in (
        Convention(
            name="torch",
            tool="PyTorch 2.13: torch.utils.flop_counter.FlopCounterMode, parameters()",
            source="torch/utils/flop_counter.py: conv_flop_count, addmm_flop",
            work="FLOPs",
            params="parameters",
            factor=2,
        ),
        Convention(
            name="fvcore",
            tool="fvcore 0.1.5: FlopCountAnalysis, parameter_count",
            source="fvcore/nn/flop_count.py and jit_handles.py: the handles of each operator",
            work="flops",
            params="parameters",
            work_rules=(
                Rule("2 for each element of a batch norm", _norm),
                Rule("5 for each element of a layer or group norm", _other_norm),
                Rule("1 for each element that an adaptive average reads", _adaptive_mean),
                Rule("1 or 4 for each element of an upsampled map", _upsampled),
            ),
        ),
        Convention(
            name="torchinfo",
            tool="torchinfo 1.8: summary",
            source="torchinfo/layer_info.py: LayerInfo.calculate_macs",
            work="mult-adds",
            params="parameters",
            work_rules=(
                Rule("1 for each element that gets a bias", _bias_elements),
                Rule("the parameters of a normalisation, once", _norm_weights),
            ),
        ),
        Convention(
            name="keras",
            tool="Keras 3: Model.count_params()",
            source="keras/src/layers/layer.py: Layer.count_params, over all of `weights`",
            work=None,
            params="count_params()",
            params_rules=(
                Rule("moving means and variances of batch norms", _moving),
                Rule("means, variances and a counter of Normalization", _standard),
            ),
        ),
        Convention(
            name="papers",
            tool="papers: multiply-adds (often called FLOPs), parameters",
            source="He et al. 2015, table 1; Sandler et al. 2018, table 4; Tan, Le 2019, table 2",
            work="multiply-adds",
            params="parameters",
        ),
    )
}


def reckon(net: structure.Net, name: str) -> Reckoning:
    """The net's figures as the tool of this name has them, part by part."""
    graph = net.graph
    layers = [
        Layer(node, graph.input_shapes(node), fact)
        for node, fact in zip(graph.nodes, facts_of(graph), strict=True)
    ]
    convention = CONVENTIONS[name]
    used = [layer for layer in layers if not layer.node.aux]
    work = _parts((*_WORK, *convention.work_rules), used) if convention.work else ()
    return Reckoning(convention, work, _parts((*_PARAMS, *convention.params_rules), layers))


def _parts(rules: Iterable[Rule], layers: Sequence[Layer]) -> tuple[Part, ...]:
    found = []
    for rule in rules:
        amounts = [amount for amount in map(rule.count, layers) if amount]
        if amounts:
            found.append(Part(rule.text, sum(amounts), len(amounts)))
    return tuple(found)
