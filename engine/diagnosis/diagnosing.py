"""What is right in somebody's numbers, what is wrong first, and which mistake makes exactly that?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from engine.diagnosis.chosen import ORDER
from engine.diagnosis.layouts import AXES, OURS, asked_of, conventions, own_layouts, read
from engine.diagnosis.likeness import beside, likenesses
from engine.diagnosis.naming.given import given
from engine.diagnosis.naming.joined import on_which_side, to_be_parted
from engine.diagnosis.naming.lists import in_layers, parts_of
from engine.diagnosis.naming.shapes import Shapes
from engine.diagnosis.naming.sorted_out import sorted_out
from engine.diagnosis.naming.twice import told_twice
from engine.diagnosis.precision import UNIT, close, digits_of_agreement, precisions
from engine.diagnosis.quantities import quantities
from engine.diagnosis.search import Bench
from engine.diagnosis.worked.entry import worked_out
from engine.equations.table import table_of
from engine.order.orders import WAITING
from engine.read.complaints import Complaint, ScenarioError
from engine.read.document.text import shortened
from engine.scenario import without_mistake
from engine.words.diagnosed import named

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    import numpy.typing as npt

    from engine.arrays import Array, Mask
    from engine.diagnosis.candidates import Candidate
    from engine.diagnosis.layouts import Convention, Reading
    from engine.diagnosis.names import Meant
    from engine.diagnosis.naming.given import Given
    from engine.diagnosis.precision import Precision
    from engine.diagnosis.quantities import Quantity
    from engine.diagnosis.search import Found
    from engine.diagnosis.worked.entry import Worked
    from engine.equations.equation import Variable
    from engine.scenario import Scenario

_CONVENTIONS = 4
"""Ways of writing arrays that mistakes are looked for in."""
_SEVERAL = 3
"""Sentences at most about what else is wrong than the first."""
_EARLIER = (
    "Of a later iteration not every mistake is tried in every place, and no two together: "
    "ask about iteration 0 first."
)


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


@dataclass(frozen=True)
class Diagnosis:
    """What agrees and what does not, by the names of the contract, in the order in which they depend.

    `causes` are the mistakes of the contract that reproduce every number, `further` those beside them, each
    alone; `pair` two that do it together where none does alone. `remarks` say what is wrong in the first
    quantity that is and, where no mistake is found, in what is not made of it; `excluded` what can't be.
    `digits` says to how many digits each quantity agrees. `compared` are the arrays that have the shape of
    what they are, `left` those that are not looked at: `not_looked_at` says why.
    """

    iteration: int
    agrees: tuple[str, ...]
    wrong: tuple[str, ...]
    causes: tuple[Cause, ...] = ()
    further: tuple[Cause, ...] = ()
    pair: tuple[Cause, ...] = ()
    remarks: tuple[str, ...] = ()
    hint: str = ""
    excluded: tuple[str, ...] = ()
    digits: Mapping[str, int] | None = None
    rounding: str = ""
    entry: Entry | None = None
    read_as: tuple[str, ...] = ()
    not_looked_at: str = ""
    left: tuple[str, ...] = ()
    compared: tuple[Compared, ...] = ()

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
        """Return it as it is printed with `--json`."""
        return {
            "iteration": self.iteration,
            "agrees": list(self.agrees),
            "first_wrong": self.first_wrong,
            "mistakes": list(self.mistakes),
            "where": self.where,
            "wrong": list(self.wrong),
            "further": [_record(one) for one in self.further],
            "pair": [_record(one) for one in self.pair],
            "remarks": list(self.remarks),
            "excluded": list(self.excluded),
            "not_looked_at": list(self.left),
        }


def _record(one: Cause) -> dict[str, object]:
    found: dict[str, object] = {"name": one.name, "where": list(one.where)}
    return found | ({"parameters": list(one.groups)} if one.groups else {})


def diagnose(
    scenario: Scenario,
    numbers: Mapping[str, npt.ArrayLike],
    iteration: int = 0,
    names: Mapping[str, str] | None = None,
    file: str = "numbers",
) -> Diagnosis:
    """Return what is wrong in somebody's numbers of one iteration (from 0) of a scenario, and why.

    `numbers` are arrays by the names that people use (see `engine.diagnosis.names`); `names` says of others
    which of ours they are. Right is the scenario without its mistake and with updates that wait.

    Raises:
        ScenarioError: nothing in the numbers is known, or the iteration isn't there.
    """
    return _Diagnosing(right_of(scenario), iteration, file).of(_arrays(numbers, file), names or {})


def right_of(scenario: Scenario) -> Scenario:
    """Return a scenario as somebody's program should have it: no mistake, and updates that wait."""
    return without_mistake(replace(scenario, training=replace(scenario.training, order=WAITING)))


