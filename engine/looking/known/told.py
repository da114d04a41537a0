"""What is told of the number that is looked at: its equation, and what can be said of it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.explain import explain
from engine.facts.explain.expression import Sum
from engine.facts.number import Number, Traced
from engine.looking.lesson.shown import shown_at
from engine.looking.selection import known, numbers_of_step
from engine.words.numbers.explained import WITHOUT_BIAS
from engine.words.steps.chips import chip
from engine.words.steps.made import source, to_come

if TYPE_CHECKING:
    from engine.facts.explain.expression import Equation
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace


def as_shown(trace: Trace, cursor: Cursor, number: Number) -> Equation:
    """Return a number's equation; where a lesson does not know z yet, that of the a that is the same.

    There is no bias yet, either: one of 0 is not written.
    """
    equation = explain(trace, number)
    reference = number.reference
    if reference.quantity != "pre_activation" or "pre_activation" in shown_at(trace, cursor.step):
        return equation
    assert reference.layer is not None
    if trace.scenario.network.layers[reference.layer - 1].activation != "identity":
        return equation
    activation = explain(trace, Number(reference._replace(quantity="activation"), number.index))
    equation = equation._replace(result=activation.result)
    match equation.expression:
        case Sum(parts=(*parts, Traced(number=Number(reference=bias), value=0.0))) if (
            bias.quantity == "biases"
        ):
            return equation._replace(expression=Sum(tuple(parts)), words=WITHOUT_BIAS)
    return equation


def sentences(trace: Trace, cursor: Cursor, number: Number, term: Number | None, words: str) -> list[str]:
    """Return what can be said of a number, or of a `term` that is selected, the most telling first.

    `words` are those of the number's equation.
    """
    if not known(trace, cursor, number):
        return to_come(trace, number)
    if term is not None:
        return source(trace, term)
    if number.reference.quantity in ("terms", "loss"):
        from engine.words.runs.fallen import fallen  # the first frame has no loss yet

        if before := fallen(trace, cursor.step):
            return [f"{words} {before}", before, words]
    return [words]


def of_step(trace: Trace, cursor: Cursor) -> str:
    """Return what the present step makes, and how."""
    own = numbers_of_step(trace, cursor)
    number = own[min(cursor.part, len(own) - 1)]
    made = chip(trace.shapes, trace.schedule.site(cursor.step))
    return f"This step, {made}: {as_shown(trace, cursor, number).words}"
