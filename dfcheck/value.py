"""Frozen values: the one base class of nodes, findings, rules and their options.

A `Value` is a tuple whose fields are named by the class's annotations, in order. It is chosen over
dataclasses and `typing.NamedTuple` because a command-line run is one cold process: sixty such classes cost
1 ms to create, as frozen slotted dataclasses 30 ms, as named tuples 10 ms. Type checkers see a frozen
dataclass, and `match` takes its fields by position or name.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, Self, dataclass_transform

    @dataclass_transform(frozen_default=True, eq_default=True)
    class Value:
        """Base of all frozen values; see the module's docstring."""

        _fields: ClassVar[tuple[str, ...]]
        _defaults: ClassVar[dict[str, Any]]

        def _replace(self, **changes: Any) -> Self: ...

else:
    from _collections import _tuplegetter

    class Value(tuple):
        """Base of all frozen values; see the module's docstring."""

        __slots__ = ()
        _fields = ()
        _defaults = {}  # noqa: RUF012

        def __init_subclass__(cls):
            own = cls.__dict__.get("__annotations__", {})
            if not own:
                return
            cls._fields = cls.__match_args__ = tuple(name for name in own if "ClassVar" not in str(own[name]))
            cls._defaults = {name: cls.__dict__[name] for name in cls._fields if name in cls.__dict__}
            for index, name in enumerate(cls._fields):
                setattr(cls, name, _tuplegetter(index, f"Field `{name}`."))

        def __new__(cls, *values, **named):
            if named or len(values) != len(cls._fields):
                values = _complete(cls, values, named)
            return tuple.__new__(cls, values)

        def __eq__(self, other):
            return type(self) is type(other) and tuple.__eq__(self, other)

        def __ne__(self, other):
            return not self == other

        def __hash__(self):
            return tuple.__hash__(self)

        def __repr__(self):
            inner = ", ".join(f"{n}={v!r}" for n, v in zip(self._fields, tuple.__iter__(self), strict=True))
            return f"{type(self).__name__}({inner})"

        def __getnewargs__(self):
            return tuple(self)

        def _replace(self, **changes):
            values = list(map(changes.pop, self._fields, tuple.__iter__(self)))
            if changes:
                raise TypeError(f"{type(self).__name__} has no field {next(iter(changes))!r}")
            return tuple.__new__(type(self), values)


def _complete(cls: type[Value], values: tuple[object, ...], named: dict[str, object]) -> tuple[object, ...]:
    """All fields of `cls` in order, from positional and named arguments and defaults.

    Raises:
        TypeError: A field is missing, unknown or given twice.
    """
    fields = cls._fields
    if len(values) > len(fields):
        raise TypeError(f"{cls.__name__} takes {len(fields)} values, got {len(values)}")
    got = dict(zip(fields, values, strict=False))
    for name, value in named.items():
        if name in got or name not in fields:
            raise TypeError(f"{cls.__name__} has no field {name!r} or it was given twice")
        got[name] = value
    missing = [name for name in fields if name not in got and name not in cls._defaults]
    if missing:
        raise TypeError(f"{cls.__name__} needs {', '.join(missing)}")
    return tuple(got[name] if name in got else cls._defaults[name] for name in fields)
