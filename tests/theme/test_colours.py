"""Can every style be read: in 256 colours, in the 16 of plain terminals, and without colours?

Contrast is that of the Web Content Accessibility Guidelines 2.2, which ask for 4.5 of text and for 3 of what
is drawn.
"""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from rich.color import Color, ColorSystem
from rich.style import Style
from rich.terminal_theme import MONOKAI, TerminalTheme
from textual.color import Color as Seen
from textual.color import rgb_to_lab
from textual.filter import monochrome_style

from tui.palette import LOOKS, Palette
from tui.theme import DARK, IN_16, LIGHT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.theme import Theme

THEMES = (DARK, LIGHT)
#: Lines between texts and numbers, and the blocks of a heat map; every other style is one of text.
DECORATION = {"frame", "rule", "wire", *(name for name in LOOKS if name.startswith("heat-"))}
READ, SEEN = 4.5, 3.0


def least_of(name: str) -> float:
    """Return the contrast that a style wants, however it is called: a new one is text."""
    return SEEN if name.rpartition(" ")[2] in DECORATION else READ


VGA = TerminalTheme(
    (0, 0, 0),
    (170, 170, 170),
    [(0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0), (0, 0, 170), (170, 0, 170), (0, 170, 170),
     (170,) * 3],
    [(85,) * 3, (255, 85, 85), (85, 255, 85), (255, 255, 85), (85, 85, 255), (255, 85, 255), (85, 255, 255),
     (255,) * 3],
)  # fmt: skip
"""The 16 colours of a console."""


def styles_of(theme: Theme, instead: Mapping[str, str] = {}) -> dict[str, Style]:
    variables = {
        name: value
        for name, value in {**vars(theme), **theme.variables, **instead}.items()
        if isinstance(value, str) and value.startswith("#")
    }
    return {
        f"{ground} {name}": style
        for ground in ("background", "surface")
        for name, style in Palette(variables, ground).every().items()
    }


def luminance(colour: tuple[int, int, int]) -> float:
    parts = [one / 255.0 for one in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(style: Style, terminal: TerminalTheme = MONOKAI) -> float:
    assert style.color is not None
    assert style.bgcolor is not None
    light, dark = sorted(
        (
            luminance(style.color.get_truecolor(terminal)),
            luminance(style.bgcolor.get_truecolor(terminal, foreground=False)),
        ),
        reverse=True,
    )
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_style_can_be_read_in_256_colours(theme: Theme) -> None:
    for name, style in styles_of(theme).items():
        assert contrast(style) >= least_of(name), (name, contrast(style))


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_what_is_beside_the_point_stays_calmer(theme: Theme) -> None:
    """Lines are fainter than dim texts, those are fainter than plain ones, and so are pale numbers."""
    found = {name: contrast(style) for name, style in styles_of(theme).items()}
    for ground in ("background", "surface"):
        lines, dim, plain = (found[f"{ground} {name}"] for name in ("wire", "dim", ""))
        assert lines * 1.3 < dim, ground
        assert dim * 1.5 < plain, ground
        assert found[f"{ground} far-positive"] < found[f"{ground} edge-positive"], ground


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_what_a_colour_says_is_not_said_by_one_near_it(theme: Theme) -> None:
    """The loss was a yellow between what is looked at and a negative number, on a projector one with both."""
    styles = styles_of(theme)
    for one, other in combinations(("chosen", "loss", "negative", "positive", "safe", "wrong"), 2):
        labs = [_lab(styles[f"background {name}"]) for name in (one, other)]
        assert math.dist(*labs) > 30.0, (one, other)


def _lab(style: Style) -> tuple[float, float, float]:
    """A colour in the space of the CIE, in which distances are those that the eye sees."""
    assert style.color is not None
    found = rgb_to_lab(Seen(*style.color.get_truecolor()))
    return found.L, found.a, found.b


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_the_colours_are_those_of_256_colour_terminals(theme: Theme) -> None:
    for name, style in styles_of(theme).items():
        for colour in (style.color, style.bgcolor):
            assert colour is not None
            reduced = colour.downgrade(ColorSystem.EIGHT_BIT)
            # Rich takes the grey next to it for some greys.
            pairs = zip(reduced.get_truecolor(), colour.get_truecolor(), strict=True)
            assert max(abs(one - other) for one, other in pairs) <= 10, name


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_style_can_be_read_in_16_colours(theme: Theme) -> None:
    for name, style in styles_of(theme, IN_16[theme.name]).items():
        assert style.color is not None
        assert style.bgcolor is not None
        sixteen = Style.from_color(
            style.color.downgrade(ColorSystem.STANDARD), style.bgcolor.downgrade(ColorSystem.STANDARD)
        )
        assert contrast(sixteen, VGA) >= 2.0, (name, sixteen, contrast(sixteen, VGA))


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_what_has_a_colour_of_its_own_keeps_it_in_16(theme: Theme) -> None:
    """Negative numbers were as yellow as the loss, and strong ones as red as what is wrong."""
    named = {
        name: style.color.downgrade(ColorSystem.STANDARD).number
        for name, style in styles_of(theme, IN_16[theme.name]).items()
        if style.color is not None
    }
    for ground in ("background", "surface"):
        seen = [
            {named[f"{ground} {name}"] for name in names}
            for names in (
                ("chosen",),
                ("loss", "done-loss"),
                ("positive", "heat-positive-3"),
                ("negative", "heat-negative-2", "heat-negative-3"),
                ("wrong",),
                ("done-backward",),
                ("done-update",),
            )
        ]
        assert [len(colours) for colours in seen] == [1] * len(seen), seen
        assert len(set.union(*seen)) == len(seen), seen


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_style_can_be_read_without_colours(theme: Theme) -> None:
    """As Textual draws when NO_COLOR is set: in greys."""
    for name, style in styles_of(theme).items():
        grey = monochrome_style(style)
        # Greys come out a little nearer to each other than the colours they are made of.
        assert contrast(grey) >= least_of(name) * 0.95, (name, contrast(grey))


def test_signs_and_states_differ_by_more_than_colour() -> None:
    """What the step wrote has a ground of its own, what it read is underlined, what is selected has both."""
    for sign in ("zero", "positive", "negative"):
        assert LOOKS[f"new-{sign}"].ground
        assert LOOKS[f"read-{sign}"].underline
    assert LOOKS["selected"].ground
    assert LOOKS["warning"].ground


def test_a_number_of_every_kind_has_a_look_wherever_one_kind_has() -> None:
    kinds = ("positive", "negative", "zero", "unknown")
    places = {name.removesuffix("positive") for name in LOOKS if name.endswith("positive")}
    assert len(places) > 4
    assert {f"{place}{kind}" for place in places for kind in kinds} <= LOOKS.keys()


def test_a_colour_is_told_from_its_look() -> None:
    assert contrast(Style.from_color(Color.parse("#ffffff"), Color.parse("#000000"))) == pytest.approx(21.0)
