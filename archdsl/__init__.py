"""archdsl: a language for convolutional networks, and its compiler."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archdsl.diagnostics import Failure
    from archdsl.driver.api import Diagram, Net, Spec, load, loads
    from archdsl.driver.errors import CompileError, MissingFramework
    from archdsl.driver.recipe_api import Recipe

__version__ = "0.1.0"

__all__ = [
    "CompileError",
    "Diagram",
    "Failure",
    "MissingFramework",
    "Net",
    "Recipe",
    "Spec",
    "__version__",
    "load",
    "loads",
]

# Loaded when first asked for: `import archdsl` costs nothing.
_HOMES = {
    "CompileError": "archdsl.driver.errors",
    "Diagram": "archdsl.driver.api",
    "Failure": "archdsl.diagnostics",
    "MissingFramework": "archdsl.driver.errors",
    "Net": "archdsl.driver.api",
    "Recipe": "archdsl.driver.recipe_api",
    "Spec": "archdsl.driver.api",
    "load": "archdsl.driver.api",
    "loads": "archdsl.driver.api",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
