"""`archdsl weights`: a file of weights brought to a net, and written for either framework.

Written to a file beside the one asked for, read again, compared in numbers; only then renamed.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archdsl.diagnostics import Diagnostics
from archdsl.driver import codes as driver_codes
from archdsl.driver.errors import CompileError, MissingFramework
from archdsl.driver.pipeline import Job
from archdsl.driver.reading import shown
from archdsl.driver.room import room_for
from archdsl.driver.weight_maps import renaming_of
from archdsl.ir.places import places
from archdsl.weights import codes
from archdsl.weights.files import FORMATS, PACKAGES, format_of, read
from archdsl.weights.fitting import Fitted, fit
from archdsl.weights.stored import Stored, Unusable

if TYPE_CHECKING:
    import numpy as np

    from archdsl.ir import structure

CLOSE = 1e-6
"""In float64, as a share of the largest output: far above what orders of sums and TensorFlow's
float32 resizing make, far below what any wrong weight does."""


@dataclass(frozen=True)
class Conversion:
    """What is asked for.

    map:   the name of a shipped map, or a file
    head:  a head of other classes begins anew, a first layer is adapted to other channels
    check: compare the outputs
    """

    source: Path
    output: Path | None = None
    map: str | None = None
    head: bool = False
    check: bool = True
    force: bool = False


@dataclass
class Report:
    """What became of a file's weights; `difference`: of the outputs, None where not compared."""

    net: str
    source: str
    fitted: Fitted
    output: str = ""
    difference: float | None = None


def stored(path: Path, diagnostics: Diagnostics) -> Stored | None:
    """What a file holds; None, and an error, where it can't be read."""
    name = shown(path)
    try:
        if path.is_dir():
            diagnostics.error(driver_codes.FOLDER, f"{name} is a folder, not a file", None)
            return None
        if not path.exists():
            diagnostics.error(driver_codes.NO_FILE, f"there is no file {name}", None)
            return None
        _need_reader(format_of(path.name))
        return read(path)
    except Unusable as error:
        diagnostics.error(
            codes.NO_WEIGHTS, f"can't read the weights of {name}: {error}", None, help=error.help
        )
    except MissingFramework as error:
        _missing(error, diagnostics)
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        diagnostics.error(driver_codes.UNREADABLE, f"can't read {name}: {why}", None)
    return None


def _need_reader(suffix: str | None) -> None:
    """Raises MissingFramework."""
    from archdsl.driver.runtime import need_packages, need_torch

    if suffix in (".pth", ".pt"):
        need_torch()
    need_packages(*PACKAGES.get(suffix or "", ()))


def _missing(error: MissingFramework, diagnostics: Diagnostics) -> None:
    what, _, remedy = str(error).partition(": ")
    diagnostics.error(codes.NO_FRAMEWORK, what, None, help=remedy)


# ---------------------------------------------------------------------------------- the way


def fitted(job: Job, asked: Conversion) -> Report | None:
    """A file's weights at the net's places; None, and errors, where they don't fit."""
    net, found = job.nets[0], job.diagnostics
    held = stored(asked.source, found)
    if held is None:
        return None
    names = renaming_of(asked.map, net, held, found)
    if asked.map is not None and names is None:
        return None
    made = fit(
        net.graph,
        held,
        shown(asked.source),
        found,
        renaming=names,
        head=asked.head,
        net=net.name,
    )
    if found.failed:
        return None
    return Report(net.name, shown(asked.source), made)


def convert(job: Job, asked: Conversion) -> Report | None:
    """As `fitted`, written to `asked.output`; with any error there is no such file."""
    assert asked.output is not None
    if not _may_write(asked, job.diagnostics):
        return None
    report = fitted(job, asked)
    if report is None:
        return None
    report.output = shown(asked.output)
    try:
        with room_for(job.nets[0], job.diagnostics):
            _write(job, asked, report)
    except MissingFramework as error:
        _missing(error, job.diagnostics)
    except CompileError as error:  # the net can't be said in one of the frameworks
        for item in error.diagnostics:
            job.diagnostics.add(item)
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        job.diagnostics.error(driver_codes.NOT_WRITTEN, f"can't write {report.output}: {why}", None)
    return None if job.diagnostics.failed else report


