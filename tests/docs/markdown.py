"""The Markdown files of the project: their blocks of code, with what is said of each.

What a block is follows from its language. An HTML comment right above it says more:

| language | is | comment above it |
|---|---|---|
| console | `$ command` lines, each with all that it prints; a line `...` stands for any lines, `...` \
in a line for any text | `exit: 1` for the status of the last command |
| arch | a file that must check clean | `in: 32x32x3` for items of a net with that input, \
`error: S202` for a file that is refused with this code |
| python | code that must run; the blocks of a file share their names | `prints` for a text block \
with what the code before it prints, `excerpt: net.py` for lines that are found in that file |
| sh | commands that are not run here: `make` (whose targets must be there), `pip`, `git` | |
| text | not looked at | |

`file: net.arch` above a block writes it to that file, for the blocks after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]

_COMMENT = re.compile(r"<!--\s*(.*?)\s*-->")


@dataclass(frozen=True)
class Block:
    """A fenced block: where it stands, its language, its text, and the notes above it."""

    line: int
    language: str
    text: str
    notes: dict[str, str]


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a document, in order."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        if not lines[at].startswith("```"):
            at += 1
            continue
        end = next(i for i in range(at + 1, len(lines)) if lines[i].rstrip() == "```")
        body = "".join(line + "\n" for line in lines[at + 1 : end])
        yield Block(at + 1, lines[at][3:].strip(), body, _notes(lines, at))
        at = end + 1


def _notes(lines: list[str], at: int) -> dict[str, str]:
    above = _COMMENT.fullmatch(lines[at - 1].strip()) if at else None
    found: dict[str, str] = {}
    for part in above[1].split(";") if above else ():
        key, _, value = part.partition(":")
        found[key.strip()] = value.strip()
    return found


@dataclass(frozen=True)
class Command:
    """A line of a console block, and what is shown below it."""

    line: int
    text: str
    shown: str


def commands(block: Block) -> list[Command]:
    """The commands of a console block."""
    found: list[Command] = []
    for number, line in enumerate(block.text.splitlines(), block.line + 1):
        if line.startswith("$ "):
            found.append(Command(number, line[2:], ""))
        else:
            last = found.pop()
            found.append(Command(last.line, last.text, last.shown + line + "\n"))
    return found


def matches(shown: str, real: str) -> bool:
    """Whether a shown text is the real one, `...` standing for what is left out."""
    pattern = ""
    for line in shown.splitlines():
        if line.strip() == "...":
            pattern += r"(?:[^\n]*\n)*?"
        else:
            parts = (re.escape(part) for part in line.rstrip().split("..."))
            pattern += r"[^\n]*?".join(parts) + r"[ ]*\n"
    return re.fullmatch(pattern, real) is not None


def headings(text: str) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    found: set[str] = set()
    fenced = False
    for line in text.splitlines():
        if line.startswith("```"):
            fenced = not fenced
        title = re.match(r"#+ (.*)", line)
        if title and not fenced:
            words = re.sub(r"[^\w\- ]", "", title[1].strip().lower())
            found.add(words.replace(" ", "-"))
    return found


def links(text: str) -> Iterator[str]:
    """The targets of links and pictures that lie in the project."""
    outside = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    for found in re.finditer(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"", outside):
        target = found[1] or found[2]
        if not re.match(r"[a-z]+:", target):
            yield target
