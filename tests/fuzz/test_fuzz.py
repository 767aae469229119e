"""A short run of the fuzzers, always the same; and all that they ever found."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.mutate import SEEDS, mutated
from tests.fuzz.programs import Program
from tests.fuzz.running import compile_all, equals_the_graph

ROOT = Path(__file__).parents[2]
FOUND = sorted((Path(__file__).parent / "found").glob("*.arch"))
SETTINGS = settings(
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@given(st.randoms(use_true_random=False))
@settings(SETTINGS, max_examples=60)
def test_programs_equal_their_graphs(random: Random) -> None:
    pytest.importorskip("torch")
    for net in compile_all(Program(random).text):
        equals_the_graph(net)


@given(st.randoms(use_true_random=False), st.sampled_from(SEEDS))
@settings(SETTINGS, max_examples=150)
def test_mutated_texts_are_compiled_or_refused(random: Random, text: str) -> None:
    compile_all(mutated(random, text), most=1)


def test_texts_led_by_coverage() -> None:
    pytest.importorskip("atheris")
    command = [sys.executable, "-m", "tests.fuzz.coverage", "15", "1", "300"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=150
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    assert "findings: none" in done.stdout


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_found(path: Path) -> None:
    pytest.importorskip("torch")
    nets = compile_all(path.read_text(encoding="utf-8"))
    assert nets
    for net in nets:
        equals_the_graph(net)


def test_most_random_programs_are_valid() -> None:
    accepted = sum(bool(compile_all(Program(Random(seed)).text)) for seed in range(40))
    assert accepted >= 30
