"""At each time: what does the error consist of, and what does it give to the gradient of a shared weight?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.output import output_of
from engine.shared_weight import layer_looked_at, shared_weight
from engine.through_time import factors, quantity, sample_of, shares, sizes
from tui.draw.numbers import UNKNOWN, bare, sign_style, signed
from tui.draw.rows import Row, Run, rule
from tui.draw.time_columns import NUMBER, TimeColumns, number_run

if TYPE_CHECKING:
    from engine.cursor import Cursor
    from engine.scenario import Network
    from engine.tracing import Trace


_WITHOUT_TITLE = 3


class Parts(NamedTuple):
    """A title, the equation of the present error, and rows with its parts at each time."""

    title: Row
    equation: Row
    rows: list[Row]

    @property
    def height(self) -> int:
        """The rows of all of it."""
        return 2 + len(self.rows)

    def cut(self, height: int) -> list[Row]:
        """Return what fits: first the equation, then two of the rows, then the title."""
        if height <= _WITHOUT_TITLE:
            return [self.equation, *self.rows][:height]
        return [self.title, self.equation, *self.rows][:height]


def parts(trace: Trace, cursor: Cursor, columns: TimeColumns) -> Parts:
    """Return where the error of the neuron that is looked at comes from."""
    step, layer = cursor.step, layer_looked_at(trace, cursor)
    unit, last = cursor.units[layer], layer == trace.shapes.layers
    recurrent = trace.shapes.recurrent[layer - 1]
    error = quantity(trace, step, "error", layer, unit)
    above = quantity(trace, step, "from_above", layer, unit) if recurrent else error
    future = quantity(trace, step, "from_future", layer, unit) if recurrent else None
    has_target = trace.shapes.has_target[sample_of(trace, step)]
    end = trace.shapes.times - 1

    def from_above(time: int) -> float | str | None:
        return "none" if last and not has_target[time] else above.at(time)

    def from_future(time: int) -> float | str | None:
        return "none" if future is None or time == end else future.at(time)

    here = f"{'h' if recurrent else 'a'}{layer}[{unit + 1}]"
    title = rule(f"∂C/∂{here}: what came from above, what from the future", columns.width)
    now = columns.present
    equation: Row = (
        (f" ∂C/∂{here}@{now}", "symbol"),
        (" = from above ", ""),
        _wide(from_above(now)),
    )
    rows = [columns.row(("from above", "title"), lambda time: _narrow(from_above(time)))]
    if recurrent:
        equation = (*equation, (" + from the future ", ""), _wide(from_future(now)), (" = ", ""))
        equation = (*equation, _wide(error.at(now)))
        rows.append(columns.row(("+ from the future", "title"), lambda time: _narrow(from_future(time))))
        rows.append(columns.row((f"= ∂C/∂{here}", "title"), lambda time: number_run(error.at(time))))
    else:
        equation = (*equation, ("  (not recurrent: nothing from the future)", "dim"))
    if not last or by_slope(trace.scenario.network):
        slope = quantity(trace, step, "slope", layer, unit)
        delta = quantity(trace, step, "delta", layer, unit)
        rows.append(columns.row(("· slope f'(z)", "title"), lambda time: number_run(slope.at(time))))
        rows.append(
            columns.row((f"= δ{layer}[{unit + 1}]", "title"), lambda time: number_run(delta.at(time)))
        )
    return Parts(title, equation, rows)


def by_slope(network: Network) -> bool:
    """Return whether the last layer's delta is formed as error · slope, not from a Jacobian or as a - y."""
    activation = network.layers[-1].activation
    return activation != "softmax" and not output_of(activation, network.loss).simplified


def gathered(trace: Trace, cursor: Cursor, columns: TimeColumns) -> list[Row]:
    """Return a title, each time's share of one weight's gradient, and the running sum."""
    weight = shared_weight(trace, cursor)
    found = shares(trace, cursor.step, weight.layer, weight.parameter, weight.index)
    after = "summed from the last time back"
    if found.before:
        after = f"upon {bare(found.before)} of earlier samples"
    if trace.order == "premature":
        after = "premature: each applied at once"
    return [
        rule(f"∂C/∂{weight.symbol}: a share from each time", columns.width, after=after),
        columns.row(("share", "title"), lambda time: number_run(found.share.at(time))),
        columns.row(("← sum so far", "title"), lambda time: number_run(found.running.at(time)), "←"),
    ]


def size_numbers(trace: Trace, cursor: Cursor, columns: TimeColumns) -> list[Row]:
    """Return the size of the looked at layer's delta at each time, and what the step back to it leaves."""
    layer = layer_looked_at(trace, cursor)
    size, factor = sizes(trace, cursor.step, layer), factors(trace, cursor.step, layer).each

    def plain(value: float | None, sign: str = " ") -> Run:
        return number_run(None) if value is None else ((sign + bare(value, NUMBER - 1)), "value")

    rows = [columns.row((f"‖δ{layer}‖", "title"), lambda time: plain(size.at(time)))]
    if trace.shapes.recurrent[layer - 1] and trace.shapes.times > 1:
        end = trace.shapes.times - 1
        rows.append(
            columns.row(
                ("← per step back", "title"),
                lambda time: ("", "") if time == end else plain(factor.at(time), "×"),
            )
        )
    return rows


def _narrow(value: float | str | None) -> Run:
    return (f" {value}", "dim") if isinstance(value, str) else number_run(value)


def _wide(value: float | str | None) -> Run:
    if value is None or isinstance(value, str):
        return value or UNKNOWN, "unknown" if value is None else "dim"
    return signed(value, 10).strip(), sign_style(value)
