"""Weights that a target's scripts can't read: an error before anything is emitted."""

from __future__ import annotations

from archdsl.diagnostics import Diagnostics
from archdsl.ir import recipe as ir

UNREADABLE = "R301"

_READ = ("safetensors", "pth", "pt")


def report_unreadable(recipe: ir.Recipe, diagnostics: Diagnostics) -> bool:
    """Whether the recipe starts from weights that scripts for PyTorch can't read."""
    match recipe.transfer.weights:
        case ir.Weights(source=source, library="keras"):
            what = f"keras.applications' weights of {source}"
        case ir.Weights(source=source, library=None) if (
            source.rpartition(".")[2].lower() not in _READ
        ):
            what = source
        case _:
            return False
    diagnostics.error(
        UNREADABLE,
        f"{what} can't be read by scripts for PyTorch",
        recipe.span,
        notes=["they read .safetensors, .pth and .pt, and the models of torchvision and timm"],
        help="`archdsl weights convert` makes a .safetensors file",
    )
    return True
