"""Imports stay inside; outputs are written whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archdsl.driver.writing import MARKER
from tests.hostile.limited import archdsl

NET = "net N { input 8x8x3 conv(4, 3x3) }\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (tmp_path / "secret.arch").write_text("block B { relu } # outside\n")
    (folder / "inner").mkdir()
    (folder / "link.arch").symlink_to(tmp_path / "secret.arch")
    (folder / "up").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.arch")
    (folder / "zero.arch").symlink_to("/dev/zero")
    return folder


@pytest.mark.parametrize(
    "path",
    [
        "../secret.arch", "inner/../../secret.arch", "./../secret.arch", "link.arch",
        "up/secret.arch", "up/project/../secret.arch", "pipe.arch", "zero.arch", "/etc/passwd",
        "/etc/passwd.arch", "C:/x.arch", "C:x.arch", "//host/x.arch", "..\\\\secret.arch",
        "std/../../secret.arch", "std/../resnet.arch", "std//etc/passwd.arch", "std/",
        "std/inner/../../../x.arch", "STD/resnet.arch", "~/x.arch", "file:///etc/x.arch",
        "https://example.com/x.arch", "secret.arch\u0000", "", ".", "inner", "inner/.arch",
    ],
)  # fmt: skip
def test_imports_stay_inside(path: str, project: Path) -> None:
    (project / "x.arch").write_text(f'import B from "{path}"\nnet N {{ input 8x8x3 B }}\n')
    ended = archdsl("check", "x.arch", cwd=project)
    assert ended.clear, ended
    assert ended.code == 1
    assert "outside" not in ended.err + ended.out
    assert "root:" not in ended.err + ended.out


def big(folder: Path) -> Path:
    (folder / "x.arch").write_text("net N { input 8x8x3\n" + "conv(4, 3x3) -> relu\n" * 300 + "}\n")
    return folder / "out.py"


def test_a_full_disk(tmp_path: Path) -> None:
    out = big(tmp_path)
    args = ("compile", "x.arch", "--target", "torch", "-o", "out.py")
    ended = archdsl(*args, cwd=tmp_path, largest=4096)
    assert ended.code in (1, 2), ended
    assert "can't write" in ended.err
    assert not out.exists()
    assert archdsl(*args, cwd=tmp_path).code == 0
    before = out.read_bytes()
    out.chmod(0o640)
    (tmp_path / "x.arch").write_text((tmp_path / "x.arch").read_text().replace("3x3", "5x5"))
    assert archdsl(*args, cwd=tmp_path, largest=4096).code in (1, 2)
    assert out.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.py", "x.arch"]
    assert archdsl(*args, cwd=tmp_path).code == 0
    assert out.read_bytes() != before
    assert out.stat().st_mode & 0o777 == 0o640


def test_what_is_not_ours_stays(tmp_path: Path) -> None:
    out = big(tmp_path)
    out.write_text("my own\n")
    args = ("compile", "x.arch", "--target", "torch", "-o", "out.py")
    assert archdsl(*args, cwd=tmp_path).code in (1, 2)
    assert out.read_text() == "my own\n"
    assert archdsl(*args, "--force", cwd=tmp_path).code == 0
    assert MARKER in out.read_text()


def test_killed_while_writing(tmp_path: Path) -> None:
    """Whenever it dies, one whole version stands there."""
    out = tmp_path / "out.py"
    program = (
        "from pathlib import Path; from archdsl.driver.writing import write\n"
        "for n in range(10**9):\n"
        f"    write(Path('out.py'), b'# {MARKER}\\n' + b'%d' % (n % 10) * 3_000_000)\n"
    )
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    for turn in range(12):
        process = subprocess.Popen([sys.executable, "-c", program], cwd=tmp_path, env=env)
        until = time.monotonic() + 20
        while not out.exists() and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.2 + 0.013 * turn)
        process.send_signal(signal.SIGKILL)
        process.wait()
        head, _, body = out.read_bytes().partition(b"\n")
        assert head == f"# {MARKER}".encode()
        assert len(body) == 3_000_000
        assert len(set(body)) == 1
