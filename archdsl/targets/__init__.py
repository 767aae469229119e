"""The targets: ways from an elaborated net to files."""

from __future__ import annotations

from archdsl.targets.base import Emission, Published, RecipeEmission, RecipeTarget, Target

NAMES = ("torch", "keras", "jax")


def target(name: str) -> Target:
    """The target of that name; each is imported when it is asked for."""
    if name == "torch":
        from archdsl.targets.torch.emitter import TorchTarget

        return TorchTarget()
    if name == "keras":
        from archdsl.targets.keras.emitter import KerasTarget

        return KerasTarget()
    if name == "jax":
        from archdsl.targets.jax.emitter import JaxTarget

        return JaxTarget()
    raise KeyError(name)


__all__ = ["NAMES", "Emission", "Published", "RecipeEmission", "RecipeTarget", "Target", "target"]
