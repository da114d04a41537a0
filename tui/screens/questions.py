"""What is the user asked for on the stepping screen: a step by its number, or a number by its name?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.looking.choosing import look_at_number
from engine.looking.cursor import Cursor, jumped
from engine.looking.finding import EXAMPLES, find
from engine.looking.jumps import pick
from engine.replay.numbers import Number
from tui.screens.ask import AskScreen, step_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import App

    from engine.replay.tracing import Trace


def ask_for_step(app: App[None], trace: Trace, cursor: Cursor, go: Callable[[Cursor], None]) -> None:
    """Ask for a step and go there."""
    steps = len(trace)

    def chosen(step: int | None) -> None:
        if step is not None:
            go(pick(cursor, trace, step))

    question = f"Go to step (1 to {steps}), then Enter"
    app.push_screen(AskScreen[int](question, lambda text: step_number(text, steps), digits=True), chosen)


def ask_for_number(app: App[None], trace: Trace, cursor: Cursor, go: Callable[[Cursor], None]) -> None:
    """Ask for a number by its name and explain it."""

    def chosen(number: Number | None) -> None:
        if number is not None:
            go(jumped(cursor, look_at_number(cursor, trace, number)))

    question = f"Find a number by its name, then Enter\n{EXAMPLES}"
    app.push_screen(AskScreen[Number](question, lambda text: find(trace, cursor, text)), chosen)
