"""A job's recipes: which are checked, and which one is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from archdsl import limits
from archdsl.diagnostics import Diagnostics, nearest
from archdsl.driver import codes
from archdsl.syntax import tree

if TYPE_CHECKING:
    from archdsl.driver.pipeline import Job
    from archdsl.ir import structure
    from archdsl.ir.recipe import Recipe
    from archdsl.targets import Published


def declared(job: Job) -> Iterator[tree.Recipe]:
    """The file's recipes, sound or not."""
    if job.file is not None:
        for decl in job.file.decls:
            if isinstance(decl, tree.Recipe):
                yield decl


def names(job: Job) -> list[str]:
    return [decl.name for decl in declared(job)]


def check(job: Job) -> None:
    """Checks the recipes asked for; all, where neither nets nor anything about them was."""
    request = job.request
    wanted = list(declared(job))
    if request.nets or request.recipes:
        asked = {*request.nets, *request.recipes}
        wanted = [decl for decl in wanted if decl.name in asked]
    elif request.settings or request.inputs or request.values:
        return
    if not wanted:
        return
    from archdsl.recipes import check_recipe

    assert job.program is not None
    nets = {net.name: net for net in job.nets}
    for decl in wanted:
        found = check_recipe(job.program, decl, job.diagnostics, nets)
        if found is not None:
            job.recipes.append(found)


def one(job: Job, name: str) -> Recipe | None:
    """The job's recipe of this name; None where it has errors, or there is none: reported."""
    for recipe in job.recipes:
        if recipe.name == name:
            return recipe
    if job.ok and name not in names(job):
        known = names(job)
        guess = nearest(name, known)
        if job.program is not None and job.program.net(name) is not None:
            guess = None
            known_as = f"{name} is a net, and no recipe"
        else:
            known_as = f"{job.name} has no recipe {name}"
        job.diagnostics.error(
            codes.NO_RECIPE,
            known_as,
            None,
            notes=[f"it has {', '.join(known)}"] if known else ["it declares no recipe at all"],
            help=f"did you mean {guess}?" if guess else "",
        )
    return None


def asked_for(job: Job) -> str | None:
    """The recipe that `--net` names, if it names one; with others beside it that is an error."""
    known = names(job)
    found = [name for name in dict.fromkeys(job.request.nets) if name in known]
    if not found:
        return None
    if len(job.request.nets) > 1 or job.request.settings or job.request.inputs:
        job.diagnostics.error(
            codes.ONE_RECIPE,
            f"{found[0]} is a recipe, and a recipe is compiled by itself, as it is",
            None,
            help="its nets and their arguments stand in it",
        )
    return found[0]


def emit_recipe(job: Job, recipe: Recipe, name: str) -> dict[str, str] | None:
    """A recipe's files for a target, by name; None and diagnostics where they can't be."""
    from archdsl.driver.emit import known_target
    from archdsl.targets import Emission, RecipeEmission, RecipeTarget, target

    if not known_target(job, name) or not job.ok or job.file is None:
        return None
    found = target(name)
    if not isinstance(found, RecipeTarget):
        job.diagnostics.error(
            codes.NO_RECIPES,
            f"the target {name} writes nets, and no recipes",
            None,
        )
        return None
    model = Emission(
        nets=tuple(model.net for model in recipe.models),
        file=job.request.file_name,
        digest=job.project.digest(),
        doc=None,
        vary=_Varied(job, recipe),
    )
    with limits.using(job.request.limits):
        emission = RecipeEmission(recipe, model, _published(recipe))
        return found.emit_recipe(emission, job.diagnostics)


def _published(recipe: Recipe) -> Published | None:
    """What keras.applications has for the recipe's net, where it starts from that."""
    from archdsl.ir.recipe import Weights

    match recipe.transfer.weights:
        case Weights(source=source, library="keras", map=map):
            pass
        case _:
            return None
    from archdsl.ir.places import places
    from archdsl.targets import Published
    from archdsl.weights import published

    net = recipe.models[0].net
    paths = dict.fromkeys(place.node.path for place in places(net.graph) if not place.aux)
    names = {} if map is not None else published.names(source, net.name, paths)
    if source not in published.FILES or names is None:
        return None
    return Published(published.FILES[source], names)


class _Varied:
    """A net of the recipe with one more parameter set, elaborated anew."""

    def __init__(self, job: Job, recipe: Recipe) -> None:
        self.job = job
        self.models = {model.name: model for model in recipe.models}

    def __call__(self, net: structure.Net, name: str, value: object) -> structure.Net | None:
        from archdsl.elaborate import elaborate_net

        assert self.job.program is not None
        model = self.models[net.name]
        given = {**model.written, name: value}
        return elaborate_net(self.job.program, net.name, Diagnostics(), given, model.input)
