"""What is right in somebody's numbers, what is wrong first, and which mistake makes exactly that?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.diagnosis.diagnosis import Compared, Diagnosis, cause_of
from engine.diagnosis.judging.bench import Bench
from engine.diagnosis.judging.depending import excluded, in_turn
from engine.diagnosis.judging.loss import GivenLoss, Losses, names_of_losses
from engine.diagnosis.judging.ways import Way, Ways
from engine.diagnosis.layouts.words import read_as
from engine.diagnosis.naming.all_layers import in_layers
from engine.diagnosis.naming.given import given
from engine.diagnosis.naming.refused import check, check_filled, real_arrays, refusal
from engine.diagnosis.naming.shapes import Shapes
from engine.diagnosis.naming.sorted_out import sorted_out, told_twice
from engine.diagnosis.precision import OF_SINGLE, UNIT, precisions
from engine.diagnosis.quantities import Quantity, quantities
from engine.diagnosis.remarks.remarks import remarks
from engine.diagnosis.remarks.shapes import misshapen
from engine.diagnosis.search.answer import answer
from engine.diagnosis.search.begun import Begun
from engine.diagnosis.worked.entry import entry
from engine.equations.forward import is_mean
from engine.equations.table import table_of
from engine.scenario import Scenario, without_mistake
from engine.spelling.text import shortened
from engine.update_orders import WAITING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy.typing as npt

    from engine.diagnosis.layouts.given import Given
    from engine.diagnosis.layouts.readings import Reading

_TOO_MANY = (
    "The network is too large to try every mistake in every place: each is tried in all layers, but not each "
    "in one of them alone, or in several. Of fewer layers, or of fewer samples in a batch, all are."
)
_EARLIER = (
    "Of a later iteration not every mistake is tried in every place, and no two together: "
    "ask about iteration 0 first."
)


@np.errstate(all="ignore")  # numbers of every size are compared: what comes of it is told, not warned of
def diagnose(
    scenario: Scenario,
    numbers: Mapping[str, npt.ArrayLike],
    iteration: int = 0,
    names: Mapping[str, str] | None = None,
    file: str = "numbers",
) -> Diagnosis:
    """Return what is wrong in somebody's numbers of one iteration (from 0) of a scenario, and why.

    `numbers` are arrays by the names that people use (see `engine.named_arrays.words`); `names` says
    of others which of ours they are. Right is the scenario without its mistake and with updates that wait.

    Raises:
        ScenarioError: nothing in the numbers is known, or the iteration isn't there.
    """
    return _Diagnosing(scenario, iteration, file).of(real_arrays(numbers, file), names or {})


def right_of(scenario: Scenario) -> Scenario:
    """Return a scenario as somebody's program should have it: no mistake, and updates that wait."""
    return without_mistake(replace(scenario, training=replace(scenario.training, order=WAITING)))


def quantity_of(scenario: Scenario, name: str) -> Quantity:
    """Return a quantity of a scenario by its name."""
    return quantities(scenario, table_of(scenario))[name]


_LAST: dict[tuple[Scenario, int], Begun] = {}
"""What the last numbers were held against; scenarios are told by their identity, for they never change."""


def _begun(scenario: Scenario, iteration: int) -> Begun:
    """Return what numbers are held against: the same again where somebody has changed his program alone."""
    found = _LAST.get((scenario, iteration))
    if found is None:
        found = Begun(Bench(right_of(scenario), iteration))
        _LAST.clear()
        if found.bench.is_tiny:
            _LAST[scenario, iteration] = found
    return found


_AS_SINGLE = "with the rounding of float32"


