"""A net that is too large for the machine's memory: an error of that net, said with its figures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from archdsl.diagnostics import Diagnostics
from archdsl.driver import codes
from archdsl.ir import structure

# Frameworks raise RuntimeErrors, or classes of their own, which aren't imported here.
_WORDS = ("can't allocate memory", "not enough memory", "out of memory", "RESOURCE_EXHAUSTED")
_KINDS = ("OutOfMemoryError", "ResourceExhaustedError")


@contextmanager
def room_for(net: structure.Net, diagnostics: Diagnostics) -> Iterator[None]:
    """Within it a net is made or run: an error is told where memory doesn't suffice."""
    try:
        yield
    except Exception as error:
        if not _lacks_memory(error):
            raise
        _tell(net, diagnostics)


def _lacks_memory(error: Exception) -> bool:
    if isinstance(error, MemoryError) or type(error).__name__ in _KINDS:
        return True
    return isinstance(error, RuntimeError) and any(word in str(error) for word in _WORDS)


def _tell(net: structure.Net, diagnostics: Diagnostics) -> None:
    from archdsl.analysis.facts import facts_of
    from archdsl.analysis.memory import peak_bytes, weight_bytes
    from archdsl.fit.figures import bytes_

    facts = facts_of(net.graph)
    weights = [weight_bytes([fact])[0] for fact in facts]
    values = [4 * node.shape.elements for node in net.graph]
    heavy, wide = (max(net.graph, key=lambda node: of[node.id]) for of in (weights, values))
    peak = peak_bytes(net.graph)
    diagnostics.error(
        codes.NO_ROOM,
        f"this machine's memory doesn't suffice to run {net.name}",
        (heavy if sum(weights) > peak else wide).span,
        notes=[
            f"its weights take {bytes_(sum(weights))}, {bytes_(weights[heavy.id])} of them those "
            f"of {heavy.path}",
            f"its values take {bytes_(peak)} at their peak, for one sample; the "
            f"largest, of {wide.path}, is {wide.shape}",
        ],
        help="--set and --input make a net smaller; `archdsl cost` counts any",
    )
