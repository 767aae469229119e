"""The Pygments lexer and the TextMate grammar: one table, and nothing of the language left out."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from archdsl.ops import OPS
from archdsl.syntax import colouring
from archdsl.syntax.keywords import KEYWORDS
from tests.docs.markdown import DOCUMENTS, blocks

pytest.importorskip("pygments")

from pygments.token import Error, Name, Token, Whitespace

from archdsl.highlight import TOKENS, ArchLexer

ROOT = Path(__file__).resolve().parent.parent
SPECS = sorted((ROOT / "specs").rglob("*.arch"))
GRAMMAR = json.loads((ROOT / "editors" / "archdsl.tmLanguage.json").read_text(encoding="utf-8"))


def textmate(text: str) -> Iterator[tuple[str, str]]:
    """Pieces of a text with their scopes, as an editor finds them: line by line."""
    patterns = [(re.compile(p["match"]), p) for p in GRAMMAR["patterns"]]
    for line in text.splitlines():
        at = 0
        while at < len(line):
            found = [
                (m.start(), i) for i, (r, _) in enumerate(patterns) if (m := r.search(line, at))
            ]
            if not found:
                yield "", line[at:]
                break
            start, which = min(found)
            if line[at:start]:
                yield "", line[at:start]
            regex, pattern = patterns[which]
            match = regex.match(line, start)
            assert match is not None
            assert match.end() > start
            if "name" in pattern:
                yield pattern["name"], match[0]
            else:
                for number, piece in enumerate(match.groups(), 1):
                    yield pattern["captures"].get(str(number), {"name": ""})["name"], piece
            at = match.end()


def test_every_keyword_has_one_group() -> None:
    words = [word for group in colouring.GROUPS.values() for word in group]
    assert sorted(words) == sorted(KEYWORDS)


def test_both_know_every_kind() -> None:
    kinds = {kind for rule in colouring.rules(OPS) for kind in rule.kinds} | {""}
    assert kinds == {*colouring.SCOPES, ""}
    assert kinds == {*TOKENS}


def test_the_grammar_is_up_to_date() -> None:
    assert colouring.textmate(OPS) == GRAMMAR, "`make docs` rewrites it"


@pytest.mark.parametrize("word", sorted({*KEYWORDS, *OPS}))
def test_every_keyword_and_op_is_coloured(word: str) -> None:
    plain = {Name, Name.Function, Whitespace, Token.Text}
    first, *_ = ArchLexer().get_tokens(f"{word} {{")
    assert first[1] == word
    assert first[0] not in plain
    scope, piece = next(textmate(f"{word} {{"))
    assert piece == word
    assert scope not in {"", *(colouring.SCOPES[kind] for kind in ("name", "call"))}


@pytest.mark.parametrize("word", sorted({*KEYWORDS, *OPS}))
def test_a_longer_name_is_another(word: str) -> None:
    for name in (f"{word}_x", f"x_{word}"):
        assert next(iter(ArchLexer().get_tokens(name))) == (Name, name)
        assert list(textmate(name)) == [(colouring.SCOPES["name"], name)]


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_specs(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    pieces = list(ArchLexer().get_tokens(text))
    assert [value for kind, value in pieces if kind is Error] == []
    assert "".join(value for _, value in pieces) == text
    loose = [piece for scope, piece in textmate(text) if not scope and piece.strip()]
    assert loose == []
    # The two go by the same rules, so they cut a text into the same pieces.
    lexed = [value for _, value in pieces if value.strip()]
    assert lexed == [piece for scope, piece in textmate(text) if piece.strip()]


def test_snippets_of_the_documents() -> None:
    for document in DOCUMENTS:
        for block in blocks(document.read_text(encoding="utf-8")):
            if block.language == "arch":
                kinds = [kind for kind, _ in ArchLexer().get_tokens(block.text)]
                assert Error not in kinds, f"{document.name}, line {block.line}"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("net Tiny", "declaration declared"),
        ("x: skip", "label sign form"),
        ('"0": bn', "label sign op"),
        ("stage{i + 1}: Unit(64)", "label sign block sign number sign"),
        ("conv(c, 3x3, /2)", "op sign name sign size sign operator number sign"),
        ("linear(10, init=zeros)", "op sign number sign argument operator name sign"),
        ("input {res}x{res}x3", "clause size"),
        ("add(@x)", "form sign reference sign"),
        ("bn :: 8x8x4 # end", "op operator size comment"),
        ("## doc", "doc comment"),
        ("in.c == 60k", "word operator sign name operator number"),
        ("round_to(x)", "call sign name sign"),
    ],
)
def test_kinds(text: str, kinds: str) -> None:
    scopes = {scope: kind for kind, scope in colouring.SCOPES.items()}
    found = " ".join(scopes[scope] for scope, piece in textmate(text) if piece.strip())
    assert found == kinds
    wanted = [scopes[scope] for scope, piece in textmate(text) if piece.strip()]
    tokens = [kind for kind, value in ArchLexer().get_tokens(text) if value.strip()]
    assert tokens == [TOKENS[kind] for kind in wanted]


def test_pygments_finds_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["pygments.lexers"] == {"archdsl": "archdsl.highlight:ArchLexer"}
    assert not [name for name in project["dependencies"] if name.lower().startswith("pygments")]
