"""How is any step of a run looked at, without keeping the run?

The numbers of an iteration are a pure function of its parameters and its batch. A trace therefore
keeps checkpoints of the parameters and plays an iteration again when a step of it is asked for;
the last few iterations played stay at hand. What is played again is the same bit for bit.

A run in which the user has put updates out of turn into one iteration shares everything before that
iteration with the run without them; the iteration itself is played with the updates and kept, and from the
next one on it goes on from other parameters. A run that has branched off another, with something changed from
an iteration on, shares what is before with that one, too.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, Self, overload

import numpy as np

from engine.apart import WHOLE, is_large
from engine.order.flow import Flow
from engine.order.schedule import Schedule
from engine.order.shapes import shapes_of
from engine.order.sound import hurries
from engine.parameters import Parameters, initial_parameters
from engine.run.checkpoints import Checkpoints
from engine.run.curve import EVERY, Curve
from engine.run.play import Shared
from engine.run.straight import Run
from engine.scenario import without_mistake
from engine.update_orders import ONLY_WAITING, ORDERS, WAITING

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.arrays import Array
    from engine.order.schedule import Break
    from engine.order.shapes import Shapes
    from engine.run.change import Change
    from engine.run.iteration import Iteration
    from engine.run.steps import Step
    from engine.scenario import Order, Scenario

_ITERATIONS, _ITERATION_BYTES = 8, 6 << 20
_PARAMETER_BYTES = 6 << 20
_LAYER_BYTES = 512
"""What the arrays of a layer take beside their numbers: most of what a small network's parameters take."""


class Origin(NamedTuple):
    """Where a run has branched off: from which run, at the start of which iteration, with which change.

    `before` are the parameters that it begins with there.
    """

    parent: Trace
    iteration: int
    change: Change | None
    before: Parameters


def trace(scenario: Scenario, order: Order | None = None) -> Trace:
    """Return the trace of a scenario, in its own update order or in another.

    Nothing is computed yet; indexing computes what it needs.

    Raises:
        ValueError: there is no such order, or it can't be that of a scenario that clips its gradients.
    """
    order = order or scenario.training.order
    if order not in ORDERS:
        raise ValueError(f"there is no order {order!r}: the orders are {', '.join(ORDERS)}")
    if order != WAITING and scenario.training.clip_norm is not None:
        raise ValueError(ONLY_WAITING)
    return Trace(scenario, order)


class _OfSteps(Sequence["Step"]):
    """Steps of a run, looked for where they are by their number: none other has to be made."""

    @property
    def _numbers(self) -> range:
        """The steps by their numbers in the run."""
        raise NotImplementedError

    def __contains__(self, step: object) -> bool:
        number = getattr(step, "step", None)
        if not isinstance(number, int) or number not in self._numbers:
            return False
        return self[self._numbers.index(number)] == step

    def count(self, value: object) -> int:
        """Return how often a step is one of these: never or once."""
        return int(value in self)

    def index(self, value: object, start: int = 0, stop: int | None = None) -> int:
        """Return the place of a step, from `start` on and before `stop`.

        Raises:
            ValueError: it is none of these.
        """
        places = range(len(self))[start:stop]
        if value in self and (place := self._numbers.index(value.step)) in places:  # type: ignore[attr-defined]
            return place
        raise ValueError(f"there is no such step among these {len(places):,}")


