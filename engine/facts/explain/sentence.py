"""What does one plain sentence say about where a number comes from?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from engine.equations.back.robust import PAIRS
from engine.equations.back.transpose import derivative
from engine.equations.equation import Variable
from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.formula import parse, replaced, text
from engine.equations.mistakes.mistakes import MISTAKES, divisions
from engine.equations.optimizers import OPTIMIZERS
from engine.equations.table import altered
from engine.equations.updates import NORM, is_plain
from engine.facts.applied_gradients import applied_gradients
from engine.facts.explain.derive import CONSTANTS
from engine.facts.explain.divided import divided_by, rate
from engine.facts.waiting import early, waiting
from engine.order.quantities import CHANGE_OF, GRADIENT_OF, GROUP_OF, PARAMETERS, TOTAL_OF, group_of, part_of
from engine.order.site import Sort

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.facts.explain.source import Source
    from engine.facts.waiting import Waiting
    from engine.order.quantities import Parameter, Quantity
    from engine.run.tracing import Trace
    from engine.scenario import Layer

_NO_TARGET = "No target at this time, so nothing arrives from a loss."
_ONLY_FUTURE = "No target at this time: all of it comes back from the future."
_SUM_IS_ONE = 1e-12


CLEARED = "cleared: nothing gathered yet"
"""Why a total is 0 that the update before has applied."""


def of(source: Source) -> str:
    """Return the sentence for a source's number."""
    quantity = source.reference.quantity
    words = _WORDS.get(quantity) or (_applied if part_of(quantity) == "applied" else _state)
    return _of_mistake(source) or words(source)


def _of_mistake(source: Source) -> str:
    """Return what the run does here instead of what is right; nothing where it does what is right."""
    mistake = source.trace.mistake
    group = group_of(source.reference.quantity)
    made = {Variable(source.reference.quantity, source.layer)}
    if source.reference.quantity in GRADIENT_OF.values() and group is not None:
        total = derivative(Variable(group, source.layer))
        if source.table.making[total].gathers == "iteration":
            made.add(total)
    if mistake is None or not made & altered(source.trace.scenario):
        return ""
    row = MISTAKES[mistake]
    return f"The mistake {mistake}: {row.instead}. Right is {row.right}."


def without_bias(layer: int | None) -> str:
    """Return what a layer's sum is, where a reader has not met its bias."""
    return f"Each {'input' if layer == 1 else 'value from below'} times its weight, added up."


def _pre_activation(source: Source) -> str:
    if source.before() is None:
        return f"{without_bias(source.layer)[:-1]}, plus the bias."
    return "From below, from this layer one time before, and the bias, added up."


def _activation(source: Source) -> str:
    if source.coupled:
        return ACTIVATIONS[source.activation].says[0]
    return f"The activation is {source.activation} of the pre-activation."


def _from_above(source: Source) -> str:
    if not source.output:
        return "The deltas of the layer above come back through this neuron's weights."
    return "How the loss changes when this prediction changes a little." if source.has_target else _NO_TARGET


def _from_future(source: Source) -> str:
    if source.read("delta", source.layer) is None:
        return "This is the last time: nothing comes back from a future."
    return "Its own layer's deltas one time later come back through U."


def _error(source: Source) -> str:
    if source.recurrent:
        return "The error is what comes from above plus what comes from the future."
    return _from_above(source)


def _is_one_factor(source: Source) -> bool:
    # Imported when a recurrent output is explained: the first frame needs no chain rule.
    from engine.equations.links import is_one_factor

    return is_one_factor(source.trace.scenario)


