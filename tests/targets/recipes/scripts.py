"""Recipes as scripts in a folder: emitted, imported into this process, run in one of their own."""

from __future__ import annotations

import argparse
import importlib
import os
import resource
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType

import archdsl
from archdsl.driver.pipeline import run
from archdsl.driver.recipes import emit_recipe
from archdsl.driver.request import Request
from archdsl.targets.recipe.files import LOCAL

FORMS = Path(__file__).with_name("forms.arch")
KERAS_FORMS = Path(__file__).with_name("forms_keras.arch")  # for its scripts alone
SHIM = Path(__file__).parents[2] / "support" / "beside_torch"


@cache
def emitted(name: str, target: str = "torch") -> dict[str, str]:
    """The files of one of the recipes in forms.arch, or in Keras's own."""
    there = f"recipe {name} " in FORMS.read_text(encoding="utf-8")
    job = run(Request(file=str(FORMS if there else KERAS_FORMS), recipes=(name,)))
    files = emit_recipe(job, job.recipes[0], target)
    assert files is not None, [d.message for d in job.diagnostics]
    return files


def write(folder: Path, name: str, target: str = "torch", **changes: str) -> Path:
    """The recipe's files in a folder; changes: `EPOCHS="1"`, constants of its scripts."""
    return _write(folder, emitted(name, target), changes)


def write_shipped(
    folder: Path, file: str, name: str, target: str = "torch", **changes: str
) -> Path:
    """The same for a recipe that comes with archdsl."""
    return _write(folder, archdsl.load(f"recipes/{file}").recipe(name).source(target), changes)


def _write(folder: Path, files: Mapping[str, str], changes: Mapping[str, str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in files.items():
        lines = text.splitlines()
        for constant, value in changes.items():
            lines = [
                f"{constant} = {value}" if li.startswith(f"{constant} = ") else li for li in lines
            ]
        (folder / file).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@contextmanager
def modules(folder: Path, *names: str) -> Iterator[list[ModuleType]]:
    """The scripts as modules, forgotten afterwards; the working folder is the one above."""
    there = Path.cwd()
    sys.path.insert(0, str(folder))
    os.chdir(folder.parent)
    try:
        yield [importlib.import_module(name) for name in names]
    finally:
        os.chdir(there)
        sys.path.remove(str(folder))
        for name in LOCAL:
            sys.modules.pop(name, None)


def options(**changes: object) -> argparse.Namespace:
    """What train.py's command line gives."""
    return argparse.Namespace(**{"workers": 0, "restart": False, "every": 1e9, **changes})


class Running:
    """A script in a process forked from this one, which has its framework already.

    limit: the most bytes that it may write to a file
    torch: whether it is a script for PyTorch
    """

    def __init__(
        self, path: Path, *arguments: str, limit: int | None = None, torch: bool = True
    ) -> None:
        self.said = [path.parent.parent / f"{path.parent.name}.{n}" for n in ("out", "err")]
        self.pid = os.fork()
        if self.pid == 0:
            self._run(path, arguments, limit, torch)

    def _run(
        self, path: Path, arguments: tuple[str, ...], limit: int | None, uses_torch: bool
    ) -> None:
        code = 70
        try:
            os.setsid()
            for number, file in zip((1, 2), self.said, strict=True):
                os.dup2(os.open(file, os.O_CREAT | os.O_TRUNC | os.O_WRONLY), number)
            sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
            if limit is not None:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            if uses_torch:
                import torch

                torch.set_num_threads(1)
            sys.argv = [str(path), *arguments]
            with modules(path.parent, path.stem) as (module,):
                code = _status(module.main)
        except BaseException:
            traceback.print_exc(file=sys.stderr)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def running(self) -> bool:
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    def send(self, number: int) -> None:
        os.kill(self.pid, number)

    def wait(self) -> subprocess.CompletedProcess[str]:
        _, status = os.waitpid(self.pid, 0)
        out, err = (file.read_text() for file in self.said)
        return subprocess.CompletedProcess([], os.waitstatus_to_exitcode(status), out, err)


def _status(main: Callable[[], None]) -> int:
    """The exit status of a script, as Python gives it."""
    try:
        main()
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
            return 1
        return end.code or 0
    return 0


def script(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a script in the folder above its own."""
    return Running(path, *arguments).wait()


def torchrun(path: Path, *arguments: str, processes: int) -> subprocess.CompletedProcess[str]:
    """The same under torchrun."""
    launcher = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    return subprocess.run(
        [sys.executable, *launcher, str(path), *arguments],
        cwd=path.parent.parent,
        env={**os.environ, "PYTHONPATH": str(SHIM), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
