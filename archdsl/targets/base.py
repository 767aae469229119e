"""What a target is: elaborated nets in, the text of files out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from archdsl.diagnostics import Diagnostics
from archdsl.ir import structure
from archdsl.ir.graph import Graph, Node
from archdsl.ir.shape import Shape

if TYPE_CHECKING:
    from archdsl.ir.recipe import Recipe

# The same net with one parameter set to another value, or None where that can't be: lets a target
# find out whether a parameter may stay one.
Vary = Callable[[structure.Net, str, object], "structure.Net | None"]

# The same net for an input of another shape, or None where it can't have one.
Resize = Callable[[structure.Net, Shape], "structure.Net | None"]


def no_other_size(net: structure.Net, shape: Shape) -> structure.Net | None:
    """For those who can't elaborate again."""
    return None


@dataclass(frozen=True, slots=True)
class Emission:
    """What is to be emitted.

    file, digest: the source's name and the hash over it and its imports, for the header
    doc:          the file's own doc comment
    """

    nets: Sequence[structure.Net]
    file: str
    digest: str
    doc: str | None
    vary: Vary
    resize: Resize = no_other_size


class Target(Protocol):
    """One way out. `name` is what `--target` says."""

    name: str
    suffix: str

    def lower(self, graph: Graph, node: Node) -> object:
        """What a layer is in the target, None where it has no way to say it."""
        ...

    def emit(self, emission: Emission, diagnostics: Diagnostics) -> str | None:
        """The text of the module; None, with errors in `diagnostics`, where an op has no way."""
        ...


@dataclass(frozen=True, slots=True)
class Published:
    """What keras.applications has of a model.

    file:  where its weights are, among the models of Keras's cache
    names: what the net's layers are called there, by their paths
    """

    file: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RecipeEmission:
    """A recipe to be emitted: the module of its nets as any other, and what is done with them.

    model:     to be given to the target's own `emit`; its nets are the recipe's, in order
    published: where training starts from a model of keras.applications that is known for its net
    """

    recipe: Recipe
    model: Emission
    published: Published | None = None


@runtime_checkable
class RecipeTarget(Target, Protocol):
    """A target that writes recipes too."""

    def emit_recipe(
        self, emission: RecipeEmission, diagnostics: Diagnostics
    ) -> dict[str, str] | None:
        """Texts of all files by name, `model.py`, `train.py`, `evaluate.py`, `augment.py` among
        them; None, with errors in `diagnostics`, where something has no way in this target."""
        ...
