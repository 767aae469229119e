"""Ops with a spread of attributes, each on an input: what every test over ops x targets runs on."""

from __future__ import annotations

from typing import NamedTuple

from archdsl.ir.op import Op
from archdsl.ir.shape import Shape
from archdsl.ops import OPS

VECTOR = Shape((), 12)
LINE = Shape((17,), 6)
EVEN = Shape((14, 12), 6)
ODD = Shape((13, 11), 6)
VOLUME = Shape((5, 8, 7), 4)


class Case(NamedTuple):
    keyword: str
    attributes: dict[str, object]
    inputs: tuple[Shape, ...]

    @property
    def op(self) -> Op:
        return OPS[self.keyword].of(self.attributes).resolve(self.inputs)

    def __str__(self) -> str:
        given = ",".join(f"{k}={v}" for k, v in self.attributes.items())
        return f"{self.keyword}({given})@{'+'.join(map(str, self.inputs))}".replace(" ", "")


def case(keyword: str, *inputs: Shape, **attributes: object) -> Case:
    return Case(keyword, {k.rstrip("_"): v for k, v in attributes.items()}, inputs)


def _convolutions() -> list[Case]:
    found = []
    for x in (LINE, EVEN, ODD, VOLUME):
        for kwargs in (
            {"k": 3},
            {"k": 3, "stride": 2},
            {"k": 2, "stride": 2},
            {"k": 4},
            {"k": 3, "dilation": 2},
            {"k": 3, "stride": 2, "pad": "same_tf"},
            {"k": 4, "pad": "same_tf", "dilation": 2},
            {"k": 5, "stride": 3, "pad": "same_tf"},
            {"k": 3, "pad": 0},
            {"k": 3, "pad": 2, "bias": False},
            {"k": 1, "stride": 2},
        ):
            found += [
                case("conv", x, c=8, **kwargs),
                case("depthwise", x, **kwargs),
                case("deconv", x, c=8, **kwargs),
            ]
        found += [
            case("conv", x, c=8, k=3, groups=2),
            case("conv", x, c=2 * x.channels, k=3, stride=2, groups=x.channels),
            case("deconv", x, c=8, k=3, stride=2, groups=2),
            case("deconv", x, c=8, k=3, stride=2, pad=1, output_pad=1),
            case("deconv", x, c=3, k=4, stride=2),
            case("deconv", x, c=3, k=1, stride=3),
            case("deconv", x, c=3, k=2, stride=3),
            case("deconv", x, c=3, k=5, stride=2),
            case("deconv", x, c=3, k=2, stride=3, pad="same_tf"),
            case("depthwise", x, k=3, multiplier=3, stride=2),
            case("depthwise", x, k=3, multiplier=2, bias=False),
            case("pointwise", x, c=7),
            case("pointwise", x, c=8, stride=2, groups=2, bias=False),
        ]
    return [
        *found,
        case("conv", LINE, c=4, k=3, pad=(2, 0)),
        case("conv", EVEN, c=4, k=(1, 7), pad=(0, 3)),
        case("conv", EVEN, c=4, k=(3, 2), stride=(2, 1)),
        case("conv", ODD, c=4, k=3, stride=2, dilation=2),
        case("conv", EVEN, c=4, k=3, pad=(1, 2, 0, 3), stride=2),
        case("conv", VOLUME, c=4, k=3, pad=(1, 2, 0, 3, 1, 0)),
        case("deconv", EVEN, c=4, k=(3, 4), stride=(2, 1)),
        case("deconv", EVEN, c=4, k=3, stride=2, pad=(0, 1, 2, 0)),
        case("deconv", EVEN, c=4, k=5, stride=2, pad=(2, 1, 1, 2)),
        case("depthwise", EVEN, k=3, stride=(2, 1)),
        case("depthwise", ODD, k=3, stride=(1, 3), pad=(0, 1, 1, 0), multiplier=2, bias=False),
        *(case("conv", x, c=4, k=3, stride=2, dilation=2, groups=2) for x in (LINE, EVEN, VOLUME)),
        *(case("conv", x, c=4, k=3, stride=3, dilation=2, pad="same_tf") for x in (LINE, EVEN)),
        *(case("conv", x, c=6, k=3, stride=2, dilation=2, groups=6) for x in (LINE, EVEN)),
        case("conv", EVEN, c=6, k=3, stride=(2, 1), groups=6),
        *(case("depthwise", x, k=3, stride=2, dilation=2) for x in (LINE, EVEN, ODD, VOLUME)),
        case("depthwise", EVEN, k=(5, 1), pad=(0, 1, 1, 0)),
        case("linear", VECTOR, c=5),
        case("linear", VECTOR, c=5, bias=False),
        case("linear", VECTOR, c=5, per_position=True),
        case("linear", LINE, c=5, per_position=True),
        case("linear", EVEN, c=5, per_position=True, bias=False),
    ]


