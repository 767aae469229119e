"""The first file of a new net, which `archdsl new` writes."""

from __future__ import annotations

import re

from archdsl.diagnostics import Severity
from archdsl.driver.pipeline import Job, run
from archdsl.driver.request import Request

__all__ = ["BadName", "file_name", "starter"]

_TEXT = """\
# Check this file with        archdsl check FILE
# count what the net costs    archdsl cost FILE
# write its PyTorch code      archdsl compile FILE --target torch
#
# A comment of one sign is for readers of this file; one of two goes into the generated code.

## Two convolutions, added to what comes in. A block is a part that is used several times.
block UNIT(c, stride = 1) {
  residual {
    conv(c, 3x3, /stride, bias=false) -> bn -> relu
    conv(c, 3x3, bias=false) -> bn
  } shortcut {
    # Used only where the body changes the shape.
    downsample: { conv(c, 1x1, /stride, bias=false) -> bn }
  }
  relu
}

## A small residual network for pictures of 32x32 pixels.
net NAME(classes = 10) {
  input 32x32x3  # height x width x channels

  # How many channels go in is never written: they are those of the value that arrives.
  stem: conv(16, 3x3, bias=false) -> bn -> relu

  # Each stage halves the map and doubles the channels. `::` checks the shape at that place.
  stage1: repeat 2 { UNIT(16) } :: 32x32x16
  stage2: repeat 2 as i { UNIT(32, stride = 2 if i == 0 else 1) } :: 16x16x32
  stage3: repeat 2 as i { UNIT(64, stride = 2 if i == 0 else 1) } :: 8x8x64

  global_avgpool -> flatten -> head: linear(classes)

  # Figures of the whole net, checked each time the file is read.
  expect params <= 200k
  expect output == 10
}
"""


class BadName(Exception):
    """Why a net can't have the name."""


def file_name(name: str) -> str:
    """Where it goes if nothing else is said: MyNet is in my_net.arch."""
    from archdsl.elaborate.names import snake_case

    return f"{snake_case(name)}.arch"


def starter(name: str) -> str:
    """The text of a file with the net `name`; raises BadName."""
    from archdsl.fmt import format_source
    from archdsl.syntax.keywords import KEYWORDS

    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise BadName(
            f"{name!r} is no name: it takes ASCII letters, digits and _, and no digit first"
        )
    if name in KEYWORDS:
        raise BadName(f"a net can't have the name {name!r}: it is a keyword")
    unit = "Unit" if name != "Unit" else "Part"
    words = {"NAME": name, "UNIT": unit}
    text = format_source(re.sub(r"NAME|UNIT", lambda found: words[found[0]], _TEXT))
    job = _checked(text)
    errors = [item for item in job.diagnostics if item.severity is Severity.ERROR]
    if errors:
        raise BadName(f"a net can't have the name {name!r}: {errors[0].message}")
    return text


def _checked(text: str) -> Job:
    """Also compiled: some names are taken there alone."""
    from archdsl.driver.emit import emit
    from archdsl.targets import NAMES

    job = run(Request(file="new.arch", text=text))
    for target in NAMES:
        emit(job, target)
    return job
