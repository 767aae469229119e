"""Blocks that use themselves, at once or through others: no net could end."""

from __future__ import annotations

from archdsl.diagnostics import Diagnostics, Label, Span
from archdsl.elaborate import codes
from archdsl.elaborate.files import Module
from archdsl.elaborate.mentions import mentions
from archdsl.ir.values import BlockValue
from archdsl.syntax import tree


def check(module: Module, diagnostics: Diagnostics) -> None:
    """Reports each circle of blocks once."""
    blocks = {
        name: value.block
        for name, value in module.declared.items()
        if isinstance(value, BlockValue) and value.home is module and not value.bound
    }
    uses = {name: _mentioned(block, blocks) for name, block in blocks.items()}
    done: set[str] = set()
    for start in blocks:
        if start not in done:
            _visit(start, blocks, uses, done, diagnostics)


def _visit(
    start: str,
    blocks: dict[str, tree.Block],
    uses: dict[str, dict[str, Span]],
    done: set[str],
    diagnostics: Diagnostics,
) -> None:
    path = [start]
    rest = [list(uses[start])]
    while path:
        if not rest[-1]:
            done.add(path.pop())
            rest.pop()
            continue
        following = rest[-1].pop(0)
        if following in path:
            circle = [*path[path.index(following) :], following]
            _report(circle, blocks, uses, diagnostics)
        elif following not in done:
            path.append(following)
            rest.append(list(uses[following]))


def _report(
    circle: list[str],
    blocks: dict[str, tree.Block],
    uses: dict[str, dict[str, Span]],
    diagnostics: Diagnostics,
) -> None:
    if len(circle) == 2:
        message = f"the block `{circle[0]}` uses itself"
    else:
        message = f"these blocks use each other in a circle: {' -> '.join(circle)}"
    diagnostics.error(
        codes.RECURSION,
        message,
        uses[circle[-2]][circle[-1]],
        secondary=[Label(blocks[circle[-1]].name_span, f"`{circle[-1]}` is declared here")],
        help="repeat a body with `repeat` or `for`: blocks can't be recursive",
    )


def _mentioned(block: tree.Block, blocks: dict[str, tree.Block]) -> dict[str, Span]:
    """The blocks of the file that a block names, each with where."""
    found: dict[str, Span] = {}
    hidden = {param.name for param in block.params}
    for name, span in mentions(block.params, block.body):
        if name in blocks and name not in hidden:
            found.setdefault(name, span)
    return found
