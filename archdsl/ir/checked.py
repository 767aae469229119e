"""The base of the recipe's model: frozen records whose values pydantic holds to their types.

A recipe is where the checker and the emitters of all targets meet. What is written there must be
true, and a value out of its range is refused here even if a check before has missed it.
"""

from __future__ import annotations

from typing import Annotated, TypeVar, dataclass_transform

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

__all__ = ["AtLeastZero", "Count", "Decay", "Positive", "Share", "checked"]

T = TypeVar("T")

Count = Annotated[int, Field(ge=1)]
AtLeastZero = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]  # a probability or a fraction of something
Decay = Annotated[float, Field(gt=0, lt=1)]


@dataclass_transform(frozen_default=True)
def checked(cls: type[T]) -> type[T]:
    """A frozen dataclass that raises pydantic.ValidationError for a value of the wrong kind."""
    config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")
    made: type[T] = dataclass(frozen=True, slots=True, config=config)(cls)  # type: ignore[assignment]
    return made
