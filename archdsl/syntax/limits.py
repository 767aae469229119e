"""Bounds that keep every input from exhausting the stack or a reader's patience."""

from __future__ import annotations

__all__ = ["MAX_DEPTH", "MAX_ERRORS", "MAX_NESTING"]

# Brackets inside brackets. Later stages recurse over bodies, a few calls for each level.
MAX_NESTING = 100
# Levels of an expression or an `else if` chain: `1 + 1 + ...` nests without a bracket.
MAX_DEPTH = 200
# After so many syntax errors a file is given up.
MAX_ERRORS = 20
