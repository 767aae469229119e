"""Whatever the layout of a text: its tree and comments are kept, and a second pass changes nothing.

That the tree and the comments are kept is asserted by the formatter itself, each time.
"""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archdsl import resources
from archdsl.diagnostics import Diagnostics, Source
from archdsl.fmt import format_source
from archdsl.fmt import formatting as formatting_module
from archdsl.fmt.tokens import Tokens
from archdsl.syntax import tree
from archdsl.syntax.keywords import KEYWORDS
from archdsl.syntax.parser import parse
from tests.targets.forms import FORMS

SPECS = {
    path.name: path.read_text(encoding="utf-8")
    for folder in ("specs", "specs/recipes")
    for path in resources.root().joinpath(folder).iterdir()
    if path.name.endswith(".arch")
}
TEXTS = {**SPECS, **FORMS}
OTHERS = """\
import A, B as C from "x.arch"
op Mish { torch = "p.M" shape = in params = 0 macs = {a}x3 } op E {}
let a = -3 ** -b[1:2][:x][y:] + (not c and d or e) % 3 - - 2
let t = (1,) let u = [x for (a, b) in [(1, 2), (3, 4)]] let v = (p if q else r)
net N(a: int, act: op = relu,) { input left: {a}x{ a+1 }x3 input right: 9
  @left -> layer{a+1}: conv(a, /2, to=7x7, from=0, if=3) :: 3x3x{a*2} -> @layer{a + 1} -> x: skip
  residual(drop_path=a*2) if (a) == b { } shortcut always { conv }
  if a { b } else if c { d -> e } else if not d { f } else { g h }
  concat { | a b | c | d -> e } concat(@x, @y,) aux(weight=0.3) { h: H(a) }
  expect macs(Block(a), 28x28x192) <= 5.3M expect output == 3 expect params ~ in.c
  output @a, @b{i} defaults { conv(bias=false) bn } init { conv = zeros bn = constant(0.5) }
  for c in [1,2,3] as j { repeat (3) as i { c } } gate { a } mul { | skip } add(@x)
  let f = [[1,2],[33,4]] let g = f(a, [(1,2), (3,44)], k=[(1,2)])
}
net M = N net O = N(3) net P = N(3) {} net Q = N { expect params == 3 defaults { bn } }"""

RECIPES = """\
## Two nets, on digits.
recipe A { compare [ B , C(width=3, classes = 10) ,D] data digits( size=8 )
  augment { crop(3) -> flip->rotate(+1) resize(8x8)
    rgb_shift((+1,-2,+3),(4,5,6)) -> normalize("imagenet") mixup(0.2) }
  transfer { weights("a.pth", except=[fc, a.b, "x.1"]) freeze(until=layer3) cache_features("f") }
  train { epochs=3 batch = 4
    optimizer=sgd( 0.1 , momentum = 0.9 ) schedule = step(at=[1,2]) seed=0 loss = cross_entropy
    compile=true ema = 1 - 0.1 }
  evaluate { crops=10 metrics=[top1 , top5] } ensemble { members=5 } }
recipe E { } recipe F { model G train {} } let x = [+1, -2]"""

BLANKS = ["", " ", "   ", "\n", "\n\n\n", "\n  ", "\t", "\r\n"]
COMMENTS = [" # c\n", " ## d\n", "\n# own\n", "\n\n## doc\n", "\n### x\n\n", "#\n", "\n# a\n# b\n"]
ENDS = ["", "\n", "\n\n", " # end", "\n# end"]


def tokens_of(text: str) -> Tokens | None:
    diagnostics = Diagnostics()
    file = parse(Source("", text), diagnostics)
    return None if diagnostics.failed else Tokens(text, file)


def mangled(tokens: Tokens, rng: random.Random) -> str:
    """The same words in another layout, with more comments, and some names longer."""
    often = rng.choice([0.01, 0.1, 0.5])
    longer = rng.choice([0.0, 0.0, 0.3])
    made, end = [], 0
    for token in tokens.tokens:
        gap, chance = tokens.text[end : token.start], rng.random()
        end = token.end
        space = gap
        if chance < often:
            space = rng.choice(BLANKS)
        elif chance < often * 1.3 and token.text != ":":  # a label takes its colon along
            space = rng.choice(COMMENTS)
        word = token.text
        if token.kind == "word" and word not in KEYWORDS and rng.random() < longer:
            word += "_" * rng.choice([3, 12, 30])
        made += [space or (" " if gap else ""), word]
    return "".join(made) + rng.choice(ENDS)


@pytest.mark.parametrize("name", SPECS)
def test_specs_are_laid_out(name: str) -> None:
    assert format_source(SPECS[name]) == SPECS[name]


@pytest.mark.parametrize("name", TEXTS)
def test_a_second_pass_changes_nothing(name: str) -> None:
    made = format_source(TEXTS[name])
    assert format_source(made) == made
    assert all(len(line) <= 100 for line in made.split("\n") if "#" not in line)


@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    st.sampled_from([OTHERS, OTHERS, RECIPES, RECIPES, *FORMS.values(), SPECS["resnet.arch"]]),
    st.randoms(),
)
def test_any_layout(text: str, rng: random.Random) -> None:
    tokens = tokens_of(text)
    assert tokens is not None
    other = mangled(tokens, rng)
    if tokens_of(other) is None:  # `a {b: c` can begin a label
        return
    made = format_source(other)
    assert format_source(made) == made
    before, after = tokens_of(other.replace("\r\n", "\n")), tokens_of(made)
    assert before is not None
    assert after is not None
    assert before.comments() == after.comments()
    words, its_words = ([_bare(t.text) for t in part.tokens] for part in (before, after))
    assert [w for w in words if w != ","] == [w for w in its_words if w != ","]


def _bare(word: str) -> str:
    return word.replace(" ", "") if "{" in word else "".join(word.split())


def test_what_would_change_the_meaning_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formatting_module, "align", lambda lines: "let b = 1\n")
    with pytest.raises(AssertionError, match="what the file means"):
        format_source("let a = 1")
    monkeypatch.setattr(formatting_module, "align", lambda lines: "let a = 1\n")
    with pytest.raises(AssertionError, match="lose a comment"):
        format_source("let a = 1 # one")
    monkeypatch.setattr(formatting_module, "align", lambda lines: "let a =\n")
    with pytest.raises(AssertionError, match="unreadable"):
        format_source("let a = 1")


def test_walks_see_every_node() -> None:
    from archdsl.fmt.walk import nodes, same

    diagnostics = Diagnostics()
    first, second, third = (
        parse(Source("", text), diagnostics)
        for text in ("let a = [1, 2]", "let a=[1,2]", "let a = [1, 3]")
    )
    assert first == second
    assert same(first, second)
    assert not same(first, third)
    assert sum(isinstance(node, tree.Number) for node in nodes(first)) == 2
