"""What `make docs` writes is what stands in the repository."""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType

import pytest

from tests.docs.markdown import ROOT


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATE = generator()


@pytest.mark.parametrize("name", GENERATE.TEXTS)
def test_is_up_to_date(name: str) -> None:
    found = (ROOT / name).read_text(encoding="utf-8")
    assert found == GENERATE.TEXTS[name](), f"{name}: `make docs` rewrites it"


def test_the_picture_is_up_to_date() -> None:
    """Its words; where they stand is for the version of Graphviz to say."""
    picture = (ROOT / GENERATE.PICTURE).read_text(encoding="utf-8")
    assert words(picture) == words(GENERATE.picture().decode())


def words(svg: str) -> list[str]:
    return sorted(re.findall(r"<text[^>]*>([^<]*)</text>", svg))


def test_every_op_has_its_place() -> None:
    from archdsl.ops import OPS

    text = GENERATE.ops_text()
    for keyword in sorted({*OPS} - {*GENERATE.FORMS}):
        assert re.search(rf"^### `{keyword}\b", text, flags=re.MULTILINE), keyword
