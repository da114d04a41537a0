"""Which scenario is this, where in the run are we, and by what rules is it computed?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.equations.losses import LOSSES
from engine.words.runs.branched import origin_words
from tui.draw.kit.rows import Row, clip, length, plain
from tui.draw.kit.wide import cells, shortened, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace


_SHORTEST_TITLE, _LONGEST_HEAD = 6, 20  # cells; a head of more may be cut
_WIDE = 100  # cells from which facts have whole words: they are the same whatever stands behind them


def status_row(trace: Trace, cursor: Cursor, width: int) -> Row:
    """Return the line with the title, the iteration, the sample, the step and the phase.

    The title, and in how many words the rest is said, are the same at all steps of a run.
    """
    site, phase_now = trace.schedule.anchor(cursor.step), trace.schedule.site(cursor.step).phase
    phase = (f" {phase_now.upper():8} ", f"phase-{phase_now}")
    step: Row = ((f"step {cursor.step + 1:,} of {len(trace):,}", "strong"), (" ", ""), phase)
    title, head = trace.scenario.title, trace.scenario.title.partition(":")[0]
    shapes, size = trace.shapes, min(trace.scenario.training.batch_size, trace.shapes.samples)
    longest = _places(trace, trace.iterations - 1, range(size), size - 1, shapes.times - 1)
    here = _places(trace, site.iteration, shapes.batch(site.iteration), site.sample, site.time)
    most = width - cells(f"step {len(trace):,} of {len(trace):,} {phase[0]}") - len(str(shapes.batches)) - 5
    for where, long in zip(here, longest, strict=True):  # noqa: B007
        room = most - len(long)
        if room >= min(cells(head), _LONGEST_HEAD):
            break
    title = _fitting(title, head, room)
    # The step and the phase are always there; in a narrow terminal the end of what is before them is not.
    where = plain(clip(((where, ""),), width - length(step) - 4))
    gap = width - cells(title) - len(where) - length(step) - 4
    return clip(((f" {title}", "author"), (f"{' ' * max(0, gap)}{where} · ", ""), *step), width)


def _fitting(title: str, head: str, room: int) -> str:
    """Return a title, or else its head, up to the colon; that is cut between words if it has any."""
    if cells(kept := title) <= room or cells(kept := head) <= room:
        return kept
    words = wrapped(head, max(1, room - 1))[0]
    cut = f"{words}…" if head.startswith(f"{words} ") else shortened(head, room)
    return cut if _SHORTEST_TITLE <= cells(cut) <= room else ""


def _places(trace: Trace, place: int, batch: range, sample: int | None, at: int | None) -> Iterator[str]:
    """Yield where in the run a step is, in fewer and fewer words; whose network this is needs some, too."""
    shapes, size = trace.shapes, len(batch)
    iteration, of_run = f"iteration {place + 1:,}", f" of {trace.iterations:,}"
    batches = samples = time = of_times = ""
    if sample is None:
        samples = f" · all {size:,} samples" if size > 1 else ""
    elif shapes.samples > 1:
        if size < shapes.samples:
            batches = f" · batch {place % shapes.batches + 1:,}"
        if size > 1:
            samples = f" · sample {sample - batch.start + 1:,} of {size:,}"
    if shapes.sequences and at is not None:
        time, of_times = f" · time {at}", f" (0 to {shapes.times - 1})"
    # How many times there are is seen in the timeline, iterations at the last step, samples at an update.
    yield f"{iteration}{of_run}{batches}{samples}{time}{of_times}"
    yield f"{iteration}{of_run}{batches}{samples}{time}"
    yield f"{iteration}{batches}{samples}{time}"
    yield f"{iteration}{samples}{time}"
    yield f"{iteration}{samples.partition(' of ')[0].removesuffix(' samples')}{time}"


def facts_row(trace: Trace, cursor: Cursor, width: int, progress: str, *, rules: bool = True) -> Row:
    """Return the line that states the loss with its factor, the reduction, the rate and the order.

    The iteration in which the user broke the rule is in no order of the table; those after it are, but
    begin with weights that no unbroken run has.

    `progress` stands at the end: how much of the run has been computed, and who is led or followed. Of
    facts for which there is no room the least needed go first: the formulas on screen use the others.
    Without `rules` it stands alone.
    """
    scenario, iteration = trace.scenario, trace.schedule.site(cursor.step).iteration
    training = scenario.training
    trained = {layer.trains("biases") for layer in scenario.network.layers}
    biases = (
        "some biases fixed" if len(trained) > 1 else "biases train" if True in trained else "biases fixed"
    )
    order, loss = f"{trace.order} order", f"C = {LOSSES[scenario.network.loss].formula_text}"
    reduction = f"batch {training.reduction}" if width < _WIDE else f"{training.reduction} over the batch"
    reduction = reduction if training.batch_size > 1 else ""
    sign, rate = "δ = ∂C/∂z", f"η = {training.learning_rate:g}"
    descent = "" if training.optimizer == "sgd" else training.optimizer
    decay = f"λ = {training.weight_decay:g}" if training.weight_decay else ""
    clipping = f"clipped to {training.clip_norm:g}" if training.clip_norm is not None else ""
    rate = " · ".join(fact for fact in (descent, rate, decay, clipping) if fact)
    done = f" {progress} " if progress else ""
    broken = _broken(trace, iteration)
    if trace.origin is not None:
        broken = ((f" {origin_words(trace)} ", "strong"), *broken)
    if trace.mistake is not None:
        broken = (*broken, (f" mistake: {trace.mistake} ", "warning"))
    if iteration == trace.broken_iteration:
        order = ""
    room = width - len(done)
    if not rules:
        return ((" " * room, ""), (done, "strong")) if done else ()
    for facts in (
        (order, loss, reduction, sign, rate, biases),
        (order, loss, reduction, sign, rate),
        (order, loss, reduction, rate),
        (order, loss, rate),
        (order, rate),
    ):
        text = " " + " · ".join(fact for fact in facts if fact)
        if length(broken) + len(text) <= room:
            break
    row = clip((*broken, (text.ljust(max(0, room - length(broken))), "dim")), room)
    return (*row, (done, "strong")) if done else row


def _broken(trace: Trace, iteration: int) -> Row:
    """Return what the break of the rule means for an iteration; nothing where it means nothing."""
    broken = trace.broken_iteration
    if broken is None:
        return ()
    # Imported when a rule has been broken: most sessions never need it.
    from engine.words.disturbed import by_hand_alone

    by_hand = by_hand_alone(trace)
    if iteration == broken:
        return ((" set by hand " if by_hand else " broken order ", "warning"),)
    if iteration > broken:
        which = f"iteration {broken + 1}, set by hand" if by_hand else f"broken iteration {broken + 1}"
        return ((f" weights from {which} ", "warning"),)
    what = "weights set by hand" if by_hand else "rule broken"
    return ((f" {what} in iteration {broken + 1} ", "warning"),)
