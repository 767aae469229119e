"""What can be said of a file without elaborating it: also of what no net uses.

Input: a module with its names. Output: errors for names that mean nothing, names given twice,
arguments that fit no parameter, forms that stand where they can't, bodies written empty, and
blocks that use themselves. Nothing is evaluated; what depends on values is the elaboration's.
"""

from __future__ import annotations

from archdsl.diagnostics import Diagnostics, Label, nearest
from archdsl.elaborate import calls, codes, recursion, scalings
from archdsl.elaborate.files import Module
from archdsl.elaborate.labels import Labels, labels_of
from archdsl.elaborate.problems import Problem, quoted_list
from archdsl.elaborate.scalings import block_of
from archdsl.elaborate.scope import Variables
from archdsl.elaborate.static_bodies import check_body, check_defaults, check_expect
from archdsl.elaborate.static_names import Names
from archdsl.elaborate.values import TYPES
from archdsl.syntax import tree


def resolve(module: Module, diagnostics: Diagnostics) -> None:
    top = Names(module, diagnostics, Variables(), Labels())
    for decl in module.file.decls:
        match decl:
            case tree.Block():
                _block(top, decl)
            case tree.Variant():
                _variant(top, decl)
            case tree.Scaling():
                scalings.check(top, decl)
            case _:
                pass  # evaluated when the file was loaded
    recursion.check(module, diagnostics)


# ------------------------------------------------------------------------------ declarations


def _block(top: Names, block: tree.Block) -> None:
    arguments: set[str] | None = None if block.kind == "net" else set()
    names = Names(top.module, top.diagnostics, Variables(), labels_of(block.body), arguments)
    for param in block.params:
        if param.default is not None:
            names.value_of(param.name, param.default)
        if param.type is not None and param.type not in TYPES:
            guess = nearest(param.type, TYPES)
            names.report(
                Problem(
                    codes.UNKNOWN_TYPE,
                    f"unknown type `{param.type}`",
                    param.span,
                    help=f"did you mean `{guess}`?" if guess else f"types: {quoted_list(TYPES)}",
                )
            )
        names.declare(param.name, param.name_span, by_arguments=True)
    if block.kind == "net":
        _net_items(names, block)
    check_body(names, block.body, root=block.kind == "net", outer=True)


def _net_items(names: Names, block: tree.Block) -> None:
    inputs = [item for item in block.body.items if isinstance(item, tree.Input)]
    if not inputs and not any(isinstance(item, tree.Broken) for item in block.body.items):
        names.report(
            Problem(
                codes.NO_INPUT,
                f"{block.name} has no input",
                block.name_span,
                help="begin its body with one: `input 224x224x3`",
            )
        )
    unnamed = [item for item in inputs if item.label is None]
    if len(inputs) > 1 and unnamed:
        names.report(
            Problem(
                codes.UNNAMED_INPUT,
                "with several inputs each needs a name",
                unnamed[0].span,
                secondary=[
                    Label(item.span, "another input") for item in inputs if item not in unnamed[:1]
                ],
                help="write `input left: 64x64x1`, and begin with `@left`",
            )
        )


def _variant(top: Names, variant: tree.Variant) -> None:
    for arg in variant.args or ():
        top.check(arg.value)
    block = block_of(top.module, variant)
    own = Names(top.module, top.diagnostics, Variables(), Labels())
    if block is not None:
        calls.bind(calls.of_block(block), variant.args or (), top.report)
        for param in block.params:
            own.variables.own[param.name] = param.name_span
    for item in variant.items:
        match item:
            case tree.Expect():
                check_expect(own, item)
            case tree.Defaults() | tree.Init():
                check_defaults(top, item)
