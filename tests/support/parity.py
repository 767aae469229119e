"""What the parity tests measure: recorded as they run, and written as docs/parity.md.

`pytest --parity-record FILE` appends a line of JSON for each parity test that ran;
`python -m tests.support.parity FILE..` takes them into benchmarks/parity.jsonl, which keeps the last
time that each ran, here or on a machine before, and writes the table of all.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TABLE = ROOT / "docs" / "parity.md"
RECORD = ROOT / "benchmarks" / "parity.jsonl"
_PROPERTY = "parity"
_PACKAGES = ("torch", "torchvision", "timm", "keras", "tensorflow-cpu", "tensorflow", "jax", "flax")
_PACKAGES += ("onnxruntime", "numpy")
_MOST_NAMED = 24


class Parity:
    """What a test compared: `parity("ResNet18", "torchvision 0.28.0", outputs=0.0)`."""

    def __init__(self, properties: list[tuple[str, object]]) -> None:
        self._properties = properties

    def __call__(self, net: str, beside: str, **differences: float) -> None:
        """
        beside:      what it was compared with, and its version
        differences: the largest each, as a share of the largest number compared; 0: bit for bit
        """
        rounded = {name: float(f"{value:.3g}") for name, value in differences.items()}
        said = {"net": net, "beside": beside, "differences": rounded}
        self._properties.append((_PROPERTY, said))


class Recorder:
    """Appends what ran to a file; registered where `--parity-record` is given."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if "parity" not in report.keywords or (report.when != "call" and report.passed):
            return
        line = {
            "test": report.nodeid,
            "outcome": report.outcome,
            "seconds": round(report.duration, 1),
            "date": date.today().isoformat(),
            "rows": [value for name, value in report.user_properties if name == _PROPERTY],
        }
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as opened:
            opened.write(json.dumps(line) + "\n")


# ------------------------------------------------------------------------------- the table


@dataclass(frozen=True, slots=True)
class Ran:
    """The last time that a test ran."""

    test: str
    outcome: str
    seconds: float
    date: str
    rows: list[dict[str, Any]]

    @property
    def function(self) -> str:
        return self.test.partition("[")[0]


def read(*files: Path) -> list[Ran]:
    """The last time that each test ran; a later file's over an earlier one's."""
    texts = [file.read_text(encoding="utf-8") for file in files if file.exists()]
    lines = [json.loads(line) for text in texts for line in text.splitlines()]
    return list({line["test"]: Ran(**line) for line in lines}.values())


def record(ran: Iterable[Ran], every: Iterable[str]) -> str:
    """A line of JSON for each test that there still is, in their order."""
    found = {r.test: r for r in ran}
    return "".join(json.dumps(asdict(found[test])) + "\n" for test in every if test in found)


def written(ran: Iterable[Ran], every: Iterable[str]) -> str:
    """
    every: all parity tests that there are, for those that have not run
    """
    known = list(dict.fromkeys(every))
    order = {test: i for i, test in enumerate(known)}
    found = sorted((r for r in ran if r.test in order), key=lambda r: order[r.test])
    names = {r.test for r in found}
    left = [test for test in known if test not in names]
    parts = [_head(found), _verdict(found, left)]
    plain = []
    for function, group in groupby(found, key=lambda r: r.function):
        here = list(group)
        if any(r.rows for r in here):
            parts.append(_section(function, here))
        else:
            plain.append((function, here))
    parts += [_others(plain), _left(left)]
    return "\n".join(part for part in parts if part)


def _head(found: list[Ran]) -> str:
    days = sorted({r.date for r in found})
    when = " and ".join(dict.fromkeys((days[0], days[-1])))
    with_ = ", ".join(f"{name} {v}" for name in _PACKAGES if (v := _version(name)))
    machine = f"{platform.system()}, {platform.machine()}, {os.cpu_count()} cores"
    return f"""# Parity, measured

`make test-all` writes this page, from all that its tests of parity measured.

| | |
|---|---|
| run | {when} |
| machine | {machine}, Python {platform.python_version()} |
| with | {with_} |

A difference is the largest, as a share of the largest number compared; `exact` is bit for bit.
The tests may have run in several pieces, beside other work: each line is of the last time, and the
seconds are of a busy machine. Where one test has many nets, its first line has its seconds.
"""


def _verdict(found: list[Ran], left: list[str]) -> str:
    good = sum(r.outcome == "passed" for r in found)
    rest = "what has not run is named at the end" if left else "every one of them has run"
    lines = [f"{good} of {len(found)} tests that ran passed; {rest}."]
    for outcome in ("failed", "skipped"):
        lines += [f"- {outcome}: `{r.test}`" for r in found if r.outcome == outcome]
    return "\n".join(lines) + "\n"


def _left(left: list[str]) -> str:
    lines = [f"## Not run\n\n{len(left)} tests of parity are not in these tables.\n"]
    for function, tests in groupby(left, key=lambda t: t.partition("[")[0]):
        ids = [test.partition("[")[2].removesuffix("]") for test in tests]
        named = ", ".join(ids) if len(ids) <= _MOST_NAMED else f"{len(ids)} cases"
        lines.append(f"- `{function}`" + (f": {named}" if any(ids) else ""))
    return "\n".join(lines) + "\n" if left else ""


def _section(function: str, here: list[Ran]) -> str:
    rows = [(r, row, i == 0) for r in here for i, row in enumerate(r.rows)]
    columns = list(dict.fromkeys(name for _, row, _ in rows for name in row["differences"]))
    file, _, name = function.partition("::")
    lines = [f"## {_about(file)}\n", f"[{file}](../{file}), `{name}`: {_count(here)}.\n"]
    lines.append("| net | beside | " + " | ".join(columns) + " | s |")
    lines.append("|---|---|" + "---:|" * (len(columns) + 1))
    for r, row, first in rows:
        cells = [_number(row["differences"].get(column)) for column in columns]
        seconds = f"{r.seconds:g}" if first else ""
        lines.append(" | ".join(("| " + row["net"], row["beside"], *cells, seconds)) + " |")
    return "\n".join(lines) + "\n"


def _others(plain: list[tuple[str, list[Ran]]]) -> str:
    if not plain:
        return ""
    lines = ["## Checked, without a figure\n", "| test | cases | s |", "|---|---|---:|"]
    for function, here in plain:
        seconds = f"{sum(r.seconds for r in here):.1f}"
        lines.append(f"| `{function}` | {_count(here)} | {seconds} |")
    return "\n".join(lines) + "\n"


def _count(here: list[Ran]) -> str:
    good = sum(r.outcome == "passed" for r in here)
    return f"{good} passed" if good == len(here) else f"{good} of {len(here)} passed"


def _number(difference: float | None) -> str:
    if difference is None:
        return ""
    return f"{difference:.1e}" if difference else "exact"


def _about(file: str) -> str:
    """The first sentence that a module of tests says of itself."""
    module = import_module(file.removesuffix(".py").replace("/", "."))
    paragraph = " ".join((module.__doc__ or file).partition("\n\n")[0].split())
    return paragraph.removesuffix(".")


def _version(package: str) -> str:
    try:
        return version(package).partition("+")[0]
    except PackageNotFoundError:
        return ""


def _every() -> list[str]:
    command = (sys.executable, "-m", "pytest", "--collect-only", "-m", "parity", "-n", "0")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if "::" in line]


def main(arguments: list[str]) -> None:
    ran, every = read(RECORD, *map(Path, arguments)), _every()
    RECORD.write_text(record(ran, every), encoding="utf-8")
    TABLE.write_text(written(ran, every), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
