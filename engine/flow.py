"""What does each step read and what does it write?

From these two lists everything else about the order of things is derived: what an update still
waits for, which step made a number, which numbers a premature update falsifies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from engine.schedule import Site

if TYPE_CHECKING:
    from engine.schedule import Schedule

Quantity = Literal[
    "input",
    "target",
    "initial_state",
    "weights",
    "biases",
    "recurrent_weights",
    "pre_activation",
    "activation",
    "slope",
    "terms",
    "loss",
    "from_above",
    "from_future",
    "error",
    "delta",
    "weight_gradient",
    "bias_gradient",
    "recurrent_gradient",
    "weight_total",
    "bias_total",
    "recurrent_total",
    "weights_change",
    "biases_change",
    "recurrent_change",
]

Parameter = Literal["weights", "biases", "recurrent_weights"]
"""A group of parameters of a layer."""

PARAMETERS: tuple[Parameter, ...] = ("weights", "biases", "recurrent_weights")
"""The quantities that an update changes."""

PARAMETER_LETTERS: dict[Parameter, str] = {"weights": "W", "recurrent_weights": "U", "biases": "b"}
"""The parameters of a layer in the order in which they are compared, and the letter of each."""

CHANGE_OF: dict[Quantity, Quantity] = {
    "weights": "weights_change",
    "biases": "biases_change",
    "recurrent_weights": "recurrent_change",
}
"""What an update adds to each of the parameters."""

TOTAL_OF: dict[Quantity, Quantity] = {
    "weights": "weight_total",
    "biases": "bias_total",
    "recurrent_weights": "recurrent_total",
}
"""What is gathered for each of the parameters."""

_WRITTEN_BY: dict[Quantity, Literal["forward", "loss", "delta", "gradient"]] = {
    "pre_activation": "forward",
    "activation": "forward",
    "slope": "forward",
    "terms": "loss",
    "loss": "loss",
    "from_above": "delta",
    "from_future": "delta",
    "error": "delta",
    "delta": "delta",
    "weight_gradient": "gradient",
    "bias_gradient": "gradient",
    "recurrent_gradient": "gradient",
    "weight_total": "gradient",
    "bias_total": "gradient",
    "recurrent_total": "gradient",
}

_OF_RECURRENT_LAYERS = ("from_above", "from_future", "recurrent_gradient", "recurrent_total")


class Reference(NamedTuple):
    """A vector or matrix of one iteration, by name and place.

    `version` counts, for parameters and their changes only, the updates of that layer since the
    iteration began; version 0 are the parameters that the iteration started with.
    """

    quantity: Quantity
    iteration: int
    layer: int | None = None
    sample: int | None = None
    time: int | None = None
    version: int | None = None


class Flow:
    """The reads and writes of every step of a schedule, and which step wrote what is read."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._shapes = schedule.shapes

    def reads(self, step: int) -> tuple[Reference, ...]:
        """Return what a step reads, in the order of its formula."""
        site = self._schedule.site(step)
        k, sample, time, layer = site.iteration, site.sample, site.time, site.layer
        if site.kind == "loss":
            return (
                Reference("activation", k, self._shapes.layers, sample, time),
                Reference("target", k, None, sample, time),
            )
        assert layer is not None
        recurrent = self._shapes.recurrent[layer - 1]
        if site.kind == "update":
            return self._update_reads(step, site)
        assert time is not None
        if site.kind == "forward":
            found = [self._parameters("weights", step, k, layer), self._below(site)]
            if recurrent:
                found += [self._parameters("recurrent_weights", step, k, layer), self._before(site)]
            return (*found, self._parameters("biases", step, k, layer))
        if site.kind == "delta":
            return self._delta_reads(step, site)
        found = [Reference("delta", k, layer, sample, time), self._below(site)]
        if recurrent:
            found.append(self._before(site))
        return (*found, *self._total_before(site))

    def writes(self, step: int) -> tuple[Reference, ...]:
        """Return what a step writes."""
        site = self._schedule.site(step)
        k, sample, time, layer = site.iteration, site.sample, site.time, site.layer
        if site.kind == "loss":
            return (Reference("terms", k, None, sample, time), Reference("loss", k, None, sample, time))
        assert layer is not None
        recurrent = self._shapes.recurrent[layer - 1]
        if site.kind == "update":
            version = self._schedule.updates_before(step, layer) + 1
            return tuple(
                Reference(name, k, layer, version=version)
                for parameter in PARAMETERS[: 3 if recurrent else 2]
                for name in (CHANGE_OF[parameter], parameter)
            )
        return tuple(
            Reference(name, k, layer, sample, time)
            for name, kind in _WRITTEN_BY.items()
            if kind == site.kind and (recurrent or name not in _OF_RECURRENT_LAYERS)
        )

    def writer(self, reference: Reference) -> int | None:
        """Return the step that wrote what a reference names; None where the scenario file gave it."""
        if reference.quantity in ("input", "target", "initial_state"):
            return None
        k, layer = reference.iteration, reference.layer
        if reference.version is not None:
            assert layer is not None
            if reference.version > 0:
                return self._schedule.update_step(k, layer, reference.version - 1)
            if k == 0:
                return None
            last = self._schedule.updates_before(self._schedule.first_step(k) - 1, layer)
            site = self._schedule.site(self._schedule.first_step(k) - 1)
            done = last + int(site.kind == "update" and site.layer == layer)
            return self._schedule.update_step(k - 1, layer, done - 1)
        kind = _WRITTEN_BY[reference.quantity]
        return self._schedule.step(Site(kind, k, reference.sample, reference.time, layer))

    def _parameters(self, name: Quantity, step: int, iteration: int, layer: int) -> Reference:
        version = self._schedule.updates_before(step, layer)
        return Reference(name, iteration, layer, version=version)

    def _below(self, site: Site) -> Reference:
        assert site.layer is not None
        if site.layer == 1:
            return Reference("input", site.iteration, 0, site.sample, site.time)
        return Reference("activation", site.iteration, site.layer - 1, site.sample, site.time)

    def _before(self, site: Site) -> Reference:
        """Return the layer's own activation of the time before."""
        if site.time == 0:
            return Reference("initial_state", site.iteration, site.layer)
        assert site.time is not None
        return Reference("activation", site.iteration, site.layer, site.sample, site.time - 1)

    def _delta_reads(self, step: int, site: Site) -> tuple[Reference, ...]:
        k, sample, time, layer = site.iteration, site.sample, site.time, site.layer
        assert layer is not None
        assert sample is not None
        assert time is not None
        found: list[Reference] = []
        if layer < self._shapes.layers:
            found += [
                self._parameters("weights", step, k, layer + 1),
                Reference("delta", k, layer + 1, sample, time),
            ]
        elif self._shapes.has_target[sample, time]:
            found += [
                Reference("activation", k, layer, sample, time),
                Reference("target", k, None, sample, time),
            ]
        if self._shapes.recurrent[layer - 1] and time < self._shapes.times - 1:
            found += [
                self._parameters("recurrent_weights", step, k, layer),
                Reference("delta", k, layer, sample, time + 1),
            ]
        return (*found, Reference("slope", k, layer, sample, time))

    def _total_before(self, site: Site) -> list[Reference]:
        """Return the totals that a gradient is added to; none for the first of the iteration."""
        assert site.layer is not None
        before = self.gradient_before(site)
        if before is None:
            return []
        return self._totals(before)

    def gradient_before(self, site: Site) -> Site | None:
        """Return the gradient of the same layer that was gathered just before this one."""
        assert site.sample is not None
        assert site.time is not None
        if site.time < self._shapes.times - 1:
            return Site("gradient", site.iteration, site.sample, site.time + 1, site.layer)
        if site.sample > self._shapes.batch(site.iteration).start:
            return Site("gradient", site.iteration, site.sample - 1, 0, site.layer)
        return None

    def _totals(self, site: Site) -> list[Reference]:
        assert site.layer is not None
        names: list[Quantity] = ["weight_total", "bias_total"]
        if self._shapes.recurrent[site.layer - 1]:
            names.append("recurrent_total")
        return [Reference(name, site.iteration, site.layer, site.sample, site.time) for name in names]

    def _update_reads(self, step: int, site: Site) -> tuple[Reference, ...]:
        k, layer = site.iteration, site.layer
        assert layer is not None
        names: list[Quantity] = ["weights", "biases"]
        if self._shapes.recurrent[layer - 1]:
            names.append("recurrent_weights")
        before = [self._parameters(name, step, k, layer) for name in names]
        if self._schedule.order == "premature":
            gradients: list[Quantity] = ["weight_gradient", "bias_gradient", "recurrent_gradient"]
            return (
                *before,
                *(Reference(name, k, layer, site.sample, site.time) for name in gradients[: len(names)]),
            )
        now = self._totals_applied_by(site)
        # The totals that were applied before, if the layer has been updated out of turn.
        done = self._schedule.updates_before(step, layer)
        if done == 0:
            return (*before, *now)
        earlier = self._schedule.site(self._schedule.update_step(k, layer, done - 1))
        applied = self._totals_applied_by(earlier)
        return (*before, *now, *(total for total in applied if total not in now))

    def _totals_applied_by(self, update: Site) -> list[Reference]:
        """Return the totals of this moment; the update of a whole batch comes after its last gradient."""
        last = self._shapes.batch(update.iteration).stop - 1
        if update.sample is None:
            return self._totals(update._replace(sample=last, time=0))
        return self._totals(update)
