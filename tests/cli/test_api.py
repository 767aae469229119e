"""archdsl from Python."""

from __future__ import annotations

import copy
import inspect
import linecache
import os
import pickle
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

import archdsl
from archdsl.driver import runtime

TINY = """\
## A tiny net.
net Tiny(classes = 10, act = relu) {
  input 8x8x3
  conv(4, 3x3) -> act -> maxpool(2x2)
  flatten -> linear(classes)
}
"""
TWO = TINY + "net Base(width) { input 8x8x3 conv(width, 3x3) } net Wide = Base(64)"


def tiny(**settings: object) -> archdsl.Net:
    return archdsl.loads(TINY).net("Tiny", **settings)


def test_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "two.arch"
    path.write_text(TWO, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in (path, str(path), "two.arch"):
        assert archdsl.load(name).nets == ("Tiny", "Wide")
    assert repr(archdsl.load("two.arch")) == "<archdsl.Spec two.arch: Tiny, Wide>"


def test_nets() -> None:
    spec = archdsl.loads(TWO)
    assert spec.net("Wide").cost().totals.params == 1792
    assert spec.net("Base", width=2).cost().totals.params == 56
    assert archdsl.loads(TINY).net().name == "Tiny"
    with pytest.raises(ValueError, match="name one: Tiny, Wide"):
        spec.net()
    net = spec.net("Tiny", classes=3)
    assert net.doc == "A tiny net."
    assert repr(net) == "<archdsl.Net Tiny: 8x8x3 -> 3>"
    assert [node.op.keyword for node in net.graph][:3] == ["input", "conv", "relu"]


@pytest.mark.parametrize(
    ("settings", "path", "shape"),
    [
        ({"classes": 3}, "linear", "3"),
        ({"classes": "2 + 2"}, "linear", "4"),
        ({"classes": 5.0}, "linear", "5"),
        ({"act": "tanh"}, "tanh", "8x8x4"),
        ({"act": "leaky_relu(0.2)"}, "leaky_relu", "8x8x4"),
    ],
)
def test_settings(settings: dict[str, object], path: str, shape: str) -> None:
    shapes = {row.op: str(row.output) for row in tiny(**settings).cost().rows}
    assert shapes[path] == shape


def test_input() -> None:
    net = archdsl.loads(TWO).net("Wide", input="4x6x3")
    assert str(net.cost().outputs[0]) == "4x6x64"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: archdsl.load("nothing.arch"), "there is no file nothing.arch"),
        (lambda: archdsl.loads("net A { input 8x8x3 cnov(3) }"), "<string>:1:21: error["),
        (lambda: archdsl.loads("net {"), "<string>:1:5: error["),
        (lambda: archdsl.loads(TINY).net("Tinny"), "did you mean Tiny?"),
        (lambda: tiny(clases=3), "did you mean classes?"),
        (lambda: tiny(classes=-3), "error["),
        (lambda: tiny(classes=object()), "can't be set to <object"),
        (lambda: tiny(classes=float("nan")), "can't be set to nan"),
        (lambda: tiny(classes="3 +"), "<set classes>:1:"),
        (lambda: archdsl.loads(TINY).net(input="8x"), "is no shape"),
        (lambda: tiny().source("tf"), "there is no target tf"),
        (
            lambda: archdsl.loads(TINY.replace("flatten", "expect params == 1 flatten")).net(),
            "expected params == 1, found 762",
        ),
    ],
)
def test_errors_say_what_is_wrong(make: object, words: str) -> None:
    with pytest.raises(archdsl.Failure) as error:
        make()  # type: ignore[operator]
    assert isinstance(error.value, archdsl.CompileError)
    assert words in str(error.value)
    assert len(error.value.diagnostics) >= 1
    assert str(copy.copy(error.value)) == str(error.value)


