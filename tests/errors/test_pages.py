"""Every code has a page, and the examples on it are what they are called."""

from __future__ import annotations

import re

import pytest

from archdsl.driver import Request, run
from tests.errors.pages import PAGES, examples, page_codes, used_codes

CODES = sorted(page_codes())
# Seen from Python alone, or guards that no known file reaches: there is nothing to show.
WITHOUT_EXAMPLE = {"E209", "E399", "E501", "F509"}


def test_every_code_has_a_page() -> None:
    assert used_codes() == page_codes()


@pytest.mark.parametrize("code", CODES)
def test_pages_look_alike(code: str) -> None:
    page = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    first, empty, text = page.split("\n", 2)
    assert re.fullmatch(rf"# {code}: [a-z`/].*[^.]", first)
    assert empty == ""
    assert text.endswith("\n")
    assert max(map(len, page.splitlines())) <= 100 or code == "S116"
    assert set(examples(code)) == (set() if code in WITHOUT_EXAMPLE else {"Wrong", "Right"})


def test_titles_are_not_repeated() -> None:
    titles = [(PAGES / f"{code}.md").read_text(encoding="utf-8").split("\n")[0] for code in CODES]
    assert len({title.partition(": ")[2] for title in titles}) == len(titles)


EXAMPLES = [
    (code, word, text)
    for code in CODES
    for word, (language, text) in examples(code).items()
    if language == "arch"
]


@pytest.mark.parametrize(
    ("code", "word", "text"), EXAMPLES, ids=[f"{code}-{word}" for code, word, _ in EXAMPLES]
)
def test_examples(code: str, word: str, text: str) -> None:
    done = run(Request(file="example.arch", text=text))
    found = {item.code for item in done.diagnostics}
    assert found == ({code} if word == "Wrong" else set())


@pytest.mark.parametrize("code", CODES)
def test_the_rest_of_the_examples_are_commands(code: str) -> None:
    for language, text in examples(code).values():
        assert language in ("arch", "console")
        assert language == "arch" or text.startswith("$ ")
