"""Which name an item gets where it stands: the rules of names.py and levels.py applied."""

from __future__ import annotations

from functools import cache

from archdsl.elaborate import codes
from archdsl.elaborate.context import Context
from archdsl.elaborate.levels import Naming
from archdsl.elaborate.names import snake_case
from archdsl.elaborate.problems import Problem
from archdsl.ir import structure
from archdsl.ir.structure import Item
from archdsl.syntax import tree

word_of = cache(snake_case)


def item_key(ctx: Context, name: str, label: str | None, stage: tree.Stage) -> str:
    """The key of a layer or block written as `name`."""
    if label is not None and stage.label is not None:
        return ctx.level.by_label(label, stage.label.span, quoted=stage.label.quoted, counts=True)
    if ctx.level.naming == "position":
        return ctx.level.by_position(stage.span)
    return ctx.level.by_word(word_of(name), stage.span, in_loop=ctx.in_loop)


def name_only(ctx: Context, label: str | None, stage: tree.Stage) -> None:
    """A label that names a value and no item: `x: skip`."""
    if label is not None and stage.label is not None:
        ctx.level.by_label(label, stage.label.span, quoted=stage.label.quoted, counts=False)


def enter(
    ctx: Context, stage: tree.Stage, label: str | None, naming: Naming
) -> tuple[str | None, Context]:
    """A form's level: its own where it is labelled or an item of a group (rule 5), else None."""
    if label is not None and stage.label is not None:
        span = stage.label.span
        key = ctx.level.by_label(label, span, quoted=stage.label.quoted, counts=True)
    elif ctx.level.naming == "position":
        key = ctx.level.by_position(stage.span)
    else:
        return None, ctx.nested()
    return key, ctx.open(key, naming, stage.piece)


def leave(
    ctx: Context, stage: tree.Stage, key: str | None, naming: Naming, item: Item, start: int
) -> Item:
    """The form as an item of the level that it stands in."""
    if key is None:
        return item
    return structure.Group(stage, key, naming, (item,), start, ctx.cursor.value)


def check_certain(ctx: Context, piece: tree.Use, label: str | None, weighted: bool) -> None:
    """Rule 2: no weight of a block may be called by a number that depends on its arguments."""
    if not (weighted and ctx.conditional and label is None and ctx.level.strict):
        return
    if ctx.level.naming == "position":
        return
    word = word_of(piece.name)
    if ctx.level.words.get(word, 0) < 2:
        return
    raise Problem(
        codes.UNCERTAIN_NAME,
        f"this `{word}` needs a label: its number would depend on the block's arguments",
        piece.span,
        notes=[f"the body has another `{word}`, and this one isn't always there once"],
        help=f"write `{word}_a: {piece.span.text.splitlines()[0]}`, or label the form around it",
    )
