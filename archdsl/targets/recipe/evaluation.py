"""evaluate.py: what its skeletons are filled with, whatever the framework."""

from __future__ import annotations

from archdsl.ir import recipe as ir
from archdsl.targets.outline.names import safe
from archdsl.targets.recipe import plan, testing
from archdsl.targets.written import literal


def evaluation_values(recipe: ir.Recipe) -> dict[str, object]:
    nets = list(dict.fromkeys(safe(model.name) for model in recipe.models))
    views = recipe.evaluate.views
    return {
        "nets": ", ".join(nets),
        "net": nets[0],
        "kind": recipe.kind,
        "batch": max(1, recipe.train.batch // views),
        "views": views,
        "runs": "\n".join(plan.runs(recipe)),
        "metrics": list(recipe.evaluate.metrics),
        "part": "average" if recipe.train.ema is not None else "model",
        "averaged": plan.averaged(recipe),
        "fixed_size": testing.fixed_size(recipe),
        "description": literal(f"Measures {', '.join(nets)}."),
        "workers": plan.workers(recipe.train),
    }
