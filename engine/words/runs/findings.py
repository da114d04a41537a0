"""What is said of a finding: what it is, why it is thought so, what it means and what people do about it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.equations.functions.reach import is_cut_off
from engine.equations.optimizers import OPTIMIZERS, SETTINGS
from engine.equations.updates import is_plain
from engine.facts.findings.layers import FAR
from engine.facts.findings.moving import WINDOW
from engine.facts.number import Traced
from engine.facts.slopes.steepest import SATURATED
from engine.numerals import counted, numeral, times
from engine.order.quantities import PARAMETER_LETTERS
from engine.words.disturbed import otherwise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from engine.facts.findings.finding import Finding, Kind, Looked, Near
    from engine.facts.findings.noticed import Noticed
    from engine.run.tracing import Trace


_DATES = 3  # at which neurons died, that are each told


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


def ahead(seen: Iterable[Noticed], iteration: int) -> str:
    """Return what has been noticed in a run, in a few words for who is in an iteration (from 0) of it."""
    words = []
    for kind, first in seen:
        later = f"by iteration {first + 1:,}" if kind == "dead" else "later"  # dead ones may be so already
        words.append(_SHORT[kind] if iteration >= first else f"{_SHORT[kind]} {later}")
    return ", ".join(words)


def not_there(trace: Trace, looked: Looked, *, apart: bool = False) -> tuple[str, ...]:
    """Return what has been looked for in a run and is not there, then what comes near to being there.

    The latter is left out where it is told `apart`, as a way to its step. What makes the run another than it
    should be stands out nowhere: last who tells of that.
    """
    kinds = {one.kind for one in looked.found}
    begun = [
        one for one in looked.found if one.kind == "not finite" and _iteration(trace, one) <= trace.begins
    ]
    near = {one.kind for one in looked.near}
    rest = [kind for kind in _SHORT if kind not in kinds | near | {*looked.unasked}]
    if begun or looked.computed <= trace.begins or not rest:
        return ()  # there was nothing to look at, or all is found
    words = [f"Looked for and not there: {in_short(rest)}."]
    if looked.near and not apart:
        first, *others = (told_near(one).why for one in looked.near)
        words += [f"Near to it: {first}", *others]
    words += [f"Nothing can be said of {in_short([kind])}: {_UNASKED[kind]}." for kind in looked.unasked]
    if trace.disturbed:
        words.append(f"Not looked for: what would be otherwise, {otherwise(trace)}. That tells view 2.")
    return tuple(words)


_UNASKED: dict[Kind, str] = {
    "overshoot": f"no batch has been met {WINDOW} times",
    "rises": "no two losses of one batch are known",
}


def told_near(one: Near) -> Told:
    """Return what doesn't count as found but comes near to it, in words."""
    return Told(f"Near: {_SHORT[one.kind]}", _near(one), "", "")


def _near(one: Near) -> str:
    """Return how near something comes to what doesn't count as found."""
    if one.kind == "still":
        half, *two = one.words
        middle, now, share = one.values
        kept = f"the sum of all keeps {numeral(100.0 * share, digits=2)} % of their lengths"
        return (
            f"C hardly moves: {numeral(middle)} in iteration {half}, {numeral(now)} now. {_cancel(two)}; "
            f"{kept}. It stands near a lowest point, or a saddle: other weights at the start (a seed), or "
            "more neurons, tell which it is."
        )
    if one.kind == "dead":
        (dead,) = one.values
        which = "One neuron" if dead == 1 else f"{int(dead)} neurons"
        return f"{which} of {one.words[0]} {'was' if dead == 1 else 'were'} dead at the start; none is now."
    if one.kind == "rises":
        count, of, before, after = one.values
        return (
            f"C rises seldom and little: in {int(count):,} of {counted(int(of), 'iteration')}, at most from "
            f"{numeral(before)} to {numeral(after)}."
        )
    shares = [f"{numeral(100.0 * value, digits=3)} %" for value in one.values]
    if one.kind == "saturated":
        return (
            f"Nearly saturated is {one.words[0]}: its mean slope is {shares[0]} of the steepest at step "
            f"{one.step + 1:,}; below {numeral(100.0 * SATURATED)} % for long it is saturated."
        )
    one_share = shares[0] == shares[1]
    told = f"{shares[0]} arrives" if one_share else f"{shares[0]} to {shares[1]} arrive"
    far, near = one.words
    return (
        f"Of δ at {far}, in root mean square, {told} at {near} (see step {one.step + 1:,}); "
        f"below {numeral(100.0 / FAR)} % in many iterations it vanishes here, above {numeral(FAR)} times it "
        "explodes."
    )


