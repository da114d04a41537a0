"""Which scenario is this, where in the run are we, and by what rules is it computed?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.mathematics.losses import LOSSES
from tui.draw.rows import Row, clip, length, plain
from tui.draw.wide import cells, shortened

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.replay.tracing import Trace


def status_row(trace: Trace, cursor: Cursor, width: int) -> Row:
    """Return the line with the title, the iteration, the sample, the step and the phase."""
    site, phase_now = trace.schedule.anchor(cursor.step), trace.schedule.site(cursor.step).phase
    phase = (f" {phase_now.upper():8} ", f"phase-{phase_now}")
    step: Row = ((f"step {cursor.step + 1}/{len(trace)}", "strong"), (" ", ""), phase)
    where = f"iteration {site.iteration + 1}/{trace.iterations}"
    batch = trace.shapes.batch(site.iteration)
    if site.sample is None:
        where += f" · all {len(batch)} samples" if len(batch) > 1 else ""
    elif trace.shapes.samples > 1:
        where += f" · sample {site.sample - batch.start + 1}/{len(batch)}"
        if len(batch) < trace.shapes.samples:
            where += f" of batch {site.iteration % trace.shapes.batches + 1}"
    if trace.shapes.sequences and site.time is not None:
        where += f" · time @{site.time} of 0-{trace.shapes.times - 1}"
    room = width - length(step) - len(where) - 4
    title = "" if room < 8 else shortened(trace.scenario.title, room)
    # The step and the phase are always there; in a narrow terminal the end of what is before them is not.
    where = plain(clip(((where, ""),), width - length(step) - 2))
    left = f" {title}  {where}" if title else f" {where}"
    gap = width - cells(left) - length(step)
    return clip(
        ((left[: len(left) - len(where)], "heading"), (where, ""), (" " * max(1, gap), ""), *step), width
    )


def facts_row(trace: Trace, cursor: Cursor, width: int, progress: str) -> Row:
    """Return the line that states the loss with its factor, the reduction, the rate and the order.

    The iteration in which the user broke the rule is in neither of the two orders.

    `progress` stands at the end: how much of the run has been computed, and who is led or followed.
    """
    scenario, iteration = trace.scenario, trace.schedule.site(cursor.step).iteration
    training = scenario.training
    trained = {layer.train_biases for layer in scenario.network.layers}
    biases = (
        "some biases fixed" if len(trained) > 1 else "biases train" if True in trained else "biases fixed"
    )
    facts = [
        "broken order" if iteration == trace.broken_iteration else f"{trace.order} order",
        f"C = {LOSSES[scenario.network.loss].formula}",
        f"{training.reduction} over the batch" if training.batch_size > 1 else "",
        "δ = ∂C/∂z",
        f"η = {training.learning_rate:g}",
        biases,
    ]
    done = f" {progress} " if progress else ""
    broken: Row = ()
    if trace.broken_iteration is not None:
        broken = ((f" rule broken in iteration {trace.broken_iteration + 1} ", "warning"),)
    text = " " + " · ".join(fact for fact in facts if fact)
    room = width - len(done)
    row = clip((*broken, (text.ljust(max(0, room - length(broken))), "dim")), room)
    return (*row, (done, "strong")) if done else row
