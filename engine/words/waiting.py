"""What do the parameters of one layer wait for, and why? In words for a line, and in sentences.

Steps are numbered as the screen numbers them, from 1 over the whole run, samples from 1 within the batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.waiting import Waiting, is_of_another, waiting
from engine.order.loops import Sort
from engine.order.quantities import total_with
from engine.order.site import Site
from engine.words.chips import chip
from engine.words.disturbed import reason

if TYPE_CHECKING:
    from engine.run.tracing import Trace

MOST_DETAIL, LEAST_DETAIL = 2, -3


class Layer:
    """The words for what the weights (and recurrent weights) of one layer wait for at a step."""

    def __init__(self, trace: Trace, step: int, layer: int) -> None:
        self.trace = trace
        self.step = step
        self.number = layer
        schedule, shapes = trace.schedule, trace.shapes
        self.recurrent = shapes.recurrent[layer - 1]
        self.weights = waiting(schedule, step, layer, "weights")
        self.groups: list[tuple[str, Waiting]] = [("W", self.weights)]
        if self.recurrent:
            self.groups.append(("U", waiting(schedule, step, layer, "recurrent_weights")))
        self.iteration = schedule.site(step).iteration
        self.safe_from = max(self.weights.length_from or 0, *(group.safe_from for _, group in self.groups))
        self.safe = all(group.safe for _, group in self.groups)
        self.early = max(group.early for _, group in self.groups)
        self.read_now = any(group.read_now for _, group in self.groups)
        self.left = self.weights.contributions - self.weights.gathered

    @property
    def falsified(self) -> bool:
        """Whether all is gathered, but not the gradient: it was formed with what had not waited."""
        if self.left or not self.trace.disturbed:
            return False
        # Imported when a trace is disturbed: most sessions never need it.
        from engine.facts.beside.right import wrong_in

        last = self.trace.schedule.last_gradient(self.iteration, self.number)
        totals = (wrong_in(self.trace, total_with(last, group.parameter)) for _, group in self.groups)
        return any(wrong is not None and wrong.any() for wrong in totals)

    @property
    def label(self) -> str:
        """The names of what is updated: W2, or W2 U2."""
        return " ".join(f"{name}{self.number}" for name, _ in self.groups)

    @property
    def gathered(self) -> str:
        """How much of the gradient has been added up."""
        if not self.weights.gathered:
            return "no gradient yet"
        return f"gathered {self.weights.gathered}/{self.weights.contributions}"

    def of_biases(self, detail: int) -> str:
        """Return from when on the biases could change, where that is earlier and they do."""
        trained = self.trace.scenario.network.layers[self.number - 1].trains("biases")
        if detail < MOST_DETAIL or not trained or self.weights.length_from is not None:
            return ""
        biases = waiting(self.trace.schedule, self.step, self.number, "biases")
        if biases.safe_from == self.safe_from:
            return ""
        when = "already" if biases.safe else f"from step {biases.safe_from + 1:,}"
        return f" (b{self.number} {when})"

    def reads(self, detail: int) -> str:
        """Return how often the weights are still read, and by which steps."""
        ahead = [(name, group.reads) for name, group in self.groups if group.reads.count]
        step = self.trace.schedule.step
        following = min((reads.next for _, reads in ahead if reads.next is not None), key=step)
        final = max((reads.last for _, reads in ahead if reads.last is not None), key=step)
        numbered = detail == MOST_DETAIL
        if following == final:
            names = " and ".join(name for name, _ in ahead) + " " if self.recurrent else ""
            by = f", by {self.name_of(following, numbered)}" if detail > -2 else ""
            return f"{names}read once more{by}"
        if self.recurrent:
            text = ", ".join(f"{name} {reads.count}×" for name, reads in ahead)
            text = f"still read: {text}" if detail > -1 else f"to read: {text}"
        else:
            count = ahead[0][1].count
            text = f"read {count} more times" if detail > -1 else f"{count} reads left"
        if detail == -2:
            return text
        text += f", next {'by ' if detail > 0 else ''}{self.name_of(following, numbered)}"
        return text + (f", last by {self.name_of(final, numbered)}" if detail > 0 else "")

    def unread(self, detail: int) -> str:
        """Return that no later step reads the weights; the step itself may."""
        if self.read_now:
            return "read by this step for the last time" if detail > -1 else "last read now"
        return "nothing reads it any more" if detail > -1 else "not read any more"

    def missing(self, detail: int) -> str:
        """Return which gradients are still to be gathered."""
        following = self.weights.missing.next
        if following is None:
            return "its last gradient comes next" if self.weights.contributions > 1 else "gradient comes next"
        text = f"waits for {self.left} gradient{'s' if self.left > 1 else ''}"
        if detail == -2:
            return text
        text += f", next {self.name_of(following, detail == MOST_DETAIL)}"
        return text + (f", complete from step {self.weights.complete_from + 1:,}" if detail > 0 else "")

    def of_length(self, detail: int) -> str:
        """Return what is said where only the length of all gradients is missing, which clipping needs."""
        text = "clipping needs all gradients"
        return text + (f", complete from step {self.safe_from + 1:,}" if detail > 0 else "")

    def nothing_comes_through(self, name: str, reader: Site) -> str | None:
        """Return the delta that a step on the way back multiplies W or U by, if it can't be but 0 there.

        It is where no loss depends on the layer's neurons of that time.
        """
        later = reader.time if name == "W" else (reader.time or 0) + 1
        if reader.kind != "delta" or reader.sample is None or later is None:
            return None
        times = self.trace.shapes.has_target[reader.sample, later:].tolist()
        if times and times[0]:  # there is a loss right there
            return None
        # Imported where a time has no target: the first frame needs no chain rule.
        from engine.facts.chain.ways import ways_at_first

        now = ways_at_first(self.trace.scenario, times)
        at = f"@{later}" if self.trace.shapes.sequences else ""
        return None if now[self.number - 1].paths else f"δ{self.number}{at}"

    @property
    def _latest_change(self) -> int:
        """The step of the latest change of the weights of the layer in this iteration."""
        schedule = self.trace.schedule
        done = schedule.done(self.step, Sort("update", self.number))
        steps = (schedule.update_step(self.iteration, self.number, one) for one in range(done - 1, -1, -1))
        groups = [group.parameter for _, group in self.groups]
        return next(step for step in steps if not all(is_of_another(schedule, step, one) for one in groups))

    @property
    def unread_before_its_change(self) -> bool:
        """Whether the layer was changed, for the last time, before any step of this iteration read it."""
        return not self.trace.schedule.before(self._latest_change, Sort("forward", self.number))

    def met_changed(self, name: str, reader: Site) -> bool:
        """Return whether W or U had changed when a sample that is on its way back came forward."""
        time = reader.time if name == "W" else (reader.time or 0) + 1
        forward = Site("forward", self.iteration, reader.sample, time, self.number)
        return self.trace.schedule.step(forward) > self._latest_change

    def name_of(self, site: Site, numbered: bool = True) -> str:
        """Return what a step is called here, such as δ1@2 of sample 4."""
        batch = self.trace.shapes.batch(self.iteration)
        text = chip(self.trace.shapes, site)
        if self.trace.shapes.sequences:
            text += f"@{site.time}"
        if len(batch) > 1 and site.sample is not None:
            text += f" of sample {site.sample - batch.start + 1}"
        return text + (f" (step {self.trace.schedule.step(site) + 1:,})" if numbered else "")


def reasons(layer: Layer) -> tuple[str, str]:
    """Return why the layer must wait or need not, in a full sentence and in a short one."""
    if not layer.safe:
        return _reasons_to_wait(layer)
    name, has, it = layer.label, "has", "it"
    if layer.recurrent:
        name, has, it = layer.label.replace(" ", " and "), "have", "them"
    if layer.left:
        return _reasons_to_gather(layer, name)
    if not layer.weights.measured:
        last = layer.trace.schedule.site(layer.safe_from - 1)
        return (
            f"{_unread(layer, name)}, but what it changes by is not known: clipping shortens every "
            f"gradient by the length of all together, and the last comes with {layer.name_of(last)}.",
            f"{_unread(layer, name)}, but clipping needs all gradients.",
        )
    if layer.early:
        return (
            f"{name} changed {_times(layer.early)} while steps of this iteration still read {it}, so the "
            f"gradients gathered do not all belong to one network.",
            f"{name} changed too early, {_times(layer.early)}.",
        )
    if layer.weights.changes:
        if layer.iteration + 1 == layer.trace.iterations:
            then = "no iteration follows"
            return (
                f"{name} {has} the new value, which no step of this iteration reads; {then}.",
                f"{name} {has} the new value; {then}.",
            )
        kept = layer.trace.mistake == "gradient-kept"
        sum_ = "not cleared: the next iteration adds to it" if kept else "cleared: the next gathers from 0"
        return (
            f"{name} {has} the new value, and the next iteration begins with {it}. The sum is {sum_}.",
            f"{name} {has} the new value. The sum is {sum_}.",
        )
    if layer.falsified:
        return (
            f"No step of this iteration reads {name} any more, but what is gathered is not the gradient: "
            f"{reason(layer.trace)}.",
            f"No step reads {name} any more, but what is gathered is not the gradient.",
        )
    whole = "The gradient is complete" if layer.weights.contributions == 1 else "All gradients are gathered"
    return (
        f"{whole} and no step of this iteration reads {name} any more: a change now spoils nothing.",
        f"No step reads {name} any more: a change now spoils nothing.",
    )


def _unread(layer: Layer, name: str) -> str:
    return f"After this step nothing reads {name}" if layer.read_now else f"Nothing reads {name} any more"


def _reasons_to_gather(layer: Layer, name: str) -> tuple[str, str]:
    following = layer.weights.missing.next
    coming = (
        "the next step adds the last"
        if following is None
        else f"the next comes with {layer.name_of(following)}"
    )
    if layer.weights.contributions == 1:
        coming = "the next step forms it" if following is None else f"it waits for {layer.name_of(following)}"
        whole = "its gradient is not formed yet"
    else:
        whole = f"an update needs the sum of all {layer.weights.contributions} gradients"
    return (
        f"{_unread(layer, name)}, so a change would spoil nothing, but {whole}: {coming}.",
        f"{_unread(layer, name)}, but it lacks gradients: {coming}.",
    )


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
    too_early = f"{symbol} changed too early: {reader}"
    nothing = layer.nothing_comes_through(name, following)
    if nothing is not None:
        # It counts as a reader all the same, though whatever the weight is, it is multiplied by 0.
        return (
            f"{symbol} is still read, by {reader}, though nothing comes through it there: {nothing} is 0, as "
            f"no loss depends on it.",
            f"{symbol} is still read by {reader}, times {nothing} = 0.",
        )
    if early and layer.unread_before_its_change:
        return (
            f"{symbol} changed before any step of this iteration read it: {reader} reads the new one, as all "
            f"others do.",
            f"{symbol} changed before any step read it.",
        )
    if early and following.kind == "delta" and layer.met_changed(name, following):
        return (
            f"{too_early} and the forward pass of this sample read the new {symbol}, the samples before it "
            f"the old one.",
            f"{too_early} reads the new one.",
        )
    if early and following.kind == "delta":
        return (
            f"{too_early} carries an error back through the new {symbol}, but the forward pass used the "
            f"old one.",
            f"{too_early} reads the new one.",
        )
    if early:
        return (
            f"{too_early} computes with the new {symbol}, so this sample meets another network than the "
            f"one before it.",
            f"{too_early} reads the new one.",
        )
    if following.kind == "forward":
        samples = len(layer.trace.shapes.batch(layer.iteration)) > 1
        many = [*(["sample"] if samples else []), *(["time"] if layer.trace.shapes.times > 1 else [])]
        every = " and ".join(many)
        same = f", and every {every} of an iteration must meet the same {symbol}" if many else ""
        return (f"{must_wait} still computes with it{same}.", f"{must_wait} still reads it.")
    way = "from the next time" if name == "U" else f"from layer {layer.number}"
    return (
        f"{must_wait} gets its error {way} through {symbol}, and that must be the {symbol} of the "
        f"forward pass.",
        f"{must_wait} still reads it.",
    )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