def _may_write(asked: Conversion, diagnostics: Diagnostics) -> bool:
    assert asked.output is not None
    name = shown(asked.output)
    if format_of(asked.output.name) not in FORMATS:
        diagnostics.error(
            codes.NO_FORMAT,
            f"{name} says no format to write",
            None,
            help=f"its name ends with {', '.join(FORMATS)}",
        )
    elif not asked.output.parent.is_dir():
        folder = shown(asked.output.parent)
        diagnostics.error(
            driver_codes.NOT_WRITTEN, f"can't write {name}: there is no folder {folder}", None
        )
    elif asked.output.is_dir():
        diagnostics.error(driver_codes.NOT_WRITTEN, f"{name} is a folder", None)
    elif asked.output.exists() and not asked.force:
        diagnostics.error(
            driver_codes.NOT_OURS, f"{name} exists", None, help="--force overwrites it"
        )
    return not diagnostics.failed


def _write(job: Job, asked: Conversion, report: Report) -> None:
    """Through a file beside the one asked for, which takes its place when all is well."""
    from archdsl.weights import models

    assert asked.output is not None
    suffix = format_of(asked.output.name) or ""
    graph, made, target = job.nets[0].graph, report.fitted, FORMATS[suffix]
    _need(asked, suffix, target, bool(made.fresh))
    make = _makers(job)
    if made.fresh:
        made.state |= models.fresh(target, make[target], graph, made.fresh)
    order = [place.name for place in places(graph)]
    made.state = {name: made.state[name] for name in order if name in made.state}
    if target == "keras":
        _leave_heads(made, job.nets[0])
    place = Path(os.path.realpath(asked.output))  # through a link, which stays one
    descriptor, temporary = tempfile.mkstemp(f".part{suffix}", f".{place.name}.", place.parent)
    os.close(descriptor)
    part = Path(temporary)
    try:
        models.save(part, make["keras"], graph, made.state)
        written = models.loaded(part, make["keras"], graph)
        _same_weights(written, made, job)
        if asked.check and not job.diagnostics.failed:
            _same_outputs(make, written, job, report)
        if not job.diagnostics.failed:
            mode = place.stat().st_mode if place.exists() else 0o666 & ~_umask()
            os.chmod(part, stat.S_IMODE(mode))
            os.replace(part, place)
    finally:
        part.unlink(missing_ok=True)


def _need(asked: Conversion, suffix: str, target: str, fresh: bool) -> None:
    """Raises MissingFramework: before anything is written."""
    from archdsl.driver.runtime import need_keras, need_packages, need_torch

    if suffix == ".safetensors":
        need_packages(*PACKAGES[suffix])
    if asked.check or suffix in (".pth", ".pt") or (fresh and target == "torch"):
        need_torch()
    if asked.check or target == "keras":
        need_keras()


def _makers(job: Job) -> dict[str, Callable[[], Any]]:
    """For each framework what makes the net's model: imported when it is called."""
    from archdsl.driver.api import Net

    net = Net(job)
    return {"torch": net.torch, "keras": net.keras}


def _leave_heads(made: Fitted, net: structure.Net) -> None:
    """A Keras model for inference has no side heads, and no count of batches."""
    for place in places(net.graph):
        if place.name in made.state and (place.aux or place.weight.keras is None):
            why = "a side head's: the model has none" if place.aux else "Keras keeps no such count"
            made.made.pop(place.name, None)
            if place.name in made.taken:
                made.taken.remove(place.name)
                made.left[place.name] = why
            del made.state[place.name]


def _same_weights(written: Mapping[str, np.ndarray], made: Fitted, job: Job) -> None:
    """What the file gives back is what was to be written, bit for bit."""
    import numpy as np

    for name, array in made.state.items():
        if name not in written or not np.array_equal(written[name], array, equal_nan=True):
            job.diagnostics.error(
                codes.DIFFERENT, f"the written file gives something else for {name}", None
            )
            return


def _same_outputs(
    make: Mapping[str, Callable[[], Any]],
    written: Mapping[str, np.ndarray],
    job: Job,
    report: Report,
) -> None:
    """The net in PyTorch and in Keras, from the written file's weights, on random inputs."""
    import numpy as np

    from archdsl.weights import models

    graph = job.nets[0].graph
    given = models.inputs(graph)
    ours, theirs = (
        models.outputs(target, make[target], graph, written, given) for target in ("torch", "keras")
    )
    worst = 0.0
    for a, b in zip(ours, theirs, strict=True):
        if not np.isfinite(a).all() or not np.isfinite(b).all():
            worst = np.nan
            break
        worst = max(worst, float(np.abs(a - b).max() / max(np.abs(a).max(), 1e-30)))
    report.difference = worst
    if not worst <= CLOSE:
        job.diagnostics.error(
            codes.DIFFERENT,
            f"PyTorch and Keras differ by {worst:.1e} of the largest output with these weights"
            if worst == worst
            else "the outputs are not finite with these weights",
            None,
            notes=[f"compared in float64, where {CLOSE:g} is allowed"] if worst == worst else (),
            help="--no-check writes the file all the same",
        )


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
