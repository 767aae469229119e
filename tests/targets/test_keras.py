"""Generated Keras: the same outputs as the generated PyTorch, code that reads well, gaps told."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

import archdsl
from archdsl.targets.keras.weights import WeightError, keras_weights, set_weights
from tests.support import interpreter
from tests.support.golden import Golden
from tests.support.keras_parity import by_the_graph, difference, random_state
from tests.support.specs import import_source, source, spec_names
from tests.targets.forms import FORMS
from tests.targets.keras_forms import KERAS_FORMS, REFUSED

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
torch = pytest.importorskip("torch")
keras = pytest.importorskip("keras")

EVERY_FORM = FORMS | KERAS_FORMS


@pytest.fixture(autouse=True)
def _forget() -> Generator[None]:
    yield
    keras.backend.clear_session()


# ------------------------------------------------------------------------------- equal numbers


@pytest.mark.parity
@pytest.mark.parametrize("form", EVERY_FORM)
def test_every_form_gives_the_same_outputs(form: str) -> None:
    assert difference(archdsl.loads(EVERY_FORM[form]).net(), by_the_graph) < 1e-5


@pytest.mark.parity
@pytest.mark.parametrize("form", ["one_dimension", "three_dimensions", "layers", "order_seen"])
def test_whatever_the_data_format_of_the_settings(form: str) -> None:
    keras.config.set_image_data_format("channels_first")
    try:
        assert difference(archdsl.loads(EVERY_FORM[form]).net(), by_the_graph) < 1e-5
    finally:
        keras.config.set_image_data_format("channels_last")


@pytest.mark.parametrize(
    ("spec", "name"), [("lenet", "LeNet5"), ("resnet", "ResNet20"), ("resnet", "ResNet18")]
)
def test_parameters_are_those_counted(spec: str, name: str) -> None:
    net = archdsl.load(spec).net(name)
    count = sum(w.value.numpy().size for w in net.keras().trainable_weights)
    assert count == net.cost().totals.params


def test_weights_that_do_not_belong() -> None:
    net = archdsl.load("lenet").net("LeNet5")
    drawn = random_state(interpreter.keys(net.graph))
    state = {name: value.numpy() for name, value in drawn.items()}
    right = keras_weights(net.graph, state)
    with pytest.raises(WeightError, match=r"no `conv1.weight`"):
        keras_weights(net.graph, {k: v for k, v in state.items() if k != "conv1.weight"})
    with pytest.raises(WeightError, match=r"`linear3.bias` is \(9,\)"):
        keras_weights(net.graph, state | {"linear3.bias": state["linear3.bias"][:9]})
    with pytest.raises(WeightError, match=r"the model has no `other`"):
        set_weights(net.keras(), right | {"other": right["conv1"]})
    with pytest.raises(WeightError, match=r"no weights for the model's `conv1`"):
        set_weights(net.keras(), {k: v for k, v in right.items() if k != "conv1"})
    with pytest.raises(WeightError, match=r"`linear3` is .* in the model"):
        set_weights(net.keras(classes=7), right)


# ------------------------------------------------------------------------------- as a model


def test_initialisers_draw_anew_for_each_layer() -> None:
    import numpy as np

    model = archdsl.load("resnet").net("ResNet20").keras()
    kernels = [model.get_layer(f"layer3_{i}_conv2").kernel.numpy() for i in (1, 2)]
    assert not np.array_equal(*kernels)
    wanted = (2 / (64 * 9)) ** 0.5  # by fan out
    assert np.concatenate(kernels).std() == pytest.approx(wanted, rel=0.02)


def test_net_keeps_its_parameters() -> None:
    model = archdsl.load("resnet").net("ResNet18").keras(classes=7)
    assert model.output_shape == (None, 7)


@pytest.mark.parametrize(("spec", "name"), [("mobilenet", "MobileNetV2"), ("nin", "NiN")])
def test_no_layer_pads_nothing(spec: str, name: str) -> None:
    """Blocks whose kernels are 1x1 in some places and larger in others."""
    model = archdsl.load(spec).net(name).keras()
    pads = [la.padding for la in model.layers if isinstance(la, keras.layers.ZeroPadding2D)]
    assert pads
    assert ((0, 0), (0, 0)) not in pads


def test_weights_of_side_heads_are_left_out_where_there_are_none() -> None:
    net = archdsl.loads(FORMS["aux"]).net()
    drawn = random_state(interpreter.keys(net.graph))
    state = {name: value.numpy() for name, value in drawn.items()}
    set_weights(net.keras(), keras_weights(net.graph, state, heads=False))


def test_side_heads_only_when_asked_for() -> None:
    net = archdsl.loads(FORMS["aux"]).net()
    assert isinstance(net.keras().output, keras.KerasTensor)
    model = net.keras(training_heads=True)
    assert sorted(model.output) == ["aux1", "aux2", "main"]
    assert not [layer.name for layer in net.keras().layers if layer.name.startswith("aux")]


def test_saved_and_loaded(tmp_path: Path) -> None:
    import numpy as np

    model = archdsl.loads(KERAS_FORMS["layers"]).net().keras()
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    x = np.random.default_rng(0).normal(size=(1, *model.input_shape[1:])).astype("float32")
    assert np.array_equal(model(x), again(x))


# ------------------------------------------------------------------------------- as code


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All specs and forms compiled into one folder, each as a module."""
    folder = tmp_path_factory.mktemp("generated_keras")
    for spec in spec_names():
        (folder / f"{spec}.py").write_text(source(spec, None, "keras"), encoding="utf-8")
    for name, text in EVERY_FORM.items():
        made = archdsl.loads(text).net().source("keras")
        (folder / f"form_{name}.py").write_text(made, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "format", "--isolated", "--diff", "."),
        ("ruff", "check", "--isolated", "."),
        ("mypy", "--config-file", "", "--ignore-missing-imports", "."),
    ],
    ids=["format", "check", "mypy"],
)
def test_tools_find_nothing(written: Path, command: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=written, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("spec", [*spec_names(), "keras/mobilenet", "keras/vgg"])
def test_golden(spec: str, golden: Golden) -> None:
    golden(f"keras/{spec}.py.txt", source(spec, None, "keras"))


@pytest.mark.parametrize("spec", spec_names())
def test_imports_only_keras_and_the_standard_library(spec: str) -> None:
    for line in source(spec, None, "keras").splitlines():
        found = re.match(r"(?:from|import) (\w+)", line)
        if found:
            assert found[1] in {"keras", "math", "collections", "functools", "typing"}, line


def test_runs_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "resnet20.py"
    path.write_text(source("resnet", "ResNet20", "keras"), encoding="utf-8")
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "ResNet20 (None, 10)\n"), done.stderr


def test_imports_as_a_module() -> None:
    module = import_source(source("lenet", None, "keras"), "keras_lenet")
    assert module.__all__ == ["LeNet5", "LeNet5AfterPooling"]
    assert isinstance(module.LeNet5(), keras.Model)


def test_same_bytes_whatever_the_hash_seed() -> None:
    command = "import archdsl; print(archdsl.load('resnet').source('keras'))"
    found = {
        subprocess.run(
            [sys.executable, "-c", command],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "42")
    }
    assert len(found) == 1


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    """What can't be said is an error that points at it, never something else."""
    text, said = REFUSED[case]
    with pytest.raises(archdsl.CompileError) as caught:
        archdsl.loads(text).net().source("keras")
    assert said in str(caught.value)
