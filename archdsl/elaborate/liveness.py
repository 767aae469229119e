"""What is made must be used: weights that reach no output are an error, never dropped."""

from __future__ import annotations

from archdsl.diagnostics import Frame, Label
from archdsl.elaborate import codes
from archdsl.elaborate.builder import Builder
from archdsl.elaborate.context import Run
from archdsl.elaborate.problems import Problem


def check(run: Run, ends: list[int]) -> bool:
    """Reports weights that no output depends on, and inputs that nothing takes; false if any."""
    builder = run.builder
    live = _reaching(builder, ends)
    sound = True
    seen = bytearray(len(builder.nodes))
    for dropped in builder.dropped:
        if live[dropped.value]:
            continue
        made = _dead_weight(builder, dropped.value, live, seen)
        if made is None:
            continue
        sound = False
        node = builder.nodes[made]
        _report(
            run,
            Problem(
                codes.UNUSED_WEIGHTS,
                f"`@{dropped.label}` drops the value before it, and nothing else uses that",
                dropped.span,
                secondary=[Label(node.span, f"`{node.path}` is made here")],
                notes=[f"`{node.path}` would have weights that no output depends on"],
                help="label the value and join it (`concat(@x)`), or take the layers away",
            ),
            dropped.frames,
        )
    for number in range(len(builder.nodes) - 1, -1, -1):
        if builder.weighted[number] and not live[number] and not seen[number]:
            sound = False
            node = builder.nodes[number]
            _mark(builder, number, live, seen)
            _report(
                run,
                Problem(
                    codes.UNUSED_WEIGHTS,
                    f"no output depends on `{node.path}`",
                    node.span,
                    help="join its value to the flow or to the outputs, or take it away",
                ),
            )
    for label, number in run.inputs if sound else ():
        if not live[number] and len(run.inputs) > 1:
            sound = False
            span = builder.nodes[number].span
            _report(
                run, Problem(codes.UNUSED_INPUT, f"no output depends on the input `{label}`", span)
            )
    return sound


def _report(run: Run, problem: Problem, frames: tuple[Frame, ...] = ()) -> None:
    run.failed = True
    problem.report(run.diagnostics, frames)


def _reaching(builder: Builder, ends: list[int]) -> bytearray:
    live = bytearray(len(builder.nodes))
    for end in ends:
        live[end] = 1
    for number in range(len(builder.nodes) - 1, -1, -1):
        if live[number]:
            for i in builder.nodes[number].inputs:
                live[i] = 1
    return live


def _dead_weight(builder: Builder, value: int, live: bytearray, seen: bytearray) -> int | None:
    """The last dead node with weights that a value comes from; all of them are marked as seen."""
    return max((n for n in _mark(builder, value, live, seen) if builder.weighted[n]), default=None)


def _mark(builder: Builder, value: int, live: bytearray, seen: bytearray) -> list[int]:
    found: list[int] = []
    stack = [value]
    while stack:
        number = stack.pop()
        if live[number] or seen[number]:
            continue
        seen[number] = 1
        found.append(number)
        stack += builder.nodes[number].inputs
    return found