def _arrays(numbers: Mapping[str, npt.ArrayLike], file: str) -> dict[str, npt.NDArray[Any]]:
    found = {}
    every = (part for name, value in numbers.items() for part in parts_of(str(name), value).items())
    for name, value in every:
        try:
            array = np.asarray(value)
        except ValueError:
            array = np.asarray(None)
        if array.dtype.kind not in "fiu":
            raise refusal(file, f"expected real numbers, found {array.dtype.name} in {shortened(name)!r}")
        found[name] = array
    return found


def refusal(file: str, says: str, remedy: str = "") -> ScenarioError:
    """Return the error that speaks of the numbers as a whole."""
    return ScenarioError(Complaint(file, says, remedy))


class _Way(NamedTuple):
    """Arrays as a convention reads them, and which of them are wrong so."""

    by: Convention
    readings: Sequence[Reading]
    wrong: frozenset[str]


class _Diagnosing:
    def __init__(self, scenario: Scenario, iteration: int, file: str) -> None:
        self.file = file
        if not 0 <= iteration < scenario.training.iterations:
            count = scenario.training.iterations
            raise refusal(
                file, f"there is no iteration {iteration}: the run has {count}, from 0 to {count - 1}"
            )
        self.scenario = scenario
        self.bench = Bench(scenario, iteration)
        self._readings: dict[tuple[str, Precision, Convention], tuple[Reading, bool]] = {}
        self.known = quantities(scenario, table_of(scenario))
        self.order = {name: place for place, name in enumerate(self.known)}

    def of(self, arrays: Mapping[str, npt.NDArray[Any]], names: Mapping[str, str]) -> Diagnosis:
        """Return the diagnosis of some arrays."""
        network = self.scenario.network
        bench, layers = self.bench, len(network.layers)
        shapes = Shapes(arrays, self.known, bench.ground, layers, bench.remembered)
        arrays = in_layers(shapes, network, names)
        shapes = shapes._replace(arrays=arrays)
        for theirs in names:
            if theirs not in arrays:
                raise refusal(self.file, f"there is no array {shortened(theirs)!r}")
        looked = sorted_out(network, shapes, names)
        self._check(looked.meant, names)
        exact = precisions(arrays, self._as_before(arrays))
        some = given(arrays, looked.meant, self.known, exact, looked.beside, self.bench.ground)
        if not some:
            raise refusal(self.file, "none of the arrays has a name that is known", looked.words)
        some, by, readings, wrong = self._taken(some)
        several = tuple(told_twice(readings, wrong))
        if several:
            left = {name for one in several for name in one.left}
            some = [one for one in some if one.theirs not in left]
            readings = [one for one in readings if one.theirs not in left]
        done = self._judged(some, readings, wrong, by)
        found = self._caused(some, by, readings, wrong, done) if wrong else done
        remarks = (*(one.words for one in several), *found.remarks)
        return replace(found, not_looked_at=looked.words, left=looked.left, remarks=remarks)

    def _as_before(self, arrays: Mapping[str, npt.NDArray[Any]]) -> set[str]:
        """Return the arrays that are parameters as the iteration began with them: they are not cut."""
        before = [*self.bench.remembered.values()]
        for one in [one for one in before if one.ndim > 1]:
            biases = [other for other in self.bench.remembered.values() if other.shape == one.shape[:1]]
            before += [np.column_stack(pair) for other in biases for pair in ((other, one), (one, other))]
        every = [*before, *(one.T for one in before)]
        return {name for name, array in arrays.items() if any(np.array_equal(array, one) for one in every)}

    def _check(self, meant: Mapping[str, Meant], names: Mapping[str, str]) -> None:
        layers = len(self.scenario.network.layers)
        for theirs, ours in names.items():
            if theirs not in meant:
                raise refusal(
                    self.file,
                    f"{shortened(ours)!r} is no name of a quantity",
                    "Such as z1, a1, slope1, error1, delta1, gW1, gU1, gb1, W1_after.",
                )
        for theirs, one in meant.items():
            if one.name in self.known or one.name == "a0":
                continue
            what = f"there is no {one.name} (from {shortened(theirs, 40)!r})"
            if not 1 <= one.layer <= layers:
                remedy = "They are counted from the first that has weights; the input is none of them."
                if one.layer == layers + 1:
                    told = f"{shortened(theirs, 40)}={one._replace(layer=layers).name}"
                    remedy += f" If yours count the input, too: --name {told}, and so each of the others."
                raise refusal(self.file, f"{what}: the layers are 1 to {layers}", remedy)
            raise refusal(self.file, f"{what} in this network", "Leave it out.")

    # -- what is right? -------------------------------------------------------------------------------

    def _ordered(self, some: Sequence[Given], by: Convention) -> tuple[list[Reading], frozenset[str]]:
        """Return the arrays as a convention reads them, in our order, and which of them are wrong so."""
        found = [self._read(one, by) for one in some]
        readings = sorted((one for one, _ in found), key=lambda one: self.order[one.quantity.name])
        return readings, frozenset(one.theirs for one, agrees in found if not agrees)

    def _taken(self, some: Sequence[Given]) -> tuple[list[Given], Convention, list[Reading], frozenset[str]]:
        """Return the arrays, of which some have axes of their own, in the convention in which most is right.

        An array has its own where it does not fit otherwise, or where all its numbers are right so.
        """
        by, readings, wrong = self._best(some)
        fits = {one.theirs: one.fits for one in readings}
        found = []
        for one in some:
            own = own_layouts(one, by, self.bench.ground) if one.theirs in wrong else []
            every = [one._replace(layout=layout) for layout in own]
            right = [other for other in every if self._read(other, by)[1]]
            if not right and len(every) == 1 and not fits[one.theirs]:
                right = every
            found.append((*right, one)[0])
        if all(one is other for one, other in zip(found, some, strict=True)):
            return found, by, readings, wrong
        return found, *self._best(found)

    def _read(self, one: Given, by: Convention) -> tuple[Reading, bool]:
        """Return an array as a convention reads it, and whether it agrees so."""
        key = one.theirs, one.precision, asked_of(one, by)
        if key not in self._readings:
            reading = read(one, by, self.bench.ground)
            self._readings[key] = reading, self.bench.agrees(reading, self.bench.right)
        return self._readings[key]

    def _best(self, some: Sequence[Given]) -> tuple[Convention, list[Reading], frozenset[str]]:
        """Return the convention in which most is right, the arrays as it reads them, and which are wrong."""
        best: tuple[tuple[int, int], Convention, list[Reading], frozenset[str]] | None = None
        for by in conventions(some, self.bench.ground):
            readings, wrong = self._ordered(some, by)
            unfit = sum(not one.fits for one in readings)
            if best is None or (unfit, len(wrong)) < best[0]:
                best = (unfit, len(wrong)), by, readings, wrong
            if not wrong:
                break
        assert best is not None
        return best[1:]

    def _judged(
        self, some: Sequence[Given], readings: Sequence[Reading], wrong: frozenset[str], by: Convention
    ) -> Diagnosis:
        bad = dict.fromkeys(one.quantity.name for one in self._in_turn(readings, wrong))
        every = list(dict.fromkeys(one.quantity.name for one in readings))
        digits = {
            one.quantity.name: digits_of_agreement(one.array, self.bench.right.of(one.variable) * one.share)
            for one in readings
            if one.theirs not in wrong
        }
        printed = {one.precision.words for one in readings if one.precision[:3] != (UNIT, None, None)}
        return Diagnosis(
            iteration=self.bench.iteration,
            agrees=tuple(name for name in every if name not in bad),
            wrong=tuple(bad),
            digits=digits,
            rounding=" and ".join(sorted(printed)),
            read_as=tuple(_read_as(some, by, self.bench.ground.times)),
            compared=tuple(self._compared(one, one.theirs in wrong) for one in readings if one.fits),
        )

    def _compared(self, reading: Reading, wrong: bool) -> Compared:
        """Return an array as the run would have it: a total for a mean, a delta without 1/B in it."""
        values = self.bench.right.of(reading.variable)
        ours = self.bench.right.of(reading.quantity.variable)
        times = 1.0 if reading.variable == reading.quantity.variable else float(self.bench.ground.samples)
        same = close(reading.array, values * reading.share, self.bench.within(reading, values))
        return Compared(reading.quantity, reading.array * times / reading.share, ours, ~(same | (not wrong)))

    def _in_turn(self, readings: Sequence[Reading], wrong: frozenset[str]) -> list[Reading]:
        """Return what is wrong in the order in which one depends on the other.

        Through time an error depends on the delta of a later time: what counts is when each is wrong first.
        """
        bad = [one for one in readings if one.theirs in wrong]
        return sorted(bad, key=self._turn) if self.bench.ground.times > 1 else bad

    def _turn(self, reading: Reading) -> tuple[int, int, int]:
        quantity, times = reading.quantity, self.bench.ground.times
        place = self.order[quantity.name]
        if quantity.group is not None:
            return (2 if quantity.is_total else 3), 0, place
        backwards = quantity.variable.name in ("error", "delta")
        if not reading.fits:
            return int(backwards), 0, place
        ours = self.bench.right.of(reading.variable)
        within = self.bench.within(reading, ours)
        wrong = ~close(reading.array, ours * reading.share, within).all(axis=(1, 2))
        (at,) = np.flatnonzero(wrong)[-1:] if backwards else np.flatnonzero(wrong)[:1]
        return int(backwards), int(times - 1 - at if backwards else at), place

    # -- what is it that is wrong? --------------------------------------------------------------------

    def _caused(
        self,
        some: Sequence[Given],
        by: Convention,
        readings: Sequence[Reading],
        wrong: frozenset[str],
        done: Diagnosis,
    ) -> Diagnosis:
        bench = self.bench
        found = bench.singles(readings, wrong)
        if not found:
            as_single = [one._replace(precision=one.precision.in_single) for one in some]
            single = self._best(as_single)
            if not single[2]:
                return self._but_for_rounding(as_single, *single)
            some, known = [_in_single_if_short(one) for one in some], some
            if some != known:
                by, readings, wrong = self._best(some)
                found, done = bench.singles(readings, wrong), self._judged(some, readings, wrong, by)
        other = None
        if not found:
            ways = self._ways(some, by, readings, wrong)
            found, by, readings, wrong = self._otherwise(ways)
            if not found:
                other, by, readings, wrong = self._of_others(ways)
            done = self._judged(some, readings, wrong, by)
        pair = other[0] if other and other[0].candidates[1:] else None
        if not found and not pair:
            pair = bench.pairs(readings, wrong)
        first, *others = self._in_turn(readings, wrong)
        apart = [] if found or pair else self._apart(first, others)
        return replace(
            done,
            causes=tuple(_cause(one.candidates[0]) for one in found if one.known),
            further=tuple(_cause(one.candidates[0]) for one in found if not one.known),
            hint="" if found or pair or not bench.iteration else _EARLIER,
            pair=() if pair is None else tuple(map(_cause, pair.candidates)),
            remarks=(
                *(() if found or pair else self._elsewhere(some, by)),
                *(self._but_for_samples(*other, readings) if other and not pair else ()),
                *(() if found or pair or other else self._made_alone(first, readings, wrong)),
                *likenesses(first, bench, self.known),
                *to_be_parted(first, bench.ground),
                *(() if found or pair else self._on_which_side(some, by)),
                *self._one_for_two(first),
                *list(beside(first, apart, bench, self.known))[:_SEVERAL],
            ),
            excluded=tuple(self._excluded(readings, wrong)),
            entry=self._entry(first, _told(found, pair, other)),
        )

    def _but_for_rounding(
        self, some: Sequence[Given], by: Convention, readings: Sequence[Reading], wrong: frozenset[str]
    ) -> Diagnosis:
        """Return what is said where all agrees as far as float32 goes."""
        found = {one.precision._replace(unit=UNIT).words for one in readings}
        how = " and ".join(sorted(found - {"in float64"})) or "in float64"
        return replace(
            self._judged(some, readings, wrong, by), rounding=f"{how}, but with the rounding of float32"
        )

    def _ways(
        self,
        some: Sequence[Given],
        by: Convention,
        readings: Sequence[Reading],
        wrong: frozenset[str],
    ) -> list[_Way]:
        """Return arrays as they are read, and as they are by other conventions, in which more is wrong."""
        others = []
        for other in conventions(some, self.bench.ground):
            if other != by:
                read_so, bad = self._ordered(some, other)
                if all(one.fits for one in read_so):
                    others.append(_Way(other, read_so, bad))
        others.sort(key=lambda one: (len(one.wrong), _differences(one.by, by)))
        most = _CONVENTIONS * (_SEVERAL if self.bench.is_small else 1)
        return [_Way(by, readings, wrong), *others[: most - 1]]

    def _otherwise(
        self, ways: Sequence[_Way]
    ) -> tuple[list[Found], Convention, Sequence[Reading], frozenset[str]]:
        """Return what is found when arrays are read in another way than the first."""
        for way in ways[1:]:
            found = self.bench.singles(way.readings, way.wrong)
            if found:
                return found, *way
        return [], *ways[0]

    def _of_others(
        self, ways: Sequence[_Way]
    ) -> tuple[tuple[Found, frozenset[str]] | None, Convention, Sequence[Reading], frozenset[str]]:
        """Return other samples that numbers are of, but for what is wrong beside, in the way that tells."""
        every = [(self.bench.beside_other_samples(way.readings, way.wrong), way) for way in ways]
        some = [(found, way) for found, way in every if found is not None]
        some.sort(key=lambda one: (not one[0][0].candidates[1:], len(one[0][1])))
        return (some[0][0], *some[0][1]) if some else (None, *ways[0])

    def _elsewhere(self, some: Sequence[Given], by: Convention) -> Iterator[str]:
        """Say whether these are the numbers of the iteration before, or of the next."""
        for iteration in (self.bench.iteration - 1, self.bench.iteration + 1):
            if 0 <= iteration < self.scenario.training.iterations:
                other = Bench(self.scenario, iteration)
                readings = [read(one, by, other.ground) for one in some]
                if all(other.agrees(one, other.right) for one in readings):
                    yield f"these are the right numbers of iteration {iteration} (they are counted from 0)"

    def _made_alone(
        self, first: Reading, readings: Sequence[Reading], wrong: frozenset[str]
    ) -> Iterator[str]:
        """Say which mistake makes the first wrong array, but not all the others."""
        one = self.bench.makes_first(readings, wrong, first) if len(wrong) > 1 else None
        if one is not None:
            cause = _cause(one)
            yield f"{named(cause)} makes {first.quantity.name} ({cause.instead}), but not all that is wrong"

    def _but_for_samples(
        self, found: Found, left: frozenset[str], readings: Sequence[Reading]
    ) -> Iterator[str]:
        """Say of which samples the numbers are, but for some that are wrong beside."""
        (one,) = found.candidates
        first = self._in_turn(readings, left)[0].quantity.name
        yield f"one mistake is {one.name}, {one.row.instead}; but for it {first} is the first that is wrong"

    def _on_which_side(self, some: Sequence[Given], by: Convention) -> Iterator[str]:
        """Say how weights with their biases are read, unless the numbers tell on which side these are."""
        first, last = (self._ordered(some, by._replace(biases_last=last))[1] for last in (False, True))
        return on_which_side(some, by, self.bench.ground) if len(first) == len(last) else iter(())

    def _one_for_two(self, reading: Reading) -> Iterator[str]:
        """Say what is missing in the scenario where two biases of torch's RNN are trained as one."""
        layer = self.scenario.network.layers[reading.quantity.layer - 1]
        if reading.precision.parts and layer.bias_copies == 1:
            yield (
                f"{reading.theirs} changes by twice what one of them does: if both are trained, "
                f"layer {reading.quantity.layer} of the scenario needs bias_copies = 2"
            )

    def _entry(self, reading: Reading, found: Found | None) -> Entry | None:
        """Return the number that differs most."""
        if not reading.fits or not reading.array.size:
            return None
        ours = self.bench.right.of(reading.variable) * reading.share
        apart = np.abs(reading.array - ours)
        apart = np.where(np.isnan(apart), np.inf, apart)
        place = tuple(int(part) for part in np.unravel_index(int(np.argmax(apart)), apart.shape))
        worked = worked_out(self.bench, reading, place, found, self.known.values())
        return Entry(reading.quantity.name, place, float(reading.array[place]), float(ours[place]), worked)

    def _apart(self, first: Reading, others: Sequence[Reading]) -> list[Reading]:
        """Return what else is wrong and not made of anything given that is: each of a mistake of its own.

        What both are made of, and was not given, may be wrong.
        """
        bad = {one: reading.quantity for reading in (first, *others) for one in _variables(reading)}
        found = []
        for reading in others:
            below = self._below(_variables(reading))
            if all(bad.get(one, reading.quantity) == reading.quantity for one in below):
                found.append(reading)
        return [one for one in found if one.quantity != first.quantity]

    def _below(self, variables: Collection[Variable]) -> set[Variable]:
        """Return all that variables are made of."""
        found, asked = set(variables), list(variables)
        while asked:
            one = self.bench.right.making.get(asked.pop())
            below = {factor.variable for factor in one.factors()} - found if one is not None else set()
            found |= below
            asked += below
        return found

    def _excluded(self, readings: Sequence[Reading], wrong: frozenset[str]) -> list[str]:
        """Return the quantities that were not given, but that are right because what is made of them is."""
        names = {quantity.variable: quantity.name for quantity in self.known.values()}
        asked = [one.variable for one in readings if one.theirs not in wrong]
        bad = {one.variable for one in readings if one.theirs in wrong}
        found: set[Variable] = set()
        while asked:
            one = self.bench.right.making.get(asked.pop())
            for factor in one.factors() if one is not None else ():
                if factor.variable not in found and factor.variable not in bad:
                    found.add(factor.variable)
                    asked.append(factor.variable)
        given_names = {one.quantity.name for one in readings}
        every = [name for variable in found if (name := names.get(variable)) and name not in given_names]
        return sorted((name for name in every if name[0] not in "WUb"), key=self.order.__getitem__)


