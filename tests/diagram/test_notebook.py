"""A net in the cell of a notebook shows its picture and its table."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")
pytest.importorskip("ipykernel")

CELLS = [
    'import archdsl\nnet = archdsl.load("lenet").net("LeNet5")\nnet',
    'net.diagram(style="volumes")',
    'net.diagram(style="table")',
    'archdsl.load("resnet").net("ResNet50").diagram(block="Bottleneck")',
    "net.diagram().dot",
]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in CELLS])
    folder: Path = tmp_path_factory.mktemp("notebook")
    resources = {"metadata": {"path": str(folder)}}
    nbclient.NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources=resources
    ).execute()
    found = []
    for cell in notebook.cells:
        assert not [o for o in cell.outputs if o.output_type in ("error", "stream")]
        (result,) = [o for o in cell.outputs if o.output_type == "execute_result"]
        found.append(dict(result.data))
    return found


def test_a_net_shows_picture_and_table(outputs: list[dict[str, Any]]) -> None:
    data = outputs[0]
    assert "61,706" in data["text/plain"]
    ElementTree.fromstring(data["image/svg+xml"])
    assert "<svg" in data["text/html"]
    assert "61,706" in data["text/html"]


@pytest.mark.parametrize(("at", "words"), [(1, "28×28×6"), (2, "operator"), (3, "Bottleneck")])
def test_a_diagram_shows_itself(outputs: list[dict[str, Any]], at: int, words: str) -> None:
    svg = outputs[at]["image/svg+xml"]
    assert words in "".join(ElementTree.fromstring(svg).itertext())


def test_dot_is_text(outputs: list[dict[str, Any]]) -> None:
    assert "digraph" in outputs[4]["text/plain"]
