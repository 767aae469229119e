"""The labels that a declaration may give, as far as its text tells."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from archdsl.syntax import tree


@dataclass
class Labels:
    literal: set[str] = field(default_factory=set)
    computed: list[re.Pattern[str]] = field(default_factory=list)
    uncertain: bool = False  # some of the text could not be read

    def may_be(self, text: str) -> bool:
        return (
            self.uncertain or text in self.literal or any(p.fullmatch(text) for p in self.computed)
        )

    def add(self, template: tree.Template) -> None:
        text = template.literal
        if text is not None:
            self.literal.add(text)
            return
        parts = (re.escape(p) if isinstance(p, str) else ".*" for p in template.parts)
        self.computed.append(re.compile("".join(parts), re.DOTALL))


def labels_of(body: tree.Body) -> Labels:
    """All labels written in a body and the bodies in it."""
    labels = Labels()
    stack = [body]
    while stack:
        for item in stack.pop().items:
            if isinstance(item, tree.Input) and item.label is not None:
                labels.literal.add(item.label)
            labels.uncertain |= isinstance(item, tree.Broken)
            if isinstance(item, tree.Chain):
                for stage in item.stages:
                    if stage.label is not None:
                        labels.add(stage.label)
                    stack += bodies_of(stage.piece)
    return labels


def bodies_of(piece: tree.Piece) -> list[tree.Body]:
    """The bodies that stand in a form."""
    match piece:
        case tree.Residual():
            return [piece.body, *([piece.shortcut] if piece.shortcut is not None else [])]
        case tree.Parallel():
            return list(piece.branches)
        case tree.If():
            return [piece.then, *([piece.other] if piece.other is not None else [])]
        case tree.Group() | tree.Gate() | tree.Repeat() | tree.For() | tree.Aux():
            return [piece.body]
        case _:
            return []
