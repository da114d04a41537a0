"""How does something go on beside the app, so that a fault in it is heard of?

Nobody waits for a task that goes on for as long as the app runs: what ends it would be lost, and what it was
to bring waited for in vain.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Coroutine


def go_on(what: Coroutine[None, None, None], name: str) -> asyncio.Task[None]:
    """Begin something that goes on by itself; a fault that ends it comes to the loop's exception handler."""
    task = asyncio.create_task(what, name=name)
    task.add_done_callback(_raise_fault)
    return task


def _raise_fault(task: asyncio.Task[None]) -> None:
    error = None if task.cancelled() else task.exception()
    if error is not None:
        raise error
