"""`archdsl fit` from its options to a search: the net, what is free, what counts.

Input: a request for one net, with the texts of what varies. Output: `Prepared`, or None with the
errors reported. All that it takes is plain, so that other processes can prepare the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from archdsl.devices.profile import Device
from archdsl.devices.roofline import seconds
from archdsl.diagnostics import Diagnostics
from archdsl.driver import settings
from archdsl.driver.devices import device_named
from archdsl.driver.fit_conditions import conditions
from archdsl.driver.fit_space import MOST, grid, line
from archdsl.driver.pipeline import STAGES, Job, step
from archdsl.driver.project import Project
from archdsl.driver.request import Request
from archdsl.elaborate import codes as elaborate_codes
from archdsl.elaborate.net_arguments import NetInfo
from archdsl.fit import codes
from archdsl.fit.candidates import Candidates
from archdsl.fit.figures import Terms
from archdsl.fit.search import Holds
from archdsl.fit.space import Space
from archdsl.ir.graph import Node
from archdsl.ir.op import Shapes
from archdsl.ir.shape import Shape
from archdsl.records import record

__all__ = ["Prepared", "Wanted", "loaded", "prepare"]


@record
class Wanted:
    """What is asked for, as it was written.

    line: the values of the scaling's variable; free: parameters with their ranges, where these
    vary apart; conditions: on the parameters
    """

    request: Request
    net: str
    line: str | None
    free: tuple[str, ...]
    conditions: tuple[str, ...]
    terms: Terms
    device: str | None


@dataclass(frozen=True)
class Prepared:
    """Ready to count. device: whose latency that is, if any."""

    candidates: Candidates
    space: Space
    holds: Holds | None
    device: Device | None


def prepare(wanted: Wanted, job: Job, diagnostics: Diagnostics) -> Prepared | None:
    """For a job whose file was loaded and checked."""
    assert job.program is not None
    info = job.program.net(wanted.net)
    assert info is not None
    given = settings.expressions(wanted.request.settings, diagnostics)
    shape = _shape(wanted.request, info, diagnostics)
    device = None
    if wanted.device is not None:
        device = device_named(wanted.device, diagnostics, wanted.terms.dtype)
    if diagnostics.failed:
        return None
    time = None if device is None else _clock(device, wanted.terms)
    candidates = Candidates(job.program, info, given, shape, time)
    if not candidates.begin(diagnostics):
        return None
    space: Space | None
    if wanted.free:
        space = grid(candidates, wanted.free, diagnostics)
    else:
        space = line(candidates, wanted.line, diagnostics)
    if space is None or diagnostics.failed:
        return None
    sample = space.values(0) if wanted.conditions else {}
    holds = conditions(candidates, wanted.conditions, sample, diagnostics)
    if holds is None and wanted.conditions:
        return None
    if space.size > MOST:
        diagnostics.error(
            codes.TOO_MANY,
            f"these are {space.size:,} candidates, more than {MOST:,}",
            None,
            help="take larger steps, or fewer parameters at once",
        )
        return None
    return Prepared(candidates, space, holds, device)


def loaded(request: Request) -> Job:
    """The job of a request up to its check."""
    job = Job(request, Project(request.root))
    for name, stage in STAGES:
        if not step(stage, job) or job.source is None or name == "check":
            break
    return job


def _clock(device: Device, terms: Terms) -> Callable[[Node, Shapes], float]:
    def time(node: Node, shapes: Shapes) -> float:
        return seconds(device, node.op, shapes, node.shape, terms.batch, terms.dtype)

    return time


def _shape(request: Request, info: NetInfo, diagnostics: Diagnostics) -> Shape | None:
    found = settings.shapes(request.inputs, diagnostics)
    for label, shape in found.items():
        if label is None and len(found) == 1:
            return shape
        diagnostics.error(
            elaborate_codes.INPUT_SHAPE,
            f"fit takes one shape, of {info.name}'s only input",
            None,
        )
        break
    return None