def _delta(source: Source) -> str:
    if source.output and not source.recurrent and not source.has_target:
        return _NO_TARGET
    loss = source.network.loss
    pair = PAIRS.get((source.activation, loss)) if source.output else None
    if source.output and source.recurrent and _is_one_factor(source):
        future = "" if source.read("delta", source.layer) is None else ", and what comes back from the future"
        if not source.has_target:
            return _ONLY_FUTURE if future else _NO_TARGET
        return f"What the loss gives, slope and error in one{future}."
    if pair is not None:
        says = pair.says or f"slope times error is {text(parse(pair.plain))}"
        if pair.whatever and not _targets_add_up(source):
            says = pair.whatever
        return f"{source.activation} and {loss} simplify: {says}."
    if source.coupled:
        return ACTIVATIONS[source.activation].says[1]
    return "The error that arrives, times the slope of this neuron's activation."


def _targets_add_up(source: Source) -> bool:
    """Return whether the targets of the step's sample and time add up to 1, as shares of a whole do."""
    site = source.site
    assert site.sample is not None
    target = source.trace.iteration(site.iteration).target(site.sample, site.time or 0)
    return bool(abs(float(target.sum()) - 1.0) <= _SUM_IS_ONE)


def _gradient(source: Source) -> str:
    group = GROUP_OF[source.reference.quantity]
    if group == "biases":
        return "A bias adds straight to z: its gradient is the delta itself."
    if group == "recurrent_weights":
        return "This neuron's delta times what came in from one time before."
    return "This neuron's delta times what came in through the weight."


def _total(source: Source) -> str:
    if source.read(source.reference.quantity) is None:
        return "The first gradient of this iteration: the total is this one."
    return "What was gathered so far in this iteration, plus this gradient."


def _change(source: Source) -> str:
    trace, site, group = source.trace, source.site, GROUP_OF[source.reference.quantity]
    if source.poke is not None:
        return "Set by hand: no gradient is in it."
    if trace.schedule.poke(source.step) is not None:
        return "Another number was set by hand here: this one stays."
    mask = source.network.layers[source.layer - 1].trained(group)
    if mask is False:
        return f"The {_PLURAL[group]} of this layer are not trained: nothing changes."
    if mask is not True and not mask[source.number.index]:
        return "This number is not trained: it does not change."
    update = trace.schedule.updates_before(source.step, source.layer)
    places = trace.schedule.gathered(site.iteration, source.layer, update)
    if not places:
        return "All that was gathered has been applied out of turn: nothing is left."
    told = _applied_change(source, group, places)
    copies = source.network.layers[source.layer - 1].copies(group)
    if copies == 1:
        return told
    return f"{told} It stands for {copies} biases: {copies} times the change of one."


def _applied_change(source: Source, group: Parameter, places: range) -> str:
    """Return what an update does that applies the gradients at some places of those of its layer."""
    trace, site = source.trace, source.site
    if source.step in trace.out_of_turn:
        return _out_of_turn(trace, source.step, source.layer, group)
    if places.start and site.iteration == trace.broken_iteration:
        return _what_is_left(trace)
    at_once = site.sample is not None
    state = waiting(trace.schedule, source.step, source.layer, group)
    if not state.safe:
        return _too_early(state, at_once=at_once)
    changed = _changed_before(trace, source.layer, places.stop - 1, site.iteration)
    plain = is_plain(trace.scenario.training)
    if changed is not None:
        gathered = _gathered(source, group) if plain else _direction(trace)
        what = "Applied at once" if at_once else f"-η times {gathered}"
        return f"{what}; it was formed after {changed} weights had been changed."
    if not state.complete:
        return "Applied at once; nothing reads what it changes any more."
    if not plain:
        return f"-η times {_direction(trace)}."
    # What is applied may be no gradient of the loss.
    if trace.mistake is not None or not _is_whole(source, group):
        return f"-η times {_gathered(source, group)}."
    if divisions(trace.scenario.training):
        return "Against the gradient: -η times its mean over the B samples."
    return "Against the gradient: -η times the total of this iteration."


def _what_is_left(trace: Trace) -> str:
    """Return what an update does after others of its iteration that came out of turn."""
    training = trace.scenario.training
    left = "the total without what was applied out of turn"
    if not is_plain(training):
        return f"-η times {_direction(trace)}; g is what is left: {left}{_divided(trace)}."
    return f"What is left: {left}, times -{rate(training)}."


