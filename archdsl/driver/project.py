"""Where sources come from (files, the shipped specs, the standard input), and what imports reach.

The project's folder, which imports don't leave, is the nearest parent with `archdsl.toml` or
`.git`, else the file's own folder.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath, PureWindowsPath

from archdsl import resources
from archdsl.diagnostics import Source, nearest
from archdsl.driver import codes
from archdsl.driver.reading import Unreadable, decode, read, read_stdin, shown
from archdsl.records import record

SUFFIX = ".arch"
STD = "std/"  # `std/resnet.arch` is a shipped spec
_MARKS = ("archdsl.toml", ".git")


def project_root(file: Path) -> Path:
    """The project's folder of a file."""
    folder = Path(os.path.abspath(file)).parent
    for parent in (folder, *folder.parents):
        if any((parent / mark).exists() for mark in _MARKS):
            return parent
    return folder


@cache
def shipped_names() -> tuple[str, ...]:
    """Names of the shipped specs, as `resnet`, in order."""
    specs = resources.root() / "specs"
    if not specs.is_dir():
        return ()
    found = [entry.name for entry in specs.iterdir() if entry.is_file()]
    return tuple(sorted(name.removesuffix(SUFFIX) for name in found if name.endswith(SUFFIX)))


@cache
def _in_folders() -> tuple[str, ...]:
    """Names of the shipped specs in folders, as `lessons/bottleneck`."""
    specs = resources.root() / "specs"
    found = [
        f"{folder.name}/{entry.name.removesuffix(SUFFIX)}"
        for folder in (specs.iterdir() if specs.is_dir() else ())
        if folder.is_dir()
        for entry in folder.iterdir()
        if entry.name.endswith(SUFFIX)
    ]
    return tuple(sorted(found))


def shipped_paths() -> tuple[str, ...]:
    """Names of all shipped specs, those in folders last."""
    return shipped_names() + _in_folders()


def shipped_in(folder: str) -> tuple[str, ...]:
    """Names of the shipped specs in one of their folders, `keras` or `std/keras/`; else none.

    A file or a folder of the user's own comes first.
    """
    if Path(folder).exists():
        return ()
    within = f"{folder.removeprefix(STD).rstrip('/')}/"
    return tuple(name for name in _in_folders() if name.startswith(within))


def _read_shipped(path: str) -> str:
    """A shipped spec by its path within specs/."""
    place = resources.root() / "specs"
    for part in PurePosixPath(path).parts:
        place = place / part
    if not place.is_file():
        raise Unreadable(
            codes.NO_FILE,
            f"there is no shipped spec {STD}{path}",
            _did_you_mean(path.removesuffix(SUFFIX), shipped_paths(), STD, SUFFIX),
        )
    return decode(place.read_bytes(), STD + path)


def _did_you_mean(word: str, known: tuple[str, ...], before: str = "", after: str = "") -> str:
    found = nearest(word, known)
    return f"did you mean {before}{found}{after}?" if found else ""


@record
class Home:
    """Where a source is: a file on disk, or (path None) a shipped spec by `within` specs/."""

    path: Path | None
    within: str = ""


