"""Generated PyTorch as its reader and its tools see it: every shipped spec, as one module."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import archdsl
from tests.support.specs import import_source, source, spec_names

torch = pytest.importorskip("torch")

SMALL = (
    ("lenet", "LeNet5"),
    ("lenet", "LeNet5AfterPooling"),
    ("alexnet", "AlexNet"),
    ("vgg", "VGG11BN"),
    ("resnet", "ResNet18"),
    ("resnet", "ResNet50"),
    ("resnet", "ResNet34ZeroPad"),
    ("resnet", "PlainNet18"),
    ("resnet", "ResNet20"),
    ("nin", "NiN"),
    ("googlenet", "GoogLeNet"),
    ("inception", "InceptionV3"),
    ("mobilenet", "MobileNetV1"),
    ("mobilenet", "MobileNetV2"),
    ("mobilenet", "MobileNetV3Small"),
    ("efficientnet", "EfficientNetB0"),
    ("efficientnet", "EfficientNetV2S"),
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All specs compiled into one folder, each as a module."""
    folder = tmp_path_factory.mktemp("generated")
    for spec in spec_names():
        (folder / f"{spec}.py").write_text(source(spec, None), encoding="utf-8")
    return folder


def tool(*command: str, cwd: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_format(written: Path) -> None:
    tool("ruff", "format", "--isolated", "--diff", ".", cwd=written)


def test_ruff_check(written: Path) -> None:
    tool("ruff", "check", "--isolated", ".", cwd=written)


def test_mypy(written: Path) -> None:
    tool("mypy", "--config-file", "", ".", cwd=written)


@pytest.mark.parametrize("spec", spec_names())
def test_golden(spec: str, golden) -> None:  # type: ignore[no-untyped-def]
    golden(f"torch/{spec}.py.txt", source(spec, None))


@pytest.mark.parametrize("spec", spec_names())
def test_imports_only_torch_and_the_standard_library(spec: str) -> None:
    for line in source(spec, None).splitlines():
        found = re.match(r"(?:from|import) (\w+)", line)
        if found:
            assert found[1] in {"torch", "math", "collections", "functools"}, line


@pytest.mark.parametrize(("spec", "net"), SMALL)
def test_shapes_and_parameters(spec: str, net: str) -> None:
    """The class gives the inferred shape and has the counted parameters."""
    made = archdsl.load(spec).net(net)
    model = getattr(import_source(source(spec, net), f"shapes_{net}"), net)().eval()
    graph = made.graph
    shapes = [graph.nodes[v].shape.channels_first for _, v in graph.inputs]
    with torch.no_grad():
        output = model(*(torch.randn(2, *s) for s in shapes))
    assert tuple(output.shape[1:]) == graph.nodes[graph.outputs[0][1]].shape.channels_first
    assert sum(p.numel() for p in model.parameters()) == made.cost().totals.params


BIG = {"GoogLeNet", "InceptionV3", "EfficientNetV2S"}  # nothing in them that others have not


@pytest.mark.parametrize(("spec", "net"), [case for case in SMALL if case[1] not in BIG])
def test_compiles_whole_and_exports(spec: str, net: str) -> None:
    made = archdsl.load(spec).net(net)
    model = getattr(import_source(source(spec, net), f"export_{net}"), net)().eval()
    ((_, value),) = made.graph.inputs
    x = torch.randn(1, *made.graph.nodes[value].shape.channels_first)
    with torch.no_grad():
        expected = model(x)
        torch._dynamo.reset()
        compiled = torch.compile(model, fullgraph=True, backend="eager")
        assert torch.equal(compiled(x), expected)
        exported = torch.export.export(model, (x,)).module()
        assert torch.equal(exported(x), expected)


def test_runs_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "resnet20.py"
    path.write_text(source("resnet", "ResNet20"), encoding="utf-8")
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "ResNet20 (1, 10)\n"), done.stderr


def code_lines(text: str) -> int:
    """Lines that are neither blank nor comment."""
    return sum(1 for li in text.splitlines() if li.strip() and not li.lstrip().startswith("#"))


def test_length() -> None:
    """The bounds that the project set itself for readable code."""
    fifty = code_lines(source("resnet", "ResNet50"))
    assert fifty <= 90
    assert code_lines(source("resnet", "ResNet152")) <= fifty + 3
    smallest = code_lines(source("efficientnet", "EfficientNetB0"))
    assert code_lines(source("efficientnet", "EfficientNetB7")) <= smallest + 3


def test_net_keeps_its_parameters() -> None:
    """`classes` stays a parameter, right for other values; depths are fixed."""
    module = import_source(source("resnet", "ResNet18"), "kept_resnet18")
    with torch.device("meta"):
        model = module.ResNet18(classes=7)
    assert model.fc.weight.shape == (7, 512)
    with pytest.raises(TypeError):
        module.ResNet18(depths=[1, 1, 1, 1])


def test_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    command = "import archdsl; print(archdsl.load('resnet').source('torch'))"
    found = {
        subprocess.run(
            [sys.executable, "-c", command],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "42")
    }
    assert len(found) == 1


@pytest.mark.parametrize("target", ["torch", "keras", "jax"])
def test_net_without_a_comment_says_its_shapes_first(target: str) -> None:
    net = archdsl.loads(
        "net Bare { input 8x8x3  conv(4, 1x1, init=trunc_normal(0.02)) -> bn }"
    ).net()
    text = net.source(target)
    assert '    """8x8x3 -> 8x8x4, 24 parameters, 768 MACs."""\n' in text
    assert "TRUNC" not in text  # it is never cut
    assert "e-05" not in text
