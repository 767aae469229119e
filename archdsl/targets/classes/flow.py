"""The forward pass as statements: one for each chain of the source, calls nested within it."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

from archdsl.targets.layout import INDENT, WIDTH, Brackets, Doc, flat, lay_out

VARIABLES = ("x", "y", "z")
VARIABLE = re.compile(r"[xyz]|x[0-9]+|shortcut")  # what the flow itself is called


def opened(prefix: str, doc: Doc, indent: int) -> Doc:
    """An expression that is too long for one line, in a form that can be laid out."""
    if not isinstance(doc, str) or len(INDENT) * indent + len(prefix) + len(doc) <= WIDTH:
        return doc
    node = ast.parse(doc, mode="eval").body
    if isinstance(node, ast.Call):
        parts = [_text(doc, a) for a in node.args]
        parts += [f"{k.arg}={_text(doc, k.value)}" for k in node.keywords]
        inner = tuple(opened("", part, indent + 1) for part in parts)
        return Brackets(_text(doc, node.func), inner)
    if isinstance(node, ast.IfExp):
        then, test, other = (_text(doc, n) for n in (node.body, node.test, node.orelse))
        return Brackets("", (then, f"if {test}", f"else {other}"), loop=True)
    return doc


def _text(code: str, node: ast.expr) -> str:
    return ast.get_source_segment(code, node) or ""


@dataclass
class Flow:
    """Statements so far, and the current value: a variable, or an expression not yet assigned.

    variable: where a flush puts it; a nested body (a residual's, a branch's) has the next one
    """

    lines: list[str] = field(default_factory=list)
    current: Doc = "x"
    variable: str = "x"
    indent: int = 2
    depth: int = 0
    pending: bool = False
    calls: int = 0
    loose: bool = False  # a sum, product or conditional: as an operand it gets a statement first

    def apply(self, function: str, *args: str) -> None:
        """`current = function(current, *args)`, flushed first where the line would be too long."""
        if self.loose and " if " in flat(self.current):
            self.flush()
        written = f"{function}({', '.join([flat(self.current), *args])})"
        room = WIDTH - len(INDENT) * self.indent - max(len("return "), len(self.variable) + 3)
        if self.pending and (len(written) > room or self.calls >= 5):
            self.flush()
            written = f"{function}({', '.join([flat(self.current), *args])})"
        self.current, self.pending, self.loose = written, True, False
        self.calls += 1

    def set(self, doc: Doc, *, loose: bool = False) -> None:
        """An expression of its own becomes the current value."""
        self.current, self.pending, self.loose = doc, True, loose
        self.calls = 1

    def operand(self) -> str:
        """The current value as an operand: a variable, or a call."""
        return self.flush() if self.loose else flat(self.current)

    def flush(self, variable: str | None = None, comment: str = "") -> str:
        """Assigns a pending value and returns the variable that holds the current one."""
        if self.pending or (variable is not None and self.current != variable):
            self.assign(variable or self.variable, self.current, comment)
            self.current, self.pending = variable or self.variable, False
        self.calls, self.loose = 0, False
        return flat(self.current)

    def assign(self, variable: str, doc: Doc, comment: str = "") -> None:
        lines = lay_out(f"{variable} = ", opened(f"{variable} = ", doc, self.indent), self.indent)
        if comment and len(lines[-1]) + len(comment) + 4 <= WIDTH and len(lines) == 1:
            lines[-1] += f"  # {comment}"
        self.lines += lines

    def emit(self, line: str) -> None:
        self.lines.append(f"{INDENT * self.indent}{line}")

    def nested(self) -> Flow:
        """The flow of an inner body, from the current value (flushed) in a variable of its own."""
        source = self.flush()
        depth = self.depth + 1
        name = VARIABLES[depth] if depth < len(VARIABLES) else f"x{depth}"
        return Flow(self.lines, source, name, self.indent, depth)

    def indented(self) -> Flow:
        """The flow of an arm of an `if` statement: it leaves its value in the same variable."""
        return Flow(self.lines, self.flush(), self.variable, self.indent + 1, self.depth)
