"""How much work is done? Measured so that a busy machine says the same as an idle one.

What runs in Python is counted in lines. What runs in the libraries below it is held against a loop on the
same machine at the same time.
"""

from __future__ import annotations

import gc
import math
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

_SHARE = 10  # of a million rounds; so short a loop is soon run


def lines_run(do: Callable[..., object], *given: object) -> int:
    """How many lines of Python are run, each counted as often as it is: a loop by its rounds.

    Garbage of others is not collected meanwhile: what their objects run when they go is no work of this.
    """
    lines = 0

    def count(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal lines
        lines += event == "line"
        return count

    before, collects = sys.gettrace(), gc.isenabled()
    gc.disable()
    sys.settrace(count)
    try:
        do(*given)
    finally:
        sys.settrace(before)
        if collects:
            gc.enable()
    return lines


def million_rounds(do: Callable[..., object], *given: object, most: float = math.inf) -> float:
    """How many million rounds of an empty loop, run before and after it, take as much of the processor.

    A hundred of them take about a second. What takes `most` or more is done again, at most twice, and the
    least counts: another program may have had the processor's caches.
    """
    least = math.inf
    for _ in range(3):
        least = min(least, _million_rounds(do, *given))
        if least < most:
            break
    return least


def _million_rounds(do: Callable[..., object], *given: object) -> float:
    before = _processor_time(_rounds)
    taken = _processor_time(do, *given)
    return taken / _SHARE / max(before, _processor_time(_rounds))


def _rounds() -> None:
    for _ in range(1_000_000 // _SHARE):
        pass


def _processor_time(do: Callable[..., object], *given: object) -> float:
    begin = time.process_time()
    do(*given)
    return time.process_time() - begin
