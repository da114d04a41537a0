"""What may no text hold, wherever it is shown?"""

from __future__ import annotations

import unicodedata


class Wrong(Exception):  # noqa: N818  a verdict, not an error of the program
    """Something works, and says or shows what it must not."""


def judge_text(text: str) -> None:
    """Raise `Wrong` if a text holds a character that steers a terminal or hides from the eye.

    Line ends are left to the caller.
    """
    for line in text.split("\n"):
        if not line.isprintable():
            for sign in line:
                if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
                    raise Wrong(f"the character {sign!a} in {line[:120]!a}")
