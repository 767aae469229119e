"""torchvision beside a CPU build of torch.

The registry's torchvision is built for CUDA. Beside a CPU torch its compiled operators
don't load, and the import stops at "operator torchvision::nms does not exist". The
networks need none of these operators: their names are enough.

Only tests need this: generated code imports torchvision nowhere.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

_OPERATORS = ("nms", "qnms")

# torch forgets the operators when their library is collected.
_library: Any = None


def import_torchvision() -> ModuleType:
    """Import torchvision, with stand-ins for the operators that could not be loaded."""
    try:
        return importlib.import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
    for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        del sys.modules[name]
    define_operators()
    return importlib.import_module("torchvision")


def define_operators() -> None:
    global _library
    if _library is not None:
        return
    import torch

    _library = torch.library.Library("torchvision", "DEF")
    for name in _OPERATORS:
        _library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
