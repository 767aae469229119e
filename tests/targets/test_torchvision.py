"""Generated PyTorch against torchvision: names, weights, outputs, gradients, initialisation, MACs."""

from __future__ import annotations

import copy
import math
from operator import attrgetter
from types import ModuleType
from typing import Any

import pytest

import archdsl
from tests.support.parity import Parity
from tests.support.specs import TORCHVISION, import_source, source

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.parity

CASES = [pytest.param(*case, id=case[1]) for case in TORCHVISION]
# One of a family is enough for the initialisation, where the others only repeat its layers.
BIG = {"VGG13", "VGG16", "VGG19", "VGG11BN", "VGG13BN", "VGG16BN", "ResNet34", "ResNet101"}
BIG |= {f"EfficientNetB{n}" for n in range(1, 8)} | {"EfficientNetV2M", "EfficientNetV2L"}
BIG |= {"DenseNet161", "DenseNet169", "DenseNet201", "ShuffleNetV2_1_5", "ShuffleNetV2_2_0"}
BIG |= {"ConvNeXtSmall", "ConvNeXtBase", "ConvNeXtLarge"}
SLOW = {f"EfficientNetB{n}" for n in range(4, 8)} | {"EfficientNetV2M", "EfficientNetV2L"}
SLOW |= {"DenseNet161", "DenseNet169", "DenseNet201", "ShuffleNetV2_0_5", "ShuffleNetV2_1_5"}
SLOW |= {"ConvNeXtSmall", "ConvNeXtBase", "ConvNeXtLarge"}
RUN = [
    pytest.param(*case, id=case[1], marks=[pytest.mark.slow] if case[1] in SLOW else [])
    for case in TORCHVISION
]


def ours(spec: str, net: str) -> Any:
    return getattr(import_source(source(spec, net), f"parity_{net}"), net)


def theirs(torchvision: ModuleType, name: str) -> Any:
    return attrgetter(name)(torchvision.models)


def batch(spec: str, net: str, size: int) -> Any:
    """Two random samples, of this size in height and width; a video has eight frames."""
    graph = archdsl.load(spec).net(net).graph
    channels, *space = graph.nodes[graph.inputs[0][1]].shape.channels_first
    frames = [8] * (len(space) - 2)
    return torch.randn(2, channels, *frames, size, size)


@pytest.mark.parametrize(("spec", "net", "name", "size"), CASES)
def test_state_dict_and_costs(
    torchvision: ModuleType, spec: str, net: str, name: str, size: int
) -> None:
    """The same keys and shapes; parameters and MACs as torch counts them on torchvision's."""
    from torch.utils.flop_counter import FlopCounterMode

    with torch.device("meta"):
        reference = theirs(torchvision, name)().eval()
        generated = ours(spec, net)()
    expected = {key: tuple(value.shape) for key, value in reference.state_dict().items()}
    assert {k: tuple(v.shape) for k, v in generated.state_dict().items()} == expected

    report = archdsl.load(spec).net(net).cost()
    assert report.totals.params == sum(p.numel() for p in reference.parameters())
    ((_, value),) = archdsl.load(spec).net(net).graph.inputs
    shape = archdsl.load(spec).net(net).graph.nodes[value].shape.channels_first
    with FlopCounterMode(display=False) as counter:
        reference(torch.empty(1, *shape, device="meta"))
    assert report.totals.macs * 2 == counter.get_total_flops()


def outputs(found: Any) -> list[Any]:
    """The outputs in training: the logits, and the side heads' in the order of the file."""
    if hasattr(found, "_asdict"):  # torchvision gives the later head first
        heads = found._asdict()
        return [heads.pop("logits"), *(heads[name] for name in sorted(heads))]
    return list(found) if isinstance(found, tuple) else [found]


def difference(found: Any, expected: Any) -> float:
    """The largest, as a share of the largest; 0 where both are equal bit for bit."""
    if torch.equal(found, expected):
        return 0.0
    return float((found - expected).abs().max()) / float(expected.abs().max())


