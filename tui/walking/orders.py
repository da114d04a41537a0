"""In which other update order can the user go on, and from where?

Another order at the same place, or the user's own: what is gathered for a layer is applied out of turn.
Each break of the rule is remembered with the place where it was made, so that it can be taken back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from engine.facts.entry import Number
from engine.looking.choosing import look_at_number
from engine.looking.cursor import Cursor, go_to, inside
from engine.looking.selection import explained, layer_of
from engine.order.site import Sort
from engine.update_orders import ONLY_WAITING, ORDERS, compared_with, following

if TYPE_CHECKING:
    from engine.order.schedule import Poke
    from engine.run.tracing import Trace


class Place(NamedTuple):
    """A trace and a cursor of it."""

    trace: Trace
    cursor: Cursor


class Breaks:
    """The breaks of the rule that the user has made, the latest last."""

    def __init__(self) -> None:
        self._made_at: list[Place] = []

    def forget(self) -> None:
        """Begin anew, in another trace."""
        self._made_at.clear()

    def make(self, here: Place) -> Place | str:
        """Apply what is gathered for the layer that is looked at, right after the step.

        The answer is where to go on, or a sentence that says why this makes no sense.
        """
        # Imported when a rule is broken: most sessions never need it.
        from engine.facts.broken.breaking import break_rule, why_not

        layer = layer_of(here.trace, explained(here.trace, here.cursor)) or 1
        reason = why_not(here.trace, here.cursor.step, layer)
        if reason is not None:
            return reason
        return self._after(here, break_rule(here.trace, here.cursor.step, layer))

    def set_by_hand(self, here: Place, layer: int, poke: Poke) -> Place | str:
        """Set a parameter by hand right after the step, and look at it.

        The answer is where to go on, or a sentence that says why this makes no sense.
        """
        from engine.facts.broken.breaking import set_by_hand, why_not_by_hand

        reason = why_not_by_hand(here.trace, here.cursor.step, layer, poke)
        if reason is not None:
            return reason
        trace, cursor = self._after(here, set_by_hand(here.trace, here.cursor.step, layer, poke))
        made = next(one for one in trace.flow.writes(cursor.step) if one.quantity == poke.group)
        return Place(trace, look_at_number(cursor, trace, Number(made, poke.units)))

    def _after(self, here: Place, broken: Trace) -> Place:
        """Go on with the step that is out of turn, remembering where it was made."""
        self._made_at.append(here)
        # A jump would lead to steps that have other numbers now.
        cursor = replace(here.cursor, past=(), future=())
        return Place(broken, go_to(cursor, broken, here.cursor.step + 1))

    def take_back(self, here: Place) -> Place | str:
        """Go back to where the latest break was made; or say that there is none.

        Those of a run that was opened with them, as a follower's is, were made elsewhere: last ones first.
        """
        if self._made_at:
            return self._made_at.pop()
        breaks, whole = here.trace.breaks[:-1], here.trace.undisturbed
        if here.trace is whole:
            return "No rule is broken: x applies what is gathered for the layer looked at."
        return at_same_place(here, whole.broken(breaks) if breaks else whole)


def in_other_order(here: Place, *, each: bool = False) -> Place | str:
    """Return the same place of the run in another update order; or why there is none.

    From the scenario's own that is the one it is compared with, from any other back to its own; with `each`
    all orders of the table are gone through, in its succession, round and round.
    """
    if here.trace.shapes.clips:
        return ONLY_WAITING
    mine, own = here.trace.order, here.trace.scenario.training.order
    other = following(mine) if each else compared_with(own) if mine == own else own
    return at_same_place(here, here.trace.otherwise(here.trace.scenario, other))


def which_of_all(trace: Trace) -> str:
    """Return which of all orders a run is in, and which others have the very same steps."""
    names = list(ORDERS)
    alike = [name for name in names if name != trace.order and trace.schedule.same_as(name)]
    said = f"Order {names.index(trace.order) + 1} of {len(names)}: {trace.order}."
    if not alike:
        return said
    return f"{said} Here {' and '.join(alike)} {'has' if len(alike) == 1 else 'have'} the same steps."


def at_same_place(here: Place, other: Trace) -> Place:
    """Return the same place of another run of the network and its data.

    An update stands elsewhere in another order: there it is the last one of the layer in the iteration, with
    which all has been applied.
    """
    site = here.trace.schedule.anchor(here.cursor.step)
    if site.kind == "update" and other.order != here.trace.order:
        assert site.layer is not None
        updates = other.schedule.count(site.iteration, Sort("update", site.layer))
        step = other.schedule.update_step(site.iteration, site.layer, updates - 1)
    else:
        step = other.schedule.step(site)
    step, cursor, focus = inside(other, step), here.cursor, here.cursor.focus
    part = cursor.part if cursor.part < len(other.flow.writes(step)) else 0
    if focus is not None and focus.reference.version is not None:
        focus = None  # a weight is another one after so many updates
    return Place(other, Cursor(step, cursor.units, part, focus, error=cursor.error, page=cursor.page))
