"""The scripts for Keras as their reader and his tools see them, and what is refused."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from archdsl.driver import Request, run
from archdsl.driver.recipes import emit_recipe
from archdsl.targets.recipe.files import LOCAL
from tests.targets.recipes.scripts import emitted, write

NAMES = (
    *("Digits", "Plain", "Mixed", "Handwriting", "Members"),
    *("Hub", "Changed", "Flowers", "Started", "Thawed", "Compared", "Cached"),
    *("Named", "Mapped"),
    *("Kept", "Archived", "Renamed", "Published", "Features"),
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keras_recipes")
    for name in NAMES:
        write(folder / name, name, "keras")
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_ruff(written: Path, name: str) -> None:
    for command in (["format", "--isolated", "--diff"], ["check", "--isolated"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "."],
            cwd=written / name,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "Flowers",
        "Features",
        "Compared",
        "Mixed",
        "Members",
        "Started",
        "Archived",
        "Published",
        "Mapped",
    ],
)
def test_mypy(written: Path, name: str) -> None:
    """Keras, TensorFlow and h5py have no types; numpy has, and the scripts themselves."""
    cache = f"--cache-dir={written / 'cache'}"
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file=", "--ignore-missing-imports", cache, "."],
        cwd=written / name,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["Digits"])
def test_golden(name: str, golden) -> None:  # type: ignore[no-untyped-def]
    for file, text in emitted(name, "keras").items():
        if file != "model.py":
            _, text = text.split("\n", 1)  # the header has the digest of all recipes
            golden(f"recipes/keras/{name}/{file}.txt", text)


@pytest.mark.parametrize("name", NAMES)
def test_stands_alone(name: str) -> None:
    """It imports the files beside it, the standard library and what the recipe needs."""
    allowed = {"keras", "tensorflow", "numpy", "h5py", "safetensors", "PIL", "matplotlib", "rich"}
    allowed |= {"sklearn", "datasets"} | LOCAL | set(sys.stdlib_module_names)
    allowed |= {"Named": {"torchvision"}, "Mapped": {"timm", "huggingface_hub"}}.get(
        name, set()
    )  # whose weights
    for file, text in emitted(name, "keras").items():
        for node in ast.walk(ast.parse(text)):
            found = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                found = [node.module or ""]
            assert {one.partition(".")[0] for one in found} <= allowed, (file, found)


def test_the_training_is_fit() -> None:
    text = emitted("Digits", "keras")["train.py"]
    assert ".fit(" in text
    assert "GradientTape" not in text
    assert len([li for li in text.splitlines() if li.strip()]) <= 250


def test_what_is_not_used_does_not_come_out() -> None:
    files = emitted("Plain", "keras")
    assert {"transfer.py", "features.py", "norms.py", "optimizers.py"}.isdisjoint(files)
    text = "\n".join(files.values())
    for word in ("follow", "mixed", "jit_compile=True", "MIXUP", "affine", "bfloat16", "views"):
        assert word not in text, word


@pytest.mark.parametrize(
    ("model", "weights", "what"),
    [
        ("KerasMobileNet(width=0.5)", "keras:DenseNet121", "KerasMobileNet"),
        ("LeNet5", "keras:MobileNet", "`conv2` of LeNet5"),
    ],
)
def test_a_model_of_keras_applications_that_is_not_the_net(
    model: str, weights: str, what: str
) -> None:
    text = f"""
        import KerasMobileNet from "std/keras/mobilenet.arch"
        import LeNet5 from "std/lenet.arch"
        recipe One {{
          model {model}
          data folder("photos")
          augment {{ resize(224x224) }}
          transfer {{ weights("{weights}") }}
          train {{ epochs = 1  batch = 8  optimizer = adam(1e-3) }}
        }}
    """
    text = text.replace("resize(224x224)", "resize(32x32)") if "LeNet" in model else text
    text = text.replace("model LeNet5", "model LeNet5(input = 32x32x3)")
    job = run(Request(file="one.arch", text=text, recipes=("One",)))
    assert emit_recipe(job, job.recipes[0], "keras") is None
    (error,) = job.diagnostics
    name = weights.partition(":")[2]
    assert (error.code, error.message) == (
        "R301",
        f"archdsl doesn't know what {what} is called in keras.applications' {name}",
    )
