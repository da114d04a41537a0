"""What are all the numbers of one iteration?

An iteration is played once, and its arrays are kept, read-only. A number that is a product of two kept ones
(a sample's share of the gradient, a running total, the parameters between two updates) is formed when it is
looked at, by the same equation as in the program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from engine.arrays import frozen, sealed
from engine.equations.back.transpose import derivative
from engine.equations.equation import SAMPLE, TIME, Home, Variable
from engine.equations.forward import INPUT, LOSS, OUTPUTS, TARGET, TERMS, UNIT, divisor, of_loss
from engine.equations.table import table_of
from engine.equations.updates import CLIP_SCALE, NORM, change_of, constants, masks, new
from engine.kept import Latest
from engine.order.site import Sort
from engine.parameters import ParameterArrays
from engine.program.arrays.by_sample import Applied
from engine.program.evaluate import added_up, evaluate, updated
from engine.program.played import Played

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    from engine.arrays import Array, Mask
    from engine.equations.equation import Factor
    from engine.order.quantities import Parameter
    from engine.order.schedule import Poke, Schedule
    from engine.parameters import Parameters
    from engine.scenario import Scenario

Rows: TypeAlias = "tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]"
"""Times, and samples by their places in the batch."""

Stored = Literal[
    "pre_activation", "activation", "slope", "error", "delta", "from_above", "from_future", "previous"
]
"""The vectors of a layer that are kept; `previous` is the activation of the time before."""

_VERSION_BYTES = 4 << 20


class Iteration:
    """The numbers of one iteration: `before` and `after` are the parameters at its two ends.

    `samples` are the samples of its batch. All arrays are read-only. `in_turn` says that the program adds up
    shares one by one, in the order of the steps; else a sum over many is one matrix product.
    """

    def __init__(
        self,
        scenario: Scenario,
        schedule: Schedule,
        number: int,
        before: Parameters,
        played: Played,
        *,
        in_turn: bool,
    ) -> None:
        self.number = number
        self.schedule = schedule
        self.order = schedule.order
        self.samples = schedule.shapes.batch(number)
        self.before = before
        self.after = played.after
        self.scenario = scenario
        self.network = scenario.network
        self._data = scenario.data
        self._times = schedule.shapes.times
        self._table = table_of(scenario)
        self._arrays = dict(played.arrays)
        # What updates read beside totals, parameters and states.
        self._given: dict[Variable, Array | float] = {
            **constants(scenario, len(self.samples)),
            **masks(scenario),
            **{one: array for one, array in self._arrays.items() if one in (NORM, CLIP_SCALE)},
        }
        self._totals = played.totals
        self._in_turn = in_turn
        self._versions: dict[tuple[int, int], Mapping[Variable, Array]] = {}
        self._latest_gradients = Latest[ParameterArrays]()
        self._latest_totals = Latest[ParameterArrays]()
        self._running: dict[int, tuple[int, ParameterArrays]] = {}
        self._latest_update: Latest[Mapping[Variable, Array]] = Latest()

    def instead(self, others: Mapping[Variable, tuple[Array, Mask]]) -> Iteration:
        """Return the iteration with other numbers of some vectors, and all that is formed of them.

        Of each vector [time, sample of the batch, unit] the others, and where they count.
        """
        theirs = {one: np.where(where, array, self._whole(*one)) for one, (array, where) in others.items()}
        arrays = {**self._arrays, **{one: frozen(array) for one, array in theirs.items()}}
        last = Variable("activation", len(self.network.layers))
        if last in theirs:
            arrays[TERMS] = self._terms_of(theirs[last], others[last][1])
        played = Played(arrays, self.after, {})
        return Iteration(
            self.scenario, self.schedule, self.number, self.before, played, in_turn=self._in_turn
        )

    def _terms_of(self, predictions: Array, where: Mask) -> Array:
        """Return the terms of the loss [time, sample of the batch, output], where it counts of others.

        Of predictions as they are: the run itself may form its terms of z, which keeps more digits.
        """
        one, *_ = of_loss(self.network.loss, len(self.network.layers))
        given: dict[Variable, Array | float] = {
            Variable("activation", len(self.network.layers)): predictions,
            TARGET: self._whole(*TARGET),
            OUTPUTS: float(predictions.shape[-1]),
        }
        part = slice(self.samples.start, self.samples.stop)
        counts = where & self._data.has_target[part].T[..., None]
        found = evaluate(one, lambda factor: given[factor.variable])
        return frozen(np.where(counts, found, self._whole(*TERMS)))

    @property
    def nbytes(self) -> int:
        """Bytes that the kept arrays take, about."""
        total = sum(array.nbytes for array in self.before.weights) * 2
        # What was formed latest: a gradient, a total and a change.
        total += max(array.nbytes for array in self.before.weights) * 3
        total += sum(array.nbytes for array in self._arrays.values())
        if isinstance(self._totals, Applied):  # others are as few as the layers
            total += self._totals.nbytes
        return total + sum(array.nbytes for version in self._versions.values() for array in version.values())

    # -- vectors ----------------------------------------------------------------------------------

    def _whole(self, name: str, layer: int | None) -> Array:
        """Return a kept quantity [time, sample of the batch, unit].

        `activation` also of layer 0, the input.
        """
        variable = Variable(name, layer)
        if variable == Variable("activation", 0):
            variable = INPUT
        found = self._arrays.get(variable)
        if found is None:
            found = self._arrays[variable] = self._made(variable)
        return found

    def _made(self, variable: Variable) -> Array:
        part = slice(self.samples.start, self.samples.stop)
        if variable == INPUT:
            return self._data.inputs[part].transpose(1, 0, 2)
        if variable == TARGET:
            return self._data.targets[part].transpose(1, 0, 2)
        shape = (self._times, len(self.samples), 0)
        if variable.layer is not None:
            shape = (*shape[:2], self.network.layers[variable.layer - 1].units)
        if variable.name == "previous":
            assert variable.layer is not None
            layer = self.network.layers[variable.layer - 1]
            state = np.zeros(layer.units) if layer.initial_state is None else layer.initial_state
            first = np.broadcast_to(state, (1, *shape[1:]))
            return frozen(np.concatenate([first, self._whole("activation", variable.layer)[:-1]]))
        return frozen(np.full(shape, np.nan))  # a softmax has no slope

    def vector(self, name: Stored, layer: int, sample: int, time: int) -> Array:
        """Return a kept vector [unit] of `layer` 1..L; `activation` also of layer 0, the input."""
        found: Array = self._whole(name, layer)[time, sample - self.samples.start]
        return found

    def sequence(self, name: Stored, layer: int, sample: int) -> Array:
        """Return a kept quantity of a sample at all times, [time, unit], as `vector` has it at one."""
        found: Array = self._whole(name, layer)[:, sample - self.samples.start]
        return found

    def at_all_times(self, variable: Variable, sample: int) -> Array:
        """Return a variable of the way forward or back for a sample, [time, unit]."""
        found: Array = self._whole(variable.name, variable.layer)[:, sample - self.samples.start]
        return found

    def has_target(self, sample: int) -> Mask:
        """Return which times of a sample have a target."""
        found: Mask = self._data.has_target[sample]
        return found

    def vectors(self, name: Stored | Literal["terms"], layer: int | None) -> Array:
        """Return a kept vector of a layer 1..L for the whole batch: [sample of the batch, time, unit].

        The `terms` of the loss are of no layer.
        """
        return self._whole(name, layer).transpose(1, 0, 2)

    def every_sample(self, name: Stored, layer: int, time: int) -> Array:
        """Return a kept vector of each sample of the batch at a time: [sample, unit]."""
        found: Array = self._whole(name, layer)[time]
        return found

    def target(self, sample: int, time: int) -> Array:
        """Return the target [output] of a sample at a time (zeros where there is none)."""
        found: Array = self._data.targets[sample, time]
        return found

    def terms(self, sample: int, time: int) -> Array:
        """Return the loss terms [output] of a sample at a time."""
        found: Array = self._whole(TERMS.name, None)[time, sample - self.samples.start]
        return found

    @np.errstate(all="ignore")
    def loss_at(self, sample: int, time: int) -> float:
        """Return the loss of a sample at a time: its terms added up, as the program adds them."""
        one, terms = self._table.making[LOSS], self.terms(sample, time)
        if not self._in_turn:
            return float(evaluate(one, lambda _: terms, TIME + SAMPLE))
        total = 0.0
        for term in terms:
            total += float(evaluate(one, lambda _, now=term: now, TIME + SAMPLE + UNIT[-1]))  # type: ignore[misc]
        return total

    def loss(self) -> float:
        """Return the sum of the losses of the batch, each sample's as it was computed."""
        with np.errstate(all="ignore"):
            return float(self._whole(TERMS.name, None).sum())

    def reduced_loss(self) -> float:
        """Return the loss of the batch, summed or averaged as `reduction` says."""
        return self.loss() / divisor(self.scenario.training, len(self.samples))

    # -- gradients --------------------------------------------------------------------------------

    @np.errstate(all="ignore")
    def gradients(self, layer: int, sample: int, time: int) -> ParameterArrays:
        """Return what a sample at a time contributes to the gradients of a layer."""
        key = layer, sample, time
        return self._latest_gradients(key, lambda: self._share(layer, sample, time))

    @np.errstate(all="ignore")
    def totals(self, layer: int, sample: int, time: int) -> ParameterArrays:
        """Return the gradients of a layer gathered in this iteration, up to and with this one."""
        return self._latest_totals((layer, sample, time), lambda: self._total(layer, sample, time))

    def whole_totals(self, layer: int) -> ParameterArrays:
        """Return the gradients of a layer with all of this iteration gathered."""
        _, _, sample, time, _ = self.schedule.last_gradient(self.number, layer)
        assert sample is not None
        assert time is not None
        return self.totals(layer, sample, time)

    def _total(self, layer: int, sample: int, time: int) -> ParameterArrays:
        samples, times = self.schedule.places(self.number, Sort("gradient", layer))
        place = int(np.flatnonzero((samples == sample) & (times == time))[0])
        if not self._in_turn:
            return self._gathered(layer, range(place + 1))
        last, earlier = self._running.get(layer, (0, None))
        if earlier is None or last != place - 1 or self._gathers(layer, "sample"):
            found = self._gathered(layer, range(place + 1))
        else:  # one after the other: one more is added
            found = earlier.each(np.add, self.gradients(layer, sample, time)).read_only()
        self._running[layer] = place, found
        return found

    def _gathers(self, layer: int, how: str) -> bool:
        """Return whether any total of a layer is gathered in a way that only a mistake has."""
        return any(one.gathers == how for one in self._table.at[Home("gradient", layer)])

    def _gathered(self, layer: int, places: range) -> ParameterArrays:
        """Return the sum of the layer's gradients by their places in the iteration."""
        samples, times = self.schedule.places(self.number, Sort("gradient", layer))
        if len(places) == 1 and not self._totals and not self._gathers(layer, "run"):
            return self.gradients(layer, int(samples[places.start]), int(times[places.start]))

        def form(total: Variable) -> Array:
            found = self._totals.get((total, places))
            if found is not None:
                return found
            one = self._table.making[total]
            mine = added_up(one, samples, places)
            rows = times[mine], samples[mine] - self.samples.start
            begin = self.before.array(total) if one.gathers == "run" else None
            if self._in_turn:
                return self._sum_in_turn(total, rows, begin)
            summed = self._sum(total, rows)
            return summed if begin is None else begin + summed

        return self._by_group(layer, form)

    @np.errstate(all="ignore")
    def gathered_below(self, layer: int, group: Parameter) -> float:
        """Return what no gradient of a sample and no sum of any of them is larger than; nan if one may be."""
        one = self._table.making[derivative(Variable(group, layer))]
        samples, times = self.schedule.places(self.number, Sort("gradient", layer))
        rows = times, samples - self.samples.start
        most = evaluate(one, lambda factor: np.abs(self._shifted(factor)[rows]), TIME)
        if one.gathers == "run":
            most = most + np.abs(self.before.array(one.variable))
        return float(most.max(initial=0.0))

    def _share(self, layer: int, sample: int, time: int) -> ParameterArrays:
        rows = np.array([time]), np.array([sample - self.samples.start])
        return self._by_group(layer, lambda total: self._sum(total, rows))

    def _by_group(self, layer: int, form: Callable[[Variable], Array]) -> ParameterArrays:
        """Return what `form` gives for the total of each group of parameters."""
        weights, biases, recurrent = (derivative(Variable(group, layer)) for group in ParameterArrays._fields)
        there = self.network.layers[layer - 1].recurrent
        return ParameterArrays(form(weights), form(biases), form(recurrent) if there else None).read_only()

    @np.errstate(all="ignore")
    def shares(self, layer: int, group: Parameter, index: tuple[int, ...], sample: int) -> Array:
        """Return what each time of a sample gives to one number of a gradient.

        `index` is (unit,) or (to, from).
        """
        one = self._table.making[derivative(Variable(group, layer))]
        units = dict(zip(one.result.letters, index, strict=True))

        def read(factor: Factor) -> Array:
            letters = [letter for letter in factor.letters if letter not in (TIME, SAMPLE)]
            place = sample - self.samples.start
            found: Array = self._shifted(factor)[:, place]
            for letter in letters:  # each has one at most
                found = found[:, units[letter]]
            return found

        # The same equation with the time not summed over.
        each = one._replace(result=one.result._replace(letters=(TIME, *one.result.letters)))
        return evaluate(each, read, SAMPLE + "".join(units))

    @np.errstate(all="ignore")
    def shares_of_batch(self, layer: int, group: Parameter, to: int) -> Array:
        """Return what each sample of the batch gives to the gradients of one neuron, its times together.

        [sample, from]; of biases [sample, 1].
        """
        one = self._table.making[derivative(Variable(group, layer))]
        mine, *below = one.result.letters

        def read(factor: Factor) -> Array:
            found: Array = self._shifted(factor)
            return found[..., to] if mine in factor.letters else found

        # The same equation with the samples not summed over.
        each = one._replace(result=one.result._replace(letters=(SAMPLE, mine, *below)))
        return evaluate(each, read, mine).reshape(len(self.samples), -1)

    def _sum(self, total: Variable, rows: Rows) -> Array:
        """Return the sum of the shares of some times and samples (as places in the batch)."""

        def read(factor: Factor) -> Array:
            found: Array = self._shifted(factor)[rows]
            return found

        one = self._table.making[total]
        return np.ascontiguousarray(evaluate(one, read, TIME))

    def _sum_in_turn(self, total: Variable, rows: Rows, begin: Array | None) -> Array:
        if len(rows[0]) <= 1 and begin is None:
            return self._sum(total, rows)
        one = self._table.making[total]
        # The same equation with the places not summed over: then one is added after the other.
        each = one._replace(result=one.result._replace(letters=(SAMPLE, *one.result.letters)))
        shares = evaluate(each, lambda factor: self._shifted(factor)[rows], TIME)
        if begin is not None:
            shares = np.concatenate([begin[None], shares])
        found: Array = np.add.accumulate(shares, axis=0)[-1].copy()
        return found

    def _shifted(self, factor: Factor) -> Array:
        variable = factor.variable
        return self._whole("previous" if factor.shift else variable.name, variable.layer)

    # -- parameters -------------------------------------------------------------------------------

    def parameters(self, layer: int, version: int) -> ParameterArrays:
        """Return the parameters of a layer after `version` updates of it within this iteration."""
        if version == 0:
            return self.before.layer(layer)
        found = self.remembered(layer, version)
        return ParameterArrays(*(found.get(Variable(group, layer)) for group in ParameterArrays._fields))  # type: ignore[arg-type]

    def remembered(self, layer: int, version: int) -> Mapping[Variable, Array]:
        """Return the parameters and states of a layer after `version` updates of it in this iteration."""
        found = self._versions.get((layer, version))
        return self._formed(layer, version) if found is None else found

    @np.errstate(all="ignore")
    def _formed(self, layer: int, version: int) -> Mapping[Variable, Array]:
        if version == 0:
            return {one: self.before.array(one) for one in self._table.remembered if one.layer == layer}
        known = version
        while known and (layer, known) not in self._versions:
            known -= 1
        current = self._versions[layer, known] if known else self.remembered(layer, 0)
        size = sum(array.nbytes for array in current.values())
        every = max(1, self.schedule.count(self.number, Sort("update", layer)) * size // _VERSION_BYTES)
        for update in range(known, version):
            made = self._update(current, layer, update)
            current = {one: made.get(new(one), array) for one, array in current.items()}
            if (update + 1) % every == 0 or update + 1 == version:
                self._versions[layer, update + 1] = current
        return current

    @np.errstate(all="ignore")
    def update(self, layer: int, update: int) -> Mapping[Variable, Array]:
        """Return all that an update (0-based within this iteration) of a layer makes, by variable.

        Nothing if nothing is left to be applied.
        """
        return self._update(self.remembered(layer, update), layer, update)

    def _update(self, values: Mapping[Variable, Array], layer: int, update: int) -> Mapping[Variable, Array]:
        """Return what an update makes from the parameters and states before it."""

        def form() -> Mapping[Variable, Array]:
            if (poke := self._poke(layer, update)) is not None:
                return _set_by_hand(values, layer, poke)
            if not self._any(layer, update):
                return {}
            return self._updated(values, layer, self.applied(layer, update))

        return self._latest_update((layer, update), form)

    def of_update(self, variable: Variable, update: int) -> Array:
        """Return something that an update makes of a parameter: what it applies, or the change.

        Zeros if nothing is left to be applied.
        """
        assert variable.layer is not None
        found = self.update(variable.layer, update).get(variable)
        return found if found is not None else sealed(np.zeros(self._table.shape(variable)))

    def of_all_layers(self, variable: Variable) -> float:
        """Return the length of all gradients together, or the factor that shortens them."""
        return float(self._arrays[variable])

    @property
    def clip_scale(self) -> float | None:
        """The factor that shortens all gradients; None if they are not clipped."""
        return self.of_all_layers(CLIP_SCALE) if CLIP_SCALE in self._arrays else None

    def further(self, layer: int, update: int) -> Mapping[str, Array]:
        """Return what an update applies and the states before and after, where its optimiser has them.

        By the names of the record, such as `weights_applied` and `biases_velocity_before`.
        """
        # Imported when a record is asked for.
        from engine.program import recorded

        ends = self.remembered(layer, update + 1), self.remembered(layer, update)
        return {
            name: ends[before][one] if one in self._table.states else self.of_update(one, update)
            for name, one, before in recorded.further(self._table, layer)
        }

    def change_of_update(self, layer: int, update: int) -> ParameterArrays:
        """Return what an update (0-based within this iteration) of a layer adds to its parameters."""
        return self._change(layer, self.update(layer, update))

    def change(self, layer: int, gradients: ParameterArrays) -> ParameterArrays:
        """Return what applying `gradients` adds to the parameters that the iteration began with."""
        with np.errstate(all="ignore"):
            return self._change(layer, self._updated(self.remembered(layer, 0), layer, gradients))

    def _change(self, layer: int, made: Mapping[Variable, Array]) -> ParameterArrays:
        def form(group: str) -> Array:
            change = change_of(Variable(group, layer))
            found = made.get(change)
            return sealed(np.zeros(self._table.shape(change))) if found is None else found

        recurrent = form("recurrent_weights") if self.network.layers[layer - 1].recurrent else None
        return ParameterArrays(form("weights"), form("biases"), recurrent)

    def applied(self, layer: int, update: int) -> ParameterArrays:
        """Return the gradients that an update (0-based within this iteration) of a layer applies."""
        places = self.schedule.gathered(self.number, layer, update)
        if not places.start or self.number != self.schedule.iteration:
            return self._gathered(layer, places)
        # Out of turn: what is left of the total without what was applied.
        now, earlier = (self._gathered(layer, range(stop)) for stop in (places.stop, places.start))
        return now.each(np.subtract, earlier).read_only()

    def _poke(self, layer: int, update: int) -> Poke | None:
        """Return what an update sets by hand; None if it applies what is gathered."""
        if self.number != self.schedule.iteration:
            return None
        return self.schedule.poke(self.schedule.update_step(self.number, layer, update))

    def _any(self, layer: int, update: int) -> bool:
        """Return whether an update has anything to apply: it may have none where others are out of turn."""
        disturbed = self.number == self.schedule.iteration
        return not disturbed or bool(self.schedule.gathered(self.number, layer, update))

    def _updated(
        self, values: Mapping[Variable, Array], layer: int, gradients: ParameterArrays
    ) -> Mapping[Variable, Array]:
        """Return all that an update makes from the parameters and states before it and what it applies."""
        known: dict[Variable, Array | float] = {**self._given, **values}
        for group, total in gradients._asdict().items():
            if total is not None:
                known[derivative(Variable(group, layer))] = total
        return {one: sealed(array) for one, array in updated(self._table, layer, known).items()}


def _set_by_hand(values: Mapping[Variable, Array], layer: int, poke: Poke) -> dict[Variable, Array]:
    """Return what setting a number by hand makes of the parameters of a layer: themselves, and a change."""
    parameter = Variable(poke.group, layer)
    before = values[parameter]
    after, change = before.copy(), np.zeros(before.shape)
    after[poke.units] = poke.value
    change[poke.units] = poke.value - before[poke.units]
    return {new(parameter): sealed(after), change_of(parameter): sealed(change)}
