"""Whether images are changed while the net trains: an epoch of each alone, and of both.

Run `OMP_NUM_THREADS=1 python benchmarks/augment.py [--target torch|keras] [--workers N]`: LeNet-5
on scikit-learn's digits, each turned, shifted and zoomed, by the code that a recipe becomes. Where
there is a core for each, an epoch takes about the longer of the two; with PyTorch's workers=0, in
one process, their sum.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGETS = {"torch": "PyTorch", "keras": "Keras"}
EPOCHS = 4
ROUNDS = 5

# Each does all epochs of it.
Parts = tuple[Callable[[], object], Callable[[], object], Callable[[], object]]


@dataclass(frozen=True)
class Found:
    """Seconds of an epoch."""

    images: float
    net: float
    both: float

    @property
    def longer(self) -> float:
        return max(self.images, self.net)


def measured(target: str, workers: int) -> Found:
    """What this program says in a process of its own, with a thread for the net."""
    command = [sys.executable, __file__, "--target", target, "--workers", str(workers), "--json"]
    env = {**os.environ, "OMP_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=env, cwd=ROOT)
    return Found(**json.loads(done.stdout.splitlines()[-1]))


def measure(target: str, workers: int) -> Found:
    """The least of several rounds, the three in turn."""
    from archdsl.driver.pipeline import run
    from archdsl.driver.recipes import emit_recipe
    from archdsl.driver.request import Request

    job = run(Request(file="recipes/lenet_digits", recipes=("LeNetDigits",)))
    files = emit_recipe(job, job.recipes[0], target)
    assert files is not None
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        sys.path.insert(0, folder)
        options = argparse.Namespace(workers=workers, restart=True, every=1e9)
        parts = (in_torch if target == "torch" else in_keras)(Path(folder), options)
        times: list[list[float]] = [[], [], []]
        for turn in range(ROUNDS + 1):
            for part, found in zip(parts, times, strict=True):
                start = time.perf_counter()
                part()
                if turn:  # the first warms up
                    found.append((time.perf_counter() - start) / EPOCHS)
    return Found(*map(min, times))


def in_torch(folder: Path, options: argparse.Namespace) -> Parts:
    import torch

    from tests.support.torchvision_shim import import_torchvision

    import_torchvision()
    torch.set_num_threads(1)
    import train  # type: ignore[import-not-found]

    here = train.join("cpu")
    training = train.Training(train.LeNet5, 0, folder / "run", options, here)
    data, Batch = train.data, tuple[torch.Tensor, torch.Tensor]

    def loader() -> torch.utils.data.DataLoader[Batch]:
        kept = data.Batches(len(training.samples), train.BATCH, EPOCHS, 0, here)
        made: torch.utils.data.DataLoader[Batch]
        made = data.train_loader(training.samples, kept, options.workers)
        return made

    def train_on(batches: torch.utils.data.DataLoader[Batch] | list[Batch]) -> None:
        training.state.step = 0
        training.net.train()
        for images, labels in batches:
            training.step(images, labels)

    made = list(loader())
    return lambda: list(loader()), lambda: train_on(made), lambda: train_on(loader())


def in_keras(folder: Path, options: argparse.Namespace) -> Parts:
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    import train

    train.EPOCHS = EPOCHS
    strategy = tf.distribute.get_strategy()
    training = train.Training(train.LeNet5, 0, folder / "run", options, strategy)

    def read(batches: tf.data.Dataset) -> None:
        for _ in batches:
            pass

    def train_on(batches: tf.data.Dataset) -> None:
        steps = EPOCHS * training.steps
        training.model.fit(batches, steps_per_epoch=steps, shuffle=False, verbose=0)

    made = training.batches().cache()
    read(made)
    return (
        lambda: read(training.batches()),
        lambda: train_on(made),
        lambda: train_on(training.batches()),
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--target", choices=TARGETS, default="torch")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="the figures alone")
    options = parser.parse_args()
    found = measure(options.target, options.workers)
    if options.json:
        print(json.dumps(asdict(found)))
        return
    print(f"{TARGETS[options.target]}, {options.workers} workers, seconds an epoch")
    print(f"  images changed    {found.images:6.3f}")
    print(f"  net trained       {found.net:6.3f}")
    print(f"  both              {found.both:6.3f}")
    print(f"  the longer: {found.longer:.3f}, their sum: {found.images + found.net:.3f}")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
