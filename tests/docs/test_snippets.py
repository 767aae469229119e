"""Every command and every piece of code in the documents does what it is shown to do.

See markdown.py for how a block says what it is.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import archdsl
from archdsl.diagnostics import Severity
from archdsl.driver import Request, run
from archdsl.fmt import format_source
from tests.docs.markdown import (
    DOCUMENTS,
    ROOT,
    Block,
    blocks,
    commands,
    headings,
    links,
    matches,
)
from tests.support import interpreter

NAMES = [path.relative_to(ROOT).as_posix() for path in DOCUMENTS]


class Runner:
    """Runs the blocks of one document, in order, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: dict[str, object] = {"__name__": "document"}
        self.printed = ""
        self.problems: list[str] = []

    def block(self, block: Block) -> None:
        if "file" in block.notes:
            (self.folder / block.notes["file"]).write_text(block.text, encoding="utf-8")
        match block.language:
            case "console":
                self.console(block)
            case "arch":
                self.arch(block)
            case "python":
                self.python(block)
            case "sh":
                self.sh(block)
            case "text":
                if "prints" in block.notes:
                    self.compare(block.line, "the code above", block.text, self.printed)
            case _:
                self.problem(block.line, f"a block of the language {block.language!r}")

    def problem(self, line: int, text: str) -> None:
        self.problems.append(f"line {line}: {text}")

    def compare(self, line: int, what: str, shown: str, real: str) -> None:
        if not matches(shown, real):
            self.problem(line, f"{what} prints\n{real}")

    def console(self, block: Block) -> None:
        todo = commands(block)
        for command in todo:
            done = subprocess.run(
                ["bash", "-c", command.text],
                cwd=self.folder,
                env=environment(),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                timeout=170,
                check=False,
            )
            wanted = int(block.notes.get("exit", 0)) if command is todo[-1] else 0
            if done.returncode != wanted:
                self.problem(command.line, f"exit status {done.returncode}:\n{done.stdout}")
            self.compare(command.line, f"`{command.text}`", command.shown, plain(done.stdout))

    def arch(self, block: Block) -> None:
        done = run(Request(file="block.arch", text=file_text(block), wants_nets=False))
        # A few lines of a net may well use a half of what they declare.
        errors = [item for item in done.diagnostics if item.severity is Severity.ERROR]
        found = {item.code for item in errors}
        wanted = {block.notes["error"]} if "error" in block.notes else set()
        if found != wanted:
            messages = "\n".join(f"{item.code} {item.message}" for item in errors)
            self.problem(block.line, f"expected {sorted(wanted)}, found:\n{messages}")

    def python(self, block: Block) -> None:
        if "excerpt" in block.notes:
            file = self.folder / block.notes["excerpt"]
            if not matches(f"...\n{block.text}...\n", file.read_text(encoding="utf-8")):
                self.problem(block.line, f"these lines are not in {file.name}")
            return
        printed = io.StringIO()
        # Line numbers as in the document.
        code = compile("\n" * block.line + block.text, "document", "exec")
        with contextlib.redirect_stdout(printed):
            exec(code, self.names)
        self.printed = printed.getvalue()

    def sh(self, block: Block) -> None:
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
        for line in block.text.splitlines():
            words = [w for w in shlex.split(line, comments=True) if "=" not in w]
            match words:
                case ["make", *named]:
                    for name in named:
                        if name not in targets:
                            self.problem(block.line, f"make has no target {name}")
                case ["pip" | "git" | "cd" | ".ci/run", *_] | []:
                    pass
                case _:
                    self.problem(block.line, f"`{line}` is run by nobody: make it a console block")


def file_text(block: Block) -> str:
    """A block as a file: items of a body get a net around them."""
    if "in" not in block.notes:
        return block.text
    return f"net Example {{\n  input {block.notes['in']}\n{block.text}}}\n"


def environment() -> dict[str, str]:
    """The one of a person in front of a terminal of 80 columns, with archdsl installed."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ARCHDSL")}
    path = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", "")])
    return {**kept, "PATH": path, "COLUMNS": "80", "NO_COLOR": "1", "OMP_NUM_THREADS": "1"}


def plain(text: str) -> str:
    """Without what a machine's fonts have to say while Graphviz draws."""
    return "".join(
        line for line in text.splitlines(keepends=True) if not line.startswith("Fontconfig")
    )


@pytest.mark.parametrize("name", NAMES)
def test_blocks(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    monkeypatch.chdir(tmp_path)
    runner = Runner(tmp_path)
    for block in blocks((ROOT / name).read_text(encoding="utf-8")):
        try:
            runner.block(block)
        except Exception as error:
            runner.problem(block.line, f"{type(error).__name__}: {error}")
    assert not runner.problems, f"{name}, " + f"\n{name}, ".join(runner.problems)


@pytest.mark.parametrize("name", NAMES)
def test_networks_compute_what_they_say(name: str) -> None:
    """The code of every network shown gives what its graph, run node by node, gives."""
    torch = pytest.importorskip("torch")
    differing = []
    for block in blocks((ROOT / name).read_text(encoding="utf-8")):
        if block.language != "arch" or "error" in block.notes:
            continue
        spec = archdsl.loads(file_text(block))
        # A block of declarations alone has no net; a net with required parameters is none yet.
        for net in map(spec.net, spec.nets):
            model = net.torch().eval()
            interpreter.randomise(model)
            shapes = [net.graph.nodes[i].shape for _, i in net.graph.inputs]
            inputs = [torch.randn(2, *s.channels_first) for s in shapes]
            with torch.no_grad():
                found = model(*inputs)
                wanted = interpreter.run(net.graph, model.state_dict(), inputs)
            found = found if isinstance(found, tuple) else (found,)
            if not all(torch.equal(a, b) for a, b in zip(found, wanted, strict=True)):
                differing.append(f"line {block.line}: {net.name}")
    assert not differing, f"{name}: {differing}"


@pytest.mark.parametrize("name", NAMES)
def test_networks_are_laid_out(name: str) -> None:
    """As `archdsl fmt` has it."""
    for block in blocks((ROOT / name).read_text(encoding="utf-8")):
        if block.language == "arch" and "error" not in block.notes:
            text = file_text(block)
            assert text == format_source(text), f"{name}, line {block.line}"


@pytest.mark.parametrize("name", [*NAMES, "CHANGELOG.md"])
def test_links(name: str) -> None:
    document = ROOT / name
    for link in links(document.read_text(encoding="utf-8")):
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        assert target.exists(), link
        if anchor:
            assert anchor in headings(target.read_text(encoding="utf-8")), link


@pytest.mark.parametrize(
    ("shown", "real", "same"),
    [
        ("a\n", "a\n", True),
        ("a\n", "a\nb\n", False),
        ("...\n", "a\nb\n", True),
        ("a\n...\n", "a\n", True),
        ("a\n...\nd\n", "a\nb\nc\nd\n", True),
        ("a ... c\n", "a b c\n", True),
        ("a ... c\n", "a b\nc\n", False),
        ("", "", True),
        ("", "a\n", False),
    ],
)
def test_what_may_be_left_out(shown: str, real: str, same: bool) -> None:
    assert matches(shown, real) is same
