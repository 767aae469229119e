"""Ops in Keras give what they give in PyTorch, with the weights carried over by their twins."""

from __future__ import annotations

import pytest

from archdsl.ops import OPS
from tests.ops.build import TEMPLATES, make
from tests.ops.cases import CASES, JOINS, Case

torch = pytest.importorskip("torch")
pytest.importorskip("keras")

pytestmark = pytest.mark.parity

LOWERED = [c for c in CASES if c.keyword not in {"input", "drop_path"}]

# Where Keras or TensorFlow has nothing that does it.
GAPS = {
    "deconv": "groups; dilation",
    "upsample": "linear other than on two axes, nearest by a part of the size",
}


def keras_calls(c: Case):
    op = c.op
    return op.keras(c.inputs, op.infer(c.inputs))


def to_last(t):
    return t.movedim(1, -1).numpy()


def in_torch(c: Case, xs):
    op = c.op
    if c.keyword == "add":
        return sum(xs[1:], xs[0]), {}
    if c.keyword == "concat":
        return torch.cat(xs, 1), {}
    if c.keyword == "mul":
        return xs[0] * xs[1], {}
    lowering = op.torch(c.inputs, op.infer(c.inputs))
    if lowering.parameter is not None:
        p = torch.randn(lowering.parameter[1], dtype=torch.float64)
        return xs[0] * p, {"": p}
    module = make(lowering.module, "torch").double().eval()
    for name, t in module.state_dict().items():
        if t.is_floating_point():
            (t.uniform_(0.5, 1.5) if name in ("running_var", "variance") else t.uniform_(-1, 1))
    return module(xs[0]), module.state_dict()


@pytest.mark.parametrize("c", LOWERED, ids=str)
def test_equals_torch(c):
    import numpy as np

    calls = keras_calls(c)
    if calls is None:
        assert c.keyword in GAPS
        return
    # TensorFlow pools volumes in float32 only, resizes so whatever comes in; and it has the
    # constants of these activations in float32.
    dtype = "float32" if "pool" in c.keyword and c.inputs[0].rank == 3 else "float64"
    tolerance = 1e-5 if dtype == "float32" or c.keyword == "upsample" else 1e-12
    if c.keyword in {"leaky_relu", "gelu", "rescale"}:
        tolerance = 1e-7
    torch.manual_seed(0)
    xs = [torch.randn(2, *s.channels_first, dtype=torch.float64) for s in c.inputs]
    with torch.no_grad():
        expected, state = in_torch(c, xs)
    layers = [make(call, "keras", dtype=dtype) for call in calls]
    values = [to_last(x) for x in xs]
    if c.keyword in JOINS:
        value = layers[0](values)
    else:
        value = values[0]
        for layer in layers[:-1]:
            value = layer(value)
        layers[-1].build(tuple(value.shape))
        for w in c.op.weights(c.inputs):
            if w.keras is None:
                continue
            (twin,) = [v for v in layers[-1].variables if v.name == w.keras]
            array = state[w.name].numpy()
            array = array if w.axes is None else array.transpose(w.axes)
            twin.assign(array.reshape(twin.shape))
        if hasattr(layers[-1], "finalize_state"):  # Normalization keeps its figures a second time
            layers[-1].finalize_state()
        value = layers[-1](value)
    output = c.op.infer(c.inputs)
    assert tuple(value.shape[1:]) == output.channels_last
    got = np.asarray(value)
    if c.keyword == "flatten" or (c.keyword == "reshape" and not output.rank):
        # Left in Keras's order: the weights that read it are permuted instead.
        got = np.moveaxis(got.reshape(2, *c.inputs[0].channels_last), -1, 1).reshape(2, -1)
        expected = expected.reshape(2, -1)
        np.testing.assert_allclose(got, expected.numpy())
        return
    np.testing.assert_allclose(got, to_last(expected), rtol=tolerance, atol=tolerance)


def test_the_gaps_are_few():
    missing = [c for c in LOWERED if keras_calls(c) is None]
    assert {c.keyword for c in missing} == set(GAPS)


def test_every_helper_is_used():
    used = {call.helper for c in LOWERED for call in keras_calls(c) or ()} - {None}
    files = (TEMPLATES / "keras" / "helpers").glob("*.py")
    assert used == {p.stem for p in files if "(layers." in p.read_text()}  # others are functions


def test_symbolic_shapes_and_saving(tmp_path):
    """In a functional model, shapes come from symbolic calls; and what is saved loads again."""
    import keras
    import numpy as np

    seen = set()
    for c in LOWERED:
        calls = keras_calls(c)
        if calls is None or c.keyword in JOINS or c.keyword == "flatten":
            continue
        key = tuple(call.target for call in calls)
        if key in seen:
            continue
        seen.add(key)
        x = y = keras.Input(c.inputs[0].channels_last)
        for call in calls:
            y = make(call, "keras")(y)
        output = c.op.infer(c.inputs)
        assert tuple(y.shape[1:]) == output.channels_last, c
        if any(call.helper for call in calls):
            model = keras.Model(x, y)
            model.save(tmp_path / "m.keras")
            value = np.random.default_rng(0).normal(size=(2, *c.inputs[0].channels_last))
            again = keras.saving.load_model(tmp_path / "m.keras")
            np.testing.assert_array_equal(again(value).numpy(), model(value).numpy())


def test_drop_path_drops_whole_samples():
    import numpy as np

    op = OPS["drop_path"](p=0.25)
    from archdsl.ir.shape import Shape

    shape = Shape((2, 2), 3)
    (call,) = op.keras((shape,), shape)
    y = np.asarray(make(call, "keras", seed=1)(np.ones((400, 2, 2, 3)), training=True))
    assert (y == y[:, :1, :1, :1]).all()
    assert set(np.unique(y.round(4))) == {0.0, np.float32(1.3333)}
