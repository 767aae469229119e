"""Coverage-guided fuzzing with atheris: `python -m tests.fuzz.coverage SECONDS [SEED [RUNS]]`.

libFuzzer keeps each text that reaches code no other did, and changes those further: byte by byte,
or word by word as mutate.py does. A text goes the whole way: bytes to text, to nets, to code of
every target and to pictures. A failure is noted and the run goes on; a text that takes more than
20 seconds or 2 GB ends it.
"""

from __future__ import annotations

import os
import pkgutil
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from random import Random

import atheris

with atheris.instrument_imports(include=["archdsl"]):
    import archdsl

    for found in pkgutil.walk_packages(archdsl.__path__, "archdsl."):
        if found.name not in ("archdsl.__main__", "archdsl.highlight"):  # what no text goes through
            import_module(found.name)

from archdsl.driver.reading import Unreadable, decode
from archdsl.ops import OPS
from archdsl.syntax.keywords import KEYWORDS
from tests.fuzz.findings import FOLDER, Findings
from tests.fuzz.mutate import SEEDS, SPECS, mutated
from tests.fuzz.running import compile_all

_SIGNS = ("->", "::", "@a", "3x3", "{i}", '"', "##", "**", "in.c", "/2", "1e-3", "60k")
_LONGEST = 2_000  # bytes


class Fuzzer:
    def __init__(self, seconds: float) -> None:
        self.until = time.monotonic() + seconds
        self.findings = Findings("coverage-guided")

    def one(self, data: bytes) -> None:
        runs = self.findings.runs
        runs["texts"] += 1
        try:
            text = decode(data, "fuzz.arch")
        except Unreadable:
            runs["not UTF-8"] += 1
            return
        try:
            runs["accepted"] += bool(compile_all(text, most=1))
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            self.findings.add(error, text)
        if time.monotonic() > self.until:
            self.end()

    def end(self) -> None:
        print(self.findings.figures(), flush=True)
        sys.stderr.flush()
        os._exit(1 if self.findings.kinds else 0)  # libFuzzer has no way to be told to stop


def _mutate(data: bytes, max_size: int, seed: int) -> bytes:
    random = Random(seed)
    if random.random() < 0.2:
        return bytes(atheris.Mutate(data, max_size))
    text = mutated(random, data.decode("utf-8", "replace"))
    return text.encode("utf-8", "replace")[:max_size]


def main(seconds: float, seed: int, runs: int | None) -> None:
    fuzzer = Fuzzer(seconds)
    with tempfile.TemporaryDirectory() as temporary:
        corpus = Path(temporary, "corpus")
        corpus.mkdir()
        for number, text in enumerate((*SEEDS, *SPECS)):
            if len(text.encode()) <= _LONGEST:
                (corpus / f"{number}.arch").write_text(text, encoding="utf-8")
        words = Path(temporary, "words")
        quoted = [
            '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
            for word in (*sorted(KEYWORDS), *sorted(OPS), *_SIGNS)
        ]
        words.write_text("\n".join(quoted) + "\n", encoding="utf-8")
        options = [
            f"-seed={seed}",
            f"-dict={words}",
            f"-max_len={_LONGEST}",
            "-mutate_depth=1",  # more of them are valid still
            "-timeout=20",
            "-rss_limit_mb=8192",
            f"-artifact_prefix={FOLDER}/",
            "-print_final_stats=1",
        ]
        if runs is not None:
            options.append(f"-runs={runs}")
        atheris.Setup([sys.argv[0], *options, str(corpus)], fuzzer.one, custom_mutator=_mutate)
        try:
            atheris.Fuzz()
        finally:
            fuzzer.end()


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(given[0], given[1] if len(given) > 1 else 1, given[2] if len(given) > 2 else None)
