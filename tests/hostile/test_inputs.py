"""No source gives a traceback, hangs, or takes unbounded memory."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile import long_texts, texts
from tests.hostile.limited import archdsl

# What is no error, however large, takes the time that it needs.
VALID = frozenset(
    [
        "blocks_unused_40",
        "blocks_60_deep",
        "blocks_as_arguments",
        "expects_of_blocks",
        "arrows",
        "long_lists",
        "a_doc_of_a_million_lines",
        "unused_lets",
        "unused_blocks",
        "unused_labels",
        "parameters",
        "defaults",
        "many_nets",
        "branches",
        "branches_by_reference",
        "branches_of_sums",
        "refs",
        "outputs",
        "inputs",
        "aux_heads",
        "many_layers",
        "many_rows",
    ]
)
# Errors at the end of a text that takes long to read.
LONG = frozenset({"long_tuples", "imports", "imports_of_itself", "imported_names"})


def _slowness() -> float:
    """How much slower than an idle machine this one is just now, at least 1."""
    start = time.process_time()
    sum(i * i % 7 for i in range(1_000_000))
    return max(1.0, (time.process_time() - start) / 0.08)


def seconds() -> float:
    """Two seconds of an idle machine, by how this one is now and was when the tests began.

    Times three: where others share its caches, work on many objects slows down by more than the
    arithmetic that tells how slow it is. What grows out of proportion takes far longer than that.
    """
    return 3 * 2.0 * max(BEGAN, _slowness(), _slowness())


BEGAN = _slowness()
ALL = {**texts.NUMBERS, **texts.NESTING, **long_texts.LONG, **long_texts.BYTES}
REFUSED = {
    name: make
    for group in (texts.NUMBERS, texts.NESTING, long_texts.LONG, long_texts.BYTES)
    for name, make in group.items()
    if name not in VALID | LONG
}
TAKEN = {"branches", "refs", "outputs", "inputs", "aux_heads", "many_layers"}
COMMANDS = (
    ("compile", "--target", "torch"),
    ("diagram", "-o", "x.dot"),
    ("cost",),
)


def put(folder: Path, make: Callable[[], str | bytes]) -> None:
    made = make()
    (folder / "x.arch").write_bytes(made if isinstance(made, bytes) else made.encode())


@pytest.mark.parametrize("name", REFUSED)
def test_ends_soon_and_clearly(name: str, tmp_path: Path) -> None:
    put(tmp_path, REFUSED[name])
    ended = archdsl("check", "x.arch", cwd=tmp_path)
    assert ended.clear, ended
    assert ended.cpu < seconds(), ended


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(LONG | VALID))
def test_ends_within_memory(name: str, tmp_path: Path) -> None:
    put(tmp_path, ALL[name])
    ended = archdsl("check", "x.arch", cwd=tmp_path, hangs=120)
    assert ended.clear, ended


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c[0])
@pytest.mark.parametrize("name", sorted(TAKEN))
def test_what_is_accepted_can_be_emitted(
    name: str, command: tuple[str, ...], tmp_path: Path
) -> None:
    put(tmp_path, ALL[name])
    ended = archdsl(command[0], "x.arch", *command[1:], cwd=tmp_path)
    assert ended.code == 0, ended
    assert ended.clear, ended


@pytest.mark.parametrize("command", [("check",), *COMMANDS], ids=lambda c: c[0])
@pytest.mark.parametrize("what", ["folder", "fifo", "device", "loop", "dangling", "nothing", "nul"])
def test_what_is_no_file(what: str, command: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "x.arch"
    asked: str | bytes = "x.arch"
    match what:
        case "folder":
            path.mkdir()
        case "fifo":
            os.mkfifo(path)
        case "device":
            asked = "/dev/zero"
        case "loop":
            path.symlink_to(tmp_path / "y.arch")
            (tmp_path / "y.arch").symlink_to(path)
        case "dangling":
            path.symlink_to("nowhere.arch")
        case "nul":
            asked = b"x\xff.arch"
    ended = archdsl(command[0], asked, *command[1:], cwd=tmp_path)
    assert ended.clear, ended
    assert ended.code in (1, 2), ended


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission(tmp_path: Path) -> None:
    (tmp_path / "x.arch").touch(mode=0)
    ended = archdsl("check", "x.arch", cwd=tmp_path)
    assert ended.code in (1, 2)
    assert "no permission" in ended.err


def test_an_endless_standard_input(tmp_path: Path) -> None:
    ended = archdsl("check", "-", cwd=tmp_path, stdin=b"relu\n" * 2_000_000)
    assert ended.code in (1, 2)
    assert "larger than 8 MB" in ended.err


@pytest.mark.parametrize(
    "setting",
    ["--set=classes=10**10**10", "--set=a=" + "(" * 20_000, "--input=9x9x" + "9" * 10_000],
)
def test_from_the_command_line(setting: str, tmp_path: Path) -> None:
    (tmp_path / "x.arch").write_text("net N(classes = 10, a = 1) { input 8x8x3 conv(classes, 1) }")
    ended = archdsl("cost", "x.arch", setting, cwd=tmp_path)
    assert ended.clear, ended
    assert ended.code in (0, 1, 2)
    assert ended.cpu < seconds()


def test_limits_can_be_raised(tmp_path: Path) -> None:
    (tmp_path / "x.arch").write_text("net N { input 8x8x3 repeat 30 { relu } }")
    low = archdsl("check", "x.arch", "--limit", "nodes=20", cwd=tmp_path)
    assert low.code == 1
    assert "more than 20 layers" in low.err
    assert archdsl("check", "x.arch", "--limit", "nodes=31", cwd=tmp_path).code == 0
    for wrong in ("nods=3", "nodes", "nodes=x", "nodes=0", "nodes=-1"):
        assert archdsl("check", "x.arch", "--limit", wrong, cwd=tmp_path).code == 2


def test_limits_are_documented() -> None:
    from archdsl.limits import documented

    page = (Path(__file__).parents[2] / "docs" / "limits.md").read_text(encoding="utf-8")
    for name, (default, meaning) in documented().items():
        assert f"| `{name}` | {default:,} | {meaning} |" in page
