"""How wide are the lines of a dialog?"""

from __future__ import annotations

WIDTH = 120
"""Cells of a dialog that are written in, at most: longer lines would be hard to read."""

AROUND_LIST = 7
"""Cells of a line of a list that its border, the blanks beside it and the scroll bar take."""
