"""The benchmarks: one table, and benchmarks/results.json.

    python benchmarks/bench.py [--only start,cost,family,fit,growth,train,augment,latency] [-o FILE]

With `--only`, rows of other parts that FILE has stay in it. Programs are measured as whole
processes of an installed wheel with its bytecode (in a temporary environment), the peers in turn
with them. Times are the least of several rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("start", "cost", "family", "fit", "growth", "train", "augment", "latency")
LIMIT = 600  # seconds for one process

PEER = """\
from tests.support.torchvision_shim import import_torchvision
import_torchvision()
import torch
from torchvision.models import resnet152
net, x = resnet152().eval(), torch.zeros(1, 3, 224, 224)
try:
    from fvcore.nn import FlopCountAnalysis, flop_count_table
except ImportError:
    from torch.utils.flop_counter import FlopCounterMode
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        net(x)
    for name, found in counter.get_flop_counts().items():
        print(name, found)
else:
    print(flop_count_table(FlopCountAnalysis(net, x)))
"""

# A core's seconds for one EfficientNet built by timm without memory for its weights.
BUILT = """\
from tests.support.torchvision_shim import import_torchvision
import_torchvision()
import time, timm, torch
with torch.device("meta"):
    timm.create_model("efficientnet_b0")
    begin = time.process_time()
    for _ in range(10):
        timm.create_model("efficientnet_b0")
print((time.process_time() - begin) / 10)
"""

# Runs a command, and says its time, its peak of memory and how it ended. A process of its own:
# the peak of children is that of the largest so far.
METER = """\
import json, resource, subprocess, sys, threading, time
start = time.perf_counter()
child = subprocess.Popen(sys.argv[2:], stdout=-3, stderr=-3)
# Not by wait's own timeout, which looks only now and then.
timer = threading.Timer(float(sys.argv[1]), child.kill)
timer.start()
code = child.wait()
spent = time.perf_counter() - start
timer.cancel()
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
peak *= 1 if sys.platform == "darwin" else 1024
print(json.dumps([spent, peak, code]))
"""

Row = dict[str, object]


def measure(command: Sequence[str]) -> tuple[float, int]:
    """Seconds and bytes of one run; raises where it fails."""
    done = subprocess.run(
        [sys.executable, "-c", METER, str(LIMIT), *command],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    spent, peak, code = json.loads(done.stdout)
    if code != 0:
        how = f"took more than {LIMIT} s" if spent >= LIMIT else f"ended with {code}"
        raise RuntimeError(f"{' '.join(command)} {how}")
    return spent, peak


def least(commands: dict[str, Sequence[str]], rounds: int) -> dict[str, float]:
    """The least time of each, the commands in turn; the first round warms up."""
    found: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            spent, _ = measure(command)
            if turn:
                found[name].append(spent)
    return {name: min(times) for name, times in found.items()}


def install(folder: Path) -> Path:
    """A wheel of this tree with the core's requirements, compiled; the folder of its programs."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        check=True,
        cwd=ROOT,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    home = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    programs = home / ("Scripts" if os.name == "nt" else "bin")
    python = str(programs / "python")
    pins = str(ROOT / "constraints.txt")
    pip = [python, "-m", "pip", "install", "--quiet", "--compile", "-c", pins, str(wheel)]
    subprocess.run(pip, check=True)
    return programs


def row(what: str, value: float, unit: str, command: str, goal: str = "") -> Row:
    return {"what": what, "value": round(value, 4), "unit": unit, "goal": goal, "command": command}


def start(programs: Path, folder: Path) -> list[Row]:
    bare = [str(programs / "python"), "-c", "pass"]
    check = [str(programs / "archdsl"), "check", "specs/resnet.arch"]
    torch = [sys.executable, "-c", "import torch"]
    times = least({"pass": bare, "check": check}, 10)
    times |= least({"torch": torch}, 3)
    said = "archdsl check specs/resnet.arch"
    return [
        row("bare Python", times["pass"], "s", "python -c pass"),
        row("check ResNet's spec", times["check"], "s", said),
        row("import torch", times["torch"], "s", 'python -c "import torch"'),
        row(
            "archdsl check, by a bare Python's start",
            times["check"] / times["pass"],
            "x",
            said,
            "<= 25",
        ),
        row(
            "archdsl check, by the time of import torch",
            times["check"] / times["torch"],
            "x",
            said,
            "< 0.25",
        ),
    ]


