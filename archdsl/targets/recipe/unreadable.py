"""Weights that a target's scripts can't read: an error before anything is emitted."""

from __future__ import annotations

from archdsl.diagnostics import Diagnostics
from archdsl.ir import recipe as ir

_READ = ("safetensors", "pth", "pt")


def report_unreadable(recipe: ir.Recipe, scripts: str, diagnostics: Diagnostics) -> bool:
    """Whether the recipe starts from such weights.

    scripts: whose, "PyTorch"
    """
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
        "R301",
        f"{what} can't be read by scripts for {scripts}",
        recipe.span,
        notes=["they read .safetensors, .pth and .pt, and the models of torchvision and timm"],
        help="`archdsl weights convert` makes a .safetensors file",
    )
    return True