def rates(model: Any) -> dict[str, Any]:
    """What neither weights nor shapes tell: norms' constants and dropout, by module in order."""
    found: dict[str, Any] = {"norms": [], "dropout": []}
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.modules.batchnorm._BatchNorm):
            found["norms"].append((name, module.eps, module.momentum))
        elif isinstance(module, torch.nn.Dropout):
            found["dropout"].append(module.p)
        elif type(module).__name__ in ("StochasticDepth", "DropPath"):
            found[name.rpartition(".")[0]] = pytest.approx(module.p, rel=1e-12)
    return {**found, "norms": sorted(found["norms"]), "dropout": sorted(found["dropout"])}


@pytest.mark.parametrize(("spec", "net", "name", "size"), CASES)
def test_rates(torchvision: ModuleType, spec: str, net: str, name: str, size: int) -> None:
    """Batch norm's eps and momentum, dropout, and stochastic depth block by block."""
    with torch.device("meta"):
        assert rates(ours(spec, net)()) == rates(theirs(torchvision, name)())


@pytest.mark.parametrize(("spec", "net", "name", "size"), RUN)
def test_outputs_and_gradients(
    torchvision: ModuleType, spec: str, net: str, name: str, size: int, parity: Parity
) -> None:
    """torchvision's weights load strictly; logits and gradients are equal bit for bit.

    But for ConvNeXt's: the last bit of torch's GELU depends on the layout of its input in memory,
    which is channels last in torchvision's blocks.
    """
    bound = 2e-6 if spec == "convnext" else 0.0
    torch.manual_seed(0)
    reference = theirs(torchvision, name)()
    with torch.device("meta"):
        generated = ours(spec, net)()
    generated.load_state_dict(copy.deepcopy(reference.state_dict()), strict=True, assign=True)
    for parameter in generated.parameters():
        parameter.requires_grad_(True)
    x = batch(spec, net, size)
    reference.eval(), generated.eval()
    with torch.no_grad():
        logits = difference(generated(x), reference(x))
    assert logits <= bound

    target = torch.tensor([1, 2])
    for model in (reference, generated):
        model.train()
        torch.manual_seed(1)  # dropout draws the same
        sum(torch.nn.functional.cross_entropy(y, target) for y in outputs(model(x))).backward()
    gradients = {k: p.grad for k, p in reference.named_parameters()}
    worst = 0.0
    for key, parameter in generated.named_parameters():
        found = difference(parameter.grad, gradients[key])
        assert found <= bound, key
        worst = max(worst, found)
    parity(net, f"torchvision {torchvision.__version__}", outputs=logits, gradients=worst)
    buffers = dict(reference.named_buffers())
    for key, buffer in generated.named_buffers():
        assert torch.equal(buffer, buffers[key]), key


@pytest.mark.parametrize(("spec", "net", "name", "size"), [c for c in CASES if c.id not in BIG])
def test_initialisation(torchvision: ModuleType, spec: str, net: str, name: str, size: int) -> None:
    """Mean and deviation of every tensor of 1,000 elements or more, constants exactly."""
    torch.manual_seed(0)
    reference = (
        theirs(torchvision, name)(init_weights=True)
        if "vgg" in name
        else theirs(torchvision, name)()
    )
    generated = ours(spec, net)().state_dict()
    for key, expected in reference.state_dict().items():
        found = generated[key]
        if not expected.is_floating_point() or expected.numel() < 2:
            continue
        if bool((expected == expected.flatten()[0]).all()):
            assert torch.equal(found, expected), key
        elif expected.numel() >= 1000:
            n = expected.numel()
            spread = float(expected.std())
            error = 4 * math.sqrt(2) * spread / math.sqrt(n)
            assert abs(float(found.mean() - expected.mean())) < error, key
            # the deviation's standard error: that of a normal distribution bounds a uniform's
            assert abs(float(found.std()) - spread) < error / math.sqrt(2), key
        else:
            assert float(found.std()) == pytest.approx(float(expected.std()), rel=0.35), key
