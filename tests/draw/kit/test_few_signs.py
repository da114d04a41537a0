"""Is everything that the app draws shown on a console in signs that its font has, cell by cell?"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from tests.app.driving import user_of
from tui.draw.kit.signs.few_signs import HAVE, in_few_signs
from tui.draw.kit.wide import cells

TUI = Path(__file__).parents[3] / "tui"


def has(sign: str) -> bool:
    """Whether such a font has a sign: the signs that are nearly everywhere, and letters."""
    return sign.isascii() or sign in HAVE or unicodedata.category(sign)[0] == "L"


def test_every_sign_in_the_code_has_its_own() -> None:
    texts = [path.read_text("utf-8") for path in TUI.rglob("*.py")]
    signs = {sign for text in texts for sign in re.findall(r"[^\x00-\x7f]", text)}
    drawn = signs - set("⣿⡠⠊⠀") | {chr(0x2800 + dots) for dots in range(256)}
    assert [sign for sign in sorted(drawn) if not all(map(has, in_few_signs(sign)))] == []


@pytest.mark.parametrize("text", ["δ1[2] = f'(z)×∂C/∂a", "½ Σ (a - y)² ", "漢字", "Müller", "┏━┓⣀⣿⠀▸∇"])
def test_nothing_moves(text: str) -> None:
    assert cells(in_few_signs(text)) == cells(text)


@pytest.mark.parametrize(("term", "heavy"), [("linux", False), ("linux-16color", False), ("xterm", True)])
async def test_only_a_console_lacks_signs(term: str, heavy: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", term)
    async with user_of("mazur") as user:
        lines = user.text()
    assert ("━" in lines, "═" in lines) == (heavy, not heavy)
    assert all(map(has, lines)) or heavy
    assert "δ = ∂C/∂z" in lines
