"""Why can't this weight change yet? A line for each layer, and the reason for the active one.

Steps are numbered as the screen numbers them, from 1 over the whole run, samples from 1 within the
batch. All counts come from the engine; here they are put into words, the longest that fit.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from engine.cursor import active_layer
from engine.waiting import Waiting, waiting
from tui.draw.rows import Row, Run, clip, length
from tui.draw.timeline import chip

if TYPE_CHECKING:
    from engine.cursor import Cursor
    from engine.site import Site
    from engine.tracing import Trace

_ROOM_FOR_SENTENCE = 4  # rows from which the reason stays when not every layer has a line
_MOST_DETAIL, _LEAST_DETAIL = 2, -3


def waiting_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return a line for each layer from L to 1 (around the active one), and why it must wait or not."""
    if height <= 0:
        return []
    active, layers = active_layer(trace, cursor.step), trace.shapes.layers
    lines = min(layers, height)
    if layers > height >= _ROOM_FOR_SENTENCE:
        lines = height - 1
    top = max(lines, min(layers, active + lines // 2))
    shown = [Layer(trace, cursor.step, layer) for layer in range(top, top - lines, -1)]
    label = max(len(layer.label) for layer in shown)
    gathered = max(len(layer.gathered) for layer in shown)
    rows = [_line(layer, label, gathered, width, active=layer.number == active) for layer in shown]
    room = height - lines
    reasons = Layer(trace, cursor.step, active).reasons() if room else ()
    sentences = [wrap(reason, max(20, width - 3)) for reason in reasons]
    for sentence in sentences:
        if len(sentence) <= room:
            rows += [clip(((f"  {text}", "words"),), width) for text in sentence]
            break
    return rows


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
            if detail > _LEAST_DETAIL:
                runs.append((self._reads(detail), "symbol"))
            return [*runs, (f"safe from step {self.safe_from + 1}{self._of_biases(detail)}", "strong")]
        if self.left:
            runs.append(("nothing reads it any more" if detail > -1 else "not read any more", "symbol"))
            return [*runs, (self._missing(detail), "dim")] if detail > _LEAST_DETAIL else runs
        if self.weights.changes:
            if not self.early:
                update = self.trace.schedule.update_step(
                    self.iteration, self.number, self.weights.changes - 1
                )
                made = f"changed by step {update + 1}" if update != self.step else "changed now"
                runs.append((made, "done-update"))
            nothing = "nothing of this iteration reads it any more"
            return [*runs, (nothing if detail > 0 else "nothing reads it any more", "dim")]
        if detail > 0 and any(group.read_now for _, group in self.groups):
            return [("read by this step for the last time: safe to change", "strong")]
        return [("nothing reads it any more: safe to change", "strong")]

    def _of_biases(self, detail: int) -> str:
        """Return from when on the biases could change, where that is earlier and they do."""
        trained = self.trace.scenario.network.layers[self.number - 1].train_biases
        if detail < _MOST_DETAIL or not trained:
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
        numbered = detail == _MOST_DETAIL
        if following == final:
            names = " and ".join(name for name, _ in ahead) + " " if self.recurrent else ""
            by = f", by {self._site(following, numbered)}" if detail > -2 else ""
            return f"{names}read once more{by}"
        if self.recurrent:
            text = ", ".join(f"{name} {reads.count}×" for name, reads in ahead)
            text = f"still read: {text}" if detail > -1 else f"to read: {text}"
        else:
            count = ahead[0][1].count
            text = f"read {count} more times" if detail > -1 else f"{count} reads left"
        if detail == -2:
            return text
        text += f", next {'by ' if detail > 0 else ''}{self._site(following, numbered)}"
        return text + (f", last by {self._site(final, numbered)}" if detail > 0 else "")

    def _missing(self, detail: int) -> str:
        following = self.weights.missing.next
        if following is None:
            return "its last gradient comes next" if self.weights.contributions > 1 else "gradient comes next"
        text = f"waits for {self.left} gradient{'s' if self.left > 1 else ''}"
        if detail == -2:
            return text
        text += f", next {self._site(following, detail == _MOST_DETAIL)}"
        return text + (f", complete from step {self.weights.complete_from + 1}" if detail > 0 else "")

    def _site(self, site: Site, numbered: bool = True) -> str:
        """Return what a step is called here, such as δ1@2 of sample 4."""
        batch = self.trace.shapes.batch(self.iteration)
        text = chip(site)
        if self.trace.shapes.sequences:
            text += f"@{site.time}"
        if len(batch) > 1 and site.sample is not None:
            text += f" of sample {site.sample - batch.start + 1}"
        return text + (f" (step {self.trace.schedule.step(site) + 1})" if numbered else "")

    def reasons(self) -> tuple[str, str]:
        """Return why the layer must wait or need not, in a full sentence and in a short one."""
        if not self.safe:
            return self._reasons_to_wait()
        name, has, it = self.label, "has", "it"
        if self.recurrent:
            name, has, it = self.label.replace(" ", " and "), "have", "them"
        if self.left:
            return self._reasons_to_gather(name)
        if self.early:
            return (
                f"{name} changed {_times(self.early)} while steps of this iteration still read {it}, so the "
                f"gradients gathered do not all belong to one network.",
                f"{name} changed too early, {_times(self.early)}.",
            )
        if self.weights.changes:
            last = self.iteration + 1 == self.trace.iterations
            then = "no iteration follows" if last else f"the next iteration begins with {it}"
            return (
                f"{name} {has} the new value, which no step of this iteration reads; {then}.",
                f"{name} {has} the new value; {then}.",
            )
        whole = (
            "The gradient is complete" if self.weights.contributions == 1 else "All gradients are gathered"
        )
        return (
            f"{whole} and no step of this iteration reads {name} any more: a change now spoils nothing.",
            f"No step reads {name} any more: a change now spoils nothing.",
        )

    def _reasons_to_gather(self, name: str) -> tuple[str, str]:
        following = self.weights.missing.next
        coming = "the next step adds the last" if following is None else f"{self._site(following)} comes next"
        if self.weights.contributions == 1:
            coming = (
                "the next step forms it" if following is None else f"it waits for {self._site(following)}"
            )
            whole = "its gradient is not formed yet"
        else:
            whole = f"an update needs the sum of all {self.weights.contributions} gradients"
        return (
            f"Nothing reads {name} any more, so a change would spoil nothing, but {whole}: {coming}.",
            f"Nothing reads {name} any more, but it lacks gradients: {coming}.",
        )

    def _reasons_to_wait(self) -> tuple[str, str]:
        following, name, early = min(
            (
                (group.reads.next, name, group.early)
                for name, group in self.groups
                if group.reads.next is not None
            ),
            key=lambda found: self.trace.schedule.step(found[0]),
        )
        symbol, reader = f"{name}{self.number}", self._site(following)
        must_wait = f"{symbol} must wait: {reader}"
        too_early = f"{symbol} changed too early: {reader}"
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
            samples = len(self.trace.shapes.batch(self.iteration)) > 1
            many = [*(["sample"] if samples else []), *(["time"] if self.trace.shapes.times > 1 else [])]
            every = " and ".join(many)
            same = f", and every {every} of an iteration must meet the same {symbol}" if many else ""
            return (f"{must_wait} still computes with it{same}.", f"{must_wait} still reads it.")
        way = "from the next time" if name == "U" else f"from layer {self.number}"
        return (
            f"{must_wait} gets its error {way} through {symbol}, and that must be the {symbol} of the "
            f"forward pass.",
            f"{must_wait} still reads it.",
        )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _line(layer: Layer, label: int, gathered: int, width: int, *, active: bool) -> Row:
    """Return the line of a layer with the most detail that fits."""
    row: Row = ()
    for detail in range(_MOST_DETAIL, _LEAST_DETAIL - 1, -1):
        row = (
            (layer.label.ljust(label), "chosen" if active else "strong"),
            ("  ", ""),
            (layer.gathered.ljust(gathered), "symbol" if layer.weights.gathered else "unknown"),
        )
        for text in layer.state(detail):
            row = (*row, (" · ", "dim"), text)
        if length(row) <= width:
            return row
    return clip(row, width)
