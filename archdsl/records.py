"""`@record`: a frozen dataclass with slots whose methods are written when first called.

The standard decorator writes and compiles seven methods for each class while it is imported: half
a millisecond a class, and the syntax tree alone has fifty. Most commands use few of the classes
and compare, hash or print fewer. `dataclasses.fields`, `replace` and `asdict` take records too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from inspect import get_annotations
from typing import Any, NoReturn, TypeVar, dataclass_transform

__all__ = ["record"]

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """The class with its annotated names as slots, given to `__init__` in order."""
    if hasattr(cls, "__match_args__"):
        raise TypeError(f"{cls.__name__}: a record takes no fields from another")
    namespace = dict(cls.__dict__)
    names = _annotated(cls)
    defaults = {name: namespace.pop(name) for name in names if name in namespace}
    for made_for_dict in ("__dict__", "__weakref__"):
        namespace.pop(made_for_dict, None)
    namespace["__slots__"] = names
    remake: Any = type(cls)
    made: type[T] = remake(cls.__name__, cls.__bases__, namespace)
    made.__qualname__ = cls.__qualname__
    _Methods(made, names, defaults).install()
    return made


def _annotated(cls: type) -> tuple[str, ...]:
    notes = get_annotations(cls)  # its own alone
    return tuple(name for name, note in notes.items() if not str(note).startswith("ClassVar"))


class _Methods:
    """The methods of one class, each put in place of its stub by the first call."""

    def __init__(self, cls: type, names: tuple[str, ...], defaults: dict[str, Any]) -> None:
        self._class = cls
        self._names = names
        self._fields: dict[str, Field[Any]] = {
            name: value for name, value in defaults.items() if isinstance(value, Field)
        }
        self._defaults = defaults
        self._true: dict[str, Field[Any]] | None = None

    def install(self) -> None:
        """Leaves what the class defines itself."""
        own = self._class.__dict__
        methods: dict[str, Any] = {
            "__match_args__": self._names,
            "__dataclass_fields__": self,
            "__setattr__": _refuse,
            "__delattr__": _refuse,
            "__repr__": _repr,
            "__reduce__": _reduce,
            "__init__": self._stub("__init__", self._init),
            "__eq__": self._stub("__eq__", self._eq),
            "__hash__": self._stub("__hash__", self._hash),
        }
        for name, method in methods.items():
            # A class with an __eq__ and no __hash__ of its own has None for it.
            if name not in own or own[name] is None:
                setattr(self._class, name, method)

    def _stub(self, name: str, write: Callable[[], str]) -> Callable[..., Any]:
        cls = self._class

        def stub(*args: Any, **kwargs: Any) -> Any:
            scope = self._scope() if name == "__init__" else {}
            exec(write(), scope)  # names of fields alone: they come from the class's own source
            method = scope[name]
            method.__qualname__ = f"{cls.__qualname__}.{name}"
            setattr(cls, name, method)
            return method(*args, **kwargs)

        return stub

    # ------------------------------------------------------------------- what is written

    def _init(self) -> str:
        params, lines = ["self"], []
        for name in self._names:
            given = self._defaults.get(name, MISSING)
            default = given.default if isinstance(given, Field) else given
            factory = given.default_factory if isinstance(given, Field) else MISSING
            value = name
            if factory is not MISSING:
                params.append(f"{name}=_missing")
                value = f"_factory_{name}() if {name} is _missing else {name}"
            else:
                params.append(name if default is MISSING else f"{name}=_default_{name}")
            lines.append(f" _set_{name}(self, {value})")
        if hasattr(self._class, "__post_init__"):
            lines.append(" self.__post_init__()")
        return f"def __init__({', '.join(params)}):\n" + ("\n".join(lines) or " pass")

    def _scope(self) -> dict[str, Any]:
        """What the text of `__init__` mentions."""
        scope: dict[str, Any] = {"_missing": MISSING}
        for name in self._names:
            scope[f"_set_{name}"] = getattr(self._class, name).__set__
            given = self._defaults.get(name)
            scope[f"_default_{name}"] = given.default if isinstance(given, Field) else given
            if isinstance(given, Field):
                scope[f"_factory_{name}"] = given.default_factory
        return scope

    def _eq(self) -> str:
        mine, other = self._compared("self"), self._compared("other")
        return (
            "def __eq__(self, other):\n"
            " if other.__class__ is not self.__class__: return NotImplemented\n"
            f" return {mine} == {other}"
        )

    def _hash(self) -> str:
        return f"def __hash__(self):\n return hash({self._compared('self')})"

    def _compared(self, of: str) -> str:
        names = [n for n in self._names if n not in self._fields or self._fields[n].compare]
        return f"({''.join(f'{of}.{name}, ' for name in names)})"

    def shown(self) -> list[str]:
        """The fields that `repr` has."""
        return [n for n in self._names if n not in self._fields or self._fields[n].repr]

    # ------------------------------------------------------------------- for dataclasses

    def __get__(self, instance: object, owner: type) -> dict[str, Field[Any]]:
        """`__dataclass_fields__`: those of a true dataclass with the same fields."""
        if self._true is None:
            notes = {name: owner.__annotations__[name] for name in self._names}
            twin = type(owner.__name__, (), {"__annotations__": notes} | self._defaults)
            self._true = {field.name: field for field in fields(dataclass(twin))}
        return self._true


def _refuse(self: object, name: str, *value: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot change field {name!r}")


def _repr(self: Any) -> str:
    methods: _Methods = type(self).__dict__["__dataclass_fields__"]
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in methods.shown())
    return f"{type(self).__qualname__}({shown})"


def _reduce(self: Any) -> tuple[type, tuple[Any, ...]]:
    return type(self), tuple(getattr(self, name) for name in self.__match_args__)
