"""`dataclass`, with less to do at import.

For a frozen dataclass with slots the standard one compiles six functions, and there are more than
a hundred such classes here: a sixth of a short run. Here they share closures, and `__init__`, the
one that has to be quick, is compiled when the first instance is made. To a type checker, and in
all that instances do, it is the standard one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    import dataclasses
    from operator import attrgetter

    def dataclass(cls=None, /, *, frozen=False, slots=False, **options):
        if cls is not None or options or not (frozen and slots):
            return dataclasses.dataclass(cls, frozen=frozen, slots=slots, **options)
        return _frozen

    def _frozen(cls):
        own = cls.__dict__
        cls.__doc__ = cls.__doc__ or cls.__name__  # or inspect.signature is put there
        made = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)(cls)
        fields = dataclasses.fields(made)
        names = tuple(field.name for field in fields)
        known = frozenset(names)
        shown = tuple(field.name for field in fields if field.repr)
        key = _key([field.name for field in fields if field.compare])

        def __init__(self, *args, **named):
            made.__init__ = real = _initialiser(made, fields)
            real(self, *args, **named)

        def __repr__(self):
            parts = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
            return f"{self.__class__.__qualname__}({parts})"

        def __eq__(self, other):
            if other.__class__ is self.__class__:
                return key(self) == key(other)
            return NotImplemented

        def __hash__(self):
            return hash(key(self))

        def __setattr__(self, name, value):
            if type(self) is made or name in known:
                raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
            super(made, self).__setattr__(name, value)

        def __delattr__(self, name):
            if type(self) is made or name in known:
                raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
            super(made, self).__delattr__(name)

        def __getstate__(self):
            return [getattr(self, name) for name in names]

        def __setstate__(self, state):
            for name, value in zip(names, state, strict=True):
                object.__setattr__(self, name, value)

        for method in (
            __init__,
            __repr__,
            __eq__,
            __hash__,
            __setattr__,
            __delattr__,
            __getstate__,
            __setstate__,
        ):
            name = method.__name__
            if own.get(name) is None:  # a class with an __eq__ of its own has the hash None
                method.__qualname__ = f"{cls.__qualname__}.{name}"
                setattr(made, name, method)
        return made

    def _key(names):
        """What two instances are compared by, as a tuple."""
        if len(names) > 1:
            return attrgetter(*names)
        return lambda self: tuple([getattr(self, name) for name in names])

    def _initialiser(made, fields):
        """The `__init__`, which sets the slots by their descriptors: the quickest way."""
        space = {}
        parameters, lines = [], []
        for field in fields:
            name = field.name
            space[f"_set_{name}"] = getattr(made, name).__set__
            value = name
            if field.default is not dataclasses.MISSING:
                space[f"_default_{name}"] = field.default
                parameters.append(f"{name}=_default_{name}")
            elif field.default_factory is not dataclasses.MISSING:
                space[f"_default_{name}"] = field.default_factory
                space["_MISSING"] = dataclasses.MISSING
                parameters.append(f"{name}=_MISSING")
                value = f"_default_{name}() if {name} is _MISSING else {name}"
            else:
                parameters.append(name)
            lines.append(f" _set_{name}(self, {value})\n")
        if hasattr(made, "__post_init__"):
            lines.append(" self.__post_init__()\n")
        header = f"def __init__({', '.join(['self', *parameters])}):\n"
        exec(header + ("".join(lines) or " pass\n"), space)
        made_init = space["__init__"]
        made_init.__qualname__ = f"{made.__qualname__}.__init__"
        return made_init
