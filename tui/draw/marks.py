"""How does a number of the trace look: what the mouse finds there, whether the step has touched it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.number import Number
from tui.draw.kit.rows import Linked

if TYPE_CHECKING:
    from engine.looking.known import Known
    from engine.order.quantities import Quantity, Reference
    from tui.draw.kit.rows import Style


def linked(known: Known, style: Style, reference: Reference, *index: int) -> Linked:
    """Return the style of one number that is drawn; the selected one stands out."""
    number = Number(reference, index)
    return Linked("selected" if number == known.selected else style, number)


def touched(known: Known, reference: Reference) -> str:
    """Return how a style begins that says whether the present step wrote or read a number."""
    if reference in known.writes:
        return "new-"
    return "read-" if reference in known.reads else ""


def touched_at(known: Known, quantity: Quantity, layer: int | None, time: int) -> str:
    """Return the same of a number at another time of the sequence."""
    return touched(known, known.reference(quantity, layer)._replace(time=time))
