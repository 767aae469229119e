"""What a file calls a net's inputs and outputs."""

from __future__ import annotations


def names(values: tuple[tuple[str | None, int], ...], word: str) -> list[str]:
    """Labels; where there are none, the word, numbered where there are several.

    values: a graph's `inputs` or `outputs`
    """
    numbered = [word] if len(values) == 1 else [f"{word}{i + 1}" for i in range(len(values))]
    return [label or name for (label, _), name in zip(values, numbered, strict=True)]