def _cancel(two: Sequence[str]) -> str:
    """Return how the gradients of two samples cancel."""
    symbol, one, its, other, theirs = two
    return f"The samples' gradients cancel: {symbol} is {its} for sample {one} and {theirs} for {other}"


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
    """Return from when on it holds, or in how many of the iterations that were looked at."""
    iteration, (holds, looked) = _iteration(trace, found), found.seen
    begins = iteration <= trace.begins
    if not looked:
        return "from the start" if begins else f"from iteration {iteration + 1:,} on"
    if holds < looked:
        return f"in {holds} of {looked} iterations looked at, the first of them iteration {iteration + 1:,}"
    return f"{'from the start' if begins else f'from iteration {iteration + 1:,} on'} in {_looked(looked)}"


def _then(trace: Trace, found: Finding) -> str:
    iteration = _iteration(trace, found)
    return "At the start" if iteration <= trace.begins else f"In iteration {iteration + 1:,}"


def _looked(count: int) -> str:
    return "the one iteration looked at" if count == 1 else f"each of {count} iterations looked at"


def _neurons(units: Sequence[int]) -> str:
    names = [str(unit + 1) for unit in units[:6]]
    more = len(units) - len(names)
    text = ", ".join(names) + (f" and {more} more" if more else "")
    return f"neuron{'s' if len(units) > 1 else ''} {text}"


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
    samples, *dates = (int(value) for value in found.values)
    many, every = len(found.units) > 1, samples == trace.scenario.data.samples
    which = "every sample" if every else f"each of the first {samples:,} samples"
    why = f"{'Their' if many else 'Its'} a and f'(z) are 0 for {which}"
    if trace.shapes.batches > 1:
        why += " with the weights at the end; in the batches"
    several = len({*dates}) > 1
    why += ":" if several else "," if trace.shapes.batches == 1 else ""
    why += f" {_died(trace, found, dates)}"
    if found.words:
        name, was, now = found.words
        before = f" iteration {min(dates) + 1:,}" if several else ""
        why += f"; the update before{before} moved {name} from {was} to {now}"
    return Told(
        f"{_neurons(found.units)} of layer {found.layer} {'are' if many else 'is'} dead".capitalize(),
        f"{why}.",
        "No error passes a slope of 0: while it is so, the weights that lead there have a gradient of 0.",
        _against_death(trace, found, dates),
    )


def _died(trace: Trace, found: Finding, dates: Sequence[int]) -> str:
    """Return since when neurons are dead: all at once, each at its time, or the first and the last."""
    groups: dict[int, list[int]] = {}
    for unit, date in sorted(zip(found.units, dates, strict=True), key=lambda one: (one[1], one[0])):
        groups.setdefault(date, []).append(unit)
    if len(groups) == 1:
        words = _from(trace, dates[0])
    else:
        each = [f"{_neurons(units)} {_from(trace, date)}" for date, units in groups.items()]
        if len(groups) > _DATES:
            each = [each[0], f"all {_from(trace, max(dates))}"]
        words = ", ".join(each)
    return f"{words}, wherever that was looked at" if found.seen.looked else words


def _from(trace: Trace, iteration: int) -> str:
    if iteration >= trace.computed:
        return "since the last update"
    return "from the start" if iteration <= trace.begins else f"from iteration {iteration + 1:,} on"


