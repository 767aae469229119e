"""The pages of the codes, and the examples on them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "templates" / "errors"

_EXAMPLE = re.compile(r"^(Wrong|Right):\n\n```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r'"([A-Z][0-9]{3})"')


def used_codes() -> set[str]:
    """Every code that stands in the source."""
    found: set[str] = set()
    for path in (ROOT / "archdsl").rglob("*.py"):
        found.update(_CODE.findall(path.read_text(encoding="utf-8")))
    return found


def page_codes() -> set[str]:
    return {path.stem for path in PAGES.glob("*.md")}


def examples(code: str) -> dict[str, tuple[str, str]]:
    """`Wrong` and `Right`, each with its language, as a page has them."""
    page = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    return {word: (language, text) for word, language, text in _EXAMPLE.findall(page)}
