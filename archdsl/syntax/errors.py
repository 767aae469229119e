"""What is wrong where the parser stopped, in the user's terms.

Input: the words of the text, where it stopped, and which terminals could have followed. Output:
one Problem. The rules are tried in order, the particular ones first; the last one always answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from archdsl.records import record
from archdsl.syntax.keywords import KEYWORDS
from archdsl.syntax.outline import Outline
from archdsl.syntax.scan import Word

__all__ = ["Place", "Problem", "quote"]


@record
class Problem:
    """A finding; offsets are those of the words."""

    code: str
    message: str
    start: int
    end: int
    label: str = ""
    help: str = ""
    secondary: tuple[tuple[int, int, str], ...] = ()


@dataclass
class Place:
    """Where the parser stopped: before word `at` of the outline."""

    outline: Outline
    at: int
    accepts: frozenset[str]
    line: Callable[[int], int]
    end: str  # what the end of the text is called
    opened: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.opened = self.outline.opened(self.at)

    @property
    def found(self) -> Word:
        """The word that doesn't fit; at the end an empty one right after the last."""
        word = self.outline.word(self.at)
        if word is not None:
            return word
        end = self.outline.words[-1].end if self.outline.words else 0
        return Word("end", "", end, end)

    @property
    def before(self) -> Word | None:
        return self.outline.word(self.at - 1)

    @property
    def opener(self) -> Word | None:
        """The innermost bracket that is open here."""
        return self.outline.words[self.opened[-1]] if self.opened else None

    @property
    def wants_value(self) -> bool:
        return {"LSQB", "NUMBER", "STRING"} <= self.accepts

    @property
    def wants_piece(self) -> bool:
        return "SKIP" in self.accepts

    @property
    def wants_item(self) -> bool:
        return self.wants_piece and "LET" in self.accepts

    @property
    def wants_declaration(self) -> bool:
        return "IMPORT" in self.accepts and "NET" in self.accepts and not self.wants_value

    @property
    def new_line(self) -> bool:
        return self.found.kind != "end" and self.outline.first_on_line(self.at)

    @property
    def declares(self) -> bool:
        """Whether what was found begins a declaration, or is the end."""
        return self.found.kind == "end" or self.outline.declares(self.at)

    @property
    def found_keyword(self) -> bool:
        return self.found.text in KEYWORDS

    def shown(self) -> str:
        return quote(self.found) if self.found.kind != "end" else self.end

    def after(self) -> str:
        """` after X`, X being the word before."""
        return f" after {quote(self.before)}" if self.before else ""

    def ended(self) -> tuple[tuple[int, int, str], ...]:
        """The end of the declaration right before, which may be too early."""
        if self.before is None or self.before.text != "}":
            return ()
        return ((self.before.start, self.before.end, "the last declaration ends here"),)

    def lacks(self, what: str, help: str = "") -> Problem:
        """Something is missing; where the line ends without it, that line is at fault."""
        if self.new_line and self.before is not None:
            return self.problem(
                "S107", f"expected {what}{self.after()}", help=help, word=self.before
            )
        return self.problem(
            "S107", f"expected {what}{self.after()}, found {self.shown()}", help=help
        )

    def problem(
        self,
        code: str,
        message: str,
        label: str = "",
        help: str = "",
        *,
        word: Word | None = None,
        secondary: tuple[tuple[int, int, str], ...] = (),
    ) -> Problem:
        where = word or self.found
        return Problem(code, message, where.start, where.end, label, help, secondary)


def quote(word: Word) -> str:
    text = word.text if len(word.text) <= 30 else word.text[:27] + "..."
    return f"`{text}`"
