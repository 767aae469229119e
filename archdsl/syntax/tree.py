"""The syntax tree: what was written, nothing resolved. Frozen, every node with its span.

Input: nothing. Output: types only. Spans take no part in equality, so that two layouts of the
same file give equal trees.
"""

from __future__ import annotations

from dataclasses import field
from fractions import Fraction
from typing import TypeAlias

from archdsl.diagnostics import Span
from archdsl.records import record

# --------------------------------------------------------------------------- expressions


@record
class Number:
    """An int, or an exact decimal; `text` is how it was written (`25.6M`)."""

    value: int | Fraction
    text: str
    span: Span = field(compare=False, repr=False)


@record
class String:
    value: str
    span: Span = field(compare=False, repr=False)


@record
class Boolean:
    value: bool
    span: Span = field(compare=False, repr=False)


@record
class Size:
    """`3x3`: the sizes as written."""

    sizes: tuple[int, ...]
    span: Span = field(compare=False, repr=False)


@record
class Name:
    name: str
    span: Span = field(compare=False, repr=False)


@record
class InAttr:
    """`in.c`, `in.h`, `in.w`, `in.d`; a bare `in` has attr ""."""

    attr: str
    span: Span = field(compare=False, repr=False)


@record
class RefExpr:
    """`@name` as an argument (`concat(@enc1)`); `name` as a Template, it may be computed."""

    label: Template
    span: Span = field(compare=False, repr=False)


@record
class ListExpr:
    items: tuple[Expr, ...]
    span: Span = field(compare=False, repr=False)


@record
class TupleExpr:
    items: tuple[Expr, ...]
    span: Span = field(compare=False, repr=False)


@record
class Comprehension:
    body: Expr
    target: Target
    iterable: Expr
    span: Span = field(compare=False, repr=False)


@record
class Unary:
    op: str  # "-", "+" or "not"
    operand: Expr
    span: Span = field(compare=False, repr=False)


@record
class Binary:
    """Arithmetic, comparisons (`==` ..), `and`, `or`."""

    op: str
    left: Expr
    right: Expr
    span: Span = field(compare=False, repr=False)


@record
class Conditional:
    """`then if test else other`."""

    test: Expr
    then: Expr
    other: Expr
    span: Span = field(compare=False, repr=False)


@record
class Index:
    value: Expr
    index: Expr
    span: Span = field(compare=False, repr=False)


@record
class SliceExpr:
    value: Expr
    start: Expr | None
    stop: Expr | None
    span: Span = field(compare=False, repr=False)


@record
class Attr:
    """`value.attr`; nothing but `@x.c` and parts of `in` has attributes; kept to say so."""

    value: Expr
    attr: str
    span: Span = field(compare=False, repr=False)


@record
class CallExpr:
    """`f(args)` in an expression: a builtin, an op, a block or an initialiser."""

    name: str
    args: tuple[Arg, ...]
    name_span: Span = field(compare=False, repr=False)
    span: Span = field(compare=False, repr=False)


Expr: TypeAlias = (
    Number
    | String
    | Boolean
    | Size
    | Name
    | InAttr
    | RefExpr
    | ListExpr
    | TupleExpr
    | Comprehension
    | Unary
    | Binary
    | Conditional
    | Index
    | SliceExpr
    | Attr
    | CallExpr
)


@record
class Arg:
    """An argument: positional (name None), by keyword, or `/expr` (name "stride", slash true)."""

    name: str | None
    value: Expr
    slash: bool
    span: Span = field(compare=False, repr=False)


@record
class Template:
    """A label's text: literal parts and computed ones, `layer{i + 1}`. `quoted`: a string."""

    parts: tuple[str | Expr, ...]
    quoted: bool
    span: Span = field(compare=False, repr=False)

    @property
    def literal(self) -> str | None:
        """The text where nothing in it is computed, else None."""
        if all(isinstance(part, str) for part in self.parts):
            return "".join(str(part) for part in self.parts)
        return None


@record
class Target:
    """What a loop binds: one name, or as many as the rows have columns."""

    names: tuple[str, ...]
    single: bool  # `for c in`, not `for (c,) in`
    span: Span = field(compare=False, repr=False)


@record
class ShapeExpr:
    """`{res}x{res}x3` as written, height x width x channels; each part an int or an expression."""

    parts: tuple[int | Expr, ...]
    span: Span = field(compare=False, repr=False)


# --------------------------------------------------------------------------- items of a body


@record
class Body:
    items: tuple[Item, ...]
    span: Span = field(compare=False, repr=False)


@record
class Chain:
    """Stages joined by `->`: one statement."""

    stages: tuple[Stage, ...]
    span: Span = field(compare=False, repr=False)


@record
class Stage:
    label: Template | None
    piece: Piece
    shape: ShapeExpr | None  # `:: 28x28x192`
    span: Span = field(compare=False, repr=False)


@record
class Use:
    """A layer or block by name: `conv(64, 3x3)`, `relu`; args None where no parentheses."""

    name: str
    args: tuple[Arg, ...] | None
    name_span: Span = field(compare=False, repr=False)
    span: Span = field(compare=False, repr=False)


@record
class Group:
    body: Body
    span: Span = field(compare=False, repr=False)


@record
class Residual:
    args: tuple[Arg, ...] | None
    condition: Expr | None
    body: Body
    shortcut: Body | None
    always: bool
    span: Span = field(compare=False, repr=False)


@record
class Gate:
    body: Body
    span: Span = field(compare=False, repr=False)


@record
class Parallel:
    """`concat { | a | b }`, `add {..}`, `mul {..}`."""

    kind: str
    branches: tuple[Body, ...]
    span: Span = field(compare=False, repr=False)


