"""What do the parameters of one layer wait for? The words of its line, in more or less detail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.waiting import Waiting, waiting
from engine.order.quantities import TOTAL_OF, Reference
from tui.draw.frame.timeline import chip
from tui.draw.marks.wrong import WRONG, wrong_in

if TYPE_CHECKING:
    from engine.order.site import Site
    from engine.run.tracing import Trace
    from tui.draw.kit.rows import Run

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
        self.safe_from = max(group.safe_from for _, group in self.groups)
        self.safe = all(group.safe for _, group in self.groups)
        self.early = max(group.early for _, group in self.groups)
        self.left = self.weights.contributions - self.weights.gathered

    @property
    def falsified(self) -> bool:
        """Whether all is gathered, but not the gradient: it was formed with what had not waited."""
        last = self.trace.shapes.batch(self.iteration).stop - 1
        totals = (
            wrong_in(self.trace, Reference(TOTAL_OF[group.parameter], self.iteration, self.number, last, 0))
            for _, group in self.groups
        )
        return not self.left and any(wrong is not None and wrong.any() for wrong in totals)

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

    def state(self, detail: int) -> list[Run]:
        """Return the rest of the line, in more or less detail (2 to -3)."""
        runs: list[Run] = []
        if self.early:
            many = "" if self.weights.contributions == 1 else f" {self.early}×"
            runs.append((f"changed too early{many}" if detail > -1 else f"too early{many}", "warning"))
        if not self.safe:
            if detail > LEAST_DETAIL:
                runs.append((self._reads(detail), "symbol"))
            return [*runs, (f"safe from step {self.safe_from + 1}{self._of_biases(detail)}", "strong")]
        if self.left:
            runs.append(("nothing reads it any more" if detail > -1 else "not read any more", "symbol"))
            return [*runs, (self._missing(detail), "dim")] if detail > LEAST_DETAIL else runs
        if self.weights.changes:
            if not self.early:
                update = self.trace.schedule.update_step(
                    self.iteration, self.number, self.weights.changes - 1
                )
                made = f"changed by step {update + 1}" if update != self.step else "changed now"
                runs.append((made, "done-update"))
            nothing = "nothing of this iteration reads it any more"
            return [*runs, (nothing if detail > 0 else "nothing reads it any more", "dim")]
        if self.falsified:
            runs.append(("not read any more", "symbol"))
            return [*runs, (f"{WRONG} what is gathered is not its gradient", "warning")]
        if detail > 0 and any(group.read_now for _, group in self.groups):
            return [("read by this step for the last time: safe from now on", "strong")]
        return [("nothing reads it any more: safe to change", "strong")]

    def _of_biases(self, detail: int) -> str:
        """Return from when on the biases could change, where that is earlier and they do."""
        trained = self.trace.scenario.network.layers[self.number - 1].trains("biases")
        if detail < MOST_DETAIL or not trained:
            return ""
        biases = waiting(self.trace.schedule, self.step, self.number, "biases")
        if biases.safe_from == self.safe_from:
            return ""
        when = "already" if biases.safe else f"from step {biases.safe_from + 1}"
        return f" (b{self.number} {when})"

    def _reads(self, detail: int) -> str:
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

    def _missing(self, detail: int) -> str:
        following = self.weights.missing.next
        if following is None:
            return "its last gradient comes next" if self.weights.contributions > 1 else "gradient comes next"
        text = f"waits for {self.left} gradient{'s' if self.left > 1 else ''}"
        if detail == -2:
            return text
        text += f", next {self.name_of(following, detail == MOST_DETAIL)}"
        return text + (f", complete from step {self.weights.complete_from + 1}" if detail > 0 else "")

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
        from engine.facts.chain.ways import ways_to_losses

        *_, now = ways_to_losses(self.trace.scenario, times)
        at = f"@{later}" if self.trace.shapes.sequences else ""
        return None if now[self.number - 1].paths else f"δ{self.number}{at}"

    def name_of(self, site: Site, numbered: bool = True) -> str:
        """Return what a step is called here, such as δ1@2 of sample 4."""
        batch = self.trace.shapes.batch(self.iteration)
        text = chip(self.trace.shapes, site)
        if self.trace.shapes.sequences:
            text += f"@{site.time}"
        if len(batch) > 1 and site.sample is not None:
            text += f" of sample {site.sample - batch.start + 1}"
        return text + (f" (step {self.trace.schedule.step(site) + 1})" if numbered else "")
