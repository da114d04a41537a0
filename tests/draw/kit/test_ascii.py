"""Is everything that the app draws shown in ASCII, cell by cell, with no sign left without a meaning?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region

from tests.app.driving import user_of
from tui.draw.kit.rows import plain
from tui.draw.kit.signs.ascii import in_ascii, with_marks
from tui.panes.pane import _difference
from tui.terminal.sign_filters import AsciiFilter

TUI = Path(__file__).parents[3] / "tui"


def test_every_sign_in_the_code_has_its_own() -> None:
    """A question mark stands only for what nobody has thought of."""
    signs = set()
    for path in TUI.rglob("*.py"):
        signs |= set(re.findall(r"[^\x00-\x7f]", path.read_text(encoding="utf-8")))
    assert len(signs) > 30
    assert [sign for sign in sorted(signs) if in_ascii(sign) == "?"] == []


@pytest.mark.parametrize("text", ["δ1[2] = f'(z)×∂C/∂a", "½ Σ (a - y)² ", "漢字", "Müller", "⠀⣿⠁⣀⡇", "↻▲●"])
def test_nothing_moves(text: str) -> None:
    from rich.cells import cell_len

    changed = in_ascii(text)
    assert changed.isascii()
    assert len(changed) == cell_len(text)


def test_a_product_is_not_a_decimal_point() -> None:
    assert in_ascii("0.4×0.1385") == "0.4*0.1385"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("W2  2×2", "W2  2x2"),
        ("5×1,500 samples", "5x1,500 samples"),
        ("too early 750×", "too early 750x"),
        ("  × as many", "  x as many"),
        ("0.5 × (-2)", "0.5 * (-2)"),
        ("3.3×5.487", "3.3*5.487"),
        ("W2×δ2", "W2*d2"),
        ("2×x[1]", "2*x[1]"),
    ],
)
def test_a_star_behind_a_number_is_what_is_made_and_never_a_size(text: str, told: str) -> None:
    assert in_ascii(text) == told


def test_no_bar_is_an_equals_sign() -> None:
    bars = (("  12  ", "value"), ("━━╸", "value"), (" ", ""), ("━┃━", "negative"), ("━━", "wire-active"))
    assert in_ascii(plain(with_marks(bars))) == "  12  ### #@#=="


async def test_a_sign_between_blanks_and_numbers_is_no_bar() -> None:
    """In the views that have them beside numbers."""
    async with user_of("mazur", 6, ascii_only=True) as user:
        await user.until_computed()
        for key in "2345":
            await user.press(key)
            assert not re.search(r"=+$|log scale =|^ *= [a-z]+ed", user.text(), re.MULTILINE), key
        await user.press("3", "?", *["down"] * 18)
        assert "##:        a bar: the longer, the larger" in user.text()


def test_what_a_step_has_made_has_a_mark_behind() -> None:
    row = (("δ ", "dim"), ("0.5", "new-positive"), ("  ", ""), ("-2  ", "new-negative"), ("3", "positive"))
    assert plain(with_marks(row)) == "δ 0.5* -2* 3"
    beside = (("1", "new-positive"), ("2", "new-positive"), ("x", ""))
    assert with_marks(beside) == beside


async def test_the_marks_stand_on_the_screen_and_go_with_the_step() -> None:
    async with user_of("mazur", 6, ascii_only=True) as user:
        assert "d 0.008771*" in user.text()
        await user.press("n")
        assert "d 0.008771*" not in user.text()
        assert "0.008771" in user.text()
    async with user_of("mazur", 6) as user:
        assert "0.008771*" not in user.text()


def test_a_square_is_said_in_full_though_the_space_after_it_is_drawn_apart() -> None:
    line = [Segment("B²", Style(bold=True)), Segment("  "), Segment("½"), Segment("x")]
    shown = AsciiFilter().apply(line, Color.parse("black"))
    assert [segment.text for segment in shown] == ["B^2", " ", "h", "x"]


def test_curves_keep_their_height() -> None:
    assert in_ascii("⠉") == "'"
    assert in_ascii("⣀") == "."
    assert in_ascii("⣿") == "#"


async def test_every_screen_is_ascii() -> None:
    views, dialogs = [str(view) for view in range(2, 10)], ["?", "o", "g", "m"]
    async with user_of("bptt", 12, size=(120, 40), wait=0.02, ascii_only=True) as user:
        await user.until_computed()
        seen = [user.text()]
        for key in (*views, "1", *dialogs):
            await user.press(key)
            text = user.text()
            seen.append(text)
            assert text.isascii(), (key, [sign for sign in text if not sign.isascii()])
            assert len(text.split()) > 10, key
            if key in dialogs:
                await user.press("escape")
                assert user.text() == seen[0], key
    assert len(set(seen)) == len(seen) - 1  # each key leads somewhere, 1 to where it began


def test_where_a_sign_comes_or_goes_that_is_said_in_full_the_blank_behind_it_is_painted_too() -> None:
    blanks, before, squared, other = ("   ", ""), ("f = 0.5", ""), ("1 - aa²", ""), ("1 - aab", "")
    for old, new, painted in ((before, squared, 8), (squared, before, 8), (before, other, 7)):
        assert _difference((old, blanks), (new, blanks), 3, 10) == Region(0, 3, painted, 1)
    assert _difference((before,), (squared,), 3, 7) == Region(0, 3, 7, 1)
