"""How diagnostics are shown, to people and to programs."""

from __future__ import annotations

import json
import re

import pytest

from archdsl.diagnostics import Diagnostic, Diagnostics, Frame, Label, Severity, Source, Span
from archdsl.diagnostics.render import render, summary
from archdsl.diagnostics.text import WIDTH, escape, excerpt, width


def span(source: Source, part: str) -> Span:
    start = source.text.index(part)
    return Span(source, start, start + len(part))


def make(
    text: str, part: str, *, name: str = "net.arch", message: str = "that is wrong", **rest: object
) -> Diagnostic:
    place = span(Source(name, text), part)
    return Diagnostic("S299", Severity.ERROR, message, place, **rest)  # type: ignore[arg-type]


def test_full() -> None:
    source = Source("nets/a.arch", "net A {\n  input 8x8x3\n  conv(4, 3x3) :: 8x8x5\n}\n")
    item = Diagnostic(
        "S201",
        Severity.ERROR,
        "expected 8x8x5, found 8x8x4",
        span(source, "8x8x5"),
        "says 5 channels",
        (Label(span(source, "4,"), "4 channels"), Label(span(source, "input"), "from here")),
        (
            Frame("stem", "Stem", span(source, "net A")),
            Frame("stem.0", "Inner", span(source, "conv")),
        ),
        ("the first line\nthe second",),
        "write\n  8x8x4",
    )
    assert render([item]) == (
        "nets/a.arch:3:19: error[S201]: expected 8x8x5, found 8x8x4\n"
        "   3 |   conv(4, 3x3) :: 8x8x5\n"
        "     |                   ^^^^^ says 5 channels\n"
        "     |        -- 4 channels\n"
        "   2 |   input 8x8x3\n"
        "     |   ----- from here\n"
        "     in stem.0 -> Inner, nets/a.arch:3\n"
        "     in stem -> Stem, nets/a.arch:1\n"
        "     note: the first line\n"
        "           the second\n"
        "     help: write\n"
        "             8x8x4\n"
    )


def test_second_place_in_another_file() -> None:
    other = Source("std/b.arch", "block B { conv(1) }")
    item = make("import B", "B", secondary=(Label(span(other, "B {"), "declared here"),))
    assert render([item]).splitlines()[3:] == [
        "     --> std/b.arch:1:7",
        "   1 | block B { conv(1) }",
        "     |       --- declared here",
    ]


@pytest.mark.parametrize(
    ("line", "part", "under"),
    [
        ("abc", "b", " ^"),
        ("\tabc", "b", "     ^"),  # a tab is four columns
        ("a\tb", "b", "    ^"),  # up to the next stop
        ("网络 x", "x", "     ^"),  # wide characters are two
        ("网络", "络", "  ^^"),
        ("e\u0301x", "x", " ^"),  # a combining accent is none
        ("\x1b[31mx", "x", "        ^"),  # \x1b[31m, written out
        ("\u202ex", "x", "      ^"),  # text direction must not turn around
        ("ab", "", "^"),
    ],
)
def test_the_caret_stands_under_the_place(line: str, part: str, under: str) -> None:
    shown = render([make(line, part)]).splitlines()
    assert shown[2].partition("| ")[2] == under
    assert shown[0].startswith(f"net.arch:1:{line.index(part) + 1}:")


def test_an_error_at_the_end_of_the_file() -> None:
    source = Source("a.arch", "net A {")
    item = Diagnostic("S101", Severity.ERROR, "unclosed", Span(source, 7, 7))
    assert render([item]).splitlines()[1:] == ["   1 | net A {", "     |        ^"]


def test_a_place_of_several_lines_shows_the_first() -> None:
    text = "net A {\n  x\n}"
    assert render([make(text, text)]).splitlines()[1:] == ["   1 | net A {", "     | ^^^^^^^"]


def test_windows_line_ends() -> None:
    assert render([make("a\r\nb\r\n", "b")]).splitlines()[1:] == ["   2 | b", "     | ^"]


@pytest.mark.parametrize("before", [0, 50, 1000, 2_000_000])
@pytest.mark.parametrize("after", [0, 50, 1000, 2_000_000])
@pytest.mark.parametrize("place", ["x", "x" * 300])
def test_long_lines_are_cut_around_the_place(before: int, after: int, place: str) -> None:
    line = "-" * before + place + "+" * after
    found = excerpt(line, before, before + len(place))
    assert width(found.text) <= WIDTH
    marked = found.text[found.indent : found.indent + found.length]
    if len(place) == 1:
        assert marked == "x"
    else:
        assert set(marked.removesuffix("...")) == {"x"}
        assert len(marked) > 80
    if before > WIDTH:
        assert found.text.startswith("...")
    if after > WIDTH:
        assert found.text.endswith("...")


