"""Which scenario is this, where in the run are we, and by what rules is it computed?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.words.runs.branched import origin_words
from engine.words.runs.rules import rules as rules_of
from engine.words.steps.where import places
from tui.draw.kit.rows import Row, clip, first_fitting, length, plain
from tui.draw.kit.wide import cells, shortened, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace


_SHORTEST_TITLE, _LONGEST_HEAD = 6, 20  # cells; a head of more may be cut
_WIDE = 100  # cells from which facts have whole words: they are the same whatever stands behind them
_LEAST_NEEDED = ("biases", "sign", "reduction")  # of the facts: these go where there is no room


def status_row(trace: Trace, cursor: Cursor, width: int) -> Row:
    """Return the line with the title, the iteration, the sample, the step and the phase.

    The title is the same at all steps of an iteration; in how many words the rest is said, at those of a run.
    """
    schedule, title = trace.schedule, trace.scenario.title
    site, phase_now = schedule.anchor(cursor.step), schedule.site(cursor.step).phase
    phase = (f" {phase_now.upper():8} ", f"phase-{phase_now}")
    step: Row = ((f"step {cursor.step + 1:,} of {len(trace):,}", "strong"), (" ", ""), phase)
    head = title.partition(":")[0]
    here = places(trace, site.iteration, trace.shapes.batch(site.iteration), site.sample, site.time)
    ways = zip(
        here, _rooms(trace, trace.iterations - 1, width), _rooms(trace, site.iteration, width), strict=True
    )
    for where, least, room in ways:  # noqa: B007
        if least >= min(cells(head), _LONGEST_HEAD):
            break
    title = _fitting(title, head, room)
    # The step and the phase are always there; in a narrow terminal the end of what is before them is not.
    where = plain(clip(((where, ""),), width - length(step) - 4))
    gap = width - cells(title) - len(where) - length(step) - 4
    return clip(((f" {title}", "author"), (f"{' ' * max(0, gap)}{where} · ", ""), *step), width)


def _rooms(trace: Trace, iteration: int, width: int) -> Iterator[int]:
    """Yield the cells for a title beside each wording of where a step is, at the longest of an iteration."""
    shapes, size = trace.shapes, min(trace.scenario.training.batch_size, trace.shapes.samples)
    step = f"step {trace.schedule.first_step(iteration + 1):,} of {len(trace):,} {'BACKWARD':10}"
    most = width - len(step) - len(str(shapes.batches)) - 5
    for where in places(trace, iteration, range(size), size - 1, shapes.times - 1):
        yield most - len(where)


def _fitting(title: str, head: str, room: int) -> str:
    """Return a title, or else its head, up to the colon; that is cut between words if it has any."""
    if cells(kept := title) <= room or cells(kept := head) <= room:
        return kept
    words = wrapped(head, max(1, room - 1))[0]
    cut = f"{words}…" if head.startswith(f"{words} ") else shortened(head, room)
    return cut if _SHORTEST_TITLE <= cells(cut) <= room else ""


def facts_row(
    trace: Trace, cursor: Cursor, width: int, progress: str, *, rules: bool = True, view: str = ""
) -> Row:
    """Return the line that states the loss with its factor, the reduction, the rate and the order.

    Before it stands which `view` it is that has no heading of its own.

    `progress` stands at the end: how much of the run has been computed, and who is led or followed. Of
    facts for which there is no room the least needed go first: the formulas on screen use the others.
    Without `rules` there are none.
    """
    done = f" {progress} " if progress else ""
    room = width - len(done)
    head: Row = ((f" {view} ", "strong"),) if view else ()
    if not rules:
        return (*head, (" " * (room - length(head)), ""), (done, "strong")) if done else head
    iteration = trace.schedule.site(cursor.step).iteration
    otherwise = (*head, *_otherwise(trace, iteration))
    text = first_fitting(_wordings(trace, iteration, width), room - length(otherwise) - 1)
    row = clip((*otherwise, (text.ljust(max(0, room - length(otherwise))), "dim")), room)
    return (*row, (done, "strong")) if done else row


def _wordings(trace: Trace, iteration: int, width: int) -> Iterator[str]:
    """Yield all facts in a line, then fewer of them; then so with the name of the loss for its formula."""
    for named, least in ((False, _LEAST_NEEDED), (True, (*_LEAST_NEEDED, "loss"))):
        facts = rules_of(trace, iteration, short=width < _WIDE, named=named)
        for about in ("", *least):
            facts.pop(about, None)
            yield f" {' · '.join(facts.values())}"


def _otherwise(trace: Trace, iteration: int) -> Row:
    """Return what is otherwise in a run than the scenario has it: its branch, a broken rule, a mistake."""
    row: Row = ()
    if trace.origin is not None:
        row = ((f" {origin_words(trace)} ", "strong"),)
    if trace.broken_iteration is not None:
        # Imported when a rule has been broken: most sessions never need it.
        from engine.words.disturbed import broken_rule

        if told := broken_rule(trace, iteration):
            row = (*row, (f" {told} ", "warning"))
    if trace.mistake is not None:
        row = (*row, (f" mistake: {trace.mistake} ", "warning"))
    return row
