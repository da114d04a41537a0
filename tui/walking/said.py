"""What is said of a key in the line above the keys: a hint, or that something is wrong?"""

from __future__ import annotations


class Wrong(str):
    """A sentence that says what is wrong, or has not been done; any other is a hint."""

    __slots__ = ()
