"""Where a candidate stands, while the plan goes over its net."""

from __future__ import annotations

from collections.abc import Callable

from archdsl.fit.parts import Part
from archdsl.fit.questions import Environment

__all__ = ["State", "Step"]


class State:
    """Where a candidate stands: the numbers of its variables, of the shape that flows, of that at
    the start and of the defaults in force; and the pieces so far."""

    __slots__ = ("defaults", "env", "parts", "shape", "start")

    def __init__(self, env: Environment, defaults: int) -> None:
        self.env = env
        self.defaults = defaults
        self.shape = -1  # nothing flows yet
        self.start = -1
        self.parts: list[Part] = []


Step = Callable[[State], None]
