"""Generated Keras as its users use it: sizes, training, side heads, saving, exporting."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import archdsl
from archdsl.targets import state
from archdsl.targets.keras.weights import keras_weights, set_weights
from tests.targets.forms import FORMS
from tests.targets.keras_forms import KERAS_FORMS

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
np = pytest.importorskip("numpy")
keras = pytest.importorskip("keras")

TF_PADDED = """
net N { input 32x32x3
  conv(4, 3x3, /2, pad=same_tf) -> relu -> conv(6, 5x5, /2, pad=same_tf) -> relu
  maxpool(3x3, /2, pad=same_tf) -> global_avgpool -> flatten -> linear(3) }"""
CEIL = """
net N { input 32x32x3
  conv(4, 3x3, /2) -> relu -> maxpool(3x3, /2, pad=0, ceil=true)
  avgpool(2x2, pad=0, ceil=true) -> global_avgpool -> flatten -> linear(3) }"""


def filled(net: archdsl.Net, model: object) -> object:
    set_weights(model, keras_weights(net.graph, state.drawn(net.graph, 0)))
    return model


# ------------------------------------------------------------------------------- sizes


@pytest.mark.parity
@pytest.mark.parametrize("sizes", [(64, 96), (33, 47), (32, 32)])
@pytest.mark.parametrize("text", [TF_PADDED, FORMS["residuals"]], ids=["same_tf", "same"])
def test_another_size_is_what_the_file_says_for_it(text: str, sizes: tuple[int, int]) -> None:
    """The model that one function makes for a size is that of a file compiled for it."""
    loaded = archdsl.loads(text)
    other = loaded.net(input=f"{sizes[0]}x{sizes[1]}x3")
    x = np.random.default_rng(0).normal(size=(2, *sizes, 3)).astype("float32")
    ours = filled(other, loaded.net().keras(size=sizes))
    theirs = filled(other, other.keras(size=sizes))
    np.testing.assert_allclose(ours(x), theirs(x), rtol=1e-5, atol=1e-6)


def test_padding_in_numbers_is_for_some_sizes() -> None:
    net = archdsl.loads(CEIL).net()
    assert net.keras(size=(64, 32)).output_shape == (None, 3)
    with pytest.raises(ValueError, match="N is padded for 32x32 and sizes that differ by"):
        net.keras(size=(36, 32))


@pytest.mark.parametrize(
    "text",
    [
        "net N { input 8x8x3  conv(4, 3x3) -> flatten -> linear(2) }",
        "net N { input 8x8x3  conv(4, 3x3) :: 8x8x4 -> global_avgpool }",
        "net N { input 16x16x3  conv(4, 3x3) -> avgpool(to=4x4) }",
        "net N { input 8x8x3  conv(in.h, 3x3) }",
        "net N { input 16x16x3  upsample(to=32x32) }",
    ],
)
def test_no_other_size_where_layers_depend_on_it(text: str) -> None:
    assert "size" not in archdsl.loads(text).net().source("keras").partition("inputs =")[0]


# ------------------------------------------------------------------------------- training


def test_fit_with_side_heads() -> None:
    net = archdsl.loads(FORMS["aux"]).net()
    model = net.keras(training_heads=True)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    weights = {"main": 1.0} | {head.label: head.weight for head in net.graph.aux}
    model.compile("sgd", dict.fromkeys(weights, loss), loss_weights=weights)
    generator = np.random.default_rng(0)
    x = generator.normal(size=(16, 32, 32, 3)).astype("float32")
    y = generator.integers(0, 10, 16)
    history = model.fit(x, dict.fromkeys(weights, y), epochs=8, batch_size=8, verbose=0)
    found = history.history["loss"]
    assert found[-1] < found[0]
    alone = net.keras()
    by_name = {layer.name: layer for layer in model.layers}
    for layer in alone.layers:  # what was trained goes into the model without heads
        if layer.weights:
            layer.set_weights(by_name[layer.name].get_weights())
    np.testing.assert_allclose(alone(x), model(x)["main"], rtol=1e-4, atol=1e-5)


@pytest.mark.parity
def test_batch_norm_moves_as_pytorchs_does() -> None:
    """Momentum the other way round; the variance biased, PyTorch's n / (n - 1) of it."""
    torch = pytest.importorskip("torch")
    text = "net N { input 5x7x4  bn(momentum=0.3) }"
    net = archdsl.loads(text).net()
    drawn = state.drawn(net.graph, 0)
    module = net.torch()
    module.load_state_dict({n: torch.tensor(a) for n, a in drawn.items()})
    model = filled(net, net.keras())
    x = np.random.default_rng(0).normal(1, 2, size=(3, 5, 7, 4)).astype("float32")
    module.double().train()(torch.tensor(np.moveaxis(x, -1, 1)).double())
    model(x, training=True)
    bn = model.get_layer("bn")
    np.testing.assert_allclose(bn.moving_mean, module.bn.running_mean, rtol=1e-5)
    n = x[..., 0].size
    old = drawn["bn.running_var"]
    moved = (np.asarray(bn.moving_variance) - 0.7 * old) * n / (n - 1) + 0.7 * old
    np.testing.assert_allclose(moved, module.bn.running_var, rtol=1e-5)


# ------------------------------------------------------------------------------- as a file


@pytest.mark.parametrize("form", ["layers", "numbers_of_layers"])
def test_saved_loaded_and_exported(form: str, tmp_path: Path) -> None:
    if keras.backend.backend() != "tensorflow":
        pytest.skip("a SavedModel is TensorFlow's")
    import tensorflow as tf

    net = archdsl.loads(KERAS_FORMS[form]).net()
    model = filled(net, net.keras())
    x = np.random.default_rng(0).normal(size=(2, *model.input_shape[1:])).astype("float32")
    wanted = model(x)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again(x), wanted)
    model.save_weights(tmp_path / "model.weights.h5")
    other = net.keras()
    other.load_weights(tmp_path / "model.weights.h5")
    np.testing.assert_array_equal(other(x), wanted)
    model.export(tmp_path / "saved", verbose=False)
    loaded = tf.saved_model.load(str(tmp_path / "saved"))  # its variables live as long as it does
    np.testing.assert_allclose(loaded.serve(x), wanted, rtol=1e-4, atol=1e-6)


def test_summary_has_the_paths() -> None:
    lines: list[str] = []
    model = archdsl.load("resnet").net("ResNet20").keras()
    model.summary(print_fn=lines.append, line_length=100)
    text = "\n".join(lines)
    assert "layer3_2_conv2" in text
    assert "269,722" in text  # trainable, as the paper's net has them
