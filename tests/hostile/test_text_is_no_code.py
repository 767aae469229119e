"""Names and strings of a file stay names and strings in what comes out."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

import archdsl
from archdsl.driver.errors import CompileError
from tests.fuzz.running import equals_the_graph

NAMES = sorted(
    {
        *keyword.kwlist,
        *keyword.softkwlist,
        *[name for name in dir(builtins) if name.isidentifier()],
        *[
            "self",
            "torch",
            "nn",
            "super",
            "forward",
            "train",
            "eval",
            "weight",
            "bias",
            "Tensor",
            "OrderedDict",
            "Callable",
            "partial",
            "math",
            "keras",
            "layers",
            "ops",
            "F",
            "x",
            "y",
            "z",
            "x1",
            "x3",
            "channels",
            "shortcut",
            "i",
            "features",
            "project",
            "use_residual",
            "has_x",
            "in_channels",
            "round_to",
            "DropPath",
            "PaddedConv2d",
            "Rescale",
            "training",
            "modules",
            "children",
            "parameters",
            "state_dict",
            "call",
            "build",
            "__init__",
            "__class__",
            "__del__",
            "__dict__",
            "__b",
            "_a",
            "_",
            "__",
            "___",
            "v_",
            "v__b",
            "self_",
            "self__",
            "x_",
            "range_",
            "layer",
            "drop_path",
            "count",
            "rows",
            "repeats",
            "when",
            "init",
            "value",
            "branch1",
            "branch2",
            "output",
            "outputs",
            "cls",
            "args",
            "kwargs",
            "name",
            "dtype",
            "trainable",
            "losses",
        ],
    }
)
TEXTS = [
    "'",
    "'''",
    "\\",
    "\\\\",
    "{{ 7*7 }}",
    "{% raw %}",
    "{x}",
    "{self.__class__}",
    "</script>",
    "<script>alert(1)</script>",
    "]]>",
    "-->",
    "<!--",
    "];",
    "};",
    "\\N{BULLET}",
    "\\x41",
    "\\u0041",
    "%s",
    "$(id)",
    "`id`",
    "&lt;",
    "&",
    "<b>",
    "\u202e",
    "\u0435",
    "\u00e9",
    "\\n",
    "\\",
    "import os; os.system('id')",
    '"""',
    '""" + __import__("os").name + """',
    '"',
    '\\"""',
    "a\tb",
]

TEMPLATE = """
block Inner(PARAMETER, other = 2) {{
  let LET = PARAMETER * other
  residual {{ conv(LET, 3x3) -> bn }} shortcut {{ down: conv(LET, 1x1) }}
}}
net N(ARGUMENT = 3) {{
  input 8x8x4
  first: skip
  stage: repeat 3 as INDEX {{ Inner(ARGUMENT + INDEX) }}
  LABEL: relu
  for (ROW, k) in [(2, 1), (5, 3)] {{ conv(ROW, 1x1) -> relu }}
  conv(4, 1x1) -> add(@first) -> concat(@LABEL)
}}
""".replace("{{", "{").replace("}}", "}")
PLACES = ("PARAMETER", "LET", "ARGUMENT", "INDEX", "LABEL", "ROW")


def program(**names: str) -> str:
    """The template; a place that isn't named has a harmless name of its own."""
    return re.sub(
        "|".join(PLACES), lambda found: names.get(found[0], found[0].lower() + "_q"), TEMPLATE
    )


def shape(source: str) -> list[str]:
    """The kinds of all nodes of a module, in order: what names and texts must not change."""
    return [type(node).__name__ for node in ast.walk(ast.parse(source))]


def strings(source: str) -> int:
    tree = ast.parse(source)
    return sum(isinstance(n, ast.Constant) and isinstance(n.value, str) for n in ast.walk(tree))


@pytest.fixture(scope="module")
def harmless() -> dict[str, object]:
    return {"shape": shape(archdsl.loads(program()).net().source("torch"))}


@pytest.mark.parametrize("place", PLACES)
def test_names(place: str, harmless: dict[str, object]) -> None:
    pytest.importorskip("torch")
    accepted = 0
    for name in NAMES:
        try:
            net = archdsl.loads(program(**{place: name})).net("N")
        except CompileError:
            continue  # refused, with words
        accepted += 1
        source = net.source("torch")
        compile(source, "made", "exec")
        if not (place == "LABEL" and name.startswith("__")):  # those are no attributes
            assert shape(source) == harmless["shape"], (place, name)
        equals_the_graph(net)
    assert accepted > 30


@pytest.mark.parametrize("kind", ["net", "block"])
def test_names_of_declarations(kind: str) -> None:
    pytest.importorskip("torch")
    for name in NAMES:
        text = (
            "block B { conv(2, 3x3, pad=same_tf, /2) -> drop_path(0.1) }\nnet N { input 8x8x4 B B }"
        )
        text = text.replace(
            "N {" if kind == "net" else "B", f"{name} {{" if kind == "net" else name
        )
        try:
            net = archdsl.loads(text).net()
        except CompileError:
            continue
        compile(net.source("torch"), "made", "exec")
        equals_the_graph(net)


def test_blocks_of_one_name_in_the_code() -> None:
    pytest.importorskip("torch")
    text = """
    block conv_bn { conv(3, 3x3) }
    block ConvBn { conv(3, 3x3) -> bn }
    block Conv_Bn { bn -> conv(3, 1x1) }
    net N { input 8x8x3  conv_bn ConvBn Conv_Bn }
    """
    equals_the_graph(archdsl.loads(text).net())


@pytest.mark.parametrize("text", TEXTS)
def test_texts(text: str) -> None:
    source = f"## {text}\n\n## {text}\nblock B {{ conv(2, 3x3) }}\n## {text} {text}\nnet N {{ input 8x8x4 B }}\n"
    plain = source.replace(text, "words")
    try:
        net = archdsl.loads(source, name=f"{text.replace('/', '')}.arch").net()
    except CompileError:
        return
    made, expected = (
        net.source("torch"),
        archdsl.loads(plain, name="words.arch").net().source("torch"),
    )
    assert shape(made) == shape(expected)
    assert strings(made) == strings(expected)
    first = made.splitlines()[0]
    assert first.startswith("# Generated by archdsl")
    for target in ("svg", "html"):
        try:
            drawn = net.diagram().draw(target).decode()
            wanted = archdsl.loads(plain).net().diagram().draw(target).decode()
        except CompileError:
            continue  # nothing here can draw
        assert elements(drawn, target) == elements(wanted, target)


def elements(text: str, target: str) -> list[tuple[str, tuple[str, ...]]]:
    """All elements with the names of their attributes."""
    if target == "svg":
        root = ElementTree.fromstring(text)
        return [(e.tag, tuple(sorted(e.attrib))) for e in root.iter()]
    found: list[tuple[str, tuple[str, ...]]] = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, tuple(sorted(name for name, _ in attrs))))

    Parser().feed(text)
    return found


@pytest.mark.parametrize(
    "path",
    [
        "os;x.Y",
        "a.b()",
        "a b.C",
        "a.b\\nC",
        "\u0435.B",
        "os.\u0435",
        "..a.B",
        "a..B",
        "class.B",
        "a.'B'",
        "B",
        "",
    ],
)
def test_paths_of_users_ops(path: str) -> None:
    text = f'op Mish {{ torch = "{path}" shape = in params = 0 macs = 0 }}\nnet N {{ input 8x8x3 Mish }}'
    with pytest.raises(CompileError):
        archdsl.loads(text).net().source("torch")
