"""What a file may cost before it is refused: every file ends, in errors and not in hangs."""

from __future__ import annotations

NODES = 200_000
"""Nodes of one net, unrolled."""

STEPS = 1_000_000
"""Stages walked in one net, those that make no node included."""

INSTANCES_DEEP = 64
"""Block instances within each other."""

BODIES_DEEP = 400
"""Bodies within each other: instances, groups, residuals, loops."""

COUNT = 2**63 - 1
"""The largest number that an attribute or a size takes."""

INTEGER_BITS = 4096
"""Bits of any number on the way to one."""

LIST = 100_000
"""Values in one list."""

LISTED = 2_000_000
"""Values in all lists made for one file or one net."""

TEXT = 200
"""Characters of a computed label."""

STACK = 20_000
"""Python's stack while elaborating: the limits above end a file before it does."""
