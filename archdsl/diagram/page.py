"""One page that holds the whole net and needs nothing else: fold by click, drag, zoom, hover.

The page lays the net out itself, so that it can open and close boxes; Graphviz has no part in it.
The net comes as JSON, and the page writes what it shows as text, never as markup.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from archdsl.analysis.cost import cost
from archdsl.diagram import style
from archdsl.diagram.details import forms
from archdsl.diagram.elements import block_picture, picture
from archdsl.diagram.labels import clean, count_text, kind_of, shape_text
from archdsl.diagram.parts import Plan, Shown
from archdsl.diagram.picture import Box, Element, Leaf, Picture
from archdsl.diagram.plan import MOST, size
from archdsl.diagram.runs import in_runs
from archdsl.diagram.sheets import comment, environment, template_text
from archdsl.diagram.symbols import symbols
from archdsl.diagram.words import box_lines, title_of
from archdsl.ir import structure

Json = dict[str, object]


def page(
    net: structure.Net,
    facts: str,
    *,
    depth: int | None = None,
    opened: Iterable[str] = (),
    block: str | None = None,
    colour: str | None = None,
    theme: str = "light",
) -> str:
    """The page of a net, or of a block of it.

    depth, opened: what is open at first, as in `to_dot`; colour: what the boxes are shaded by
    """
    if block is not None:
        call = forms(net, block)[0]
        maker = _Maker(net, block_picture(net, call))
        found = symbols(net.graph, call.instance)
        maker.plan.names, maker.plan.titles = found.names, found.titles
        depth = 1 if depth is None else depth + 1
    else:
        maker = _Maker(net, picture(net))
    data = maker.data(_first_depth(net, depth, opened), tuple(opened))
    data |= {
        "name": clean(block or net.name),
        "facts": facts if block is None else f"a block of {clean(net.name)}",
        "colour": colour or "kind",
        "theme": theme,
        "themes": {name: _colours(made) for name, made in style.THEMES.items()},
        "kinds": style.KINDS,
        "font": style.FONT,
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # Within a script element only this could end it, or begin a comment.
    safe = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    template = environment().get_template("page.html.jinja")
    return template.render(
        comment=comment(net.file),
        data=safe,
        name=clean(block or net.name),
        script=template_text("page.js"),
    )


def _first_depth(net: structure.Net, depth: int | None, opened: Iterable[str]) -> int:
    """How deep the page is open at first: as the picture is."""
    if depth is not None or tuple(opened):
        return depth or 0
    return 1 if size(picture(net), 1) <= MOST else 0


def _colours(theme: style.Theme) -> Json:
    made = asdict(theme)
    return {key: list(value) if isinstance(value, tuple) else value for key, value in made.items()}


class _Maker:
    def __init__(self, net: structure.Net, picture: Picture) -> None:
        self.picture = picture
        self.graph = net.graph
        self.plan = Plan(net.graph, vague=picture.vague)
        self.rows = cost(net).rows
        self.owner: dict[int, int] = {}  # the leaf's number of each node that is drawn
        self.ids = 0
        self.twins: dict[int, list[int]] = {}
        for node in self.graph:
            self.twins.setdefault(picture.twin(node.id), []).append(node.id)

    def data(self, depth: int, opened: tuple[str, ...]) -> Json:
        elements = self.picture.elements
        if len(elements) > MOST:
            elements = in_runs(elements, MOST // 3)
        inside = {n for element in elements for n in element.nodes}
        known = inside | set(self.picture.alias)
        outside = sorted({i for n in inside for i in self.graph.nodes[n].inputs} - known)
        names = {node: label for label, node in self.graph.inputs}
        before = [self.end(names.get(node) or "input", node) for node in outside]
        for made, node in zip(before, outside, strict=True):
            self.owner[node] = int(str(made["id"]))
        boxes = [*before, *self.boxes(elements, depth, 0, opened)]
        wires = list(self.wires(known | set(outside)))
        ends = [*self.graph.outputs, *((aux.label, aux.value) for aux in self.graph.aux)]
        if not outside or outside != [node for _, node in self.graph.inputs]:
            read = {i for n in inside for i in self.graph.nodes[n].inputs}
            ends = [("output", n) for n in sorted(inside) if n not in read]
        for label, node in ends:
            made = self.end(label or "output", node)
            source = self.owner.get(self.picture.twin(node))
            if source is not None:
                boxes.append(made)
                aux = self.graph.nodes[node].aux
                wires.append([source, made["id"], 0, "", "", int(aux)])
        return {"boxes": boxes, "wires": wires}

    def number(self) -> int:
        self.ids += 1
        return self.ids - 1

    def end(self, label: str, node: int) -> Json:
        """An input or an output."""
        made = self.graph.nodes[node]
        shape = shape_text(made.shape)
        lines = [["name", clean(label)], ["sub", shape]]
        return self.told(self.number(), "end", lines, [node], made.path) | {"aux": made.aux}

    def boxes(
        self, elements: Iterable[Element], depth: int, level: int, opened: tuple[str, ...]
    ) -> Iterator[Json]:
        for element in elements:
            nodes = element.nodes
            if not nodes:
                continue
            if isinstance(element, Box) and element.what == "form" and element.count == 1:
                yield from self.boxes(element.children, depth, level, opened)
                continue
            yield self.box(element, depth, level, opened)

    def box(self, element: Element, depth: int, level: int, opened: tuple[str, ...]) -> Json:
        nodes = element.nodes
        number = self.number()
        members = sorted(m for n in nodes for m in self.twins.get(n, [n]))
        last = self.graph.nodes[max(members)]
        aux = all(self.graph.nodes[n].aux for n in nodes)
        drawn = Shown(f"b{number}", element, last.id, last.shape, aux, members=members)
        lines = [[kind, clean(text)] for kind, text in box_lines(self.plan, drawn)]
        if isinstance(element, Leaf):
            head = self.graph.nodes[element.head]
            self.owner |= dict.fromkeys(nodes, number)
            made = self.told(number, kind_of(head.op), lines, members, head.path)
            return made | {"count": element.count, "aux": aux}
        made = self.told(number, "block", lines, members, element.path)
        step = 0 if element.what in ("form", "repeat") else 1
        open_ = level < depth or any(
            path == element.path or path.startswith(f"{element.path}.") for path in opened
        )
        inner = list(self.boxes(element.children, depth, level + step, opened))
        return made | {
            "title": clean(title_of(element, self.plan.titles) or element.path),
            "count": element.count,
            "aux": aux,
            "what": element.what,
            "open": open_,
            "children": inner,
        }

    def told(
        self, number: int, kind: str, lines: list[list[str]], nodes: list[int], path: str
    ) -> Json:
        """What the page says of a box while the pointer is on it."""
        first, last = self.graph.nodes[nodes[0]], self.graph.nodes[nodes[-1]]
        rows = [self.rows[n] for n in nodes]
        before = self.graph.nodes[first.inputs[0]].shape if first.inputs else None
        costs = [
            sum(r.params for r in rows),
            sum(r.macs for r in rows),
            max(r.memory for r in rows),
        ]
        return {
            "id": number,
            "kind": kind,
            "lines": lines,
            "path": clean(path),
            "place": f"{clean(first.span.source.name)}:{first.span.line}",
            "in": shape_text(before) if before is not None else "",
            "out": shape_text(last.shape),
            "costs": costs,
            "texts": [count_text(n) for n in costs],
        }

    def wires(self, known: set[int]) -> Iterator[list[object]]:
        """Between leaves: from, to, whether a skip, its label, the shape, if of a side head."""
        seen: set[tuple[int, int]] = set()
        for node in self.graph:
            if node.id not in known:
                continue
            target = self.owner.get(self.picture.twin(node.id))
            for value in node.inputs:
                source = self.owner.get(self.picture.twin(value))
                if source is None or target is None or source == target:
                    continue
                if self.picture.twin(value) >= self.picture.twin(node.id):
                    continue
                label = self.picture.skips.get((value, node.id))
                if (source, target) in seen:
                    continue
                seen.add((source, target))
                shape = shape_text(self.graph.nodes[value].shape)
                skip = int(label is not None)
                yield [source, target, skip, clean(label or ""), shape, int(node.aux)]
