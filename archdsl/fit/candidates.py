"""Candidates of one net: their parameters, and what they cost.

Exact: `Candidates.costs` says what elaborating the candidate and counting it says. A net that is a
row of pieces is counted by them (plan.py); any other is elaborated whole each time.
"""

from __future__ import annotations

from collections.abc import Mapping

from archdsl import limits
from archdsl.diagnostics import Diagnostics
from archdsl.elaborate import Program, codes, elaborate_net, segments
from archdsl.elaborate.net_arguments import NetInfo
from archdsl.elaborate.values import TYPES, Value, show
from archdsl.fit.parts import Costs, Seconds, total
from archdsl.fit.plan import NotInRow, Plan
from archdsl.fit.questions import Environment, Question, failed
from archdsl.fit.state import State, Step
from archdsl.fit.values import Failed, Numbers
from archdsl.ir import structure
from archdsl.ir.graph import Graph
from archdsl.ir.shape import Shape
from archdsl.syntax import tree

__all__ = ["Candidates"]


class Candidates:
    """Of a net of a program.

    settings: values of other parameters, from outside; shape: of its only input, from outside
    seconds:  the time of a layer, where that is asked for
    """

    def __init__(
        self,
        program: Program,
        info: NetInfo,
        settings: Mapping[str, Value],
        shape: Shape | None = None,
        seconds: Seconds | None = None,
    ) -> None:
        self.program = program
        self.info = info
        self.settings = settings
        self.shape = shape
        self.seconds = seconds
        self.numbers = Numbers()
        self.plan = Plan(info.home, self.numbers, shape, seconds)
        self._base: Environment = {}
        self._steps: Step | None = None
        self._params: list[tuple[str, Question | None]] = []
        self._typed: dict[tuple[str, int], Failed | None] = {}

    def begin(self, diagnostics: Diagnostics) -> bool:
        """Reads the net; False where its declaration has errors: they are reported."""
        begun = segments.begin(self.info, diagnostics, self.settings)
        if begun is None:
            return False
        self._base = {name: self.numbers.of(value) for name, value in begun.given.items()}
        self.plan.flowing.append(begun.flowing)
        body = self.info.block.body
        seen: list[str] = []
        for param in self.info.params:
            default = None
            if param.default is not None:
                default = Question(self.numbers, self.info.home, param.default, seen)
            self._params.append((param.name, default))
            seen.append(param.name)
        try:
            self._steps = self.plan.body(body, seen, "name")
        except NotInRow:
            self._steps = None
        return True

    def outside(self) -> dict[str, Value]:
        """The values of the parameters that are set from outside."""
        return {
            name: self.numbers.values[self._base[name]]
            for name in self.settings
            if name in self._base
        }

    def declared(self, name: str) -> Value | None:
        """A parameter's value where nothing is varied; None where it must be given."""
        return self.declared_values().get(name)

    def declared_values(self) -> dict[str, Value]:
        """Of all parameters that have one."""
        env: Environment = {}
        for name, default in self._params:
            try:
                if name in self._base:
                    env[name] = self._base[name]
                elif default is not None:
                    env[name] = default.ask(env, -1)
            except (Failed, KeyError):  # it depends on one that must be given
                continue
        return {name: self.numbers.values[number] for name, number in env.items()}

    @property
    def in_pieces(self) -> bool:
        """Whether its candidates are counted by pieces."""
        return self._steps is not None

    def costs(self, values: Mapping[str, Value]) -> Costs:
        """Of the net with these parameters; raises Failed where it can't be elaborated."""
        if self._steps is None:
            return self.whole(values)[1]
        env = self._environment(values)
        state = State(env, 0)
        self._steps(state)
        start = self.numbers.values[state.start]
        assert isinstance(start, Shape)
        found = total(start, state.parts)
        if found.nodes > limits.now().nodes:
            raise Failed(codes.NET_TOO_LARGE, "the net has too many layers", "")
        return found

    def _environment(self, values: Mapping[str, Value]) -> Environment:
        env: Environment = {}
        for name, default in self._params:
            if name in values:
                env[name] = self.numbers.of(values[name])
            elif name in self._base:
                env[name] = self._base[name]
            elif default is not None:
                env[name] = default.ask(env, -1)
            else:
                raise Failed(codes.MISSING_ARGUMENT, f"{self.info.name} needs `{name}`", "")
        for param in self.info.params:
            if param.type is not None:
                self._check(param, env[param.name])
        return env

    def _check(self, param: tree.Param, number: int) -> None:
        key = (param.name, number)
        if key not in self._typed:
            value = self.numbers.values[number]
            wanted, test = TYPES[param.type or ""]
            self._typed[key] = None
            if not test(value):
                said = f"{self.info.name}'s `{param.name}` wants {wanted}, got {show(value)}"
                where = param.span if param.default is None else param.default.span
                place = f"{where.source.name}:{where.line}"
                self._typed[key] = Failed(codes.WRONG_TYPE, said, place)
        found = self._typed[key]
        if found is not None:
            raise found

    def whole(self, values: Mapping[str, Value]) -> tuple[structure.Net, Costs]:
        """The net elaborated, and counted as a whole; raises Failed."""
        diagnostics = Diagnostics()
        settings = {**self.settings, **values}
        net = elaborate_net(self.program, self.info.name, diagnostics, settings, self.shape)
        if net is None:
            raise failed(diagnostics)
        return net, counted(net.graph, self.seconds)


def counted(graph: Graph, seconds: Seconds | None) -> Costs:
    """A graph's costs, counted as a whole by what `archdsl cost` counts with."""
    from archdsl.analysis.cost import totals
    from archdsl.analysis.facts import facts_of
    from archdsl.analysis.memory import kept

    facts = facts_of(graph)
    figures = totals(graph, graph.nodes, [value for _, value in graph.outputs])
    keeps = kept(graph, facts)
    time = 0.0
    if seconds is not None:
        used = [node for node in graph.nodes if not node.aux and node.inputs]
        time = sum(seconds(node, graph.input_shapes(node)) for node in used)
    return Costs(
        nodes=len(graph),
        params=figures.params,
        buffers=figures.buffers,
        counters=sum(fact.counters for fact in facts),
        macs=figures.macs,
        flops=figures.flops,
        activations=figures.activations,
        peak=figures.peak_memory,
        seconds=time,
        elements=sum(it.elements for it in keeps),
        once=sum(it.once for it in keeps),
        indices=sum(it.indices for it in keeps),
    )
