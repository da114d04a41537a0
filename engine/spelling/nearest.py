"""Which of the known words does a word mean that is none of them?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.spelling.text import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a sentence that suggests which of the `known` words is meant, or the empty string.

    What another library calls it counts for more than how it is spelled.
    """
    from difflib import get_close_matches  # only for a word that is wrong

    from engine.spelling.others import meant

    names = list(known)
    plain = shortened(word, 60).lower().replace("_", "-")
    by_plain = {name.lower().replace("_", "-"): name for name in names}
    if plain not in by_plain and (said := meant(word, names)) is not None:
        return said
    close = get_close_matches(plain, by_plain, n=1, cutoff=0.6)
    return f'Did you mean "{by_plain[close[0]]}"?' if close else ""
