"""What ops mean, against statements of it that share nothing with the package."""

from __future__ import annotations

from fractions import Fraction

import pytest

from archdsl.ir.shape import Shape
from archdsl.ops import OPS
from tests.ops.build import make
from tests.ops.cases import EVEN, LINE, ODD, VOLUME

np = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")


def lowered(keyword, shape, **attributes):
    """The module, and the shape that was inferred."""
    op = OPS[keyword](**attributes).resolve((shape,))
    output = op.infer((shape,))
    return make(op.torch((shape,), output).module, "torch").eval(), output


def map_of(shape, batch=2):
    return torch.randn(batch, *shape.channels_first, generator=torch.Generator().manual_seed(0))


# ---------------------------------------------------------------- TensorFlow's padding


@pytest.mark.parity
@pytest.mark.parametrize("shape", [EVEN, ODD, Shape((7, 9), 3)], ids=str)
@pytest.mark.parametrize(("k", "stride"), [(1, 2), (2, 1), (3, 1), (3, 2), (4, 3), (5, 2), (2, 3)])
def test_same_tf_is_tensorflows(shape, k, stride):
    tf = pytest.importorskip("tensorflow")
    x = map_of(shape)
    last = x.movedim(1, -1).numpy()

    def check(module, expected):
        got = module(x).detach().movedim(1, -1).numpy()
        np.testing.assert_allclose(got, expected.numpy(), rtol=1e-4, atol=1e-5)

    conv, _ = lowered("conv", shape, c=4, k=k, stride=stride, pad="same_tf", bias=False)
    kernel = conv.weight.detach().permute(2, 3, 1, 0).numpy()
    check(conv, tf.nn.conv2d(last, kernel, stride, "SAME"))
    pool, _ = lowered("maxpool", shape, k=k, stride=stride, pad="same_tf")
    check(pool, tf.nn.max_pool2d(last, k, stride, "SAME"))
    pool, _ = lowered("avgpool", shape, k=k, stride=stride, pad="same_tf", count_pad=False)
    check(pool, tf.nn.avg_pool2d(last, k, stride, "SAME"))
    deconv, output = lowered("deconv", shape, c=4, k=k, stride=stride, pad="same_tf", bias=False)
    kernel = deconv.weight.detach().permute(2, 3, 1, 0).numpy()
    wanted = (2, *output.channels_last)
    assert output.spatial == tuple(n * stride for n in shape.spatial)
    check(deconv, tf.nn.conv2d_transpose(last, kernel, wanted, stride, "SAME"))


@pytest.mark.parametrize("shape", [LINE, EVEN, ODD, VOLUME], ids=str)
@pytest.mark.parametrize("k", range(1, 7))
@pytest.mark.parametrize("stride", range(1, 5))
@pytest.mark.parametrize("pad", ["same", "same_tf"])
def test_deconv_same_is_size_times_stride(shape, k, stride, pad):
    module, output = lowered("deconv", shape, c=2, k=k, stride=stride, pad=pad)
    assert output.spatial == tuple(n * stride for n in shape.spatial)
    assert tuple(module(map_of(shape)).shape[2:]) == output.spatial


def test_deconv_same_undoes_conv_same():
    """At stride 1 and an odd kernel, a deconv is a convolution with the kernel turned round."""
    module, _ = lowered("deconv", EVEN, c=2, k=3, bias=False)
    turned = module.weight.flip(2, 3).transpose(0, 1)
    x = map_of(EVEN)
    torch.testing.assert_close(module(x), torch.nn.functional.conv2d(x, turned, padding=1))


# ---------------------------------------------------------------------------- pooling


def pool_by_hand(x, k, stride, pads, mode, count_pad, ceil):
    """One axis, by the definition: windows over positions, what is outside left out."""
    n, (before, after) = len(x), pads
    starts = range(-before, n + after, stride)
    if ceil:  # a window counts if it starts before the padding on the right
        starts = [s for s in starts if s < n and (s - stride + k < n + after or s == -before)]
    else:
        starts = [s for s in starts if s + k <= n + after]
    found = []
    for s in starts:
        inside = [x[i] for i in range(max(s, 0), min(s + k, n))]
        if mode == "max":
            found.append(max(inside))
        else:
            count = min(s + k, n + after) - s if count_pad else len(inside)
            found.append(sum(inside) / count)
    return found


