"""What does each step read?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.order.quantities import GRADIENT_OF, TOTAL_OF, Parameter, Reference

if TYPE_CHECKING:
    from engine.order.schedule import Schedule
    from engine.order.shapes import Shapes
    from engine.order.site import Site


def reads_of(schedule: Schedule, step: int) -> tuple[Reference, ...]:
    """Return what a step reads, in the order of its formula."""
    site = schedule.site(step)
    match site.kind:
        case "forward":
            return _forward(schedule, step, site)
        case "loss":
            return _prediction_and_target(schedule.shapes, site)
        case "delta":
            return _delta(schedule, step, site)
        case "gradient":
            return _gradient(schedule.shapes, site)
        case "update":
            return _update(schedule, step, site)


def gradient_before(shapes: Shapes, gradient: Site) -> Site | None:
    """Return the gradient of the same layer that was gathered just before this one in its iteration."""
    assert gradient.sample is not None
    assert gradient.time is not None
    if gradient.time < shapes.times - 1:
        return gradient._replace(time=gradient.time + 1)
    if gradient.sample > shapes.batch(gradient.iteration).start:
        return gradient._replace(sample=gradient.sample - 1, time=0)
    return None


def _forward(schedule: Schedule, step: int, site: Site) -> tuple[Reference, ...]:
    layer = site.layer
    assert layer is not None
    found = [_parameters(schedule, step, "weights", layer), _below(site)]
    if schedule.shapes.recurrent[layer - 1]:
        found += [_parameters(schedule, step, "recurrent_weights", layer), _before(site)]
    return (*found, _parameters(schedule, step, "biases", layer))


def _prediction_and_target(shapes: Shapes, site: Site) -> tuple[Reference, ...]:
    k, sample, time = site.iteration, site.sample, site.time
    return (
        Reference("activation", k, shapes.layers, sample, time),
        Reference("target", k, None, sample, time),
    )


def _delta(schedule: Schedule, step: int, site: Site) -> tuple[Reference, ...]:
    shapes = schedule.shapes
    k, sample, time, layer = site.iteration, site.sample, site.time, site.layer
    assert layer is not None
    assert sample is not None
    assert time is not None
    found: list[Reference] = []
    if layer < shapes.layers:
        found += [
            _parameters(schedule, step, "weights", layer + 1),
            Reference("delta", k, layer + 1, sample, time),
        ]
    elif shapes.has_target[sample, time]:
        found += _prediction_and_target(shapes, site)
    if shapes.recurrent[layer - 1] and time < shapes.times - 1:
        found += [
            _parameters(schedule, step, "recurrent_weights", layer),
            Reference("delta", k, layer, sample, time + 1),
        ]
    return (*found, Reference("slope", k, layer, sample, time))


def _gradient(shapes: Shapes, site: Site) -> tuple[Reference, ...]:
    layer = site.layer
    assert layer is not None
    found = [Reference("delta", site.iteration, layer, site.sample, site.time), _below(site)]
    if shapes.recurrent[layer - 1]:
        found.append(_before(site))
    before = gradient_before(shapes, site)
    return (*found, *(() if before is None else _totals(shapes, before)))


def _update(schedule: Schedule, step: int, site: Site) -> tuple[Reference, ...]:
    shapes, layer = schedule.shapes, site.layer
    assert layer is not None
    groups = shapes.groups(layer)
    before = [_parameters(schedule, step, group, layer) for group in groups]
    if schedule.order == "premature":
        own = (
            Reference(GRADIENT_OF[group], site.iteration, layer, site.sample, site.time) for group in groups
        )
        return (*before, *own)
    now = _totals_applied(shapes, site)
    # The totals that were applied before, if the layer has been updated out of turn.
    done = schedule.updates_before(step, layer)
    if done == 0:
        return (*before, *now)
    earlier = schedule.site(schedule.update_step(site.iteration, layer, done - 1))
    applied = _totals_applied(shapes, earlier)
    return (*before, *now, *(total for total in applied if total not in now))


def _totals_applied(shapes: Shapes, update: Site) -> list[Reference]:
    """Return the totals of this moment; the update of a whole batch comes after its last gradient."""
    if update.sample is None:
        return _totals(shapes, update._replace(sample=shapes.batch(update.iteration).stop - 1, time=0))
    return _totals(shapes, update)


def _totals(shapes: Shapes, site: Site) -> list[Reference]:
    """Return the totals with the gradients of a site added."""
    layer = site.layer
    assert layer is not None
    return [
        Reference(TOTAL_OF[group], site.iteration, layer, site.sample, site.time)
        for group in shapes.groups(layer)
    ]


def _parameters(schedule: Schedule, step: int, group: Parameter, layer: int) -> Reference:
    """Return the parameters of a layer as they are at a step."""
    version = schedule.updates_before(step, layer)
    return Reference(group, schedule.site(step).iteration, layer, version=version)


def _below(site: Site) -> Reference:
    """Return what comes in from the layer below."""
    assert site.layer is not None
    if site.layer == 1:
        return Reference("input", site.iteration, 0, site.sample, site.time)
    return Reference("activation", site.iteration, site.layer - 1, site.sample, site.time)


def _before(site: Site) -> Reference:
    """Return the layer's own activation of the time before."""
    if site.time == 0:
        return Reference("initial_state", site.iteration, site.layer)
    assert site.time is not None
    return Reference("activation", site.iteration, site.layer, site.sample, site.time - 1)