def _is_whole(source: Source, group: Parameter) -> bool:
    """Return whether an update applies all gradients of its iteration and no other."""
    return applied_gradients(source.trace, source.step, source.layer, group) == ("all", False)


def _gathered(source: Source, group: Parameter) -> str:
    """Return what an update applies before any clipping and decay, in words."""
    trace = source.trace
    which, kept = applied_gradients(trace, source.step, source.layer, group)
    if (which, kept) == ("all", False) and divisions(trace.scenario.training) == 1:
        return "the mean over the B samples"
    return f"{_GATHERED[which]}{_KEPT if kept else ''}{_divided(trace)}"


def _divided(trace: Trace) -> str:
    """Return by what a total is divided in an update."""
    of = divided_by(trace.scenario.training)
    return f", divided by {of}" if of else ""


_GATHERED: dict[str, str] = {
    "all": "the total of this iteration",
    "by now": "what is gathered by now in this iteration",
    "sample": "the gradient of the last sample alone",
    "one": "this one gradient",
    "left": "what is left of the total without what was applied out of turn",
}
_KEPT = " and all before"


def _too_early(state: Waiting, *, at_once: bool) -> str:
    """Return what an update is that comes in its turn, while later steps still read what it changes."""
    back = state.reads.next is not None and state.reads.next.kind == "delta"
    if at_once and back:
        return "Too early: applied at once, before the other errors are computed."
    if at_once:
        return "Too early: applied at once, before the other samples have their turn."
    if back:
        return "Too early: the whole total is applied before the deltas below are formed."
    return "Too early: applied while later steps still read what it changes."


def _changed_before(
    trace: Trace, layer: int, place: int, iteration: int
) -> Literal["other", "its own"] | None:
    """Return whose weights had been changed too early when a layer's n-th gradient was formed, if any."""
    if not trace.is_hurried:
        return None
    schedule = trace.schedule
    formed = schedule.nth(iteration, Sort("gradient", layer), place)
    layers = range(1, trace.shapes.layers + 1)
    found = [
        other
        for other in layers
        if any(early(schedule, formed, other, group) for group in trace.shapes.groups(other))
    ]
    if not found:
        return None
    return "its own" if found == [layer] else "other"


def _parameter(source: Source) -> str:
    if source.poke is None:
        return "The new value is the old one plus the change."
    state = waiting(source.trace.schedule, source.step, source.layer, source.poke.group)
    if state.safe:
        return "Set by hand; nothing in this iteration reads it any more."
    return "Set by hand in the middle of an iteration: later steps read it, and steps before read another."


def _out_of_turn(trace: Trace, step: int, layer: int, group: Parameter) -> str:
    state = waiting(trace.schedule, step, layer, group)
    if not state.safe:
        return "Too early: applied now, while later steps still read what it changes."
    if not state.complete:
        return "Out of turn: applied now; nothing reads what it changes any more."
    return "Out of turn, but all is gathered and nothing reads it any more: no harm."


def _direction(trace: Trace) -> str:
    """Return what an optimiser multiplies the rate by, in symbols."""
    training = trace.scenario.training
    row = OPTIMIZERS[training.optimizer]
    letters = {**{name: state.letter for name, state in row.states.items()}, **CONSTANTS}
    found = text(replaced(parse(row.direction), letters))
    for name, scalar in row.scalars.items():
        found = found.replace(name, f"({text(parse(scalar))})")
    for power, base in row.powers.items():
        found = found.replace(power, f"{CONSTANTS[base]}ⁿ")
    return found


