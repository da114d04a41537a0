"""Where does a document depart from its shape? Finds every place, not only the first.

msgspec stops at the first error. This walk follows the same structs (a scenario's are those of
`engine.read.document.shape`), so that a file that msgspec accepts has no finding here, and the other way
round; a test holds the two together.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec import UNSET, Struct, inspect

from engine.numerals import counted
from engine.read.document import unquoted
from engine.read.document.shape import ScenarioFile
from engine.read.findings import Findings, describe, quoted
from engine.spelling.nearest import nearest
from engine.spelling.others import note, ours

if TYPE_CHECKING:
    from engine.read.findings import KeyPath


def walk(document: dict[str, Any], findings: Findings) -> ScenarioFile:
    """Return `document` as a `ScenarioFile`, with `UNSET` for each value of a wrong kind.

    Each departure is added to `findings`. A wrong number inside a list of numbers becomes 0, so
    that the shape of the list can still be checked.
    """
    file = _table(document, _root(ScenarioFile), (), findings)
    assert isinstance(file, ScenarioFile)
    return file


def departures(document: dict[str, Any], of: type[Struct], findings: Findings) -> None:
    """Add each departure of a document from the shape of another struct to `findings`."""
    _table(document, _root(of), (), findings)


@cache
def _root(of: type[Struct]) -> inspect.StructType:
    kind = inspect.type_info(of)
    assert isinstance(kind, inspect.StructType)
    return kind


def _value(value: Any, kind: inspect.Type, path: KeyPath, findings: Findings) -> Any:
    """Return the value if it is of the kind, with its own faults mended, else UNSET."""
    if isinstance(kind, inspect.Metadata):
        return _value(value, kind.type, path, findings)
    match kind:
        case inspect.StructType() if isinstance(value, dict):
            return _table(value, kind, path, findings)
        case inspect.ListType() | inspect.VarTupleType() if isinstance(value, list):
            return _list(value, kind, path, findings)
        case inspect.TupleType(item_types=kinds) if isinstance(value, list) and len(value) == len(kinds):
            parts = zip(value, kinds, strict=True)
            return [
                _value(item, inner, (*path, index), findings) for index, (item, inner) in enumerate(parts)
            ]
        case inspect.UnionType():
            return _one_of(value, kind, path, findings)
        case inspect.LiteralType():
            return _literal(value, kind, path, findings)
        case inspect.IntType() if type(value) is int and _in_range(value, kind):
            return value
        case inspect.FloatType() if type(value) in (int, float):
            return _number(value, kind, path, findings)
        case inspect.BoolType() if type(value) is bool:
            return value
        case inspect.StrType() if isinstance(value, str) and _is_text(value, kind):
            return value
    findings.add(path, f"expected {_expected(kind)}, found {describe(value)}", _remedy(kind, value))
    return _empty(kind)


def _is_text(value: str, kind: inspect.StrType) -> bool:
    """Return whether a text has the length and the signs that it should."""
    if kind.max_length is not None and len(value) > kind.max_length:
        return False
    return kind.pattern is None or re.search(kind.pattern, value) is not None


def _table(table: dict[str, Any], kind: inspect.StructType, path: KeyPath, findings: Findings) -> Any:
    fields = {field.encode_name: field for field in kind.fields}
    absent = [name for name in fields if name not in table]
    called: set[str] = set()  # otherwise: there, and enough is said of them
    for key in table:
        if key not in fields:
            remedy = (
                _twice(key, table, kind)
                or nearest(key, absent)
                or _belongs(key, kind)
                or f"The keys here are: {', '.join(fields)}."
            )
            if ours(key, absent):
                called |= {name for name in absent if f'"{name}"?' in remedy}
            findings.add((*path, key), "unknown key", remedy, at_key=True)
    values = {}
    for name, field in fields.items():
        if name in table:
            values[name] = _value(table[name], field.type, (*path, name), findings)
        elif field.required:
            values[name] = _empty(field.type)
            if name not in called:
                says = f"this key is missing; expected {_expected(field.type)}"
                findings.add((*path, name), says, at_key=True)
        elif name in called:
            values[name] = UNSET
    return kind.cls(**values)


def _twice(key: str, table: dict[str, Any], kind: inspect.StructType) -> str:
    """Return that a key is another library's name of one that stands here too; the empty text if not."""
    there = ours(key, (field.encode_name for field in kind.fields if field.encode_name in table))
    if not there:
        return ""
    return f"It is {there} here, which stands here too: leave {key} out. {note(key)}".rstrip()


