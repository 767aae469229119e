"""What differs between frameworks whose models are classes: words, and where things stand."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from archdsl.ir import structure
from archdsl.ir.graph import Graph, Node
from archdsl.ir.op import Call, Lowering, Op
from archdsl.ir.shape import Shape
from archdsl.targets.layout import Brackets, Doc
from archdsl.targets.symbolic import Ex


class Dialect(ABC):
    """A framework's way to say classes with children, applied one after the other.

    target:      its name: of the target, and of the folder of its templates
    base:        the class that modules derive from
    line:        the class of modules that are applied in turn
    method:      what applies a module
    tensor:      the type of what flows
    child:       the type of a child, whatever it is
    training:    a condition: whether the module is being trained
    start:       statements at the beginning of every constructor
    made_with:   a keyword argument that all classes of the emitted file take, and its type
    functions:   layers without weights are functions, called where the value flows
    names:       of a dictionary of modules: its type, an empty one, and what applies them in turn;
                 None where lines of named modules are made without statements only
    heads:       what is said of side heads before they are listed
    title:       the framework's name, as its users write it
    imports:     for each name that emitted code may use, the import that gives it
    packages:    whose imports stand together, after the standard library's
    helpers:     helpers that code may use though no layer asked for them: name -> file
    """

    target: str
    base: str
    line: str
    method: str
    tensor: str
    child: str
    training: str
    start: tuple[str, ...] = ()
    made_with: tuple[str, str] | None = None
    functions: bool = False
    names: tuple[str, str, str] | None = None
    heads: str
    title: str
    imports: Mapping[str, str]
    packages: tuple[str, ...]
    helpers: Mapping[str, str]

    @abstractmethod
    def lower(self, graph: Graph, node: Node) -> Lowering | None:
        """A node in this framework; None where there is no way to say it."""

    def unified(
        self, calls: Sequence[Call], ops: Sequence[Op], inputs: Sequence[Shape]
    ) -> list[Call]:
        """A layer's calls, one a row, by one class where the numbers stay what they are."""
        return list(calls)

    @abstractmethod
    def sizes(self, shape: Shape) -> tuple[int, ...]:
        """A value's sizes in the framework's order, without the batch."""

    @abstractmethod
    def concat(self, parts: Sequence[str]) -> Doc:
        """Values joined over their channels."""

    @abstractmethod
    def identity(self, function: bool) -> str:
        """What does nothing; `function`: where a function will stand otherwise, not a module."""

    @abstractmethod
    def named(self, pairs: Sequence[tuple[str, Doc]]) -> Brackets:
        """A line of modules that have names, each as code."""

    @abstractmethod
    def parameter(self, initial: Ex, channels: Ex, ones: Sequence[int]) -> Doc:
        """A parameter for each channel; `ones`: one for each axis in space."""

    @abstractmethod
    def parameter_value(self, access: str) -> str:
        """A parameter's value in an expression."""

    @abstractmethod
    def callable_type(self, code: str) -> str:
        """The type of an argument that is such a class or function."""

    @abstractmethod
    def attribute(self, key: str) -> str:
        """The attribute's name for a child of that key."""

    @abstractmethod
    def unspeakable(self, key: str, doc: Doc) -> tuple[Doc, str]:
        """A child that no attribute can name: the statement, and how it is reached."""

    @abstractmethod
    def place(self, key: str, index: int, *, keyed: bool, parameter: bool) -> str:
        """How a child of a container is reached; `index`: how many children came before."""

    @abstractmethod
    def container(
        self, entries: Sequence[tuple[str, Doc]], parameters: Sequence[tuple[str, Doc]], keyed: bool
    ) -> tuple[str, list[str]]:
        """The base and the constructor's statements of a class with children without names of
        their own, which says itself how they are applied."""

    @abstractmethod
    def first_statements(self, graph: Graph) -> list[str]:
        """The first statements of a net's constructor, after `start`."""

    @abstractmethod
    def last_statements(self, graph: Graph) -> list[str]:
        """The last statements of a net's constructor."""

    @abstractmethod
    def run(self, net: structure.Net) -> list[str]:
        """Statements that apply a new net once and print what comes out."""
