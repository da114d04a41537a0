"""Which step does a user mean by 1560, i174, 50% or -3?

A step by its number as the screen has it, from 1; the first step of an iteration; a share of the whole run;
so many steps on or back from here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.read.document.text import shortened

if TYPE_CHECKING:
    from engine.order.schedule import Schedule

_NUMBER = re.compile(r"[0-9]{1,18}")
_ITERATION = re.compile(r"i ?([0-9]{1,18})")
_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,9})?) ?%")
_QUOTED = 20  # cells of what was typed that are repeated
_BY = re.compile(r"([+-])([0-9]{1,18})")

OTHERWISE = "Or i2: iteration 2 · 50%: half of the run · -3, +3: so many steps from here"
"""What may be typed instead of a step's number, for the screen."""


def step_named(schedule: Schedule, here: int, text: str) -> int | str:
    """Return the step (0-based) that a text names, seen from a step; or what is wrong, in a sentence."""
    steps = len(schedule)
    plain = text.replace(",", "")
    if not plain:
        return f"No number yet: 1 to {steps:,}"
    if number := _NUMBER.fullmatch(plain):
        step = int(number[0]) - 1
    elif iteration := _ITERATION.fullmatch(plain):
        wanted, every = int(iteration[1]), schedule.shapes.iterations
        if not 1 <= wanted <= every:
            return f"{shortened(text, _QUOTED)!r} is not an iteration: i1 to i{every:,}"
        step = schedule.first_step(wanted - 1)
    elif share := _SHARE.fullmatch(plain):
        if float(share[1]) > 100.0:
            return f"{shortened(text, _QUOTED)!r} is more than the run: 0% to 100%"
        step = int((steps - 1) * float(share[1]) / 100.0)
    elif by := _BY.fullmatch(plain):
        step = here + int(by[2]) * (1 if by[1] == "+" else -1)
    else:
        step = -1
    return step if 0 <= step < steps else f"{shortened(text, _QUOTED)!r} is not a step: 1 to {steps:,}"
