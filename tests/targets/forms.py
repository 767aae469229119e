"""Texts that say every form of the language, for the conformance tests of all targets."""

FORMS: dict[str, str] = {
    "chain": """
net N(classes = 10) {
  input 16x16x3
  conv(8, 3x3, /2) -> bn -> relu -> maxpool(2x2)
  flatten -> linear(32) -> relu -> dropout(0.3) -> linear(classes)
}""",
    "labels": """
net N {
  input 16x16x3
  stem: conv(8, 3x3) -> norm: bn -> relu
  body: { conv(8, 3x3) -> bn -> relu -> "head-1": conv(4, 1x1) -> "7": bn -> relu }
  global_avgpool -> flatten -> fc: linear(5)
}""",
    "residuals": """
block Basic(c, stride = 1) {
  residual { conv(c, 3x3, /stride, bias=false) -> bn -> relu
             conv(c, 3x3, bias=false) -> bn }
  shortcut { downsample: { conv(c, 1x1, /stride, bias=false) -> bn } }
  relu
}
block Inverted(c, stride = 1, expand = 6) {
  residual if stride == 1 and in.c == c {
    conv: {
      if expand != 1 { conv(in.c * expand, 1x1) -> bn -> relu6 }
      depthwise(3x3, /stride) -> bn -> relu6 -> conv(c, 1x1) -> bn
    }
  }
}
net N(classes = 10, width = 1.0) {
  input 32x32x3
  conv(round_to(16 * width), 3x3, /2) -> bn
  features: for (t, c, n, s) in [
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 24, 1, 1),
  ] { repeat n as i { Inverted(c, stride = s if i == 0 else 1, expand = t) } }
  layer1: repeat 2 { Basic(24) }
  layer2: repeat 3 as i { Basic(32, stride = 2 if i == 0 else 1) }
  residual(drop_path=0.1) { conv(32, 3x3) -> relu }
  residual { conv(32, 3x3) } shortcut always { conv(32, 1x1) -> bn }
  global_avgpool -> flatten -> linear(classes)
}""",
    "gates": """
block SqueezeExcite(r = 4, act = relu) {
  gate { global_avgpool -> fc1: conv(in.c // r, 1x1) -> act -> fc2: conv(in.c, 1x1) -> sigmoid }
}
block Block(c, act = relu, se = false) {
  conv(c, 3x3) -> bn -> act
  if se { SqueezeExcite }
}
net N {
  input 16x16x3
  Block(8) -> Block(16, hardswish, se=true) -> Block(16, leaky_relu(0.2), true)
  gate { conv(1, 1x1) -> conv(16, 1x1) -> sigmoid }
  global_avgpool -> flatten -> linear(3)
}""",
    "branches": """
seq ConvBN(c, k = 1x1, stride = 1, pad = same) { conv(c, k, /stride, pad=pad, bias=false) -> bn(eps=1e-3) -> relu }
block Inception(a, b, c, d) {
  concat {
    | branch1: ConvBN(a)
    | branch2: { ConvBN(b[0]) -> ConvBN(b[1], 3x3) }
    | branch3: { ConvBN(c[0]) -> ConvBN(c[1], (1, 3)) -> ConvBN(c[1], (3, 1)) }
    | branch4: { maxpool(3x3, /1) -> ConvBN(d) }
  }
}
net N {
  input 24x24x3
  stem: ConvBN(8, 3x3, /2)
  Inception(4, [3, 6], [2, 4], 4) -> Inception(8, [3, 6], [2, 4], 6)
  concat { | conv(4, 3x3) -> relu | skip | conv(2, 1x1) -> bn -> relu -> conv(6, 3x3) }
  add { | skip | conv(in.c, 3x3) }
  mul { | sigmoid | conv(in.c, 1x1) }
  global_maxpool -> flatten -> linear(3)
}""",
    "unet": """
block Double(c) { conv(c, 3x3) -> bn -> relu
                  conv(c, 3x3) -> bn -> relu }
net N {
  input 32x32x1
  enc1: Double(8)
  maxpool(2x2) -> enc2: Double(16) -> maxpool(2x2) -> Double(32)
  up2: deconv(16, 2x2, /2) -> concat(@enc2) -> Double(16)
  up1: { upsample(2) -> conv(8, 3x3) -> concat(@enc1) -> relu }
  add(@enc1) -> conv(2, 1x1)
}""".replace("add(@enc1) -> ", ""),
    "inputs_and_outputs": """
net N {
  input left: 16x16x1
  input right: 16x16x1
  @left -> a: conv(4, 3x3) -> relu
  @right -> b: conv(4, 3x3) -> relu -> r: skip
  concat(@a, @b) -> map: conv(3, 1x1)
  global_avgpool -> flatten -> score: linear(2)
  output @score, @map
}""",
    "earlier_outputs": """
net N {
  input 8x8x4
  a: conv(2, 3x3) -> b: conv(3, 3x3) -> c: relu
  output @a, @c
}""",
    "one_earlier_output": """
net N {
  input 8x8x4
  a: conv(2, 3x3)
  b: relu -> add(@a)
  output @b
}""",
    "labelled_input": """
net N { input 8x8x4  s: skip -> conv(4, 3x3) -> add(@s) -> relu -> mul(@s) }""",
    "nothing_learnt": """
block Shrink { relu -> maxpool(2x2) }
net N { input 8x8x3 maxpool(2x2) -> Shrink -> leaky_relu(0.1) }""",
    "aux_in_rounds": """
net N {
  input 8x8x3
  for c in [3, 4] { conv(c, 3x3)  aux(weight=0.3) { flatten -> linear(2) } }
  flatten -> linear(2)
}""",
    "aux_labelled": """
net N {
  input 8x8x3
  conv(4, 1x1) -> relu
  h: aux(weight=0.3) { conv(3, 3x3) -> relu -> flatten -> linear(3) }
  conv(4, 1x1)
  g: aux { flatten -> fc: linear(2) }
  flatten -> linear(2)
}""",
    "aux": """
block Head(classes) { avgpool(to=4x4) -> conv(8, 1x1) -> relu -> flatten -> fc1: linear(16) -> relu -> fc2: linear(classes) }
net N(classes = 10) {
  input 32x32x3
  conv(8, 3x3, /2) -> relu
  aux(weight=0.3) { aux1: Head(classes) }
  conv(16, 3x3, /2) -> relu
  aux(weight=0.3) { aux2: Head(classes) }
  global_avgpool -> flatten -> fc: linear(classes)
}""",
    "dense": """
block DenseLayer(growth) {
  x: skip
  norm1: bn -> relu1: relu -> conv1: conv(4 * growth, 1x1, bias=false)
  norm2: bn -> relu2: relu -> conv2: conv(growth, 3x3, bias=false) -> y: skip
  @x -> concat(@y)
}
net N(growth = 8) {
  input 16x16x3
  conv0: conv(16, 3x3)
  denseblock1: repeat 3 { DenseLayer(growth) }
  transition: { norm: bn -> relu -> conv: conv(in.c // 2, 1x1) -> avgpool(2x2) }
  denseblock2: repeat 4 { DenseLayer(growth) }
  global_avgpool -> flatten -> classifier: linear(10)
}""",
    "named_loops": """
block Layer(growth) { x: skip -> norm: bn -> relu -> conv: conv(growth, 3x3) -> new: skip
                      @x -> concat(@new) }
seq Dense(n, growth) { for j in range(n) { layer{j + 1}: Layer(growth) } }
net N(growth = 4, classes = 3) {
  input 16x16x3
  features: {
    conv0: conv(2 * growth, 3x3)
    for n in [2, 3] as i {
      dense{i + 1}: { for j in range(n) { layer{j}: Layer(growth) } }
      if i == 0 { transition{i + 1}: { norm: bn -> conv: conv(in.c // 2, 1x1) -> avgpool(2x2) } }
      plain{i}: repeat n { Layer(growth) }
      other{i}: Dense(n, growth)
    }
    last: bn
  }
  global_avgpool -> flatten -> linear(classes)
}""",
    "labels_of_rounds": """
net N(base = 4) {
  input 16x16x1
  for i in range(3) { down{i + 1}: conv(base * 2 ** i, 3x3) -> maxpool(2x2) }
  for i in [3, 2, 1] { up{i}: deconv(in.c, 2x2, /2) -> concat(@down{i}) -> merge{i}: conv(base * 2 ** (i - 1), 3x3) }
  conv(2, 1x1)
}""",
    "shuffle": """
block Unit(c) {
  concat { | slice(0, in.c // 2) | slice(in.c // 2, in.c) -> conv(in.c // 2, 1x1) -> bn -> relu }
  channel_shuffle(2)
}
net N { input 8x8x8  Unit(8) -> Unit(8) -> crop(6) -> zero_pad(1) -> rescale(2.0, -1.0) -> pad_channels(2) }
""".replace("Unit(c)", "Unit").replace("Unit(8)", "Unit"),
    "convnext": """
block Block(c) {
  residual(drop_path=0.1) {
    depthwise(7x7) -> layernorm(eps=1e-6) -> linear(4 * c, per_position=true) -> gelu
    linear(c, per_position=true) -> layer_scale: layer_scale(1e-6)
  }
}
net N {
  input 16x16x3
  features: { { conv(8, 4x4, /4, pad=0) -> layernorm(eps=1e-6) } ; repeat 2 { Block(8) } }
  global_avgpool -> layernorm(eps=1e-6) -> flatten -> linear(10)
}""".replace(" ; ", "\n "),
    "groups_that_are_no_line": """
net N {
  input 8x8x4
  features: {
    conv(4, 3x3) -> bn
    residual { conv(4, 3x3) -> bn -> relu }
    start: relu
    conv(4, 3x3) -> add(@start)
    concat { | conv(2, 1x1) | skip }
    gate { global_avgpool -> conv(6, 1x1) -> sigmoid }
  }
  tail: residual { conv(6, 3x3) -> bn }
  stages: repeat 2 { residual { conv(6, 3x3) -> relu } }
}""",
    "parameters": """
defaults { conv(bias=false) bn(eps=1e-3, momentum=0.01) }
block Unit(c, k = 3x3, norm = bn, act = relu, drop = 0.0, mid = c // 2) {
  let wide = mid * 3
  conv(wide, 1x1) -> norm -> act
  conv(c, k, pad=same) -> norm -> act
  if drop > 0 { dropout(drop) }
}
net N(c = 8) {
  input 16x16x3
  defaults { bn(momentum=0.2) }
  Unit(c) -> Unit(2 * c, 5x5, act=silu) -> Unit(c, (1, 5), none, leaky_relu(0.3), 0.1)
  Unit(c, norm=groupnorm(2), mid=4) -> Unit(c, act=none)
  global_avgpool -> flatten -> linear(c)
}""",
    "loops": """
let widths = [8, 16, 24]
net N(depth = 2) {
  input 32x32x3
  repeat depth { conv(8, 3x3) -> relu }
  for c in widths as i {
    layer{i + 1}: { conv(c, 3x3, /2) -> bn -> relu }
  }
  tail: for (c, k) in [(8, 1x1), (16, 3x3)] as i {
    "block{i}-a": conv(c * (i + 1), k) -> "block{i}-b": bn
    if i == 0 { "extra": relu } else { "more": sigmoid }
  }
  global_avgpool -> flatten -> linear(3)
}""",
    "one_dimension": """
seq Unit(c, dilation = 1) { conv(c, 3, dilation=dilation) -> bn -> relu -> maxpool(2) }
net N { input 64x4  Unit(8) -> Unit(16, 2) -> deconv(4, 4, /2) -> groupnorm(2) -> global_avgpool -> flatten -> linear(2) }""",
    "three_dimensions": """
net N { input 8x8x8x2  conv(4, 3, /2) -> bn -> relu -> avgpool(2) -> conv(4, 3x3x3) -> global_maxpool -> flatten -> linear(2) }""",
    "tensorflow_padding": """
block Unit(c, stride = 1) { conv(c, 3x3, /stride, pad=same_tf) -> bn -> relu
                            depthwise(5x5, /stride, pad=same_tf) -> maxpool(3x3, /stride, pad=same_tf) }
net N { input 33x34x3  Unit(4, 2) -> Unit(8, 2) -> avgpool(3x3, /2, ceil=true) -> avgpool(2x2, pad=(0, 1, 0, 1), count_pad=false) }""",
    "activations": """
net N { input 8x8x4  relu -> relu6 -> leaky_relu(0.1) -> prelu -> elu -> sigmoid -> tanh -> silu -> gelu -> gelu(approximate=true) -> hardswish -> hardsigmoid -> lrn -> softmax -> conv(4, 3x3) }""",
    "initialised": """
init { conv = kaiming_normal(mode="fan_out") linear = normal(0.01) }
net N { input 8x8x4  conv(8, 3x3) -> conv(8, 3x3, init=zeros) -> bn(init=constant(0.5)) -> flatten -> linear(4) -> linear(2, init=xavier_uniform) }""",
    "block_in_itself": """
block P(inner, n = 1) { inner -> inner  conv(n * 2, 1x1) }
net N { input 8x8x3  P(P(relu)) -> P(P(P(sigmoid), n=2), n=3) }""",
    "hostile_names": """
block Self(self, nn, x = 3, len = 1) { conv(self, 3x3) -> conv(nn, x) -> relu }
block Sequential(forward_ = 2) { conv(forward_, 1x1) }
net Module(torch = 4) { input 8x8x2  Self(torch, 4) -> Sequential -> Tensor: conv(3, 1x1) -> nn: bn -> add(@Tensor) }""".replace(
        "len = 1", "size = 1"
    ),
    "stage_table": """
block Unit(c, k = 3x3, stride = 1, drop = 0) {
  residual(drop_path=drop) if stride == 1 and in.c == c { body: { conv(c, k, /stride) -> bn } }
  relu
}
net N(width = 1.0, deep = 1.2, classes = 5) {
  input 32x32x3
  let stages = [(3x3, 2, 8, 2), (5x5, 1, 8, 3), (3x3, 2, 16, 1)]
  let depths = [ceil(deep * row[3]) for row in stages]
  features: {
    conv(round_to(8 * width), 3x3)
    for (k, s, c, n) in stages as j {
      {
        repeat depths[j] as i {
          let drop = 0.3 * (sum(depths[:j]) + i) / sum(depths)
          Unit(round_to(c * width), k, stride = s if i == 0 else 1, drop = drop)
        }
      }
    }
    conv(4 * in.c, 1x1)
  }
  global_avgpool -> flatten -> linear(classes)
}""",
    "blocks_in_a_table": """
block One(c, k, stride = 1, drop = 0) { residual(drop_path=drop) if stride == 1 and in.c == c { a: { conv(c, k, /stride) } } }
block Two(c, k, stride = 1, drop = 0) { residual(drop_path=drop) if stride == 1 and in.c == c { b: { conv(c, k, /stride) -> bn } } }
net N(stages = [(One, 4, relu, 2), (Two, 8, silu, 3), (Two, 8, relu, 1)]) {
  input 16x16x4
  stages: for (B, c, act, n) in stages {
    { repeat n as i { B(c, 3x3, stride = 2 if i == 0 else 1, drop = i / 10) } }
    act
  }
  global_avgpool -> flatten -> linear(3)
}""",
    "loops_in_branches": """
seq Unit(c, k) { conv(c, k, bias=false) -> bn }
block Fork(c) {
  concat {
    | a: Unit(4, 1x1)
    | for (n, k) in [(c, 1x1), (c, (1, 7)), (6, (7, 1))] as i { b_{i + 1}: Unit(n, k) }
    | for k in [1x1, 3x3] as i { d_{i + 1}: Unit(c, k) }
      d_3: Unit(5, 3x3) -> add { | skip | e: conv(in.c, 1x1) }
    | avgpool(3x3, /1) -> pool: Unit(2, 1x1)
  }
}
net N { input 12x12x3  Fork(4) -> Fork(8) -> global_avgpool -> flatten -> linear(2) }""",
    "started_with_care": """
init {
  conv = kaiming_uniform(mode="fan_out", gain=3 ** -0.5, bias=0.5)
  depthwise = normal(0.1)
  linear = trunc_normal(0.01, bias="fan_in")
}
net N { input 8x8x4  conv(8, 3x3) -> depthwise(3x3) -> conv(8, 3x3, init=kaiming_normal(gain=3)) -> flatten -> linear(4) -> linear(2, init=kaiming_normal(gain=1)) }""",
    "blocks_as_parameters": """
seq Plain(c, k = 1x1, stride = 1) { conv(c, k, /stride) -> relu }
block Normed(c, k = 1x1, stride = 1) { conv(c, k, /stride, bias=false) -> bn -> silu }
block Fork(a, b, Unit = Normed, k = 3x3) {
  concat { | one: Unit(a) | two: { Unit(b, k) -> maxpool(3x3, /1) } }
}
net N {
  input 12x12x3
  let Other = Fork(Unit=Plain, k=5x5)
  Fork(4, 2) -> other: Other(3, 6) -> Fork(5, 3, Plain) -> global_avgpool -> flatten -> linear(2)
}""",
}
