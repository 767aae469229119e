"""Parameters, lets, blocks and imports that nothing uses.

Silent are: names that begin with `_`; parameters of a block that is passed on as a value, since
others in its place may need them; and, as others may import them, what a file without nets
declares, and blocks with a doc comment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from archdsl.analysis import codes
from archdsl.diagnostics import Span
from archdsl.elaborate.mentions import mentioned, mentions
from archdsl.syntax import tree

Warn = Callable[[str, str, Span, str], None]

_SILENCE = "take it away, or begin its name with `_`"


def check_unused(file: tree.File, found: Sequence[object], warn: Warn) -> None:
    """found: all nodes of the file"""
    used = {name for node in found for name, _ in mentioned(node)}
    passed = {node.name for node in found if isinstance(node, (tree.Name, tree.CallExpr))}
    _lets(found, warn)
    nets = any(isinstance(d, tree.Variant) or _is_net(d) for d in file.decls)
    for decl in file.decls:
        if isinstance(decl, tree.Block) and decl.name not in passed:
            _parameters(decl, warn)
        if not nets:
            continue
        match decl:
            case tree.Block(kind="block" | "seq") | tree.OpDecl() if decl.doc is None:
                if decl.name not in used and not decl.name.startswith("_"):
                    kind = "op" if isinstance(decl, tree.OpDecl) else decl.kind
                    text = f"the {kind} `{decl.name}` is never used"
                    remedy = "take it away, or give it a doc comment (`##`) if it is for others"
                    warn(codes.UNUSED_BLOCK, text, decl.name_span, remedy)
            case tree.Let() if decl.name not in used and not decl.name.startswith("_"):
                text = f"`{decl.name}` is never used"
                warn(codes.UNUSED_LET, text, decl.name_span, _SILENCE)
            case tree.Import():
                for imported in decl.names:
                    name = imported.alias or imported.name
                    if name not in used:
                        text = f"`{name}` is imported and never used"
                        warn(codes.UNUSED_IMPORT, text, imported.span, "take it away")
            case _:
                pass


def _is_net(decl: tree.Decl) -> bool:
    return isinstance(decl, tree.Block) and decl.kind == "net"


def _parameters(block: tree.Block, warn: Warn) -> None:
    lacking = {param.name for param in block.params if not param.name.startswith("_")}
    if not lacking:
        return
    for name, _ in mentions(block.params, block.body):
        lacking.discard(name)
        if not lacking:
            return
    for param in block.params:
        if param.name in lacking:
            text = f"{block.name} never uses its parameter `{param.name}`"
            warn(codes.UNUSED_PARAMETER, text, param.name_span, _SILENCE)


def _lets(found: Sequence[object], warn: Warn) -> None:
    for inner in found:
        if not isinstance(inner, tree.Body):
            continue
        lets = [item for item in inner.items if isinstance(item, tree.Let)]
        if not lets:
            continue
        used: set[str] = set()
        unused: list[tree.Let] = []
        for item in reversed(inner.items):
            if isinstance(item, tree.Let) and item.name not in used:
                unused.append(item)
            used.update(name for name, _ in mentions(item))
        for let in reversed(unused):
            if not let.name.startswith("_"):
                text = f"`{let.name}` is never used"
                warn(codes.UNUSED_LET, text, let.name_span, _SILENCE)