class _Diagnosing:
    def __init__(self, scenario: Scenario, iteration: int, file: str) -> None:
        self.file = file
        if not 0 <= iteration < scenario.training.iterations:
            count = scenario.training.iterations
            raise refusal(
                file, f"there is no iteration {iteration}: the run has {count}, from 0 to {count - 1}"
            )
        self.begun = _begun(scenario, iteration)
        self.bench = self.begun.bench
        self.scenario = self.bench.scenario
        self.known = quantities(self.scenario, table_of(self.scenario))
        self.ways = Ways(self.bench, {name: place for place, name in enumerate(self.known)})
        self.losses = Losses(self.bench, ())

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
        exact = precisions(arrays, shapes.as_before())
        own = names_of_losses(arrays, names)
        self.losses = Losses(bench, [GivenLoss(one, arrays[one].item(), exact[one]) for one in own])
        arrays = {name: array for name, array in arrays.items() if name not in own}
        names = {theirs: ours for theirs, ours in names.items() if theirs not in own}
        shapes = shapes._replace(arrays=arrays)
        looked = sorted_out(network, shapes, names)
        check(looked.meant, names, self.known, layers, self.file)
        check_filled(arrays, looked.meant, self.file)
        some = given(arrays, looked.meant, self.known, exact, looked.beside, self.bench.ground)
        if not some and not own:
            raise refusal(self.file, "none of the arrays has a name that is known", looked.words)
        some, way = self.ways.cut_off(*self.ways.taken(some))
        several = tuple(told_twice(way.readings, way.wrong))
        if several:
            left = {name for one in several for name in one.left}
            some = [one for one in some if one.theirs not in left]
            readings = [one for one in way.readings if one.theirs not in left]
            way = way._replace(readings=readings, wrong=way.wrong - left)
        found = self._caused(some, way) if way.wrong else self._judged(some, way)
        said = (*(one.words for one in several), *found.remarks)
        return replace(found, not_looked_at=looked.words, left=looked.left, remarks=said)

    def _judged(self, some: Sequence[Given], way: Way) -> Diagnosis:
        """Return what agrees, and what is wrong."""
        bad = dict.fromkeys(one.quantity.name for one in in_turn(self.bench, way))
        every = list(dict.fromkeys(one.quantity.name for one in way.readings))
        digits = {
            one.quantity.name: self.bench.digits(one) for one in way.readings if one.theirs not in way.wrong
        }
        printed = {one.precision.words for one in way.readings if one.precision[:3] != (UNIT, None, None)}
        good = tuple(name for name in every if name not in bad)
        right, wrong = self.losses.names
        return Diagnosis(
            iteration=self.bench.iteration,
            agrees=(*good, *right),
            wrong=(*bad, *wrong),
            remarks=tuple(self.losses.remarks(None)),
            digits=digits | self.losses.digits,
            rounding=" and ".join(sorted(printed)),
            read_as=tuple(read_as(some, way.by, self.bench.ground, averaged=is_mean(self.scenario.training))),
            compared=tuple(self._compared(one, one.theirs in way.wrong) for one in way.readings if one.fits),
            misshapen=tuple(
                misshapen(one, self.bench.right.of(one.variable)) for one in way.readings if not one.fits
            ),
        )

    def _compared(self, reading: Reading, wrong: bool) -> Compared:
        """Return an array as the run would have it: a total for a mean, a delta without 1/B in it."""
        ours = self.bench.right.of(reading.quantity.variable)
        times = 1.0 if reading.variable == reading.quantity.variable else float(self.bench.ground.samples)
        same = self.bench.right_in(reading)
        return Compared(reading.quantity, reading.array * times / reading.share, ours, ~(same | (not wrong)))

    def _caused(self, some: Sequence[Given], way: Way) -> Diagnosis:
        """Return what is wrong, and which mistakes make it."""
        bench = self.bench
        found = answer(self.begun, self.ways, some, way)
        done = self._judged(found.some, found.way)
        if not found.way.wrong:
            known = {one.precision._replace(unit=UNIT).words for one in found.way.readings}
            how = " and ".join(sorted(known - {"in float64"})) or "in float64"
            less = "only as exact as difference quotients are" if _are_quotients(way, done) else _AS_SINGLE
            return replace(done, rounding=f"{how}, but {less}")
        first, *others = in_turn(bench, found.way)
        explained = found.alone or found.pair
        told, said = remarks(found, self.ways, self.known, first, others)
        return replace(
            done,
            causes=tuple(cause_of(one.candidates[0]) for one in found.alone if one.known),
            further=tuple(cause_of(one.candidates[0]) for one in found.alone if not one.known),
            hint="" if explained else " ".join(_not_tried(bench)),
            pair=() if found.pair is None else tuple(map(cause_of, found.pair.candidates)),
            remarks=(*said, *self.losses.remarks(_outputs(found.way, self.scenario), found.explained)),
            told=told,
            excluded=tuple(excluded(bench, self.known, found.way, found.explained)),
            entry=entry(bench, first, found.shown, self.known.values()),
        )


def _not_tried(bench: Bench) -> Iterator[str]:
    """Say which mistakes are not tried."""
    if not bench.tries_all:
        yield _TOO_MANY
    if bench.iteration:
        yield _EARLIER


def _are_quotients(way: Way, done: Diagnosis) -> bool:
    """Return whether gradients, and what is made of them, are off by less than float32 rounds anything."""
    off = [one.quantity for one in way.bad]
    gradients = any(one.is_total for one in off) and not any(one.is_of_samples for one in off)
    return gradients and min((done.digits or {}).values(), default=0) > OF_SINGLE


def _outputs(way: Way, scenario: Scenario) -> Reading | None:
    """Return somebody's activations of the last layer, if they are wrong."""
    name = f"a{len(scenario.network.layers)}"
    return next((one for one in way.bad if one.quantity.name == name), None)