def cost(programs: Path, folder: Path) -> list[Row]:
    try:
        import fvcore  # type: ignore[import-not-found,import-untyped]  # noqa: F401

        peer = "fvcore's table"
    except ImportError:
        peer = "torch's FlopCounterMode (no fvcore here)"
    ours = [str(programs / "archdsl"), "cost", "resnet", "--net", "ResNet152"]
    times = least({"ours": ours, "peer": [sys.executable, "-c", PEER]}, 3)
    said = "archdsl cost resnet --net ResNet152"
    again = "python benchmarks/bench.py --only cost"
    return [
        row("cost of ResNet-152", times["ours"], "s", said),
        row(f"torchvision's resnet152 and {peer}", times["peer"], "s", again),
        row(
            "ResNet-152's costs: torchvision with fvcore, by archdsl",
            times["peer"] / times["ours"],
            "x",
            again,
            ">= 15",
        ),
    ]


def family(programs: Path, folder: Path) -> list[Row]:
    """EfficientNet B0 to B7 in one process: whole, and without Python's start and the imports."""
    nets = [word for i in range(8) for word in ("--net", f"EfficientNetB{i}")]
    whole = least({"ours": [str(programs / "archdsl"), "cost", "efficientnet", *nets]}, 5)
    again = "python benchmarks/bench.py --only family"
    return [row("cost of EfficientNet B0 to B7", whole["ours"], "s", again, "< 1")]


