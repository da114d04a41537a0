"""What is said of an error on its way back, through layers and through time?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from engine.equations.links import through_time
from engine.equations.table import table_of
from engine.facts.applied_gradients import gathers
from engine.facts.findings.layers import FAR
from engine.facts.through_time import numbers_of, sample_of
from engine.facts.unrolled.gain import through_layers
from engine.facts.unrolled.layers import reached
from engine.numerals import counted, in_thousands, numeral, power
from engine.order.quantities import GROUP_OF, Reference
from engine.words.gradients.batch import of_sample

if TYPE_CHECKING:
    from engine.facts.number import Traced
    from engine.facts.through_time import Shares
    from engine.facts.unrolled.errors import Story
    from engine.facts.unrolled.gain import Back, Gain
    from engine.order.quantities import Quantity
    from engine.run.tracing import Trace

PAGES = {
    "story": "the story of one error",
    "errors": "all errors",
    "numbers": "all numbers: the unrolled network, sources, shares, sizes",
}
WHAT_FACTOR = (
    "Each step back: by what f'(z) and U multiply the length of the latest δ, on average; at most: that of "
    "any δ over all steps. Errors from above are added at every time."
)


def story_title(trace: Trace, step: int, made: int | None) -> str:
    """Return which error the story is about."""
    whose = of_sample(trace, step)
    return f"the story of one error{whose}" + ("" if made is None else f": the one made at @{made}")


def before_any_story(trace: Trace, step: int) -> str:
    """Return when there will be an error to tell of, where no loss is known yet."""
    time = int(np.argmax(trace.shapes.has_target[sample_of(trace, step)]))
    made = _made_at(trace, step, "loss", None, time)
    return f"No loss is known yet: step {made} makes the first, at @{time}. Then one error is followed back."


def story_words(trace: Trace, step: int, found: Story, output: int) -> list[str]:
    """Return what was said and should have been, how far that error has come, and what is left of it."""
    last, made = trace.shapes.layers, found.made
    numbers, sample = numbers_of(trace, step), sample_of(trace, step)
    said = numbers.sequence("activation", last, sample)[made, output]
    should = numbers.target(sample, made)[output]
    outputs = trace.scenario.network.layers[-1].units
    who = "the network" if outputs == 1 else f"output {output + 1} of {outputs}"
    words = [f"At @{made} {who} said {numeral(float(said))} and should have said {numeral(float(should))}."]
    return [*words, *_way_back(trace, step, found)]


def _way_back(trace: Trace, step: int, found: Story) -> list[str]:
    layer, made = found.layer, found.made
    alone = "" if trace.shapes.recurrent[layer - 1] else ": no layer remembers, so no other time"
    if not alone and through_time(table_of(trace.scenario), layer) is None:
        alone = f": with the mistake {trace.mistake} nothing goes back through time"
    if made == 0:
        alone = ": there is no time before"
    if not found.size.times:
        begin = _made_at(trace, step, "delta", layer, made)
        return [
            f"The error reaches layer {layer} by step {begin}{alone or ', and from there the times before'}."
        ]
    if not found.size.at(made):
        return [f"That error gives nothing to δ{layer} at @{made}: there is nothing to pass back."]
    if alone:
        return [f"That error reaches layer {layer} at @{made}{alone}."]
    reaches = f"That error reaches layer {layer} at @{made}, and through U{layer} the times before."
    if len(found.size.times) == 1:
        return [reaches]
    first = found.size.times.start
    left = found.left(first)
    assert left is not None
    times = counted(made - first, "time")
    if found.gain is None:
        return [reaches, f"After {times} back what is left of it is no finite number."]
    if left == 0.0:
        return [reaches, f"After {times} back nothing of it is left."]
    share = f"{power(found.gain.log + math.log(100.0), 8)} % of it is left"
    if found.gain.log > 0.0:
        share = f"it is {in_thousands(power(found.gain.log, 8))} times as long"
    gain = found.gain
    each = f"× {power(gain.log / gain.steps, 8)} for each time back"
    becomes = "" if gain.tendency == "lasting" else f": {gain.tendency}"
    return [reaches, f"After {times} back {share}, {each}{_made_of(trace, found, gain)}{becomes}."]


def _made_of(trace: Trace, found: Story, gain: Gain) -> str:
    """Return what of each step the weights make and what the slopes, if both are known."""
    if found.slopes is None or not math.isfinite(gain.log):
        return ""
    alone = sum(trace.shapes.recurrent[found.layer - 1 :]) == 1  # no other way leads back in time
    who = f"U{found.layer}" if alone else "weights"
    weights, slopes = (power(log / gain.steps, 8) for log in (gain.log - found.slopes, found.slopes))
    return f" ({who} × {weights}, slopes × {slopes})"


def how_gathered(weight: Traced, found: Shares) -> str:
    """Return how the shares of a weight's gradient come together."""
    trace, iteration = weight.trace, weight.reference.iteration
    never_cleared = gathers(trace, weight.layer, GROUP_OF[weight.reference.quantity]) == "run"
    if trace.schedule.alone(iteration, weight.layer, 0):
        return f"{trace.order}: {'the sum' if never_cleared else 'each'} applied at once"
    if found.before:
        before = "all before" if never_cleared and iteration else "earlier samples"
        return f"on top of {numeral(found.before)} of {before}"
    return "summed from the last time back"


