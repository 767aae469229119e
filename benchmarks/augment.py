"""Whether images are changed while the net trains: an epoch of each alone, and of both.

Run `python benchmarks/augment.py [--workers N]`: LeNet-5 on scikit-learn's digits, each turned,
shifted and zoomed. With a core for each worker the epoch takes about the longer of the two; with
workers=0, in one process, their sum.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

EPOCHS = 3


def seconds(epoch: Callable[[], object]) -> float:
    """The shortest of three."""
    found = []
    for _ in range(3):
        start = time.perf_counter()
        epoch()
        found.append(time.perf_counter() - start)
    return min(found)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()

    import torch

    from archdsl.driver.pipeline import run
    from archdsl.driver.recipes import emit_recipe
    from archdsl.driver.request import Request
    from tests.support.torchvision_shim import import_torchvision

    import_torchvision()
    torch.set_num_threads(1)
    job = run(Request(file="recipes/lenet_digits", recipes=("LeNetDigits",)))
    files = emit_recipe(job, job.recipes[0], "torch")
    assert files is not None
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        sys.path.insert(0, folder)
        import train  # type: ignore[import-not-found]

        given = argparse.Namespace(workers=options.workers, restart=True, every=1e9)
        here = train.join("cpu")
        training = train.Training(train.LeNet5, 0, Path(folder) / "run", given, here)
        data = train.data

        def batches() -> list[tuple[torch.Tensor, torch.Tensor]]:
            kept = data.Batches(len(training.samples), 64, EPOCHS, 0, here)
            return list(data.train_loader(training.samples, kept, options.workers))

        def train_on(made: list[tuple[torch.Tensor, torch.Tensor]]) -> None:
            training.state.step = 0
            training.net.train()
            for images, labels in made:
                training.step(images, labels)

        def both() -> None:
            training.state.step = 0
            kept = data.Batches(len(training.samples), 64, EPOCHS, 0, here)
            for images, labels in data.train_loader(training.samples, kept, options.workers):
                training.step(images, labels)

        made = batches()
        alone = seconds(batches) / EPOCHS, seconds(lambda: train_on(made)) / EPOCHS
        together = seconds(both) / EPOCHS
    print(f"{options.workers} workers, seconds an epoch")
    print(f"  images changed    {alone[0]:6.2f}")
    print(f"  net trained       {alone[1]:6.2f}")
    print(f"  both              {together:6.2f}")
    print(f"  the longer: {max(alone):.2f}, their sum: {sum(alone):.2f}")


if __name__ == "__main__":
    main()
