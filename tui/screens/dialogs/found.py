"""What has been found in a run, and what comes near? Enter goes to one of these.

While the run goes on, the list is told anew whenever the run has come twice as far, and at its end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.findings.finding import Near
from engine.words.runs.findings import not_there, told, told_near
from tui.screens.dialogs.choosing import ChooseScreen, Entry
from tui.walking.noticed import looked_at_again

if TYPE_CHECKING:
    from engine.facts.findings.finding import Finding, Looked
    from engine.run.tracing import Trace


class FoundScreen(ChooseScreen):
    """Lists what was found and what comes near; the last entry says what isn't there, and leads nowhere."""

    def __init__(self, trace: Trace, looked: Looked) -> None:
        super().__init__("findings", *_listed(trace, looked))
        self._trace = trace
        self._looked = looked
        self._next = looked_at_again(trace, looked.computed)

    def finding(self, place: int) -> Finding | Near | None:
        """Return the finding at a place of the list, or what comes near to one, if it stands there."""
        every = _every(self._trace, self._looked)
        return every[place] if place < len(every) else None

    def is_outdated(self) -> bool:
        """Return whether the run has come so far that it should be looked at anew; once each time."""
        computed = self._trace.computed
        if computed < self._next or not self.is_current:
            return False
        self._next = looked_at_again(self._trace, computed)
        return True

    def tell(self, looked: Looked) -> None:
        """List what has been found by now, unless nobody reads it any more."""
        if self.is_attached:
            self._looked = looked
            self.list_anew(*_listed(self._trace, looked))


def nothing_found(trace: Trace, looked: Looked) -> str:
    """Return what is said of a run of which there is nothing to list; empty if there is."""
    return "" if looked.found or not_there(trace, looked) else _nothing(trace, looked)


def _nothing(trace: Trace, looked: Looked) -> str:
    if looked.computed <= trace.begins:  # a crowded host puts it off
        return "Nothing stands out in the data; iterations are still to be run: ask again."
    return f"Nothing stands out in {_part(trace, looked)}."


def _part(trace: Trace, looked: Looked) -> str:
    """Return the part of a run that has been looked at."""
    if looked.computed == trace.iterations:
        return "the run"
    return f"the first {looked.computed:,} of {trace.iterations:,} iterations"


def _every(trace: Trace, looked: Looked) -> list[Finding | Near]:
    """Return what is found, and what comes near to it where something is said of that."""
    return [*looked.found, *(looked.near if not_there(trace, looked) else ())]


def _listed(trace: Trace, looked: Looked) -> tuple[str, list[Entry]]:
    """Return what stands above the list, and its entries."""
    entries = []
    for one in _every(trace, looked):
        words = told_near(one) if isinstance(one, Near) else told(trace, one)
        entries.append(Entry(f"{words.headline} · step {one.step + 1:,}", words.lines))
    rest = not_there(trace, looked, apart=True)
    if rest:
        entries.append(Entry(rest[0], rest[1:], leads=False))
    if looked.found:
        return f"Found in {_part(trace, looked)}", entries
    return _nothing(trace, looked), entries
