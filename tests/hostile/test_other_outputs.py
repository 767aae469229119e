"""Keras code, pictures and tables: a file's names and texts stay names and texts in all of them."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

import archdsl
from archdsl.cli.group import cli
from archdsl.driver.errors import CompileError
from archdsl.targets.outline.names import safe
from tests.hostile.test_text_is_no_code import NAMES, PLACES, TEXTS, program, shape, strings

# Run as Keras models: Python's words, the module's own names, the layers' attributes.
SAMPLE = ("class", "print", "keras", "x", "name")
# A share of all names, which PyTorch's tests take whole: what is safe is one function for both.
SHARE = sorted({*NAMES[::7], *SAMPLE})
# In a doc comment, and so in docstrings, tooltips and titles.
PICTURED = [*TEXTS[::2], "\" onload='alert(1)' x=\"", "<!DOCTYPE a [<!ENTITY b SYSTEM 'c'>]>&b;"]


def net_of(text: str, name: str = "net.arch") -> Any:
    return archdsl.loads(text, name=name).net()


# --------------------------------------------------------------------------------------- Keras


@pytest.mark.parametrize("place", PLACES)
def test_names_in_keras_code(place: str) -> None:
    harmless = shape(net_of(program()).source("keras"))
    accepted = 0
    for name in SHARE:
        try:
            source = net_of(program(**{place: name})).source("keras")
        except CompileError:
            continue  # refused, with words
        accepted += 1
        assert shape(source) == harmless, (place, name)
    assert accepted > 20


@pytest.mark.parity
def test_names_in_keras_models() -> None:
    pytest.importorskip("keras")
    built = 0
    for name in SAMPLE:
        for place in ("LABEL", "PARAMETER"):
            try:
                net = net_of(program(**{place: name}))
            except CompileError:
                continue
            model = _model(net)
            trained = sum(int(weight.size) for weight in map(_array, model.trainable_weights))
            assert trained == net.cost().totals.params
            assert [tuple(out.shape[1:]) for out in model.outputs] == [
                net.graph.nodes[value].shape.channels_last for _, value in net.graph.outputs
            ]
            built += 1
    assert built > 6


def _array(weight: Any) -> Any:
    return weight.numpy()


def _model(net: Any) -> Any:
    module = ModuleType("hostile")
    exec(compile(net.source("keras"), "hostile.py", "exec"), module.__dict__)
    return getattr(module, safe(net.name))()


@pytest.mark.parametrize("text", TEXTS)
def test_texts_in_keras_code(text: str) -> None:
    try:
        made = documented(text).source("keras")
    except CompileError:
        return
    expected = documented("words").source("keras")
    assert shape(made) == shape(expected)
    assert strings(made) == strings(expected)


def documented(text: str) -> Any:
    source = f"## {text}\n\n## {text}\nblock B {{ conv(2, 3x3) }}\n## {text}\nnet N {{ input 8x8x4 a: B }}\n"
    return net_of(source, f"{text.replace('/', '')}.arch")


# ------------------------------------------------------------------------------------ pictures


@pytest.mark.parametrize("text", PICTURED)
def test_dot_is_one_graph(text: str) -> None:
    pygraphviz = pytest.importorskip("pygraphviz")
    try:
        made = documented(text).diagram().dot
    except CompileError:
        return
    wanted = documented("words").diagram().dot
    assert _parts(pygraphviz, made) == _parts(pygraphviz, wanted)


def _parts(pygraphviz: Any, dot: str) -> list[tuple[str, list[str]]]:
    """Nodes and edges as Graphviz reads them, with the names of their attributes."""
    graph = pygraphviz.AGraph(string=dot)
    try:
        found = [(str(node), sorted(node.attr)) for node in graph.nodes()]
        found += [("->".join(edge), sorted(edge.attr)) for edge in graph.edges()]
        for _, attributes in found:
            assert not {"URL", "href", "target", "image", "shapefile"} & set(attributes)
        return [*found, ("graph", sorted(dict(graph.graph_attr)))]
    finally:
        graph.close()


@pytest.mark.parametrize("text", PICTURED)
def test_svg_holds_no_more_than_a_picture(text: str) -> None:
    try:
        root = ElementTree.fromstring(documented(text).diagram().draw("svg"))
    except CompileError:
        pytest.skip("nothing here can draw")
    for element in root.iter():
        tag = element.tag.rpartition("}")[2]
        assert tag in {"svg", "g", "title", "polygon", "path", "text", "ellipse", "polyline", "a"}
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on")
            assert name.rpartition("}")[2] in {"title"} or "href" not in name, (name, value)


@pytest.mark.parametrize("text", PICTURED)
def test_html_gets_no_element_attribute_or_script(text: str) -> None:
    try:
        made, wanted = (
            _read(documented(words).diagram().draw("html").decode()) for words in (text, "words")
        )
    except CompileError:
        pytest.skip("nothing here can draw")
    assert made.elements == wanted.elements
    # The net's own words are data: one script that is JSON, and never ends where they say.
    (data,) = [n for n, text in enumerate(wanted.scripts) if text.lstrip().startswith("{")]
    assert {**json.loads(made.scripts[data]), "title": ""}.keys() >= {"boxes"}
    assert "<" not in made.scripts[data]
    del made.scripts[data], wanted.scripts[data]
    assert made.scripts == wanted.scripts
    assert made.declarations == ["DOCTYPE html"]


class _Page(HTMLParser):
    """Elements with their attributes' names, scripts and styles whole, declarations."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.scripts: list[str] = []
        self.declarations: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem is not None:
            self.scripts.append(data)

    def handle_decl(self, decl: str) -> None:
        self.declarations.append(decl)


def _read(page: str) -> _Page:
    found = _Page()
    found.feed(page)
    found.close()
    return found


# -------------------------------------------------------------------------------------- tables


@pytest.mark.parametrize(
    "name", ["a|b", "a`b", "<b>", '"', "a,b", "a;b", "=1+1", "a\tb", "\u202eb"]
)
def test_tables_keep_their_columns(name: str, tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / f"{name}.arch"
    path.write_text('## |a|`b`<b>,"c"\nnet N { input 8x8x4  conv(2, 3x3) }\n', encoding="utf-8")

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(cli, [*arguments, path.name])
        assert result.exit_code == 0, result.output
        return result.stdout

    assert json.loads(run("cost", "--format", "json"))["nets"][0]["file"] == path.name
    assert json.loads(run("list", "--format", "json"))["nets"][0]["file"] == path.name
    rows = list(csv.reader(io.StringIO(run("cost", "--format", "csv"))))
    assert len({len(row) for row in rows}) == 1
    table = [line for line in run("cost", "--format", "md").splitlines() if line.startswith("|")]
    assert {line.count("|") for line in table} <= {3, 10}
