"""What do two orders of an iteration amount to: the losses, and the angles to the negative gradient?

The measured slope of the loss for the number that is looked at is the judge between the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.equations.equation import Variable
from engine.equations.forward import divisor
from engine.facts.beside.right import should_be
from engine.facts.measured import central_difference
from engine.facts.two_orders.deviations import theirs_beside
from engine.numerals import apart
from engine.words.runs.compared import angle_to, angle_to_right, signs, whole_runs
from tui.draw.compare.columns import CELLS, NAME
from tui.draw.kit.numbers import UNKNOWN, WRONG, beside, marked, numeral, sign_style
from tui.draw.kit.rows import Row, Run, clip, length, right

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.facts.two_orders.compare import Angle, Comparison, FinalLosses, LayerComparison
    from engine.run.tracing import Trace


_LOSS_DIGITS = 7
"""What an iteration takes from a loss is often seen in these only."""


def theirs_rows(trace: Trace, found: Comparison, width: int) -> list[Row]:
    """Return how many numbers the user's own change otherwise than the run; nothing where none is."""
    update = theirs_beside(trace, found)
    many = 0 if update is None else update.changed_otherwise
    if not many:
        return []
    said = f" not as yours: what is added to {many:,} of {found.overall.numbers:,} numbers"
    return [clip(((" ", ""), (WRONG, "warning"), (said, "words")), width)]


def angle_rows(found: Comparison, width: int, room: int) -> list[Row]:
    """Return the angle of all numbers and, where there is room, a line for each layer.

    Else all layers in the one line, in fewer words; of very many those that are worst. Of two orders of which
    neither is what is right each has its own angle to that.
    """
    if found.overall_to_right is not None:
        return _rows_of_two(found, found.overall_to_right, room)
    row: Row = ((f" {angle_to(found)}", "heading"), ("  all ", "dim"), (_degrees(found.overall), "strong"))
    whole: Row = (*row, (f" cos {_cosine(found.overall)}", "dim"))
    if 1 + len(found.layers) <= room:
        return [whole, *(_of_layer(found, layer) for layer in found.layers)]
    worst = sorted(found.layers, key=lambda one: one.angle.degrees or 0.0, reverse=True)
    fewer = (
        _in_line(row, worst[:shown], "", more=True) for shown in range(min(len(worst) - 1, width), -1, -1)
    )
    lines = (_in_line(whole, worst, "layer "), _in_line(whole, worst, ""), _in_line(row, worst, ""), *fewer)
    return [next((line for line in lines if length(line) <= width), row)]


def _in_line(row: Row, layers: Sequence[LayerComparison], word: str, *, more: bool = False) -> Row:
    """Return a row, and behind it the angle of each of some layers; the first has its word."""
    runs = [*row]
    for place, one in enumerate(sorted(layers, key=lambda one: one.layer)):
        runs += [(f" · {word if place else 'layer '}{one.layer} ", "dim"), (_degrees(one.angle), "strong")]
    return (*runs, (" …", "dim")) if more else tuple(runs)


def _rows_of_two(found: Comparison, overall: tuple[Angle, Angle], room: int) -> list[Row]:
    """Return the angles of both to what is right, and the one between them."""
    of_all: Row = (
        (f" {angle_to_right(found)}", "heading"),
        *(
            run
            for name, angle in zip(found.names, overall, strict=True)
            for run in ((f"  {name} ", "dim"), (_degrees(angle), "strong"))
        ),
        ("  between ", "dim"),
        (_degrees(found.overall), "strong"),
    )
    if 1 + len(found.layers) > room:
        return [of_all]
    return [of_all, *(_layer_of_two(found, layer) for layer in found.layers)]


def _layer_of_two(found: Comparison, layer: LayerComparison) -> Row:
    each = " and ".join(_degrees(one) for one in layer.to_right or ())
    said = f"  {angle_to_right(found)} {each} · between {_degrees(layer.angle)}"
    return (f" layer {layer.layer}", "heading"), (f"{said} · {signs(layer.angle)}", "dim")


def _of_layer(found: Comparison, layer: LayerComparison) -> Row:
    angle = layer.angle
    return (
        (f" layer {layer.layer}", "heading"),
        (f"  {angle_to(found)} {_degrees(angle)} · cos {_cosine(angle)} · {signs(angle)}", "dim"),
    )


