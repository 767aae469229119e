"""Generated Flax NNX: the same outputs and gradients as the generated PyTorch, code that reads well."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

import archdsl
from archdsl.ops import OPS
from archdsl.targets.jax.lowerings import LOWERINGS
from archdsl.targets.jax.weights import WeightError, flax_weights, set_weights, torch_weights
from archdsl.targets.precision import singles
from tests.fuzz.layers import Layers, too_small_for_torch
from tests.ops.cases import STRUCTURAL
from tests.support import interpreter
from tests.support.golden import Golden
from tests.support.parity import Parity
from tests.support.specs import import_source, source, spec_names
from tests.targets.forms import FORMS
from tests.targets.keras_forms import KERAS_FORMS
from tests.verify.nets import DEAREST, EVERYWHERE, deep, small

torch = pytest.importorskip("torch")
jax = pytest.importorskip("jax")
pytest.importorskip("flax")

from tests.support import jax_parity  # noqa: E402

EVERY_FORM = FORMS | KERAS_FORMS


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """What JAX has compiled stays in memory, gigabytes after some dozen nets."""
    yield
    jax.clear_caches()


# ------------------------------------------------------------------------------- equal numbers


@pytest.mark.parity
@pytest.mark.parametrize("form", EVERY_FORM)
def test_every_form(form: str) -> None:
    net = archdsl.loads(EVERY_FORM[form]).net()
    model, running = jax_parity.made(net, "float64")
    inputs = jax_parity.drawn(net, "float64")
    assert jax_parity.by_outputs(net, model, running, inputs) < 1e-12
    assert jax_parity.by_gradients(model, running, inputs) < _bound(net)


def _bound(net: archdsl.Net) -> float:
    """Of gradients: what PyTorch computes in float32, whatever comes in, is off by more."""
    known = singles(net.graph, "jax", "")
    return max([1e-10, *(one.bound for one in known if one.gradients and one.bound)])


@pytest.mark.parity
@pytest.mark.timeout(900)  # JAX compiles every shape for itself
@pytest.mark.parametrize(("spec", "name"), EVERYWHERE, ids=[name for _, name in EVERYWHERE])
def test_nets(spec: str, name: str, parity: Parity) -> None:
    """Gradients too, where no minute goes into compiling them."""
    _same_numbers(small(spec, name), parity, step=(spec, name) != DEAREST)


@pytest.mark.slow
@pytest.mark.parity
@pytest.mark.timeout(900)
def test_gradients_of_the_deepest(parity: Parity) -> None:
    _same_numbers(small(*DEAREST), parity)


@pytest.mark.parity
@pytest.mark.timeout(900)
def test_random_nets() -> None:
    compared = 0
    for seed in range(25):
        try:
            text = Layers(Random(seed)).text
            net = archdsl.loads(text).net()
            model, running = jax_parity.made(net, "float64")
            inputs = jax_parity.drawn(net, "float64")
            assert jax_parity.by_outputs(net, model, running, inputs) < 1e-10, text
            assert jax_parity.by_gradients(model, running, inputs) < _bound(net), text
        except archdsl.CompileError:
            continue
        except RuntimeError as error:
            if not too_small_for_torch(error):
                raise
            continue
        compared += 1
    assert compared >= 15


def _same_numbers(net: archdsl.Net, parity: Parity, *, step: bool = True) -> None:
    differences = {}
    model, running = jax_parity.made(net, "float64")
    inputs = jax_parity.drawn(net, "float64")
    differences["outputs, float64"] = jax_parity.by_outputs(net, model, running, inputs)
    if step:
        differences["gradients, float64"] = jax_parity.by_gradients(model, running, inputs)
    model, running = jax_parity.made(net, "float32")
    inputs = jax_parity.drawn(net, "float32")
    differences["outputs, float32"] = jax_parity.by_outputs(net, model, running, inputs)
    parity(net.name, running.about(), **differences)
    assert differences["outputs, float64"] < 1e-10
    assert differences.get("gradients, float64", 0.0) < _bound(net)
    assert differences["outputs, float32"] < 1e-5


def _others() -> list[tuple[str, str]]:
    every = [(spec, name) for spec in spec_names() for name in archdsl.load(spec).nets]
    return [one for one in every if one not in EVERYWHERE]


@pytest.mark.slow
@pytest.mark.parity
@pytest.mark.parametrize(("spec", "name"), _others(), ids=[n for _, n in _others()])
def test_every_other_net(spec: str, name: str, parity: Parity) -> None:
    """Of the deep ones the outputs alone."""
    _same_numbers(small(spec, name), parity, step=name not in deep(spec))


# ------------------------------------------------------------------------------- weights


def _state(net: archdsl.Net) -> dict:
    import numpy as np

    generator = np.random.default_rng(0)
    return {k: generator.standard_normal(s) for k, s in interpreter.keys(net.graph).items()}


@pytest.mark.parametrize("form", ["chain", "convnext", "layers", "order_seen", "unet"])
def test_weights_there_and_back(form: str) -> None:
    import numpy as np

    net = archdsl.loads(EVERY_FORM[form]).net()
    state = _state(net)
    back = torch_weights(net.graph, flax_weights(net.graph, state))
    assert {k for k in state if not k.endswith("num_batches_tracked")} == back.keys()
    assert all(np.array_equal(back[name], state[name]) for name in back)


def test_weights_that_do_not_belong() -> None:
    net = archdsl.load("lenet").net("LeNet5")
    state = _state(net)
    right = flax_weights(net.graph, state)
    with pytest.raises(WeightError, match=r"no `conv1.weight`"):
        flax_weights(net.graph, {k: v for k, v in state.items() if k != "conv1.weight"})
    with pytest.raises(WeightError, match=r"`linear3.bias` is \(9,\)"):
        flax_weights(net.graph, state | {"linear3.bias": state["linear3.bias"][:9]})
    model = net.jax()
    with pytest.raises(WeightError, match=r"the net has no `other`"):
        set_weights(model, net.graph, right | {"other": right["conv1.bias"]})
    left = {k: v for k, v in right.items() if k != "conv1.bias"}
    with pytest.raises(WeightError, match=r"no weights for the model's `conv1.bias`"):
        set_weights(model, net.graph, left)
    with pytest.raises(WeightError, match=r"`linear3.kernel` is .* in the model"):
        set_weights(net.jax(classes=7), net.graph, right)


# ------------------------------------------------------------------------------- as a model


def test_a_model_is_trained() -> None:
    """Side heads and what is dropped, in training alone; running figures move."""
    import jax.numpy as jnp
    import numpy as np

    net = archdsl.loads(FORMS["aux"]).net()
    model = net.jax(classes=7)
    x = jnp.ones((2, 32, 32, 3))
    model.train()
    assert [y.shape for y in model(x)] == [(2, 7)] * 3
    model.eval()
    assert model(x).shape == (2, 7)
    assert model.aux_weights == (0.3, 0.3)
    chain = archdsl.loads(FORMS["chain"]).net().jax()
    x = jnp.asarray(np.random.default_rng(0).standard_normal((4, 16, 16, 3)), jnp.float32)
    before = np.asarray(chain.bn.mean[...])
    chain.train()
    assert not np.array_equal(chain(x), chain(x))
    assert not np.array_equal(before, chain.bn.mean[...])
    chain.eval()
    assert np.array_equal(chain(x), chain(x))


def test_initialisers_draw_as_asked() -> None:
    import numpy as np

    model = archdsl.load("resnet").net("ResNet20").jax()
    kernel = np.asarray(model.layer3.layers[1].conv2.kernel[...])
    assert kernel.std() == pytest.approx((2 / (64 * 9)) ** 0.5, rel=0.03)  # by fan out


def test_parameters_are_those_counted() -> None:
    import jax
    from flax import nnx

    for spec, name in (("lenet", "LeNet5"), ("resnet", "ResNet18"), ("mobilenet", "MobileNetV2")):
        net = archdsl.load(spec).net(name)
        made = getattr(import_source(net.source("jax"), f"jax_{name}"), name)
        shapes = nnx.state(nnx.eval_shape(lambda made=made: made(rngs=nnx.Rngs(0))), nnx.Param)
        count = sum(leaf.size for leaf in jax.tree.leaves(shapes))
        assert count == net.cost().totals.params


# ------------------------------------------------------------------------------- as code


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All specs and forms compiled into one folder, each as a module."""
    folder = tmp_path_factory.mktemp("generated_jax")
    for spec in spec_names():
        (folder / f"{spec}.py").write_text(source(spec, None, "jax"), encoding="utf-8")
    for name, text in EVERY_FORM.items():
        made = archdsl.loads(text).net().source("jax")
        (folder / f"form_{name}.py").write_text(made, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "format", "--isolated", "--diff", "."),
        ("ruff", "check", "--isolated", "."),
        pytest.param(("mypy", "--config-file", "", "."), marks=pytest.mark.slow),
    ],
    ids=["format", "check", "mypy"],
)
def test_tools_find_nothing(written: Path, command: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=written, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("spec", ["lenet", "resnet", "mobilenet", "googlenet"])
def test_golden(spec: str, golden: Golden) -> None:
    golden(f"jax/{spec}.py.txt", source(spec, None, "jax"))


@pytest.mark.parametrize("spec", spec_names())
def test_imports_only_jax_flax_and_the_standard_library(spec: str) -> None:
    for line in source(spec, None, "jax").splitlines():
        found = re.match(r"(?:from|import) (\w+)", line)
        if found:
            assert found[1] in {"jax", "flax", "math", "collections", "functools", "typing"}, line


def test_runs_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "lenet5.py"
    path.write_text(source("lenet", "LeNet5", "jax"), encoding="utf-8")
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "LeNet5 (1, 10)\n"), done.stderr