def steps_back(
    trace: Trace, back: Back, layer: int, present: int, shared: int, room: int | None = None
) -> list[str]:
    """Return what the steps back through time leave of a layer's delta, the most telling first.

    This error and any error share a line if it has no more than `shared` cells; the first line is a word
    shorter where it has no `room`.
    """
    if not trace.shapes.recurrent[layer - 1]:
        return ["not recurrent: no step back"]
    if trace.shapes.times == 1:
        return ["one time: no step back"]
    words = [each_step(back)]
    if room is not None and len(words[0]) > room:
        words = [words[0].removeprefix("each ")]
    if back.error is not None:
        over = f"{counted(back.error.steps, 'step')} × {power(back.error.log, 8)}"
        both = f"{over}, any δ ≤ × {power(back.most.log, 8)}" if back.most is not None else over
        words.append(both if len(both) <= shared else f"over {over}")
    if back.most is not None:
        words.append(at_most(back.most))
    here = back.each.at(present)
    if here is not None and math.isfinite(here):
        words.append(f"@{present + 1} → @{present}: × {numeral(here)}")
    return words


def each_layer(back: Back) -> str:
    """Return by what a layer multiplies the length of the error, and what becomes of it.

    It vanishes or explodes where a finding would say so: layers are few, and the factor of one means little.
    """
    if back.error is None:
        return ", × · per layer back"
    becomes: str = back.error.tendency
    if becomes != "lasting" and abs(back.error.log) <= math.log(FAR):
        becomes = "it shrinks" if back.error.log < 0.0 else "it grows"
    if back.error.steps == 1:  # how long it is has been said
        return f": {becomes}"
    return f", × {power(back.error.log / back.error.steps, 8)} per layer back: {becomes}"


def each_step(back: Back) -> str:
    """Return what the steps back through time leave on their own: what comes from above is added to it."""
    if back.error is None:
        return "each step back × ·"
    return f"each step back × {power(back.error.log / back.error.steps, 8)}: {back.error.tendency}"


def at_most(most: Gain) -> str:
    """Return what all steps back leave of any error at most, and what becomes of it."""
    return f"any δ at most × {power(most.log, 8)}: {most.tendency}"


def through_the_layers(trace: Trace, step: int) -> str:
    """Return how much of the output's delta has reached the lowest layer that the way back has come to."""
    found, last = reached(trace, step), trace.shapes.layers
    known = [one for one in found if one.size is not None]
    if not known:
        more = ", then how much of it reaches each layer" if last > 1 else ""
        return f"Known on the way back: δ{last} by step {_made_by(trace, step, last)}{more}."
    if last == 1:
        return "There is one layer only: no error goes back any further."
    if len(known) == 1:
        return f"Step {_made_by(trace, step, last - 1)} tells how much of δ{last} reaches layer {last - 1}."
    lowest, back = known[-1], through_layers(trace, step, 0)
    if not known[0].size or lowest.left is None or not math.isfinite(lowest.left):
        return f"δ{last} is {'0' if known[0].size == 0.0 else 'not finite'}: nothing can be left of it."
    weights, slopes = (
        numeral(math.prod(getattr(one, name) for one in known[1:])) for name in ("weights", "slopes")
    )
    arrives = f"δ{lowest.layer} is {numeral(100.0 * lowest.left)} % as long as δ{last}"
    made = f"On the way the weights multiply the length by {weights} in all, the slopes by {slopes}."
    most = ""
    if back.most is not None:
        most = f" Whatever the numbers of δ{last}, at most {power(back.most.log + math.log(100.0), 8)} %."
    return f"{arrives}{each_layer(back)}. {made}{most}"


def _made_by(trace: Trace, step: int, layer: int) -> str:
    """Return which step, counted from 1, makes the delta of a layer at a step's own time."""
    return _made_at(trace, step, "delta", layer, trace.schedule.anchor(step).time or 0)


def _made_at(trace: Trace, step: int, quantity: Quantity, layer: int | None, time: int) -> str:
    """Return which step, counted from 1, makes a quantity of a step's sample at a time."""
    iteration = trace.schedule.site(step).iteration
    maker = trace.flow.writer(Reference(quantity, iteration, layer, sample_of(trace, step), time))
    assert maker is not None
    return f"{maker + 1:,}"