def fit(programs: Path, folder: Path) -> list[Row]:
    """A search over width, depth and resolution, its start and its answer included: by the time of
    a core, which is the whole of it."""
    import resource

    free = "width=0.5..2:0.025,depth=1..3:0.05,res=128..440:8"
    many = 61 * 41 * 40
    options = ["--net", "EfficientNetB0", "--free", free, "--max-macs", "1G"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    measure([str(programs / "archdsl"), "fit", "efficientnet", *options])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    done = subprocess.run(
        [sys.executable, "-c", BUILT], capture_output=True, text=True, check=True, cwd=ROOT
    )
    built = 1 / float(done.stdout)
    again = "python benchmarks/bench.py --only fit"
    return [
        row(
            f"EfficientNets counted in a second, of {many:,}", many / spent, "/s", again, ">= 2000"
        ),
        row("timm's efficientnet_b0 built in a second, on meta", built, "/s", again),
    ]


def source(layers: int, written: bool) -> str:
    """A net of about so many layers, three to a line."""
    line = "conv(8, 3x3) -> bn -> relu"
    rounds = layers // 3
    if written:
        body = f"  {line}\n" * rounds
    else:
        body = f"  repeat {rounds} {{ {line} }}\n"
    return f"net Long {{\n  input 8x8x8\n{body}}}\n"


def growth(programs: Path, folder: Path) -> list[Row]:
    rows: list[Row] = []
    program = str(programs / "archdsl")
    again = "python benchmarks/bench.py --only growth"
    for kind in ("written", "repeat"):
        for verb in ("check", "compile"):
            before: float | None = None
            for layers in (1_000, 10_000, 100_000):
                path = folder / f"{kind}{layers}.arch"
                path.write_text(source(layers, kind == "written"), encoding="utf-8")
                command = [program, verb, str(path)]
                if verb == "compile":
                    command += ["-t", "torch", "--force", "-o", str(folder / "out.py")]
                name = f"{verb} {layers:,} layers, {kind}"
                try:
                    spent, peak = measure(command)
                except RuntimeError as error:
                    print(error, file=sys.stderr)
                    rows.append(row(f"{name}: failed", LIMIT, "s", again))
                    break
                rows.append(row(name, spent, "s", again))
                goal = "< 2" if layers == 100_000 and kind == "repeat" else ""
                rows.append(row(f"{name}: memory", peak / 1024**3, "GiB", again, goal))
                if before is not None:
                    rows.append(row(f"{name}: growth", spent / before, "x", again, "<= 12"))
                before = spent
    return rows


def train(programs: Path, folder: Path) -> list[Row]:
    path = folder / "resnet50.py"
    command = [str(programs / "archdsl"), "compile", "resnet", "--net", "ResNet50"]
    subprocess.run([*command, "-t", "torch", "-o", str(path)], check=True, cwd=ROOT)
    sys.path[:0] = [str(folder), str(ROOT)]
    import torch

    from tests.support.torchvision_shim import import_torchvision

    torch.set_num_threads(1)
    import_torchvision()
    from importlib import import_module

    from torchvision.models import resnet50

    nets = {"ours": import_module("resnet50").ResNet50(), "peer": resnet50()}
    x = torch.randn(2, 3, 96, 96)
    times: dict[str, list[float]] = {name: [] for name in nets}
    for turn in range(16):
        # Each comes first in every other round.
        for name in sorted(nets, reverse=bool(turn % 2)):
            net = nets[name]
            begin = time.perf_counter()
            net(x).sum().backward()
            net.zero_grad()
            if turn > 1:
                times[name].append(time.perf_counter() - begin)
    ours, peer = min(times["ours"]), min(times["peer"])
    again = "OMP_NUM_THREADS=1 python benchmarks/bench.py --only train"
    return [
        row("ResNet-50 forward and backward, generated", ours, "s", again),
        row("the same, torchvision's", peer, "s", again),
        row(
            "ResNet-50, forward and backward: generated by torchvision's",
            ours / peer,
            "x",
            again,
            "0.97 to 1.03",
        ),
    ]


def augment(programs: Path, folder: Path) -> list[Row]:
    """Whether images are changed while the net trains: a thread for each of the two."""
    sys.path[:0] = [str(ROOT)]
    from benchmarks.augment import TARGETS, measured

    rows = []
    for target, name in TARGETS.items():
        found = measured(target, 1)
        again = f"python benchmarks/augment.py --target {target}"
        rows += [
            row(f"{name}, an epoch: images changed alone", found.images, "s", again),
            row(f"{name}, an epoch: net trained alone", found.net, "s", again),
            row(f"{name}, an epoch: both", found.both, "s", again),
            row(
                f"{name}: training with augmentation, by the longer of the two alone",
                found.both / found.longer,
                "x",
                again,
                "<= 1.25",
            ),
        ]
    return rows


def latency(programs: Path, folder: Path) -> list[Row]:
    """Estimated and measured time of all shipped nets: benchmarks/latency.py shows each."""
    sys.path[:0] = [str(ROOT)]
    from benchmarks.latency import compared, spearman

    found = list(compared(60))
    errors = sorted(it.error for it in found)
    again = "OMP_NUM_THREADS=1 python benchmarks/latency.py"
    what = f"estimated and measured latency of {len(found)} nets"
    return [
        row(f"{what}: rank correlation", spearman(found), "", again, ">= 0.95"),
        row(f"{what}: median error", statistics.median(errors), "", again, "<= 0.20"),
        row(f"{what}: nine in ten", errors[len(errors) * 9 // 10], "", again),
    ]


def machine() -> dict[str, str]:
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        lines = info.read_text(encoding="utf-8").splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        model = names[0] if names else model
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return {
        "processor": model,
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "load": f"{load:.1f}",
    }


def merged(before: Sequence[Row], rows: Sequence[Row]) -> list[Row]:
    """The rows in place of those of the same name, the others behind."""
    now = {row["what"]: row for row in rows}
    return [now.pop(row["what"], row) for row in before] + list(now.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default=",".join(PARTS), help="parts, with commas between")
    parser.add_argument("-o", "--output", type=Path, help="where the JSON goes")
    options = parser.parse_args()
    chosen = options.only.split(",")
    if not set(chosen) <= set(PARTS):
        parser.error(f"the parts are {', '.join(PARTS)}")
    output = options.output
    if output is None and set(chosen) == set(PARTS):
        output = ROOT / "benchmarks" / "results.json"
    found = machine()
    print(", ".join(f"{name} {value}" for name, value in found.items()))
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        programs = install(folder)
        parts = {"start": start, "cost": cost, "family": family, "growth": growth, "train": train}
        parts |= {"fit": fit, "augment": augment, "latency": latency}
        for name, part in parts.items():
            if name not in chosen:
                continue
            for it in part(programs, folder):
                rows.append(it)
                value = f"{it['value']:.3f} {it['unit']}"
                print(
                    f"{it['what']!s:<62}{value:>12}  {it['goal']!s:<13}{it['command']}", flush=True
                )
    if output is not None:
        if set(chosen) != set(PARTS) and output.exists():
            before = json.loads(output.read_text(encoding="utf-8"))
            found, rows = before["machine"], merged(before["rows"], rows)
        text = json.dumps({"machine": found, "rows": rows}, indent=1)
        output.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
