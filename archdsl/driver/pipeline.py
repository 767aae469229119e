"""The stages from a file to elaborated nets, in their order; each reads and adds to a `Job`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archdsl import limits
from archdsl.diagnostics import Diagnostics, Source, TooMany
from archdsl.driver.project import Project
from archdsl.driver.reading import Unreadable
from archdsl.driver.request import Request

if TYPE_CHECKING:
    from archdsl.elaborate import Program
    from archdsl.elaborate.scalings import Line
    from archdsl.ir import structure
    from archdsl.ir.recipe import Recipe
    from archdsl.ir.shape import Shape
    from archdsl.syntax import tree


def _diagnostics() -> Diagnostics:
    return Diagnostics(most=limits.now().errors)


@dataclass
class Job:
    """One compilation: what was asked for, and what each stage made of it.

    settings, shapes: parameters and input shapes from outside, as the elaborator takes them
    """

    request: Request
    project: Project
    diagnostics: Diagnostics = field(default_factory=_diagnostics)
    source: Source | None = None
    file: tree.File | None = None
    program: Program | None = None
    settings: Mapping[str, object] = field(default_factory=dict)
    shapes: Mapping[str | None, Shape] = field(default_factory=dict)
    nets: list[structure.Net] = field(default_factory=list)
    recipes: list[Recipe] = field(default_factory=list)
    scalings: list[Line] = field(default_factory=list)  # where no net was asked for
    elaborated: bool = False  # whatever the nets expect of themselves

    @property
    def name(self) -> str:
        """The source's, as users see it."""
        return self.source.name if self.source else self.request.file

    @property
    def ok(self) -> bool:
        return not self.diagnostics.failed


def read(job: Job) -> None:
    """request -> source"""
    request = job.request
    if request.text is not None:
        job.source = job.project.text(request.file, request.text)
        return
    try:
        job.source = job.project.open(request.file, request.stdin_name)
    except Unreadable as error:
        job.diagnostics.error(
            error.code, error.message, error.span, label=error.label, help=error.help
        )


def parse(job: Job) -> None:
    """source -> file"""
    from archdsl.syntax.parser import parse as parse_source

    assert job.source is not None
    job.file = parse_source(job.source, job.diagnostics)


def load(job: Job) -> None:
    """file -> program: its imports too"""
    from archdsl.driver.loader import ImportLoader
    from archdsl.elaborate import load_program

    assert job.source is not None
    assert job.file is not None
    lost: frozenset[str] = frozenset()
    if job.diagnostics.failed:
        from archdsl.syntax.lost import lost_names

        lost = lost_names(job.source, job.file)
    loader = ImportLoader(job.project, job.diagnostics)
    job.program = load_program(job.source, job.file, loader, job.diagnostics, lost)


def check(job: Job) -> None:
    """program: what can be said without elaborating a net"""
    from archdsl.elaborate import check_program

    assert job.program is not None
    check_program(job.program, job.diagnostics)
    request = job.request
    if job.ok and not (request.nets or request.recipes or request.settings or request.inputs):
        from archdsl.elaborate.scalings import lines

        job.scalings += lines(job.program.main)


def elaborate(job: Job) -> None:
    """program -> nets: those asked for, else all that stand on their own"""
    from archdsl.driver.choice import elaborate_nets

    elaborate_nets(job)


def recipes(job: Job) -> None:
    """program -> recipes: those asked for, or all where nothing else was"""
    from archdsl.driver.recipes import check

    check(job)


def expect(job: Job) -> None:
    """nets: what they expect of themselves"""
    from archdsl.analysis.expect import check_expectations

    for net in job.nets:
        check_expectations(net, job.diagnostics)


def warn(job: Job) -> None:
    """program and nets: what is no error, and yet not meant; of a sound file as a whole"""
    request = job.request
    if not job.elaborated or request.nets or request.recipes:
        return
    if request.settings or request.inputs:
        return
    from archdsl.analysis.warnings import check_warnings

    assert job.program is not None
    check_warnings(job.program, job.nets, job.diagnostics)


Stage = Callable[[Job], None]

STAGES: tuple[tuple[str, Stage], ...] = (
    ("read", read),
    ("parse", parse),
    ("load", load),
    ("check", check),
    ("elaborate", elaborate),
    ("recipes", recipes),
    ("expect", expect),
    ("warn", warn),
)


def step(stage: Stage, job: Job) -> bool:
    """A stage within the limits; False where it found so much that nothing else is worth it."""
    with limits.using(job.request.limits):
        try:
            stage(job)
        except TooMany:
            return False
    return True


def run(request: Request, *, expectations: bool = True) -> Job:
    """All stages in turn: each goes on with what the ones before it found sound.

    expectations: False leaves out the last two, for what doesn't depend on them
    """
    job = Job(request, Project(request.root))
    for name, stage in STAGES:
        if name in ("expect", "warn") and not expectations:
            continue
        if not step(stage, job):
            break
        if job.source is None:
            break
        if name == "recipes":
            job.elaborated = job.ok
    job.diagnostics.sort()
    return job
