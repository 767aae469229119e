"""What an emitted file uses itself is no user's name."""

from __future__ import annotations

import ast
import builtins
from pathlib import Path

import pytest

from archdsl.targets.outline.names import TAKEN

ROOT = Path(__file__).resolve().parents[2]
HELPERS = sorted(ROOT.glob("templates/*/helpers/*.py"))


@pytest.mark.parametrize("path", HELPERS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_builtins_that_helpers_call_are_taken(path: Path) -> None:
    called = {
        node.func.id
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert called & set(dir(builtins)) <= TAKEN


def test_there_are_helpers() -> None:
    assert len(HELPERS) > 40
