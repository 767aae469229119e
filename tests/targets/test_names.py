"""What an emitted file uses itself is no user's name, and a user's name is nothing of the file's."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TypeAlias

import pytest

import archdsl
from archdsl.elaborate import vocabulary
from archdsl.elaborate.names import is_owned
from archdsl.syntax.keywords import KEYWORDS
from archdsl.targets.outline.names import TAKEN, safe
from tests.targets.forms import FORMS
from tests.targets.keras_forms import KERAS_FORMS

ROOT = Path(__file__).resolve().parents[2]
HELPERS = sorted(ROOT.glob("templates/*/helpers/*.py"))
TARGETS = ("torch", "keras", "jax")
CHUNK = 6
Form: TypeAlias = Callable[[tuple[str, ...]], str]

BUILTINS = frozenset(dir(builtins))


@pytest.mark.parametrize("path", HELPERS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_builtins_that_helpers_call_are_taken(path: Path) -> None:
    called = {
        node.func.id
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert called & BUILTINS <= TAKEN


@pytest.mark.parametrize("path", HELPERS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_helpers_are_taken(path: Path) -> None:
    assert all(safe(name) != name for name in bound(ast.parse(path.read_text()).body))


def test_there_are_helpers() -> None:
    assert len(HELPERS) > 40


# ------------------------------------------------------------------------------- hostile names


def bound(body: list[ast.stmt]) -> set[str]:
    """What a module's statements give names to; what it does as a script is left out."""
    found: set[str] = set()
    for statement in body:
        match statement:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                found.update(n.asname or n.name.split(".")[0] for n in names)
            case ast.Assign(targets=[ast.Name(id=name)]) if name != "__all__":
                found.add(name)
    return found


def locals_of(function: ast.FunctionDef) -> tuple[list[str], set[str]]:
    """A function's parameters, and what it assigns, the variables of comprehensions too."""
    args = function.args
    taken = [a.arg for a in (*args.posonlyargs, *args.args, *args.kwonlyargs)]
    nodes = [n for n in ast.walk(function) if isinstance(n, ast.Name)]
    return taken, {n.id for n in nodes if isinstance(n.ctx, ast.Store)}


def written_names(text: str) -> set[str]:
    """What a file says, but for what it does as a script and what is within its helpers."""
    every = ast.parse(text).body
    helpers = frozenset().union(*(bound(ast.parse(path.read_text()).body) for path in HELPERS))
    body = [s for s in every if not isinstance(s, ast.If) and not bound([s]) <= helpers]
    nodes = [node for statement in body for node in ast.walk(statement)]
    found = {n.id for n in nodes if isinstance(n, ast.Name)}
    return found | {n.arg for n in nodes if isinstance(n, ast.arg)} | bound(every)


@cache
def every_name() -> tuple[str, ...]:
    """The names that any emitter wrote anywhere, in the files of the specs and in all forms, and
    that are in no spec: in the order of the alphabet."""
    texts = [p.read_text() for t in TARGETS for p in ROOT.glob(f"tests/golden/{t}/*.py.txt")]
    for target in TARGETS:
        forms = FORMS | (KERAS_FORMS if target == "keras" else {})
        texts += [archdsl.loads(form).net().source(target) for form in forms.values()]
    found: set[str] = set().union(*map(written_names, texts))
    specs = [re.sub("#.*", "", path.read_text()) for path in ROOT.glob("specs/*.arch")]
    found = found.difference(*(re.findall(r"\w+", spec) for spec in specs))
    plain = {n for n in found if not n.startswith("__") and not vocabulary.taken(n)}
    return tuple(sorted(plain - KEYWORDS - {"N", "Unit", *keyword.kwlist}))


def chunks() -> Iterator[tuple[str, ...]]:
    names = every_name()
    for start in range(0, len(names), CHUNK):
        yield names[start : start + CHUNK]