def test_escape_keeps_what_can_be_seen() -> None:
    assert escape("a ü 网 \t\x00\x7f\u2028\U000e0001") == ("a ü 网 \\t\\x00\\x7f\\u2028\\U000e0001")


def test_a_message_cannot_steer_the_terminal() -> None:
    item = make("x", "x", name="\x1b]0;bad\x07.arch", message="un\x1b[2Jknown\nerror")
    for format in ("full", "concise", "github"):
        text = render([item], format)
        assert "\x1b" not in text
        assert "\x07" not in text
    assert render([item], "concise").count("\n") == 1


def test_colour_only_when_asked_for() -> None:
    item = make("abc", "b", label="here", help="do this")
    assert "\x1b" not in render([item])
    coloured = render([item], colour=True)
    assert "\x1b[1;31m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render([item])


def test_concise_is_a_line_each() -> None:
    items = [make("a\nbc", "c"), Diagnostic("F501", Severity.ERROR, "there is no file x", None)]
    assert render(items, "concise") == (
        "net.arch:2:2: error[S299]: that is wrong\nerror[F501]: there is no file x\n"
    )


def test_a_long_chain_of_instances_is_shortened() -> None:
    place = span(Source("a.arch", "x"), "x")
    frames = tuple(Frame(f"p{i}", "B", place) for i in range(40))
    lines = render([make("x", "x", frames=frames)]).splitlines()[3:]
    assert len(lines) == 9
    assert lines[0].strip() == "in p39 -> B, a.arch:1"
    assert lines[4].strip() == "... 32 more ..."


def test_json() -> None:
    item = make("a\nbcd", "bc", notes=("why",), help="how", label="here")
    note = Diagnostic("A403", Severity.NOTE, "skipped", None)
    assert json.loads(render([item, note], "json")) == {
        "version": 1,
        "counts": {"errors": 1, "warnings": 0, "notes": 1},
        "diagnostics": [
            {
                "code": "S299",
                "severity": "error",
                "message": "that is wrong",
                "place": {
                    "file": "net.arch",
                    "line": 2,
                    "column": 1,
                    "end_line": 2,
                    "end_column": 3,
                },
                "label": "here",
                "secondary": [],
                "frames": [],
                "notes": ["why"],
                "help": "how",
            },
            {
                "code": "A403",
                "severity": "note",
                "message": "skipped",
                "place": None,
                "label": "",
                "secondary": [],
                "frames": [],
                "notes": [],
                "help": "",
            },
        ],
    }
    assert json.loads(render([], "json"))["diagnostics"] == []


def test_github() -> None:
    item = make("abc", "bc", name="a,b:c.arch", message="100% wrong", help="fix\nit")
    assert render([item], "github") == (
        "::error file=a%2Cb%3Ac.arch,line=1,endLine=1,col=2,endColumn=3,title=archdsl S299::"
        "a,b:c.arch:1:2: 100%25 wrong%0Afix%0Ait\n"
    )


PAGE = "# S299: what it means\n\nWhy.\n"


def test_sarif() -> None:
    item = make("x\n网 bad", "bad", name="my nets/ü.arch", secondary=(), help="how")
    log = json.loads(render([item, item], "sarif", pages={"S299": PAGE}))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run["tool"]["driver"]["rules"] == [
        {
            "id": "S299",
            "shortDescription": {"text": "what it means"},
            "help": {"text": PAGE, "markdown": PAGE},
        }
    ]
    first, _ = run["results"]
    assert first["ruleId"] == "S299"
    assert first["level"] == "error"
    assert first["message"]["text"] == "that is wrong\nhow"
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "my%20nets/%C3%BC.arch"
    assert place["region"] == {"startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 6}


@pytest.mark.parametrize("format", ["full", "concise", "json", "github", "sarif"])
def test_a_lone_surrogate_is_no_crash(format: str) -> None:
    render([make("a\ud800b", "b", message="bad \udc80")], format).encode("utf-8")


def test_summary() -> None:
    found = Diagnostics()
    assert summary(found) == ""
    found.error("S1", "a", None)
    found.error("S2", "b", None)
    found.error("S3", "c", None, severity=Severity.WARNING)
    found.error("S4", "d", None, severity=Severity.NOTE)
    assert summary(found) == "2 errors, 1 warning"