@pytest.mark.parametrize("n", [5, 6, 7, 8, 13])
@pytest.mark.parametrize("k", [1, 2, 3, 4])
@pytest.mark.parametrize("stride", [1, 2, 3, 5])
@pytest.mark.parametrize("mode", ["max", "avg", "avg inside"])
def test_pools_by_hand(n, k, stride, mode):
    x = map_of(Shape((n,), 1), 1)
    half = k // 2
    settings = [(p, p, c) for p in range(half + 1) for c in (False, True)]
    settings += [(a, b, False) for a in range(half + 1) for b in range(half + 1) if a != b]
    for before, after, ceil in settings:
        extra = {"count_pad": False} if mode == "avg inside" else {}
        keyword = "maxpool" if mode == "max" else "avgpool"
        module, output = lowered(
            keyword, Shape((n,), 1), k=k, stride=stride, pad=(before, after), ceil=ceil, **extra
        )
        wanted = pool_by_hand(
            x.flatten().tolist(), k, stride, (before, after), mode[:3], not extra, ceil
        )
        assert output.spatial == (len(wanted),)
        np.testing.assert_allclose(module(x).flatten().numpy(), wanted, rtol=1e-5, atol=1e-6)


def test_published_sizes():
    """GoogLeNet's ceil pools, AlexNet's and ResNet's sizes."""

    def size(keyword, n, **attributes):
        shape = Shape((n, n), 8)
        return OPS[keyword](**attributes).resolve((shape,)).infer((shape,)).spatial[0]

    assert size("conv", 224, c=64, k=7, stride=2) == 112
    assert size("maxpool", 112, k=3, stride=2) == 56
    assert size("maxpool", 112, k=3, stride=2, pad=0, ceil=True) == 56
    assert size("maxpool", 56, k=3, stride=2, pad=0, ceil=True) == 28
    assert size("conv", 227, c=96, k=11, stride=4, pad=0) == 55
    assert size("maxpool", 55, k=3, stride=2, pad=0) == 27
    assert size("conv", 299, c=32, k=3, stride=2, pad=0) == 149
    assert size("conv", 224, c=32, k=3, stride=2, pad="same_tf") == 112
    assert size("maxpool", 13, k=2, ceil=True) == 7


# ------------------------------------------------------------------- normalisation, layout


