"""Which mistakes could it be, and in which place? Every known one, in all layers, in one, or in some."""

from __future__ import annotations

import sys
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from engine.diagnosis.mistakes.altered import Altered, Equations
from engine.diagnosis.mistakes.further import further, has_short_batch
from engine.diagnosis.mistakes.layers.sums import LAYERWISE
from engine.diagnosis.mistakes.one_time import at_an_end, at_one_time
from engine.diagnosis.mistakes.places import parts
from engine.diagnosis.mistakes.scaled import of_divisions
from engine.equations.forward import is_mean
from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.losses import LOSSES
from engine.equations.mistakes.mistakes import MISTAKES, Mistake
from engine.equations.table import table_of
from engine.once import once
from engine.order.quantities import PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from engine.diagnosis.mistakes.places import Place
    from engine.equations.equation import Variable
    from engine.equations.table import Table
    from engine.scenario import Scenario


class Candidate(NamedTuple):
    """A mistake, of the table or a further one, made in some places; `whole`: in all that there are.

    One that is made `at_one_time` is as it should be at all others.
    """

    name: str
    row: Mistake
    places: frozenset[Place]
    whole: bool
    known: bool
    at_one_time: bool = False

    @property
    def layers(self) -> list[int]:
        """The layers that it is made in."""
        found = {place.layer for place in self.places}
        if (
            self.name == "layerwise"
        ):  # told by the layer that is updated early, not by the error that reads it
            found = {layer + 1 for layer in found} | ({1} if self.whole else set())
        return sorted(found)

    @property
    def groups(self) -> list[str]:
        """The groups of parameters that it is made for, where that is not all."""
        found = {place.group for place in self.places if place.group is not None}
        return [] if self.whole else [group for group in PARAMETERS if group in found]


class Tried(NamedTuple):
    """A mistake in a place, with the equations that it makes."""

    candidate: Candidate
    altered: Altered

    @property
    def depending(self) -> frozenset[Variable]:
        """What is not as it should be, and all that is made of it."""
        return self.altered.depending


class Places(NamedTuple):
    """Where each mistake is tried `beside` all places at once.

    Whether these `are_all` in which it is looked for, or only those that there is time for.
    """

    beside: Sequence[Sequence[frozenset[Place]]]
    are_all: bool


_ALL: Final = sys.maxsize
"""How many mistakes there are, at most."""