def test_what_flax_owns_gives_way() -> None:
    """Names that nnx.Module has, or that its train() and eval() set."""
    net = archdsl.loads(
        "net N { input 4x4x2  sow: conv(2, 1x1) -> deterministic: conv(2, 1x1) }"
    ).net()
    text = net.source("jax")
    assert "self.sow_ = nnx.Conv" in text
    assert "self.deterministic_ = nnx.Conv" in text
    set_weights(net.jax(), net.graph, flax_weights(net.graph, _state(net)))


def test_no_framework_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    net = archdsl.load("lenet").net("LeNet5")
    monkeypatch.setitem(sys.modules, "flax", None)
    with pytest.raises(ImportError, match=r'pip install "archdsl\[jax\]"'):
        net.jax()


# ------------------------------------------------------------------------------- what can't be


def test_every_op_has_a_lowering() -> None:
    assert LOWERINGS.keys() == set(OPS) - STRUCTURAL


def test_refused_by_name() -> None:
    text = """
op Mish { torch = "torch.nn.Mish" shape = in params = 0 macs = 0 }
net N { input 4x4x2  conv(2, 1x1) -> Mish }"""
    with pytest.raises(archdsl.CompileError, match="`Mish` can't be compiled for jax"):
        archdsl.loads(text).net().source("jax")