@dataclass
class Project:
    """The sources of one compilation: the file asked for, and what it imports.

    root: the folder that imports don't leave; None: by the rule above
    """

    root: Path | None = None
    sources: dict[str, Source] = field(default_factory=dict)  # by real path, or std/..
    _homes: dict[str, Home] = field(default_factory=dict)  # by the source's name

    # ----------------------------------------------------------------- the file asked for

    def open(self, name: str, stdin_name: str | None = None) -> Source:
        """A file, `-`, or a shipped spec by its bare name; raises Unreadable."""
        if not name:
            help = "a .arch file, - for the standard input, or a shipped spec such as resnet"
            raise Unreadable(codes.NO_FILE, "the name of the file is empty", help)
        if name == "-":
            label = shown(Path(stdin_name)) if stdin_name else "<stdin>"
            return self.text(label, read_stdin(label), Path(stdin_name or "-"))
        spec = _shipped(name)
        if spec is not None:
            return self._add(STD + spec, Source(STD + spec, _read_shipped(spec)), Home(None, spec))
        path = Path(name)
        try:
            text = read(path, shown(path))
        except Unreadable as error:
            if error.code == codes.NO_FILE and not error.help:
                raise Unreadable(error.code, error.message, _suggest(path)) from None
            raise
        self._set_root(path)
        return self._add(os.path.realpath(path), Source(shown(path), text), Home(path))

    def text(self, name: str, text: str, path: Path | None = None) -> Source:
        """A text given as such, that stands for the file `path`."""
        place = path or Path("-")
        self._set_root(place)
        return self._add(os.path.realpath(place), Source(name, text), Home(place))

    def _set_root(self, file: Path) -> None:
        if self.root is None:
            self.root = project_root(file)

    def _add(self, key: str, source: Source, home: Home) -> Source:
        self.sources[key] = source
        self._homes[source.name] = home
        return source

    # ----------------------------------------------------------------- imports

    def load(self, path: str, importer: str) -> Source:
        """The source that the source named `importer` imports as `path`; raises Unreadable."""
        home = self._homes[importer]
        _check(path)
        if path.startswith(STD) or home.path is None:
            base = PurePosixPath("" if path.startswith(STD) else home.within).parent
            return self._load_shipped(base, path.removeprefix(STD), path)
        folder = Path(os.path.abspath(home.path)).parent
        root = self.root or folder
        target = Path(os.path.normpath(folder / path))
        # The path as written first: what lies outside isn't even looked for.
        if not _within(target, Path(os.path.abspath(root))) and not _within(
            target, Path(os.path.realpath(root))
        ):
            raise _outside(path, root)
        real = os.path.realpath(target)
        if not _within(Path(real), Path(os.path.realpath(root))):
            raise _outside(path, root, "it is a link that leads there")
        if real in self.sources:
            return self.sources[real]
        try:
            text = read(Path(real), shown(target))
        except Unreadable as error:
            if error.code == codes.NO_FILE:
                raise Unreadable(error.code, error.message, _suggest(target)) from None
            raise
        return self._add(real, Source(shown(target), text), Home(target))

    def _load_shipped(self, base: PurePosixPath, path: str, written: str) -> Source:
        parts: list[str] = []
        for part in (base / path).parts:
            if part != "..":
                parts.append(part)
            elif parts:
                parts.pop()
            else:
                raise Unreadable(
                    codes.IMPORT_OUTSIDE, f'the import "{written}" leads out of the shipped specs'
                )
        within = "/".join(parts)
        known = self.sources.get(STD + within)
        if known is not None:
            return known
        text = _read_shipped(within)
        return self._add(STD + within, Source(STD + within, text), Home(None, within))

    # ----------------------------------------------------------------- all of them

    def digest(self) -> str:
        """sha256 over the file asked for and its imports, wherever they lie."""
        first, *rest = [_hash(source.text) for source in self.sources.values()]
        return _hash("\n".join([first, *sorted(rest)]))


def _hash(text: str) -> str:
    # A checkout with Windows line ends is the same text.
    data = text.replace("\r\n", "\n").encode("utf-8", "surrogatepass")
    import hashlib  # loads OpenSSL, which a check has no use for

    return hashlib.sha256(data).hexdigest()


def _shipped(name: str) -> str | None:
    """The shipped spec that a command's argument means, if it means one."""
    if name.startswith(STD) and not Path(name).exists():
        return name.removeprefix(STD)
    if "." not in name and name in shipped_paths() and not Path(name).is_file():
        return name + SUFFIX
    return None


def _check(path: str) -> None:
    def refuse(why: str, help: str = "") -> Unreadable:
        return Unreadable(codes.IMPORT_PATH, f'the import "{path}" {why}', help)

    windows = PureWindowsPath(path)
    if path.startswith("/") or windows.drive or windows.root:
        raise refuse("is an absolute path", "write it relative to this file, or as std/..")
    if "\\" in path:
        raise refuse("has a backslash", f'write "{windows.as_posix()}"')
    if not path.isprintable():
        raise refuse("holds a character that no path should")
    if not path.endswith(SUFFIX):
        raise refuse(f"isn't a {SUFFIX} file", f'write "{path}{SUFFIX}"' if path else "")


def _outside(path: str, root: Path, why: str = "") -> Unreadable:
    note = f": {why}" if why else ""
    folder = shown(root)
    place = "" if folder == "." else f", {folder}"
    return Unreadable(
        codes.IMPORT_OUTSIDE,
        f'the import "{path}" leads out of the project\'s folder{place}{note}',
        "--root names another folder",
    )


def _within(path: Path, root: Path) -> bool:
    return path.is_relative_to(root)


def _suggest(path: Path) -> str:
    """What was meant instead, as an option; a file beside, or a shipped spec, of a similar name."""
    before, colon, net = path.as_posix().partition(":")
    if colon and (_shipped(before) or Path(before).is_file()):
        return f"a net is named by an option: {before} --net {net}"
    if folder := shipped_in(path.as_posix()):
        return f"{path.as_posix()} is a folder of specs: {', '.join(folder)}"
    try:
        beside = {entry.name: entry for entry in path.parent.iterdir() if entry.suffix == SUFFIX}
    except OSError:
        beside = {}
    if path.name + SUFFIX in beside:
        return f"did you mean {shown(beside[path.name + SUFFIX])}?"
    found = nearest(path.name, beside) or nearest(path.name + SUFFIX, beside)
    if found:
        return f"did you mean {shown(beside[found])}?"
    stem = path.name.removesuffix(SUFFIX)
    spec = stem if stem in shipped_names() else nearest(stem, shipped_paths())
    return f"did you mean {spec}, a spec that comes with archdsl?" if spec else ""
