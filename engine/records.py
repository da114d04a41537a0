"""What is a record: an immutable value with named parts?

A record is a frozen dataclass whose methods are inherited. `dataclasses` would compile them for each class
from source text, which takes a millisecond, and the first frame waits for a dozen of them.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, FrozenInstanceError, dataclass
from typing import Any, ClassVar, NoReturn, dataclass_transform


@dataclass_transform(frozen_default=True)
class Record:
    """What every record can do: its parts are given in their order or by name, and never again."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def __init_subclass__(cls) -> None:
        dataclass(init=False, repr=False, eq=False)(cls)

    def __init__(self, *values: object, **named: object) -> None:
        parts = self.__dataclass_fields__
        given = dict(zip(parts, values, strict=False))
        if len(values) > len(parts) or given.keys() & named.keys() or named.keys() - parts.keys():
            raise TypeError(f"{type(self).__name__} takes each once: {', '.join(parts)}")
        given |= named
        for name, part in parts.items():
            if name not in given and part.default is MISSING:
                raise TypeError(f"{type(self).__name__} needs `{name}`")
            self.__dict__[name] = given.get(name, part.default)

    def __eq__(self, other: object) -> bool:
        return self.__dict__ == other.__dict__ if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self.__dict__.values()))

    def __repr__(self) -> str:
        parts = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"{type(self).__name__}({parts})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenInstanceError(f"cannot delete field {name!r}")
