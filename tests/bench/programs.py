"""How long does it take to make the program of a scenario: its table of equations, its text, its compilation?

Until the first iteration is done, in CPU time, with nothing known from before; the least of a few times.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from engine.catalog import find, shipped
from engine.equations import table
from engine.order.schedule import Schedule
from engine.order.shapes import shapes_of
from engine.program.floats import machine as float_machine
from engine.program.machine import machine
from engine.read import load
from engine.update_orders import ORDERS

if TYPE_CHECKING:
    from engine.scenario import Order, Scenario

#: Milliseconds that the program of a shipped scenario may take.
LIMIT: Final = 20.0

_TIMES: Final = 5


def report() -> int:
    """Measure every shipped scenario in every order and print; return how many miss the limit."""
    missed = 0
    sys.stdout.write(f"\n{'ms to make a program':30}" + "".join(f"{order:>11}" for order in ORDERS) + "\n")
    for entry in shipped():
        scenario = load(find(entry.label))
        taken = [milliseconds(scenario, order) for order in ORDERS]
        late = sum(one > LIMIT for one in taken)
        missed += late
        line = f"{entry.label:30}" + "".join(f"{one:11.1f}" for one in taken)
        sys.stdout.write(f"{line}   <= {LIMIT:g}{' MISSED' if late else ''}\n")
        sys.stdout.flush()
    return missed


def milliseconds(scenario: Scenario, order: Order) -> float:
    """Return the CPU time until the first iteration of a scenario is done."""
    taken = []
    for _ in range(_TIMES):
        # What is known of a network is kept by its identity or its shapes, of a program by its text too.
        fresh = replace(scenario, network=replace(scenario.network))
        for kept in (table.made, float_machine.statements, float_machine.code_object):
            kept.cache_clear()
        start = time.process_time()
        shapes = shapes_of(fresh)
        machine(fresh, shapes, Schedule(shapes, order)).advance(0, 1)
        taken.append((time.process_time() - start) * 1e3)
    return min(taken)
