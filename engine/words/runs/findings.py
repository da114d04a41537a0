"""What is said of a finding: what it is, why it is thought so, what it means and what people do about it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.conditions.steepest import SATURATED
from engine.facts.findings.layers import FAR
from engine.facts.number import Traced
from engine.numerals import counted, numeral
from engine.words.disturbed import otherwise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from engine.facts.findings.finding import Finding, Kind, Looked, Near
    from engine.run.tracing import Trace


class Told(NamedTuple):
    """A finding in words: a headline, the numbers that say so, what it means, and what helps."""

    headline: str
    why: str
    means: str
    helps: str

    @property
    def lines(self) -> tuple[str, ...]:
        """The sentences below the headline."""
        return tuple(line for line in (self.why, self.means, self.helps) if line)


def told(trace: Trace, found: Finding) -> Told:
    """Return a finding in words."""
    return _TELLING[found.kind](trace, found)


def in_short(kinds: Iterable[Kind]) -> str:
    """Return some kinds of findings in a few words."""
    return ", ".join(_SHORT[kind] for kind in kinds)


def not_there(trace: Trace, looked: Looked) -> tuple[str, ...]:
    """Return what has been looked for in a run and is not there, then what comes near to being there.

    What makes the run another than it should be stands out nowhere: last who tells of that.
    """
    kinds = {one.kind for one in looked.found}
    begun = [
        one for one in looked.found if one.kind == "not finite" and _iteration(trace, one) <= trace.begins
    ]
    near = {one.kind for one in looked.near}
    rest = [kind for kind in _SHORT if kind not in kinds | near]
    if begun or trace.computed <= trace.begins or not rest:
        return ()  # there was nothing to look at, or all is found
    words = [f"Looked for and not there: {in_short(rest)}.", *map(_near, looked.near)]
    if trace.disturbed:
        words.append(f"Not looked for: what would be otherwise, {otherwise(trace)}. That tells view 2.")
    return tuple(words)


def _near(one: Near) -> str:
    """Return how near something comes to what doesn't count as found."""
    shares = [f"{numeral(100.0 * value, digits=3)} %" for value in one.values]
    if one.kind == "saturated":
        return (
            f"Nearly saturated is {one.words[0]}: its mean slope is {shares[0]} of the steepest at step "
            f"{one.step + 1:,}; below {numeral(100.0 * SATURATED)} % for long it is saturated."
        )
    told = shares[0] if shares[0] == shares[1] else f"{shares[0]} to {shares[1]}"
    far, near = one.words
    return (
        f"Of δ at {far}, in root mean square, {told} arrives at {near} (see step {one.step + 1:,}); "
        f"below {numeral(100.0 / FAR)} % in many iterations it vanishes here, above {numeral(FAR)} times it "
        "explodes."
    )


_SHORT: dict[Kind, str] = {
    "not finite": "nan or inf",
    "target": "a target out of reach",
    "dead": "dead neurons",
    "saturated": "saturated layers",
    "symmetric": "equal neurons",
    "vanishing": "errors that vanish",
    "exploding": "errors that explode",
    "overshoot": "steps that overshoot",
    "rises": "C rises",
    "still": "a standstill",
}


def where(trace: Trace, found: Finding) -> str:
    """Return where a finding is seen first, as the screen counts."""
    return f"step {found.step + 1:,}, iteration {_iteration(trace, found) + 1:,}"


def _iteration(trace: Trace, found: Finding) -> int:
    return trace.schedule.site(found.step).iteration


def _since(trace: Trace, found: Finding) -> str:
    iteration = _iteration(trace, found)
    return "from the start" if iteration <= trace.begins else f"from iteration {iteration + 1:,} on"


def _neurons(found: Finding) -> str:
    names = [str(unit + 1) for unit in found.units[:6]]
    more = len(found.units) - len(names)
    text = ", ".join(names) + (f" and {more} more" if more else "")
    return f"neuron{'s' if len(found.units) > 1 else ''} {text} of layer {found.layer}"


def _symbol(trace: Trace, found: Finding) -> str:
    assert found.number is not None
    return Traced(trace, found.number).symbol


def _not_finite(trace: Trace, found: Finding) -> Told:
    symbol = _symbol(trace, found)
    return Told(
        f"{symbol} is the first number that is not finite: {numeral(found.values[0])}",
        f"It comes from {', '.join(found.words)}." if found.words else "",
        "A number has grown beyond what a computer holds; what is made of it is lost, the weights too.",
        "A smaller learning rate, clip_norm, or smaller weights at the start.",
    )


def _target(trace: Trace, found: Finding) -> Told:  # noqa: ARG001
    return Told(
        "A target can't be reached",
        f"{found.words[0][:1].upper()}{found.words[0][1:]}.",
        "The error never gets to 0, and the weights grow for as long as the run goes on.",
        found.words[1],
    )


