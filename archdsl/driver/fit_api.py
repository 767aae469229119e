"""`spec.fit(..)`: what `archdsl fit` does, from Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from archdsl.diagnostics import Diagnostics
from archdsl.driver.errors import CompileError
from archdsl.driver.pipeline import Job

if TYPE_CHECKING:
    from archdsl.driver.api import Net

__all__ = ["Fitted", "fit"]

_LIMITS = {
    "max_macs": "macs",
    "max_params": "params",
    "max_memory": "memory",
    "max_training_memory": "training",
    "max_size": "size",
    "max_latency": "latency",
}


@dataclass(frozen=True)
class Fitted:
    """The largest candidate that a budget has room for.

    parameters: what was found, in the language, as `spec.net` takes it: {"width": "0.75"}
    figures:    its own: macs, params; memory, peak, training and size in bytes; with a device
                latency in seconds
    candidates: how many were looked at
    """

    name: str
    parameters: Mapping[str, str]
    figures: Mapping[str, float]
    candidates: int
    _make: Callable[[], Net] = field(repr=False)

    def net(self) -> Net:
        """The net with these parameters."""
        return self._make()


def fit(
    job: Job,
    make: Callable[[Mapping[str, str]], Net],
    *,
    free: Mapping[str, str | None] | Iterable[str],
    phi: str | None,
    constraint: str | Iterable[str],
    grow: str,
    device: str | None,
    batch: int,
    dtype: str,
    optimizer: str,
    limits: Mapping[str, int | str],
) -> Fitted:
    """For a job that asks for one net; raises CompileError, also where nothing fits."""
    from archdsl.analysis.memory import check_batch
    from archdsl.driver.choice import one_net
    from archdsl.driver.fit import search
    from archdsl.driver.fit_answer import answer, limits_of
    from archdsl.driver.fit_emit import written
    from archdsl.driver.fitting import Wanted, prepare
    from archdsl.fit import OPTIMIZERS
    from archdsl.fit.figures import Terms

    check_batch(batch, dtype)
    if grow not in ("macs", "params") or optimizer not in OPTIMIZERS:
        raise ValueError(
            f"grow={grow!r} is 'macs' or 'params', optimizer={optimizer!r} one of {[*OPTIMIZERS]}"
        )
    budget = _budget(limits)
    if "latency" in budget and device is None:
        raise ValueError("max_latency is that on a device: name one")
    if free and phi is not None:
        raise ValueError("phi goes along the scaling, and free leaves it: give one")
    found = Diagnostics()
    job = replace(job, diagnostics=found)
    name = one_net(job)
    if name is None:
        raise CompileError(found)
    terms = Terms(batch, dtype, OPTIMIZERS[optimizer], device is not None)
    conditions = (constraint,) if isinstance(constraint, str) else tuple(constraint)
    wanted = Wanted(job.request, name, phi, _free(free), conditions, terms, device)
    prepared = prepare(wanted, job, found)
    said = None
    if prepared is not None:
        outcome = search(wanted, job, prepared, 1, lambda done: None)
        said = answer(outcome, limits_of(budget, prepared.device), grow, found)
    if said is None or said.best is None or prepared is None:
        found.sort()
        raise CompileError(found)
    values = prepared.space.values(said.best.index)
    parameters = {key: written(value) or str(value) for key, value in values.items()}
    figures: dict[str, float] = dict(said.best.figures)
    if "latency" in figures:
        figures["latency"] /= 10**9
    return Fitted(name, parameters, figures, said.result.done, lambda: make(parameters))


def _free(free: Mapping[str, str | None] | Iterable[str]) -> tuple[str, ...]:
    if isinstance(free, str):
        return (free,)
    if isinstance(free, Mapping):
        return tuple(name if text is None else f"{name}={text}" for name, text in free.items())
    return tuple(free)


def _budget(limits: Mapping[str, int | str]) -> dict[str, int]:
    from archdsl.fit.figures import parsed

    budget: dict[str, int] = {}
    for name, most in limits.items():
        if name not in _LIMITS:
            raise TypeError(f"there is no limit {name}: they are {', '.join(_LIMITS)}")
        value = parsed(_LIMITS[name], most if isinstance(most, str) else f"{most}")
        if value is None:
            raise ValueError(f"{name}={most!r} is no limit: write it as 1000, '1G', '64MB', '20ms'")
        budget[_LIMITS[name]] = value
    return budget