def of_a_block(names: tuple[str, ...]) -> str:
    """A block with parameters of these names, and much in it that needs names of the file's own."""
    convs = " | ".join(f"conv({name}, 1x1)" for name in names)
    passed = [", ".join(str(n + by) for n in range(len(names))) for by in (3, 4)]
    return f"""
block Unit({", ".join(names)}, q1 = 3, q2 = false) {{
  residual {{ residual {{ residual {{ residual {{ conv(in.c, q1) -> relu6 }} }} }} }}
  if q2 {{ q3: conv({names[0]}, q1, /2) -> q4: bn -> relu }}
  concat {{ | {convs} }}
}}
net N {{
  input 8x8x3
  conv(4, 3x3) -> bn -> concat {{ | conv(3, 3x3) -> relu | avgpool(3x3, /1) | skip }}
  Unit({passed[0]}) -> Unit({passed[1]}, 1, q2=true)
  aux {{ side: {{ flatten -> linear(3) }} }}
  flatten -> linear(2)
}}"""


def of_a_net(names: tuple[str, ...]) -> str:
    """A net with parameters of these names, with maps, a side head and layers that it says once."""
    signature = ", ".join(f"{name} = {n + 3}" for n, name in enumerate(names))
    wide = "\n".join(f"  conv({name}, 1x1) -> bn" for name in names)
    return f"""
net N({signature}) {{
  input 8x8x3
{wide}
  residual {{ residual {{ residual {{ residual {{ conv(in.c, 3x3) }} }} }} }}
  aux {{ side: {{ flatten -> linear({names[0]}) }} }}
  flatten -> linear({names[-1]})
}}"""


def as_labels(names: tuple[str, ...]) -> str:
    """A net whose values have these names."""
    names = tuple(n for n in names if n[0] != "_" and not is_owned(n, in_group=False))
    made = "\n".join(f"  {name}: conv({n + 3}, 1x1) -> relu" for n, name in enumerate(names))
    joined = ", ".join(f"@{name}" for name in names)
    return f"net N {{\n  input 8x8x3\n{made}\n  concat({joined})\n  flatten -> linear(2)\n}}"


def as_variables(names: tuple[str, ...]) -> str:
    """A net with lets and loops of these names."""
    lets = "\n".join(f"  let {name} = in.c + {n + 1}" for n, name in enumerate(names))
    used = " + ".join(names)
    return f"""
block Unit(q1, q2) {{
{lets}
  q3: conv({used}, 3x3)
  q4: repeat q2 {{ conv(q1, 1x1) -> residual {{ conv(q1, 1x1) }} }}
}}
net N {{
  input 8x8x3
{chr(10).join(f"  for {name} in [3, 4] {{ conv({name}, 3x3) -> bn }}" for name in names)}
  Unit(3, 2) -> Unit(4, 3) -> flatten -> linear(2)
}}"""


def shadowed(text: str) -> list[str]:
    """Locals that stand before something of the module, or before another of the function."""
    module = ast.parse(text)
    functions = [n for n in ast.walk(module) if isinstance(n, ast.FunctionDef)]
    known = bound(module.body)
    for function in functions:
        loaded = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)}
        known |= (loaded & BUILTINS).difference(*locals_of(function))
    found: list[str] = []
    for function in functions:
        taken, stored = locals_of(function)
        found += [n for n in {*taken, *stored} if n in known]
        found += [n for n in taken if n in stored and n != "x"]
    return found


def problems(form: Form, names: tuple[str, ...], target: str) -> list[str]:
    return shadowed(archdsl.loads(form(names)).net().source(target))


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("form", [of_a_block, as_labels, as_variables])
def test_no_name_is_anothers(form: Form, target: str) -> None:
    assert {names: found for names in chunks() if (found := problems(form, names, target))} == {}


@pytest.mark.parametrize("target", TARGETS)
def test_no_parameter_of_a_net_is_lost(target: str) -> None:
    for names in chunks():
        text = archdsl.loads(of_a_net(names)).net().source(target)
        assert shadowed(text) == [], names
        heads = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef)]
        kept = {safe(name) for name in names}
        assert any(kept <= set(locals_of(head)[0]) for head in heads), names


@pytest.mark.parametrize("target", TARGETS)
def test_no_net_is_called_as_something_of_its_module(target: str) -> None:
    body = "{ input 8x8x3 conv(3, 3x3, init=kaiming_normal) -> bn -> layer_scale(1) -> gelu }"
    for name in every_name():
        module = ast.parse(archdsl.loads(f"net {name} {body}").net().source(target)).body
        alone = [n for statement in module for n in bound([statement])]
        assert len(alone) == len(set(alone)), name
