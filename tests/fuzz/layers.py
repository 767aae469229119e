"""Random small nets of all ops, with attributes as wild as the language takes them.

Unlike `programs.py`, which draws forms of the language, these draw what frameworks differ on:
strides on even and odd sizes, ceil mode, dilation, groups, pads of every kind, branches.
"""

from __future__ import annotations

from random import Random

ACTS = (
    *("relu", "relu6", "leaky_relu(0.2)", "prelu", "prelu(shared=false)", "elu(0.7)", "sigmoid"),
    *("tanh", "silu", "gelu", "gelu(approximate=true)", "hardswish", "hardsigmoid", "softmax"),
)


class Layers:
    """The text of one net; `rank` axes in space."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.rank = random.choice((2, 2, 2, 2, 1, 3))
        most = {1: 19, 2: 15, 3: 9}[self.rank]
        sizes = [random.randint(most - 5, most) for _ in range(self.rank)]
        channels = random.choice((2, 4, 6))
        lines = [f"input {'x'.join(map(str, [*sizes, channels]))}"]
        lines += [self.item() for _ in range(random.randint(2, 6))]
        if random.random() < 0.4:
            lines.append(random.choice(("flatten", "global_avgpool -> flatten")))
            lines.append(random.choice(("linear(5)", "relu -> linear(4) -> bn", "bn -> linear(3)")))
        inner = "\n".join(f"  {line}" for line in lines)
        self.text = f"net N {{\n{inner}\n}}\n"

    def number(self, low: int, high: int) -> int:
        return self.random.randint(low, high)

    def per_axis(self, low: int, high: int) -> str:
        """One number, or one for each axis."""
        if self.rank == 1 or self.random.random() < 0.7:
            return str(self.number(low, high))
        return f"({', '.join(str(self.number(low, high)) for _ in range(self.rank))})"

    def pad(self, most: int) -> str:
        """Every way of writing it."""
        sides = f"({', '.join(str(self.number(0, most)) for _ in range(2 * self.rank))})"
        word = self.random.choice(("", "", ", pad=same_tf", ", pad=0", ", pad=#", ", pad=$"))
        return word.replace("#", str(self.number(0, most))).replace("$", sides)

    def item(self) -> str:
        chosen = self.random.random()
        if chosen < 0.2:
            branches = [self.branch() for _ in range(self.number(2, 3))]
            kind = self.random.choice(("concat", "concat", "add", "mul"))
            return f"{kind} {{ {' '.join(f'| {b}' for b in branches)} }}"
        if chosen < 0.24:
            return f"residual {{ {self.same_size()} -> {self.act()} }}"
        if chosen < 0.28:
            return "gate { global_avgpool -> pointwise(in.c) -> sigmoid }"
        return self.random.choice((self.conv, self.conv, self.pool, self.pool, self.other))()

    def same_size(self) -> str:
        return self.random.choice(
            (
                "depthwise(3)",
                "depthwise(5, dilation=2)",
                "conv(in.c, 3, groups=in.c)",
                "conv(in.c, 1)",
            )
        )

    def branch(self) -> str:
        """Of the same size and channels as what comes in."""
        some = [self.same_size(), self.act(), self.norm(), "maxpool(3, /1)", "skip"]
        some.append("avgpool(3, /1, count_pad=false)")
        return " -> ".join(self.random.choice(some) for _ in range(self.number(1, 2)))

    def conv(self) -> str:
        k, stride = self.per_axis(1, 4), self.per_axis(1, 3)
        dilation = self.random.choice(("", "", f", dilation={self.per_axis(1, 2)}"))
        bias = self.random.choice(("", ", bias=false"))
        rest = f"stride={stride}{dilation}{self.pad(2)}{bias}"
        kind = self.number(0, 5)
        if kind == 0:
            many = self.random.choice(("", ", multiplier=2"))
            return f"depthwise({k}, {rest}{many})"
        if kind == 1:
            some = self.random.choice(("", ", groups=2", ", output_pad=1, pad=1"))
            pads = self.pad(1) if "pad" not in some else ""
            return f"deconv({self.number(1, 3) * 2}, {k}, stride={stride}{dilation}{pads}{some})"
        groups = self.random.choice(("", "", ", groups=2", ", groups=in.c"))
        width = "2 * in.c" if groups else str(self.number(1, 4) * 2)
        return f"conv({width}, {k}, {rest}{groups})"

    def pool(self) -> str:
        word = self.random.choice(("maxpool", "avgpool", "avgpool"))
        if self.random.random() < 0.12:
            return f"{word}(to={self.per_axis(1, 4)})"
        ceil = self.random.choice(("", ", ceil=true"))
        pads = self.pad(1) if not ceil else self.random.choice(("", ", pad=0", ", pad=1"))
        count = ", count_pad=false" if word == "avgpool" and self.random.random() < 0.4 else ""
        return f"{word}({self.per_axis(2, 4)}, stride={self.per_axis(1, 3)}{pads}{ceil}{count})"

    def act(self) -> str:
        return self.random.choice(ACTS)

    def norm(self) -> str:
        return self.random.choice(
            ("bn", "bn(scale=false)", "bn(shift=false)", "groupnorm(2)", "layernorm", "lrn(size=4)")
        )

    def other(self) -> str:
        return self.random.choice(
            (
                self.act(),
                self.act(),
                self.norm(),
                self.norm(),
                f"zero_pad({self.number(0, 2)})",
                f"crop({self.number(2, 5)})",
                f"upsample({self.number(1, 3)})",
                "upsample(2, mode=bilinear)",
                f"upsample(to={self.number(5, 11)})",
                f"pad_channels({2 * self.number(0, 2)})",
                "slice(0, in.c // 2 + 1)",
                "channel_shuffle(2)",
                "rescale(0.3, -0.1)",
                "layer_scale(0.5)",
                "linear(4, per_position=true)",
                "dropout(0.2)",
                "drop_path(0.1)",
            )
        )


def too_small_for_torch(error: RuntimeError) -> bool:
    """PyTorch averages no volume that is smaller than the window without its padding."""
    return "smaller than kernel size" in str(error)
