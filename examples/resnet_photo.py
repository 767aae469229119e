"""ResNet-50 compiled from specs/resnet.arch, with torchvision's weights, on a real photograph.

Run `python examples/resnet_photo.py`: prints the top five classes of the compiled network and of
torchvision's own, which are the same. Uses the published weights where torch's cache has them
(nothing is downloaded), else torchvision's random ones. Needs torch, torchvision and scikit-learn.
"""

from pathlib import Path

import numpy as np
import torch
from sklearn.datasets import load_sample_image
from torch import nn

import archdsl

try:
    from torchvision import models
except RuntimeError:  # torchvision's wheel is built for CUDA; beside a CPU torch it lacks two ops
    LIBRARY = torch.library.Library("torchvision", "DEF")
    LIBRARY.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    LIBRARY.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    from torchvision import models


def torchvision_model() -> nn.Module:
    """torchvision's ResNet-50: published weights where they are cached, else random ones."""
    torch.manual_seed(0)
    model = models.resnet50()
    weights = models.ResNet50_Weights.DEFAULT
    cached = Path(torch.hub.get_dir()) / "checkpoints" / weights.url.rsplit("/", 1)[-1]
    if cached.is_file():
        model.load_state_dict(torch.load(cached, weights_only=True))
        print(f"weights: {cached.name}")
    else:
        print("weights: torchvision's random ones (no published ones are cached)")
    return model.eval()


def photograph() -> torch.Tensor:
    """scikit-learn's china.jpg, its centre as 1x3x224x224, normalised as for ImageNet."""
    image = np.array(load_sample_image("china.jpg"))
    x = torch.tensor(image, dtype=torch.float32).permute(2, 0, 1)[None] / 255
    x = nn.functional.interpolate(x, scale_factor=256 / min(x.shape[2:]), mode="bilinear")
    top, left = (x.shape[2] - 224) // 2, (x.shape[3] - 224) // 2
    x = x[:, :, top : top + 224, left : left + 224]
    mean = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
    std = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)
    return (x - mean) / std


def top5(model: nn.Module, x: torch.Tensor) -> list[tuple[int, float]]:
    with torch.no_grad():
        probabilities, classes = model(x).softmax(1)[0].topk(5)
    return list(zip(classes.tolist(), probabilities.tolist(), strict=True))


def models_alike() -> tuple[nn.Module, nn.Module]:
    """torchvision's model, and the compiled one with its weights."""
    theirs = torchvision_model()
    ours = archdsl.load("resnet").net("ResNet50").torch().eval()
    ours.load_state_dict(theirs.state_dict(), strict=True)
    return theirs, ours


def main() -> None:
    theirs, ours = models_alike()
    x = photograph()
    found = {"archdsl": top5(ours, x), "torchvision": top5(theirs, x)}
    for name, best in found.items():
        print(f"{name:12}", ", ".join(f"class {c}: {p:.4f}" for c, p in best))
    print("the same" if found["archdsl"] == found["torchvision"] else "DIFFERENT")


if __name__ == "__main__":
    main()