def test_import_costs_nothing() -> None:
    code = "import sys, archdsl; print([m for m in sys.modules if m.startswith('archdsl.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"
    assert "load" in dir(archdsl)
    with pytest.raises(AttributeError, match="nothing"):
        archdsl.nothing  # noqa: B018


# --------------------------------------------------------------------------- pictures


def test_diagram(tmp_path: Path) -> None:
    picture = tiny().diagram()
    assert "digraph" in picture.dot
    path = tmp_path / "tiny.dot"
    picture.save(path)
    assert path.read_text(encoding="utf-8") == picture.dot
    with pytest.raises(archdsl.CompileError):
        picture.save(tmp_path / "tiny.gif")


def test_a_notebook_shows_something() -> None:
    bundle = tiny()._repr_mimebundle_()
    assert bundle["text/plain"].startswith("Tiny  8x8x3 -> 10\n")


def test_a_notebook_always_shows_something(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    net = tiny()
    monkeypatch.setattr("archdsl.diagram.render", fails)
    assert "text/markdown" in net._repr_mimebundle_()
    monkeypatch.setattr("archdsl.analysis.cost.cost", fails)
    assert net._repr_mimebundle_() == {"text/plain": "<archdsl.Net Tiny>"}


# --------------------------------------------------------------------------- frameworks


@pytest.mark.parametrize(
    ("target", "words"),
    [("torch", 'pip install "archdsl[torch]"'), ("keras", 'pip install "archdsl[keras]"')],
)
def test_a_missing_framework(target: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    net = tiny()
    monkeypatch.setitem(sys.modules, target, None)
    with pytest.raises(archdsl.MissingFramework) as error:
        getattr(net, target)()
    assert words in str(error.value)
    assert isinstance(error.value, ImportError)


def test_keras_without_a_backend(tmp_path: Path) -> None:
    (tmp_path / "keras.py").write_text("import no_such_backend\n", encoding="utf-8")
    code = (
        "import archdsl\n"
        "net = archdsl.loads('net A { input 8x8x3 relu }').net()\n"
        "try: net.keras()\n"
        "except archdsl.MissingFramework as error: print(error)"
    )
    root = Path(archdsl.__file__).parents[1]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(root)])}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "KERAS_BACKEND" in done.stdout


def test_torch() -> None:
    torch = pytest.importorskip("torch")
    net = tiny(classes=3)
    model = net.torch()
    assert model(torch.zeros(2, 3, 8, 8)).shape == (2, 3)
    assert sum(p.numel() for p in model.parameters()) == net.cost().totals.params
    assert net.torch(classes=7)(torch.zeros(2, 3, 8, 8)).shape == (2, 7)
    assert type(net.torch()) is type(model)


def test_what_tools_find_of_a_model() -> None:
    torch = pytest.importorskip("torch")
    net = tiny()
    model = net.torch()
    kind = type(model)
    text = inspect.getsource(kind)
    assert text.startswith("class Tiny(nn.Module):")
    assert text in net.source("torch")
    linecache.checkcache()
    assert inspect.getsource(kind) == text
    again = pickle.loads(pickle.dumps(model))
    assert type(again) is kind
    assert "." not in kind.__module__
    with pytest.raises(RuntimeError) as error:
        model(torch.zeros(1, 5, 8, 8))
    lines = "".join(traceback.format_exception(error.value))
    assert "self.conv(x)" in lines


def test_a_module_that_fails_is_not_kept() -> None:
    before = {name for name in sys.modules if name.startswith("archdsl_generated")}
    with pytest.raises(ZeroDivisionError):
        runtime.module_of("1 / 0", "Bad", "torch")
    assert {name for name in sys.modules if name.startswith("archdsl_generated")} == before


def test_keras() -> None:
    numpy = pytest.importorskip("numpy")
    pytest.importorskip("keras")
    net = tiny(classes=3)
    model = net.keras()
    assert model(numpy.zeros((2, 8, 8, 3), "float32")).shape == (2, 3)
    assert model.count_params() == net.cost().totals.params
