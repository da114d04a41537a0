"""Why must the parameters of a layer wait, or need they not? In a full sentence and in a short one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.order.site import Sort
from engine.words.disturbed import reason

if TYPE_CHECKING:
    from engine.order.site import Site
    from engine.words.waits.waiting import Layer


def reasons(layer: Layer) -> tuple[str, ...]:
    """Return why the layer must wait or need not, in full sentences, and in fewer words for less room.

    What stands in the layer's line is not said again. After the last update of an iteration it is said, too,
    what that has made of the loss.
    """
    said = _reasons(layer)
    if not (layer.weights.changes and layer.has_all_changes):
        return said
    from engine.words.runs.fallen import falls  # the first frame has no loss yet

    if not (change := falls(layer.trace, layer.step)):
        return said
    # Where there is only one row: that the sum is cleared stands in the layer's line, too.
    return (*(f"{reason} {change[0]}" for reason in said), *(said if layer.keeps or layer.early else change))


def _reasons(layer: Layer) -> tuple[str, ...]:
    """Return why the layer must wait or need not, whatever has become of the loss."""
    if not layer.safe:
        said, short = _reasons_to_wait(layer)
        if not (layer.changes_now and layer.weights.gathered):
            return said, short
        sum_ = _sum(layer)
        # That it stays is said nowhere else; that it is cleared stands in the layer's line, too.
        fewer = (said, f"{short} {sum_}") if layer.has_all_changes else (f"{short} {sum_}", said)
        return (f"{said} {sum_}", *fewer, short if layer.has_all_changes else sum_)
    name, it = layer.label.replace(" ", " and "), layer.it
    if layer.left:
        return _reasons_to_gather(layer, name)
    if not layer.weights.measured:
        last = layer.trace.schedule.site(layer.safe_from - 1)
        return (
            f"{_harmless(layer, name)}, but what it changes by is not known: clipping shortens every "
            f"gradient by the length of all together, and the last comes with {layer.name_of(last)}.",
            "For clipping the gradients of all layers must be there.",
        )
    if layer.early:
        sum_ = f" {_sum(layer)}" if layer.has_all_changes or layer.changes_now else ""
        return (
            f"{name} changed {_times(layer.early)} while steps of this iteration still read {it}, so the "
            f"gradients gathered do not all belong to one network.{sum_}",
            f"The gradients belong to several networks.{sum_ * (layer.keeps or not layer.has_all_changes)}",
        )
    if layer.weights.changes:
        sum_ = _sum(layer)
        if layer.is_last or not layer.has_all_changes:
            return sum_, sum_
        begins = f"The next iteration begins with the new {name}"
        return f"{begins}. {sum_}" if layer.keeps else f"{begins} and gathers from 0.", sum_
    if layer.falsified:
        why = reason(layer.trace)
        return f"What is gathered is not the gradient of {name}: {why}.", f"{why[0].upper()}{why[1:]}."
    return (
        f"All of this iteration that needs the old {name} is done: a change now spoils nothing.",
        f"All that needs the old {name} is done: a change now spoils nothing.",
    )


def _sum(layer: Layer) -> str:
    """Return what becomes of what is gathered, after an update of the layer."""
    schedule, done = layer.trace.schedule, layer.updates_done
    if layer.has_all_changes and layer.keeps:
        return (
            f"The sum is not cleared{'; no iteration follows' if layer.is_last else ': the next adds to it'}."
        )
    if layer.has_all_changes:
        return "No iteration follows." if layer.is_last else "The next iteration gathers from 0."
    if layer.keeps:
        return "The sum goes on."
    if schedule.alone(layer.iteration, layer.number, done):
        return "Each update applies its own gradient alone, not the sum."
    following = schedule.update_step(layer.iteration, layer.number, done)
    clears = done + 1 == schedule.count(layer.iteration, Sort("update", layer.number))
    return f"Step {following + 1:,} applies what is left of the sum{' and clears it' * clears}."


def of_this_step(layer: Layer) -> tuple[str, ...]:
    """Return what the step itself means for a layer that it reads, in full and in fewer words.

    That it reads weights that were changed too early, or that it is the last for which they had to wait;
    nothing of any other layer.
    """
    site = layer.trace.schedule.site(layer.step)
    for name, group in layer.groups:
        if group.read_now and group.early and layer.nothing_comes_through(name, site) is None:
            return _reasons_it_was_early(layer, name, site, "this step")
    if layer.waits or layer.early or not layer.read_now or layer.weights.changes:
        return ()
    return (
        f"{layer.label.replace(' ', ' and ')} had to wait for this step, the last that reads {layer.it}.",
    )


def _harmless(layer: Layer, name: str) -> str:
    return f"{'After this step a' if layer.read_now else 'A'} change of {name} would spoil nothing"


def _reasons_to_gather(layer: Layer, name: str) -> tuple[str, str]:
    schedule, weights = layer.trace.schedule, layer.weights
    of, delta = weights.contributions, weights.missing.next
    following = schedule.nth(layer.iteration, Sort("gradient", layer.number), weights.gathered)
    comes = following == layer.step + 1
    if of == 1:
        needs = "" if delta is None else f": it needs {layer.name_of(delta)}"
        whole = "its gradient comes next" if comes else f"its gradient comes at step {following + 1:,}{needs}"
    else:
        adds = f"{'the next step' if comes else f'step {following + 1:,}'} adds"
        whole = f"its gradient is the sum of {of:,}: {adds} {'the last' if layer.left == 1 else 'one'}"
    short = f"The gradient of {name}{whole.removeprefix('its gradient')}."
    if layer.early:
        return f"{name} changed {_times(layer.early)} before all gradients were there. {short}", short
    return f"{_harmless(layer, name)}, but {whole}.", short


def _reasons_to_wait(layer: Layer) -> tuple[str, str]:
    following, name, early = min(
        (
            (group.reads.next, name, group.early)
            for name, group in layer.groups
            if group.reads.next is not None
        ),
        key=lambda found: layer.trace.schedule.step(found[0]),
    )
    symbol, reader = f"{name}{layer.number}", layer.name_of(following)
    must_wait = f"{symbol} must wait: {reader}"
    nothing = layer.nothing_comes_through(name, following)
    if nothing is not None:
        # It counts as a reader all the same, though whatever the weight is, it is multiplied by 0.
        return (
            f"{symbol} is still read, by {reader}, though nothing comes through it there: {nothing} is 0, as "
            f"no loss depends on it.",
            f"{symbol} is still read by {reader}, times {nothing} = 0.",
        )
    if early:
        return _reasons_it_was_early(layer, name, following, reader)
    if following.kind == "forward":
        samples = len(layer.trace.shapes.batch(layer.iteration)) > 1
        many = [*(["sample"] if samples else []), *(["time"] if layer.trace.shapes.times > 1 else [])]
        same = f"every {' and '.join(many)} of an iteration must meet the same {symbol}"
        computes = f"{must_wait} still computes with it"
        short = f"{same[0].upper()}{same[1:]}." if many else f"{computes}."
        return f"{computes}, and {same}." if many else short, short
    way = "from the next time" if name == "U" else f"from layer {layer.number}"
    return (
        f"{must_wait} gets its error {way} through {symbol}, and that must be the {symbol} of the "
        f"forward pass.",
        f"{reader} needs the {symbol} of the forward pass.",
    )


def _reasons_it_was_early(layer: Layer, name: str, reading: Site, reader: str) -> tuple[str, str]:
    """Return what it means that a step, called `reader`, reads a W or U that was changed before it."""
    symbol = f"{name}{layer.number}"
    if layer.unread_before_its_change:
        changed = f"{symbol} changed before any step"
        return f"{changed} of this iteration read it: {reader} reads the new one, as all others do.", (
            f"{changed} read it."
        )
    if reading.kind == "forward":
        harm = f"computes with the new {symbol}, so this sample meets another network than the one before it"
    elif layer.met_changed(name, reading):
        harm = f"and the forward pass of this sample read the new {symbol}, the samples before it the old one"
    else:
        harm = f"carries an error back through the new {symbol}, but the forward pass used the old one"
    too_early = f"{symbol} changed too early: {reader}"
    return f"{too_early} {harm}.", f"{too_early} reads the new one."


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"
