"""Pictures of nets: DOT text, and what Graphviz makes of it."""

from archdsl.diagram.dot import to_dot
from archdsl.diagram.draw import FORMATS, DiagramError, draw

__all__ = ["FORMATS", "DiagramError", "draw", "to_dot"]
