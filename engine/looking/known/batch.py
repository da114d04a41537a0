"""What has each sample of a batch given to an update, and what has the update made of the old weights?

Of the neuron of a layer that is looked at, and of others where there is room: their weights and biases.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from engine.facts.beside.theirs import theirs_of
from engine.facts.entry import Number
from engine.facts.number import Traced
from engine.looking.selection import explained
from engine.order.quantities import CHANGE_OF, GRADIENT_OF, GROUP_OF, TOTAL_OF, Parameter, Reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.arrays import Array
    from engine.looking.known.numbers import Known


class Line(NamedTuple):
    """A weight: its group and place, and what each sample of the batch gives to its gradient [sample]."""

    group: Parameter
    at: tuple[int, ...]
    shares: Array


class BatchUpdate:
    """What the step's update by a whole batch is made of, for some `neurons`: else the one looked at."""

    def __init__(self, known: Known, neurons: Iterable[int] = ()) -> None:
        assert known.site.layer is not None
        self.known, self.layer = known, known.site.layer
        self.batch = known.trace.shapes.batch(known.iteration)
        self.applied = self._applied()
        self.headings = ["gathered", *(["applied"] if self.applied else []), "old", "change", "new"]
        self._references = {group: self._named(group) for group in known.trace.shapes.groups(self.layer)}
        mine = [known.cursor.units[self.layer]]
        self.lines = [line for neuron in neurons or mine for line in self._lines(neuron)]
        self.here = self._here()

    def _named(self, group: Parameter) -> dict[str, Reference]:
        """Return what each heading means for a group."""
        new = self.known.reference(group, self.layer)
        assert new.version is not None
        return {
            "gathered": self.known.reference(TOTAL_OF[group], self.layer),
            "applied": self.applied.get(group, new),
            "old": new._replace(version=new.version - 1),
            "change": new._replace(quantity=CHANGE_OF[group]),
            "new": new,
        }

    def _lines(self, to: int) -> list[Line]:
        """Return the weights of a neuron, with what each sample gives to them."""
        known = self.known
        numbers = known.trace.iteration(known.iteration)
        found = []
        for group in sorted(known.trace.shapes.groups(self.layer), key=("biases",).count):
            shares = numbers.shares_of_batch(self.layer, group, to)
            for source, each in enumerate(shares.T):
                found.append(Line(group, (to,) if group == "biases" else (to, source), each))
        return found

    def _applied(self) -> dict[str, Reference]:
        """Return by group what an update out of turn has applied of what is gathered; empty if none has."""
        trace, step = self.known.trace, self.known.cursor.step
        update = trace.schedule.updates_before(step, self.layer)
        left = trace.schedule.gathered(self.known.iteration, self.layer, update)
        is_all = not left and trace.schedule.poke(step) is None
        found: dict[str, Reference] = {}
        for group in trace.shapes.groups(self.layer):
            totals = [
                one for one in self.known.reads if (one.quantity, one.layer) == (TOTAL_OF[group], self.layer)
            ]
            if len(totals) > 1 or (totals and is_all):
                found[group] = min(totals, key=lambda one: trace.flow.writer(one) or 0)
        return found

    def _here(self) -> int:
        """Return the place of the weight that is looked at."""
        number = explained(self.known.trace, self.known.cursor)
        wanted = GROUP_OF.get(number.reference.quantity, "weights"), number.index
        lines = [line[:2] for line in self.lines]
        return lines.index(wanted) if wanted in lines else 0

    def samples(self) -> list[tuple[str, Array]]:
        """Return what was wrong with each sample, and the delta of the neuron that is looked at."""
        numbers = self.known.trace.iteration(self.known.iteration)
        found = [("C", numbers.vectors("terms", None).sum(axis=(1, 2)))]
        if not self.known.trace.shapes.sequences:
            unit = self.known.cursor.units[self.layer]
            found.append(
                (f"δ{self.layer}[{unit + 1}]", numbers.every_sample("delta", self.layer, 0)[:, unit])
            )
        return found

    def number(self, line: Line, heading: str) -> Traced:
        """Return what one of the headings means for a weight."""
        return Traced(self.known.trace, Number(self._references[line.group][heading], line.at))

    def share(self, line: Line, sample: int) -> Traced | None:
        """Return what a sample gives to a weight; None if that is no number but a sum over times."""
        if self.known.trace.shapes.sequences:
            return None
        reference = self.known.reference(GRADIENT_OF[line.group], self.layer)
        return Traced(self.known.trace, Number(reference._replace(sample=self.batch[sample]), line.at))

    def is_any_wrong(self, lines: Sequence[Line]) -> bool:
        """Return whether something about some weights is not what it should be, or what somebody has."""
        if not self.known.trace.disturbed and theirs_of(self.known.trace) is None:
            return False
        return any(
            one is not None and one.beside is not None
            for line in lines
            for one in chain(
                (self.number(line, heading) for heading in self.headings),
                (self.share(line, sample) for sample in range(len(self.batch))),
            )
        )
