"""At each time: what does the error consist of, and what does it give to the gradient of a shared weight?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.beside.alongside import alongside
from engine.facts.beside.claims import Claim
from engine.facts.chain.factors import is_one_factor
from engine.facts.unrolled.gain import through_times
from engine.facts.unrolled.through_time import sample_of, shares, sizes
from engine.looking.weights import layer_looked_at, weight_looked_at
from engine.order.quantities import GROUP_OF
from engine.words.numbers.unrolled import how_gathered
from tui.draw.kit.numbers import UNKNOWN, WRONG, numeral, sign_style, signed
from tui.draw.kit.rows import Row, Run, length, rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.looking.cursor import Cursor
    from engine.run.iteration import Stored
    from engine.run.tracing import Trace
    from tui.draw.time.columns import TimeColumns


def parts(trace: Trace, cursor: Cursor, columns: TimeColumns) -> tuple[Row, Row, list[Row]]:
    """Return where the error of the neuron that is looked at comes from.

    A title, the equation of the present error, and rows with its parts at each time.
    """
    step, layer = cursor.step, layer_looked_at(trace, cursor)
    unit, last = cursor.units[layer], layer == trace.shapes.layers
    recurrent = trace.shapes.recurrent[layer - 1]
    other = alongside(trace, step)

    def looked_up(name: Stored) -> Claim:
        return Claim.of_unit(name, layer, unit, trace, step, other)

    error = looked_up("error")
    above = looked_up("from_above") if recurrent else error
    future = looked_up("from_future") if recurrent else None
    has_target = trace.shapes.has_target[sample_of(trace, step)]
    end = trace.shapes.times - 1

    def from_above(time: int) -> float | str | None:
        return "none" if last and not has_target[time] else above.at(time)

    def from_future(time: int) -> float | str | None:
        return "none" if future is None or time == end else future.at(time)

    here = f"{'h' if recurrent else 'a'}{layer}[{unit + 1}]"
    title = rule(f"∂C/∂{here}: what came from above, what from the future", columns.width)
    lines: list[tuple[str, Callable[[int], float | str | None], Claim]] = [("from above", from_above, above)]
    if future is not None:
        lines += [("+ from the future", from_future, future), (f"= ∂C/∂{here}", error.at, error)]
    now = columns.present
    equation: Row = ((f" ∂C/∂{here}@{now}", "symbol"), (" = from above ", ""), _wide(from_above(now)))
    if future is None:
        known = *equation, *_right(error.right(now))
        wordings = [
            (*known, (f"  (not recurrent{more})", "dim")) for more in (": nothing from the future", "")
        ]
    else:
        known = _wide(from_future(now)), (" = ", ""), _wide(error.at(now)), *_right(error.right(now))
        wordings = [(*equation, (f" + {words} ", ""), *known) for words in ("from the future", "future")]
    equation = next((row for row in wordings if length(row) <= columns.width), wordings[-1])
    if not last or not is_one_factor(trace.scenario):
        slope, delta = looked_up("slope"), looked_up("delta")
        lines += [("× slope f'(z)", slope.at, slope), (f"= δ{layer}[{unit + 1}]", delta.at, delta)]
    return title, equation, [row for line in lines for row in columns.rows(*line)]


def _right(value: float | None) -> Row:
    return () if value is None else ((f" {WRONG} ", "warning"), _wide(value))


def gathered(trace: Trace, cursor: Cursor, columns: TimeColumns, *, titled: bool = True) -> list[Row]:
    """Return what each time gives to the gradient of the weight that is looked at."""
    weight = weight_looked_at(trace, cursor)
    of = weight.layer, GROUP_OF[weight.reference.quantity], weight.index
    found, other = shares(trace, cursor.step, *of), alongside(trace, cursor.step)
    beside = None if other is None else shares(other.trace, other.step, *of)
    share = Claim.of(found.share, None if beside is None else beside.share, other)
    running = Claim.of(found.running, None if beside is None else beside.running, other)
    title = rule(
        f"∂C/∂{weight.symbol}: a share from each time", columns.width, after=how_gathered(weight, found)
    )
    name = "share" if titled else f"∂C/∂{weight.symbol}"
    rows = [*columns.rows(name, share.at, share), *columns.rows("← sum so far", running.at, running, "←")]
    return [title, *rows] if titled else rows


def size_numbers(trace: Trace, cursor: Cursor, columns: TimeColumns) -> list[Row]:
    """Return the size of the looked at layer's delta at each time, and what the step back to it leaves."""
    layer = layer_looked_at(trace, cursor)
    other = alongside(trace, cursor.step)
    size = Claim.made(lambda run, at: sizes(run, at, layer), trace, cursor.step, other)
    factor = Claim.made(lambda run, at: through_times(run, at, layer).each, trace, cursor.step, other)

    def plain(value: float | None, sign: str = " ") -> Run:
        return columns.run(None) if value is None else ((sign + numeral(value, columns.number - 1)), "value")

    rows = [columns.row((f"‖δ{layer}‖", "title"), lambda time: plain(size.at(time)), wrong=size.is_wrong)]
    if trace.shapes.recurrent[layer - 1] and trace.shapes.times > 1:
        end = trace.shapes.times - 1
        rows.append(
            columns.row(
                ("← from the future", "title"),
                lambda time: ("", "") if time == end else plain(factor.at(time), "×"),
                wrong=factor.is_wrong,
            )
        )
    return rows


def _wide(value: float | str | None) -> Run:
    if value is None or isinstance(value, str):
        return value or UNKNOWN, "unknown" if value is None else "dim"
    return signed(value, 10).strip(), sign_style(value)
