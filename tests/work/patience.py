"""How long does a test wait for what must come? Longer than any machine needs: only what hangs takes it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 60.0


def wait_until(
    true: Callable[[], object],
    *,
    told: Callable[[], object] = str,
    meanwhile: Callable[[], object] = lambda: time.sleep(0.01),
) -> None:
    """Wait until something is so; of what hangs it is told how it is."""
    stop = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < stop, told()
        meanwhile()