def _belongs(key: str, here: inspect.StructType) -> str:
    """Return in which other table of a scenario a key would be known; the empty text if in none."""
    if all(kind is not here for _, kind in _tables()):
        return ""
    places = [heading for heading, kind in _tables() if key in {field.encode_name for field in kind.fields}]
    return f"It belongs to {' or '.join(places)}." if places else ""


@cache
def _tables() -> tuple[tuple[str, inspect.StructType], ...]:
    """Return the tables of a file with their headings."""
    found: list[tuple[str, inspect.StructType]] = [
        ("the top of the file, above the first heading", _root(ScenarioFile))
    ]
    for heading, kind in found:
        for field in kind.fields:
            under = f"{heading.strip('[]')}.{field.encode_name}" if heading[0] == "[" else field.encode_name
            for member in _members(field.type):
                match member:
                    case inspect.StructType():
                        found.append((f"[{under}]", member))
                    case inspect.ListType(item_type=inspect.StructType() as item):
                        found.append((f"[[{under}]]", item))
    return tuple(found)


def _members(kind: inspect.Type) -> list[inspect.Type]:
    """Return the kinds that a value may be of."""
    if isinstance(kind, inspect.Metadata):
        return _members(kind.type)
    if isinstance(kind, inspect.UnionType):
        return [member for one in kind.types for member in _members(one)]
    return [kind]


def _list(
    items: list[Any], kind: inspect.ListType | inspect.VarTupleType, path: KeyPath, findings: Findings
) -> Any:
    inner = kind.item_type.type if isinstance(kind.item_type, inspect.Metadata) else kind.item_type
    if len(items) == 1 and isinstance(items[0], list) and _depth(items) == _deepest(kind) + 1:
        says = f"expected {_expected(kind)}, found such a list in one more pair of brackets"
        findings.add(path, says, "Leave out one bracket on each side.")
        # What is wrong in it has its place once these are gone; the others go by its shape. Samples may have
        # one depth or another.
        return UNSET if isinstance(inner, inspect.UnionType) else _list(items[0], kind, path, Findings())
    if items and _is_row(inner) and all(type(item) in _SINGLE for item in items):
        sort = _SINGLE[type(items[0])]
        says = f"expected {_expected(kind)}, found a list of {sort}"
        findings.add(path, says, "A single row needs its own brackets as well: [[...]].")
        return UNSET
    if kind.min_length and len(items) < kind.min_length:
        findings.add(path, f"expected {_expected(kind)}, found an empty list")
    if kind.max_length is not None and len(items) > kind.max_length:
        findings.add(path, f"expected at most {kind.max_length:,}, found {describe(items)}")
        return UNSET
    values = [_value(item, inner, (*path, index), findings) for index, item in enumerate(items)]
    return UNSET if any(value is UNSET for value in values) else values


def _depth(value: Any) -> int:
    """Return how many lists stand in one another at the beginning of a value."""
    depth = 0
    while isinstance(value, list):
        depth, value = depth + 1, value[0] if value else None
    return depth


def _deepest(kind: inspect.Type) -> int:
    """Return how many lists stand in one another in a value of a kind, at most."""
    if isinstance(kind, inspect.ListType):
        return 1 + _deepest(kind.item_type)
    return max((_deepest(member) for member in _members(kind) if member is not kind), default=0)


def _is_row(kind: inspect.Type) -> bool:
    """Return whether values of a kind are lists, and no numbers."""
    kinds = {type(member) for member in _members(kind)}
    return inspect.ListType in kinds and inspect.FloatType not in kinds


def _one_of(value: Any, kind: inspect.UnionType, path: KeyPath, findings: Findings) -> Any:
    """Judge the value by the member of the union that is of its sort; else by all of them."""
    members = [member for member in _members(kind) if not isinstance(member, inspect.NoneType)]
    for member in members:
        if isinstance(value, _SORTS.get(type(member), ())) or len(members) == 1:
            return _value(value, member, path, findings)
    findings.add(path, f"expected {_expected(kind)}, found {describe(value)}", _remedy(members[0], value))
    return _empty(members[0])


_END = r"\Z"
_TAB = r"\t"
"""A tab as TOML has it in double quotes; in single ones it is these two signs."""
_SINGLE = {int: "numbers", float: "numbers", bool: "truth values"}
_SORTS: dict[type[inspect.Type], tuple[type, ...]] = {
    inspect.StructType: (dict,),
    inspect.ListType: (list,),
    inspect.StrType: (str,),
    inspect.BoolType: (bool,),
    inspect.FloatType: (int, float),
}


