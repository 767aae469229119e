"""What is harder to say in Keras than in PyTorch, beside the forms of the language."""

KERAS_FORMS: dict[str, str] = {
    "order_seen": """
net N { input 8x8x3  conv(4, 3x3, /2) -> flatten -> relu -> bn }""",
    "order_of_weights": """
net N {
  input 8x8x3
  conv(4, 3x3, /2) -> prelu -> flatten -> bn -> relu -> dropout(0.5) -> layernorm -> linear(7)
}""",
    "layers": """
net N {
  input 15x13x4
  depthwise(3x3, multiplier=2) -> groupnorm(2) -> elu
  conv(8, 3x3, /2, pad=same_tf) -> avgpool(3x3, /2, count_pad=false) -> tanh
  zero_pad(1) -> pointwise(12) -> channel_shuffle(3) -> slice(2, 10)
  maxpool(3x3, /2, ceil=true) -> upsample(2) -> crop(3x3)
  prelu(shared=false) -> hardsigmoid -> conv(6, 3x3, dilation=2) -> silu
  gelu(approximate=true) -> softmax -> lrn
  reshape(2x3x9) -> rescale(2, -1) -> conv(4, 1x1)
}""",
    "padding_in_places": """
block Conv(c, k = 1, stride = 1) { conv(c, k, /stride) -> relu }
block Fixed(c, k, pad) { conv(c, k, stride=2, pad=pad) -> relu }
net N {
  input 25x24x3
  Conv(4) -> Conv(4, 3) -> Conv(6, (1, 3), /2) -> Conv(6, 1, /2) -> Conv(6, 3, /2)
  concat { | residual { Conv(6, 3) -> Conv(6) } | skip }
  Fixed(4, 3, 0) -> upsample(6) -> Fixed(4, 3, 1) -> Fixed(4, 1, 0) -> flatten -> linear(2)
}""",
    "padding_by_kernel": """
block Conv(c, k = 1, stride = 1) { conv(c, k, /stride) -> relu }
net N {
  input 25x24x3
  Conv(4) -> Conv(4, 3) -> Conv(6, 5, /2) -> Conv(6, 1, /2) -> concat { | Conv(6, 3) | skip }
  flatten -> linear(2)
}""",
    "numbers_of_layers": """
seq ConvBN(c, k = 3x3, stride = 1, groups = 1, act = relu6) {
  conv(c, k, /stride, groups=groups, bias=false) -> bn -> act
}
block SE(c, r) {
  gate { global_avgpool -> fc1: conv(r, 1x1) -> relu -> fc2: conv(c, 1x1) -> sigmoid }
}
block Inverted(c, stride, t, k = 3, se = false, act = relu6) {
  let width = in.c * t
  residual(drop_path=0.1) if stride == 1 and in.c == c {
    conv: {
      if t != 1 { ConvBN(width, 1x1, act=act) }
      ConvBN(width, k, stride=stride, groups=width, act=act)
      if se { SE(width, width // 4) }
      ConvBN(c, 1x1, act=none)
    }
  }
}
net N(classes = 5) {
  input 32x32x3
  features: {
    ConvBN(8, stride=2)
    for (t, c, n, s, k, se, act) in [
      (1, 8, 1, 1, 3, false, relu),
      (4, 12, 2, 2, 5, true, hardswish),
      (4, 16, 3, 1, 3, true, hardswish),
    ] {
      repeat n as i { Inverted(c, s if i == 0 else 1, t, k, se, act) }
    }
    ConvBN(32, 1x1)
  }
  body: for (c, n) in [(8, 1), (12, 2)] { repeat n { conv(c, 3x3) -> relu } maxpool(2x2) }
  global_avgpool -> flatten
  classifier: { dropout(0.2) -> linear(classes) }
}""",
    "nested": """
net N(n = 3) {
  input 16x16x3
  conv(4, 3x3)
  repeat n as i { x{i}: skip -> conv(4, 3x3) -> relu -> add(@x{i}) }
  residual { conv(4, 3x3) -> residual { conv(4, 1x1) } } shortcut always { sc: conv(4, 1x1) }
  residual {
    conv(8, 3x3) -> residual { conv(8, 1x1) } -> gate { global_avgpool -> conv(8, 1x1) -> sigmoid }
  } shortcut { sc2: conv(8, 1x1) }
  concat { | conv(2, 1x1) | conv(4, 1x1) -> concat { | conv(2, 1x3) | conv(2, 3x1) | skip } }
  stage: { repeat 2 { residual { conv(10, 3x3) -> relu } -> relu }  conv(3, 1x1) }
  flatten -> linear(2)
}""",
    "automatic_names": """
net N {
  input 16x16x3
  re_lu: conv(4, 3x3) -> relu -> activation: conv(4, 1x1) -> tanh -> drop: dropout(0.1)
  dropout(0.1) -> max_pooling2d: conv(4, 3x3) -> maxpool(2x2) -> residual { conv(4, 3x3) }
  flatten -> dense: linear(3)
}""",
    "automatic_names_in_groups": """
block Re { lu: conv(4, 1x1) -> relu }
net N {
  input 16x16x3
  re: { Re -> conv(4, 1x1) }
  re_lu: { conv(4, 1x1) -> relu -> conv(4, 1x1) -> relu }
  drop: { out: conv(4, 1x1) }
  flatten -> linear(3)
}""",
    "pools_of_a_block": """
block Pools(k) { avgpool(k, stride=2, ceil=true) -> maxpool(k, stride=1) -> conv(4, 1x1) }
net N { input 30x29x3  Pools(3) -> Pools(5) -> flatten -> linear(2) }""",
    "uneven_pools": """
net N {
  input 13x10x4
  avgpool(4, stride=1, pad=same_tf, count_pad=false) -> maxpool(4, /2, pad=same_tf)
  avgpool(2, /3, pad=same_tf, count_pad=false) -> conv(3, 1x1)
}""",
    "subsampled": """
net N {
  input 21x20x4
  conv(8, 3x3, /2, dilation=2) -> relu -> depthwise(3x3, stride=(2, 1)) -> bn
  depthwise(3x3, /2, dilation=2) -> conv(4, 3, stride=3, dilation=(2, 1), groups=2, pad=same_tf)
}""",
    "name_of_a_layer": """
net Conv2D(classes = 2) { input 16x16x3  conv(4, 3x3) -> conv(4, 3x3) -> flatten -> linear(classes) }""",
    "names_of_the_file": """
block Unit(index, x3, LayerScale, ZeroPadding2D, k = 3, unit = 2) {
  rounds: repeat unit as outputs {
    residual { residual { residual { residual { conv(in.c, k) -> layer_scale(0.5) } } } }
  }
  Dense: concat { | conv(index, 1x1) | conv(x3, 1x1) | conv(LayerScale, 3x3) }
  conv(ZeroPadding2D, k, /2) -> bn
}
net N(
  inputs = 3, outputs = 4, training_heads = 5, Conv2D = 3, BatchNormalization = 4, partial = 3,
  KAIMING_NORMAL = 4, layers = 3, ops = 2,
) {
  defaults { conv(init=kaiming_normal) }
  input 12x12x3
  first: conv(inputs, 1x1) -> conv(outputs, 3x3) -> Flatten: bn -> relu -> conv(Conv2D, 1x1) -> bn
  for unit in [3, 4] { conv(unit, 1x1) }
  concat(@first) -> Unit(2, 3, 4, BatchNormalization) -> Unit(partial, 3, KAIMING_NORMAL, 4, k=1)
  conv(layers, 1x1) -> conv(ops, 1x1)
  aux { side: { flatten -> linear(training_heads) } }
  flatten -> linear(2)
}""",
}

