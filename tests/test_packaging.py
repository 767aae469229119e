"""The wheel and the sdist, and the wheel at work where nothing else is installed."""

from __future__ import annotations

import ast
import email
import email.message
import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DATA_FOLDERS = ("grammars", "specs", "templates")
CORE = {"click", "graphviz", "jinja2", "lark", "pydantic"}
EXTRAS = {"torch", "keras", "tensorflow", "jax", "onnx", "recipes", "diagram", "all"}
EXTRAS |= {"test", "dev"}
AWKWARD = "Entwürfe für Netze – 网络 ñ"

pytestmark = pytest.mark.packaging


def plain_environment() -> dict[str, str]:
    """The surroundings, without what would lead Python to the checkout or to another locale."""
    drop = ("PYTHON", "LC_", "LANG", "VIRTUAL_ENV", "KERAS_BACKEND")
    return {k: v for k, v in os.environ.items() if not k.startswith(drop)}


def call(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=plain_environment() if env is None else env,
        capture_output=True,
        timeout=170,
    )
    out, err = (stream.decode("utf-8", "backslashreplace") for stream in (done.stdout, done.stderr))
    assert done.returncode == 0, f"{command} ended with {done.returncode}\n{out}\n{err}"
    return done.stdout.decode("utf-8")


def pip(*arguments: str | Path, python: Path | None = None) -> None:
    target = ["--python", python] if python else []
    call(sys.executable, "-m", "pip", *target, *arguments, "--quiet", cwd=ROOT)


def build_wheel(source: Path, folder: Path) -> Path:
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, source)
    (built,) = folder.glob("*.whl")
    return built


def version() -> str:
    tree = ast.parse((ROOT / "archdsl" / "__init__.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__version__":
            return str(ast.literal_eval(node.value))
    raise AssertionError("archdsl/__init__.py has no __version__")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> email.message.Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [n for n in archive.namelist() if n.endswith(".dist-info/METADATA")]
        return email.message_from_bytes(archive.read(name))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of scripts of an environment with the wheel and what it requires, no more."""
    folder = tmp_path_factory.mktemp("installed") / "env"
    # Without a pip of its own, the environment is made in no time.
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    pip("install", "-c", ROOT / "constraints.txt", wheel, python=scripts / "python")
    return scripts


# What is inside


def test_metadata(metadata: email.message.Message) -> None:
    assert metadata["Name"] == "archdsl"
    assert metadata["Version"] == version()
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert set(metadata.get_all("Provides-Extra", [])) == EXTRAS


def test_a_plain_install_requires_no_framework(metadata: email.message.Message) -> None:
    plain = [r for r in metadata.get_all("Requires-Dist", []) if "extra ==" not in r]
    assert {r.partition(">")[0].strip().lower() for r in plain} == CORE


def data_files() -> dict[str, bytes]:
    return {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for folder in DATA_FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_the_data(wheel: Path) -> None:
    expected = data_files()
    assert "grammars/arch.lark" in expected
    assert "specs/lenet.arch" in expected
    assert any(name.startswith("templates/torch/") for name in expected)
    assert any(name.startswith("templates/keras/") for name in expected)
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        missing = [name for name in expected if f"archdsl/_data/{name}" not in names]
        assert missing == []
        for name, content in expected.items():
            assert archive.read(f"archdsl/_data/{name}") == content, name


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (points,) = [n for n in names if n.endswith(".dist-info/entry_points.txt")]
        assert "archdsl = archdsl.cli:main" in archive.read(points).decode()
    sources = {p.relative_to(ROOT).as_posix() for p in (ROOT / "archdsl").rglob("*.py")}
    assert sources <= names
    assert "archdsl/py.typed" in names
    assert any(n.endswith(".dist-info/licenses/LICENSE") for n in names)
    assert {n.split("/")[0] for n in names} == {"archdsl", f"archdsl-{version()}.dist-info"}
    assert not [n for n in names if "__pycache__" in n]


def test_a_wheel_from_the_sdist_is_the_same(wheel: Path, tmp_path: Path) -> None:
    build = "import sys, hatchling.build as b; print(b.build_sdist(sys.argv[1]))"
    name = call(sys.executable, "-c", build, tmp_path, cwd=ROOT).splitlines()[-1]
    with tarfile.open(tmp_path / name) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (source,) = (tmp_path / "unpacked").iterdir()
    for needed in ("tests/conftest.py", "Makefile", "constraints.txt", "LICENSE", "CHANGELOG.md"):
        assert (source / needed).is_file(), needed
    again = build_wheel(source, tmp_path / "again")
    with zipfile.ZipFile(wheel) as one, zipfile.ZipFile(again) as other:
        assert sorted(one.namelist()) == sorted(other.namelist())


# At work

LOCALES = [
    pytest.param({"LC_ALL": "C"}, id="C"),
    # As it was before Python took UTF-8 for the C locale, and is with some other locales.
    pytest.param({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, id="ascii"),
]


@pytest.fixture(params=LOCALES)
def environment(request: pytest.FixtureRequest) -> dict[str, str]:
    return {**plain_environment(), **request.param}


@pytest.fixture
def awkward(tmp_path: Path) -> Path:
    folder = tmp_path / AWKWARD
    folder.mkdir()
    return folder


def test_no_framework_is_there(installed: Path, tmp_path: Path) -> None:
    code = (
        "import importlib.util as u; "
        "print([m for m in ('torch', 'tensorflow', 'keras', 'jax', 'numpy') if u.find_spec(m)])"
    )
    assert call(installed / "python", "-c", code, cwd=tmp_path).strip() == "[]"


def test_it_is_the_wheel_that_runs(installed: Path, tmp_path: Path) -> None:
    code = "import archdsl.resources as r; print(ascii(str(r.root())))"
    root = Path(ast.literal_eval(call(installed / "python", "-c", code, cwd=tmp_path).strip()))
    assert root.parts[-3:] == ("site-packages", "archdsl", "_data")
    assert root.is_relative_to(installed.parent)


def test_version(installed: Path, awkward: Path, environment: dict[str, str]) -> None:
    script = call(installed / "archdsl", "--version", cwd=awkward, env=environment)
    module = call(installed / "python", "-m", "archdsl", "--version", cwd=awkward, env=environment)
    assert version() in script
    assert script == module


@pytest.mark.parametrize("target", ["torch", "keras"])
def test_a_shipped_spec_compiles(
    installed: Path, awkward: Path, environment: dict[str, str], target: str
) -> None:
    command = (installed / "archdsl", "compile", "lenet", "--target", target)
    code = call(*command, cwd=awkward, env=environment)
    classes = [node for node in ast.parse(code).body if isinstance(node, ast.ClassDef)]
    if target == "torch":
        assert classes
    call(*command, "-o", "größe.py", cwd=awkward, env=environment)
    assert (awkward / "größe.py").read_bytes() == code.encode("utf-8")


def test_a_file_of_ones_own_compiles(
    installed: Path, awkward: Path, environment: dict[str, str]
) -> None:
    source = awkward / "mein netz é.arch"
    source.write_bytes((ROOT / "specs" / "lenet.arch").read_bytes())
    script = installed / "archdsl"
    call(script, "check", source.name, cwd=awkward, env=environment)
    code = call(script, "compile", source, "--target", "torch", cwd=awkward, env=environment)
    ast.parse(code)
