"""A unit: one class (or function) of the emitted code, made from all instances of a block.

The ladder for every value that is written: the source's own expression; a
literal if equal everywhere; an argument more for the constructor. Each is checked against every
row before it is taken. What fits none raises Mismatch, and the emitter splits the unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from archdsl.ir import structure
from archdsl.ir.op import MISSING
from archdsl.syntax import tree
from archdsl.targets.conversion import convert
from archdsl.targets.linear import shortest
from archdsl.targets.outline.constants import ABSENT, Code, constant, is_sayable, sized, source_name
from archdsl.targets.outline.names import declared, safe
from archdsl.targets.outline.rows import Mismatch, Row, value_of
from archdsl.targets.symbolic import (
    Bin,
    Ex,
    Fn,
    Lit,
    Raw,
    Sym,
    gives,
    names_in,
    plain,
    substitute,
)

if TYPE_CHECKING:
    from archdsl.targets.outline.scope import Scope

IN_CHANNELS = "in_channels"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A constructor's parameter.

    kind:    "in" (channels of the input), "declared" (the block's own), "captured" (a name of the
             scope around an anonymous unit), "extra" (found to be needed)
    source:  the name in the language, where it has one
    """

    name: str
    kind: str
    source: str | None
    default: Ex | None = None


@dataclass
class State:
    """What building a unit has found so far; copied before a trial, put back when it fails."""

    parameters: dict[str, Parameter] = field(default_factory=dict)
    extra: dict[str, dict[int, object]] = field(default_factory=dict)
    lets: dict[str, Ex] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def copy(self) -> State:
        return State(
            dict(self.parameters),
            {name: dict(values) for name, values in self.extra.items()},
            dict(self.lets),
            set(self.used),
        )


