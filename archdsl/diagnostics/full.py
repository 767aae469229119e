"""Diagnostics for a person: the message, the source line with the place underlined, the rest.

resnet.arch:14:20: error[A203]: expected 28x28x192, found 28x28x128
   14 |   conv(128, 3x3) :: 28x28x192
      |                     ^^^^^^^^^ says 192 channels
   in layer3.0 -> Bottleneck, resnet.arch:22
   help: ...
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from archdsl.diagnostics.diagnostic import Diagnostic, Severity
from archdsl.diagnostics.source import Span
from archdsl.diagnostics.text import escape, excerpt

_MOST_FRAMES = 8
_LONGEST_PATH = 60

_STYLES = {
    Severity.ERROR: "1;31",
    Severity.WARNING: "1;33",
    Severity.NOTE: "1;36",
    "place": "1",
    "gutter": "34",
    "second": "34",
    "word": "36",
}


class _Paint:
    def __init__(self, colour: bool) -> None:
        self.colour = colour

    def __call__(self, style: Severity | str, text: str) -> str:
        if not self.colour or not text:
            return text
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"


def full(diagnostics: Iterable[Diagnostic], *, colour: bool = False) -> str:
    paint = _Paint(colour)
    return "\n".join("\n".join(_lines(item, paint)) + "\n" for item in diagnostics)


def concise(diagnostics: Iterable[Diagnostic], *, colour: bool = False) -> str:
    paint = _Paint(colour)
    return "".join(_header(item, paint) + "\n" for item in diagnostics)


def where(span: Span) -> str:
    """`resnet.arch:14:9`, for a terminal."""
    line, column = span.source.position(span.start)
    return f"{escape(span.source.name)}:{line}:{column}"


def _header(item: Diagnostic, paint: _Paint) -> str:
    place = paint("place", where(item.span)) + ": " if item.span else ""
    word = paint(item.severity, f"{item.severity.value}[{item.code}]")
    return f"{place}{word}: {escape(item.message)}"


def _lines(item: Diagnostic, paint: _Paint) -> Iterator[str]:
    yield _header(item, paint)
    places = [label.span for label in item.secondary] + ([item.span] if item.span else [])
    digits = max([len(str(span.line)) for span in places], default=1)
    gutter = 3 + digits
    before = ""
    if item.span:
        before, under = _place(item.span, item.label, gutter, paint, item.severity, "^")
        yield from (before, under)
    shown = item.span.source if item.span else None
    for label in item.secondary:
        if label.span.source is not shown:
            shown, before = label.span.source, ""
            yield f"{' ' * gutter} {paint('gutter', '-->')} {paint('place', where(label.span))}"
        line, under = _place(label.span, label.text, gutter, paint, "second", "-")
        if line != before:  # two places in one line: it is shown once
            yield line
        yield under
        before = line
    indent = " " * (gutter + 1)
    yield from (indent + line for line in _frames(item))
    for word, texts in (("note", item.notes), ("help", (item.help,) if item.help else ())):
        for text in texts:
            head, *rest = escape(text, keep="\n").split("\n")
            yield f"{indent}{paint('word', word + ':')} {head}"
            yield from (f"{indent}{' ' * (len(word) + 2)}{line}".rstrip() for line in rest)


def _place(
    span: Span, label: str, gutter: int, paint: _Paint, style: Severity | str, mark: str
) -> tuple[str, str]:
    """The source line, and the line that marks the place in it."""
    line, column = span.source.position(span.start)
    text = span.source.line(line)
    start = column - 1
    found = excerpt(text, start, start + max(span.end - span.start, 0))
    bar = paint("gutter", "|")
    notes = f" {escape(label)}" if label else ""
    marks = paint(style, mark * found.length + notes)
    return (
        f"{paint('gutter', str(line).rjust(gutter))} {bar} {found.text}".rstrip(),
        f"{' ' * gutter} {bar} {' ' * found.indent}{marks}",
    )


def _short(path: str) -> str:
    """A very long path without its middle."""
    if len(path) <= _LONGEST_PATH:
        return path
    half = (_LONGEST_PATH - 3) // 2
    return f"{path[:half]}...{path[-half:]}"


def _frames(item: Diagnostic) -> Iterator[str]:
    """The chain of instances, the innermost first; of a very long one the middle is left out."""
    frames = list(reversed(item.frames))
    lines = [
        f"in {_short(escape(f.path or f.block))} -> {escape(f.block)}, "
        f"{escape(f.span.source.name)}:{f.span.line}"
        for f in frames
    ]
    if len(lines) > _MOST_FRAMES:
        half = _MOST_FRAMES // 2
        left_out = len(lines) - 2 * half
        lines = [*lines[:half], f"... {left_out} more ...", *lines[-half:]]
    yield from lines
