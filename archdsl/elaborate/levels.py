"""A level of names: what its items are called, which names are taken, which labels are seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from archdsl.diagnostics import Label, Span
from archdsl.elaborate import codes, names
from archdsl.elaborate.problems import Problem

Naming = Literal["position", "name"]


class Level:
    """One level. Rule 2 names its items by words, rule 3 by positions.

    strict: the body of a block, where no name may depend on the arguments
    labels: label -> value, in this level; `parent`'s are seen too, but not the other way
    """

    __slots__ = (
        "joins",
        "keys",
        "labels",
        "naming",
        "next",
        "numbers",
        "parent",
        "path",
        "poisoned",
        "strict",
        "words",
    )

    def __init__(
        self,
        path: str,
        naming: Naming,
        words: Mapping[str, int],
        parent: Level | None,
        *,
        strict: bool,
    ) -> None:
        self.path = path
        self.naming: Naming = naming
        self.words = words
        self.parent = parent
        self.strict = strict
        self.next = 0
        self.numbers: dict[str, int] = {}
        self.keys: dict[str, Span] = {}
        self.joins: dict[str, int] = {}
        self.labels: dict[str, int] = {}
        self.poisoned = False

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def find(self, label: str) -> int | None:
        """The value of a label seen from here; None for none."""
        level: Level | None = self
        while level is not None:
            value = level.labels.get(label)
            if value is not None:
                return value
            level = level.parent
        return None

    def visible(self) -> set[str]:
        found: set[str] = set()
        level: Level | None = self
        while level is not None:
            found.update(level.labels)
            level = level.parent
        return found

    def uncertain(self) -> bool:
        """Whether labels may be missing because of an error that is reported already."""
        level: Level | None = self
        while level is not None:
            if level.poisoned:
                return True
            level = level.parent
        return False

    # ------------------------------------------------------------------- keys

    def by_word(self, word: str, span: Span, *, in_loop: bool) -> str:
        """Rule 2: the word, numbered unless it is written once and outside loops."""
        if in_loop or self.words.get(word, 0) != 1 or names.is_owned(word):
            number = self.numbers.get(word, 0) + 1
            self.numbers[word] = number
            key = f"{word}{number}"
        elif names.is_keyword(word):
            key = f"{word}1"
        else:
            key = word
        self.take(key, span)
        return key

    def by_position(self, span: Span) -> str:
        """Rule 3: the position."""
        key = str(self.next)
        self.take(key, span)
        self.next += 1
        return key

    def by_label(self, label: str, span: Span, *, quoted: bool, counts: bool) -> str:
        """Rule 1; `counts`: it takes a position (rule 3)."""
        in_group = self.naming == "position"
        self._check_label(label, span, quoted, in_group)
        if in_group and counts:
            if label.isdecimal() and label.isascii():
                number = int(label)
                if number < self.next:
                    raise Problem(
                        codes.GOES_BACK,
                        f"the label {label} goes back: the next position here is {self.next}",
                        span,
                        help=f'write "{self.next}" or more, or give it a name',
                    )
                self.next = number
            self.next += 1
        self.take(label, span)
        return label

    def take(self, key: str, span: Span) -> None:
        first = self.keys.get(key)
        if first is None:
            self.keys[key] = span
            return
        if (first.start, first.end, first.source) == (span.start, span.end, span.source):
            raise Problem(
                codes.NAME_TWICE,
                f"the name `{key}` is given again in each round of the loop",
                span,
                help=f"compute it from the loop's variable (`{key}{{i + 1}}: ..`), "
                "or label the loop instead",
            )
        raise Problem(
            codes.NAME_TWICE,
            f"the name `{key}` is given twice",
            span,
            secondary=[Label(first, f"`{key}` is first given here")],
            help="two items of a level can't have one name; label one of them otherwise",
        )

    @staticmethod
    def _check_label(label: str, span: Span, quoted: bool, in_group: bool) -> None:
        if not names.is_identifier(label):
            if in_group and names.is_published(label):
                return
            if names.is_published(label):
                raise Problem(
                    codes.BAD_LABEL,
                    f'"{label}" is no identifier, and so no label in a net or block',
                    span,
                    help="in a group or a `seq` a label may be such a string",
                )
            raise Problem(
                codes.BAD_LABEL,
                f'"{label}" can\'t be a label',
                span,
                notes=["a label has letters, digits, `_` and, as a string, `-`"],
            )
        if names.is_keyword(label):
            raise Problem(
                codes.OWNED_LABEL,
                f"`{label}` can't be a label: it is a keyword of Python",
                span,
                help=f"`{label}_` can",
            )
        if names.is_owned(label, in_group=in_group):
            raise Problem(
                codes.OWNED_LABEL,
                f"`{label}` can't be a label: the frameworks' layers own that name",
                span,
                help=f"`{label}_` can",
            )

    def join_key(self, kind: str) -> str:
        """A path's last part for a sum, product or concatenation: unique, outside the rules."""
        number = self.joins.get(kind, 0) + 1
        key = kind if number == 1 else f"{kind}{number}"
        while key in self.keys:
            number += 1
            key = f"{kind}{number}"
        self.joins[kind] = number
        return key
