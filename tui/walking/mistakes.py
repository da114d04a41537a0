"""In which run with another mistake, or without any, can the user go on, and from where?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.walking.orders import at_same_place

if TYPE_CHECKING:
    from engine.scenario import Scenario
    from tui.walking.orders import Place


def with_other_mistake(here: Place, opened: Scenario, mistake: str | None) -> Place | str:
    """Return the same place of the run with a mistake, without any if None; or why there is none.

    `opened` is the scenario with its own mistake or none: back in it, its notes are there again.
    """
    if mistake == here.trace.mistake:
        return "No mistake is made: m lists those that can be." if mistake is None else _made_already(mistake)
    # Imported when a mistake is made: most sessions never need it.
    from engine.read.changed import with_mistake
    from engine.read.fitting import why_unfit

    base = opened if here.trace.origin is None else here.trace.scenario
    if mistake is not None and (why := why_unfit(base, mistake)):
        return f"{mistake} {why}."
    return at_same_place(here, here.trace.otherwise(with_mistake(base, mistake), here.trace.order))


def _made_already(mistake: str) -> str:
    return f"{mistake} is made already: M takes it back."
