"""A job's nets as the text of a module for a target."""

from __future__ import annotations

from archdsl import limits
from archdsl.diagnostics import Diagnostics, nearest
from archdsl.driver import codes
from archdsl.driver.pipeline import Job
from archdsl.ir import structure
from archdsl.ir.shape import Shape


def emit(job: Job, name: str) -> str | None:
    """The module's text, or None and diagnostics; of a job that failed, nothing."""
    from archdsl.targets import Emission, target

    if not known_target(job, name):
        return None
    if not job.ok or not job.nets or job.file is None:
        return None
    emission = Emission(
        nets=tuple(job.nets),
        file=job.request.file_name,
        digest=job.project.digest(),
        doc=job.file.doc,
        vary=_Varied(job),
        resize=_Resized(job),
    )
    with limits.using(job.request.limits):
        return target(name).emit(emission, job.diagnostics)


def known_target(job: Job, name: str) -> bool:
    """Whether there is such a target: else an error."""
    from archdsl.targets import NAMES

    if name in NAMES:
        return True
    found = nearest(name, NAMES)
    job.diagnostics.error(
        codes.NO_TARGET,
        f"there is no target {name}",
        None,
        notes=[f"the targets are {', '.join(NAMES)}"],
        help=f"did you mean {found}?" if found else "",
    )
    return False


class _Varied:
    """The same net with one parameter set to another value, elaborated anew."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def __call__(self, net: structure.Net, name: str, value: object) -> structure.Net | None:
        from archdsl.driver.choice import elaborate_one

        diagnostics = Diagnostics()
        found = elaborate_one(self.job, net.name, diagnostics, {name: value})
        return None if diagnostics.failed else found


class _Resized:
    """The same net for an input of another shape, elaborated anew."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def __call__(self, net: structure.Net, shape: Shape) -> structure.Net | None:
        from archdsl.driver.choice import elaborate_one

        diagnostics = Diagnostics()
        found = elaborate_one(self.job, net.name, diagnostics, shape=shape)
        return None if diagnostics.failed else found
