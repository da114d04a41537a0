"""At which steps does a condition hold, in many iterations of the same steps at once?

Numbers are arrays [iteration, value, unit, ...] with, for each step of an iteration, which of the values it
sees. Truths are the same; where a number is missing, what compares it does not hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from engine.arrays import lengths
from engine.conditions.grammar import COMPARED, Binary, Call, Name, Number, Single
from engine.conditions.layout import NOTHING
from engine.conditions.words import ANYTHING, MOTIONS, PREDICATES
from engine.facts.slopes.steepest import SATURATED

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.arrays import Array, Mask
    from engine.conditions.grammar import Node
    from engine.conditions.layout import Indices, Layout
    from engine.conditions.meaning import Leaf, Meaning

Whole: TypeAlias = npt.NDArray[np.int64]


class Held(NamedTuple):
    """Values [iteration, value, ...] (one iteration if they are the same in all), and which a step sees."""

    data: npt.NDArray[Any]
    at: Indices


class Source(Protocol):
    """The numbers of some iterations that have the same steps."""

    layout: Layout
    count: int

    def now(self, leaf: Leaf) -> Held:
        """Return the values of a leaf."""

    def before(self, leaf: Leaf) -> Held:
        """Return those of the iteration before, each at the same place of its batch."""


class First(NamedTuple):
    """Where a condition holds: places of iterations, the first step in each, the value it is about there.

    `known` says where there is such a value.
    """

    places: Whole
    steps: Whole
    values: Array
    known: Mask


def first_steps(meaning: Meaning, source: Source) -> First:
    """Return the first step of each iteration in which a condition holds."""
    evaluation = _Evaluation(meaning, source)
    truth = evaluation.truth(meaning.condition)
    firsts = _first_seen(truth.at)
    if not firsts:
        nothing = np.zeros(0, dtype=np.int64)
        return First(nothing, nothing, np.zeros(0), np.zeros(0, dtype=np.bool_))
    seen = np.array([value for value, _ in firsts], dtype=np.intp)
    steps = np.array([step for _, step in firsts], dtype=np.int64)
    data = truth.data if len(seen) == truth.data.shape[1] and _rising(seen) else truth.data[:, seen]
    held: Mask = data[:, 0] if data.shape[1] == 1 else np.any(data, axis=1)
    if len(held) != source.count:
        held = np.broadcast_to(held, (source.count,))
    places = np.flatnonzero(held)
    if data.shape[1] == 1:
        found = np.broadcast_to(steps, places.shape)
    else:
        found = np.broadcast_to(steps[(data[places] if len(data) > 1 else data).argmax(axis=1)], places.shape)
    return First(places, found, *evaluation.values(places, found))


def number_of(meaning: Meaning, source: Source) -> Held:
    """Return an expression that is a number in each of some iterations, at each of their steps."""
    return _Evaluation(meaning, source).number(meaning.condition)


def edges(meaning: Meaning, source: Source) -> Whole:
    """Return the steps of one iteration at which a condition begins to hold."""
    evaluation = _Evaluation(meaning, source)
    truth = evaluation.everywhere(evaluation.truth(meaning.condition))
    holds = truth.data[0, truth.at]
    return np.flatnonzero(holds & ~np.concatenate([[False], holds[:-1]])).astype(np.int64)


def _first_seen(at: Indices) -> list[tuple[int, int]]:
    """Return which values a step sees, and the first that sees each, in the order of these steps."""
    found: dict[int, int] = {}
    for step, value in enumerate(at.tolist()):
        if value != NOTHING:
            found.setdefault(value, step)
    return list(found.items())


def _rising(seen: Indices) -> bool:
    return bool((seen == np.arange(len(seen))).all())


class _Evaluation:
    def __init__(self, meaning: Meaning, source: Source) -> None:
        self._meaning, self._source = meaning, source
        self._layout = source.layout

    def values(self, places: Whole, steps: Whole) -> tuple[Array, Mask]:
        """Return what each step is about: of the clauses that hold there the first that has a number."""
        found: Array = np.full(len(places), np.nan)
        known: Mask = np.zeros(len(places), dtype=np.bool_)
        if not len(places):
            return found, known
        clauses = self._meaning.clauses
        for asked in (True, False):  # if none holds (`not loss < 1`), the first that has one
            for clause in clauses:
                if known.all():
                    break
                there = self.number(clause.number)
                at = there.at[steps]
                mine = ~known & (at != NOTHING)
                if asked and len(clauses) > 1:
                    truth = self.truth(clause.holds)
                    mine &= (truth.at[steps] != NOTHING) & _of(truth, places, truth.at[steps])
                found = np.where(mine, _of(there, places, at), found)
                known |= mine
        return found, known

    # -- truths -----------------------------------------------------------------------------------

    def truth(self, node: Node) -> Held:
        """Return where a part holds."""
        match node:
            case Single(sign="not", of=of):
                one = self.truth(of)
                # A comparison with what is missing does not hold; of a predicate neither does its contrary.
                if not (isinstance(of, Call) and of.function in PREDICATES):
                    one = self.everywhere(one)
                return Held(~one.data, one.at)
            case Single(sign=sign, of=of):
                now, before = self._number(of, before=False), self._number(of, before=True)
                return self._with(_MOVED[sign], now, before)
            case Binary(sign="and" | "or" as sign, left=left, right=right):
                one, other = self.everywhere(self.truth(left)), self.everywhere(self.truth(right))
                return self._with(np.logical_and if sign == "and" else np.logical_or, one, other)
            case Binary(sign=sign, left=left, right=right):
                return self._with(_COMPARED[sign], self.number(left), self.number(right))
            case Call(function="any" | "all" as function, arguments=(of,)):
                inner = self._truth_or_number(of)
                reduce = np.any if function == "any" else np.all
                return Held(reduce(inner.data, axis=_units(inner.data)), inner.at)
            case Call(function="finite", arguments=(of,)):
                inner = self.number(of)
                return Held(np.isfinite(inner.data).all(axis=_units(inner.data)), inner.at)
            case Call(function=function) if function == ANYTHING:
                return self._anything(node)
            case Call(function=function):
                leaf = self._source.now(self._meaning.leaves[node.column][0])
                return Held(_OF_LAYER[function](leaf.data), leaf.at)
            case _:
                raise AssertionError(node)

    def _anything(self, node: Call) -> Held:
        """Return at which steps any array that is seen is not finite."""
        every: Mask | None = None
        for leaf in self._meaning.leaves[node.column]:
            data, at = self._source.now(leaf)
            if data.all():
                continue
            there = self.everywhere(Held(data == 0.0, at))
            mine = there.data[:, there.at]
            every = mine if every is None else every | mine
        if every is None:
            return Held(np.zeros((1, 1), dtype=np.bool_), self._layout.always)
        return Held(every, np.arange(len(self._layout), dtype=np.intp))

    def _truth_or_number(self, node: Node) -> Held:
        is_number = isinstance(node, Name | Number) or (
            node.sign not in _TRUTHS
            if isinstance(node, Binary | Single)
            else node.function in ("abs", *_REDUCED)
        )
        if not is_number:
            return self.everywhere(self.truth(node))
        found = self.number(node)
        return Held(found.data != 0.0, found.at)

    def everywhere(self, truth: Held) -> Held:
        """Return a truth at every step: where a number is missing it does not hold."""
        data, at = truth
        if at is self._layout.always or (at >= 0).all():
            return truth
        missing = np.zeros((len(data), 1, *data.shape[2:]), dtype=np.bool_)
        return Held(np.concatenate([data, missing], axis=1), self._layout.whole(at, data.shape[1]))

    # -- numbers ----------------------------------------------------------------------------------

    def number(self, node: Node) -> Held:
        """Return the numbers of a part in these iterations."""
        return self._number(node, before=False)

    def _number(self, node: Node, *, before: bool) -> Held:
        match node:
            case Number(value=value):
                return Held(np.full((1, 1), value), self._layout.always)
            case Name(column=column):
                read = self._source.before if before else self._source.now
                return self._joined([read(leaf) for leaf in self._meaning.leaves[column]])
            case Single(of=of):
                one = self._number(of, before=before)
                return Held(-one.data, one.at)
            case Binary(sign=sign, left=left, right=right):
                return self._with(
                    _CALCULATED[sign], self._number(left, before=before), self._number(right, before=before)
                )
            case Call(function=function, arguments=(of,)):
                one = self._number(of, before=before)
                if function == "abs":
                    return Held(np.abs(one.data), one.at)
                return Held(_REDUCED[function](one.data), one.at)
            case _:
                raise AssertionError(node)

    def _joined(self, parts: list[Held]) -> Held:
        """Return several arrays as one of all their numbers."""
        if len(parts) == 1:
            return parts[0]
        found = _flat(parts[0])
        for part in parts[1:]:
            one, other, at = self._beside(found, _flat(part))
            count = max(len(one), len(other))
            both = [np.broadcast_to(some, (count, *some.shape[1:])) for some in (one, other)]
            found = Held(np.concatenate(both, axis=2), at)
        return found

    def _with(self, function: Callable[..., npt.NDArray[Any]], one: Held, other: Held) -> Held:
        first, second, at = self._beside(one, other)
        dimensions = max(first.ndim, second.ndim)
        return Held(function(_spread(first, dimensions), _spread(second, dimensions)), at)

    def _beside(self, one: Held, other: Held) -> tuple[npt.NDArray[Any], npt.NDArray[Any], Indices]:
        """Return the values of two that are seen at the same steps."""
        always = self._layout.always
        if one.at is other.at or (other.at is always and other.data.shape[1] == 1):
            return one.data, other.data, one.at
        if one.at is always and one.data.shape[1] == 1:
            return one.data, other.data, other.at
        mine, theirs, at = self._layout.paired(one.at, other.at)
        return one.data[:, mine], other.data[:, theirs], at


def _of(held: Held, places: Whole, at: Indices) -> npt.NDArray[Any]:
    if not held.data.shape[1]:  # no step sees any value
        return np.zeros(len(places), dtype=held.data.dtype)
    rows = places if len(held.data) > 1 else np.zeros_like(places)
    found: npt.NDArray[Any] = held.data[rows, at]
    return found


def _units(data: npt.NDArray[Any]) -> tuple[int, ...]:
    """Return the axes of an array that count units."""
    return tuple(range(2, data.ndim))


def _flat(held: Held) -> Held:
    data = held.data
    return Held(data.reshape(*data.shape[:2], -1), held.at)


def _spread(data: npt.NDArray[Any], dimensions: int) -> npt.NDArray[Any]:
    return data if data.ndim == dimensions else data.reshape(*data.shape, *[1] * (dimensions - data.ndim))


def _norm(data: Array) -> Array:
    return lengths(data.reshape(data.shape[0] * data.shape[1], -1)).reshape(data.shape[:2])


_REDUCED: dict[str, Callable[[Array], Array]] = {
    "min": lambda data: data.min(axis=_units(data)),
    "max": lambda data: data.max(axis=_units(data)),
    "mean": lambda data: data.mean(axis=_units(data)),
    "sum": lambda data: data.sum(axis=_units(data)),
    "norm": _norm,
}
_CALCULATED: dict[str, Callable[..., Array]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
}
_COMPARED: dict[str, Callable[..., Mask]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}


def _changes_sign(now: Array, before: Array) -> Mask:
    return ((now > 0.0) & (before < 0.0)) | ((now < 0.0) & (before > 0.0))


_MOVED: dict[str, Callable[[Array, Array], Mask]] = dict(
    zip(MOTIONS, (np.greater, np.less, _changes_sign), strict=True)
)
_OF_LAYER: dict[str, Callable[[Array], Mask]] = {
    "dead": lambda largest: largest == 0.0,
    "saturated": lambda share: share < SATURATED,
}
_TRUTHS = ("and", "or", "not", *_MOVED, *COMPARED)
