"""The parts of a recipe, and what others call our words."""

from __future__ import annotations

from collections.abc import Collection

from archdsl.diagnostics import nearest

__all__ = ["PARTS", "SYNONYMS", "meant"]

# A recipe's parts -> what they are.
PARTS = {
    "model": "the net, with its arguments; `input=` gives it another input shape",
    "compare": "several nets instead, trained apart and shown in one plot",
    "data": "where the images come from",
    "augment": "what is done with each training image",
    "transfer": "what training starts from, and what stays as it is",
    "train": "how the net is trained",
    "evaluate": "how the trained net is measured",
    "ensemble": "several nets trained apart, their probabilities averaged",
}

# Words that others use -> ours.
SYNONYMS = {
    "lr": "rate",
    "learning_rate": "rate",
    "wd": "weight_decay",
    "decay": "weight_decay",
    "batch_size": "batch",
    "batchsize": "batch",
    "size": "resize",
    "hflip": "flip",
    "mirror": "flip",
    "horizontal_flip": "flip",
    "translate": "shift",
    "scale": "zoom",
    "jitter": "color",
    "color_jitter": "color",
    "colour": "color",
    "elastic": "warp",
    "normalise": "normalize",
    "accuracy": "top1",
    "confusion_matrix": "confusion",
    "lr_schedule": "schedule",
    "scheduler": "schedule",
    "criterion": "loss",
    "optim": "optimizer",
    "dataset": "data",
    "net": "model",
    "augmentation": "augment",
    "huggingface": "hf",
    "imagefolder": "folder",
    "steps": "step",
    "one_cycle": "onecycle",
    "amp": "precision",
    "label_smooth": "label_smoothing",
    "max_norm": "clip",
    "grad_clip": "clip",
    "smoothing": "label_smoothing",
    "degree": "degrees",
    "probability": "p",
}


def meant(word: str, known: Collection[str]) -> str | None:
    """The known word that a user may have meant."""
    other = SYNONYMS.get(word.lower())
    return other if other in known else nearest(word, known)
