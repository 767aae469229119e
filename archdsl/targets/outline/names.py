"""Names in emitted code: what may stand there as it is, and what must give way."""

from __future__ import annotations

import keyword
import re

# what the emitted file itself uses; a user's name of these gets an underscore
_FRAMEWORK = "self super torch nn F Tensor OrderedDict Callable partial math keras layers ops"
_BUILTINS = "len range min max round abs sum int float bool str list tuple dict set enumerate zip"
_LOCAL = "x y z print isinstance forward in_channels name module training"
TAKEN = frozenset(f"{_FRAMEWORK} {_BUILTINS} {_LOCAL}".split())


def safe(name: str) -> str:
    """A name of the source as an identifier of the emitted code."""
    return f"{name}_" if name in TAKEN or keyword.iskeyword(name) or name.startswith("__") else name


def snake(name: str) -> str:
    """`InvertedResidual` -> `inverted_residual`, `ConvBN` -> `conv_bn`."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return split.lower()


def camel(name: str) -> str:
    """`layer1` -> `Layer1`, `branch_pool` -> `BranchPool`."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"\W|_", name))


class Namer:
    """Gives out names, none twice."""

    def __init__(self, taken: frozenset[str] = frozenset()) -> None:
        self._taken = set(taken)

    def take(self, wanted: str) -> str:
        name, count = wanted, 1
        while name in self._taken:
            count += 1
            name = f"{wanted}{count}" if not wanted[-1:].isdigit() else f"{wanted}_{count}"
        self._taken.add(name)
        return name

    def snapshot(self) -> set[str]:
        return set(self._taken)

    def restore(self, taken: set[str]) -> None:
        self._taken = taken
