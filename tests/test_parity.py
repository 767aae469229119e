"""The table of what the parity tests measured."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.parity import read, record, written

TEST = "tests/verify/test_specs.py::test_equal"


def line(test: str, outcome: str = "passed", **differences: float) -> str:
    row = {"net": "LeNet5", "beside": "keras 3", "differences": differences}
    rows = [row] if differences else []
    made = {"test": test, "outcome": outcome, "seconds": 1.5, "date": "2026-01-02", "rows": rows}
    return json.dumps(made) + "\n"


def test_table(tmp_path: Path) -> None:
    file = tmp_path / "parity.jsonl"
    file.write_text(
        line(f"{TEST}[a]", "failed", outputs=1.0)
        + line(f"{TEST}[a]", outputs=2.5e-7, gradients=0.0)  # the last time counts
        + line(f"{TEST}[b]", "failed", outputs=3e-3)
        + line("tests/test_lessons.py::test_other"),
        encoding="utf-8",
    )
    every = [f"{TEST}[a]", f"{TEST}[b]", f"{TEST}[c]", "tests/test_lessons.py::test_other"]
    text = written(read(file), every)
    assert "\n| run | 2026-01-02 |\n" in text
    assert "2 of 3 tests that ran passed" in text
    assert f"\n- failed: `{TEST}[b]`\n" in text
    assert text.endswith(f"1 tests of parity are not in these tables.\n\n- `{TEST}`: c\n")
    assert (
        """
| net | beside | outputs | gradients | s |
|---|---|---:|---:|---:|
| LeNet5 | keras 3 | 2.5e-07 | exact | 1.5 |
| LeNet5 | keras 3 | 3.0e-03 |  | 1.5 |
"""
        in text
    )
    assert "| `tests/test_lessons.py::test_other` | 1 passed | 1.5 |" in text


def test_what_ran_before_is_kept(tmp_path: Path) -> None:
    before, now = tmp_path / "before.jsonl", tmp_path / "now.jsonl"
    before.write_text(line("b::kept") + line("b::again", "failed") + line("b::gone"), "utf-8")
    now.write_text(line("b::again") + line("a::new"), "utf-8")
    text = record(read(before, now, tmp_path / "none.jsonl"), ["a::new", "b::again", "b::kept"])
    assert text == line("a::new") + line("b::again") + line("b::kept")
