"""The scripts for Keras as their reader and his tools see them, and what is refused."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from archdsl.targets.recipe.files import LOCAL
from tests.targets.recipes.scripts import emitted, write

NAMES = (
    *("Digits", "Plain", "Resumed", "Mixed", "Handwriting", "Members"),
    *("Residual", "Mobile", "Hub", "Changed", "Flowers", "Started", "Thawed"),
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keras_recipes")
    for name in NAMES:
        write(folder / name, name, "keras")
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_ruff(written: Path, name: str) -> None:
    for command in (["format", "--isolated", "--diff"], ["check", "--isolated"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "."],
            cwd=written / name,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["Digits"])
def test_golden(name: str, golden) -> None:  # type: ignore[no-untyped-def]
    for file, text in emitted(name, "keras").items():
        if file != "model.py":
            _, text = text.split("\n", 1)  # the header has the digest of all recipes
            golden(f"recipes/keras/{name}/{file}.txt", text)


@pytest.mark.parametrize("name", NAMES)
def test_stands_alone(name: str) -> None:
    """It imports the files beside it, the standard library and what the recipe needs."""
    allowed = {"keras", "tensorflow", "numpy", "safetensors", "PIL", "matplotlib", "rich"}
    allowed |= {"sklearn", "datasets"} | LOCAL | set(sys.stdlib_module_names)
    for file, text in emitted(name, "keras").items():
        for node in ast.walk(ast.parse(text)):
            found = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                found = [node.module or ""]
            assert {one.partition(".")[0] for one in found} <= allowed, (file, found)


def test_the_training_is_fit() -> None:
    text = emitted("Digits", "keras")["train.py"]
    assert ".fit(" in text
    assert "GradientTape" not in text
    assert len([li for li in text.splitlines() if li.strip()]) <= 250


def test_what_is_not_used_does_not_come_out() -> None:
    files = emitted("Plain", "keras")
    assert {"transfer.py", "features.py", "norms.py", "optimizers.py"}.isdisjoint(files)
    text = "\n".join(files.values())
    for word in ("follow", "mixed", "jit_compile=True", "MIXUP", "affine", "bfloat16", "views"):
        assert word not in text, word
