"""What is known of somebody's numbers when they have been looked at?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.arrays import Array, Mask
    from engine.diagnosis.mistakes.candidates import Candidate
    from engine.diagnosis.quantities import Quantity
    from engine.facts.explain.expression import Equation


class Cause(NamedTuple):
    """A mistake that, alone or with others, makes the numbers: what is done, and what is right.

    `groups` are the groups of parameters that it is made for, if that is not all; `known` ones can be made in
    the app by their names.
    """

    name: str
    where: tuple[int, ...]
    groups: tuple[str, ...]
    right: str
    instead: str
    known: bool
    whole: bool


class Worked(NamedTuple):
    """A number worked out as it should be, and as theirs was made; None where nobody knows how it was."""

    right: Equation
    theirs: Equation | None


class Entry(NamedTuple):
    """One number that differs: its place (from 0), theirs and ours.

    `worked` has it worked out, and the number below it in which it begins to differ, if that is another.
    """

    quantity: str
    place: tuple[int, ...]
    theirs: float
    ours: float
    worked: tuple[Worked, ...]


class Compared(NamedTuple):
    """A quantity in both, with the axes and as what the run has of it, and which of their numbers differ."""

    quantity: Quantity
    theirs: Array
    ours: Array
    apart: Mask


class Misshapen(NamedTuple):
    """A quantity of which somebody's array has another shape: which, and which is expected, in words."""

    quantity: Quantity
    shape: str
    expected: str


@dataclass(frozen=True)
class Diagnosis:
    """What agrees and what does not, by the names of the contract, in the order in which they depend.

    `causes` are the mistakes of the contract that reproduce every number, `further` those beside them, each
    alone; `pair` two that do it together where none does alone. `remarks` say what is wrong in the first
    quantity that is and, where no mistake is found, in what is not made of it; `told` is the one of them that
    tells how it comes about, if one does. `excluded` says what can't be wrong.
    `digits` says to how many digits each quantity agrees. `compared` are the arrays that have the shape of
    what they are, `misshapen` those that have another, `left` those that are not looked at: `not_looked_at`
    says why.
    """

    iteration: int
    agrees: tuple[str, ...]
    wrong: tuple[str, ...]
    causes: tuple[Cause, ...] = ()
    further: tuple[Cause, ...] = ()
    pair: tuple[Cause, ...] = ()
    remarks: tuple[str, ...] = ()
    told: str = ""
    hint: str = ""
    excluded: tuple[str, ...] = ()
    digits: Mapping[str, int] | None = None
    rounding: str = ""
    entry: Entry | None = None
    read_as: tuple[str, ...] = ()
    not_looked_at: str = ""
    left: tuple[str, ...] = ()
    compared: tuple[Compared, ...] = ()
    misshapen: tuple[Misshapen, ...] = ()

    @property
    def first_wrong(self) -> str | None:
        """The first quantity that does not agree; None if all do."""
        return self.wrong[0] if self.wrong else None

    @property
    def mistakes(self) -> tuple[str, ...]:
        """The mistakes of the contract that reproduce every number, the best first."""
        return tuple(one.name for one in self.causes)

    @property
    def where(self) -> dict[str, list[int]]:
        """The layers that each of the mistakes is made in."""
        return {one.name: list(one.where) for one in self.causes}

    def record(self) -> dict[str, Any]:
        """Return it as it is printed with `--json`.

        `mistakes` and `where` are of those alone that the scenario format lists; `causes` are all that
        reproduce every number, the best first.
        """
        return {
            "iteration": self.iteration,
            "agrees": list(self.agrees),
            "first_wrong": self.first_wrong,
            "mistakes": list(self.mistakes),
            "where": self.where,
            "wrong": list(self.wrong),
            "further": [_record(one) for one in self.further],
            "pair": [_record(one) for one in self.pair],
            "causes": [_record(one) | {"listed": one.known} for one in (*self.causes, *self.further)],
            "remarks": list(self.remarks),
            "told": self.told,
            "read_as": list(self.read_as),
            "rounding": self.rounding,
            "digits": dict(self.digits or {}),
            "excluded": list(self.excluded),
            "not_looked_at": list(self.left),
        }


def _record(one: Cause) -> dict[str, object]:
    found: dict[str, object] = {"name": one.name, "where": list(one.where)}
    return found | ({"parameters": list(one.groups)} if one.groups else {})


def cause_of(one: Candidate) -> Cause:
    """Return a mistake that has been found, as it is told."""
    return Cause(
        one.name, tuple(one.layers), tuple(one.groups), one.row.right, one.row.instead, one.known, one.whole
    )
