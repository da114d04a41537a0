"""Can every style be read in the themes that are Textual's, and are its signs and phases told apart?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from textual.color import Color
from textual.filter import monochrome_style
from textual.theme import BUILTIN_THEMES, Theme

from tests.theme.test_colours import VGA, contrast, least_of
from tui.foreign_theme import completed
from tui.palette import LOOKS, Palette
from tui.theme import DARK, LIGHT

if TYPE_CHECKING:
    from collections.abc import Iterator

THEMES = [theme for theme in BUILTIN_THEMES.values() if not theme.ansi]
ANSI_THEMES = [theme for theme in BUILTIN_THEMES.values() if theme.ansi]
GROUNDS = ("background", "surface")
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def variables_of(theme: Theme) -> dict[str, str]:
    return completed({**theme.to_color_system().generate(), **theme.variables}, dark=theme.dark)


def styles_of(theme: Theme) -> Iterator[tuple[str, Style]]:
    for ground in GROUNDS:
        yield from Palette(variables_of(theme), ground).every().items()


def apart(one: str, other: str) -> float:
    return sum(abs(a - b) for a, b in zip(Color.parse(one).rgb, Color.parse(other).rgb, strict=True))


def reduced(style: Style, system: ColorSystem) -> Style:
    assert style.color is not None
    assert style.bgcolor is not None
    return Style.from_color(style.color.downgrade(system), style.bgcolor.downgrade(system))


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_style_can_be_read_however_many_colours_there_are(theme: Theme) -> None:
    for name, style in styles_of(theme):
        least = least_of(name)
        assert contrast(style) >= least, name
        assert contrast(reduced(style, ColorSystem.EIGHT_BIT)) >= least / 1.5, name
        assert contrast(monochrome_style(style)) >= least, name
        assert contrast(reduced(style, ColorSystem.STANDARD), VGA) >= 2.0, name


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_what_is_looked_at_and_the_loss_are_no_paler_or_darker_kind_of_another_colour(theme: Theme) -> None:
    found = variables_of(theme)
    for one, others in (("accent", ("positive", "negative", "backward")), ("loss", ("negative",))):
        mine = Color.parse(found[one]).hsl
        for other in others:
            away = abs(mine.h - Color.parse(found[other]).hsl.h)
            assert mine.s < 0.2 or min(away, 1.0 - away) * 360 >= 15, (one, other)


@pytest.mark.parametrize("theme", ANSI_THEMES, ids=lambda theme: theme.name)
def test_every_style_can_be_read_in_the_terminal_s_own_colours(theme: Theme) -> None:
    """Its ground is light where the theme says so."""
    dark, light = VGA.background_color, VGA.ansi_colors[15]
    colours: list[tuple[int, int, int]] = [VGA.ansi_colors[number] for number in range(16)]
    terminal = TerminalTheme(*((dark, light) if theme.dark else (light, dark)), colours)
    for name, style in styles_of(theme):
        assert contrast(style, terminal) >= 2.0, name
        # What has a ground of its own is turned over: no other ink is sure to be seen on it.
        assert bool(style.reverse) == bool(LOOKS[name].ground), name
        assert style.color is not None
        assert style.bgcolor is not None
        assert style.bgcolor.is_default, name


@pytest.mark.parametrize("theme", BUILTIN_THEMES.values(), ids=lambda theme: theme.name)
def test_signs_and_phases_are_told_apart(theme: Theme) -> None:
    found = variables_of(theme)
    assert found["positive"] != found["negative"]
    assert len({found[phase] for phase in ("forward", "loss", "backward", "update")}) == 4


@pytest.mark.parametrize("theme", [DARK, LIGHT, *THEMES], ids=lambda theme: theme.name)
def test_what_is_looked_at_the_loss_and_what_is_wrong_have_hues_of_their_own(theme: Theme) -> None:
    found = variables_of(theme)
    for one, other in (
        ("accent", "loss"),
        ("accent", "negative"),
        ("accent", "positive"),
        ("loss", "negative"),
        ("error", "backward"),
    ):
        assert apart(found[one], found[other]) >= 40, (one, other)


@pytest.mark.parametrize("theme", ANSI_THEMES, ids=lambda theme: theme.name)
def test_in_the_terminal_s_own_colours_the_loss_is_no_negative_number(theme: Theme) -> None:
    found = variables_of(theme)
    assert len({found[name] for name in ("accent", "loss", "negative", "positive")}) == 4


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_the_app_s_own_themes_stay_as_they_are(theme: Theme) -> None:
    before = {**theme.to_color_system().generate(), **theme.variables}
    assert completed(before, dark=theme.dark) == before


@settings(max_examples=40)
@given(ground=COLOURS, foreground=COLOURS, accent=COLOURS)
def test_any_colours_can_be_read(ground: str, foreground: str, accent: str) -> None:
    theme = Theme(
        "any", accent, accent=accent, foreground=foreground, background=ground, surface=ground, panel=ground
    )
    for name, style in styles_of(theme):
        assert contrast(style) >= least_of(name), name


def test_a_ground_that_is_seen_through_becomes_one_that_is_not() -> None:
    theme = Theme("glass", "#5fafff", background="#101010", surface="#ffffff40", foreground="#e0e0e0c0")
    found = variables_of(theme)
    for name in {look.text for look in LOOKS.values()} | {
        look.ground or "surface" for look in LOOKS.values()
    }:
        assert Color.parse(found[name]).a == 1.0, name
    assert Color.parse(found["surface"]).r > 0x10
