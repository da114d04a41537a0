"""What do all errors together make of the deltas? A row for each error, a column for each time it arrives at.

What stands in a column adds up to the delta. Errors for which there is no row have one together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.arrays import frozen
from engine.facts.beside.theirs import holds
from engine.facts.unrolled.errors import parts_of
from engine.facts.unrolled.through_time import Along, times_done
from tui.draw.kit.rows import Row, Run, rule
from tui.draw.marks import touched_at
from tui.draw.time.claims import claimed_rows

if TYPE_CHECKING:
    from tui.draw.time.story import Teller

_AROUND = 3  # rows that are not those of errors: heading, times, sum


def errors_height(teller: Teller) -> int:
    """Return how many rows all errors take at most, as far as the times have columns."""
    errors, columns = int(teller.there.sum()), len(teller.columns.shown)
    beside = teller.other is not None or holds(teller.trace)
    return _AROUND + min(errors, columns) + (errors > columns) + beside


def errors_rows(teller: Teller, height: int) -> list[Row]:
    """Return what each error gives to the delta of the neuron that is told of, in at most `height` rows."""
    columns, layer, unit = teller.columns, teller.layer, teller.unit
    delta = f"δ{layer}[{unit + 1}]"
    found = teller.claim("delta", layer, unit)

    def touched(time: int) -> str:
        return touched_at(teller.known, "delta", layer, time)

    total = claimed_rows(columns, f"= {delta}", found.at, found, "", touched)
    some, rest = _sources(teller, max(1, height - _AROUND + 1 - len(total)))
    groups = (*((time,) for time in some), *([tuple(rest)] if rest else []))
    done = times_done(teller.trace, teller.step, "delta", layer)
    parts = parts_of(teller.trace, teller.step, layer, groups)[:, :, unit] if done else None
    title = f"{delta} at each time adds up what every error sends back"
    heads = rule(title, columns.width, after="a column: where it arrives")
    rows = [heads, columns.heading(("error made at", "title"))]
    for place, group in enumerate(groups):
        given = Along(done, frozen([]) if parts is None else parts[place, done.start :])
        rows.append(_row(teller, group, given))
    return [*rows, *total]


def _row(teller: Teller, group: tuple[int, ...], given: Along) -> Row:
    """Return what a group of errors gives at each time; nothing where all of them are made earlier."""
    here = group == (teller.made,)
    name = f"{'▸' if here else ' '}@{group[0]}" if len(group) == 1 else f" {len(group):,} other times"
    last = max(group)

    def number(time: int) -> Run:
        return ("", "") if time > last else teller.columns.run(given.at(time))

    return teller.columns.row((name, "chosen" if here else "title"), number)


def _sources(teller: Teller, room: int) -> tuple[list[int], list[int]]:
    """Return the times of the errors that have a row of their own, the latest first, and the others."""
    every = [time for time, there in enumerate(teller.there.tolist()) if there]
    some = [time for time in every if time in teller.columns.shown]
    if len(some) + (len(some) < len(every)) > room:
        near = teller.columns.present
        some = sorted(some, key=lambda time: (time != teller.made, abs(time - near)))[: max(1, room - 1)]
    return sorted(some, reverse=True), [time for time in every if time not in set(some)]