@record
class Join:
    """`concat(@a, @b)`, `add(@x)`, `mul(@x)`: joins them to the current value."""

    kind: str
    args: tuple[Arg, ...]
    span: Span = field(compare=False, repr=False)


@record
class Repeat:
    count: Expr
    index: str | None
    body: Body
    span: Span = field(compare=False, repr=False)


@record
class For:
    target: Target
    rows: Expr
    index: str | None
    body: Body
    span: Span = field(compare=False, repr=False)


@record
class If:
    condition: Expr
    then: Body
    other: Body | None  # an `else if` is a body of one chain of one If
    span: Span = field(compare=False, repr=False)


@record
class Aux:
    args: tuple[Arg, ...] | None
    body: Body
    span: Span = field(compare=False, repr=False)


@record
class Ref:
    """`@x`: the flow goes on from there."""

    label: Template
    span: Span = field(compare=False, repr=False)


@record
class Skip:
    span: Span = field(compare=False, repr=False)


Piece: TypeAlias = (
    Use | Group | Residual | Gate | Parallel | Join | Repeat | For | If | Aux | Ref | Skip
)


@record
class Input:
    label: str | None
    shape: ShapeExpr
    span: Span = field(compare=False, repr=False)


@record
class Output:
    refs: tuple[RefExpr, ...]
    span: Span = field(compare=False, repr=False)


@record
class Expect:
    left: Expr
    op: str
    right: Expr
    span: Span = field(compare=False, repr=False)


@record
class Let:
    name: str
    value: Expr
    name_span: Span = field(compare=False, repr=False)
    span: Span = field(compare=False, repr=False)


@record
class Defaults:
    """`defaults { conv(bias=false) bn(eps=1e-3) }`."""

    uses: tuple[Use, ...]
    span: Span = field(compare=False, repr=False)


@record
class InitRule:
    op: str
    value: Expr
    op_span: Span = field(compare=False, repr=False)
    span: Span = field(compare=False, repr=False)


@record
class Init:
    """`init { conv = kaiming_normal(mode="fan_out") }`."""

    rules: tuple[InitRule, ...]
    span: Span = field(compare=False, repr=False)


@record
class Broken:
    """What could not be read in a body: it may have made layers, and given any name in it a
    meaning."""

    span: Span = field(compare=False, repr=False)


Item: TypeAlias = Chain | Let | Expect | Input | Output | Defaults | Init | Broken

# --------------------------------------------------------------------------- declarations


@record
class Param:
    name: str
    type: str | None
    default: Expr | None
    name_span: Span = field(compare=False, repr=False)
    span: Span = field(compare=False, repr=False)


@record
class Block:
    """`block`, `seq` or `net` with a body of its own; `kind` is the keyword. `doc` from `##`."""

    kind: str
    name: str
    params: tuple[Param, ...]
    body: Body
    doc: str | None
    name_span: Span = field(compare=False, repr=False)
    span: Span = field(compare=False, repr=False)


@record
class Variant:
    """`net A = B(args) { expect .. defaults .. init .. }`."""

    name: str
    base: str
    args: tuple[Arg, ...] | None
    items: tuple[Expect | Defaults | Init, ...]
    doc: str | None
    base_span: Span = field(compare=False, repr=False)
    name_span: Span = field(compare=False, repr=False)
    span: Span = field(compare=False, repr=False)


@record
class Imported:
    name: str
    alias: str | None
    span: Span = field(compare=False, repr=False)


@record
class Import:
    names: tuple[Imported, ...]
    path: String
    span: Span = field(compare=False, repr=False)


@record
class OpField:
    name: str
    value: Expr | ShapeExpr
    span: Span = field(compare=False, repr=False)


@record
class OpDecl:
    """A user's own op: `op Mish { torch = "pkg.Mish" .. }`."""

    name: str
    fields: tuple[OpField, ...]
    doc: str | None
    name_span: Span = field(compare=False, repr=False)
    span: Span = field(compare=False, repr=False)


@record
class Setting:
    """`epochs = 30` in a block of a recipe."""

    name: str
    value: Expr
    name_span: Span = field(compare=False, repr=False)
    span: Span = field(compare=False, repr=False)


@record
class Steps:
    """`crop(224) -> flip`, or one alone, in a block of a recipe."""

    uses: tuple[Use, ...]
    span: Span = field(compare=False, repr=False)


@record
class Section:
    """A recipe's block in braces."""

    entries: tuple[Setting | Steps, ...]
    span: Span = field(compare=False, repr=False)


@record
class Clause:
    """One part of a recipe, by its word: `data digits(size=32)`, `compare [A, B]`, `train {..}`."""

    word: str
    value: Use | ListExpr | Section
    word_span: Span = field(compare=False, repr=False)
    span: Span = field(compare=False, repr=False)


@record
class Recipe:
    """What is done with nets: `recipe Flowers { model .. data .. train { .. } }`."""

    name: str
    clauses: tuple[Clause, ...]
    doc: str | None
    name_span: Span = field(compare=False, repr=False)
    span: Span = field(compare=False, repr=False)


@record
class Scaling:
    """How a net grows: `scaling EfficientNet by phi { width = 1.1 ** phi .. }`."""

    net: str
    variable: str
    settings: tuple[Setting, ...]
    doc: str | None
    net_span: Span = field(compare=False, repr=False)
    variable_span: Span = field(compare=False, repr=False)
    span: Span = field(compare=False, repr=False)


Decl: TypeAlias = Block | Variant | Import | Let | Defaults | Init | OpDecl | Recipe | Scaling


@record
class File:
    """One file; `doc` is a leading `##` that belongs to no declaration."""

    decls: tuple[Decl, ...]
    doc: str | None
    span: Span = field(compare=False, repr=False)
