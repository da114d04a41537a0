"""What is said of a file that can't be read as what it should be?"""

from __future__ import annotations


class UnreadableError(Exception):
    """A file is not what it should be: the sentence that says why, and the remedy."""

    def __init__(self, says: str, remedy: str = "") -> None:
        super().__init__(says)
        self.says, self.remedy = says, remedy