class Trace(_OfSteps):
    """An immutable sequence of the steps of a run; `trace[i]` is the step with `step == i`.

    `computed` iterations have been run straight through so far; `advance` runs further, so that an
    app can do it in small pieces. Looking at a step beyond them runs up to it. Of one that is `large` any
    number may take long: an app leaves it to a thread (`engine.apart`).
    """

    def __init__(
        self,
        scenario: Scenario,
        order: Order,
        undisturbed: Trace | None = None,
        breaks: tuple[Break, ...] = (),
        origin: Origin | None = None,
    ) -> None:
        self.scenario = scenario
        self.origin = origin
        self.order: Order = order
        self.shapes: Shapes = shapes_of(scenario) if undisturbed is None else undisturbed.shapes
        self.schedule: Schedule = (
            Schedule(self.shapes, order) if undisturbed is None else undisturbed.schedule.broken(breaks)
        )
        self.flow = Flow(self.schedule, scenario, self.begins)
        self.large: bool = is_large(scenario)
        self._undisturbed = undisturbed
        base = self.schedule.base
        # What runs straight on knows nothing of breaks: they are all in the iteration that is kept.
        self._machines = {order: Shared(scenario, base)}
        self._start = initial_parameters(scenario)
        self._run = Run(scenario, self.shapes, order, self._machines[order])
        self._replay = Run(scenario, self.shapes, order, self._machines[order])
        self._iterations: OrderedDict[int, Iteration] = OrderedDict()
        self._iterations_kept = _ITERATIONS
        self._parameters: OrderedDict[int, Parameters] = OrderedDict()
        held = 8 * scenario.network.parameters + _LAYER_BYTES * len(self._start.weights)
        self._parameters_kept = max(4, _PARAMETER_BYTES // held)
        self._broken: Iteration | None = None
        self._right: Shared | None = None
        if undisturbed is None and origin is not None:
            before = origin.before.remembering(self._start.state)
            self._losses = self._begin_at(origin.iteration, before, origin.parent)
        elif undisturbed is None:
            self._losses = Curve(EVERY)
            self._parameters[0] = self._start
            self._checkpoints = Checkpoints(self._start.flat(), stride=self._run.stride)
        else:
            self._losses, self._broken = self._begin_broken(undisturbed)

    def _begin_at(self, iteration: int, before: Parameters, other: Trace) -> Curve:
        """Begin at an iteration that another run has come to; return the losses of that one up to there."""
        self._run.seek(iteration, before)
        self._replay.seek(iteration, before)
        self._checkpoints = Checkpoints(before.flat(), stride=self._run.stride, origin=iteration)
        stop = iteration if self.broken_iteration is None else self.broken_iteration
        return other._losses.until(stop)

    def _begin_broken(self, undisturbed: Trace) -> tuple[Curve, Iteration]:
        number = self.schedule.iteration
        assert number is not None
        before = undisturbed.parameters(number)  # runs up to there, which the losses need
        broken = Shared(self.scenario, self.schedule).play(number, before)
        losses = self._begin_at(number + 1, broken.after, undisturbed)
        losses.add(np.array([broken.reduced_loss()]))
        return losses, broken

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self

    def __reduce__(self) -> tuple[Callable[..., Trace], tuple[object, ...]]:
        """Return what a pickled trace is made of: what was computed of it is computed again."""
        return _again, self.made_of

    def __setattr__(self, name: str, value: object) -> None:
        """Set an attribute for the first time, or one of the private ones, which keep what was computed."""
        if not name.startswith("_") and name in vars(self):
            raise AttributeError(f"a trace is immutable: its {name} can't be changed")
        super().__setattr__(name, value)

    @property
    def made_of(self) -> tuple[Scenario, Order, tuple[Break, ...], Origin | None]:
        """All that a run depends on: what is made of the same is the same."""
        return self.scenario, self.order, self.breaks, self.origin

    @property
    def begins(self) -> int:
        """The iteration at which the run is its own; what is before is that of the run it branched off."""
        return 0 if self.origin is None else self.origin.iteration

    @property
    def first_step(self) -> int:
        """The first step of that iteration."""
        return self.schedule.first_step(self.begins)

    @property
    def mistake(self) -> str | None:
        """The mistake that is made in the run, by its name."""
        return self.scenario.training.mistake

    @property
    def disturbed(self) -> bool:
        """Whether an update has not waited, or a mistake is made: numbers may not be what they should be."""
        return self.mistake is not None or self.is_hurried

    @property
    def is_hurried(self) -> bool:
        """Whether an update has not waited, in the order of the run or out of turn."""
        return bool(self.breaks) or hurries(self.order)

    @property
    def breaks(self) -> tuple[Break, ...]:
        """The updates that the user made out of turn, in the order of their steps."""
        return self.schedule.breaks

    @property
    def out_of_turn(self) -> tuple[int, ...]:
        """The steps of those updates."""
        return self.schedule.inserted

    @property
    def broken_iteration(self) -> int | None:
        """The iteration that these updates are in."""
        return self.schedule.iteration

    def is_broken_at(self, step: int) -> bool:
        """Return whether a step lies between the first of these updates and the end of its iteration."""
        if not self.breaks or step < self.out_of_turn[0]:
            return False
        return self.schedule.site(step).iteration == self.broken_iteration

    @property
    def undisturbed(self) -> Trace:
        """The trace without the updates out of turn: itself, if there are none."""
        return self if self._undisturbed is None else self._undisturbed

    def in_order(self, order: Order, number: int, before: Parameters) -> Iteration:
        """Return an iteration in an order of its own or another, from any parameters.

        With no update out of turn.
        """
        if order not in self._machines:
            self._machines[order] = Shared(self.scenario, Schedule(self.shapes, order))
        return self._machines[order].play(number, before)

    def rightly(self, number: int, before: Parameters) -> Iteration:
        """Return an iteration from any parameters as it should be: updates wait, and no mistake is made."""
        if self.mistake is None:
            return self.in_order(WAITING, number, before)
        if self._right is None:
            scenario = without_mistake(self.scenario)
            self._right = Shared(scenario, Schedule(shapes_of(scenario), WAITING))
        return self._right.play(number, before)

    def broken(self, breaks: tuple[Break, ...]) -> Trace:
        """Return the trace with these updates out of turn, all of one iteration."""
        return Trace(self.scenario, self.order, self.undisturbed, breaks, self.origin)

    def otherwise(self, scenario: Scenario, order: Order) -> Trace:
        """Return the run of another scenario of the same shapes, or in another order, that begins here too.

        With no update out of turn.
        """
        return Trace(scenario, order, origin=self.origin)

    # -- the run --------------------------------------------------------------------------------

    @property
    def iterations(self) -> int:
        """Number of iterations of the whole run."""
        return self.shapes.iterations

    @property
    def computed(self) -> int:
        """Number of iterations that have been run so far."""
        return self._run.iteration

    def has_run(self, step: int) -> bool:
        """Return whether the iteration of a step has been run, so that its numbers are there."""
        return self.schedule.site(step).iteration <= self.computed

    def advance(self, iterations: int) -> None:
        """Run up to `iterations` more iterations, keeping their losses and some checkpoints."""
        stop = min(self.iterations, self.computed + iterations)
        while self.computed < stop:
            long = self._run.make_ready()  # before, as it may be left
            with WHOLE:
                due = self._checkpoints.due
                losses = self._run.advance(1 if long else min(stop, due) - self.computed)
                self._losses.add(losses)
                if self.computed == due:
                    self._checkpoints.add(self._run.parameters().flat())

    @property
    def losses(self) -> Curve:
        """The losses of the iterations that have been run, as many as make a picture."""
        return self._losses.thinned()

    def every_loss(self, first: int, count: int) -> Array | None:
        """Return the losses of iterations that have been run; None where they are not kept (any more)."""
        kept = self._losses
        if first + count > kept.iterations or kept.stride > 1:
            return None
        return kept.values()[first : first + count]

    def parameters(self, iteration: int) -> Parameters:
        """Return the parameters before an iteration (0..iterations; the last are the result)."""
        if self._undisturbed is not None and iteration <= (self.broken_iteration or 0):
            return self._undisturbed.parameters(iteration)
        if self.origin is not None and iteration < self.begins:
            return self.origin.parent.parameters(iteration)
        if iteration > self.computed:
            self.advance(iteration - self.computed)
        if iteration == self.computed:
            return self._run.parameters()
        found = self._parameters.get(iteration)
        if found is not None:
            self._parameters.move_to_end(iteration)
            return found
        self._seek(iteration)
        while self._replay.iteration < iteration:
            self._replay.advance(1)
            if iteration - self._replay.iteration < self._parameters_kept // 2:
                self._keep(self._replay.iteration, self._replay.parameters())
        return self._replay.parameters()

    def away(self, iteration: int) -> int:
        """Return how many iterations are played, at most, to look at one that has been run."""
        if self._undisturbed is not None and iteration <= (self.broken_iteration or 0):
            return self._undisturbed.away(iteration)
        return 0 if iteration in self._iterations else 1 + iteration - self._checkpoints.before(iteration)

    def _seek(self, iteration: int) -> None:
        """Put the replay at the nearest known parameters at or before an iteration."""
        start, flat = self._checkpoints.nearest(iteration)
        near = max((known for known in self._parameters if known <= iteration), default=-1)
        if start <= self._replay.iteration <= iteration and self._replay.iteration >= near:
            return
        if near >= start:
            self._replay.seek(near, self._parameters[near])
        else:
            self._replay.seek(start, self._start.unflatten(flat))

    def _keep(self, iteration: int, parameters: Parameters) -> None:
        self._parameters[iteration] = parameters
        self._parameters.move_to_end(iteration)
        while len(self._parameters) > self._parameters_kept:
            self._parameters.popitem(last=False)

    def iteration(self, number: int) -> Iteration:
        """Return the numbers of an iteration, played again unless they are still at hand."""
        if self._undisturbed is not None and self._broken is not None:
            if number < self._broken.number:
                return self._undisturbed.iteration(number)
            if number == self._broken.number:
                return self._broken
        if self.origin is not None and number < self.begins:
            return self.origin.parent.iteration(number)
        found = self._iterations.get(number)
        if found is not None:
            with suppress(KeyError):  # a thread that computes may just have let it go
                self._iterations.move_to_end(number)
            return found
        before = self.parameters(number)
        # What makes room goes before the new one is there: of a large run an iteration is much.
        self._let_go(self._iterations_kept - 1)
        found = self._iterations[number] = self.in_order(self.order, number, before)
        self._keep(number + 1, found.after)
        self._iterations_kept = max(2, min(_ITERATIONS, _ITERATION_BYTES // max(1, found.nbytes)))
        self._let_go(self._iterations_kept)
        return found

    def _let_go(self, room: int) -> None:
        """Keep of the iterations the last ones that were looked at, so many."""
        while len(self._iterations) > room:
            self._iterations.popitem(last=False)

    # -- the sequence ---------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self.schedule)

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> Steps: ...
    def __getitem__(self, index: int | slice) -> Step | Steps:
        if isinstance(index, slice):
            return Steps(self, range(len(self))[index])
        step = range(len(self))[index]
        return self._step(step)

    def __iter__(self) -> Iterator[Step]:
        for step in range(len(self)):
            yield self._step(step)

    @property
    def _numbers(self) -> range:
        return range(len(self))

    def _step(self, step: int) -> Step:
        # Imported when a step is first asked for: an app that draws from the arrays never does.
        from engine.run.make_step import make_step

        return make_step(self.schedule, self.iteration(self.schedule.site(step).iteration), step)


def _again(scenario: Scenario, order: Order, breaks: tuple[Break, ...], origin: Origin | None) -> Trace:
    if origin is not None:
        before = initial_parameters(scenario).unflatten(origin.before.flat())
        origin = origin._replace(before=before)
    found = Trace(scenario, order, origin=origin)
    return found.broken(breaks) if breaks else found


class Steps(_OfSteps):
    """A slice of a trace: an immutable sequence of steps, made when they are looked at."""

    def __init__(self, whole: Trace, steps: range) -> None:
        self._whole = whole
        self._steps = steps

    def __len__(self) -> int:
        return len(self._steps)

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> Steps: ...
    def __getitem__(self, index: int | slice) -> Step | Steps:
        if isinstance(index, slice):
            return Steps(self._whole, self._steps[index])
        return self._whole[self._steps[index]]

    @property
    def _numbers(self) -> range:
        return self._steps
