"""`transfer`: which weights training starts from, and which layers stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from archdsl.diagnostics import Label, Span
from archdsl.elaborate import Problem
from archdsl.ir.recipe import Features, Model, Transfer, Weights
from archdsl.recipes import codes, layers
from archdsl.recipes.reading import Reader, Values, twice
from archdsl.recipes.training_words import TRANSFER
from archdsl.recipes.values import listed
from archdsl.syntax import tree

__all__ = ["Moved", "transfer"]

_Library = Literal["torchvision", "timm", "keras"]
_FILES = (".safetensors", ".pth", ".pt", ".h5", ".keras")
_LIBRARIES: tuple[_Library, ...] = ("torchvision", "timm", "keras")


@dataclass(frozen=True, slots=True)
class Moved:
    """What `transfer` comes to; caches: where features are kept, for those who contradict."""

    transfer: Transfer
    caches: Span | None


def transfer(reader: Reader, clause: tree.Clause, models: Sequence[Model]) -> Moved | None:
    """None where something is wrong with it."""
    said = _said(reader, clause)
    if said is None or not models:
        return None
    if len(models) > 1:
        names = ", ".join(model.name for model in models)
        reader.report(
            Problem(
                codes.TRANSFER_TO_SEVERAL,
                f"`transfer` speaks of one net's layers, and this recipe trains {names}",
                clause.word_span,
                help="write a recipe for each net",
            )
        )
        return None
    return _Reading(reader, models[0], said, clause.word_span).moved()


def _said(reader: Reader, clause: tree.Clause) -> dict[str, Values] | None:
    """The steps by their words, each once."""
    entries = reader.entries(clause, "transfer")
    if entries is None:
        return None
    found: dict[str, Values] = {}
    sound = True
    for entry in entries:
        if isinstance(entry, tree.Setting):
            shown = f"{entry.name}({entry.value.span.text})"
            reader.report(
                Problem(
                    codes.WRONG_FORM,
                    "`transfer` takes steps, and this is a setting",
                    entry.span,
                    help=f"write `{shown}`" if entry.name in TRANSFER else "",
                )
            )
            sound = False
            continue
        for use in entry.uses:
            form = reader.choose("step of transfer", use, TRANSFER)
            if form is not None and form.keyword in found:
                reader.report(twice(f"`{form.keyword}`", use.span, found[form.keyword].span))
                sound = False
                continue
            values = None if form is None else reader.use(form, use)
            if form is None or values is None:
                sound = False
            else:
                found[form.keyword] = values
    return found if sound else None


class _Reading:
    """One transfer, with the net that it speaks of."""

    def __init__(self, reader: Reader, model: Model, said: dict[str, Values], span: Span) -> None:
        self.reader = reader
        self.model = model
        self.said = said
        self.span = span
        self.graph = model.net.graph
        self.paths = [node.path for node in layers.weighted(self.graph)]

    def moved(self) -> Moved | None:
        try:
            weights = self._weights()
            frozen = self._frozen(weights)
            features = self._features(frozen)
        except Problem as problem:
            self.reader.report(problem)
            return None
        cached = self.said.get("cache_features")
        found = Transfer(weights, frozen, layers.stages(frozen, self.paths), features)
        return Moved(found, None if cached is None else cached.span)

    # -------------------------------------------------------------------------- weights

    def _weights(self) -> Weights | None:
        said = self.said.get("weights")
        if said is None:
            return None
        skip: dict[str, None] = {}
        excepted = said["except"]
        assert isinstance(excepted, tuple)
        for path, span in excepted:
            layers.find(self.model.net, path, span)
            skip.update(dict.fromkeys(layers.below(path, self.paths)))
        if len(skip) == len(self.paths):
            raise Problem(
                codes.IDLE_FREEZE, "nothing is left to take weights for", said.where("except")
            )
        source, library = _library(said)
        names = said["map"]
        return Weights(source, library, tuple(skip), names if isinstance(names, str) else None)

    # --------------------------------------------------------------------------- freeze

    def _frozen(self, weights: Weights | None) -> tuple[str, ...]:
        said = self.said.get("freeze")
        if said is None:
            return ()
        if said.given("which") == said.given("until"):
            raise Problem(
                codes.EXCLUSIVE,
                "`freeze` takes `all`, `none` or `until=`",
                said.span,
                help="write `freeze(all)`, or `freeze(until=layer3)`",
            )
        skip = weights.skip if weights else ()
        if said["which"] == "none":
            return ()
        frozen = self._all(skip) if said["which"] == "all" else self._until(said, skip)
        if weights is None:
            raise Problem(
                codes.FROZEN_NEW,
                "frozen layers would stay as they were made: nothing says where their weights "
                "come from",
                said.span,
                help='write `weights("..")` too',
            )
        return frozen

    def _all(self, skip: Sequence[str]) -> tuple[str, ...]:
        """All but what is made new; where nothing is, all but the last layer."""
        new = set(skip or self.paths[-1:])
        return tuple(path for path in self.paths if path not in new)

    def _until(self, said: Values, skip: Sequence[str]) -> tuple[str, ...]:
        path, where = said.get("until", str), said.where("until")
        first = min(node.id for node in layers.find(self.model.net, path, where))
        frozen = tuple(
            node.path for node in layers.weighted(self.graph) if node.id < first and not node.aux
        )
        if not frozen:
            raise Problem(
                codes.IDLE_FREEZE,
                f"nothing stands before `{path}`: no layer would be frozen",
                where,
                help="write `freeze(none)` to train all layers",
            )
        new = [path for path in frozen if path in skip]
        if new:
            raise Problem(
                codes.FROZEN_NEW,
                f"`{new[0]}` is made new, and frozen: it would stay random",
                where,
                secondary=[Label(self.said["weights"].where("except"), "made new here")],
            )
        return frozen

    # ------------------------------------------------------------------------- features

    def _features(self, frozen: tuple[str, ...]) -> Features | None:
        said = self.said.get("cache_features")
        if said is None:
            return None
        file = said.get("file", str)
        if not file.endswith(".safetensors"):
            raise Problem(
                codes.NO_SOURCE,
                "features are kept in a .safetensors file",
                said.where("file"),
                help=f'write `cache_features("{file.rpartition(".")[0] or file}.safetensors")`',
            )
        found = layers.head(self.graph)
        trained = [path for path in self.paths if path not in frozen]
        if found is None:
            raise Problem(
                codes.NO_HEAD,
                f"{self.model.name} doesn't end in a linear layer, which features could go to",
                said.span,
            )
        node, dropout = found
        others = [path for path in trained if path != node.path]
        if others:
            shown = ", ".join(f"`{path}`" for path in layers.stages(others, self.paths)[:4])
            raise Problem(
                codes.CACHED_AND_TRAINED,
                f"features can't be kept while {shown} "
                f"{'trains' if len(others) == 1 else 'train'}: they would change",
                said.span,
                help="write `freeze(all)`: then the last layer alone trains",
            )
        if node.path not in trained:
            raise Problem(codes.NO_HEAD, f"`{node.path}` is frozen, and nothing trains", said.span)
        size = self.graph.nodes[node.inputs[0]].shape.channels
        return Features(file, node.path, dropout, size)


def _library(said: Values) -> tuple[str, _Library | None]:
    """A file, or a model's name and its library."""
    source = said.get("source", str)
    before, colon, after = source.partition(":")
    if colon and len(before) > 1 and "/" not in before and "\\" not in before:
        for library in _LIBRARIES:
            if before == library and after.replace("_", "").replace(".", "").isalnum():
                return after, library
        known = before in _LIBRARIES
        raise Problem(
            codes.NO_SOURCE,
            f'"{after}" is no model\'s name' if known else f'there is no library "{before}"',
            said.where("source"),
            help=f"it is {listed(_LIBRARIES)}" if not known else "",
        )
    if not source.endswith(_FILES):
        raise Problem(
            codes.NO_SOURCE,
            f'"{source}" is no file of weights',
            said.where("source"),
            help=f"such files end in {', '.join(_FILES[:-1])} or {_FILES[-1]}; a library's model "
            'is written "torchvision:resnet50"',
        )
    return source, None
