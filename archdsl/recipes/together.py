"""Parts of a recipe that are sound each, and can't be together."""

from __future__ import annotations

from archdsl.diagnostics import Label
from archdsl.elaborate import Problem
from archdsl.ir.structure import Net
from archdsl.ops.norm import BatchNorm
from archdsl.recipes import codes
from archdsl.recipes.images import Augment
from archdsl.recipes.models import Named
from archdsl.recipes.reading import Reader
from archdsl.recipes.sources import Source, train_images
from archdsl.recipes.training import Trained
from archdsl.recipes.transfer import Moved

__all__ = ["batch", "cached"]


def cached(reader: Reader, steps: Augment, moved: Moved) -> None:
    """Features that are kept, of images that change."""
    fixed = ("resize", "normalize")
    changing = [(word, span) for word, span in steps.written if word not in fixed]
    if moved.caches is None or not changing:
        return
    word, span = changing[0]
    reader.report(
        Problem(
            codes.CACHED_AND_CHANGED,
            "features are computed once for each image, and `augment` would change it each time",
            moved.caches,
            secondary=[Label(span, f"`{word}` differs each time")],
            help="leave out one of the two; `resize` and `normalize` may stay",
        )
    )


def batch(reader: Reader, images: Source, trained: Trained, named: list[Named]) -> None:
    """A batch that is more than there is, or that leaves one image for a batch norm."""
    count, size = train_images(images.data), trained.train.batch
    if count is None:
        return
    if size > count:
        reader.report(
            Problem(
                codes.BATCH,
                f"a batch of {size:,}, and there are {count:,} images to train with",
                trained.batch,
                secondary=[Label(images.values.span, f"{count:,} images")],
            )
        )
        return
    if count % size != 1 and size != 1:
        return
    for one in named:
        norm = _single_norm(one.model.net)
        if norm is not None:
            reader.report(
                Problem(
                    codes.BATCH,
                    f"the last batch of {size:,} is one image, of which `{norm}` in "
                    f"{one.model.name} can make no mean",
                    trained.batch,
                    secondary=[Label(images.values.span, f"{count:,} images")],
                    help=f"write `batch = {size + 1}`, say",
                )
            )
            return


def _single_norm(net: Net) -> str | None:
    """A batch norm over single values: of one image it would divide by nothing."""
    for node in net.graph:
        if isinstance(node.op, BatchNorm) and node.shape.elements == node.shape.channels:
            return node.path
    return None
