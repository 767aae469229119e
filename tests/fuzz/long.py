"""The long run: `python -m tests.fuzz.long SECONDS [FIRST SEED]`.

Random programs, compared with the interpreter, and mutated texts, in turn. What is found is
written to build/fuzz/, one file for each kind of finding; the last line has the figures.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from random import Random

from tests.fuzz.mutate import SEEDS, SPECS, mutated
from tests.fuzz.programs import Program
from tests.fuzz.running import compile_all, equals_the_graph


def kind_of(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if "/archdsl/" in f.filename] or frames
    return f"{type(error).__name__}-{Path(own[-1].filename).stem}-{own[-1].name}".replace("<", "")


def main(seconds: float, first: int) -> int:
    folder = Path("build/fuzz")
    folder.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + seconds
    figures: Counter[str] = Counter()
    found: Counter[str] = Counter()
    seed = first
    while time.monotonic() < until:
        random = Random(seed)
        generated = seed % 3 == 0
        text = (
            Program(random).text
            if generated
            else mutated(random, random.choice(SPECS if seed % 30 == 1 else SEEDS))
        )
        try:
            if generated:
                nets = compile_all(text)
                for net in nets:
                    equals_the_graph(net, seed)
                figures["programs"] += 1
                figures["programs accepted"] += bool(nets)
            else:
                figures["mutated texts"] += 1
                figures["mutated accepted"] += bool(compile_all(text, most=1))
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            kind = kind_of(error)
            found[kind] += 1
            if found[kind] <= 3:
                path = folder / f"{kind}-{seed}.arch"
                path.write_text(text, encoding="utf-8", errors="surrogatepass")
                print(f"{path}: {type(error).__name__}: {str(error)[:160]}", flush=True)
        seed += 1
    print(f"{dict(figures)}, findings {dict(found)}, seeds {first} to {seed}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