def _applied(source: Source) -> str:
    if idle := _idle(source):
        return f"{idle}: nothing is applied."
    training = source.trace.scenario.training
    group = group_of(source.reference.quantity)
    assert group is not None
    gathered = _gathered(source, group)
    parts = [gathered[0].upper() + gathered[1:]]
    scale = source.trace.iteration(source.site.iteration).clip_scale
    if scale is not None and scale != 1.0:
        parts.append("shortened with all others by clipping")
    decays = training.weight_decay and group != "biases"
    if decays and not OPTIMIZERS[training.optimizer].decoupled:
        parts.append("plus λ times the weight, its decay")
    trained = source.network.layers[source.layer - 1].trained(group)
    is_trained = trained if isinstance(trained, bool) else trained[source.number.index]
    does = "apply it to" if training.optimizer == "sgd" else f"give it to {training.optimizer} for"
    applies = f"the update would {does} what is trained"
    if is_trained:
        sgd = training.optimizer == "sgd"
        applies = "what the update applies" if sgd else f"what {training.optimizer} is given"
    return f"{', '.join(parts)}: {applies}."


def _state(source: Source) -> str:
    training = source.trace.scenario.training
    name = part_of(source.reference.quantity).replace("_", " ")
    if idle := _idle(source):
        return f"{idle}: the {name} stays."
    return f"The {name} that {training.optimizer} remembers: formed from what it was and from g."


def _idle(source: Source) -> str:
    """Return why an update applies nothing; nothing where it applies something."""
    schedule = source.trace.schedule
    if schedule.poke(source.step) is not None:
        return "A number is set by hand here"
    update = schedule.updates_before(source.step, source.layer)
    if schedule.gathered(source.site.iteration, source.layer, update):
        return ""
    return "All that was gathered has been applied out of turn"


def _norm(source: Source) -> str:
    layers = source.network.layers
    if not any(one.trains(group) for one in layers for group in _groups(one)):
        return "Nothing is trained: no gradient is in it."
    every = all(one.trained(group) is True for one in layers for group in _groups(one))
    # A mistake may leave gradients out of a total, or keep others in it.
    totals = (one for home, made in source.table.at.items() if home.kind == "gradient" for one in made)
    every = every and all(one.gathers == "iteration" for one in totals)
    gathered = "Every gradient of the batch" if every else "What is gathered for all that is trained"
    told = f"{gathered} is in it: no update can come before the last of them."
    several = any(one.copies("biases") > 1 and one.trains("biases") for one in layers)
    return f"{told} That of a bias that stands for several counts as often." if several else told


def _groups(layer: Layer) -> tuple[Parameter, ...]:
    """Return the groups of parameters that a layer has."""
    return tuple(group for group in PARAMETERS if layer.recurrent or group != "recurrent_weights")


def _clip_scale(source: Source) -> str:
    numbers, limit = source.trace.iteration(source.site.iteration), source.trace.scenario.training.clip_norm
    norm = numbers.of_all_layers(NORM)
    assert limit is not None
    if norm > limit:
        return "All gradients together are longer than c: all are shortened by the same factor."
    if norm <= limit:
        return "All gradients together are not longer than c: none is shortened."
    return "How long all gradients together are is no number: none is shortened."


_PLURAL = {"weights": "weights", "biases": "biases", "recurrent_weights": "recurrent weights"}
_WORDS: dict[Quantity, Callable[[Source], str]] = {
    "pre_activation": _pre_activation,
    "activation": _activation,
    "slope": lambda _: "How much a moves when z moves a little; kept for the way back.",
    "terms": lambda source: (
        f"This output's share of the loss ({source.network.loss}); the shares are added up."
        if source.network.sizes[-1] > 1
        else f"The loss of the only output ({source.network.loss})."
    ),
    "loss": lambda source: (
        "The loss of this sample" + (": its terms added up." if source.network.sizes[-1] > 1 else ".")
    ),
    "from_above": _from_above,
    "from_future": _from_future,
    "error": _error,
    "delta": _delta,
    "slope_at_activation": lambda _: "The slope at a, where the slope at z belongs.",
    "norm": _norm,
    "clip_scale": _clip_scale,
    **dict.fromkeys(GRADIENT_OF.values(), _gradient),
    **dict.fromkeys(TOTAL_OF.values(), _total),
    **dict.fromkeys(CHANGE_OF.values(), _change),
    **dict.fromkeys(PARAMETERS, _parameter),
}
