"""Imports point one way, and the core imports no framework."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "archdsl"

# Each may import itself and those before it.
ORDER = (
    "limits",
    "diagnostics",
    "syntax",
    "fmt",
    "ir",
    "ops",
    "highlight",
    "elaborate",
    "analysis",
    "devices",
    "fit",
    "recipes",
    "diagram",
    "targets",
    "verify",
    "weights",
    "export",
    "driver",
    "cli",
)
# Imports nothing of archdsl, and may be imported by all.
LEAVES = frozenset({"records", "resources"})
# The way in: imports what it needs.
ENTRIES = frozenset({"__init__", "__main__"})
# What modules may take from the package itself.
FROM_ROOT = frozenset({"__version__"})

FRAMEWORKS = ("torch", "keras", "tensorflow", "jax", "torchvision", "numpy", "pygments")


def part_of(path: Path, package: Path = PACKAGE) -> str:
    """The first name below archdsl: of archdsl/ir/graph.py it is ir."""
    return path.relative_to(package).parts[0].removesuffix(".py")


def parts_imported(path: Path, package: Path = PACKAGE) -> Iterator[tuple[int, str]]:
    """Line and first name below archdsl of every import, wherever in the module it is."""
    # `from . import x` in archdsl/ir/graph.py starts from archdsl.ir, as in archdsl/ir/__init__.py.
    folder = ("archdsl", *path.relative_to(package).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names = alias.name.split(".")
                if names[0] == "archdsl":
                    yield node.lineno, names[1] if len(names) > 1 else ""
        elif isinstance(node, ast.ImportFrom):
            base = folder[: len(folder) - node.level + 1] if node.level else ()
            names = [*base, *(node.module.split(".") if node.module else ())]
            if names[0] != "archdsl":
                continue
            if len(names) > 1:
                yield node.lineno, names[1]
            else:
                for alias in node.names:
                    if alias.name not in FROM_ROOT:
                        yield node.lineno, alias.name


def complaints(package: Path = PACKAGE) -> Iterator[str]:
    for path in sorted(package.rglob("*.py")):
        part = part_of(path, package)
        if part in ENTRIES or part == "_data":
            continue
        where = f"archdsl/{path.relative_to(package).as_posix()}"
        if part in LEAVES:
            allowed: frozenset[str] = frozenset()
        elif part in ORDER:
            allowed = LEAVES | frozenset(ORDER[: ORDER.index(part) + 1])
        else:
            yield f"{where}: {part} has no place in ORDER yet"
            continue
        for line, imported in parts_imported(path, package):
            if imported not in allowed:
                yield f"{where}:{line}: {part} imports {imported or 'the package itself'}"


def test_imports_point_one_way() -> None:
    assert list(complaints()) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from archdsl import diagnostics, __version__", []),
        ("from ..syntax.tree import Node\nfrom . import shape\nfrom .graph import Graph", []),
        ("from archdsl.resources import root\nimport lark", []),
        ("from archdsl.ops import Op", ["ops"]),
        ("from ..ops import Op", ["ops"]),
        ("from .. import ops", ["ops"]),
        ("import archdsl.cli", ["cli"]),
        ("import archdsl", ["the package itself"]),
        ("def late():\n    from archdsl import ops", ["ops"]),
    ],
)
def test_the_check_itself(tmp_path: Path, source: str, expected: list[str]) -> None:
    module = tmp_path / "ir" / "values.py"
    module.parent.mkdir()
    module.write_text(source, encoding="utf-8")
    found = [text.partition(" imports ")[2] for text in complaints(tmp_path)]
    assert found == expected


RUN = """
import json, sys
status = {body}
print(json.dumps({{"status": status, "modules": sorted(sys.modules)}}), file=sys.__stdout__)
"""
MAIN = """None
from archdsl.cli import main
sys.argv = ["archdsl", *{arguments!r}]
try:
    main()
    status = 0
except SystemExit as end:
    status = end.code or 0
"""


def modules_after(body: str, tmp_path: Path) -> set[str]:
    env = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    done = subprocess.run(
        [sys.executable, "-c", RUN.format(body=body)],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert not result["status"], done.stdout + done.stderr
    return set(result["modules"])


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("__import__('archdsl') and None", id="import-archdsl"),
        pytest.param("__import__('archdsl.cli') and None", id="import-cli"),
        pytest.param(MAIN.format(arguments=["check", "lenet"]), id="check"),
        pytest.param(MAIN.format(arguments=["cost", "lenet", "--device", "phone"]), id="cost"),
        pytest.param(MAIN.format(arguments=["device", "list"]), id="device-list"),
        pytest.param(MAIN.format(arguments=["device", "show", "phone"]), id="device-show"),
        pytest.param(MAIN.format(arguments=["compile", "lenet", "--target", "torch"]), id="torch"),
        pytest.param(MAIN.format(arguments=["compile", "lenet", "--target", "keras"]), id="keras"),
    ],
)
def test_the_core_imports_no_framework(body: str, tmp_path: Path) -> None:
    loaded = modules_after(body, tmp_path)
    assert "archdsl" in loaded
    assert not loaded.intersection(FRAMEWORKS)


# Each costs more than a check takes for a small file, or as much as an installed package wants.
NOT_FOR_A_CHECK = (
    "lark",
    "pydantic",
    "jinja2",
    "graphviz",
    "rich",
    "logging",
    "tempfile",
    "hashlib",
)


def test_a_check_imports_only_what_it_needs(tmp_path: Path) -> None:
    body = MAIN.format(arguments=["check", "lenet"])
    modules_after(body, tmp_path)  # makes the grammar's tables, where they aren't kept yet
    assert not modules_after(body, tmp_path).intersection(NOT_FOR_A_CHECK)
