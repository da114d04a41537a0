"""What do two orders of an iteration amount to: the losses, and the angles to the negative gradient?

The measured slope of the loss for the number that is looked at is the judge between the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.equations.equation import Variable
from engine.equations.forward import divisor
from engine.facts.beside.right import ROUNDING
from engine.facts.slopes.measured import central_difference
from engine.facts.two_orders.compare import whole_runs
from engine.facts.two_orders.deviations import loss_with_theirs, theirs_beside
from engine.numerals import apart
from engine.words.runs.compared import about_runs, angle_to, angle_to_right, how_far, signs
from tui.draw.compare.columns import CELLS, NAME
from tui.draw.kit.numbers import UNKNOWN, WRONG, beside, marked, numeral, sign_style
from tui.draw.kit.rows import MORE, Row, Run, clip, first_fitting, flow, length, right

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

    Else all layers in the one line, the worst first, or as many as it has room for. Of two orders of which
    neither is what is right each has its own angle to that.
    """
    told, overall = angle_to(found), [("all", found.overall)]
    if found.overall_to_right is not None:
        told = angle_to_right(found)
        overall = [*zip(found.names, found.overall_to_right, strict=True), ("between", found.overall)]
    row: Row = ((f" {told}", "heading"),)
    for name, angle in overall:
        row = (*row, (f"  {name} ", "dim"), (_degrees(angle), "strong"))
    of_one = found.overall_to_right is None
    whole: Row = (*row, (f" cos {_cosine(found.overall)}", "dim")) if of_one else row
    if 1 + len(found.layers) <= room:
        return [whole, *_of_layers(found, width)]
    if not of_one:
        return [row]
    worst = sorted(found.layers, key=lambda one: one.angle.degrees or 0.0, reverse=True)

    def line(start: Row, word: str) -> Row:
        layers: list[Row] = []
        for one in worst:
            name = f"{word if layers else 'layer '}{one.layer} "
            layers.append(((name, "dim"), (_in_short(one), "strong")))
        return flow(layers, width, (*start, (" · ", "dim")), (" · ", "dim"))[0]

    lines = line(whole, "layer "), line(whole, ""), line(row, "")
    return [next((one for one in lines if one[-1] != MORE), lines[-1])]


def _of_layers(found: Comparison, width: int) -> list[Row]:
    """Return a line for each layer: all with how long the changes are, or none where not all have room."""
    rows = [_of_layer(found, layer, lengths=True) for layer in found.layers]
    if all(length(row) <= width for row in rows):
        return rows
    return [_of_layer(found, layer, lengths=False) for layer in found.layers]


def _of_layer(found: Comparison, layer: LayerComparison, *, lengths: bool) -> Row:
    """Return the angle of a layer, and how many times as long one change is as the other.

    Of one number that moves an angle is 0° or 180°, which is its sign: that alone, and always the length.
    """
    head: Run = (f" layer {layer.layer}", "heading")
    if layer.to_right is not None:
        each = " and ".join(map(_degrees, layer.to_right))
        told = f"{angle_to_right(found)} {each} · between {_degrees(layer.angle)}"
        return head, (f"  {told} · {signs(layer.angle)}", "dim")
    told, ratio, alone = signs(layer.angle), layer.times_as_long, layer.moved == 1
    if not alone:
        told = f"{angle_to(found)} {_degrees(layer.angle)} · cos {_cosine(layer.angle)} · {told}"
    if ratio is not None and (lengths or alone):
        told += " · as long" if abs(ratio - 1.0) <= ROUNDING else f" · {_ratio(ratio)} times as long"
    return head, (f"  {told}", "dim")


def _in_short(layer: LayerComparison) -> str:
    """Return the angle of a layer; of one number that moves the factor between its two changes."""
    ratio = layer.times_as_long
    if layer.moved != 1 or ratio is None:
        return _degrees(layer.angle)
    return f"× {'-' * layer.angle.flipped}{_ratio(ratio)}"


def _ratio(ratio: float) -> str:
    return numeral(ratio, digits=apart(ratio, 1.0))


