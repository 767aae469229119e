"""Texts with a few tokens changed, doubled, dropped or taken from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

from tests.targets.forms import FORMS

_SPECS = Path(__file__).parents[2] / "specs"
SEEDS: tuple[str, ...] = tuple(FORMS.values())
SPECS: tuple[str, ...] = tuple(
    path.read_text(encoding="utf-8") for path in sorted(_SPECS.glob("*.arch"))
)
_TOKEN = re.compile(r'"[^"\n]*"|##?[^\n]*|[0-9][0-9a-zA-Z_.]*|\w+|->|::|[*/]{2}|[<>=!]=|\s+|.')
_WORDS = [
    "0",
    "1",
    "2",
    "3",
    "-1",
    "1.5",
    "0.1",
    "1e300",
    "1e-300",
    "10**9",
    "3x3",
    "0x0",
    "1x1x1",
    "64k",
    "same",
    "same_tf",
    "true",
    "false",
    "none",
    "in",
    "in.c",
    "in.h",
    "in.x",
    "@x",
    "@a",
    "concat",
    "add",
    "mul",
    "gate",
    "residual",
    "shortcut",
    "always",
    "repeat",
    "for",
    "if",
    "else",
    "let",
    "expect",
    "aux",
    "skip",
    "input",
    "output",
    "block",
    "seq",
    "net",
    "defaults",
    "init",
    "import",
    "from",
    "as",
    "conv",
    "bn",
    "relu",
    "linear",
    "flatten",
    "lrn",
    "layernorm",
    "groupnorm",
    "deconv",
    "depthwise",
    "reshape",
    "slice",
    "crop",
    "upsample",
    "zero_pad",
    "channel_shuffle",
    "layer_scale",
    "rescale",
    "pad_channels",
    "global_avgpool",
    "avgpool(to=1x1)",
    "prelu",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "|",
    ",",
    ":",
    "::",
    "->",
    "/",
    "%",
    "**",
    "==",
    "~",
    '"',
    "#",
    "##",
    "@",
    "{i}",
    '"a{i}"',
    "range(3)",
    "round_to(9)",
    "len([1])",
    "[1,2]",
    "(1,2)",
    "x",
    "s",
    "c",
    "k",
    "groups=in.c",
    "pad=-1",
    "stride=0",
    "kernel",
    "bias=1",
    "drop_path=2",
    "weight=0",
    "eps=0",
    "to=0x0",
    "\x00",
    "е",
    "é",
    "params",
    "macs",
    "depth",
]


def mutated(random: Random, text: str) -> str:
    tokens = _TOKEN.findall(text)
    for _ in range(random.choice((1, 1, 1, 2, 3, 8))):
        if not tokens:
            break
        at = random.randrange(len(tokens))
        to = min(len(tokens), at + random.choice((1, 1, 2, 5, 20)))
        match random.randrange(7):
            case 0:
                del tokens[at:to]
            case 1:
                tokens[at:at] = tokens[at:to]
            case 2:
                tokens[at] = random.choice(_WORDS)
            case 3:
                tokens.insert(at, f" {random.choice(_WORDS)} ")
            case 4:
                other = random.randrange(len(tokens))
                tokens[at], tokens[other] = tokens[other], tokens[at]
            case 5:
                other = random.randrange(len(tokens))
                tokens[at:at] = tokens[other : other + random.randrange(1, 12)]
            case 6:
                digits = [i for i, token in enumerate(tokens) if token[:1].isdigit()]
                if digits:
                    tokens[random.choice(digits)] = random.choice(
                        ("0", "1", "2", "7", "1000000007", "2.5", "1x2", "0.0", "10**30")
                    )
    return "".join(tokens)