class Candidates:
    """All mistakes that change something in a scenario, by their places: the likeliest first."""

    def __init__(self, scenario: Scenario, table: Table) -> None:
        self.table = table
        self._tried: dict[tuple[int | None, int], list[Tried]] = {}
        self._tried_of: dict[tuple[str, int], list[Tried]] = {}
        self._places: dict[int, Places] = {}
        self.equations = Equations(scenario.network, table)
        self.in_time = at_an_end(scenario)
        self._rows = list(self._of_scenario(scenario))

    def _of_scenario(self, scenario: Scenario) -> Iterator[tuple[str, Mistake, bool]]:
        training = scenario.training
        for name, row in MISTAKES.items():
            if not row.only_mean:
                yield name, row, True
            elif is_mean(training):
                # Whoever prints means prints them before the mistake is made, or after it.
                for printed in (False, True):
                    rewrite = of_divisions(training, row.divisions, printed=printed)
                    yield name, row._replace(rewrite=rewrite), True
        if training.clip_norm is None:
            yield "layerwise", LAYERWISE, True
        for name, row in further(scenario).items():
            yield name, row, False
        for name, row in self.in_time.items():
            yield name, row, False

    @once
    def _whole(self) -> list[Candidate]:
        """Every mistake that changes something, in all places that there are."""
        return [*self._everywhere(self._rows)]

    def _everywhere(self, rows: Iterable[tuple[str, Mistake, bool]]) -> Iterator[Candidate]:
        """Yield mistakes that change something, each in all places that there are."""
        for name, row, known in rows:
            if places := frozenset(self.equations.places(row)):
                yield Candidate(name, row, places, whole=True, known=known, at_one_time=name in self.in_time)

    def places(self, most: int) -> Places:
        """Return where mistakes are tried beside all places, if there is time for so many of both together.

        Those of the table go before the others, and one layer alone before several.
        """
        if most not in self._places:
            self._places[most] = self._within(most)
        return self._places[most]

    def _within(self, most: int) -> Places:
        found: list[Sequence[frozenset[Place]]] = [()] * len(self._whole)
        left = most - len(self._whole)
        # What is made at one time alone is in a place already.
        partly = [(place, one) for place, one in enumerate(self._whole) if not one.at_one_time]
        partly.sort(key=lambda one: not one[1].known)
        for several in (False, True):
            for place, one in partly:
                some = list(parts(self.equations.places(one.row), several=several))
                left += len(found[place]) - len(some)
                if left < 0:
                    return Places(found, are_all=False)
                found[place] = some
        return Places(found, are_all=True)

    def every(self, most: int = _ALL) -> Iterator[Candidate]:
        """Yield every mistake in every place: of the whole network first, and those of the table first.

        Those of the whole network are all tried, and of the others as many as make up the `most`.
        """
        whole = self._whole
        partly = [
            one._replace(places=places, whole=False)
            for one, some in zip(whole, self.places(most).beside, strict=True)
            for places in some
        ]
        partly.sort(key=lambda one: len(one.places))
        for some in (whole, partly):
            yield from (one for one in some if one.known)
        for some in (whole, partly):
            yield from (one for one in some if not one.known)

    def _of(self, name: str) -> Iterator[Candidate]:
        """Yield one mistake in every place: in all that there are first."""
        for one in self._everywhere(row for row in self._rows if row[0] == name):
            yield one
            for places in parts(self.equations.places(one.row)):
                yield one._replace(places=places, whole=False)

    def at_one_time(self, times: Collection[int]) -> Iterator[Candidate]:
        """Yield mistakes that are made at one of some times alone, in each layer, and in all of them."""
        for name, row in at_one_time(times).items():
            units = self.equations.places(row)
            some = [frozenset({place}) for place in units]
            if len({place.layer for place in units}) > 1:
                some.append(frozenset(units))
            for places in some:
                yield Candidate(name, row, places, whole=False, known=False, at_one_time=True)

    def altered(self, *candidates: Candidate) -> Altered | None:
        """Return the equations with some mistakes in them, one after the other; None if one can't be made."""
        return self.equations.altered((one.row, one.places) for one in candidates)

    def tried(self, time: int | None = None, most: int = _ALL) -> list[Tried]:
        """Return every mistake in every place, or those that are looked for at one time alone.

        Of places there are no more than are tried within the `most`.
        """
        if time is not None or self.places(most).are_all:
            most = _ALL
        key = time, most
        if key not in self._tried:
            every = self.every(most) if time is None else self.at_one_time([time])
            self._tried[key] = list(self._with_equations(every))
        return self._tried[key]

    def tried_of(self, name: str, most: int) -> list[Tried]:
        """Return one mistake in every place, or in so many."""
        key = name, most
        if key not in self._tried_of:
            self._tried_of[key] = list(self._with_equations(islice(self._of(name), most)))
        return self._tried_of[key]

    def _with_equations(self, some: Iterable[Candidate]) -> Iterator[Tried]:
        pairs = ((one, self.altered(one)) for one in some)
        return (Tried(one, altered) for one, altered in pairs if altered is not None)


_KEPT: dict[tuple[object, ...], Candidates] = {}
_MOST = 2
"""How many scenarios' mistakes are kept: who asks again has mostly changed his program, not the network."""


def candidates_of(scenario: Scenario) -> Candidates:
    """Return the mistakes of a scenario: the same ones for all that are alike in what decides them."""
    table, training, data = table_of(scenario), scenario.training, scenario.data
    alone = data.times == 1, data.samples == 1, training.batch_size == 1, has_short_batch(scenario)
    key = id(table), *alone, training.learning_rate == 0.0, *ACTIVATIONS, *LOSSES, *MISTAKES
    found = _KEPT.get(key)
    if found is None:
        while len(_KEPT) >= _MOST:
            _KEPT.pop(next(iter(_KEPT)), None)
        found = _KEPT[key] = Candidates(scenario, table)
    return found
