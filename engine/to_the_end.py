"""What comes of an answer that is worked out bit by bit, for one who waits for it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Generator

Answer = TypeVar("Answer")


def to_the_end(asked: Generator[object, None, Answer]) -> Answer:
    """Return what a generator returns that yields after each bit of its work."""
    while True:
        try:
            next(asked)
        except StopIteration as end:
            answer: Answer = end.value
            return answer
