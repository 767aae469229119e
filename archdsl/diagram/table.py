"""The layer table as Markdown, LaTeX and SVG."""

from __future__ import annotations

from dataclasses import dataclass

from archdsl.diagram import labels, style
from archdsl.diagram.elements import picture
from archdsl.diagram.labels import count_text, shape_text
from archdsl.diagram.rows import Layers, Row, layers
from archdsl.diagram.sheets import comment, environment
from archdsl.ir import structure

NUMBERS = frozenset({"n", "s", "parameters", "MACs"})  # at the right of their column
PAD = 8.0
ROW = 15.0
LETTER = 5.1


@dataclass(frozen=True)
class Cell:
    """Lines of text; `block`: those of a block, which papers put in brackets, after its name."""

    lines: tuple[str, ...]
    block: tuple[str, ...] = ()


def table(net: structure.Net, format: str, totals: str, theme: style.Theme) -> str:
    made = layers(picture(net))
    head = _head(made)
    rows = [_cells(row, made) for row in made.rows]
    match format:
        case "md":
            return _markdown(net, head, rows, totals)
        case "tex":
            return _latex(net, head, rows, totals)
        case _:
            return _svg(net, head, rows, totals, theme)


def _head(made: Layers) -> list[str]:
    return ["layer", "input", "operator", *made.columns, "n", "s", "output", "parameters", "MACs"]


def _cells(row: Row, made: Layers) -> list[Cell]:
    what = row.what
    if row.given and not made.columns:
        given = ", ".join(row.given.values())
        what = f"{what}({given})" if len(given) <= 40 else what
    counts = [count_text(n) if n else "" for n in (row.params, row.macs)]
    texts = [
        *(row.given.get(name, "") for name in made.columns),
        str(row.count),
        str(row.stride),
        shape_text(row.output),
        *counts,
    ]
    name = f"{row.name} (side head)" if row.aux else row.name
    front = [Cell((name,)), Cell((shape_text(row.input),)), Cell((what,), row.lines)]
    return [*front, *(Cell((text,)) for text in texts)]


# ------------------------------------------------------------------------------- Markdown


def _markdown(net: structure.Net, head: list[str], rows: list[list[Cell]], totals: str) -> str:
    lines = [
        f"<!-- {comment(net.file)} -->",
        "",
        f"**{_md(net.name)}** · {_md(totals)}",
        "",
        f"| {' | '.join(_md(name) for name in head)} |",
        "|" + "|".join("--:" if _right(name, head) else "---" for name in head) + "|",
    ]
    for row in rows:
        lines.append(f"| {' | '.join(_md_cell(cell) for cell in row)} |")
    return "\n".join(lines) + "\n"


def _md_cell(cell: Cell) -> str:
    text = "<br>".join(_md(line) for line in cell.lines)
    return text + (f"<br>[{'; '.join(_md(line) for line in cell.block)}]" if cell.block else "")


def _md(text: str) -> str:
    """Text that stays text in a Markdown table."""
    made = labels.clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{c}" if c in "\\`*_[]|#~$!" else c for c in made)


def _right(name: str, head: list[str]) -> bool:
    """Numbers stand at the right: counts, and what comes between operator and n."""
    return name in NUMBERS or 2 < head.index(name) < head.index("n")


# ---------------------------------------------------------------------------------- LaTeX


_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "×": r"$\times$",
    "·": r"$\cdot$",
    "–": "--",
    "…": r"\ldots{}",
}


def _latex(net: structure.Net, head: list[str], rows: list[list[Cell]], totals: str) -> str:
    columns = "".join("r" if _right(name, head) else "l" for name in head)
    lines = [
        f"% {comment(net.file)}",
        r"\begin{tabular}{" + columns + "}",
        r"\hline",
        " & ".join(_tex(name) for name in head) + r" \\",
        r"\hline",
        *(" & ".join(_tex_cell(cell) for cell in row) + r" \\" for row in rows),
        r"\hline",
        r"\multicolumn{" + str(len(head)) + "}{l}{" + f"{_tex(net.name)}: {_tex(totals)}" + r"} \\",
        r"\hline",
        r"\end{tabular}",
    ]
    return "\n".join(lines) + "\n"


def _tex_cell(cell: Cell) -> str:
    text = " ".join(_tex(line) for line in cell.lines)
    if not cell.block:
        return text
    inner = r" \\ ".join(rf"\mbox{{{_tex(line)}}}" for line in cell.block)
    bracket = rf"\left[\begin{{array}}{{l}} {inner} \end{{array}}\right]"
    # The empty scripts keep the brackets of neighbouring rows apart.
    return rf"{text} $\displaystyle{bracket}^{{\vphantom{{1}}}}_{{\vphantom{{1}}}}$"


def _tex(text: str) -> str:
    """Text that stays text in LaTeX."""
    return "".join(_TEX.get(c, c) for c in labels.clean(text))


# ------------------------------------------------------------------------------------ SVG


def _svg(
    net: structure.Net, head: list[str], rows: list[list[Cell]], totals: str, theme: style.Theme
) -> str:
    widths = [
        PAD * 2 + LETTER * max([len(name), *(_longest(row[at]) for row in rows)])
        for at, name in enumerate(head)
    ]
    lefts = [sum(widths[:at]) for at in range(len(widths))]
    lines: list[dict[str, object]] = []
    y = ROW
    for row in rows:
        high = max(len(cell.lines) + len(cell.block) for cell in row)
        cells = []
        for at, cell in enumerate(row):
            right = _right(head[at], head)
            x = lefts[at] + (widths[at] - PAD if right else PAD)
            cells.append({"x": round(x, 1), "right": right, "cell": cell})
        lines.append({"y": round(y, 1), "height": high * ROW, "cells": cells})
        y += high * ROW + 4
    names = [
        {
            "x": round(lefts[at] + (widths[at] - PAD if _right(name, head) else PAD), 1),
            "right": _right(name, head),
            "text": labels.clean(name),
        }
        for at, name in enumerate(head)
    ]
    template = environment().get_template("table.svg.jinja")
    return template.render(
        comment=comment(net.file),
        theme=theme,
        font=style.FONT,
        name=labels.clean(net.name),
        facts=totals,
        head=names,
        rows=lines,
        row=ROW,
        wide=round(sum(widths), 1),
        high=round(y, 1),
        clean=labels.clean,
    )


def _longest(cell: Cell) -> int:
    return max([len(line) for line in cell.lines] + [len(line) + 2 for line in cell.block])