@dataclass
class Unit:
    """One class in the making.

    rows:   a row for each instance; the unit's own loops make more, with the same owner
    block:  the declaration, None for an anonymous unit
    fixed:  parameters that are written as values (a net's)
    final:  no further argument may be added (a net)
    """

    name: str
    rows: list[Row]
    block: tree.Block | None = None
    constants: Mapping[str, object] = field(default_factory=dict)
    outer: Scope | None = None
    kept: frozenset[str] | None = None
    final: bool = False
    state: State = field(default_factory=State)
    out_channels: Ex | None = None
    instances: dict[int, structure.Instance] = field(default_factory=dict)
    _owner: dict[int, int] = field(default_factory=dict)

    # ------------------------------------------------------------------ parameters

    def parameter_of(self, name: str) -> Ex | None:
        """A parameter of the block in the code: its name, or its value where that is fixed."""
        assert self.block is not None
        param = next(p for p in self.block.params if p.name == name)
        if not self.sayable(name):
            return None
        values = [row.names.get(safe(name), ABSENT) for row in self.rows]
        same = all(type(v) is type(values[0]) and v == values[0] for v in values)
        if self.kept is not None:
            if name in self.kept:
                return Sym(safe(name))
            return Lit(values[0]) if same else None
        default = constant(param.default)
        if same and default is not None and gives(default, {}, values[0]):
            return Lit(values[0])
        return Sym(safe(name))

    def declared(self, name: str) -> tree.Param | None:
        if self.block is None:
            return None
        return next((p for p in self.block.params if p.name == name), None)

    def use(self, ex: Ex) -> Ex:
        """Marks what the expression needs as needed, and returns it."""
        for name in names_in(ex):
            if name in self.state.used:
                continue
            self.state.used.add(name)
            if name in self.state.lets:
                self.use(self.state.lets[name])
            elif name == IN_CHANNELS:
                self.state.parameters[name] = Parameter(name, "in", None)
            elif name in self.state.extra:
                continue
            else:
                self._register(name)
        return ex

    def _register(self, name: str) -> None:
        declared = self.block.params if self.block else ()
        for param in declared:
            if safe(param.name) == name:
                default = constant(param.default)
                if self.kept is not None:  # a net stands with the values that it was made with
                    default = Lit(self.rows[0].names[name])
                found = Parameter(name, "declared", param.name, default)
                self.state.parameters[name] = found
                return
        if self.outer is not None and self.outer.lookup(source_name(name)) is not None:
            self.state.parameters[name] = Parameter(name, "captured", source_name(name))

    def parameters(self) -> list[Parameter]:
        """In the order of the signature: input channels, required, with defaults, extra."""
        order = {safe(p.name): i for i, p in enumerate(self.block.params)} if self.block else {}
        rank = {"in": 0, "captured": 1, "declared": 2, "extra": 4}

        def place(p: Parameter) -> tuple[int, int]:
            own = p.name in order  # declared, or an op parameter under its own name
            kind = 3 if own and p.default is not None else 2 if own else rank[p.kind]
            return kind, order.get(p.name, 0)

        return sorted(self.state.parameters.values(), key=place)

    # ------------------------------------------------------------------ the ladder

    def settle(
        self,
        rows: Sequence[Row],
        values: Sequence[object],
        candidates: Iterable[Ex | None],
        hint: str,
        default: object = MISSING,
    ) -> Ex:
        """An expression that has `values[i]` in `rows[i]`, for all of them.

        hint, default: name and default of the argument that is added where nothing else is right
        """
        for ex in candidates:
            if ex is None:
                continue
            ex = self._short(ex, rows)
            if self._right(ex, rows, values):
                if isinstance(ex, Lit) and isinstance(ex.value, float):
                    return Lit(values[0])  # 0.03, not Python's 0.2 * 6 / 40
                return self.use(ex)
            if all(type(v) is int for v in values):
                whole = Fn("int", (ex,))
                if self._right(whole, rows, values):
                    return self.use(whole)
        if all(type(v) is type(values[0]) and v == values[0] for v in values):
            return Raw(str(values[0])) if isinstance(values[0], Code) else Lit(values[0])
        return self._extra(rows, values, hint, default)

    def try_settle(
        self, rows: Sequence[Row], values: Sequence[object], candidates: Iterable[Ex | None]
    ) -> Ex | None:
        """As settle, without a last resort and without marking anything as used."""
        for ex in candidates:
            if ex is not None and self._right(ex, rows, values):
                return self._short(ex, rows)
        if values and all(v == values[0] for v in values):
            return Lit(values[0])
        return None

    def _short(self, ex: Ex, rows: Sequence[Row]) -> Ex:
        """A sum of whole numbers in its shortest form."""
        if not rows or not isinstance(ex, Bin):
            return ex
        known = self._names(rows[0])
        if any(type(known.get(name)) is not int for name in names_in(ex)):
            return ex
        return shortest(ex)

    def _right(self, ex: Ex, rows: Sequence[Row], values: Sequence[object]) -> bool:
        if isinstance(ex, Raw):
            return all(isinstance(v, Code) and str(v) == ex.text for v in values)
        return all(gives(ex, self._names(r), v) for r, v in zip(rows, values, strict=True))

    def _names(self, row: Row) -> Mapping[str, object]:
        """The row's names with the lets and extra arguments of this unit."""
        if not self.state.lets and not self.state.extra:
            return row.names
        names = dict(row.names)
        for name, by_owner in self.state.extra.items():
            if row.owner in by_owner:
                names[name] = by_owner[row.owner]
        return names

    def _extra(
        self, rows: Sequence[Row], values: Sequence[object], hint: str, default: object
    ) -> Ex:
        if self.final:
            raise Mismatch(f"{hint} differs")
        by_owner: dict[int, object] = {}
        for row, value in zip(rows, values, strict=True):
            if by_owner.setdefault(row.owner, value) != value:
                raise Mismatch(f"{hint} differs within one instance")
        for name, known in self.state.extra.items():
            if all(known.get(o, v) == v for o, v in by_owner.items()) and name.startswith(hint):
                known.update(by_owner)
                return Sym(name)
        name, count = safe(hint), 1
        taken = set(self.names)
        if self.declared(hint) is not None and not self.sayable(hint):
            taken.discard(safe(hint))  # an op's parameter under its own name
        while name in self.state.parameters or name in self.state.extra or name in taken:
            count += 1
            name = f"{safe(hint)}{count}"
        self.state.extra[name] = by_owner
        written: Ex | None = None
        if default is not MISSING:
            written = Raw(str(default)) if isinstance(default, Code) else Lit(default)
        self.state.parameters[name] = Parameter(name, "extra", None, written)
        return Sym(name)

    @cached_property
    def names(self) -> set[str]:
        """What the source calls values in this unit or around it: nothing else may be called so."""
        if self.block is not None:
            return declared(self.block)
        return self.outer.unit.names if self.outer is not None else set()

    def sayable(self, name: str) -> bool:
        """Whether a parameter's values can be written: ops and blocks can't, as such."""
        return all(is_sayable(row.names.get(safe(name), ABSENT)) for row in self.rows)

    @contextmanager
    def trial(self) -> Iterator[None]:
        """What is built inside counts only if it doesn't raise Mismatch."""
        saved = self.state.copy()
        try:
            yield
        except Mismatch:
            self.state = saved
            raise

    # ------------------------------------------------------------------ for those who call it

    def argument(
        self,
        parameter: Parameter,
        instances: Sequence[object],
        caller: Unit,
        scope: Scope,
        rows: Sequence[Row],
    ) -> Ex:
        """What a caller passes for a parameter; `instances[i]` is what it made in `rows[i]`."""
        owners = [self._owner[id(made)] for made in instances]
        match parameter.kind:
            case "in":
                values: list[object] = [row.shape.channels for row in rows]
                return caller.settle(rows, values, [scope.channels], "in_channels")
            case "extra":
                values = [self.state.extra[parameter.name].get(o) for o in owners]
                if any(v is None for v in values):
                    given = [*values, *self.state.extra[parameter.name].values()]
                    some = next(v for v in given if v is not None)  # where it isn't used, any
                    values = [some if v is None else v for v in values]
                passed_on = [scope.lookup(parameter.name)]
                return caller.settle(rows, values, passed_on, parameter.name)
            case "captured":
                values = [self.rows[o].names[parameter.name] for o in owners]
                assert parameter.source is not None
                return caller.settle(rows, values, [scope.lookup(parameter.source)], parameter.name)
        values = [self.rows[o].names[parameter.name] for o in owners]
        return caller.settle(
            rows, values, self._written(parameter, instances, scope), parameter.name
        )

    def _written(
        self, parameter: Parameter, instances: Sequence[object], scope: Scope
    ) -> Iterator[Ex | None]:
        first = instances[0]
        assert isinstance(first, structure.Instance)
        assert parameter.source is not None
        known = first.args[parameter.source]
        if known.expr is not None:
            ex = scope.convert(known.expr)
            yield ex
            if isinstance(ex, Lit):
                yield Lit(value_of(sized(ex.value)))
        elif known.default:
            yield self.default_at(parameter.source, first, scope)

    def default_at(self, name: str, instance: structure.Instance, scope: Scope) -> Ex | None:
        """A computed default of the callee, in the caller's names."""
        param = self.declared(name)
        if param is None or param.default is None:
            return None

        def lookup(inner: str) -> Ex | None:
            known = instance.args.get(inner)
            if known is None:
                return Lit(plain(self.constants[inner])) if inner in self.constants else None
            if known.expr is not None:
                return scope.convert(known.expr)
            return Lit(value_of(known.value)) if is_sayable(value_of(known.value)) else None

        return convert(param.default, lookup, scope.inside)

    def channels_after(
        self, instances: Sequence[object], caller: Unit, scope: Scope, rows: Sequence[Row]
    ) -> Ex | None:
        """The channels that come out, in the caller's names, unchecked."""
        if self.out_channels is None:
            return None
        names: dict[str, Ex] = {}
        for name in names_in(self.out_channels):
            found: Ex | None = None
            if name == IN_CHANNELS:
                found = scope.channels
            elif name in self.state.lets:
                return None
            elif self.block and any(safe(p.name) == name for p in self.block.params):
                source = next(p.name for p in self.block.params if safe(p.name) == name)
                parameter = Parameter(name, "declared", source)
                for ex in self._written(parameter, instances, scope):
                    found = ex
                    break
            elif name in self.state.parameters and self.state.parameters[name].kind == "captured":
                found = scope.lookup(source_name(name))
            if found is None:
                return None
            names[name] = found
        return substitute(self.out_channels, names)

    def own(self, made: structure.Instance | structure.Group, row: int) -> None:
        """Row `row` of this unit is `made`."""
        self._owner[id(made)] = row
        if isinstance(made, structure.Instance):
            self.instances[row] = made

    def inline_lets(self, ex: Ex) -> Ex:
        """The expression with the unit's local names written out."""
        found = ex
        for name, value in reversed(list(self.state.lets.items())):
            found = substitute(found, {name: value})
        return found
