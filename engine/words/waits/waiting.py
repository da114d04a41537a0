"""What do the parameters of one layer wait for? In words for a line; why is `engine.words.waits.must_wait`.

Steps are numbered as the screen numbers them, from 1 over the whole run, samples from 1 within the batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from engine.facts.waiting import KEPT, Waiting, is_of_another, waiting
from engine.order.quantities import total_with
from engine.order.site import Site, Sort
from engine.words.steps.chips import chip

if TYPE_CHECKING:
    from engine.run.tracing import Trace

MOST_DETAIL, LEAST_DETAIL = 2, -3

Sense = Literal["early", "false", "read", "wait", "safe", "changed", "more"]
"""What words are about: a change that came too early, what is gathered and is not the gradient, who reads the
weights, until when they must wait, that they are safe now, their change in time, or what is told only beside
these, by which steps they are read."""


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
        self.safe_from = max(self._safe_from(group) for _, group in self.groups)
        self.safe = all(group.safe for _, group in self.groups)
        self.early = max(group.early for _, group in self.groups)
        self.read_now = any(group.read_now for _, group in self.groups)
        self.left = self.weights.contributions - self.weights.gathered

    @staticmethod
    def _safe_from(group: Waiting) -> int:
        """Return the step from which on nothing reads a group any more, and its gradient is known."""
        return max(group.safe_from, group.complete_from, group.length_from or 0)

    @property
    def waits(self) -> bool:
        """Whether a change would come too early still, or its gradient is not known yet."""
        return self.step + 1 < self.safe_from

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
    def is_last(self) -> bool:
        """Whether no iteration follows."""
        return self.iteration + 1 == self.trace.iterations

    @property
    def keeps(self) -> bool:
        """Whether what is gathered is never cleared, by mistake."""
        return self.trace.mistake == KEPT

    @property
    def label(self) -> str:
        """The names of what is updated: W2, or W2 U2."""
        return " ".join(f"{name}{self.number}" for name, _ in self.groups)

    @property
    def it(self) -> str:
        """What is updated, as it is called a second time."""
        return "them" if self.recurrent else "it"

    @property
    def gathered(self) -> str:
        """How much of the gradient has been added up; or that the last update has cleared the sum."""
        if self.weights.cleared:
            return "sum cleared"
        return f"gathered {self.weights.gathered:,} of {self.weights.contributions:,}"

    def share(self, parts: int) -> tuple[int, int]:
        """Return of how many parts, at most so many, the sum is made up, and how many of them are there."""
        parts = min(parts, self.weights.contributions)
        if self.weights.cleared or not self.weights.gathered:
            return parts, 0
        return parts, max(1, self.weights.gathered * parts // self.weights.contributions)

    def state(self, detail: int) -> list[tuple[str, Sense]]:
        """Return what is said behind what is gathered, in more or less detail (2 to -3): one form of each.

        How often the weights are still read, from when on they can change; then what only some have to say.
        """
        said: list[tuple[str, Sense]] = [] if detail == LEAST_DETAIL else [(self.reads, "read")]
        early = self._early(detail)
        if self.waits:
            said += [(f"safe from step {self.safe_from + 1:,}", "wait"), *early]
            ahead = () if self.safe else (self.readers(detail), self.of_biases(detail))
            more = " · ".join(filter(None, ahead))
            return [*said, (more, "more")] if more else said
        if self.early:
            return [*said, *early]
        if self.weights.changes:
            last = self.weights.changes - 1
            update = self.trace.schedule.update_step(self.iteration, self.number, last)
            return [*said, (f"changed by step {update + 1:,}", "changed")]
        if self.falsified:
            return [*said, ("not its gradient", "false")]
        # What this very step still reads was not safe before it.
        return [*said, ("safe after this step" if self.read_now else "safe to change", "safe")]

    def _early(self, detail: int) -> list[tuple[str, Sense]]:
        """Return how often the weights have changed too early, and when the order will change them so."""
        schedule, done = self.trace.schedule, self.updates_done
        many = "" if detail == LEAST_DETAIL or self.weights.contributions == 1 else f" {self.early:,}×"
        said = [f"too early{many}"] if self.early else []
        tells = detail >= LEAST_DETAIL + 2 + bool(said)  # that it comes sooner than that it comes again
        if tells and done < schedule.count(self.iteration, Sort("update", self.number)):
            following = schedule.update_step(self.iteration, self.number, done)
            if following < max(group.safe_from for _, group in self.groups):
                said.append(f"{'again' if said else 'too early'} at step {following + 1:,}")
        return [(", ".join(said), "early")] if said else []

    def of_biases(self, detail: int) -> str:
        """Return from when on the biases could change, where that is earlier and they do."""
        trained = self.trace.scenario.network.layers[self.number - 1].trains("biases")
        if detail < MOST_DETAIL or not trained or self.weights.length_from is not None:
            return ""
        biases = waiting(self.trace.schedule, self.step, self.number, "biases")
        if (begin := self._safe_from(biases)) == self.safe_from:
            return ""
        return f"b{self.number} {'already' if begin <= self.step + 1 else f'from step {begin + 1:,}'}"

    @property
    def reads(self) -> str:
        """How often the weights are still read in this iteration, after the step."""
        ahead = [(name, group.reads.count) for name, group in self.groups if group.reads.count]
        if not ahead:
            return "last read now" if self.read_now else "no reads left"
        counts = ", ".join(f"{f'{name} ' * self.recurrent}{count:,}" for name, count in ahead)
        return f"{counts} read{'s' * (ahead[-1][1] > 1)} left"

    def readers(self, detail: int) -> str:
        """Return by which steps the weights are still read: the next, and the last where there is room."""
        if detail < 0:
            return ""
        ahead, step = [group.reads for _, group in self.groups], self.trace.schedule.step
        following = min((reads.next for reads in ahead if reads.next is not None), key=step)
        final = max((reads.last for reads in ahead if reads.last is not None), key=step)
        first, last = (self.name_of(site, detail == MOST_DETAIL) for site in (following, final))
        return f"next read {first}{f', last {last}' * (detail > 0 and following != final)}"

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
        before = range(self.updates_done - 1, -1, -1)
        steps = (schedule.update_step(self.iteration, self.number, one) for one in before)
        groups = [group.parameter for _, group in self.groups]
        return next(step for step in steps if not all(is_of_another(schedule, step, one) for one in groups))

    @property
    def changes_now(self) -> bool:
        """Whether the step is an update of the layer."""
        return self.trace.schedule.is_of(self.step, Sort("update", self.number))

    @property
    def updates_done(self) -> int:
        """How many updates of the layer have been made in the iteration."""
        return self.trace.schedule.done(self.step, Sort("update", self.number))

    @property
    def has_all_changes(self) -> bool:
        """Whether no update of the layer is still to come in the iteration."""
        return self.updates_done == self.trace.schedule.count(self.iteration, Sort("update", self.number))

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
            text += f" of sample {site.sample - batch.start + 1:,}"
        return text + (f" (step {self.trace.schedule.step(site) + 1:,})" if numbered else "")
