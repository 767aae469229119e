"""A job's nets, each run by two targets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from archdsl.diagnostics import Diagnostics, nearest
from archdsl.driver import codes
from archdsl.driver.errors import CompileError
from archdsl.driver.pipeline import Job
from archdsl.driver.room import room_for
from archdsl.ops import Custom

if TYPE_CHECKING:
    from archdsl.verify import Comparison

_REFERENCE = "torch"


def comparisons(job: Job, target: str, seed: int, batch: int) -> Iterator[Comparison]:
    """Of each net; what differs, or can't be compared, goes to the job's diagnostics.

    Raises MissingFramework.
    """
    from archdsl.driver.api import Net
    from archdsl.verify.report import report

    if not _known(target, job.diagnostics):
        return
    for net in job.nets:
        one = Net(replace(job, nets=[net], diagnostics=Diagnostics()))
        if not _comparable(one, job.diagnostics):
            continue
        found = None
        try:
            with room_for(net, job.diagnostics):
                found = one.verify(target, seed=seed, batch=batch)
        except CompileError as error:
            for item in error.diagnostics:
                job.diagnostics.add(item)
            continue
        if found is not None:
            report(found, job.diagnostics)
            yield found


def _known(target: str, diagnostics: Diagnostics) -> bool:
    """Whether the target is one that can be run beside PyTorch."""
    from archdsl.driver.runtime import NEEDS
    from archdsl.targets.running import running

    others = [name for name in NEEDS if name != _REFERENCE]
    try:
        if target in others:
            running(target)
            return True
    except LookupError:
        others.remove(target)
    found = nearest(target, others)
    diagnostics.error(
        codes.NO_TARGET,
        f"{target} can't be compared with torch",
        None,
        notes=[f"the targets that can are {', '.join(others)}"],
        help=f"did you mean {found}?" if found else "",
    )
    return False


def _comparable(net: object, diagnostics: Diagnostics) -> bool:
    """Whether all weights are known: those of a user's own op aren't."""
    from archdsl.driver.api import Net
    from archdsl.verify.codes import WEIGHTS_UNKNOWN

    assert isinstance(net, Net)
    for node in net.graph:
        if isinstance(node.op, Custom) and node.op.parameters:
            diagnostics.error(
                WEIGHTS_UNKNOWN,
                f"{net.name} can't be compared: the weights of `{node.op.name}` are its own",
                node.span,
                notes=[
                    "how many there are is declared, not what they are called in each framework"
                ],
                help="compare the net without it",
            )
            return False
    return True
