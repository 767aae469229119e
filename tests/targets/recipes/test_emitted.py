"""The scripts as their reader and his tools see them."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from archdsl.targets.recipe.files import LOCAL
from tests.targets.recipes.scripts import FORMS, emitted, write

NAMES = re.findall(r"^recipe (\w+)", FORMS.read_text(encoding="utf-8"), re.MULTILINE)
SHOWN = ("Digits", "Flowers")  # as golden files


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recipes")
    for name in NAMES:
        write(folder / name, name)
    return folder


def tool(folder: Path, *command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_ruff(written: Path, name: str) -> None:
    tool(written / name, "ruff", "format", "--isolated", "--diff", ".")
    tool(written / name, "ruff", "check", "--isolated", ".")


@pytest.mark.parametrize(
    "name",
    [
        "Flowers",
        *(
            pytest.param(name, marks=pytest.mark.slow)
            for name in ("Cached", "Mapped", "Mixed", "Sharded", "Compared", "Members")
        ),
    ],
)
def test_mypy(written: Path, name: str) -> None:
    cache = str(written / "cache")
    ignore = "--ignore-missing-imports"  # torchvision and scikit-learn have no types
    tool(written / name, "mypy", "--config-file", "", ignore, "--cache-dir", cache, ".")


@pytest.mark.parametrize("name", SHOWN)
def test_golden(name: str, golden) -> None:  # type: ignore[no-untyped-def]
    for file, text in emitted(name).items():
        if file != "model.py":
            _, text = text.split("\n", 1)  # the header has the digest of all recipes
            golden(f"recipes/{name}/{file}.txt", text)


@pytest.mark.parametrize("name", NAMES)
def test_stands_alone(name: str) -> None:
    """It imports the files beside it, the standard library and what the recipe needs."""
    allowed = {"torch", "numpy", "safetensors", "PIL", "matplotlib", "rich", "torchvision"}
    allowed |= (
        {"sklearn", "tensorboard", "datasets", "timm", "huggingface_hub"}
        | LOCAL
        | set(sys.stdlib_module_names)
    )
    for file, text in emitted(name).items():
        for node in ast.walk(ast.parse(text)):
            found = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                found = [node.module or ""]
            assert {one.partition(".")[0] for one in found} <= allowed, (file, found)


def test_what_is_not_used_does_not_come_out() -> None:
    files = emitted("Plain")
    assert {"transfer.py", "features.py", "norms.py"}.isdisjoint(files)
    text = "\n".join(files.values())
    for word in (
        "torchvision",
        "autocast",
        "lerp_",
        "clip_grad",
        "mixup",
        "fully_shard",
        "compile(",
    ):
        assert word not in text
    assert "import math" not in files["train.py"]
    assert "pickle" not in "\n".join(
        "\n".join(emitted(n).values())
        for n in NAMES
        if n not in ("Flowers", "Mapped", "Named", "Started")
    )


def test_the_loop_is_short() -> None:
    lines = [li for li in emitted("Digits")["train.py"].splitlines() if li.strip()]
    assert len(lines) <= 250


def test_the_model_is_as_compiled_by_itself() -> None:
    """Nothing of training is in it."""
    assert "optim" not in emitted("Digits")["model.py"]