@pytest.mark.parametrize("size", [1, 3, 5])
def test_lrn_is_the_papers(size):
    shape = Shape((3, 2), 7)
    module, _ = lowered("lrn", shape, size=size, alpha=0.3, beta=0.75, k=2)
    a = map_of(shape).double()
    expected = torch.empty_like(a)
    for i in range(7):
        near = a[:, max(0, i - size // 2) : min(6, i + size // 2) + 1]
        expected[:, i] = a[:, i] / (2 + 0.3 * (near**2).sum(1)) ** 0.75
    torch.testing.assert_close(module(a), expected)


def test_alexnets_lrn_is_written_as_in_torchs_terms():
    (call,) = [OPS["lrn"]().torch((EVEN,), EVEN).module]
    assert {a.name: a.value for a in call.args if a.value != a.default} == {
        "size": 5,
        "alpha": 0.0005,
        "k": 2.0,
    }


def test_layernorm_is_over_channels_at_every_position():
    module, _ = lowered("layernorm", EVEN)
    y = module(map_of(EVEN))
    torch.testing.assert_close(y.mean(1), torch.zeros(2, 14, 12), atol=1e-6, rtol=0)


def test_channel_shuffle():
    module, _ = lowered("channel_shuffle", EVEN, groups=2)
    x = map_of(EVEN)
    assert torch.equal(module(x), x[:, [0, 3, 1, 4, 2, 5]])


def test_centre_crop_takes_the_odd_one_from_the_end():
    module, _ = lowered("crop", ODD, size=(4, 3))
    x = map_of(ODD)
    assert torch.equal(module(x), x[:, :, 4:8, 4:7])


def test_zero_pad_sides_are_top_bottom_left_right():
    module, output = lowered("zero_pad", EVEN, amounts=(1, 2, 3, 4))
    assert output.spatial == (17, 19)
    x = map_of(EVEN)
    assert torch.equal(module(x)[:, :, 1:-2, 3:-4], x)


def test_upsample_bilinear_does_not_align_corners():
    module, _ = lowered("upsample", Shape((2,), 1), factor=2, mode="bilinear")
    x = torch.tensor([[[0.0, 1.0]]])
    assert module(x).flatten().tolist() == [0, 0.25, 0.75, 1]


# ------------------------------------------------------------------------------- costs


@pytest.mark.parametrize(
    ("keyword", "attributes", "shape", "flops"),
    [
        ("conv", {"c": 8, "k": 3}, EVEN, 14 * 12 * 8 * (2 * 6 * 9 + 1)),
        ("conv", {"c": 8, "k": 3, "bias": False}, EVEN, 14 * 12 * 8 * 2 * 6 * 9),
        ("linear", {"c": 5}, Shape((), 12), 2 * 60 + 5),
        ("bn", {}, EVEN, 2 * EVEN.elements),
        ("relu", {}, EVEN, EVEN.elements),
        ("maxpool", {"k": 2}, EVEN, 7 * 6 * 6 * 4),
        ("global_avgpool", {}, EVEN, EVEN.elements),
        ("avgpool", {"to": 7}, Shape((14, 14), 2), 14 * 14 * 2),
        ("avgpool", {"to": 2}, Shape((3,), 1), 4),
        ("upsample", {"factor": 2}, EVEN, 0),
        ("upsample", {"factor": 2, "mode": "bilinear"}, EVEN, 9 * 4 * EVEN.elements),
        ("flatten", {}, EVEN, 0),
        ("dropout", {}, EVEN, 0),
    ],
)
def test_flops(keyword, attributes, shape, flops):
    op = OPS[keyword](**attributes).resolve((shape,))
    assert op.flops((shape,), op.infer((shape,))) == flops


@pytest.mark.parametrize(
    ("keyword", "attributes", "stride", "receptive"),
    [
        ("conv", {"c": 8, "k": 3, "stride": 2}, (2, 1), ((3, 3), (2, 2))),
        ("conv", {"c": 8, "k": 3, "stride": (2, 1), "dilation": 2}, (2, 1), ((5, 5), (2, 1))),
        ("depthwise", {"k": 5}, (1, 1), ((5, 5), (1, 1))),
        ("pointwise", {"c": 4, "stride": 2}, (2, 1), ((1, 1), (2, 2))),
        ("maxpool", {"k": 2}, (2, 1), ((2, 2), (2, 2))),
        ("avgpool", {"to": 1}, (1, 1), ((14, 12), (0, 0))),
        ("avgpool", {"to": 4}, (1, 1), ((4, 3), (Fraction(7, 2), 3))),
        ("global_avgpool", {}, (1, 1), ((14, 12), (0, 0))),
        ("deconv", {"c": 4, "k": 2, "stride": 2}, (1, 2), ((1, 1), (Fraction(1, 2),) * 2)),
        ("deconv", {"c": 4, "k": 5, "stride": 2}, (1, 2), ((3, 3), (Fraction(1, 2),) * 2)),
        ("upsample", {"factor": 3}, (1, 3), ((1, 1), (Fraction(1, 3),) * 2)),
        ("upsample", {"to": 28}, (1, 1), ((1, 1), (Fraction(1, 2), Fraction(3, 7)))),
        ("flatten", {}, (1, 1), ((14, 12), (0, 0))),
        ("relu", {}, (1, 1), None),
    ],
)
def test_stride_and_receptive_field(keyword, attributes, stride, receptive):
    op = OPS[keyword](**attributes).resolve((EVEN,))
    output = op.infer((EVEN,))
    assert op.stride_of((EVEN,), output) == stride
    found = op.receptive((EVEN,), output)
    assert (found and (found.extent, found.step)) == receptive