def _degrees(angle: Angle) -> str:
    """Return an angle as text; · where there is none."""
    return UNKNOWN if angle.degrees is None else f"{numeral(angle.degrees)}°"


def _cosine(angle: Angle) -> str:
    """Return the cosine of an angle as text; · where there is none."""
    if angle.cosine is None:
        return UNKNOWN
    return numeral(angle.cosine, digits=apart(abs(angle.cosine), 1.0))


def judge_row(trace: Trace, found: Comparison, layer: int, index: tuple[int, int], width: int) -> Row:
    """Return the measured slope for the number looked at, beside what each order took for it."""
    pair = next(pair for pair in found.layers[layer - 1].pairs if pair.parameter == "weights")
    slope = central_difference(trace, found.iteration, layer, "weights", index)
    # Of a mean the loss of the batch is one part in so many of what is gathered, and measured.
    several = divisor(trace.scenario.training, len(trace.shapes.batch(found.iteration))) > 1
    name: Run = (f" {'Σ' * several}∂C/∂W{layer}[{index[0] + 1},{index[1] + 1}]", "heading")
    one, other = float(pair.first[index]), float(pair.second[index])
    digits, yours = apart(one, other), list[Run]()
    update = theirs_beside(trace, found)
    theirs = None if update is None else update.by_parameter.get(Variable("weights", layer))
    if theirs is not None and theirs.gradient.apart[index]:
        own = float(theirs.gradient.array[index])
        digits = max(digits, apart(one, own))
        yours += beside(f"yours {numeral(own, digits=digits)}", 2)
    first: Sequence[tuple[str, float]] = (("measured", slope.value), (found.names[0], one))
    # If there is room, how far off the measured slope may be; beside the user's own also the other order.
    both = (*first, (found.names[1], other))
    for uncertain, parts in ((True, both), (False, both), (False, first)):
        row: list[Run] = [name]
        for word, value in parts:
            row += [(f"  {word} ", "dim"), (numeral(value, digits=digits), sign_style(value))]
            if word == "measured" and uncertain:
                row.append((f" ± {numeral(slope.uncertainty, digits=1)}", "dim"))
        row += yours
        if length(tuple(row)) <= width or (not uncertain and not yours):
            break
    return tuple(row)


def loss_lines(trace: Trace, final: FinalLosses | None, found: Comparison, width: int) -> list[Row]:
    """Return the losses after this iteration and after all of them.

    The first line begins both orders with the weights before this iteration, the second each order with
    those of the file: from the second iteration on these are not the same.
    """
    of = ", all data" if trace.shapes.samples > 1 else ""
    last, style = (UNKNOWN, UNKNOWN), "unknown"
    if final is not None:
        last, style = _losses(final.first, final.second), "loss"
    room = width - NAME - 2 * CELLS - 2
    runs = whole_runs(trace, found, known=final is not None)
    told = next((text for text in runs if len(text) <= room), runs[-1])
    first, second = _losses(found.loss_first, found.loss_second)
    after: Row = ((" loss after this".ljust(NAME), "heading"), *right(first, "loss"), *right(second, "loss"))
    before: Row = ((f"  before {numeral(found.loss_before, digits=_LOSS_DIGITS)}{of}", "dim"),)
    if (other := _loss_with_theirs(trace, found)) is not None:
        first, yours = _losses(found.loss_first, other)
        after = (after[0], *marked(first.rjust(CELLS), "loss"), *after[-2:])
        after = (*after, *beside(f"with yours {yours}", 2))
    name: Run = (" loss after all".ljust(NAME), "heading")
    return [
        (*after, *(before if length(after) + length(before) <= width else ())),
        (name, *right(last[0], style), *right(last[1], style), (f"  {told}", "dim")),
    ]


def _loss_with_theirs(trace: Trace, found: Comparison) -> float | None:
    """Return the loss after the iteration with what the user's own numbers change; None if it is that."""
    update = theirs_beside(trace, found)
    if update is None or not update.changed_otherwise:
        return None
    return should_be(found.loss_first, update.loss_after(trace))


def _losses(one: float, other: float) -> tuple[str, str]:
    """Return two losses with as many digits as tell them apart."""
    digits = max(_LOSS_DIGITS, apart(one, other))
    return numeral(one, CELLS - 2, digits), numeral(other, CELLS - 2, digits)
