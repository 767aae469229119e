"""The search of `archdsl fit`, in this process or in several; and what it found, as one result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from archdsl.diagnostics import Diagnostics
from archdsl.driver.fitting import Prepared, Wanted, loaded, prepare
from archdsl.driver.pipeline import Job
from archdsl.fit.search import Counted, Result, count

__all__ = ["Outcome", "search"]

Progress = Callable[[int], None]
"""Told how many more candidates were looked at."""

_SLICE = 250  # candidates between two words on progress, and for a process at a time


@dataclass(frozen=True)
class Outcome:
    """interrupted: by Ctrl-C, so that only the first candidates were looked at"""

    wanted: Wanted
    prepared: Prepared
    result: Result
    interrupted: bool


def search(wanted: Wanted, job: Job, prepared: Prepared, jobs: int, progress: Progress) -> Outcome:
    """Looks at every candidate, with `jobs` processes."""
    result = Result(prepared.space)
    interrupted = False
    slices = _slices(prepared.space.size)
    try:
        if jobs == 1 or len(slices) == 1:
            found = _here(prepared, slices)
        else:
            found = _apart(wanted, job, slices, jobs)
        for counted in found:
            for one in counted:
                result.add(one, wanted.terms)
            progress(len(counted))
    except KeyboardInterrupt:
        interrupted = True
    return Outcome(wanted, prepared, result, interrupted)


def _slices(size: int) -> list[range]:
    return [range(at, min(at + _SLICE, size)) for at in range(0, size, _SLICE)]


def _here(prepared: Prepared, slices: list[range]) -> Iterator[list[Counted]]:
    for indexes in slices:
        yield list(_counted(prepared, indexes))


def _counted(prepared: Prepared, indexes: range) -> Iterator[Counted]:
    return count(prepared.candidates, prepared.space, indexes, prepared.holds)


# ------------------------------------------------------------------------- in several processes


def _apart(wanted: Wanted, job: Job, slices: list[range], jobs: int) -> Iterator[list[Counted]]:
    """The slices in order; each process prepares the search for itself and remembers its own."""
    from concurrent.futures import ProcessPoolExecutor

    assert job.source is not None
    request = wanted.request
    if request.file == "-":  # it can be read once
        name = request.stdin_name or "<stdin>"
        request = replace(request, file=name, text=job.source.text)
    asked = replace(wanted, request=request)
    pool = ProcessPoolExecutor(jobs, initializer=_begin, initargs=(asked,))
    try:
        yield from pool.map(_slice, slices)
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


_OWN: list[Prepared] = []  # of a process of the pool


def _begin(wanted: Wanted) -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that asked ends the others
    prepared = prepare(wanted, loaded(wanted.request), Diagnostics())
    assert prepared is not None
    _OWN.append(prepared)


def _slice(indexes: range) -> list[Counted]:
    return list(_counted(_OWN[-1], indexes))
