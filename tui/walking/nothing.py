"""Why did a key do nothing? No key is silent: a sentence says what stands in its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.number import Traced
from engine.looking.notes import hidden_by
from engine.looking.selection import selected

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.looking.moves import Command
    from engine.run.tracing import Trace
    from engine.scenario import Scenario

_FIRST, _LAST = "This is the first step.", "This is the last step."
_SENTENCES: dict[Command, str] = {
    "next": _LAST,
    "last": _LAST,
    "next-phase": _LAST,
    "next-iteration": _LAST,
    "previous": _FIRST,
    "first": _FIRST,
    "previous-phase": _FIRST,
    "previous-iteration": _FIRST,
    "next-note": "No later step has a note.",
    "previous-note": "No earlier step has a note.",
    "unit-down": "There is no further neuron in this layer.",
    "unit-up": "This is the first neuron of its layer.",
    "source-down": "There is no further neuron that it comes from.",
    "source-up": "This is the first neuron that it comes from.",
    "next-part": "This is the only number here.",
    "previous-part": "This is the only number here.",
    "layer-up": "There is no layer above this one.",
    "layer-down": "There is no layer below this one.",
    "next-term": "It comes from no other number.",
    "previous-term": "It comes from no other number.",
    "release": "What this step made is explained already.",
    "back": "No jump to come back from.",
    "forward": "No jump was taken back.",
}


def why_nothing(trace: Trace, cursor: Cursor, command: Command, opened: Scenario) -> str:
    """Return why a command left the cursor where it was; `opened` is the scenario with its own mistake."""
    if command == "to-maker":
        return "This step made it. t picks a number that it comes from, enter then goes to that one's step."
    symbol = Traced(trace, selected(trace, cursor)).symbol
    if command == "to-next-reader":
        return f"No later step reads {symbol}."
    if command == "to-previous-reader":
        return f"No earlier step reads {symbol}."
    if command in ("next-note", "previous-note") and not trace.scenario.notes:
        return _without_notes(opened)
    if command in ("next-note", "previous-note"):
        return _no_note(trace, cursor, command)
    return _SENTENCES[command]


def _without_notes(opened: Scenario) -> str:
    if not opened.notes:
        return "This scenario has no notes."
    own = opened.training.mistake
    if own is None:
        return "The notes tell of the run without a mistake: M goes back to it."
    return f"The notes tell of the run with the mistake {own}: m goes back to it."


def _no_note(trace: Trace, cursor: Cursor, command: Command) -> str:
    hidden = hidden_by(trace, cursor.step)
    if hidden == "order":
        own = trace.scenario.training.order
        return f"The notes tell of the {own} order: u goes back to it."
    if hidden == "break" and command == "next-note":
        return "The later notes tell of the run without the break: X takes it back."
    return _SENTENCES[command]
