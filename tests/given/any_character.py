"""Which character may stand in a text? Any that can be written in UTF-8.

Hypothesis's own `text()` looks through all of Unicode first, which takes as long as hundreds of tests.
"""

from __future__ import annotations

from hypothesis import strategies as st

ANY_CHARACTER: st.SearchStrategy[str] = (
    st.integers(0x20, 0x7E) | st.integers(0, 0x2FF) | st.integers(0, 0xD7FF) | st.integers(0xE000, 0x10FFFF)
).map(chr)
"""Of the plain ones and of each larger kind as many: no half of a pair."""
