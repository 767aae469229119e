"""A loaded file with all that it imports, and the nets that it declares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from archdsl import limits
from archdsl.diagnostics import Diagnostics, Source, nearest
from archdsl.elaborate import calls, codes
from archdsl.elaborate.files import Files, Loader, Module
from archdsl.elaborate.net_arguments import NetInfo
from archdsl.elaborate.problems import Problem
from archdsl.elaborate.scope import POISON, NetValue, Scope
from archdsl.syntax import tree


@dataclass(eq=False)
class Program:
    """`main` is the file asked for; `modules` it and all it imports, by name.

    nets:    those that `main` declares, in its order; what is wrong with a variant is left out
    checked: what the static check found, once it was made
    """

    main: Module
    modules: dict[str, Module]
    nets: dict[str, NetInfo]
    checked: Diagnostics | None = field(default=None, repr=False)

    @property
    def scope(self) -> Scope:
        """The main file's top level: for expressions that come from outside."""
        return self.main.scope()

    def net(self, name: str) -> NetInfo | None:
        """A net of the main file, declared there or imported."""
        if name in self.nets:
            return self.nets[name]
        value = self.main.declared.get(name)
        return _info(value, Diagnostics()) if isinstance(value, NetValue) else None


def load_program(
    source: Source,
    file: tree.File,
    loader: Loader,
    diagnostics: Diagnostics,
    lost: Iterable[str] = (),
) -> Program:
    """Reads what a file imports and declares; errors are reported and left out."""
    files = Files(loader, diagnostics)
    main = files.load(source, file, lost)
    nets: dict[str, NetInfo] = {}
    for module in files.modules.values():
        for value in list(module.declared.values()):
            if not isinstance(value, NetValue) or value.home is not module:
                continue
            info = _info(value, diagnostics)
            if info is not None and module is main:
                nets[info.name] = info
    ordered = sorted(nets.values(), key=lambda info: info.span.start)
    return Program(main, files.modules, {info.name: info for info in ordered})


def _info(value: NetValue, diagnostics: Diagnostics) -> NetInfo | None:
    """The net with its variants followed to the block; None for a chain that leads nowhere."""
    first, home = value.decl, value.home
    variants: list[tuple[tree.Variant, Module]] = []
    decl: tree.Block | tree.Variant = first
    while isinstance(decl, tree.Variant):
        if any(decl is seen for seen, _ in variants):
            _report_circle([variant for variant, _ in variants], decl, diagnostics)
            return None
        variants.append((decl, home))
        if len(variants) > limits.now().blocks:
            message = f"nets vary each other more than {limits.now().blocks} deep"
            diagnostics.error(codes.TOO_DEEP, message, decl.name_span)
            return None
        found = home.declared.get(decl.base)
        if found is POISON:
            return None
        if not isinstance(found, NetValue):
            _no_base(decl, home).report(diagnostics)
            return None
        decl, home = found.decl, found.home
    given = _given(decl, variants)
    required = tuple(p.name for p in decl.params if p.default is None and p.name not in given)
    doc = first.doc if first.doc is not None else decl.doc
    return NetInfo(first.name, doc, decl, home, tuple(variants), given, required, first.name_span)


def _report_circle(
    chain: list[tree.Variant], again: tree.Variant, diagnostics: Diagnostics
) -> None:
    """Once, whichever of them was asked for."""
    circle = chain[next(i for i, variant in enumerate(chain) if variant is again) :]
    first = min(range(len(circle)), key=lambda i: circle[i].span.start)
    circle = [*circle[first:], *circle[:first], circle[first]]
    names = " -> ".join(variant.name for variant in circle)
    message = f"these nets vary each other in a circle: {names}"
    diagnostics.error(codes.VARIANT_CIRCLE, message, circle[0].name_span)


def _given(block: tree.Block, variants: list[tuple[tree.Variant, Module]]) -> tuple[str, ...]:
    signature = calls.of_block(block)
    names: dict[str, None] = {}
    for variant, _ in variants:
        ignored: list[Problem] = []
        names.update(dict.fromkeys(calls.bind(signature, variant.args or (), ignored.append)))
    return tuple(names)


def _no_base(variant: tree.Variant, home: Module) -> Problem:
    if variant.base in home.declared:
        return Problem(
            codes.NOT_A_LAYER,
            f"`{variant.base}` is no net, and only a net has variants",
            variant.base_span,
            help=f"write `net {variant.name} {{ input .. {variant.base} }}`",
        )
    nets = [name for name, value in home.declared.items() if isinstance(value, NetValue)]
    guess = nearest(variant.base, nets)
    return Problem(
        codes.UNKNOWN_NAME,
        f"unknown net `{variant.base}`",
        variant.base_span,
        help=f"did you mean `{guess}`?" if guess else "",
    )
