"""One page that holds the picture and needs nothing else: drag to move, wheel to zoom."""

from __future__ import annotations

import re

from archdsl import resources


def page(svg: str, comment: str) -> str:
    """The page for an SVG; `comment` says what made it."""
    import jinja2

    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, autoescape=True, keep_trailing_newline=True
    )
    source = (resources.root() / "templates" / "diagram" / "page.html").read_text(encoding="utf-8")
    _, tag, rest = svg.partition("<svg")
    inline = re.sub(r"</svg>.*", "</svg>", tag + rest, flags=re.DOTALL)
    return environment.from_string(source).render(svg=inline, comment=comment)