def _degrees(angle: Angle) -> str:
    """Return an angle as text; · where there is none."""
    return UNKNOWN if angle.degrees is None else f"{numeral(angle.degrees)}°"


def _cosine(angle: Angle) -> str:
    """Return the cosine of an angle as text; · where there is none."""
    return UNKNOWN if angle.cosine is None else numeral(angle.cosine, digits=apart(abs(angle.cosine), 1.0))


def judge_row(trace: Trace, found: Comparison, layer: int, index: tuple[int, int], width: int) -> Row:
    """Return the measured slope for the number looked at, beside what each order took for it."""
    pair = next(pair for pair in found.layers[layer - 1].pairs if pair.parameter == "weights")
    slope = central_difference(trace, found.iteration, layer, "weights", index)
    # Of a mean the loss of the batch is one part in so many of what is gathered, and measured.
    several = divisor(trace.scenario.training, len(trace.shapes.batch(found.iteration))) > 1
    name: Run = (f" {'Σ' * several}∂C/∂W{layer}[{index[0] + 1},{index[1] + 1}]", "heading")
    one, other = float(pair.first[index]), float(pair.second[index])
    digits, yours = apart(one, other), tuple[Run, ...]()
    update = theirs_beside(trace, found)
    theirs = None if update is None else update.by_parameter.get(Variable("weights", layer))
    if theirs is not None and theirs.gradient.apart[index]:
        own = float(theirs.gradient.array[index])
        digits = max(digits, apart(one, own))
        yours += beside(f"yours {numeral(own, digits=digits)}", 2)

    def told(word: str, value: float) -> Row:
        return (f"  {word} ", "dim"), (numeral(value, digits=digits), sign_style(value))

    measured: Row = (name, *told("measured", slope.value))
    off: Run = (f" ± {numeral(slope.uncertainty, digits=1)}", "dim")
    first, second = told(found.names[0], one), told(found.names[1], other)
    # If there is room, how far off the measured slope may be; beside the user's own also the other order.
    texts = (*measured, off, *first, *second), (*measured, *first, *second), (*measured, *first)
    return first_fitting([(*text, *yours) for text in texts], width)


def loss_lines(
    trace: Trace, final: FinalLosses | None, found: Comparison, others: Sequence[Trace], width: int
) -> list[Row]:
    """Return the losses after this iteration and after all of them, or how far the runs are that end there.

    The first line begins both orders with the weights before this iteration, the second each order with
    those of the file: from the second iteration on these are not the same.
    """
    of = ", all data" if trace.shapes.samples > 1 else ""
    runs = whole_runs(trace, found, others)
    last = [(how_far(run), "unknown") for run in runs]
    if final is not None:
        last = [(text, "loss") for text in _losses(final.first, final.second)]
    about, room = about_runs(trace, found, runs, known=final is not None), width - NAME - 2 * CELLS - 2
    first, second = _losses(found.loss_first, found.loss_second)
    after: Row = ((" loss after this".ljust(NAME), "heading"), *right(first, "loss"), *right(second, "loss"))
    before: Row = ((f"  before {numeral(found.loss_before, digits=_LOSS_DIGITS)}{of}", "dim"),)
    if (other := loss_with_theirs(trace, found)) is not None:
        first, yours = _losses(found.loss_first, other)
        after = (after[0], *marked(first.rjust(CELLS), "loss"), *after[-2:])
        after = (*after, *beside(f"with yours {yours}", 2))
    name: Run = (" loss after all".ljust(NAME), "heading")
    return [
        first_fitting([(*after, *before), after], width),
        (name, *right(*last[0]), *right(*last[1]), (f"  {first_fitting(about, room)}", "dim")),
    ]


def _losses(one: float, other: float) -> tuple[str, str]:
    """Return two losses with as many digits as tell them apart."""
    digits = max(_LOSS_DIGITS, apart(one, other))
    return numeral(one, CELLS - 2, digits), numeral(other, CELLS - 2, digits)
