"""The layers that a device is measured by, as nets of one layer each in the language itself.

Their sizes are drawn evenly on a logarithmic scale, by a generator of a fixed seed: the same
layers everywhere, and of no particular network.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import islice
from random import Random

from archdsl.records import record

SEED = 1
_SCALE = (1_500, 3_000_000)  # elements of a value, in a group
_ELEMENTS = 7_000_000  # at most: what is larger comes from the system anew each time
_MACS = 800_000_000
_WEIGHTS = 40_000_000


@record
class Sample:
    """A net of one layer: its name, and the text of its body."""

    name: str
    text: str


class Draw:
    """Sizes by chance, about a scale: the elements of a value."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.scale = 0

    def number(self, least: float, most: float) -> int:
        return round(math.exp(self.random.uniform(math.log(least), math.log(most))))

    def channels(self, least: float = 6, most: float = 2048) -> int:
        """Mostly a multiple of 8, as in most networks."""
        found = self.number(least, most)
        step = self.random.choice((8, 8, 8, 8, 4, 1))
        return max(step, round(found / step) * step)

    def map(self) -> tuple[int, int]:
        """Size and channels."""
        while True:
            channels = self.channels()
            size = round(math.sqrt(self.number(self.scale / 2, self.scale * 2) / channels))
            if 4 <= size <= 230:
                return size, channels

    def one_of(self, *words: str) -> str:
        return self.random.choice(words)


Maker = Callable[[Draw], str]


def _map(size: int, channels: int, layer: str) -> str:
    return f"input {size}x{size}x{channels}\n  {layer}"


def _conv(draw: Draw) -> str:
    kernel = draw.one_of("3x3", "3x3", "3x3", "3x3", "5x5", "7x7", "2x2", "1x7", "7x1", "11x11")
    size, c = draw.map()
    if draw.random.random() < 0.1:
        c = draw.random.choice((1, 3))
    return _dense(draw, size, c, kernel, draw.random.choice((1, 1, 1, 2, 2, 4)))


def _pointwise(draw: Draw) -> str:
    size, c = draw.map()
    if draw.random.random() < 0.2:  # as in squeeze and excitation
        return _dense(draw, 1, draw.channels(), "1x1", 1)
    return _dense(draw, size, c, "1x1", draw.random.choice((1, 1, 1, 1, 1, 2)))


def _grouped(draw: Draw) -> str:
    groups = draw.random.choice((2, 4, 8, 16, 32))
    size, c = draw.map()
    c = groups * max(1, round(c / groups))
    kernel, stride = draw.one_of("1x1", "3x3", "3x3", "5x5"), draw.random.choice((1, 1, 2))
    return _dense(draw, size, c, kernel, stride, groups)


def _dense(draw: Draw, size: int, c: int, kernel: str, stride: int, groups: int = 1) -> str:
    """Any convolution but a depthwise one; small enough to be timed many times."""
    high, wide = map(int, kernel.split("x"))
    made = math.ceil(size / stride) ** 2
    while True:
        out = groups * max(1, round(draw.channels(max(6, c / 8), max(64, c * 8)) / groups))
        weights = high * wide * c * out // groups
        if made * out <= _ELEMENTS and made * weights <= _MACS and weights <= _WEIGHTS:
            break
        c = max(groups, c // 2 // groups * groups)
    options = "".join(
        [
            f", /{stride}" if stride > 1 else "",
            f", groups={groups}" if groups > 1 else "",
            draw.one_of("", ", bias=false"),
        ]
    )
    return _map(size, c, f"conv({out}, {kernel}{options})")


def _depthwise(draw: Draw) -> str:
    kernel, stride = draw.one_of("3x3", "3x3", "5x5", "7x7"), draw.one_of("", "", ", /2")
    return _map(*draw.map(), f"depthwise({kernel}{stride}{draw.one_of('', ', bias=false')})")


def _linear(draw: Draw) -> str:
    if draw.random.random() < 0.5:
        inputs, outputs = draw.number(24, 20_000), draw.number(8, 6_000)
        return f"input {inputs}\n  linear({min(outputs, _WEIGHTS // inputs)})"
    while True:
        size, c = draw.map()
        out = draw.channels(max(16, c / 6), c * 6)
        if size * size * max(c, out) <= _ELEMENTS and size * size * c * out <= _MACS:
            return _map(size, c, f"linear({out}, per_position=true)")


def _plain(*layers: str) -> Maker:
    """Layers of one input and no weights."""
    return lambda draw: _map(*draw.map(), draw.one_of(*layers))


def _pair(layer: str, factor: bool = False) -> Maker:
    """A layer of two inputs; factor: the second may be one number for each channel."""

    def make(draw: Draw) -> str:
        size, c = draw.map()
        right = f"1x1x{c}" if factor and draw.random.random() < 0.7 else f"{size}x{size}x{c}"
        text = f"input left: {size}x{size}x{c}\n  input right: {right}\n"
        return f"{text}  @left -> {layer}(@right)"

    return make


# With what share of the layers that have weights.
_WEIGHTED: tuple[tuple[Maker, int], ...] = (
    (_conv, 27),
    (_pointwise, 29),
    (_grouped, 10),
    (_depthwise, 17),
    (_linear, 17),
)
_NORMS = (*[_plain("bn")] * 4, _plain("layernorm"), _plain("groupnorm(1)"))
_ACTIVATIONS = tuple(
    _plain(word)
    for word in (
        *("relu", "silu", "relu6", "sigmoid", "relu", "gelu", "hardswish", "silu"),
        *("hardsigmoid", "relu", "leaky_relu", "sigmoid", "tanh"),
    )
)
_OTHERS = (
    (_plain("maxpool(2x2)", "maxpool(3x3, /2)", "maxpool(3x3, stride=1)"), _pair("add")),
    (_plain("global_avgpool"), _pair("mul", factor=True)),
    (_plain("avgpool(2x2)", "avgpool(3x3, stride=1)", "avgpool(7x7, stride=1)"), _pair("concat")),
)
GROUP = 24


def samples(number: int, seed: int = SEED) -> list[Sample]:
    """So many nets, in groups that run in turn.

    What a layer takes depends on what ran before it: code and tables that nothing has used for a
    while are slow to come. So a group is like a piece of a network: layers with weights, all of
    them different, each with a norm and an activation after it, which are of one kind for the
    whole group as in most networks, and a few others.
    """
    return [Sample(f"Layer{at}", text) for at, text in enumerate(islice(_texts(seed), number))]


def _texts(seed: int) -> Iterator[str]:
    draw = Draw(seed)
    due = [0.0] * len(_WEIGHTED)
    turn = 0
    while True:
        norm = _NORMS[turn % len(_NORMS)]
        activation = _ACTIVATIONS[turn % len(_ACTIVATIONS)]
        others = _OTHERS[turn % len(_OTHERS)]
        draw.scale = draw.number(*_SCALE)
        for at in range(GROUP // 6):
            yield _next(due)(draw)
            yield norm(draw)
            yield activation(draw)
            yield _next(due)(draw)
            yield others[at % len(others)](draw)
            yield (norm, activation)[at % 2](draw)
        turn += 1


def _next(due: list[float]) -> Maker:
    """The one that is furthest behind its share."""
    total = sum(share for _, share in _WEIGHTED)
    for at, (_, share) in enumerate(_WEIGHTED):
        due[at] += share / total
    at = max(range(len(due)), key=due.__getitem__)
    due[at] -= 1
    return _WEIGHTED[at][0]


def spec(made: list[Sample]) -> str:
    """All of them as one file."""
    return "".join(f"net {it.name} {{\n  {it.text}\n}}\n" for it in made)
