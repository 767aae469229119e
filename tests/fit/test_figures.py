"""Figures in terms of budgets, and limits as they are written."""

from __future__ import annotations

import pytest

from archdsl.analysis.memory import memory_of
from archdsl.fit.figures import Terms, parsed, shown
from tests.fit.build import candidates, program


@pytest.mark.parametrize("dtype", ["float32", "float16"])
@pytest.mark.parametrize("batch", [1, 8])
@pytest.mark.parametrize("slots", [0, 2])
def test_memory_is_that_of_cost(dtype: str, batch: int, slots: int) -> None:
    made = candidates(program("mobilenet"), "MobileNetV3Small")
    found = Terms(batch, dtype, slots).figures(made.costs({}))
    net = made.whole({})[0]
    memory = memory_of(net.graph, batch, dtype)
    assert found["memory"] == memory.inference
    assert found["peak"] == memory.peak
    assert found["size"] == memory.weights
    assert found["training"] == memory.training(slots)


@pytest.mark.parametrize(
    ("figure", "text", "value"),
    [
        ("macs", "1G", 10**9),
        ("macs", "1.5M", 1_500_000),
        ("params", "10_000", 10_000),
        ("memory", "64MB", 64_000_000),
        ("memory", "64M", 64_000_000),
        ("memory", "64 MiB", 2**26),
        ("size", "5kB", 5_000),
        ("latency", "20ms", 20_000_000),
        ("latency", "1.5 s", 1_500_000_000),
        ("macs", "1GB", None),
        ("latency", "20", None),
        ("memory", "-1MB", None),
        ("memory", "many", None),
        ("params", "", None),
    ],
)
def test_limits_as_written(figure: str, text: str, value: int | None) -> None:
    assert parsed(figure, text) == value


def test_figures_as_shown() -> None:
    assert shown("macs", 385_814_752) == "386 M"
    assert shown("memory", 57_100_000) == "57.1 MB"
    assert shown("size", 12) == "12 B"
    assert shown("latency", 4_560_000) == "4.56 ms"
