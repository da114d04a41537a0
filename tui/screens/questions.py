"""What is the user asked for on the stepping screen: a step, a number by its name, or a mistake?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.facts.entry import Number
from engine.facts.number import Traced
from engine.looking.choosing import look_at_number
from engine.looking.cursor import go_to, jumped
from engine.looking.finding import EXAMPLES, find
from engine.looking.selection import selected
from engine.looking.ways.jumps import pick
from engine.looking.ways.places import OTHERWISE, step_named
from engine.order.quantities import PARAMETERS
from engine.run.change import Change
from tui.screens.dialogs.ask import AskScreen
from tui.walking.nothing import why_nothing_set

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import App

    from engine.facts.findings.finding import Looked
    from engine.looking.cursor import Cursor
    from engine.order.schedule import Poke
    from engine.run.tracing import Trace
    from engine.scenario import Scenario
    from tui.screens.dialogs.found import FoundScreen
    from tui.screens.dialogs.mistakes import Chosen
    from tui.walking.journey import Journey

_LONGEST = 30  # characters; no name of a number has more


def ask_for_step(app: App[None], journey: Journey, go: Callable[[Cursor], None]) -> None:
    """Ask for a step and go there."""
    trace, here = journey.trace, journey.here

    def chosen(step: int | None) -> None:
        if step is not None:
            go(pick(here, trace, step))

    question = f"Step 1 to {len(trace):,}\n{OTHERWISE}"
    named = AskScreen[int](
        "go to", question, "goes there", lambda text: step_named(trace.schedule, here.step, text)
    )
    app.push_screen(named, chosen)


def ask_for_number(app: App[None], journey: Journey, go: Callable[[Cursor], None]) -> None:
    """Ask for a number by its name and explain it."""
    trace, here = journey.trace, journey.here

    def chosen(number: Number | None) -> None:
        if number is not None:
            go(jumped(here, look_at_number(here, trace, number)))

    named = AskScreen[Number](
        "find a number by its name", EXAMPLES, "looks at it", lambda text: find(trace, here, text[:_LONGEST])
    )
    app.push_screen(named, chosen)


def ask_for_finding(
    app: App[None], journey: Journey, looked: Looked, go: Callable[[Cursor], None]
) -> FoundScreen | str:
    """Ask to which of the findings to go; return the list of them, or what there is to say without one."""
    from engine.facts.findings.finding import Finding
    from tui.screens.dialogs.found import FoundScreen, nothing_found

    trace, here = journey.trace, journey.here
    nothing = nothing_found(trace, looked)
    if nothing:
        return nothing
    shown = FoundScreen(trace, looked)

    def chosen(place: int | None) -> None:
        one = None if place is None else shown.finding(place)
        if one is None:
            return
        there = go_to(here, trace, one.step)
        if isinstance(one, Finding) and one.number is not None:
            there = look_at_number(there, trace, one.number)
        go(here if there == here else jumped(here, there))

    app.push_screen(shown, chosen)
    return shown


def ask_for_change(
    app: App[None],
    trace: Trace,
    here: Cursor,
    make: Callable[[Change], None],
    set_by_hand: Callable[[tuple[int, Poke]], None],
) -> str:
    """Ask what the selected number is to be; return why it can't be asked, if it can't.

    A parameter can also be set where the cursor stands.
    """
    from engine.branching.typed_changes import change_named, poke_named, value_now, why_given_by_none
    from engine.facts.broken.breaking import why_not_by_hand

    number = selected(trace, here)
    why = why_given_by_none(trace, number) or why_nothing_set(trace)
    if why:
        return why
    name = Traced(trace, number).symbol
    iteration = trace.schedule.site(here.step).iteration + 1

    within = number.reference.quantity in PARAMETERS and trace.schedule.anchor(here.step).sample is not None

    def chosen(change: Change | tuple[int, Poke] | None) -> None:
        if isinstance(change, Change):
            make(change)
        elif change is not None:
            set_by_hand(change)

    def understood(text: str) -> Change | tuple[int, Poke] | str:
        by = text[:1] if text[1:2] == "=" else ""
        value = text.removeprefix(f"{by}=").strip()
        if within and value.endswith(" now"):
            found = poke_named(trace, here, f"{name} {by}= {value.removesuffix(' now').strip()}")
            return found if isinstance(found, str) else why_not_by_hand(trace, here.step, *found) or found
        return change_named(trace, here, f"{name} {by}= {value}")

    question = (
        f"{name} is {value_now(trace, here, number)!r} when iteration {iteration:,} begins. "
        "What if it were ...\nType a number, or += 0.1: from there on the run branches; this one stays"
    )
    if within:
        question += (
            f"\nOr type 0.7 now: set by hand after step {here.step + 1:,}, in the midst of the iteration"
        )
    app.push_screen(
        AskScreen["Change | tuple[int, Poke]"]("what if", question, "goes on so", understood), chosen
    )
    return ""


def ask_for_mistake(
    app: App[None], opened: Scenario, running: Trace, make: Callable[[str | None], None]
) -> None:
    """Ask for a mistake in a scenario, or for none; `running` is its run, in whichever order."""
    from tui.screens.dialogs.mistakes import MistakesScreen

    def chosen(choice: Chosen | None) -> None:
        if choice is not None:
            make(choice.mistake)

    scenario = replace(opened, training=replace(opened.training, order=running.order))
    app.push_screen(MistakesScreen(scenario, running.mistake), chosen)
