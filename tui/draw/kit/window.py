"""Which of many rows, columns or layers are shown where not all fit? Those around the chosen one."""

from __future__ import annotations


def around(chosen: int, count: int, room: int) -> range:
    """Return the places that are shown of `count` in so much room: the chosen one in their middle.

    At an end there are none beyond it, and as many on the other side as fit.
    """
    room = max(1, min(room, count))
    first = max(0, min(chosen - room // 2, count - room))
    return range(first, first + room)


def counted_around(chosen: int, count: int, room: int) -> range:
    """Return the places that are shown where those that are hidden are counted: at each end they take one."""
    if count <= room:
        return range(count)
    visible = max(1, room - 2)
    first = max(0, chosen - visible // 2)
    # At an end there is nothing to count, and room for one more.
    if first <= 1:
        return range(max(1, room - 1))
    if first + visible >= count - 1:
        return range(count - max(1, room - 1), count)
    return range(first, first + visible)
