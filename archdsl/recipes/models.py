"""The nets that a recipe trains: found, elaborated with their arguments, and fit for it.

A net's own errors are reported once, where they stand; the recipe is silent about such a net.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from archdsl import limits
from archdsl.diagnostics import Diagnostics, Label, Span, nearest
from archdsl.elaborate import NetInfo, Problem, Program, calls, coerce, elaborate_net
from archdsl.elaborate.expressions import evaluate
from archdsl.elaborate.problems import Poisoned, quoted_list
from archdsl.elaborate.scope import POISON, NetValue
from archdsl.elaborate.values import show
from archdsl.ir.recipe import Model
from archdsl.ir.shape import Shape
from archdsl.ir.structure import Net
from archdsl.ops.activation import Softmax
from archdsl.recipes import codes
from archdsl.recipes.reading import Reader, twice
from archdsl.syntax import tree

__all__ = ["Models", "Named"]


@dataclass(frozen=True, slots=True)
class Named:
    """A model, and where the recipe names it."""

    model: Model
    span: Span


@dataclass
class Models:
    """Finds the nets of a program's recipes.

    nets: those that were elaborated already, by name, as they are without arguments
    """

    program: Program
    reader: Reader
    nets: Mapping[str, Net]

    def all(self, uses: Iterable[tree.Use]) -> list[Named] | None:
        """The models of these nets; None where one of them can't be."""
        wanted = list(uses)
        most = limits.now().members
        if len(wanted) > most:
            self.reader.report(
                Problem(codes.TOO_MANY, f"a recipe of more than {most} nets", wanted[most].span)
            )
            return None
        found: list[Named] = []
        spans: dict[str, Span] = {}
        for use in wanted:
            if use.name in spans:
                self.reader.report(_same_net(use, spans[use.name]))
                continue
            spans[use.name] = use.name_span
            model = self._model(use)
            if model is not None:
                found.append(Named(model, use.span))
        if len(found) < len(wanted):
            return None
        return found if self._alike(found) else None

    # ---------------------------------------------------------------------------- one net

    def _model(self, use: tree.Use) -> Model | None:
        info = self._info(use)
        if info is None:
            return None
        shape, args = self._input(use)
        problems: list[Problem] = []
        bound = calls.bind(calls.of_block(info.block), args, problems.append)
        for problem in problems:
            self.reader.report(problem)
        written = self._written(bound)
        if problems or written is None:
            return None
        lacking = [name for name in info.required if name not in written]
        if lacking:
            self.reader.report(
                Problem(
                    codes.NOT_A_NET,
                    f"{info.name} needs {quoted_list(lacking)}",
                    use.span,
                    secondary=[Label(info.span, "declared here")],
                    help=f"write `{info.name}({', '.join(f'{name}=..' for name in lacking)})`",
                )
            )
            return None
        net = self._elaborated(use, written, shape)
        return None if net is None else self._classifier(net, written, use)

    def _info(self, use: tree.Use) -> NetInfo | None:
        info = self.program.net(use.name)
        declared = self.program.main.declared
        if info is not None or declared.get(use.name) is POISON:
            return info
        if isinstance(declared.get(use.name), NetValue):
            return None  # a variant that leads nowhere: reported
        known = [name for name, value in declared.items() if isinstance(value, NetValue)]
        guess = nearest(use.name, known)
        other = use.name in declared
        self.reader.report(
            Problem(
                codes.NOT_A_NET,
                f"`{use.name}` is no net" if other else f"there is no net `{use.name}`",
                use.name_span,
                help=f"did you mean `{guess}`?"
                if guess
                else f'it is declared in this file, or imported: `import {use.name} from ".."`'
                if not other
                else "a recipe trains nets: declare one with an `input`",
            )
        )
        return None

    def _input(self, use: tree.Use) -> tuple[Shape | None, list[tree.Arg]]:
        """The input shape that is set, and the other arguments."""
        shape: Shape | None = None
        rest = []
        for arg in use.args or ():
            if arg.name != "input":
                rest.append(arg)
                continue
            try:
                value = evaluate(arg.value, self.reader.scope)
                shape = coerce.shape(value)
            except Problem as problem:
                self.reader.report(problem)
            except Poisoned:
                self.reader.failed = True
            except coerce.Unfit:
                self.reader.report(
                    Problem(
                        codes.WRONG_KIND,
                        f"`input` wants a shape such as 64x64x3, got {show(value)}",
                        arg.value.span,
                    )
                )
        return shape, rest

    def _written(self, bound: Mapping[str, tree.Arg]) -> dict[str, object] | None:
        found: dict[str, object] = {}
        for name, arg in bound.items():
            try:
                found[name] = evaluate(arg.value, self.reader.scope)
            except Problem as problem:
                self.reader.report(problem)
            except Poisoned:
                self.reader.failed = True
        return found if len(found) == len(bound) else None

    def _elaborated(
        self, use: tree.Use, written: Mapping[str, object], shape: Shape | None
    ) -> Net | None:
        if not written and shape is None and use.name in self.nets:
            return self.nets[use.name]
        own = Diagnostics()
        net = elaborate_net(self.program, use.name, own, written, shape)
        if net is None:
            self.reader.failed = True
            for item in own:
                self.reader.diagnostics.add(item)
        return net

    # ------------------------------------------------------------------- fit for a recipe

    def _classifier(self, net: Net, written: Mapping[str, object], use: tree.Use) -> Model | None:
        graph = net.graph

        def refuse(code: str, message: str, help: str = "") -> None:
            where = Label(net.root.block.name_span, "declared here")
            self.reader.report(Problem(code, message, use.span, secondary=[where], help=help))

        if len(graph.inputs) != 1 or len(graph.outputs) != 1:
            what = "inputs" if len(graph.inputs) != 1 else "outputs"
            count = max(len(graph.inputs), len(graph.outputs))
            refuse(
                codes.NO_CLASSIFIER,
                f"{net.name} has {count} {what}, and a recipe trains nets with one of each",
            )
            return None
        shape = graph.nodes[graph.inputs[0][1]].shape
        end = graph.nodes[graph.outputs[0][1]]
        if shape.rank != 2 or shape.channels not in (1, 3):
            refuse(
                codes.NO_IMAGES,
                f"{net.name} takes {_shown(shape)}, and images are height x width x 1 or x 3",
            )
            return None
        if end.shape.rank != 0:
            refuse(
                codes.NO_CLASSIFIER,
                f"{net.name} gives a map of {end.shape}, and classes need a vector",
                "end it with `global_avgpool -> flatten -> linear(classes)`",
            )
            return None
        if isinstance(end.op, Softmax):
            refuse(
                codes.NO_CLASSIFIER,
                f"{net.name} ends in softmax, and cross_entropy takes what goes into one",
                "leave the softmax out: a trained net's probabilities are made outside of it",
            )
            return None
        if end.shape.channels < 2:
            refuse(
                codes.NO_CLASSIFIER,
                f"{net.name} gives {end.shape.channels} value, and classes need two at least",
            )
            return None
        return Model(net, dict(written), shape, end.shape.channels)

    def _alike(self, found: list[Named]) -> bool:
        first = found[0].model
        sound = True
        for other in found[1:]:
            model = other.model
            if model.input != first.input:
                said = f"{model.name} takes {model.input}, and {first.name} {first.input}"
                self._differ(found[0], other, said, str(first.input))
                sound = False
            elif model.classes != first.classes:
                said = f"{model.name} tells {model.classes} classes apart, and {first.name} "
                self._differ(found[0], other, f"{said}{first.classes}", f"{first.classes} classes")
                sound = False
        return sound

    def _differ(self, first: Named, other: Named, message: str, label: str) -> None:
        self.reader.report(
            Problem(
                codes.NETS_DIFFER,
                message,
                other.span,
                secondary=[Label(first.span, label)],
                help="all nets of a recipe see the same images and classes",
            )
        )


def _shown(shape: Shape) -> str:
    return str(shape) if shape.rank else f"a vector of {shape}"


def _same_net(use: tree.Use, first: Span) -> Problem:
    problem = twice(f"`{use.name}`", use.name_span, first)
    problem.code = codes.NET_TWICE
    problem.help = f"a variant has a name of its own: `net {use.name}Wide = {use.name}(..)`"
    return problem
