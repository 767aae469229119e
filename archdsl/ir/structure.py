"""The tree of blocks and forms that a graph came from.

The graph says what is computed; this tree says how it was written: which block instance holds
which layers, under which key, and from which expression each attribute came. Targets that emit
source and diagrams that fold walk it; its leaves name graph nodes.

Only a `Group` with a key and a `Call` make a level of names; all other forms hold their items'
keys in the level that they stand in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from archdsl.ir.graph import Graph
from archdsl.ir.op import Op
from archdsl.records import record
from archdsl.syntax import tree


@record
class Known:
    """A value with the expression it was written as.

    expr:    in the scope of the body where it stands; None where nothing was written there
             (a default, a flowing default, an argument bound to an op value elsewhere)
    default: a block's parameter that got its declared default
    """

    value: object
    expr: tree.Expr | None = field(default=None, compare=False)
    default: bool = False


@record
class Layer:
    """An op applied. `sources`: attributes written at the layer itself.

    param: the op came from the parameter (or loop variable or let) of this name (`act`), else None
    key:   its name in the level, e.g. "conv1" or "0"; weightless layers have one too
    """

    syntax: tree.Stage
    key: str
    node: int
    op: Op
    sources: Mapping[str, Known]
    param: str | None = None


@record
class Instance:
    """A block, seq or net with its arguments, elaborated.

    args:    every parameter in the declared order
    globals: the top-level lets that the block's body sees
    input:   value that flows in (for a net: the first input); output: the value that comes out
    nodes:   ids from `first` to `last` (exclusive) were made by it
    file:    name of the declaring file
    """

    block: tree.Block
    file: str
    path: str
    args: Mapping[str, Known]
    globals: Mapping[str, object]
    input: int
    output: int
    first: int
    last: int
    items: tuple[Item, ...]


@record
class Call:
    """A block used. `param`: the block came from the parameter (or loop variable) of this name."""

    syntax: tree.Stage
    key: str
    instance: Instance
    param: str | None = None


@record
class Group:
    """Items in braces, or a form that makes a level of its own.

    key:    its name in the level it stands in; None: unlabelled in a net or block, no level
    naming: how its items are keyed: "position" (groups, labelled loops and ifs) or "name" (a
            residual, gate or merge that is one item of a group, or labelled)
    """

    syntax: tree.Stage
    key: str | None
    naming: Literal["position", "name"]
    items: tuple[Item, ...]
    input: int
    output: int


@record
class Round:
    """One turn of a loop: the loop's variables (index too, where named) and what was made."""

    values: Mapping[str, object]
    items: tuple[Item, ...]
    input: int
    output: int


@record
class Loop:
    """`repeat` or `for` (syntax.piece says which); a label on it is a Group around it."""

    syntax: tree.Stage
    rounds: tuple[Round, ...]


@record
class Choice:
    """`if`: the arm taken; `items` are empty where there was none."""

    syntax: tree.Stage
    taken: Literal["then", "other"]
    items: tuple[Item, ...]


@record
class Residual:
    """`x + body(x)`.

    active:    false where `residual if` doesn't hold: just the body
    shortcut:  the projection's items where one is written and used, else None
    drop_path: as written, else None; `drop_node` its node, where active
    node:      the sum's node, None where not active
    """

    syntax: tree.Stage
    active: bool
    items: tuple[Item, ...]
    shortcut: tuple[Item, ...] | None
    drop_path: Known | None
    drop_key: str | None
    drop_node: int | None
    node: int | None
    input: int
    body_output: int


@record
class Gate:
    """`x * body(x)`; node is the product's."""

    syntax: tree.Stage
    items: tuple[Item, ...]
    node: int
    input: int
    body_output: int


@record
class Branch:
    items: tuple[Item, ...]
    output: int


@record
class Merge:
    """Parallel branches, joined: syntax.piece.kind is concat, add or mul."""

    syntax: tree.Stage
    branches: tuple[Branch, ...]
    node: int
    input: int


@record
class Join:
    """`concat(@a)`: the current value joined with earlier ones; labels of those, resolved."""

    syntax: tree.Stage
    labels: tuple[str, ...]
    values: tuple[int, ...]
    node: int


@record
class Ref:
    """`@x`: the flow goes on from the value of that label."""

    syntax: tree.Stage
    label: str
    value: int


@record
class Skip:
    """`skip`, or `x: skip`, which only names the current value."""

    syntax: tree.Stage
    value: int


@record
class Let:
    syntax: tree.Let
    value: object


@record
class Aux:
    """A side head: items on the current value; the flow goes on unchanged."""

    syntax: tree.Stage
    label: str
    weight: Known
    items: tuple[Item, ...]
    input: int
    output: int


Item: TypeAlias = (
    Layer | Call | Group | Loop | Choice | Residual | Gate | Merge | Join | Ref | Skip | Let | Aux
)


@record
class Expectation:
    """An `expect` met on the way: checked once costs are known.

    scope is the elaborator's own: what the names in the expressions mean there.
    changed: parameters (or "input") that have other values here than where it was written: it
             speaks of those, and is skipped, with a note where they are set from outside
    """

    syntax: tree.Expect
    scope: object
    instance: Instance | None  # None: of the net itself
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Net:
    """An elaborated net: its graph, the tree it came from, and what it promised.

    block:    the declaration with the body; `name` may be a variant's
    changed:  parameters set from outside: expectations are skipped then
    labels:   the labels of values in the net's own body, for those who ask (`net.labels["enc1"]`)
    """

    name: str
    doc: str | None
    file: str
    block: tree.Block
    graph: Graph
    root: Instance
    expectations: tuple[Expectation, ...] = ()
    changed: tuple[str, ...] = ()
    labels: Mapping[str, int] = field(default_factory=dict)
