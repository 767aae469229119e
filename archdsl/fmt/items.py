"""Lays out bodies, their items, and declarations."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from archdsl.fmt.bodies import Braces, Entry, File
from archdsl.fmt.columns import Columns, key_of
from archdsl.fmt.docs import Cat, Comment, Doc, Element, Fill, Text, Together, cat
from archdsl.fmt.output import Cells
from archdsl.fmt.recipes import recipe, scaling
from archdsl.fmt.runs import Runs
from archdsl.fmt.tokens import Note, Tokens
from archdsl.syntax import tree

__all__ = ["Items"]


# The tokens of something in braces, from its `{`, and how its entries are made.
Inside = tuple[int, Callable[[int], Braces]]


class Items:
    """Makes layouts of the parts of one file."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.runs = Runs(tokens)
        self.columns = Columns(tokens, self.runs)

    def file(self, file: tree.File) -> File:
        nodes = [(decl, self._at(decl), self._end(decl)) for decl in file.decls]
        entries = [self.entry(first, *self._decl(decl)) for decl, first, end in nodes]
        notes = self.share(entries, [first for _, first, _ in nodes], len(self.tokens.tokens))
        return File(entries, notes[1])

    def _at(self, node: tree.Decl | tree.Item | tree.Stage | tree.Body) -> int:
        return self.tokens.at(node.span.start)

    def _end(self, node: tree.Decl | tree.Item | tree.Stage | tree.Body) -> int:
        return self.tokens.at(node.span.end)

    # ----------------------------------------------------------------- entries

    def entry(self, first: int, doc: Doc, cells: Cells | None = None) -> Entry:
        return Entry(doc, cells, self.tokens.gaps[first].blank)

    def share(
        self, entries: Sequence[Entry], firsts: Sequence[int], end: int
    ) -> tuple[list[Note], list[Note]]:
        """Gives the comments between entries to them; returns those behind the bracket before
        them, and those after the last one."""
        opened: list[Note] = []
        rest: list[Note] = []
        for at, number in enumerate([*firsts, end]):
            notes = self.tokens.gaps[number].notes
            split = 1 if notes and not notes[0].own_line else 0
            if at:
                entries[at - 1].after = notes[:split]
            else:
                opened = notes[:split]
            if at < len(entries):
                entries[at].notes = notes[split:]
            else:
                rest = notes[split:]
        return opened, rest

    def braces(
        self, at: int, spans: Sequence[tuple[int, int]], entries: Sequence[Entry], many: bool
    ) -> Braces:
        """What stands in the braces that open at token `at`.

        spans: the tokens of each entry; many: whether several may stand on one line
        """
        last = self.tokens.match[at]
        opened, rest = self.share(entries, [first for first, _ in spans], last)
        inline = (
            self.tokens.one_line(at, last + 1)
            and self.tokens.quiet(at, last + 1)
            and (many or len(entries) <= 1)
        )
        return Braces(entries, inline, opened, rest)

    def _listed(self, spans: Sequence[tuple[int, int]], rules: bool) -> Callable[[int], Braces]:
        """Braces around runs of tokens: `name = value` in `init` and `op`, not in `defaults`."""

        def make(at: int) -> Braces:
            entries = []
            for first, end in spans:
                doc = self.runs.run(first, end)
                cuts = [first + 1] if rules else []
                cells = self.columns.cut(doc, first, cuts)
                entries.append(self.entry(first, doc, cells))
            return self.braces(at, spans, entries, many=True)

        return make

    def _body(self, items: Sequence[tree.Item], many: bool = False) -> Callable[[int], Braces]:
        def make(at: int) -> Braces:
            spans, entries = [], []
            for group in self._together(items):
                spans.append((self._at(group[0]), self._end(group[-1])))
                made = [self._item(item) for item in group]
                docs = Together([entry.doc for entry in made])
                entries.append(made[0] if len(made) == 1 else self.entry(spans[-1][0], docs))
            return self.braces(at, spans, entries, many)

        return make

    def _together(self, items: Sequence[tree.Item]) -> list[list[tree.Item]]:
        """The items, but those `expect`s together that were written on one line."""
        groups: list[list[tree.Item]] = []
        for item in items:
            last = groups[-1][-1] if groups else None
            if isinstance(item, tree.Expect) and isinstance(last, tree.Expect):
                first, end = self._at(last), self._end(item)
                if self.tokens.one_line(first, end) and self.tokens.quiet(first, end):
                    groups[-1].append(item)
                    continue
            groups.append([item])
        return groups

    def _branches(self, branches: Sequence[tree.Body]) -> Callable[[int], Braces]:
        def make(at: int) -> Braces:
            spans, entries = [], []
            for branch in branches:
                for number, item in enumerate(branch.items):
                    entry = self._item(item)
                    entry.bar, entry.deeper = number == 0, number > 0
                    first = self._at(branch) if entry.bar else self._at(item)
                    entry.blank = self.tokens.gaps[first].blank
                    entries.append(entry)
                    spans.append((first, self._end(item)))
            single = all(len(branch.items) == 1 for branch in branches)
            return self.braces(at, spans, entries, many=single)

        return make

    # ----------------------------------------------------------------- declarations

    def _decl(self, decl: tree.Decl) -> tuple[Doc, Cells | None]:
        first, end = self._at(decl), self._end(decl)
        if isinstance(decl, tree.Block):
            return self.sequence(first, end, [self._inside(decl.body)], params=True), None
        if isinstance(decl, tree.Variant):
            return self._variant(decl, first, end)
        if isinstance(decl, tree.OpDecl):
            spans = [self._range(field.span.start, field.span.end) for field in decl.fields]
            return self.sequence(first, end, [(first + 2, self._listed(spans, True))]), None
        if isinstance(decl, tree.Import):
            return self.runs.run(first, end), None
        if isinstance(decl, tree.Recipe):
            return recipe(self, decl), None
        if isinstance(decl, tree.Scaling):
            return scaling(self, decl), None
        return self._setting(decl, first, end)

    def _variant(self, decl: tree.Variant, first: int, end: int) -> tuple[Doc, Cells | None]:
        head = first + 4
        if head < end and self.tokens.tokens[head].text == "(":
            head = self.tokens.match[head] + 1
        inside = [(head, self._body(decl.items, many=True))] if head < end else []
        doc = self.sequence(first, end, inside)
        cuts = [first + 2, *([head] if inside else [])]
        return doc, self.columns.cut(doc, first, cuts, "net", 2)

    def _setting(
        self, node: tree.Let | tree.Defaults | tree.Init, first: int, end: int
    ) -> tuple[Doc, Cells | None]:
        if isinstance(node, tree.Let):
            doc = self.runs.run(first, end)
            return doc, self.columns.cut(doc, first, [first + 2])
        parts = node.uses if isinstance(node, tree.Defaults) else node.rules
        spans = [self._range(part.span.start, part.span.end) for part in parts]
        listed = self._listed(spans, isinstance(node, tree.Init))
        return self.sequence(first, end, [(first + 1, listed)]), None

    def _range(self, start: int, end: int) -> tuple[int, int]:
        return self.tokens.at(start), self.tokens.at(end)

    # ----------------------------------------------------------------- items

    def _item(self, item: tree.Item) -> Entry:
        first, end = self._at(item), self._end(item)
        if isinstance(item, tree.Chain):
            return self.entry(first, *self._chain(item, first, end))
        if isinstance(item, tree.Let | tree.Defaults | tree.Init):
            return self.entry(first, *self._setting(item, first, end))
        doc = self.runs.run(first, end)
        cuts = [self.tokens.at(item.left.span.end)] if isinstance(item, tree.Expect) else []
        return self.entry(first, doc, self.columns.cut(doc, first, cuts))

    def _chain(self, chain: tree.Chain, first: int, end: int) -> tuple[Doc, Cells | None]:
        elements: list[Element] = []
        starts = []
        for stage in chain.stages:
            begin, last = self._at(stage), self._end(stage)
            doc = self._stage(stage, begin, last)
            if not elements:
                elements.append(Element(doc))
                continue
            starts.append(begin - 1)
            notes = self.tokens.gaps[begin - 1].notes
            elements.append(Element(Cat([Text("-> "), doc]), notes))
        doc = elements[0].doc if len(elements) == 1 else Fill(elements)
        shape, piece = chain.stages[-1].shape, chain.stages[0].piece
        if starts:
            flats = [element.doc.flat if doc.flat else None for element in elements]
            return doc, self.columns.cells(flats, first, starts, key_of(chain.stages), 1, shape)
        bodies = self._bodies(piece)
        cuts = [bodies[0][0]] if len(bodies) == 1 and bodies[0][0] > first else []
        key = "repeat" if isinstance(piece, tree.Repeat) else None
        return doc, self.columns.cut(doc, first, cuts, key, 1, shape)

    def _stage(self, stage: tree.Stage, first: int, end: int) -> Doc:
        return self.sequence(first, end, self._bodies(stage.piece))

    def _inside(self, body: tree.Body) -> Inside:
        return self._at(body), self._body(body.items)

    def _bodies(self, piece: tree.Piece) -> list[Inside]:
        """What a piece has in braces, in order."""
        if isinstance(piece, tree.Parallel):
            at = self.tokens.at(piece.span.start) + 1
            return [(at, self._branches(piece.branches))]
        if isinstance(piece, tree.Residual):
            return [self._inside(body) for body in (piece.body, piece.shortcut) if body]
        if isinstance(piece, tree.If):
            return self._alternatives(piece)
        if isinstance(piece, tree.Use | tree.Join | tree.Ref | tree.Skip):
            return []
        return [self._inside(piece.body)]

    def _alternatives(self, piece: tree.If) -> list[Inside]:
        found = []
        while True:
            found.append(self._inside(piece.then))
            if piece.other is None:
                return found
            at = self._at(piece.other)
            if self.tokens.tokens[at].text == "{":
                return [*found, self._inside(piece.other)]
            [chain] = piece.other.items  # `else if`
            assert isinstance(chain, tree.Chain)
            other = chain.stages[0].piece
            assert isinstance(other, tree.If)
            piece = other

    # ----------------------------------------------------------------- parts

    def sequence(
        self, first: int, end: int, insides: Sequence[Inside], params: bool = False
    ) -> Doc:
        """The tokens from `first` to before `end`, with what stands in braces among them."""
        parts: list[Doc] = []
        at = first
        for opening, make in insides:
            if at < opening:
                parts += self._part(first, at, opening, params)
            if opening > first:
                parts.append(Text(" "))
            parts.append(make(opening))
            at = self.tokens.match[opening] + 1
        if at < end:
            parts += self._part(first, at, end, params)
        return cat(parts)

    def _part(self, first: int, at: int, end: int, params: bool) -> list[Doc]:
        parts: list[Doc] = []
        if at > first:
            parts += [Comment(note) for note in self.tokens.gaps[at].notes]
            parts.append(Text(" "))
        return [*parts, self.runs.run(at, end, params=params)]
