"""Ops in Flax give what they give in PyTorch: all cases of an input's shape side by side in one net."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import archdsl
from archdsl.ir.shape import Shape
from tests.ops.cases import CASES, EVEN, LINE, ODD, STRUCTURAL, VECTOR, VOLUME, Case

torch = pytest.importorskip("torch")
pytest.importorskip("jax")
pytest.importorskip("flax")

from tests.support import jax_parity  # noqa: E402

pytestmark = pytest.mark.parity

LOWERED = [c for c in CASES if c.keyword not in STRUCTURAL]
SHAPES = (VECTOR, LINE, EVEN, ODD, VOLUME)


def written(value: object) -> str:
    """An attribute's value in the language."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Shape):
        return str(value)
    if isinstance(value, tuple):
        inner = ", ".join(written(v) for v in value)
        return f"[{inner}]" if any(isinstance(v, float) for v in value) else f"({inner})"
    return f"({value!r})" if isinstance(value, float) else str(value)


def lines(shape: Shape) -> Iterator[str]:
    for i, c in enumerate(LOWERED):
        if c.inputs == (shape,):
            given = ", ".join(f"{k.rstrip('_')}={written(v)}" for k, v in c.attributes.items())
            yield f"  @x -> o{i}: {c.keyword}({given})"


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_equals_torch(shape: Shape) -> None:
    body = list(lines(shape))
    labels = ", ".join("@" + line.split()[2].rstrip(":") for line in body)
    text = "\n".join(["net N {", f"  input x: {shape}", *body, f"  output {labels}", "}"])
    net = archdsl.loads(text).net()
    model, running = jax_parity.made(net, "float64")
    inputs = jax_parity.drawn(net, "float64")
    assert jax_parity.by_outputs(net, model, running, inputs) < 1e-12
    assert jax_parity.by_gradients(model, running, inputs) < 1e-10


def test_every_case_is_in_one_of_them() -> None:
    def single(c: Case) -> bool:
        return c.inputs in {(shape,) for shape in SHAPES}

    assert all(single(c) for c in LOWERED)
