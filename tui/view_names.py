"""What are the views called, by the keys that lead to them and by their names?"""

from __future__ import annotations

from engine.looking.lesson.shown import VIEWS

PRESENTER = "presenter"
"""The page for a class on a projector, in the place of a view."""

BY_LETTER = {"branches": "E", "watches": "W"}
"""Views of the session rather than of the run: no number leads there and no note, but a letter."""

_LETTERS = {**BY_LETTER, PRESENTER: "P"}

EVERY_VIEW = (*VIEWS, *_LETTERS)
"""All that can be shown in the place of the network."""


def key_of(view: str) -> str:
    """Return the key that leads to a view."""
    return _LETTERS.get(view) or str((VIEWS.index(view) + 1) % 10)


def name_of(view: str, *, sequences: bool) -> str:
    """Return what a view is called in its border; of data without times view 5 has the layers alone."""
    return "layers" if view == "time" and not sequences else view


BY_WORD = {**{key_of(view): view for view in EVERY_VIEW}, **{view: view for view in EVERY_VIEW}}
"""The views by their keys and by their names."""
