"""Texts and the layout they get."""

from __future__ import annotations

from textwrap import dedent

import pytest

from archdsl.fmt import FormatError, format_source

# name -> (as written, as laid out)
CASES: dict[str, tuple[str, str]] = {
    "spaces": (
        "net N( classes=10 ){\ninput   32x32x1\nconv( 6,5x5 ,pad = 0 )->tanh\n}",
        """\
        net N(classes = 10) {
          input 32x32x1
          conv(6, 5x5, pad=0) -> tanh
        }
        """,
    ),
    "a recipe": (
        'recipe Flowers{model ResNet50( classes=102 )\n data folder( "flowers",val = 0.2 )\n'
        'augment{crop(224,scale=(0.08,1.0))->flip\nnormalize("imagenet")}\n\n'
        "train{epochs=30 batch=128 # a day\nseed=0\noptimizer=sgd( 0.1,momentum = 0.9 )}\n"
        "evaluate{crops=10 metrics=[top1,top5]} ensemble{members=5}\n compare[A,B]}",
        """\
        recipe Flowers {
          model ResNet50(classes = 102)
          data folder("flowers", val=0.2)
          augment {
            crop(224, scale=(0.08, 1.0)) -> flip
            normalize("imagenet")
          }

          train {
            epochs = 30   batch = 128  # a day
            seed = 0
            optimizer = sgd(0.1, momentum=0.9)
          }
          evaluate { crops = 10   metrics = [top1, top5] }
          ensemble { members = 5 }
          compare [A, B]
        }
        """,
    ),
    "steps that don't fit a line": (
        "recipe A { augment { "
        + " -> ".join(f"color(brightness=0.{n}, contrast=0.{n})" for n in range(1, 5))
        + "} }",
        """\
        recipe A {
          augment {
            color(brightness=0.1, contrast=0.1) -> color(brightness=0.2, contrast=0.2)
              -> color(brightness=0.3, contrast=0.3) -> color(brightness=0.4, contrast=0.4)
          }
        }
        """,
    ),
    "signs": ("let a = [+1,-2,3 + +4]", "let a = [+1, -2, 3 + +4]\n"),
    "one item a line": (
        "net N { input 8x8x8  a -> b c }",
        """\
        net N {
          input 8x8x8
          a -> b
          c
        }
        """,
    ),
    "expectations together": (
        "net N {\n  a  expect params==3 expect depth < 2\n  expect macs == 3\n}",
        """\
        net N {
          a
          expect params == 3 expect depth < 2
          expect macs == 3
        }
        """,
    ),
    "short bodies": (
        "net N {\n x: repeat 3{B(64)}\n if a { b } else { c }\n {\n d\n }\n}\nnet M = N(1) {}",
        """\
        net N {
          x: repeat 3 { B(64) }
          if a { b } else { c }
          {
            d
          }
        }

        net M = N(1) {}
        """,
    ),
    "bodies": (
        """\
        net N { residual(drop_path=p) if in.c==c { a
          b } shortcut always { c
          d }
          gate { a
          b } -> x: { c
          d } :: 3x3
          if a { b
          b } else if c { c } else { d
          } for(a,b) in rows as i { c
          } aux(weight=0.3) { h: H }
        }""",
        """\
        net N {
          residual(drop_path=p) if in.c == c {
            a
            b
          } shortcut always {
            c
            d
          }
          gate {
            a
            b
          } -> x: {
            c
            d
          } :: 3x3
          if a {
            b
            b
          } else if c { c } else {
            d
          }
          for (a, b) in rows as i {
            c
          }
          aux(weight=0.3) { h: H }
        }
        """,
    ),
    "branches": (
        "net N { concat {|a->b|skip}\n add { |a\nb\n|c } concat( @a,@b ) }",
        """\
        net N {
          concat { | a -> b | skip }
          add {
            | a
              b
            | c
          }
          concat(@a, @b)
        }
        """,
    ),
    "long chain": (
        "net N { " + " -> ".join(["convolution(3)"] * 8) + "}",
        """\
        net N {
          convolution(3) -> convolution(3) -> convolution(3) -> convolution(3) -> convolution(3)
            -> convolution(3) -> convolution(3) -> convolution(3)
        }
        """,
    ),
    "chain over several lines": (
        "net N {\n  a\n    -> b ->\n c\n}",
        """\
        net N {
          a -> b -> c
        }
        """,
    ),
    "long body": (
        f"net Name = Other(3) {{ expect params == {'9' * 66} expect depth == 3 }}",
        f"""\
        net Name = Other(3) {{
          expect params == {"9" * 66}
          expect depth == 3
        }}
        """,
    ),
    "long arguments": (
        f"let a = f({', '.join(['argument'] * 6)}, {', '.join(['b=3'] * 6)}, [1,2,], name = a + 1)",
        "let a = f(\n" + "  argument,\n" * 6 + "  b = 3,\n" * 6 + "  [1, 2],\n  name = a + 1,\n)\n",
    ),
    "arrows in a column": (
        """\
        net N {
          conv(c, 3x3, /stride) -> bn -> relu
          conv(c, 3x3) -> bn
          flatten -> linear(3)
          a           -> bn
          abc         -> c
        }""",
        """\
        net N {
          conv(c, 3x3, /stride) -> bn -> relu
          conv(c, 3x3)          -> bn
          flatten -> linear(3)
          a   -> bn
          abc -> c
        }
        """,
    ),
    "shapes in a column": (
        "net N {\n  conv(6) -> tanh :: 14x14x6\n  relu\n\n  conv :: {a+1}x3\n  a :: 3 -> b\n}",
        """\
        net N {
          conv(6) -> tanh    :: 14x14x6
          relu

          conv               :: {a + 1}x3
          a :: 3 -> b
        }
        """,
    ),
    "declarations in columns": (
        """\
        net A = R(Basic, [2]) { expect params == 1 }
        net Abc = R(B) { expect params == 2 }
        net D = R(B)
        let a = 1
        net E {
          x: repeat n[0] { B(64) }
          y: repeat n[1] as i { B(64) }
        }""",
        """\
        net A   = R(Basic, [2]) { expect params == 1 }
        net Abc = R(B)          { expect params == 2 }
        net D   = R(B)
        let a = 1

        net E {
          x: repeat n[0]      { B(64) }
          y: repeat n[1] as i { B(64) }
        }
        """,
    ),
    "tables": (
        """\
        net N {
          for (t, c, a) in [(1, 2, relu),
            (10, 200, hardswish), (1,2, none)] { B }
          for (a,) in [(1,), (2,)] { B }
        }
        net M = N([
          (1, 20), (10, 2)], 3, a=3)
        let a = [1,
          2, 3,]""",
        """\
        net N {
          for (t, c, a) in [
            ( 1,   2, relu),
            (10, 200, hardswish),
            ( 1,   2, none),
          ] { B }
          for (a,) in [(1,), (2,)] { B }
        }

        net M = N([
          ( 1, 20),
          (10,  2),
        ], 3, a=3)

        let a = [1, 2, 3]
        """,
    ),
    "long list": (
        f"let a = [{', '.join(['1234'] * 20)}]",
        f"""\
        let a = [
          {", ".join(["1234"] * 16)},
          {", ".join(["1234"] * 4)},
        ]
        """,
    ),
    "expressions": (
        """\
        let a=-b[1 :2][ : x]+( not c and d )%3- -2**2//x . c
        let b=[ x*2 for (x,y) in f( /2,from=1,init = 3**-2 ) ]
        let c=f(stride=2 if i==0 else 1,a=(1,2),k=-1)
        let d=(a,)
        """,
        """\
        let a = -b[1:2][:x] + (not c and d) % 3 - -2 ** 2 // x.c
        let b = [x * 2 for (x, y) in f(/2, from=1, init=3 ** -2)]
        let c = f(stride = 2 if i == 0 else 1, a = (1, 2), k = -1)
        let d = (a,)
        """,
    ),
    "labels": (
        'net N { "block{i+1}-{ j }" : a\nlayer{i*2}: b\n@layer{i*2}->x: skip\noutput @x,@y }',
        """\
        net N {
          "block{i + 1}-{j}": a
          layer{i * 2}: b
          @layer{i * 2} -> x: skip
          output @x, @y
        }
        """,
    ),
    "declarations": (
        """\
        import A,B as C from "x.arch"
        op M{torch="p.M" shape=in params=0}
        defaults{conv(bias=false) bn}
        init{conv=zeros
             linear=normal(0.01)}
        seq S(a:int,b:op=relu,){a}""",
        """\
        import A, B as C from "x.arch"
        op M { torch = "p.M" shape = in params = 0 }
        defaults { conv(bias=false) bn }

        init {
          conv = zeros
          linear = normal(0.01)
        }

        seq S(a: int, b: op = relu) { a }
        """,
    ),
    "comments": (
        """\

        #!first


        ## Doc.
        net N  # head
        {

          # own

          a ->  # arrow
            b   # behind
          cde # behind, too
          # before
          x: f(1, # one
            2,
            # last
          )
          if a { b }
          # otherwise
          else { c }
          # end

        }
        # after""",
        """\
        #!first

        ## Doc.
        net N {  # head
          # own

          a  # arrow
            -> b  # behind
          cde  # behind, too
          # before
          x: f(
            1,  # one
            2,
            # last
          )
          if a { b } else {
            # otherwise
            c
          }
          # end
        }

        # after
        """.replace("\n\n        # after", "\n        # after"),
    ),
    "comments in a column": (
        "let a = 1 # one\nlet abc = 2   # two\nlet d = 3\n",
        """\
        let a = 1    # one
        let abc = 2  # two
        let d = 3
        """,
    ),
    "nothing": ("\n\n  \n", ""),
    "a comment alone": ("\n  # x  \n\n\n#y", "# x\n\n#y\n"),
    "line ends": (
        "let a = 1\r\n\r\n\r\nlet b = 2 # x\r\n",
        "let a = 1\n\nlet b = 2  # x\n",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_layout(name: str) -> None:
    text, expected = map(dedent, CASES[name])
    assert format_source(text) == expected
    assert format_source(expected) == expected


def test_syntax_errors_are_raised() -> None:
    with pytest.raises(FormatError) as error:
        format_source("net N {")
    assert [item.code for item in error.value.diagnostics] == ["S104"]


def _nested(opening: str, inner: str, closing: str) -> str:
    return f"net N {{ {opening * 90}{inner}{closing * 90} }}"


@pytest.mark.parametrize(
    "text",
    [
        _nested("{ ", "relu", " }"),
        _nested("{\n", "relu", "}\n"),
        _nested("concat { | ", "relu", " }"),
        _nested("f(a=", "1", ")"),
        f"let a = {'[(1, 2), ' * 90}1{']' * 90}",
        "net N { if a { b } " + "else if c { d } " * 190 + "}",
        "let a = " + " + ".join(["abc"] * 190),
        "let a = " + "-" * 190 + "1",
    ],
    ids=["groups", "lines", "branches", "calls", "lists", "else-if", "sum", "minus"],
)
def test_deep_nesting(text: str) -> None:
    made = format_source(text)
    assert format_source(made) == made
