"""What should the program of an iteration print? The records of its steps, a line each, and the loss."""

from __future__ import annotations

from contextlib import redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, Any

from engine.listing.listing import listing
from engine.order.shapes import shapes_of
from engine.program import machine
from engine.run.tracing import trace

if TYPE_CHECKING:
    from engine.scenario import Order, Scenario

_HEAD = ("sample", "time", "layer")


def line(record: dict[str, Any]) -> str:
    """Write a record as a printed program writes it: what is not finite as a number, all else as it is."""
    words = [f"step {record['step']}", record["kind"]]
    words += [f"{name} {record[name]}" for name in _HEAD if record[name] is not None]
    fields = [name for name in record if name not in (*_HEAD, "step", "screen_step", "kind", "iteration")]
    return "  ".join([*words, *(f"{name} {_numbers(record[name])}" for name in fields)])


def _numbers(value: Any) -> Any:
    if isinstance(value, list):
        return [_numbers(one) for one in value]
    return float(value)  # a word, such as "inf", too


def expected(scenario: Scenario, order: Order) -> list[str]:
    """The lines that the program of a scenario should print, by its trace."""
    steps = trace(scenario, order)
    lines = [line(steps[step].record()) for step in range(steps.schedule.first_step(1))]
    if machine.straight(scenario, shapes_of(scenario)):
        steps.advance(1)
        loss = float(steps.losses.values()[0])
    else:
        loss = steps.iteration(0).loss()
        if scenario.training.reduction == "mean":
            loss /= len(steps.iteration(0).samples)
    return [*lines, f"iteration 0  loss {loss}"]


def printed(scenario: Scenario, order: Order) -> list[str]:
    """The lines that the program of a scenario prints, run in this process."""
    return output(listing(scenario, order)).splitlines()


def output(program: str) -> str:
    """What a program prints."""
    out = StringIO()
    with redirect_stdout(out):
        exec(compile(program, "<program>", "exec"), {"__name__": "__main__"})
    return out.getvalue()
