"""Pictures of nets: DOT text and what Graphviz makes of it, volumes, tables, pages."""

from archdsl.diagram.dot import to_dot
from archdsl.diagram.draw import FORMATS, DiagramError, draw
from archdsl.diagram.drawing import STYLES, Drawing, render

__all__ = ["FORMATS", "STYLES", "DiagramError", "Drawing", "draw", "render", "to_dot"]
