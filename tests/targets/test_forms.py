"""Every form of the language in PyTorch: the generated code equals the graph run node by node."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import archdsl
from tests.support import interpreter
from tests.support.specs import import_source
from tests.targets.forms import FORMS as OWN_FORMS
from tests.targets.keras_forms import KERAS_FORMS

torch = pytest.importorskip("torch")

FORMS = OWN_FORMS | KERAS_FORMS


@pytest.mark.parametrize("name", FORMS)
def test_equals_the_graph(name: str) -> None:
    spec = archdsl.loads(FORMS[name])
    net = spec.net()
    model = getattr(import_source(net.source("torch"), f"form_{name}"), net.name)().eval()
    expected = interpreter.keys(net.graph)
    assert {k: tuple(v.shape) for k, v in model.state_dict().items()} == expected
    interpreter.randomise(model)
    shapes = [net.graph.nodes[i].shape for _, i in net.graph.inputs]
    inputs = [torch.randn(2, *s.channels_first) for s in shapes]
    with torch.no_grad():
        found = model(*inputs)
        wanted = interpreter.run(net.graph, model.state_dict(), inputs)
    found = list(found) if isinstance(found, tuple) else [found]
    for ours, theirs, (_, value) in zip(found, wanted, net.graph.outputs, strict=True):
        assert torch.equal(ours, theirs)
        assert tuple(ours.shape[1:]) == net.graph.nodes[value].shape.channels_first


@pytest.mark.parametrize("name", FORMS)
def test_compiles_whole_and_exports(name: str) -> None:
    net = archdsl.loads(FORMS[name]).net()
    model = getattr(import_source(net.source("torch"), f"export_{name}"), net.name)().eval()
    shapes = [net.graph.nodes[i].shape for _, i in net.graph.inputs]
    inputs = tuple(torch.randn(2, *s.channels_first) for s in shapes)
    torch._dynamo.reset()
    with torch.no_grad():
        expected = model(*inputs)
        found = torch.compile(model, fullgraph=True, backend="eager")(*inputs)
        exported = torch.export.export(model, inputs).module()(*inputs)
    for a, b, c in zip(*map(_listed, (expected, found, exported)), strict=True):
        assert torch.equal(a, b)
        assert torch.equal(a, c)


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, tuple) else [value]


def test_side_heads_in_training_only() -> None:
    net = archdsl.loads(FORMS["aux"]).net()
    model = net.torch()
    x = torch.randn(2, 3, 32, 32)
    assert [tuple(y.shape) for y in model.train()(x)] == [(2, 10)] * 3
    assert tuple(model.eval()(x).shape) == (2, 10)
    assert [(a.label, a.weight) for a in net.graph.aux] == [("aux1", 0.3), ("aux2", 0.3)]
    assert model.aux_weights == (0.3, 0.3)


def test_tools_find_nothing(tmp_path: Path) -> None:
    for name, text in FORMS.items():
        (tmp_path / f"{name}.py").write_text(archdsl.loads(text).net().source("torch"))
    for command in (
        ("ruff", "format", "--isolated", "--diff", "."),
        ("ruff", "check", "--isolated", "."),
        ("mypy", "--config-file", "", "."),
    ):
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=tmp_path, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", FORMS)
def test_parameters_that_stay_are_right_for_other_values(name: str) -> None:
    """What the class makes of another value is what the language makes of it."""
    spec = archdsl.loads(FORMS[name])
    net = spec.net()
    made = getattr(import_source(net.source("torch"), f"kept_{name}"), net.name)
    for parameter in list(inspect.signature(made).parameters.values()):
        source = parameter.name.rstrip("_")
        for value in (parameter.default * 4, parameter.default * 5):
            elaborated = spec.net(**{source: value})
            state = made(**{parameter.name: value}).state_dict()
            found = {k: tuple(v.shape) for k, v in state.items()}
            assert found == interpreter.keys(elaborated.graph), (parameter.name, value)


@pytest.mark.parametrize("name", ["aux", "aux_labelled"])
def test_side_heads_come_out_in_training(name: str) -> None:
    net = archdsl.loads(FORMS[name]).net()
    found = net.torch().train()(torch.randn(2, *net.graph.nodes[0].shape.channels_first))
    heads = [net.graph.nodes[head.value].shape.channels_first for head in net.graph.aux]
    assert [tuple(value.shape[1:]) for value in found[1:]] == heads
