"""What is told of the number that is looked at: its equation, and what can be said of it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.equations.functions.activations import ACTIVATIONS
from engine.facts.entry import Number
from engine.facts.explain import explain
from engine.facts.explain.expression import Sum
from engine.facts.explain.sentence import without_bias
from engine.facts.number import Traced
from engine.facts.readers import next_reader
from engine.looking.known.contributions import heard_beside
from engine.looking.lesson.shown import shown_at
from engine.looking.selection import known, numbers_of_step
from engine.looking.ways.differences import difference_at
from engine.order.quantities import PARAMETERS
from engine.words.steps.chips import chip
from engine.words.steps.made import source, to_come

if TYPE_CHECKING:
    from engine.facts.explain.expression import Equation
    from engine.looking.cursor import Cursor
    from engine.looking.known.numbers import Known
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
    if not _is_bare(trace, reference.layer):
        return equation
    activation = explain(trace, Number(reference._replace(quantity="activation"), number.index))
    equation = equation._replace(result=activation.result)
    match equation.expression:
        case Sum(parts=(*parts, Traced(number=Number(reference=bias), value=0.0))) if (
            bias.quantity == "biases"
        ):
            return equation._replace(expression=Sum(tuple(parts)), words=without_bias(reference.layer))
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

        if change := fallen(trace, cursor.step):
            return [f"{words} {change[0]}", *change, words]
    if number.reference.quantity in ("from_above", "error") and (made := _its_delta(trace, number)):
        # The numbers below each other are not factors of one another.
        return [f"{words} {made[0]}", *made, words]
    return [words]


def _its_delta(trace: Trace, number: Number) -> list[str]:
    """Return how the delta of an output is made that is no product of its slope and this error, if one is."""
    from engine.equations.links import is_one_factor  # the first frame needs no chain rule

    if number.reference.layer != trace.shapes.layers or not is_one_factor(trace.scenario):
        return []
    delta = Number(number.reference._replace(quantity="delta"), number.index)
    made, own = explain(trace, delta).words, explain(trace, number).words
    both, says, short = made.partition(" simplify: ")
    symbol = Traced(trace, delta).symbol
    ways = [f"For {symbol} {both}{says}{short}", f"{symbol}: {short}"] if says else [made]
    return [] if made == own else ways


def of_step(trace: Trace, cursor: Cursor) -> str:
    """Return what the present step makes, and how."""
    own = numbers_of_step(trace, cursor)
    number = own[min(cursor.part, len(own) - 1)]
    made = chip(trace.shapes, trace.schedule.site(cursor.step))
    return f"This step, {made}: {as_shown(trace, cursor, number).words}"


def layer_called(known: Known, layer: int) -> list[str]:
    """Return what a layer 0..L is called, in more and in fewer words: in as many forms as any other."""
    trace, names = known.trace, ["input"]
    if layer:
        mine = trace.scenario.network.layers[layer - 1]
        kind = f"{mine.activation}{' ↻' if mine.recurrent else ''}"
        bare, short = f"layer {layer}", f"{layer} {kind}"
        return [f"{bare} · {kind}", f"{layer} · {kind}", short, bare]
    if known.site.sample is None and trace.shapes.batch_size > 1:
        # The batch has none of its own.
        sample = f"sample {known.sample - trace.shapes.batch(known.iteration).start + 1}"
        names = [f"input of {sample}", sample]
    return [names[0], *3 * names[-1:]]


def _is_bare(trace: Trace, layer: int) -> bool:
    """Return whether a layer's a is its z."""
    return ACTIVATIONS[trace.scenario.network.layers[layer - 1].activation].leaves_z


def heard_called(known: Known, layer: int) -> str:
    """Return what is heard beside a layer of another time; nothing where that is nothing."""
    beside = heard_beside(known, layer)
    return "" if beside is None else beside.symbol.replace("@", f"{beside.layer}@")


def made_and_read(trace: Trace, cursor: Cursor, number: Number) -> tuple[str, str]:
    """Return which step makes a number, and which reads it next: with that, and without.

    Of one that somebody has otherwise, which of these it is stands in the place of its maker.
    """
    maker = Traced(trace, number).maker
    if (there := difference_at(cursor, trace)) is not None:
        made = f"difference {there[0]} of {there[1]}"
    elif maker is None:
        made = "given"
    elif maker == cursor.step:
        made = "made here"
    else:
        made = f"{'made' if maker < cursor.step else 'will be made'} by {_step(trace, maker)}"
    reader = next_reader(trace, number.reference, cursor.step)
    if reader is None:
        return made, made
    # An update reads a parameter to change it.
    changes = number.reference.quantity in PARAMETERS and trace.schedule.site(reader).kind == "update"
    return f"{made} · {'changed' if changes else 'read'} next by {_step(trace, reader)}", made


def _step(trace: Trace, step: int) -> str:
    return f"{chip(trace.shapes, trace.schedule.site(step))} at step {step + 1:,}"
