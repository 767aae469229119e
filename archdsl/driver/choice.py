"""Which of a file's nets are elaborated, with what from outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from archdsl.diagnostics import Diagnostics, nearest
from archdsl.driver import codes, settings
from archdsl.driver.recipes import names as recipe_names
from archdsl.elaborate import elaborate_net
from archdsl.ir import structure
from archdsl.ir.shape import Shape

if TYPE_CHECKING:
    from archdsl.driver.pipeline import Job
    from archdsl.elaborate import Program

_MOST_NAMED = 12


def net_names(job: Job) -> list[str]:
    """The nets that stand on their own, in the file's order."""
    return [name for name, info in _program(job).nets.items() if not info.required]


def elaborate_nets(job: Job) -> None:
    """Elaborates the nets asked for, else all that stand on their own."""
    request, asked = job.request, Diagnostics()
    given: dict[str, object] = dict(settings.expressions(request.settings, asked))
    given |= settings.language_values(request.values, asked)
    job.settings, job.shapes = given, settings.shapes(request.inputs, asked)
    names = _asked_for(job, given, asked)
    if given and job.ok and not asked.failed:
        _known_parameters(job, names, given, asked)
    for item in asked:
        job.diagnostics.add(item)
    if asked.failed:
        return
    for name in names:
        found = elaborate_one(job, name, job.diagnostics)
        if found is not None:
            job.nets.append(found)


def elaborate_one(
    job: Job,
    name: str,
    diagnostics: Diagnostics,
    beside: Mapping[str, object] | None = None,
    shape: Shape | None = None,
) -> structure.Net | None:
    """A net with the job's settings and shapes, with what is set `beside`, or another `shape`."""
    given = _settings_of(job, name) | dict(beside or {})
    shapes = _shapes(job.shapes) if shape is None else shape
    return elaborate_net(_program(job), name, diagnostics, given, shapes)


def _shapes(shapes: Mapping[str | None, Shape]) -> Shape | dict[str, Shape] | None:
    if not shapes:
        return None
    if None in shapes and len(shapes) == 1:
        return shapes[None]
    return {label or "": shape for label, shape in shapes.items()}


def _program(job: Job) -> Program:
    assert job.program is not None
    return job.program


def _asked_for(job: Job, given: Mapping[str, object], diagnostics: Diagnostics) -> list[str]:
    known = _program(job).nets
    asked = list(dict.fromkeys(job.request.nets))
    recipes = recipe_names(job) if job.request.wants_recipes else []
    for name in asked:
        if name in recipes:
            continue
        # One that is declared, but isn't known, has an error: reported.
        if name not in known and (job.ok or name not in _program(job).main.declared):
            _unknown_net(job, name, diagnostics)
    if asked or job.request.recipes:
        return [name for name in asked if name in known]
    names = [name for name, info in known.items() if not set(info.required) - set(given)]
    if not job.ok or names or not job.request.wants_nets:
        return names
    recipes = recipe_names(job)
    if recipes:
        diagnostics.error(
            codes.NO_NETS,
            f"{job.name} has recipes, and no net of its own",
            None,
            help=f"a recipe is compiled by its name: --net {recipes[0]} -o {recipes[0].lower()}",
        )
    elif known:
        example = next(iter(known))
        lacking = ", ".join(known[example].required)
        diagnostics.error(
            codes.NO_NETS,
            f"no net of {job.name} stands on its own",
            known[example].span,
            label=f"{example} needs {lacking}",
            help=f"set what it needs (--set {known[example].required[0]}=..), or declare a variant",
        )
    else:
        diagnostics.error(
            codes.NO_NETS,
            f"{job.name} declares no net",
            None,
            help="one is declared by `net Name { input 224x224x3 .. }`",
        )
    return names


def one_net(job: Job) -> str | None:
    """The one net asked for, or the file's only one, which may need parameters; None, and errors
    in the job's diagnostics, for none or for several."""
    known, asked = _program(job).nets, job.request.nets
    if len(asked) == 1:
        if asked[0] not in known and job.ok:
            _unknown_net(job, asked[0], job.diagnostics)
        return asked[0] if asked[0] in known else None
    if len(known) == 1 and not asked:
        return next(iter(known))
    if job.ok:
        named = f"{len(asked)} nets are named" if asked else f"{job.name} has {len(known)} nets"
        listed = ", ".join(list(known)[:_MOST_NAMED]) + (", .." if len(known) > _MOST_NAMED else "")
        job.diagnostics.error(
            codes.NO_NET,
            f"{named}, and one at a time is looked at",
            None,
            notes=[f"it has {listed}"] if known else ["it declares no net at all"],
            help="name it: --net NAME",
        )
    return None


def _known_parameters(
    job: Job, names: list[str], given: Mapping[str, object], diagnostics: Diagnostics
) -> None:
    """What is set must be a parameter: of each net that is named, else of one of the file's."""
    known = _program(job).nets
    parameters = {name: {param.name for param in known[name].params} for name in names}
    if job.request.nets:
        owners = [(f"{name} has no parameter", parameters[name]) for name in names]
    else:
        every = set().union(*parameters.values())
        owners = [(f"no net of {job.name} has a parameter", every)]
    for lacks, has in owners:
        for word in given:
            if word not in has:
                found = nearest(word, has)
                listed = ", ".join(sorted(has)[:_MOST_NAMED])
                diagnostics.error(
                    codes.BAD_SETTING,
                    f"{lacks} {word}",
                    None,
                    notes=[f"the parameters are {listed}" if has else "it has none"],
                    help=f"did you mean {found}?" if found else "",
                )


def _settings_of(job: Job, name: str) -> dict[str, object]:
    """What is set of a net: of several at once, each takes what it has."""
    if name in job.request.nets:
        return dict(job.settings)
    has = {param.name for param in _program(job).nets[name].params}
    return {word: value for word, value in job.settings.items() if word in has}


def _unknown_net(job: Job, name: str, diagnostics: Diagnostics) -> None:
    known = list(_program(job).nets)
    if name in recipe_names(job):
        diagnostics.error(
            codes.NO_NET,
            f"{name} is a recipe, and no net",
            None,
            help=f"archdsl compile .. --net {name} -o DIR and archdsl train take recipes",
        )
        return
    if job.request.wants_recipes:
        known += recipe_names(job)
    found = nearest(name, known)
    listed = ", ".join(known[:_MOST_NAMED]) + (", .." if len(known) > _MOST_NAMED else "")
    diagnostics.error(
        codes.NO_NET,
        f"{job.name} has no net {name}",
        None,
        notes=[f"it has {listed}"] if known else ["it declares no net at all"],
        help=f"did you mean {found}?" if found else "",
    )
