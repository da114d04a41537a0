"""What does a dialog say of what was typed or chosen? What is wrong with it in red."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class Answered(Static):
    """A sentence below what it is about; without one no row, unless it `keeps` it."""

    def __init__(self, *, keeps: bool = False) -> None:
        super().__init__("", id="answer")
        self._keeps = keeps
        self.display = keeps

    def say(self, sentence: str, *, wrong: bool = False) -> None:
        """Say something of it, or nothing."""
        self.set_class(wrong, "-wrong")
        if self.content != sentence:  # else all would be laid out anew at each key
            self.update(Content(sentence))
        self.display = self._keeps or bool(sentence)
