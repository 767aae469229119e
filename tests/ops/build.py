"""Makes what a lowering says, as an emitter would write it."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from archdsl.ir.op import MISSING, Call

TEMPLATES = Path(__file__).parents[2] / "templates"


@cache
def helper_module(target: str, name: str) -> Any:
    path = TEMPLATES / target / "helpers" / f"{name}.py"
    module = ModuleType(f"helpers_{target}_{name}")
    # Not imported: that would leave a __pycache__ among the templates.
    exec(compile(path.read_text(encoding="utf-8"), path, "exec"), module.__dict__)
    return module


def written(call: Call, target: str) -> tuple[list[Any], dict[str, Any]]:
    """The arguments that are written: positional up to the first that isn't or is left out."""
    positional: list[Any] = []
    named: dict[str, Any] = {}
    gap = False
    for arg in call.args:
        if arg.default is not MISSING and arg.value == arg.default:
            gap = True
            continue
        value = make(arg.value, target) if isinstance(arg.value, Call) else arg.value
        if arg.positional and not gap:
            positional.append(value)
        else:
            gap = True
            named[arg.name] = value
    return positional, named


def callee(call: Call, target: str) -> Callable[..., Any]:
    if call.helper is not None:
        return getattr(helper_module(target, call.helper), call.target)
    if call.module is not None:
        return getattr(importlib.import_module(call.module), call.target)
    first, _, rest = call.target.partition(".")
    if target == "torch":
        found: Any = importlib.import_module({"nn": "torch.nn", "torch": "torch"}[first])
    else:
        found = importlib.import_module("keras")
        rest = call.target.removeprefix("keras.")
    for part in rest.split("."):
        found = getattr(found, part)
    return found


def make(call: Call, target: str, **extra: Any) -> Any:
    positional, named = written(call, target)
    return callee(call, target)(*positional, **named, **extra)


def apply(call: Call, target: str, value: Any) -> Any:
    """An inline call: the value comes first."""
    positional, named = written(call, target)
    return callee(call, target)(value, *positional, **named)
