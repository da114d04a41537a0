"""Why did a key do nothing? No key is silent: a sentence says what stands in its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.catalog import lesson_number
from engine.facts.beside.theirs import theirs_of
from engine.facts.number import Traced
from engine.looking.lesson.notes import hidden_by
from engine.looking.selection import known, selected
from engine.looking.ways.moves import ERRORS
from engine.words.steps.made import to_come
from tui.views import VIEWS, key_of

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.looking.ways.moves import Command
    from engine.run.tracing import Trace
    from engine.scenario import Scenario

_FIRST, _LAST = "This is the first step: n goes on.", "This is the last step: p goes back."
NOT_AT_HAND = "That needs numbers that are still being computed: ask again when they are there."

_SENTENCES: dict[Command, str] = {
    "next": _LAST,
    "last": _LAST,
    "next-phase": _LAST,
    "next-iteration": _LAST,
    "previous": _FIRST,
    "first": _FIRST,
    "previous-phase": _FIRST,
    "previous-iteration": _FIRST,
    "next-sample": "There is no further sample: an update is of all of them, or this is the last.",
    "previous-sample": "There is no earlier sample: an update is of all of them, or this is the first.",
    "finish-sample": "This sample ends here, or the update is of all of them: n goes on.",
    "finish-iteration": "This is the last step of this iteration: n goes on.",
    "same-next": "This is the last iteration: ( goes back.",
    "same-previous": "This is the first iteration: ) goes on.",
    "next-note": "No later step has a note.",
    "previous-note": "No earlier step has a note.",
    "unit-down": "There is no further neuron in this layer: ↑ goes back.",
    "unit-up": "This is the first neuron of its layer: ↓ goes on.",
    "source-down": "There is no further neuron that it comes from: I goes back.",
    "source-up": "This is the first neuron that it comes from: i goes on.",
    "next-part": "This is the only number here: a and A lead to another layer's.",
    "previous-part": "This is the only number here: a and A lead to another layer's.",
    "layer-up": "There is no layer above this one: A goes down.",
    "layer-down": "There is no layer below this one: a goes up.",
    "next-term": "It comes from no other number: tab explains the next.",
    "previous-term": "It comes from no other number: tab explains the next.",
    "release": "What this step made is explained already: n goes on, 1 leads to the network.",
    "back": "No jump to come back from: enter, r and g jump.",
    "forward": "No jump was taken back: b takes one back.",
    "earlier-error": "This is the first error: > goes on to the one after.",
    "later-error": "No later error is known: < goes back to the one before.",
    "turn-page": "This view has one page.",
}

_OF_LAYERS: dict[Command, str] = {
    "unit-down": "No further neuron in this layer: ↑ goes back, a and A lead to other layers.",
    "unit-up": "The first neuron of its layer: ↓ goes on, a and A lead to other layers.",
}
"""What is said where there are others: a list of all numbers has rows of theirs, above or below."""

_SHOWN = {
    "compare": "the whole iteration in both orders",
    "cost": "what a whole iteration costs",
    "loss": "the whole run",
    "heat": "the layer that the step works on",
    "samples": "all samples at this iteration",
    "branches": "whole runs",
    "watches": "what is watched",
}
"""What the views show that do not follow every number that is looked at."""


def why_still(view: str) -> str:
    """Return why a view stays as it is when another number is looked at; empty if it says so itself."""
    if view not in _SHOWN:
        return ""
    return f"View {key_of(view)} shows {_SHOWN[view]}; view 1 what you look at."


def why_nothing_set(trace: Trace) -> str:
    """Return why a run can't branch here; nothing if it can."""
    return (
        "Take the break of the rule back first (X): a run branches where it is whole." if trace.breaks else ""
    )


def why_same_table(command: str) -> str:
    """Return why a command left the table of samples as it was."""
    if command in ("unit-down", "unit-up"):
        return f"This is the {'last' if command == 'unit-down' else 'first'} sample of the table."
    return "The worst stand first already." if command == "worst" else "These are all samples that there are."


def only_samples(command: str) -> str:
    """Return that a command of the table of samples needs its view."""
    does = "f chooses among" if command == "which" else "s and S sort"
    return f"{does} the samples, which are view {key_of('samples')}."


def shown_already(view: str) -> str:
    """Return that a view is the one that is shown, and which keys lead to others."""
    ways = "2 to 9 and 0 show the others" if view == VIEWS[0] else "1 goes back to the network"
    return f"This is view {key_of(view)}: {ways}."


def why_nothing(trace: Trace, cursor: Cursor, command: Command, opened: Scenario) -> str:
    """Return why a command left the cursor where it was; `opened` is the scenario with its own mistake."""
    if command == "to-maker":
        return "This step made it. t picks a number that it comes from, enter its step."
    number = selected(trace, cursor)
    if command in ("next-term", "previous-term") and not known(trace, cursor, number):
        return to_come(trace, number)[1]
    symbol = Traced(trace, number).symbol
    if command == "to-next-reader":
        return f"No later step reads {symbol}."
    if command == "to-previous-reader":
        return f"No earlier step reads {symbol}."
    if command in ("next-difference", "previous-difference"):
        return _no_difference(trace, command)
    if command in ("next-note", "previous-note") and not trace.scenario.notes:
        return _without_notes(trace.scenario, opened)
    if command in ERRORS and not trace.shapes.sequences:
        return "There is one time only, and so one error."
    # Imported where an error is chosen.
    from engine.facts.unrolled.errors import told

    if command in ERRORS and told(trace, cursor.step, None) is None:
        return "No error is known yet: n goes on to the first loss."
    if command in ("next-note", "previous-note"):
        return _no_note(trace, cursor, command)
    if trace.shapes.layers > 1 and command in _OF_LAYERS:
        return _OF_LAYERS[command]
    return _SENTENCES[command]


def _no_difference(trace: Trace, command: Command) -> str:
    theirs = theirs_of(trace)
    if theirs is None:
        return "Your numbers are held against the run as it should be, not against this one."
    if not theirs.stops:
        return theirs.verdict
    if command == "next-difference":
        return "Nothing that you have differs after this: < goes back."
    return "Nothing that you have differs before this: > goes on."


def _without_notes(run: Scenario, opened: Scenario) -> str:
    if not opened.notes:
        return "This scenario has no notes."
    own = opened.training.mistake
    if own == run.training.mistake:  # something else was set
        return f"The notes tell of run 1: enter on it in view {key_of('branches')} goes back to it."
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
    said = _SENTENCES[command]
    if command == "next-note" and lesson_number(trace.scenario.name):
        return f"{said[:-1]}, and no lesson follows: o opens other scenarios."
    return said
