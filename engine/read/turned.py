"""Which weights are turned over: a row for each input, as numpy and Keras write them?

Here a row is a neuron. A matrix that fits when it is turned over, where nothing else in the file says that it
has as many neurons as rows, is taken for one, so that what is right above it is not called wrong as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from engine.read.findings import Finding
from engine.read.numbers import counted, known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.read.document.shape import LayerTable

_WRITTEN = 24  # numbers of a matrix that is written as it should be


class Turned(Struct, frozen=True):
    """A matrix that is turned over: of which layer (from 0), its rows, and their length."""

    layer: int
    rows: int
    columns: int


def is_turned(tables: Sequence[LayerTable], index: int, below: int | None) -> Turned | None:
    """Return the weights of a layer (from 0) over so many units, if they are turned over."""
    weights = tables[index].weights
    if not below or weights is None or not known(weights):
        return None
    rows, widths = len(weights), {len(row) for row in weights}
    if rows != below or len(widths) != 1 or widths & {0, below}:
        return None
    others = [tables[index].biases, tables[index].recurrent_weights, tables[index].initial_state]
    if any(other is not None and known(other) and len(other) == rows for other in others):
        return None
    above = tables[index + 1].weights if index + 1 < len(tables) else None
    if above is not None and known(above) and {len(row) for row in above} == {rows}:
        return None
    return Turned(index, rows, widths.pop())


def said(turned: Sequence[Turned], tables: Sequence[LayerTable], per: str) -> Finding:
    """Return what is to be said of all matrices that are turned over, at the first one."""
    first = turned[0]
    weights = tables[first.layer].weights or []
    expected = f"{counted(first.rows, 'number')}, one per {per}"
    found = f"{counted(first.rows, 'row')} of {first.columns}"
    fit = "fit" if first.rows > 1 else "fits"
    says = f"expected rows of {expected}, found {found}, which {fit} when turned over"
    remedy = "A row is a neuron here; numpy and Keras have a row for each input"
    if first.rows * first.columns <= _WRITTEN:
        columns = zip(*weights, strict=True)
        right = ", ".join(f"[{', '.join(map(repr, column))}]" for column in columns)
        remedy += f". Write [{right}]"
    else:
        remedy += ". Turn it over: weights.T.tolist()"
    also = [one.layer + 1 for one in turned[1:]]
    remedy += f", and turn over those of {_layers(also)} too." if also else "."
    square = [place for place, table in enumerate(tables, start=1) if _is_square(table)]
    if square:
        remedy += f" Those of {_layers(square)} fit both ways: if written alike, turn them over as well."
    return Finding(("network", "layers", first.layer, "weights"), says, remedy, numbers=first.rows)


def _is_square(table: LayerTable) -> bool:
    weights = table.weights
    if weights is None or not known(weights) or len(weights) < 2:
        return False
    return {len(row) for row in weights} == {len(weights)}


def _layers(numbers: Sequence[int]) -> str:
    words = [str(number) for number in numbers]
    if len(words) == 1:
        return f"layer {words[0]}"
    return f"layers {', '.join(words[:-1])} and {words[-1]}"