def _against_death(trace: Trace, found: Finding, dates: Sequence[int]) -> str:
    """Return what keeps neurons like these alive."""
    begun = [date <= trace.begins for date in dates]
    ways = ["larger biases at the start"]
    if any(begun):
        ways = ["other weights or larger biases at the start"]
    if not all(begun):
        ways = ["a smaller learning rate", *ways]
    assert found.layer is not None
    if trace.scenario.network.layers[found.layer - 1].activation == "relu":
        ways.append("leaky-relu")
    return _listed(ways)


def _listed(ways: Sequence[str]) -> str:
    """Return what helps, the one or the other, as a sentence."""
    *most, last = ways
    text = f"{', '.join(most)}, or {last}" if most else last
    return f"{text[:1].upper()}{text[1:]}."


def _saturated(trace: Trace, found: Finding) -> Told:
    share, now, z = found.values
    ways = ["smaller weights at the start", "inputs of about size 1"]
    if found.layer == trace.shapes.layers and "cross-entropy" not in trace.scenario.network.loss:
        ways.append("cross-entropy")
    return Told(
        f"Layer {found.layer} is saturated",
        f"Its mean slope is below {numeral(100.0 * SATURATED)} % of the steepest {_since(trace, found)}: "
        f"{numeral(100.0 * share, digits=2)} % there (|z| is {numeral(z, digits=3)} on average), "
        f"{numeral(100.0 * now, digits=2)} % at the end.",
        f"Where {found.words[0]} is flat, a delta is next to nothing, and learning takes for ever.",
        _listed(ways),
    )


def _symmetric(trace: Trace, found: Finding) -> Told:
    return Told(
        f"{_neurons(found.units)} of layer {found.layer} are one and the same".capitalize(),
        f"They say the same, first {numeral(found.values[0])}, and get one delta, {_since(trace, found)}.",
        "Equal weights get equal gradients: they stay equal, and the layer is as good as a smaller one.",
        "Begin with different weights: init draws them at random.",
    )


def _reach(trace: Trace, found: Finding) -> Told:
    top, low, factor = found.values
    far, near, of, layer = found.words
    vanishes = found.kind == "vanishing"
    many = len(trace.shapes.batch(0)) > 1 or any(layer.units > 1 for layer in trace.scenario.network.layers)
    delta = "over batch and neurons the root mean square of δ" if many else "δ"
    why = f"{_then(trace, found)} {delta} is {numeral(top)} at {far} and {numeral(low)} at {near}"
    if low:
        apart = times(top / low if vanishes else low / top, 3)
        why += f", {apart} times {'smaller' if vanishes else 'larger'}"
    if vanishes:
        name = _factor(of, layer)
        why += (
            f", most by {name} (× {numeral(factor, digits=3)})"
            if factor
            else f": {name} leaves nothing of it"
        )
    bound = f"less than {numeral(100.0 / FAR)} %" if vanishes else f"more than {numeral(FAR)} times as much"
    why += f"; {bound} arrives {_since(trace, found)}"
    return Told(
        f"The error {'vanishes' if vanishes else 'explodes'} on its way from {far} to {near}",
        f"{why}.",
        f"What is low learns {'next to ' if low else ''}nothing while the rest moves."
        if vanishes
        else "One learning rate is too large for what is low, or far too small for the rest.",
        _against_vanishing(trace, of, int(layer), nothing=not factor)
        if vanishes
        else "Smaller weights (recurrent ones of length 1: orthogonal), clip_norm, fewer layers or times.",
    )


def _factor(of: str, layer: str) -> str:
    """Return the name of a factor of an error."""
    letters = {str(group): letter for group, letter in PARAMETER_LETTERS.items()}
    return f"{letters[of]}{layer}" if of in letters else f"f'(z) of layer {layer}"