REFUSED: dict[str, tuple[str, str]] = {
    "clash": (
        "net N { input 8x8x3  a: { conv(4, 1x1) }  a_0: conv(4, 1x1) }",
        "error[E602]: the names a.0 and a_0 can't be told apart in keras",
    ),
    "underscore": (
        "net N { input 8x8x3  _a: conv(4, 1x1) }",
        "error[E602]: the name `_a` can't be compiled for keras",
    ),
    "name": (
        "net N { input 16x16x3  concatenate: conv(4, 3x3) -> concat { | skip | skip } }",
        "error[E602]: the name `concatenate` can't be compiled for keras yet",
    ),
    "initialiser": (
        "net N { input 8x8x3  init { conv = trunc_normal(0.02, bound=0.03) }  conv(4, 3x3) }",
        "error[E602]: trunc_normal cut at 0.03 can't be compiled for keras yet",
    ),
    "layer": (
        "net N { input 8x8x3  deconv(4, 3x3, dilation=2) }",
        "error[E601]: `deconv` with `dilation` can't be compiled for keras",
    ),
    "attribute_that_must_be_there": (
        "net N { input 5x7x3  upsample(to=11x13) }",
        "error[E601]: `upsample` with `to` can't be compiled for keras",
    ),
    "axes": (
        "net N { input 5x7x4x3  upsample(2, mode=bilinear) }",
        "error[E601]: `upsample` with `mode` in 3D can't be compiled for keras",
    ),
    "two_attributes": (
        "net N { input 8x8x4  deconv(4, 3x3, dilation=2, groups=2) }",
        "error[E601]: `deconv` with `dilation` and `groups` can't be compiled for keras",
    ),
}
