"""What may a scenario at hand, or a lesson, be called?

One rule for what the shelf lists, what a leader tells, and what is asked for over ssh, whose session script
says the same in the words of a shell (tui.classroom.sshd).
"""

from __future__ import annotations

LONGEST_NAME = 250
"""Bytes: with an ending, what a file system takes."""


def is_name(text: str) -> bool:
    """Return whether a text can be a name: it can be shown, and it is no path, no option and not hidden."""
    return (
        text.isprintable()
        and text == text.strip()
        and 0 < len(text.encode()) <= LONGEST_NAME
        and not text.startswith(("-", "."))
        and not any(mark in text for mark in "/\\")
    )
