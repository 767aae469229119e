"""Bodies of random programs: items of all forms, each right where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fuzz.programs import Block, Program

_ACTS = """relu; relu6; leaky_relu(0.1); elu; sigmoid; tanh; silu; gelu; gelu(approximate=true);
hardswish; hardsigmoid; leaky_relu; elu(alpha=0.5); softmax; prelu"""
ACTS = [act.strip() for act in _ACTS.replace("\n", " ").split(";")]


class Body:
    """A sequence of items; `channels` is an expression for the current value's."""

    def __init__(
        self,
        program: Program,
        names: list[str],
        channels: str,
        room: int,
        depth: int,
        *,
        net: bool = False,
        block: Block | None = None,
        positional: bool = False,
        loop: bool = False,
    ) -> None:
        self.program = program
        self.names = list(names)
        self.channels = channels
        self.room = room  # for halvings
        self.depth = depth
        self.net = net
        self.block = block
        self.positional = positional
        self.loop = loop

    def label(self) -> str:
        return self.program.label()

    def named(self, item: str) -> str:
        """An item that may need a label: in a block's loops and conditions one with weights."""
        if not self.positional and (self.loop or self.program.chance(0.25)):
            return f"{self.label()}: {item}"
        if not self.positional and self.block is not None:
            return f"{self.label()}: {item}"
        return item

    def inner(self, **changes: object) -> Body:
        found = Body(
            self.program,
            self.names,
            self.channels,
            self.room,
            self.depth + 1,
            block=self.block,
            positional=self.positional,
            loop=self.loop,
        )
        for key, value in changes.items():
            setattr(found, key, value)
        return found

    def lines(self, most: int = 5) -> list[str]:
        found: list[str] = []
        for _ in range(self.program.number(1, max(1, most - 2 * self.depth))):
            self.program.size += 1
            if self.program.size > 60:
                break
            found += self.item()
        return found or [self.named("relu")]

    def width(self) -> str:
        """An expression for channels, of at least 1."""
        p = self.program
        some = [str(p.number(1, 9)), str(p.number(2, 8)), *self.names]
        found = p.random.choice(some)
        kind = p.number(0, 9)
        if kind == 0:
            return f"2 * {found}"
        if kind == 1:
            return f"round_to({found} * 1.5, 4)"
        if kind == 2:
            return f"max({found}, {p.random.choice(some)})"
        if kind == 3:
            return f"{found} // 2 + 1"
        if kind == 4:
            return f"ceil({found} / 3)"
        if kind == 5:
            return f"in.c + {found}"
        if kind == 6:
            return f"({found} if {found} > 3 else 3)"
        if kind == 7:
            return f"[{found}, {p.random.choice(some)}][{p.number(0, 1)}]"
        return found

    def known(self) -> tuple[list[str], str]:
        """A name for the current channels; statements that make it."""
        name = self.program.name("m")
        return [f"let {name} = in.c"], name

    # ------------------------------------------------------------------ items

    def item(self) -> list[str]:
        p = self.program
        if self.depth > 3 or p.chance(0.45):
            return [self.named(self.layer())]
        makers = [
            self.let,
            self.group,
            self.residual,
            self.residual_plain,
            self.residual_if,
            self.gate,
            self.parallel,
            self.repeat,
            self.table,
            self.condition,
            self.use,
            self.use,
            self.chain,
        ]
        if not self.positional:
            makers += [self.reference, self.dense]
        if self.net:
            makers += [self.aux, self.labelled_loop, self.labelled_loop]
        return p.random.choice(makers)()

    def layer(self, *, keep: bool = False, halve: bool = True) -> str:
        """keep: the channels stay; halve: the size may not"""
        p = self.program
        kinds = ["act", "act", "norm", "norm", "odd"]
        if not keep:
            kinds += ["conv"] * 5
        kinds += ["same"] * 2
        kind = p.random.choice(kinds)
        stride = ""
        if halve and self.room > 0 and kind in ("conv", "same") and p.chance(0.3):
            self.room -= 1
            stride = ", /2"
        kernel = p.among(
            "3x3", "1x1", "5x5", "3", "(1, 3)", "2x2" if self.room > 0 else "3x3", "1x5"
        )
        if kernel == "2x2" and (keep or not halve):
            kernel = "3x3"
        extra = p.among(
            "",
            "",
            ", bias=false",
            ", dilation=2" if not stride else "",
            ", pad=same_tf" if "2x2" not in kernel else "",
        )
        if kernel in ("1x1",) and "dilation" in extra:
            extra = ""
        if kind == "conv":
            width = self.width()
            self.channels = width
            if p.chance(0.1) and self.room > 1 and halve:
                return f"deconv({width}, {p.among('2x2, /2', '3x3', '4x4, /2')})"
            return f"conv({width}, {kernel}{stride}{extra})"
        if kind == "same":
            choices = [
                f"conv(in.c, {kernel}{stride}{extra}, groups=in.c)",
                f"depthwise(3x3{stride})",
                f"depthwise(5x5{stride}, bias=false)",
                "pointwise(in.c)",
                f"conv(in.c, {kernel}{stride}{extra})",
            ]
            if stride:
                choices += [
                    "maxpool(3x3, /2)",
                    "avgpool(3x3, /2)",
                    "maxpool(2x2)",
                    "avgpool(2x2, ceil=true)",
                    "maxpool(3x3, /2, pad=same_tf)",
                    "avgpool(3x3, /2, count_pad=false)",
                    "maxpool(2x2, pad=0, ceil=true)",
                ]
            else:
                choices += ["maxpool(3x3, /1)", "avgpool(3x3, /1)"]
            return p.random.choice(choices)
        if kind == "act":
            return p.random.choice(ACTS).replace("softmax", "sigmoid")
        if kind == "norm":
            return p.among(
                "bn",
                "bn",
                "bn(eps=1e-3)",
                "bn(scale=false)",
                "groupnorm(1)",
                "groupnorm(in.c)",
                "layernorm",
                "lrn",
                "lrn(size=3)",
                "layer_scale(0.5)",
                "bn(shift=false)",
            )
        return p.among(
            "dropout(0.2)",
            "drop_path(0.1)",
            "rescale(2.0, 0.5)",
            "channel_shuffle(in.c)",
            "slice(0, in.c)",
            "skip",
            "identity" if False else "relu",
            "linear(in.c, per_position=true)",
            "softmax",
        )

    def chain(self) -> list[str]:
        return [" -> ".join(self.named(self.layer()) for _ in range(self.program.number(2, 4)))]

    def let(self) -> list[str]:
        value = self.width()
        name = self.program.name("l")
        self.names.append(name)
        return [f"let {name} = {value}", self.named(f"conv({name}, 1x1)")]

    def use(self) -> list[str]:
        p = self.program
        if not p.blocks or self.block in p.blocks:
            return [self.named(self.layer())]
        block = p.random.choice(p.blocks)
        halve = bool(block.stride) and self.room > 0 and p.chance(0.4)
        self.room -= halve
        return [self.named(block.use(p, self.width(), halve))]

    def wrapped(self, lines: list[str]) -> str:
        return "{ " + "\n    ".join(lines) + " }"

    def group(self) -> list[str]:
        inner = self.inner(positional=True, loop=False)
        lines = inner.lines(4)
        self.room, self.names = inner.room, self.names
        text = self.wrapped(lines)
        if self.positional:
            return [
                text
                if self.program.chance(0.7)
                else f'"{self.program.among("a", "b", "blk")}-{self.program.counter}": {text}'
            ]
        return [f"{self.label()}: {text}"]

    def residual(self) -> list[str]:
        p = self.program
        width = self.width()
        stride = "2" if self.room > 0 and p.chance(0.3) else "1"
        self.room -= stride == "2"
        drop = p.among("", "", "(drop_path=0.1)")
        always = p.among("", "always ")
        inner = self.inner(room=0)
        name = p.name("w")
        first = [f"let {name} = {width}"]
        body = [*inner.lines(3), inner.named(f"conv({name}, 3x3, /{stride})")]
        key = (
            f"{self.label()}: "
            if not self.positional and (self.block or self.loop or p.chance(0.6))
            else ""
        )
        shortcut = f"conv({name}, 1x1, /{stride})"
        if p.chance(0.5):
            shortcut = (
                f"{self.label()}: {{ {shortcut} -> bn }}"
                if not self.positional
                else f"{{ {shortcut} -> bn }}"
            )
        elif self.block and not self.positional:
            shortcut = f"{self.label()}: {shortcut}"
        text = f"residual{drop} {{ {chr(10).join(body)} }} shortcut {always}{{ {shortcut} }}"
        return [*first, key + text]

    def residual_plain(self) -> list[str]:
        lets, name = self.known()
        inner = self.inner(room=0)
        body = [*inner.lines(3), inner.named(f"conv({name}, 3x3)")]
        drop = self.program.among("", "", "(drop_path=0.2)")
        return [*lets, f"residual{drop} {{ {chr(10).join(body)} }}"]

    def residual_if(self) -> list[str]:
        p = self.program
        lets, name = self.known()
        width = self.width()
        wide = p.name("w")
        inner = self.inner(room=0)
        body = [*inner.lines(2), inner.named(f"conv({wide}, 3x3)")]
        test = p.among(f"{name} == {wide}", f"{name} == {wide} and true", "false")
        return [*lets, f"let {wide} = {width}", f"residual if {test} {{ {chr(10).join(body)} }}"]

    def gate(self) -> list[str]:
        lets, name = self.known()
        inner = self.inner(room=0)
        first = self.program.among("global_avgpool", "global_avgpool", "relu")
        acts = f"{inner.named(f'conv({name} // 2 + 1, 1x1)')} -> relu -> {inner.named(f'conv({name}, 1x1)')} -> sigmoid"
        if self.program.chance(0.2):
            acts = f"{inner.named('conv(in.c, 1x1)')} -> sigmoid"
        return [*lets, f"gate {{ {first} -> {acts} }}"]

    def parallel(self) -> list[str]:
        p = self.program
        kind = p.among("concat", "concat", "add", "mul")
        lets, name = self.known()
        branches = []
        for _ in range(p.number(2, 3)):
            if p.chance(0.2) and "skip" not in branches:
                branches.append("skip")
                continue
            inner = self.inner(room=0)
            lines = inner.lines(3)
            if kind != "concat":
                lines.append(inner.named(f"conv({name}, 1x1)"))
            branches.append(
                self.wrapped(lines) if self.positional and p.chance(0.5) else "\n    ".join(lines)
            )
        text = f"{kind} {{ {' '.join(f'| {b}' + chr(10) for b in branches)} }}"
        return [*lets, text]

    def repeat(self) -> list[str]:
        p = self.program
        count = p.random.choice([str(p.number(1, 3)), *self.names[:1]])
        lets, name = self.known()
        index = p.name("i")
        if not self.positional:
            # names in loops are numbered, or computed from the loop's variables
            if self.block is not None:
                return [
                    f"{self.label()}: repeat {p.number(1, 3)} {{ {self.inner(positional=True, room=0).layer(keep=True)} }}"
                ]
            body = self.inner(room=0, positional=True)
            lines = [body.layer(keep=p.chance(0.5), halve=False) for _ in range(p.number(1, 3))]
            return [
                *lets,
                f"repeat {p.number(1, 3)} as {index} {{ {self.program.among('l', 'layers', 'conv_')}{p.counter}_{{{index} + 1}}: {{ {' -> '.join(lines)} -> conv({name} + {index}, 1x1) }} }}",
            ]
        body = self.inner(room=0)
        lines = body.lines(3)
        tail = p.among(
            "", f"conv({name} + {index}, 1x1)", f"conv({name} if {index} == 0 else {name} + 1, 1x1)"
        )
        return [
            *lets,
            f"repeat {count if len(count) == 1 and count.isdigit() else '2'} as {index} {{ {chr(10).join([*lines, tail])} }}",
        ]

    def labelled_loop(self) -> list[str]:
        """As stages of a network are written: uses of blocks in a loop with a label."""
        p = self.program
        index, width = p.name("i"), self.width()
        inner = self.inner(positional=True, room=0)
        block = p.random.choice(p.blocks) if p.blocks else None
        if block is None or p.chance(0.3):
            text = " -> ".join(inner.layer(halve=False) for _ in range(p.number(1, 3)))
        else:
            halve = bool(block.stride) and self.room > 0 and p.chance(0.6)
            self.room -= halve
            text = block.use(p, width, False)
            if halve:
                text = text.replace(
                    f"{block.stride} = 1", f"{block.stride} = 2 if {index} == 0 else 1"
                ).replace("/1", f"/(2 if {index} == 0 else 1)")
            if p.chance(0.3):
                text = text.replace(f"({width}", f"({width} + {index}", 1)
        return [f"{self.label()}: repeat {p.number(1, 4)} as {index} {{ {text} }}"]

    def table(self) -> list[str]:
        p = self.program
        c, n = p.name("c"), p.name("n")
        index = f" as {p.name('j')}" if p.chance(0.3) else ""
        rows = ", ".join(f"({p.number(1, 8)}, {p.number(1, 3)})" for _ in range(p.number(1, 4)))
        block = (
            p.random.choice(p.blocks) if p.blocks and self.block is None and p.chance(0.6) else None
        )
        made = (
            block.use(p, c, False)
            if block
            else f"conv({c}, {p.among('1x1', '3x3')}) -> {p.among('bn', 'relu', 'prelu')}"
        )
        inside = f"repeat {n} {{ {made} }}" if p.chance(0.6) else f"{made} -> conv({n} * 2, 1x1)"
        text = f"for ({c}, {n}) in [{rows}]{index} {{ {inside} }}"
        return [text if self.positional else f"{self.label()}: {text}"]

    def condition(self) -> list[str]:
        p = self.program
        test = p.random.choice(
            ["true", "false", "in.c > 3", "in.h > 8", *[f"{n} > 3" for n in self.names]]
        )
        if self.block is not None and self.block.flag:
            test = p.among(test, self.block.flag)
        then, other = self.inner(room=0), self.inner(room=0)
        if not self.positional:
            a, b = f"{self.label()}: {then.layer(keep=True)}", f"{self.label()}: {other.layer()}"
        else:
            a, b = "\n".join(then.lines(2)), "\n".join(other.lines(2))
        text = f"if {test} {{ {a} }}"
        return [text + (f" else {{ {b} }}" if p.chance(0.6) else "")]

    def reference(self) -> list[str]:
        p = self.program
        lets, name = self.known()
        label = self.label()
        first = f"{label}: {p.among('skip', 'relu', f'conv({name}, 1x1)')}"
        inner = self.inner(room=0)
        lines = inner.lines(2)
        kind = p.among("concat", "add", "mul")
        if kind != "concat":
            lines.append(self.named(f"conv({name}, 1x1)"))
        return [*lets, first, *lines, f"{kind}(@{label})"]

    def dense(self) -> list[str]:
        """A restart from a label, and what flowed joined to it."""
        p = self.program
        start, end = self.label(), self.label()
        inner = self.inner(room=0)
        return [
            f"{start}: {p.among('skip', 'relu')}",
            *inner.lines(2),
            f"{end}: {self.layer(halve=False)}",
            f"@{start} -> concat(@{end})",
        ]

    def aux(self) -> list[str]:
        p = self.program
        label = self.label()
        body = f"{label}: {{ global_avgpool -> flatten -> linear({p.number(1, 5)}) }}"
        return [f"aux(weight=0.{p.number(1, 9)}) {{ {body} }}"]
