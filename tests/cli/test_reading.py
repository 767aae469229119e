"""What is read, what is refused, and what imports reach."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from archdsl import limits
from archdsl.driver import codes
from archdsl.driver.project import Project, project_root, shipped_names
from archdsl.driver.reading import Unreadable, decode, read


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def refused(name: str) -> Unreadable:
    with pytest.raises(Unreadable) as error:
        Project().open(name)
    return error.value


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"\xef\xbb\xbfnet A {}", codes.BYTE_ORDER_MARK, "byte order mark"),
        ("net A {}".encode("utf-16"), codes.NOT_UTF8, "UTF-16"),
        ("net A {}".encode("utf-16-be"), codes.NOT_UTF8, "UTF-16"),
        ("net A {}".encode("utf-16-le"), codes.NOT_UTF8, "UTF-16"),
        (b"# caf\xe9\nnet", codes.NOT_UTF8, "0xe9"),
        (b"\x80", codes.NOT_UTF8, "0x80"),
        (b"# \xed\xa0\x80", codes.NOT_UTF8, "0xed"),  # a surrogate
        (b"# \xe7\xbd", codes.NOT_UTF8, "0xe7"),  # cut short
    ],
)
def test_only_utf8(data: bytes, code: str, words: str) -> None:
    with pytest.raises(Unreadable) as error:
        decode(data, "a.arch")
    assert error.value.code == code
    assert words in error.value.message
    assert error.value.help.startswith("save it as UTF-8")


def test_the_place_of_a_bad_byte() -> None:
    with pytest.raises(Unreadable) as error:
        decode("# ok\n# ü ".encode() + b"\xff", "a.arch")
    place = error.value.span
    assert place is not None
    assert (place.line, place.column) == (2, 5)


def test_utf8_is_read_as_it_is() -> None:
    Path("a.arch").write_bytes("# ü网\r\n".encode())
    assert read(Path("a.arch"), "a.arch") == "# ü网\r\n"


def test_what_is_no_file() -> None:
    Path("nets").mkdir()
    os.mkfifo("pipe.arch")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind("s.arch")
        assert refused("nets").code == codes.FOLDER
        assert refused("pipe.arch").message == "pipe.arch is a named pipe, not a file"
        assert refused("s.arch").message == "s.arch is a socket, not a file"
        assert refused("/dev/zero").message == "/dev/zero is a device, not a file"


def test_a_file_may_be_large_but_not_endless() -> None:
    assert limits.Limits().source == 8 * 1024 * 1024
    most = 2 * 1024 * 1024
    with limits.using(limits.changed({"source": most})):
        Path("a.arch").write_bytes(b"#" * most)
        assert len(read(Path("a.arch"), "a.arch")) == most
        Path("a.arch").write_bytes(b"#" * (most + 1))
        assert refused("a.arch").message == "a.arch is larger than 2 MB"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_no_permission() -> None:
    Path("a.arch").touch(mode=0)
    assert refused("a.arch").code == codes.NO_PERMISSION


@pytest.mark.parametrize(
    ("asked", "help"),
    [
        ("lenett.arch", "did you mean lenet.arch?"),
        ("./lenett.arch", "did you mean lenet.arch?"),
        ("lenet", "did you mean lenet.arch?"),
        ("nets/residual", "did you mean nets/residual.arch?"),
        ("nets/resdual.arch", "did you mean nets/residual.arch?"),
        ("qqqqqq.arch", ""),
        ("nowhere/qqqqqq.arch", ""),
        ("lenet.arch/x", ""),
    ],
)
def test_did_you_mean(asked: str, help: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archdsl.driver.project.shipped_names", lambda: ("alexnet",))
    Path("lenet.arch").touch()
    Path("nets").mkdir()
    Path("nets/residual.arch").touch()
    error = refused(asked)
    assert error.code == codes.NO_FILE
    assert error.help == help


def test_did_you_mean_a_shipped_spec(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archdsl.driver.project.shipped_names", lambda: ("alexnet",))
    assert refused("alexnet.arch").help == "did you mean alexnet, a spec that comes with archdsl?"
    assert refused("alexnt").help == "did you mean alexnet, a spec that comes with archdsl?"


def test_odd_names() -> None:
    assert refused("a\0b").code == codes.NO_FILE
    assert refused("").code in (codes.NO_FILE, codes.FOLDER)
    assert refused("x" * 5000).code in (codes.NO_FILE, codes.UNREADABLE)


# --------------------------------------------------------------------------- the project


def test_the_projects_folder(here: Path) -> None:
    inner = here / "a" / "b"
    inner.mkdir(parents=True)
    assert project_root(inner / "x.arch") in (inner, *inner.parents)
    (here / "archdsl.toml").touch()
    assert project_root(inner / "x.arch") == here
    (here / "a" / ".git").touch()  # a worktree's .git is a file
    assert project_root(inner / "x.arch") == here / "a"


@pytest.fixture
def project(here: Path) -> Project:
    root = here / "project"
    (root / "nets").mkdir(parents=True)
    (root / "archdsl.toml").touch()
    for name in ("nets/main.arch", "nets/blocks.arch", "shared.arch"):
        (root / name).write_text(f"# {name}\n", encoding="utf-8")
    (here / "secret.arch").write_text("# secret\n", encoding="utf-8")
    (root / "link.arch").symlink_to(here / "secret.arch")
    (root / "inside.arch").symlink_to(root / "shared.arch")
    (root / "folder.arch").mkdir()
    os.mkfifo(root / "pipe.arch")
    found = Project()
    found.open("project/nets/main.arch")
    return found


@pytest.mark.parametrize(
    ("path", "text", "name"),
    [
        ("blocks.arch", "# nets/blocks.arch\n", "project/nets/blocks.arch"),
        ("./blocks.arch", "# nets/blocks.arch\n", "project/nets/blocks.arch"),
        ("../shared.arch", "# shared.arch\n", "project/shared.arch"),
        ("../inside.arch", "# shared.arch\n", "project/inside.arch"),
        ("../nets/../shared.arch", "# shared.arch\n", "project/shared.arch"),
    ],
)
def test_imports(project: Project, path: str, text: str, name: str) -> None:
    source = project.load(path, "project/nets/main.arch")
    assert (source.text, source.name) == (text, name)
    assert project.load(path, "project/nets/main.arch") is source


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/etc/passwd", codes.IMPORT_PATH),
        ("/etc/x.arch", codes.IMPORT_PATH),
        ("C:/x.arch", codes.IMPORT_PATH),
        ("C:x.arch", codes.IMPORT_PATH),
        ("\\\\host\\share\\x.arch", codes.IMPORT_PATH),
        ("..\\shared.arch", codes.IMPORT_PATH),
        ("blocks", codes.IMPORT_PATH),
        ("", codes.IMPORT_PATH),
        ("a\0.arch", codes.IMPORT_PATH),
        ("../../secret.arch", codes.IMPORT_OUTSIDE),
        ("../../nowhere.arch", codes.IMPORT_OUTSIDE),  # not even whether it is there
        ("../../../../../../../../../../etc/x.arch", codes.IMPORT_OUTSIDE),
        ("../../project2/x.arch", codes.IMPORT_OUTSIDE),
        ("../link.arch", codes.IMPORT_OUTSIDE),
        ("../folder.arch", codes.FOLDER),
        ("../pipe.arch", codes.NOT_REGULAR),
        ("nowhere.arch", codes.NO_FILE),
        ("std/../../x.arch", codes.IMPORT_OUTSIDE),
        ("std/nowhere_at_all.arch", codes.NO_FILE),
    ],
)
def test_imports_that_are_refused(project: Project, path: str, code: str) -> None:
    with pytest.raises(Unreadable) as error:
        project.load(path, "project/nets/main.arch")
    assert error.value.code == code
    assert "secret\n" not in error.value.message


def test_another_root(here: Path, project: Project) -> None:
    wide = Project(here)
    wide.open("project/nets/main.arch")
    assert wide.load("../../secret.arch", "project/nets/main.arch").text == "# secret\n"
    narrow = Project(here / "project" / "nets")
    narrow.open("project/nets/main.arch")
    with pytest.raises(Unreadable) as error:
        narrow.load("../shared.arch", "project/nets/main.arch")
    assert error.value.code == codes.IMPORT_OUTSIDE


def test_a_missing_import_is_guessed(project: Project) -> None:
    with pytest.raises(Unreadable) as error:
        project.load("block.arch", "project/nets/main.arch")
    assert error.value.help == "did you mean project/nets/blocks.arch?"


def test_the_digest_does_not_depend_on_the_place(here: Path, project: Project) -> None:
    project.load("blocks.arch", "project/nets/main.arch")
    project.load("../shared.arch", "project/nets/main.arch")
    (here / "project").rename(here / "elsewhere")
    (here / "elsewhere/nets/main.arch").write_bytes(b"# nets/main.arch\r\n")
    other = Project()
    other.open("elsewhere/nets/main.arch")
    other.load("../shared.arch", "elsewhere/nets/main.arch")
    assert other.digest() != project.digest()
    other.load("blocks.arch", "elsewhere/nets/main.arch")
    assert other.digest() == project.digest()


def test_shipped_names_are_sorted() -> None:
    assert list(shipped_names()) == sorted(shipped_names())
