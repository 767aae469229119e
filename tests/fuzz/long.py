"""The long run: `python -m tests.fuzz.long SECONDS [FIRST SEED]`, half of it for each kind.

Grammar-based: Hypothesis makes random programs, which are compared with the interpreter, and
changes words of valid texts; what fails is shrunk. Coverage-guided: atheris, in coverage.py.
What is found is written to build/fuzz/, one file for each kind; the last lines have the figures.
"""

from __future__ import annotations

import subprocess
import sys
import time
from random import Random

import hypothesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz.findings import Findings
from tests.fuzz.mutate import SEEDS, SPECS, mutated
from tests.fuzz.programs import Program
from tests.fuzz.running import compile_all, equals_the_graph

_BATCH = 50  # examples: the time is looked at between batches
_SETTINGS = settings(
    max_examples=_BATCH,
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


class Grammar:
    """Programs by rule, and texts near to valid ones."""

    def __init__(self, until: float) -> None:
        self.until = until  # by the monotonic clock
        self.findings = Findings("grammar-based")
        self._text = ""

    def batch(self, seed: int) -> None:
        test = self._program if seed % 2 else self._mutated
        random = st.randoms(use_true_random=False)
        strategy = (random,) if seed % 2 else (random, st.sampled_from((*SEEDS, *SPECS)))
        try:
            hypothesis.seed(seed)(_SETTINGS(given(*strategy)(test)))()
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            self.findings.add(error, self._text)

    def _program(self, random: Random) -> None:
        if self._is_over():
            return
        self._text = Program(random).text
        self.findings.runs["programs"] += 1
        nets = compile_all(self._text)
        self.findings.runs["programs run and compared"] += bool(nets)
        for net in nets:
            equals_the_graph(net)

    def _is_over(self) -> bool:
        """A batch of large specs takes many minutes: it ends early, unless something is shrunk."""
        return not self.findings.kinds and time.monotonic() > self.until

    def _mutated(self, random: Random, text: str) -> None:
        if self._is_over():
            return
        self._text = mutated(random, text)
        self.findings.runs["changed texts"] += 1
        self.findings.runs["changed texts accepted"] += bool(compile_all(self._text, most=1))


def grammar(seconds: float, seed: int) -> int:
    run = Grammar(time.monotonic() + seconds)
    while time.monotonic() < run.until:
        run.batch(seed)
        seed += 1
    print(run.findings.figures(), flush=True)
    return 1 if run.findings.kinds else 0


def coverage(seconds: float, seed: int) -> int:
    try:
        import atheris  # noqa: F401
    except ImportError:
        print("coverage-guided: left out, atheris has no build for this machine")
        return 0
    command = [sys.executable, "-m", "tests.fuzz.coverage", str(int(seconds)), str(seed + 1)]
    return subprocess.run(command, check=False).returncode


def main(seconds: float, seed: int) -> int:
    return max(grammar(seconds / 2, seed), coverage(seconds / 2, seed))


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
