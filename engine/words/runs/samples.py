"""What is said of the samples of a table: which are they, how many are right, what is mixed up?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.equations.forward import divisor
from engine.numerals import counted, numeral

if TYPE_CHECKING:
    from engine.facts.samples import Indices, Samples
    from engine.run.tracing import Trace


def heading(rows: Samples, order: Indices, which: str) -> str:
    """Return what is in the table; `which` are its rows: all, those of the batch, or those that are wrong."""
    samples = len(np.unique(rows.samples))
    whole, each = counted(samples, "sample"), len(rows) // samples
    if each > 1:
        whole = f"{len(rows):,} = {whole} × {each} times"
        if each * samples < len(rows):
            whole = f"{len(rows):,} losses of {counted(samples, 'sample')}"
    if which == "batch":
        return f"{len(order):,} of {whole}: the batch of iteration {rows.iteration + 1:,}"
    if which == "wrong":
        return f"{len(order):,} of {whole}: taken for another class"
    return f"{whole}, as the network stands before iteration {rows.iteration + 1:,}"


def called(trace: Trace, rows: Samples, row: int) -> str:
    """Return how the sample of a row is called."""
    at = f" at time {int(rows.times[row])}" if trace.shapes.sequences else ""
    return f"sample {int(rows.samples[row]) + 1:,}{at}"


def in_batch(trace: Trace, rows: Samples, row: int) -> str:
    """Return which sample of which batch that of a row is; nothing where all samples are one batch."""
    batch, place = divmod(int(rows.samples[row]), trace.scenario.training.batch_size)
    if trace.shapes.batches == 1:
        return ""
    return f"{place + 1:,} of {len(trace.shapes.batch(batch)):,} in batch {batch + 1:,}"


def outputs(trace: Trace, rows: Samples) -> list[str]:
    """Return what each output is called: the class that it stands for, or its number."""
    shapes, units = trace.shapes, rows.predictions.shape[1]
    if rows.classes and units > 1:
        return list(rows.classes[:units])
    letter = "h" if shapes.recurrent[shapes.layers - 1] else "a"
    return [f"{letter}{shapes.layers}[{unit + 1}]" for unit in range(units)]


def score(rows: Samples, order: Indices) -> str:
    """Return how many of some rows are right, in words; nothing without classes."""
    if not rows.classes or not len(order):
        return ""
    right = len(order) - int(rows.wrong[order].sum())
    return f"{right:,} of {len(order):,} right, {numeral(100.0 * right / len(order), digits=3)} %"


def mixed_up(rows: Samples, order: Indices) -> str:
    """Return which class is taken for which most often; nothing where none is."""
    if not rows.classes or not rows.wrong[order].any():
        return ""
    found = rows.confusion(order).copy()
    np.fill_diagonal(found, 0)
    meant, said = np.unravel_index(int(found.argmax()), found.shape)
    times = int(found[meant, said])
    often = "once" if times == 1 else f"{times:,} times"
    return f"{rows.classes[meant]} is taken for {rows.classes[said]}, {often}."


def reduced_loss(trace: Trace, rows: Samples, order: Indices) -> str:
    """Return the loss of some rows, and that it is summed or averaged over their samples."""
    return f"{numeral(reduced(trace, rows, order))} ({trace.scenario.training.reduction})"


def reduced(trace: Trace, rows: Samples, order: Indices) -> float:
    """Return the loss of some rows, summed or averaged over their samples as `reduction` says."""
    total = float(rows.losses[order].sum())
    return total / divisor(trace.scenario.training, len(np.unique(rows.samples[order])))


def share_of_loss(rows: Samples, order: Indices, row: int) -> str:
    """Return how much of the loss of some rows one of them has; nothing where that can't be said."""
    total = float(rows.losses[order].sum())
    if len(order) < 2 or not np.isfinite(total) or total <= 0.0:
        return ""
    at = f" at time {int(rows.times[row])}" if rows.times.any() else ""
    share = numeral(100.0 * float(rows.losses[row]) / total, digits=2)
    return f"Sample {int(rows.samples[row]) + 1:,}{at} alone makes {share} % of all of C."
