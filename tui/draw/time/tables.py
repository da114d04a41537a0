"""At each time: what does the error consist of, and what does it give to the gradient of a shared weight?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from engine.equations.links import is_one_factor
from engine.facts.beside.claims import Claim
from engine.facts.through_time import shares, sizes
from engine.facts.unrolled.gain import through_times
from engine.looking.weights import layer_looked_at, weight_looked_at
from engine.order.quantities import GROUP_OF
from engine.words.numbers.unrolled import how_gathered
from tui.draw.kit.numbers import UNKNOWN, WRONG, sign_style, signed
from tui.draw.kit.rows import Row, Run, first_fitting, rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.draw.time.story import Teller


def parts(teller: Teller) -> tuple[Row, Row, list[Row]]:
    """Return where the error of the neuron that is looked at comes from.

    A title, the equation of the present error, and rows with its parts at each time.
    """
    trace, columns = teller.trace, teller.columns
    layer = layer_looked_at(trace, teller.cursor)
    unit, last = teller.units[layer], layer == trace.shapes.layers
    looked_up = partial(teller.claim, layer=layer, unit=unit)
    recurrent = trace.shapes.recurrent[layer - 1]
    error = looked_up("error")
    above = looked_up("from_above") if recurrent else error
    future = looked_up("from_future") if recurrent else None
    end = trace.shapes.times - 1

    def from_above(time: int) -> float | str | None:
        return "none" if last and not teller.there[time] else above.at(time)

    def from_future(time: int) -> float | str | None:
        return "none" if future is None or time == end else future.at(time)

    here = f"{'h' if recurrent else 'a'}{layer}[{unit + 1}]"
    title = rule(f"∂C/∂{here}: what came from above, what from the future", columns.width)
    lines: list[tuple[str, Callable[[int], float | str | None], Claim]] = [("from above", from_above, above)]
    now = columns.present
    right: Row = () if (value := error.right(now)) is None else ((f" {WRONG} ", "warning"), _wide(value))
    equation: Row = ((f" ∂C/∂{here}@{now}", "symbol"), (" = from above ", ""), _wide(from_above(now)))
    if future is None:
        told = ": nothing from the future", ""
        wordings: list[Row] = [(*equation, *right, (f"  (not recurrent{more})", "dim")) for more in told]
    else:
        lines += [("+ from the future", from_future, future), (f"= ∂C/∂{here}", error.at, error)]
        both: Row = (_wide(from_future(now)), (" = ", ""), _wide(error.at(now)), *right)
        wordings = [(*equation, (f" + {words} ", ""), *both) for words in ("from the future", "future")]
    if not last or not is_one_factor(trace.scenario):
        slope, delta = looked_up("slope"), looked_up("delta")
        lines += [("× slope f'(z)", slope.at, slope), (f"= δ{layer}[{unit + 1}]", delta.at, delta)]
    rows = [row for line in lines for row in columns.rows(*line)]
    return title, first_fitting(wordings, columns.width), rows


def gathered(teller: Teller, *, titled: bool = True) -> list[Row]:
    """Return what each time gives to the gradient of the weight that is looked at."""
    trace, columns, other = teller.trace, teller.columns, teller.other
    weight = weight_looked_at(trace, teller.cursor)
    of = weight.layer, GROUP_OF[weight.reference.quantity], weight.index
    found = shares(trace, teller.step, *of)
    beside = None if other is None else shares(other.trace, other.step, *of)
    share = Claim.of(found.share, None if beside is None else beside.share, other)
    running = Claim.of(found.running, None if beside is None else beside.running, other)
    name, after = f"∂C/∂{weight.symbol}", how_gathered(weight, found)
    rows = columns.rows("share" if titled else name, share.at, share)
    rows += columns.rows("← sum so far", running.at, running, "←")
    return [rule(f"{name}: a share from each time", columns.width, after=after), *rows] if titled else rows


def size_numbers(teller: Teller) -> list[Row]:
    """Return the size of the looked at layer's delta at each time, and what the step back to it leaves."""
    trace, columns = teller.trace, teller.columns
    layer, end = layer_looked_at(trace, teller.cursor), trace.shapes.times - 1
    size = teller.worked_out(lambda run, at: sizes(run, at, layer))
    factor = teller.worked_out(lambda run, at: through_times(run, at, layer).each)
    rows = columns.rows(f"‖δ{layer}‖", size.at, size, style="value")[:1]
    if trace.shapes.recurrent[layer - 1] and end:
        each = columns.rows(
            "× step back", lambda time: "" if time == end else factor.at(time), factor, style="value"
        )
        rows += each[:1]
    return rows


def _wide(value: float | str | None) -> Run:
    if value is None or isinstance(value, str):
        return value or UNKNOWN, "unknown" if value is None else "dim"
    return signed(value, 10).strip(), sign_style(value)