def _in_single_if_short(one: Given) -> Given:
    """Return an array that may be one of float32, as it is printed too short to tell."""
    return one._replace(precision=one.precision.in_single) if one.precision.is_short else one


def _told(
    found: Sequence[Found], pair: Found | None, other: tuple[Found, frozenset[str]] | None
) -> Found | None:
    """Return what an entry is worked out by; an order of the data shows nothing in it."""
    if found:
        return None if found[0].candidates[0].name == ORDER else found[0]
    return pair or (other[0] if other else None)


def _differences(one: Convention, other: Convention) -> tuple[int, bool]:
    """Return in how much two conventions differ; where biases are in one array with weights counts least."""
    fields = [mine != theirs for mine, theirs in zip(one, other, strict=True)]
    return sum(fields), one.biases_last == other.biases_last


def _variables(reading: Reading) -> set[Variable]:
    """Return what an array is held against, and what that is a share of."""
    return {reading.variable, reading.quantity.variable}


def _cause(one: Candidate) -> Cause:
    return Cause(
        one.name, tuple(one.layers), tuple(one.groups), one.row.right, one.row.instead, one.known, one.whole
    )


def _axes(layout: str, times: int) -> str:
    return f"[{', '.join(AXES[letter] for letter in layout if times > 1 or letter != 't')}]"


def _read_as(some: Sequence[Given], by: Convention, times: int) -> list[str]:
    words = {
        "layout": _axes(by.layout, times),
        "from_first": "weights and gradients [from, to]",
        "averaged": "gradients as means over the batch",
        "shares": "deltas with 1/B in them",
        "before": "parameters as those before the update",
        "biases_last": "biases behind the weights in one array",
    }
    found = [text for name, text in words.items() if getattr(by, name)]
    own: dict[str, list[str]] = {}
    common = _axes(by.layout or OURS, times)
    for one in some:
        if one.layout and _axes(one.layout, times) != common:
            own.setdefault(_axes(one.layout, times), []).append(one.theirs)
    return found + [f"{', '.join(names)} as {axes}" for axes, names in own.items()]


def quantity_of(scenario: Scenario, name: str) -> Quantity:
    """Return a quantity of a scenario by its name."""
    return quantities(scenario, table_of(scenario))[name]
