"""A line of very many layers, cut into stretches that fit a page."""

from __future__ import annotations

from archdsl.diagram.picture import Box, Element


def in_runs(elements: list[Element], count: int) -> list[Element]:
    """The elements in about `count` stretches, each a closed box that says what it holds."""
    size = -(-len(elements) // count)
    out: list[Element] = []
    for at in range(0, len(elements), size):
        children = elements[at : at + size]
        out.append(_run(children) if len(children) > 1 else children[0])
    return out


def _run(children: list[Element]) -> Box:
    names = [child.block or child.title if isinstance(child, Box) else "" for child in children]
    same = names[0] if len(set(names)) == 1 else ""
    title = f"{len(children)} × {same}" if same else f"{len(children)} steps"
    first = children[0]
    path = first.path if isinstance(first, Box) else ""
    return Box("run", title, path, children)
