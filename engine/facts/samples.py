"""What does the network say of each sample at an iteration, and which classes does it mix up?

A row is a loss step: a sample, at a time that has a target. Those of the iteration's batch have the numbers
of their own steps; the others are what the parameters make of them with which the iteration begins.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.arrays import sealed
from engine.equations.functions.reach import tells_two_apart
from engine.facts.beside.alongside import as_theirs
from engine.facts.beside.right import differs
from engine.kept import Kept
from engine.order.site import Site
from engine.program.arrays.machine import ForwardPass

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.arrays import Array, Mask
    from engine.run.tracing import Trace
    from engine.scenario import Scenario

    Indices = npt.NDArray[np.intp]

_ROWS = 4096
_HALF = 0.5
_BYTES = 32 << 20


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Samples:
    """The loss steps of all data at an iteration.

    `samples`, `times`, `losses` and `in_batch` are [row], `targets` and `predictions` [row, output].
    `classes` are the names of what the targets tell apart, or empty; then `meant` and `said` are the class
    of each row, else -1. `largest` is the output whose term of the loss is the largest, [row].
    """

    iteration: int
    samples: Indices
    times: Indices
    targets: Array
    predictions: Array
    losses: Array
    largest: Indices
    in_batch: Mask
    classes: tuple[str, ...]
    meant: Indices
    said: Indices

    def __len__(self) -> int:
        return len(self.samples)

    @property
    def nbytes(self) -> int:
        """Bytes that the arrays take."""
        arrays = self.samples, self.times, self.targets, self.predictions, self.losses
        return sum(one.nbytes for one in (*arrays, self.largest, self.in_batch, self.meant, self.said))

    @property
    def wrong(self) -> Mask:
        """Which rows are taken for another class, [row]; none without classes."""
        found: Mask = self.meant != self.said
        return found

    def confusion(self, rows: Indices) -> npt.NDArray[np.int64]:
        """Return how many of some rows are of a class and taken for one: [class meant, class said]."""
        size = len(self.classes)
        pairs = self.meant[rows] * size + self.said[rows]
        return np.bincount(pairs, minlength=size * size).reshape(size, size)


class Beside(NamedTuple):
    """The same rows with somebody's numbers, and where they are apart: predictions [row, output], the losses
    and the classes that are said [row].
    """

    rows: Samples
    predictions: Mask
    losses: Mask
    said: Mask

    @property
    def apart(self) -> Mask:
        """Which rows have anything that is not the same, [row]."""
        found: Mask = self.predictions.any(axis=1) | self.losses | self.said
        return found


def beside(trace: Trace, rows: Samples) -> Beside | None:
    """Return the rows with somebody's outputs; None where none of his differ, or he has those of another."""
    other = as_theirs(trace, rows.iteration)
    if other is None:
        return None
    found = samples_at(other, rows.iteration)
    apart = Beside(
        found,
        predictions=differs(found.predictions, rows.predictions),
        losses=differs(found.losses, rows.losses),
        said=np.asarray(found.said != rows.said),
    )
    return apart if apart.apart.any() else None


def samples_at(trace: Trace, iteration: int) -> Samples:
    """Return the loss steps of all data at an iteration of a run; kept for the steps of the iteration.

    Runs up to the iteration.
    """
    return _KEPT.of(trace, iteration, lambda: _samples_at(trace, iteration))


_KEPT: Kept[Trace, Samples] = Kept(_BYTES, lambda rows: rows.nbytes)


def _samples_at(trace: Trace, iteration: int) -> Samples:
    scenario, shapes = trace.scenario, trace.shapes
    samples, times = np.nonzero(shapes.has_target)
    batch, played = shapes.batch(iteration), trace.iteration(iteration)
    in_batch = (samples >= batch.start) & (samples < batch.stop)
    predictions = np.empty((len(samples), scenario.network.layers[-1].units))
    terms = np.empty_like(predictions)
    mine = samples[in_batch] - batch.start, times[in_batch]
    predictions[in_batch] = played.vectors("activation", shapes.layers)[mine]
    terms[in_batch] = played.vectors("terms", None)[mine]
    if not in_batch.all():
        found = _forward(scenario).outputs(trace.parameters(iteration))
        others = times[~in_batch], samples[~in_batch]
        predictions[~in_batch], terms[~in_batch] = (one[others] for one in found)
    targets = scenario.data.targets[samples, times]
    names = classes_of(scenario)
    none = np.full(len(samples), -1)
    with np.errstate(all="ignore"):
        losses = terms.sum(axis=1)
    return Samples(
        iteration,
        sealed(samples),
        sealed(times),
        sealed(np.ascontiguousarray(targets)),
        sealed(predictions),
        sealed(losses),
        sealed(terms.argmax(axis=1)),
        sealed(in_batch),
        names,
        sealed(_class_of(targets) if names else none),
        sealed(_class_of(predictions) if names else none),
    )


def loss_step(trace: Trace, rows: Samples, row: int) -> int:
    """Return the step (0-based) at which a row's loss is made.

    In the iteration of the rows, or in the next one whose batch has the sample, or else in the last before.
    """
    sample, time = int(rows.samples[row]), int(rows.times[row])
    batches = trace.shapes.batches
    ahead = (sample // trace.scenario.training.batch_size - rows.iteration) % batches
    iteration = rows.iteration + ahead
    if iteration >= trace.iterations:
        iteration -= batches
    if iteration < 0:  # a run of fewer iterations than batches, none of which has the sample
        return trace.schedule.first_step(rows.iteration)
    return trace.schedule.step(Site("loss", iteration, sample, time, None))


@lru_cache(maxsize=8)
def classes_of(scenario: Scenario) -> tuple[str, ...]:
    """Return the names of the classes that the targets tell apart; empty if they are no classes.

    Of several outputs each target is 1 for one of them and 0 for the others; of one output it is 0 or 1,
    which an activation from 0 to 1 tells apart.
    """
    targets = scenario.data.targets[scenario.data.has_target]
    names, outputs = scenario.names, targets.shape[1]
    if not np.isin(targets, (0.0, 1.0)).all():
        return ()
    if outputs == 1:
        told = tells_two_apart(scenario.network.layers[-1].activation)
        return (names.classes or ("0", "1")) if told else ()
    if not (targets.sum(axis=1) == 1.0).all():
        return ()
    return names.classes or names.outputs or tuple(str(unit + 1) for unit in range(outputs))


def _class_of(vectors: Array) -> Indices:
    """Return the class that each row of [row, output] stands for; nothing is as large as nan."""
    if vectors.shape[1] == 1:
        return (vectors[:, 0] >= _HALF).astype(np.intp)
    found: Indices = np.argmax(np.where(np.isnan(vectors), -np.inf, vectors), axis=1)
    return found


@lru_cache(maxsize=1)
def _forward(scenario: Scenario) -> ForwardPass:
    """Return the way forward over all data of a scenario: its program takes some milliseconds to make."""
    times, samples = scenario.data.times, scenario.data.samples
    step = max(1, _ROWS // times)
    parts = [range(first, min(first + step, samples)) for first in range(0, samples, step)]
    return ForwardPass(scenario, times, parts)
