"""What the course teaches, as specs that state it, and where it takes weights, as models."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import archdsl
from archdsl import resources
from archdsl.cli.group import cli
from tests.support.specs import lesson_names, spec_names

FOLDER = Path(str(resources.root())) / "specs"


def test_every_spec_checks() -> None:
    """`archdsl check` on all that is shipped, lessons too, by the names that users give."""
    done = CliRunner().invoke(cli, ["check", *spec_names(), *lesson_names()])
    assert done.exit_code == 0, done.output
    assert "no errors" in done.output
    assert "note" not in done.output


@pytest.mark.parametrize("lesson", lesson_names())
def test_states_what_it_teaches(lesson: str) -> None:
    """Each has a doc comment for the file and each net, and asserts shapes or figures."""
    text = (FOLDER / f"{lesson}.arch").read_text(encoding="utf-8")
    assert text.startswith("## ")
    assert re.search(r"^ *expect ", text, re.MULTILINE) or "::" in text
    loaded = archdsl.load(lesson)
    for name in loaded.nets:
        assert loaded.net(name).doc, name


def test_covers_the_course() -> None:
    numbers = [
        "120_422_400",
        "12_443_648",
        "2_160",
        "432",
        "240",
        "1 / c + 1 / f",
        "1 / 512 + 1 / 9",
        ":: 28x28x32",
        ":: 28x28x256",
        ":: 55x55x96",
        ":: 27x27x256",
        ":: 13x13x256",
        ":: 6x6x256",
        "depth == 16",
        "pad_channels",
    ]
    text = "".join((FOLDER / f"{n}.arch").read_text(encoding="utf-8") for n in lesson_names())
    assert [n for n in numbers if n not in text] == []


def test_residual_of_zero_weights_is_the_identity() -> None:
    """On the outputs of a ReLU; the plain block of the same weights gives nothing."""
    torch = pytest.importorskip("torch")
    loaded = archdsl.load("lessons/residual_identity")
    x = torch.randn(2, 16, 8, 8).relu()
    with torch.no_grad():
        assert torch.equal(loaded.net("ResidualIdentity").torch()(x), x)
        assert not loaded.net("PlainBlock").torch()(x).any()


def test_one_by_one_is_a_linear_layer_at_each_position() -> None:
    """The same weights: equal outputs, and equal to the layer applied to each position."""
    torch = pytest.importorskip("torch")
    loaded = archdsl.load("lessons/one_by_one")
    conv = loaded.net("OneByOne").torch()
    linear = loaded.net("LinearAtEachPosition").torch()
    weights = {
        f"linear.{key.removeprefix('conv.')}": value.flatten(1) if value.ndim > 1 else value
        for key, value in conv.state_dict().items()
    }
    linear.load_state_dict(weights, strict=True)
    x = torch.randn(2, 32, 6, 6, dtype=torch.float64)
    with torch.no_grad():
        found = conv.double()(x)
        assert torch.allclose(found, linear.double()(x), atol=1e-12)
        for row in range(6):
            for column in range(6):
                at = torch.nn.functional.linear(
                    x[:, :, row, column], linear.linear.weight, linear.linear.bias
                )
                assert torch.allclose(found[:, :, row, column], at, atol=1e-12)
