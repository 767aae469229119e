"""Emitted source, made a module in memory, and the frameworks that it needs.

The module is registered in `sys.modules` and its text in `linecache`, under a flat name of its own,
so that tracebacks, `inspect.getsource` and pickling find it.
"""

from __future__ import annotations

import hashlib
import importlib
import linecache
import re
import sys
from collections.abc import Callable
from types import ModuleType

from archdsl.driver.errors import MissingFramework

_PREFIX = "archdsl_generated"


def module_of(source: str, name: str, target: str) -> ModuleType:
    """The module of an emitted text; the same text gives the same module."""
    digest = hashlib.sha256(source.encode()).hexdigest()[:12]
    word = re.sub(r"\W", "_", name, flags=re.ASCII)
    flat = f"{_PREFIX}_{target}_{word}_{digest}"
    known = sys.modules.get(flat)
    if known is not None:
        return known
    file = f"<{flat}>"
    module = ModuleType(flat)
    module.__file__ = file
    # No time stamp: linecache then never looks for the file on disk.
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    sys.modules[flat] = module
    try:
        exec(compile(source, file, "exec"), module.__dict__)
    except BaseException:
        del sys.modules[flat]
        linecache.cache.pop(file, None)
        raise
    return module


def need_torch() -> None:
    try:
        import torch  # noqa: F401
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        raise MissingFramework(
            'PyTorch is not installed: pip install "archdsl[torch]"', name="torch"
        ) from None


def need_jax() -> None:
    try:
        import flax.nnx  # noqa: F401
        import jax  # noqa: F401
    except ModuleNotFoundError as error:
        if error.name not in ("jax", "jaxlib", "flax"):
            raise
        name = "Flax" if error.name == "flax" else "JAX"
        raise MissingFramework(
            f'{name} is not installed: pip install "archdsl[jax]"', name=error.name
        ) from None


def need_keras() -> None:
    try:
        import keras  # noqa: F401
    except ImportError as error:
        if error.name == "keras":
            text = (
                'Keras is not installed: pip install "archdsl[keras]" beside a backend, '
                'or pip install "archdsl[tensorflow]"'
            )
        else:
            text = (
                f"Keras found no backend ({error}): set KERAS_BACKEND to torch, jax or "
                "tensorflow, whichever is installed, before Keras is imported, or "
                'pip install "archdsl[tensorflow]"'
            )
        raise MissingFramework(text, name=error.name) from None


_BRINGING = {
    "numpy": ("torch", "keras"),
    "safetensors": ("torch", "keras"),
    "h5py": ("keras",),  # by way of Keras itself
}


def need_packages(*names: str) -> None:
    """Those that files of weights are read and written with, no framework among them."""
    lacking = []
    for name in names:
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name not in names:
                raise
            lacking.append(name)
    if not lacking:
        return
    extras = [e for e in ("torch", "keras") if all(e in _BRINGING[name] for name in lacking)]
    which = " and ".join(f'"archdsl[{extra}]"' for extra in extras)
    are, them = ("is", "it") if len(lacking) == 1 else ("are", "them")
    bring = "brings" if len(extras) == 1 else "bring"
    raise MissingFramework(
        f"{' and '.join(lacking)} {are} not installed: pip install {' '.join(lacking)} "
        f"({which} {bring} {them})",
        name=lacking[0],
    )


NEEDS: dict[str, Callable[[], None]] = {
    "torch": need_torch,
    "keras": need_keras,
    "jax": need_jax,
}
