"""The examples on real data."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("sklearn")

FOLDER = Path(__file__).resolve().parent.parent.parent / "examples"


@pytest.fixture(autouse=True)
def one_thread() -> object:
    """As the example has it: the net is small."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def example(name: str) -> ModuleType:
    """An example as a module, which doesn't run it."""
    spec = importlib.util.spec_from_file_location(f"example_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_lenet_learns_the_digits() -> None:
    """The whole of the example's training: all epochs, all digits, seeds 0, 1 and 2."""
    accuracy = example("lenet_digits").accuracy
    found = [accuracy(seed) for seed in (0, 1, 2)]
    assert sum(found) / len(found) >= 0.965, found


@pytest.mark.parity
def test_resnet_sees_what_torchvisions_sees(torchvision: ModuleType) -> None:
    """ResNet-50 on a photograph: the same top five, probabilities included."""
    photo = example("resnet_photo")
    theirs, ours = photo.models_alike()
    x = photo.photograph()
    assert x.shape == (1, 3, 224, 224)
    assert photo.top5(ours, x) == photo.top5(theirs, x)
    with torch.no_grad():
        assert torch.equal(ours(x), theirs(x))


@pytest.mark.parity
def test_the_photograph_example_says_so(
    torchvision: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    example("resnet_photo").main()
    assert capsys.readouterr().out.splitlines()[-1] == "the same"
