"""Nets from text, for tests."""

from __future__ import annotations

from archdsl.diagnostics import Diagnostics
from archdsl.driver import Request, run
from archdsl.ir import structure

TINY = """
net Tiny(classes = 10) {
  input 8x8x3
  conv(4, 3x3) -> relu -> maxpool(2x2)
  flatten -> linear(classes)
}
"""

# The figures of both are worked out in test_cost.py.
AUX = """
block Res(c) {
  residual { conv(c, 3x3, bias=false) -> bn }
  relu
}
block Head(n) { global_avgpool -> flatten -> fc: linear(n) }
net Aux {
  input 4x4x2
  stem: conv(4, 1x1)
  stage: repeat 1 { Res(4) }
  aux(weight=0.3) { head: Head(3) }
  global_avgpool -> flatten -> fc: linear(5)
}
"""


def elaborated(text: str, *settings: str) -> structure.Net:
    """The text's last net."""
    done = run(Request("net.arch", text=text, settings=settings), expectations=False)
    assert done.ok, str(list(done.diagnostics))
    return done.nets[-1]


def findings(text: str, *settings: str) -> Diagnostics:
    return run(Request("net.arch", text=text, settings=settings)).diagnostics