def _pools() -> list[Case]:
    found = []
    for x in (LINE, EVEN, ODD, VOLUME):
        for kwargs in (
            {"k": 2},
            {"k": 3, "stride": 2},
            {"k": 3, "stride": 1},
            {"k": 3, "stride": 2, "pad": 0},
            {"k": 3, "stride": 2, "pad": 0, "ceil": True},
            {"k": 3, "stride": 2, "ceil": True},
            {"k": 2, "ceil": True},
            {"k": 2, "stride": 3, "pad": 1, "ceil": True},
            {"k": 3, "stride": 2, "pad": "same_tf"},
            {"k": 2, "stride": 1, "pad": "same_tf"},
            {"k": 4, "stride": 3, "pad": "same_tf"},
            {"to": 1},
            {"to": 3},
        ):
            found.append(case("maxpool", x, **kwargs))
            found.append(case("avgpool", x, **kwargs))
            if "k" in kwargs:
                found.append(case("avgpool", x, count_pad=False, **kwargs))
        found += [case("global_avgpool", x), case("global_maxpool", x)]
    return [
        *found,
        case("maxpool", EVEN, k=(3, 2), stride=(1, 2)),
        case("maxpool", EVEN, k=3, stride=2, pad=(0, 1, 1, 0)),
        case("avgpool", EVEN, k=3, stride=2, pad=(0, 1, 1, 0)),
        case("avgpool", EVEN, k=3, stride=2, pad=(0, 1, 1, 0), count_pad=False),
        case("avgpool", EVEN, to=(7, 4)),
        case("maxpool", EVEN, to=(7, 5)),
    ]


def _others() -> list[Case]:
    every = (VECTOR, LINE, EVEN, VOLUME)
    found = []
    for x in every:
        found += [
            case("bn", x),
            case("bn", x, eps=1e-3, momentum=0.01),
            case("bn", x, scale=False),
            case("bn", x, shift=False),
            case("bn", x, scale=False, shift=False),
            case("groupnorm", x, n=2),
            case("groupnorm", x, n=1, eps=1e-6),
            case("layernorm", x),
            case("layernorm", x, eps=1e-6),
            *(case(word, x) for word in ("relu", "relu6", "leaky_relu", "prelu", "elu", "sigmoid")),
            *(case(word, x) for word in ("tanh", "silu", "gelu", "hardswish", "hardsigmoid")),
            case("softmax", x),
            case("leaky_relu", x, slope=0.2),
            case("prelu", x, shared=False),
            case("elu", x, alpha=0.5),
            case("gelu", x, approximate=True),
            case("dropout", x),
            case("dropout", x, p=0.2),
            case("drop_path", x, p=0.2),
            case("flatten", x),
            case("reshape", x, shape=Shape((), x.elements)),
            case("reshape", x, shape=Shape((x.elements // 2,), 2)),
            case("reshape", x, shape=Shape((2, 1), x.elements // 2)),
            case("slice", x, from_=1, to=3),
            case("pad_channels", x, amount=3),
            case("pad_channels", x, amount=0),
            case("layer_scale", x, init=1e-6),
            case("rescale", x, scale=0.5),
            case("rescale", x, scale=1 / 127.5, offset=-1),
            case("rescale", x, scale=tuple(1 + n for n in range(x.channels)), offset=-1),
            case("rescale", x, scale=0.5, offset=(0.25,) * x.channels),
            case("standardize", x),
            case("add", x, x),
            case("concat", x, x._replace(channels=3), x),
            case("mul", x, x),
            case("mul", x, Shape((1,) * x.rank, x.channels)),
            case("input", shape=x),
        ]
    for x in every[1:]:
        found += [
            case("lrn", x),
            case("lrn", x, size=3, alpha=0.1, beta=0.5, k=1),
            case("lrn", x, size=4, alpha=0.1),
            case("crop", x, size=4),
            case("channel_shuffle", x, groups=2),
            case("zero_pad", x, amounts=2),
            case("upsample", x, factor=2),
            case("upsample", x, factor=3, mode="bilinear"),
            case("upsample", x, to=19),
            case("upsample", x, to=19, mode="bilinear"),
        ]
    return [
        *found,
        case("crop", EVEN, size=(5, 7)),
        case("zero_pad", EVEN, amounts=(1, 2)),
        case("zero_pad", EVEN, amounts=(0, 1, 2, 3)),
        case("zero_pad", LINE, amounts=(0, 1)),
        case("upsample", EVEN, factor=(2, 3)),
        case("upsample", EVEN, to=(28, 24), mode="bilinear"),
    ]


CASES = (*_convolutions(), *_pools(), *_others())
JOINS = {"add", "concat", "mul"}
STRUCTURAL = {"input", *JOINS}
