"""Random programs of the language: valid by construction, of all its forms.

A `Program` draws from a `random.Random`; hypothesis gives one that it can shrink.
"""

from __future__ import annotations

from random import Random

from tests.fuzz.bodies import Body


def words(text: str) -> list[str]:
    return text.split()


NAMES = words(
    """x y z self_ channels layers layer project use_residual has_x in_channels features out
outputs result_ rows repeats_ count counter value values init_ when with_act layerscale
partial nn torch math Tensor tensor module modules name names F functional object type id
hash vars width depth_ stage block_ head body skip_ a b c_ d k_ s stride_ groups_ g1 n1 i_
j_ t r e w h hidden args kwargs cls int_ float_ item items keys pop update copy result data
target source x1 x2 x3 x4 print isinstance super_ range_ list tuple dict set enumerate zip
map filter sorted reversed any all callable bool str bytes iter next open input_ exec eval
compile globals locals dir help quit exit match case type_ _a __b _ OrderedDict Callable
DropPath PaddedConv2d Rescale Sequential"""
)
WORDS = words(
    """stem body head enc dec mid conv_a norm_a x y project use_residual layers features"""
)
RESERVED = frozenset(
    [
        "modules",
        "eval",
        "name",
        "names",
        "type",
        "hash",
        "count",
        "_",
        "id",
        "args",
        "kwargs",
        "cls",
        "data",
        "update",
        "pop",
        "keys",
        "items",
        "item",
        "copy",
    ]
)


class Program:
    """names: whether parameters, lets and labels take names that emitted code uses itself"""

    def __init__(self, random: Random, *, names: bool = True) -> None:
        self.random = random
        self.names = names
        self.taken: set[str] = set()
        self.labels: list[str] = []  # seen where the text goes on, all of the same shape of map
        self.counter = 0
        self.blocks: list[Block] = []
        self.halvings = 0
        self.size = 0
        self.text = self._write()

    # ------------------------------------------------------------------ draws

    def chance(self, p: float) -> bool:
        return self.random.random() < p

    def among(self, *values: str) -> str:
        return self.random.choice(values)

    def number(self, low: int, high: int) -> int:
        return self.random.randint(low, high)

    def name(self, word: str = "v") -> str:
        """A new name for a value; nothing else is called so."""
        self.counter += 1
        found = f"{word}{self.counter}"
        if self.names and self.chance(0.6):
            drawn = self.random.choice(NAMES)
            if drawn not in self.taken:
                found = drawn
        self.taken.add(found)
        return found

    def label(self) -> str:
        self.counter += 1
        if self.names and self.chance(0.5):
            drawn = self.random.choice([*WORDS, *NAMES])
            if drawn not in self.taken and drawn not in RESERVED and not drawn.startswith("_"):
                self.taken.add(drawn)
                return drawn
        return f"{self.random.choice(WORDS)}{self.counter}"

    # ------------------------------------------------------------------ the file

    def _write(self) -> str:
        parts: list[str] = []
        if self.chance(0.2):
            parts.append("defaults { conv(bias=false) bn(eps=1e-3, momentum=0.01) }")
        if self.chance(0.2):
            parts.append('init { conv = kaiming_normal(mode="fan_out") linear = normal(0.01) }')
        self.constant = ""
        if self.chance(0.4):
            self.constant = self.name("konst")
            parts.append(f"let {self.constant} = {self.number(2, 6)}")
        for _ in range(self.number(0, 3)):
            block = Block(self)
            parts.append(block.text)
            self.blocks.append(block)
        parts.append(self._net())
        return "\n".join(parts) + "\n"

    def _net(self) -> str:
        names = [self.name("p") for _ in range(self.number(0, 2))]
        parameters = ", ".join(f"{n} = {self.number(2, 9)}" for n in names)
        if self.constant:
            names.append(self.constant)
        side, channels = self.number(17, 34), self.number(1, 6)
        body = Body(self, names, str(channels), room=3, depth=0, net=True)
        lines = [f"input {side}x{side + self.number(-2, 2)}x{channels}", *body.lines()]
        if self.chance(0.7):
            classes = self.random.choice([*names, "10"])
            lines.append(f"{self.among('global_avgpool', 'global_maxpool')} -> flatten")
            lines.append(f"linear({classes})" if self.chance(0.6) else f"fc: linear({classes})")
        inner = "\n".join(f"  {line}" for line in lines)
        return f"net N{f'({parameters})' if parameters else ''} {{\n{inner}\n}}"


class Block:
    """A declared block: parameters, and whether it halves by its stride, has an act."""

    def __init__(self, program: Program) -> None:
        random = program.random
        self.kind = "seq" if program.chance(0.3) else "block"
        program.counter += 1
        styles = ("Block{}", "Conv_bn{}", "conv{}Bn", "Double{}", "b{}", "relu_{}", "Tensor{}")
        self.name = random.choice(styles).format(program.counter)
        self.channels = program.name("c")
        self.stride = program.name("stride") if program.chance(0.5) else ""
        self.act = program.name("act") if program.chance(0.4) else ""
        self.flag = program.name("flag") if program.chance(0.4) else ""
        self.number = program.name("n") if program.chance(0.4) else ""
        parts = [self.channels]
        parts += [f"{self.stride} = 1"] if self.stride else []
        parts += [f"{self.act} = {program.among('relu', 'relu6', 'silu')}"] if self.act else []
        parts += [f"{self.flag} = {program.among('true', 'false')}"] if self.flag else []
        default = program.among("2", "1", f"{self.channels} // 2 + 1", "max(in.c, 2)", "3")
        parts += [f"{self.number} = {default}"] if self.number else []
        before = program.labels, program.taken
        program.labels, program.taken = [], set(program.taken)
        names = [n for n in (self.channels, self.number) if n]
        body = Body(
            program, names, "in.c", room=0, depth=1, block=self, positional=self.kind == "seq"
        )
        lines = body.lines()
        if self.stride:
            lines.append(body.named(f"conv({self.channels}, 3x3, /{self.stride})"))
        else:
            lines.append(body.named(f"conv({self.channels}, 1x1)"))
        if self.act:
            lines.append(body.named(self.act))
        if self.flag:
            lines.append(
                f"if {self.flag} {{ {program.among('bn', 'relu', 'dropout(0.1)')} }}"
                if self.kind == "seq"
                else f"if {self.flag} {{ {body.label()}: bn }}"
            )
        program.labels, program.taken = before
        inner = "\n".join(f"  {line}" for line in lines)
        self.text = f"{self.kind} {self.name}({', '.join(parts)}) {{\n{inner}\n}}"

    def use(self, program: Program, channels: str, halve: bool) -> str:
        given = [channels]
        stride = ""
        if self.stride:
            s = 2 if halve else 1
            stride = program.random.choice(
                [f"{self.stride} = {s}"] + ([f"/{s}"] if self.stride == "stride" else [])
            )
        if self.act and program.chance(0.6):
            stride += f"; {self.act} = " + program.among(
                "relu", "none", "leaky_relu(0.2)", "hardswish", "tanh", "gelu"
            )
        if self.flag and program.chance(0.6):
            stride += f"; {self.flag} = " + program.among("true", "false", "not false")
        if self.number and program.chance(0.6):
            stride += f"; {self.number} = " + program.among("1", "2", "3", "in.c", "1 + 1")
        given += [part.strip() for part in stride.split(";") if part.strip()]
        return f"{self.name}({', '.join(given)})"
