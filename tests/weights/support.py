"""What the tests of weights share: a net, a file, and what `archdsl weights` makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from archdsl.diagnostics import Severity
from archdsl.driver import run
from archdsl.driver.api import Net
from archdsl.driver.pipeline import Job
from archdsl.driver.request import Request
from archdsl.driver.weights import Conversion, Report, convert, fitted


def job(spec: str, net: str, *, size: str = "", settings: tuple[str, ...] = ()) -> Job:
    inputs = (size,) if size else ()
    found = run(Request(file=spec, nets=(net,), inputs=inputs, settings=settings))
    assert found.ok, [d.message for d in found.diagnostics]
    return found


def net_of(found: Job) -> Net:
    return Net(found)


def state_of(found: Job, source: Path, map: str | None = None, head: bool = False) -> Report:
    """The report of weights that fit; their arrays are in `report.fitted.state`."""
    report = fitted(found, Conversion(source, None, map, head))
    assert report is not None, [d.message for d in found.diagnostics]
    return report


def converted(found: Job, source: Path, output: Path, **given: Any) -> Report:
    report = convert(found, Conversion(source, output, **given))
    assert report is not None, [d.message for d in found.diagnostics]
    return report


def codes(found: Job) -> list[str]:
    return [d.code for d in found.diagnostics if d.severity is Severity.ERROR]


def load_torch(module: Any, state: Mapping[str, Any]) -> None:
    import torch

    module.load_state_dict({k: torch.from_numpy(v) for k, v in state.items()}, strict=True)
