"""What has been found in a run? Enter goes to one of the findings.

While the run goes on, the list is told anew whenever the run has come twice as far, and at its end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.words.runs.findings import not_there, told
from tui.screens.dialogs.choosing import ChooseScreen, Entry
from tui.walking.noticed import looked_at_again

if TYPE_CHECKING:
    from engine.facts.findings.finding import Finding, Looked
    from engine.run.tracing import Trace


class FoundScreen(ChooseScreen):
    """Lists what was found; the last entry says what else was looked for, and leads nowhere."""

    def __init__(self, trace: Trace, looked: Looked) -> None:
        super().__init__("findings", *_listed(trace, looked))
        self._trace = trace
        self._looked = looked
        self._next = looked_at_again(trace, looked.computed)

    def finding(self, place: int) -> Finding | None:
        """Return the finding at a place of the list, if one stands there."""
        found = self._looked.found
        return found[place] if place < len(found) else None

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


def _listed(trace: Trace, looked: Looked) -> tuple[str, list[Entry]]:
    """Return what stands above the list, and its entries."""
    entries = []
    for finding in looked.found:
        words = told(trace, finding)
        entries.append(Entry(f"{words.headline} · step {finding.step + 1:,}", words.lines))
    rest = not_there(trace, looked)
    if rest:
        entries.append(Entry(rest[0], rest[1:], leads=False))
    if looked.found:
        return f"Found in {_part(trace, looked)}", entries
    return _nothing(trace, looked), entries
