"""Which numbers of a TOML text are written with a decimal comma, so that each is read as two?

In a list it is seen from the blanks: `[0,5, 0,25]`. Only a file with errors is asked: a list that is as long
as it should be is what it says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from engine.spelling.lookalikes import blanked

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

_NUMBER = r"(?<![0-9])[+-]?[0-9]++,[0-9]++(?:[eE][+-]?[0-9]+)?"
_WITH_COMMA = re.compile(_NUMBER)
_WITH_OR_WITHOUT = re.compile(r"[+-]?[0-9]+(?:,[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_INNER = re.compile(r"\[([^\[\]]*)\]")
_BRACKET = re.compile(r"[\[\]]")
_BETWEEN = re.compile(r";|,(?=\s|$)")
_ALONE = re.compile(rf"=[ \t]*({_NUMBER})[ \t\r]*$", re.MULTILINE)
_NO_NUMBER_BEHIND = re.compile(r"(?<![\w.,+-])[+-]?[0-9]++,0[0-9]++(?![\w.])")
# What stands between numbers is blanks alone, which are no comma to TOML.
_BLANKS = re.compile(r"\[\s*((?:[+-]?[0-9]++(?:,[0-9]++)?\s++)+[+-]?[0-9]++(?:,[0-9]++)?)\s*\]")
_LONGEST = 100
"""Signs of a number, by far."""
_EITHER = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")


class Comma(NamedTuple):
    """A number with a decimal comma: where it stands, what is written there, and whether no comma follows."""

    offset: int
    written: str
    blank: bool = False

    @property
    def end(self) -> int:
        """Where what is behind it begins."""
        return self.offset + len(self.written)

    @property
    def says(self) -> str:
        """What is wrong with it."""
        return f"{self.written} has a decimal comma, but a comma stands between two numbers"


class Listed(NamedTuple):
    """A list of numbers of which some have decimal commas; read so it has so many `numbers`."""

    start: int
    numbers: int
    commas: tuple[Comma, ...]


def misread(text: str, lists: Mapping[int, int]) -> tuple[frozenset[int], list[Comma]]:
    """Return which lists are too long because of decimal commas, and all such commas of a TOML text.

    `lists` has, by the offsets at which they begin, how many numbers each should have, or each list in it.
    """
    plain = blanked(text)
    ends = _ends(plain, lists)
    found = list(_lists(plain))
    wrong: set[int] = set()
    commas: set[Comma] = set()
    for start, numbers in lists.items():
        inside = [one for one in found if start <= one.start < ends.get(start, start)]
        if any(one.numbers == numbers for one in inside):
            wrong.add(start)
            commas.update(comma for one in inside for comma in one.commas)
    if wrong:  # where blanks tell it, it need not be a list that is too long
        commas.update(comma for one in found if one.numbers > 1 for comma in one.commas)
        commas.update(Comma(one.start(1), one[1]) for one in _ALONE.finditer(plain))
    return frozenset(wrong), sorted(commas)


def _ends(plain: str, starts: Container[int]) -> dict[int, int]:
    """Return where the brackets are closed that stand at some offsets."""
    found, opened = {}, []
    for bracket in _BRACKET.finditer(plain):
        if bracket[0] == "[":
            opened.append(bracket.start())
        elif opened and (start := opened.pop()) in starts:
            found[start] = bracket.end()
    return found


def _lists(plain: str) -> Iterator[Listed]:
    for found in _INNER.finditer(plain):
        items = [one.strip() for one in _BETWEEN.split(found[1]) if one.strip()]
        if "," in found[1] and all(map(_WITH_OR_WITHOUT.fullmatch, items)):
            commas = (Comma(found.start(1) + one.start(), one[0]) for one in _WITH_COMMA.finditer(found[1]))
            if listed := tuple(commas):
                yield Listed(found.start(), len(items), listed)


def stumbled_over(text: str, offset: int) -> list[Comma]:
    """Return the decimal commas of a text that is no TOML because of one of them, which ends at an offset.

    None where it is something else that the reader has stumbled over.
    """
    if "," not in text[max(0, offset - _LONGEST) : offset + _LONGEST]:
        return []
    plain = blanked(text)
    listed = [Comma(one.start(), one[0]) for one in _NO_NUMBER_BEHIND.finditer(plain)]
    listed += [comma for one in _lists(plain) if one.numbers > 1 for comma in one.commas]
    listed += [
        Comma(found.start(1) + one.start(), one[0], blank=True)
        for found in _BLANKS.finditer(plain)
        for one in _WITH_COMMA.finditer(found[1])
    ]
    alone = [Comma(one.start(1), one[1]) for one in _ALONE.finditer(plain)]
    found = {*listed, *alone} if listed else set()  # of one value alone TOML's own sentence is clear
    return sorted(found) if any(one.offset <= offset <= one.end for one in found) else []


def remedy(commas: Sequence[Comma]) -> str:
    """Return what to write in the place of the first, and how many more there are."""
    first = commas[0].written
    says = f"Write {first.replace(',', '.')}, with a point"
    if _EITHER.fullmatch(first):
        says += f", or {first.replace(',', '')} if that is meant"
    if any(one.blank for one in commas):
        says += ", and a comma between two numbers"
    more = len(commas) - 1
    return f"{says}; so in {more:,} more number{'s' * (more > 1)}." if more else f"{says}."
