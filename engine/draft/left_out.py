"""What of a run is not in the scenario that is written at a step of it, and what is to be known of that?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.draft.named_columns import named_table
from engine.equations.optimizers import OPTIMIZERS
from engine.numerals import counted
from engine.order.quantities import PARAMETERS
from engine.order.sound import hurries
from engine.run.change import DATA
from engine.run.standing import updated_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.run.tracing import Trace


class Remark(NamedTuple):
    """What the file goes without, in a few words, and all of it in a sentence."""

    short: str
    sentence: str


def remarks_on_here(trace: Trace, step: int) -> Iterator[Remark]:
    """Yield what a scenario with the parameters after a step (0-based) does not carry of the run."""
    site, shapes = trace.schedule.site(step), trace.shapes
    whole = step + 1 == trace.schedule.first_step(site.iteration + 1)
    updated = updated_at(trace, step)
    following = site.iteration + int(whole)
    if following or updated:
        yield from _remarks_on_memory(trace)
    if updated and not whole and not hurries(trace.order) and len(updated) < shapes.layers:
        layers = ", ".join(map(str, updated))
        yield Remark(
            "the other updates of this iteration",
            f"In the middle of the updates of iteration {site.iteration + 1:,}: "
            f"{'layer' if len(updated) == 1 else 'layers'} {layers} updated, the others not yet.",
        )
    if following % shapes.batches:
        following = following % shapes.batches + 1
        says = (
            f"Its first iteration takes the first batch; here batch {following} of {shapes.batches} is next."
        )
        yield Remark("its place in the data", says)
    yield from _remarks_on_names(trace)


def remarks_on_start(trace: Trace) -> Iterator[Remark]:
    """Yield what a scenario with the parameters of the start does not carry of a run."""
    run: Trace | None = trace
    while run is not None and run.origin is not None:
        origin = run.origin
        if origin.change is not None and origin.iteration:
            yield _remark_on_change(origin.change.words, origin.change.what, origin.iteration)
        run = origin.parent
    if trace.breaks:
        number = counted(len(trace.breaks), "update")
        yield Remark("updates out of turn", f"{number} out of turn: a scenario has none.")
    yield from _remarks_on_names(trace)


def _remark_on_change(words: str, what: str, iteration: int) -> Remark:
    if what in PARAMETERS:
        return Remark(words, f"{words} from iteration {iteration + 1:,} on is not in it.")
    where = "a number of the data" if what in DATA else "a setting"
    return Remark(
        f"when {words} began", f"{words} holds from the start: {where} is the same in every iteration."
    )


def _remarks_on_names(trace: Trace) -> Iterator[Remark]:
    names = trace.scenario.names
    if (names.inputs or (names.outputs and not names.classes)) and named_table(trace.scenario) is None:
        yield Remark("the names of columns", "The names of the columns of the data are not in it.")


def _remarks_on_memory(trace: Trace) -> Iterator[Remark]:
    """Yield what one iteration leaves to the next beside the parameters."""
    training = trace.scenario.training
    row = OPTIMIZERS[training.optimizer]
    if row.states:
        names = " and ".join((*row.states, *(["the number of updates"] if row.powers else [])))
        says = f"What {training.optimizer} remembers ({names}) is not in a scenario: it begins anew."
        yield Remark(f"what {training.optimizer} remembers", says)
    if {"weight_total", "bias_total"} & {one.name for one in trace.parameters(trace.begins).state}:
        says = f"The gradients that {training.mistake} has kept are not in a scenario: they begin at 0."
        yield Remark("the gradients that were kept", says)
