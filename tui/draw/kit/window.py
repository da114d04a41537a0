"""Which of many rows, columns or layers are shown where not all fit? Those around the chosen one."""

from __future__ import annotations


def around(chosen: int, count: int, room: int) -> range:
    """Return the places that are shown of `count` in so much room: the chosen one in their middle.

    At an end there are none beyond it, and as many on the other side as fit.
    """
    room = max(1, min(room, count))
    first = max(0, min(chosen - room // 2, count - room))
    return range(first, first + room)
