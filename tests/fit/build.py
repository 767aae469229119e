"""Candidates of a net in a text or in a shipped spec."""

from __future__ import annotations

from collections.abc import Mapping

from archdsl.diagnostics import Diagnostics
from archdsl.driver.fitting import loaded
from archdsl.driver.request import Request
from archdsl.elaborate import Program
from archdsl.fit.candidates import Candidates
from archdsl.ir.shape import Shape


def program(file: str, text: str | None = None) -> Program:
    job = loaded(Request(file, text=text))
    assert job.ok, list(job.diagnostics)
    assert job.program is not None
    return job.program


def candidates(
    read: Program,
    net: str,
    settings: Mapping[str, object] | None = None,
    shape: Shape | None = None,
) -> Candidates:
    info = read.net(net)
    assert info is not None
    made = Candidates(read, info, settings or {}, shape)
    assert made.begin(Diagnostics())
    return made