def _literal(value: Any, kind: inspect.LiteralType, path: KeyPath, findings: Findings) -> Any:
    if any(type(value) is type(word) and value == word for word in kind.values):
        return value
    words = [word for word in kind.values if isinstance(word, str)]
    found, remedy = describe(value), nearest(value, words) if isinstance(value, str) else ""
    if value == _TAB and "\t" in words:  # it is shown as the tab is that is expected
        found, remedy = f"the text '{_TAB}', a backslash and a t", f'Write "{_TAB}" in double quotes: a tab.'
    findings.add(path, f"expected {_expected(kind)}, found {found}", remedy)
    return UNSET


def _number(value: float, kind: inspect.FloatType, path: KeyPath, findings: Findings) -> float:
    try:
        number = float(value)
    except OverflowError:
        findings.add(path, f"expected a number below 1.8e308, found {describe(value)}")
        return 0.0
    if not _in_range(number, kind):
        findings.add(path, f"expected {_expected(kind)}, found {describe(value)}")
    return number


def _in_range(value: float, kind: inspect.IntType | inspect.FloatType) -> bool:
    return (
        (kind.ge is None or value >= kind.ge)
        and (kind.gt is None or value > kind.gt)
        and (kind.le is None or value <= kind.le)
        and (kind.lt is None or value < kind.lt)
    )


def _empty(kind: inspect.Type) -> Any:
    """Return what stands for a value of a wrong kind: UNSET, and so all through a table."""
    if isinstance(kind, inspect.Metadata):
        return _empty(kind.type)
    if isinstance(kind, inspect.StructType):
        return kind.cls(**{field.name: _empty(field.type) for field in kind.fields})
    return 0.0 if isinstance(kind, inspect.FloatType) else UNSET


def _expected(kind: inspect.Type) -> str:
    match kind:
        case inspect.Metadata():
            return _expected(kind.type)
        case inspect.UnionType():
            members = [member for member in _members(kind) if not isinstance(member, inspect.NoneType)]
            if any(isinstance(member, inspect.ListType) for member in members):
                members = [member for member in members if not isinstance(member, inspect.StrType)]
            return " or ".join(map(_expected, members))
        case inspect.StructType():
            return "a table"
        case inspect.ListType(item_type=inspect.Metadata() | inspect.StructType()):
            return "at least one table" if kind.min_length else "a list of tables"
        case inspect.ListType(item_type=inspect.FloatType()):
            return "a list of numbers"
        case inspect.ListType(item_type=inspect.BoolType()):
            return "a list of truth values"
        case inspect.ListType(item_type=inspect.ListType(item_type=inspect.FloatType() | inspect.BoolType())):
            return f"a list of rows, each {_expected(kind.item_type)}"
        case inspect.ListType(item_type=inspect.UnionType() as item):
            return "a list of samples, each a list" if _is_row(item) else "a list of names or numbers"
        case inspect.TupleType(item_types=kinds):
            return f"a list of {len(kinds)}"
        case inspect.ListType() | inspect.VarTupleType():
            return "a list"
        case inspect.LiteralType(values=values):
            return ("one of " if len(values) > 2 else "") + quoted(values)
        case inspect.IntType(ge=least, le=most):
            return f"a whole number from {least} to {most:,}"
        case inspect.FloatType(gt=0):
            return "a number above 0"
        case inspect.FloatType(ge=least, lt=above):
            bounds = "" if least is None else f" of {least} or more"
            return f"a number{bounds}" + ("" if above is None else f" and below {above}")
        case inspect.BoolType():
            return "true or false"
        case inspect.StrType(max_length=most) if most is not None:
            return f"a text of at most {counted(most, 'character')}"
        case inspect.StrType(pattern=pattern) if pattern is not None:
            return f"a text of the form {pattern.removesuffix(_END).removeprefix('^')}"
        case _:
            return "a text in quotes"


def _remedy(kind: inspect.Type, value: Any) -> str:
    if isinstance(value, str) and isinstance(kind, inspect.BoolType):
        return unquoted.truth_value(value)
    if isinstance(value, str) and isinstance(kind, inspect.IntType | inspect.FloatType):
        return unquoted.number(value, whole=isinstance(kind, inspect.IntType))
    if isinstance(value, dict) and isinstance(kind, inspect.ListType):
        return "Write two brackets on each side of its heading: [[...]]."
    if isinstance(value, list) and isinstance(kind, inspect.StructType):
        return "Write one bracket on each side of its heading: [...]."
    return ""