def _dead(trace: Trace, found: Finding) -> Told:
    many = len(found.units) > 1
    why = f"{'Their' if many else 'Its'} a and f'(z) are 0 for every sample, {_since(trace, found)}"
    if found.words:
        name, was, now = found.words
        why += f"; the update before moved {name} from {was} to {now}"
    return Told(
        f"{_neurons(found)} {'are' if many else 'is'} dead".capitalize(),
        f"{why}.",
        "No error passes a slope of 0: while it is so, the weights that lead there have a gradient of 0.",
        "A smaller learning rate, biases that are not below 0 at the start, or leaky-relu.",
    )


def _saturated(trace: Trace, found: Finding) -> Told:
    share, now, z = found.values
    return Told(
        f"Layer {found.layer} is saturated",
        f"Its slopes are {numeral(100.0 * share, digits=2)} % of the steepest {_since(trace, found)} (|z| is "
        f"{numeral(z, digits=3)} on average), and {numeral(100.0 * now, digits=2)} % at the end.",
        f"Where {found.words[0]} is flat, a delta is next to nothing, and learning takes for ever.",
        "Smaller weights at the start, inputs of about size 1, or cross-entropy where it is the last layer.",
    )


def _symmetric(trace: Trace, found: Finding) -> Told:
    return Told(
        f"{_neurons(found)} are one and the same".capitalize(),
        f"They say {numeral(found.values[0])} and get the same delta {_since(trace, found)}, to the end.",
        "Equal weights get equal gradients: they stay equal, and the layer is as good as a smaller one.",
        "Begin with different weights: init draws them at random.",
    )


def _reach(trace: Trace, found: Finding) -> Told:
    top, low = found.values
    far, near = found.words
    vanishes = found.kind == "vanishing"
    times = numeral(top / low if vanishes else low / top, digits=3) if low and top else "infinitely many"
    many = len(trace.shapes.batch(0)) > 1 or any(layer.units > 1 for layer in trace.scenario.network.layers)
    delta = "Over batch and neurons the root mean square of δ" if many else "δ"
    return Told(
        f"The error {'vanishes' if vanishes else 'explodes'} on its way from {far} to {near}",
        f"{delta} is {numeral(top)} at {far} and {numeral(low)} at {near}, {times} times "
        f"{'smaller' if vanishes else 'larger'} ({_since(trace, found)}).",
        "What is low learns next to nothing while the rest moves."
        if vanishes
        else "One learning rate is too large for what is low, or far too small for the rest.",
        _against_vanishing(trace, far)
        if vanishes
        else "clip_norm, smaller weights (recurrent ones of length 1: orthogonal), fewer layers or times.",
    )


def _against_vanishing(trace: Trace, far: str) -> str:
    """Return what keeps an error from vanishing in a network like this one."""
    kinds = {layer.activation for layer in trace.scenario.network.layers}
    slopes = ["relu or tanh for sigmoid"] if "sigmoid" in kinds else []
    if far.startswith("time"):
        ways = [*slopes, "recurrent weights of length 1 (orthogonal)", "fewer times"]
    else:
        ways = [*slopes, "weights drawn to keep sizes (xavier, he)", "fewer layers"]
    return f"{', '.join(ways)}."


def _overshoot(trace: Trace, found: Finding) -> Told:
    symbol = _symbol(trace, found)
    values = ", ".join(numeral(value, digits=3) for value in found.values)
    return Told(
        "Steps are too large: a gradient turns at every update",
        f"{symbol} is {values} in four updates of one batch, the first at {where(trace, found)}.",
        "Each update jumps over the bottom of the valley and lands on its other side.",
        "Halve the learning rate, or let momentum and adam average the turns away.",
    )


def _rises(trace: Trace, found: Finding) -> Told:
    count, of, before, after = found.values
    same = "" if trace.shapes.batches == 1 else " of the same batch"
    return Told(
        f"The loss{same} rises in {int(count):,} of {counted(int(of), 'iteration')}",
        f"The worst rise is from {numeral(before)} to {numeral(after)}.",
        "Small steps downhill can't raise the loss they are made for: these are too large, or not downhill."
        if trace.shapes.batches == 1
        else "What one batch learns another may undo; a rise now and then is no fault, many are.",
        "A smaller learning rate; a larger batch; and see whether the gradient is right (m, diagnose).",
    )


def _still(trace: Trace, found: Finding) -> Told:
    largest, rate, loss = found.values
    why = f"The largest gradient is {numeral(largest)} at η = {numeral(rate)}, and C is {numeral(loss)}"
    return Told(
        "Nothing moves any more",
        f"{why}, {_since(trace, found)}.",
        "The run is over before it is done: it stands where every gradient is 0, or the rate is.",
        "Other weights at the start, a larger learning rate, and see what else is found here.",
    )


_TELLING: dict[Kind, Callable[[Trace, Finding], Told]] = {
    "not finite": _not_finite,
    "target": _target,
    "dead": _dead,
    "saturated": _saturated,
    "symmetric": _symmetric,
    "vanishing": _reach,
    "exploding": _reach,
    "overshoot": _overshoot,
    "rises": _rises,
    "still": _still,
}
