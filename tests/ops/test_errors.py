"""Every way in which attributes and inputs can be wrong, with what the user reads."""

from __future__ import annotations

import pytest

from archdsl.ir.op import OpError
from archdsl.ir.shape import Shape
from archdsl.ops import OPS, Custom, codes

X = Shape((14, 12), 64)
SMALL = Shape((5, 5), 64)
V = Shape((), 64)
LINE = Shape((10,), 64)

CONV = {"c": 6, "k": 3}

TABLE = [
    ("conv", CONV, (V,), "S201", None, "conv wants a map, and its input is a vector of 64"),
    ("depthwise", {"k": 3}, (V,), "S201", None, "depthwise wants a map, and its input is a vector of 64"),
    ("pointwise", {"c": 3}, (V,), "S201", None, "pointwise wants a map, and its input is a vector of 64"),
    ("deconv", CONV, (V,), "S201", None, "deconv wants a map, and its input is a vector of 64"),
    ("maxpool", {"k": 2}, (V,), "S201", None, "maxpool wants a map, and its input is a vector of 64"),
    ("global_avgpool", {}, (V,), "S201", None, "global_avgpool wants a map, and its input is a vector of 64"),
    ("lrn", {}, (V,), "S201", None, "lrn wants a map, and its input is a vector of 64"),
    ("crop", {"size": 2}, (V,), "S201", None, "crop wants a map, and its input is a vector of 64"),
    ("zero_pad", {"amounts": 2}, (V,), "S201", None, "zero_pad wants a map, and its input is a vector of 64"),
    ("upsample", {"factor": 2}, (V,), "S201", None, "upsample wants a map, and its input is a vector of 64"),
    ("channel_shuffle", {"groups": 2}, (V,), "S201", None, "channel_shuffle wants a map, and its input is a vector of 64"),
    ("conv", CONV, (Shape((2, 2, 2, 2), 3),), "S201", None, "conv knows 1 to 3 axes in space, and its input is 2x2x2x2x3"),
    ("linear", {"c": 3}, (X,), "S202", None, "linear wants a vector, and its input is a map of 14x12x64"),
    ("conv", {"c": 6, "k": (3, 3)}, (LINE,), "S203", "k", "k=3x3 has 2 parts, and the input 10x64 has 1 axis in space"),
    ("conv", {**CONV, "stride": (2, 1, 1)}, (X,), "S203", "stride", "stride=2x1x1 has 3 parts, and the input 14x12x64 has 2 axes in space"),
    ("conv", {**CONV, "dilation": (2,)}, (X,), "S203", "dilation", "dilation=2 has 1 part, and the input 14x12x64 has 2 axes in space"),
    ("conv", {**CONV, "pad": (1, 2, 3)}, (X,), "S203", "pad", "pad has 3 amounts, and for the input 14x12x64 it takes 1, 2 or 4"),
    ("conv", {**CONV, "pad": (1, 2, 3, 4)}, (LINE,), "S203", "pad", "pad has 4 amounts, and for the input 10x64 it takes 1 or 2"),
    ("zero_pad", {"amounts": (1, 2, 3)}, (X,), "S203", "amounts", "amounts has 3 amounts, and for the input 14x12x64 it takes 1, 2 or 4"),
    ("maxpool", {"to": (7, 7)}, (LINE,), "S203", "to", "to=7x7 has 2 parts, and the input 10x64 has 1 axis in space"),
    ("upsample", {"factor": (2, 2)}, (LINE,), "S203", "factor", "factor=2x2 has 2 parts, and the input 10x64 has 1 axis in space"),
    ("crop", {"size": (2, 2)}, (LINE,), "S203", "size", "size=2x2 has 2 parts, and the input 10x64 has 1 axis in space"),
    ("conv", {"c": 6, "k": 7, "pad": 0}, (SMALL,), "S204", "k", "a kernel of 7x7 is larger than its input of 5x5"),
    ("conv", {"c": 6, "k": 9, "pad": 1}, (SMALL,), "S204", "k", "a kernel of 9x9 is larger than its input of 5x5 (7x7 with padding)"),
    ("conv", {"c": 6, "k": 3, "dilation": 4, "pad": 0}, (SMALL,), "S204", "k", "a kernel of 3x3 (dilated to 9x9) is larger than its input of 5x5"),
    ("depthwise", {"k": 7, "pad": 0}, (SMALL,), "S204", "k", "a kernel of 7x7 is larger than its input of 5x5"),
    ("avgpool", {"k": 7, "pad": 0}, (SMALL,), "S204", "k", "a kernel of 7x7 is larger than its input of 5x5"),
    ("deconv", {"c": 6, "k": 3, "pad": 4}, (SMALL,), "S205", "pad", "the padding leaves nothing: the output would be -1x-1"),
    ("conv", {**CONV, "groups": 3}, (X,), "S206", "groups", "groups=3 doesn't divide the 64 input channels"),
    ("conv", {**CONV, "groups": 4}, (X,), "S206", "groups", "groups=4 doesn't divide the 6 output channels"),
    ("pointwise", {"c": 64, "groups": 5}, (X,), "S206", "groups", "groups=5 doesn't divide the 64 input channels"),
    ("deconv", {**CONV, "groups": 4}, (X,), "S206", "groups", "groups=4 doesn't divide the 6 output channels"),
    ("groupnorm", {"n": 10}, (X,), "S206", "n", "n=10 doesn't divide the 64 input channels"),
    ("channel_shuffle", {"groups": 3}, (X,), "S206", "groups", "groups=3 doesn't divide the 64 input channels"),
    ("slice", {"from": 0, "to": 65}, (X,), "S207", "to", "to=65 is beyond the 64 input channels"),
    ("slice", {"from": 8, "to": 8}, (X,), "S207", "to", "a slice from 8 to 8 has no channels"),
    ("crop", {"size": 13}, (X,), "S208", "size", "a crop of 13x13 is larger than its input of 14x12"),
    ("add", {}, (X, SMALL), "S209", None, "14x12x64 and 5x5x64 don't join: add needs equal shapes"),
    ("add", {}, (X, X, X._replace(channels=3)), "S209", None, "14x12x64, 14x12x64 and 14x12x3 don't join: add needs equal shapes"),
    ("concat", {}, (X, SMALL), "S209", None, "14x12x64 and 5x5x64 don't join: concat needs equal sizes in space"),
    ("mul", {}, (X, Shape((1, 1), 3)), "S209", None, "14x12x64 and 1x1x3 don't join: mul needs equal shapes, or 1x1 with as many channels"),
    ("mul", {}, (X, V), "S209", None, "14x12x64 and 64 don't join: mul needs equal shapes, or 1x1 with as many channels"),
    ("reshape", {"shape": Shape((7, 7), 3)}, (V,), "S210", "shape", "64 has 64 elements, and 7x7x3 has 147"),
    ("maxpool", {"k": 3, "pad": 2}, (X,), "S211", "pad", "a padding of 2 is more than half of the 3x3 window"),
    ("avgpool", {"k": 2, "pad": (0, 0, 0, 2)}, (X,), "S211", "pad", "a padding of 2 is more than half of the 2x2 window"),
    ("deconv", {**CONV, "stride": 2, "output_pad": 1}, (X,), "S212", "output_pad", "output_pad doesn't go with pad=same, which sets it"),
    ("deconv", {**CONV, "stride": 2, "pad": 1, "output_pad": 2}, (X,), "S212", "output_pad", "output_pad=2 must be less than the stride 2"),
    ("deconv", {**CONV, "dilation": 3, "pad": 1, "output_pad": 3}, (X,), "S212", "output_pad", "output_pad=3 must be less than the dilation 3"),
    ("maxpool", {}, (X,), "S213", None, "maxpool needs a kernel size or to="),
    ("maxpool", {"k": 2, "to": 7}, (X,), "S213", "k", "k doesn't go with to=, which sets the windows itself"),
    ("maxpool", {"stride": 2, "to": 7}, (X,), "S213", "stride", "stride doesn't go with to=, which sets the windows itself"),
    ("avgpool", {"to": 7, "pad": 1}, (X,), "S213", "pad", "pad doesn't go with to=, which sets the windows itself"),
    ("avgpool", {"to": 7, "ceil": True}, (X,), "S213", "ceil", "ceil doesn't go with to=, which sets the windows itself"),
    ("avgpool", {"to": 7, "count_pad": False}, (X,), "S213", "count_pad", "count_pad doesn't go with to=, which sets the windows itself"),
    ("maxpool", {"k": 3, "pad": (0, 1, 0, 1), "ceil": True}, (X,), "S213", "ceil", "ceil=true goes only with the same padding on both sides"),
    ("upsample", {}, (X,), "S213", None, "upsample needs a factor or to="),
    ("upsample", {"factor": 2, "to": 28}, (X,), "S213", "to", "to doesn't go with a factor"),
    ("dropout", {"p": 1.5}, (X,), "S214", "p", "p=1.5 is not a probability of at least 0 and less than 1"),
    ("drop_path", {"p": -0.1}, (X,), "S214", "p", "p=-0.1 is not a probability of at least 0 and less than 1"),
    ("bn", {"eps": 0}, (X,), "S214", "eps", "eps=0 must be more than 0"),
    ("bn", {"momentum": 2}, (X,), "S214", "momentum", "momentum=2 is not between 0 and 1"),
    ("layernorm", {"eps": -1}, (X,), "S214", "eps", "eps=-1 must be more than 0"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("keyword", "attributes", "inputs", "code", "attribute", "message"),
    TABLE,
    ids=[f"{row[3]}-{row[0]}-{i}" for i, row in enumerate(TABLE)],
)
def test_message(keyword, attributes, inputs, code, attribute, message):
    with pytest.raises(OpError) as caught:
        OPS[keyword].of(attributes).resolve(inputs).infer(inputs)
    assert caught.value.message == message
    assert caught.value.code == code
    assert caught.value.attribute == attribute
    assert attribute is None or attribute in OPS[keyword].attributes()


def test_every_code_is_in_the_table():
    assert {row[3] for row in TABLE} | {"S215"} == {
        value for name, value in vars(codes).items() if name.isupper()
    }


def test_help_is_offered():
    with pytest.raises(OpError) as caught:
        OPS["linear"](c=3).resolve((X,))
    assert caught.value.help == "put `flatten` before it, or give per_position=true"


def test_what_is_not_an_attribute_is_refused():
    with pytest.raises(TypeError, match="ReLU has no `inplace`"):
        OPS["relu"](inplace=True)


@pytest.mark.parametrize(
    "path", ["Mish", "", "a..b", "a.b;import os", "a.class", "a.1b", "a b.c", ".a", "a."]
)
@pytest.mark.parametrize("which", ["torch", "keras"])
def test_custom_paths_are_names(path, which):
    with pytest.raises(OpError) as caught:
        Custom(name="Mish", **{f"{which}_path": path})
    assert (caught.value.code, caught.value.attribute) == ("S215", which)
    assert caught.value.message == f'"{path}" is not the name of something to import'


def test_custom():
    op = Custom(name="Mish", torch_path="a.b.Mish", parameters=2, macs_count=7)
    assert op.resolve((X,)).infer((X,)) == X
    assert op.macs((X,), X) == 7
    assert op.attributes() == {}
    module = op.torch((X,), X).module
    assert (module.target, module.module, module.args) == ("Mish", "a.b", ())
    assert op.keras((X,), X) is None
    assert Custom(name="Pool", output=V).infer((X,)) == V


def test_slice_is_written_with_pythons_keyword():
    op = OPS["slice"].of({"from": 0, "to": 4})
    assert list(op.attributes()) == ["from", "to"]
    assert op.required() == ("from", "to")
    assert (op.value("from"), op.value("to")) == (0, 4)