def _against_vanishing(trace: Trace, of: str, layer: int, *, nothing: bool) -> str:
    """Return what helps against the smallest of the factors of an error that vanishes."""
    activation = trace.scenario.network.layers[layer - 1].activation
    if of == "slopes":
        if nothing and is_cut_off(activation):
            return _listed(["weights and biases with which neurons of that layer are above 0", "leaky-relu"])
        flat = ["smaller weights below it", "inputs of about size 1"]
        return _listed([*(["relu or tanh for sigmoid"] if activation == "sigmoid" else flat), "fewer layers"])
    if of == "weights":
        if nothing:
            return _listed(["other weights at the start, drawn at random (init, with a seed)"])
        return _listed(["weights drawn to keep sizes (xavier, he)", "fewer layers"])
    return _listed(["recurrent weights of length 1 (orthogonal)", "fewer times"])


def _overshoot(trace: Trace, found: Finding) -> Told:
    symbol, (*some, share) = _symbol(trace, found), found.values
    values = ", ".join(numeral(value, digits=3) for value in some)
    plain = is_plain(trace.scenario.training)
    percent = numeral(100.0 * share, digits=3)
    whole = (
        "The whole gradient" if percent == "100" else f"Of the gradient's squared length {percent} % or more"
    )
    return Told(
        "Steps are too large: the gradient turns from update to update",
        f"{symbol} is {values} in four updates of one batch, the first at {where(trace, found)}. "
        f"{whole} turns so, {WINDOW} times.",
        "Each update jumps over the bottom of the valley and lands on its other side.",
        f"Halve the learning rate{', or let momentum and adam average the turns away' if plain else ''}.",
    )


def _rises(trace: Trace, found: Finding) -> Told:
    count, of, before, after = found.values
    one_batch, remembered = trace.shapes.batches == 1, _remembered(trace)
    means = (
        "Small steps downhill can't raise the loss they are made for: these are too large, or not downhill."
    )
    ways = ["a smaller learning rate"]
    if remembered is not None:
        state, setting = remembered
        means = (
            f"With {trace.scenario.training.optimizer} a step goes along {state}, in which past gradients "
            "live on, not along the present -∇C: C may rise for some iterations and fall again. Steps that "
            "are too large raise it, too."
        )
        ways.append(f"a smaller {setting}")
    if not one_batch:
        undone = "What one batch learns another may undo; a rise now and then is no fault, many are."
        means = undone if remembered is None else f"{undone} {means}"
        ways.append("a larger batch")
    ways = [*ways[:-1], f"or {ways[-1]}"] if len(ways) > 1 else ways
    helps = ", ".join(ways)
    return Told(
        f"The loss{'' if one_batch else ' of the same batch'} rises in {int(count):,} of "
        f"{counted(int(of), 'iteration')}",
        f"The worst rise is from {numeral(before)} to {numeral(after)}.",
        means,
        f"{helps[:1].upper()}{helps[1:]}; and see whether the gradient is right (m, diagnose).",
    )


def _remembered(trace: Trace) -> tuple[str, str] | None:
    """Return the letter of the state that a step goes along instead of the gradient, and of its setting.

    None where there is no such state: means of squares only shorten a step, number by number.
    """
    states = OPTIMIZERS[trace.scenario.training.optimizer].states
    for name, setting in (("velocity", "momentum"), ("first_moment", "beta1")):
        if name in states and getattr(trace.scenario.training, setting):
            return states[name].letter, SETTINGS[setting]
    return None


def _still(trace: Trace, found: Finding) -> Told:
    largest, rate, loss = found.values
    why = f"No parameter moves {_since(trace, found)}. The largest gradient is {numeral(largest)} at "
    why += f"η = {numeral(rate)}, and C is {numeral(loss)} then."
    if found.words:
        why += f" {_cancel(found.words)}."
    if not rate:
        means, ways = "The run is over before it begins: the rate is 0.", ["a learning rate above 0"]
    elif found.words:
        means = "It stands where the samples pull against each other: at a lowest point, or at a saddle."
        ways = ["other weights at the start, drawn at random", "more neurons: they tell which it is"]
    else:
        means = "The run is over before it is done: every gradient is 0, or too small for its parameter."
        ways = ["other weights at the start", *(["a larger learning rate"] if largest else [])]
    return Told("Nothing moves any more", why, means, _listed(ways))


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
