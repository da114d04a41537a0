"""Which colours do the app's names have in a theme that doesn't know them?

Signs keep their blue and orange, which colour-blind eyes tell apart, and the phase that goes back its pink,
which is no error; the others take the theme's own colours, unless one is hardly told from that of another
meaning. All of them are moved towards black or white until they can be read on the theme's ground: themes are
not made for text in their accents. A theme of the terminal's own colours has no ground that could be known:
it gets names of colours that are seen on most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.color import ColorSystem
from textual.color import Color

from tui.theme import DARK, LIGHT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_BLACK: Final = Color(0, 0, 0)
_WHITE: Final = Color(255, 255, 255)
_STEPS: Final = 20  # on the way from a colour to black or white

_READ, _FAINT, _IN_16 = 4.6, 3.1, 2.0  # contrasts, the last where there are but 16 colours
_OF_256 = 2 / 3  # of a contrast where there are 256: the nearest of a dark ground may be far lighter
_256: Final = ColorSystem.EIGHT_BIT
_16: Final = ColorSystem.STANDARD

#: The colour of Textual's that stands for a name; every theme has it.
_SOURCES: Final = {
    "foreground": "foreground",
    "accent": "accent",
    "warning": "warning",
    "error": "error",
    "forward": "primary",
    "loss": "warning",
    "update": "success",
}
#: What a name's colour differs from, and which others are tried where it doesn't; the last is this app's own.
_APART: Final = {
    "loss": (("negative",), ()),
    "accent": (("loss", "negative", "positive", "backward", "quiet"), ("secondary", "primary")),
}
_ALIKE: Final = 70  # the distance of two colours that are hardly told apart
_HUE, _GREY = 30 / 360, 0.2  # how far two hues are that are taken for one; what has less colour has none
#: How far names are from the text towards the ground.
_FADED: Final = {"quiet": 0.4, "faint": 0.65}

_TERMINALS_OWN: Final = "ansi_default"
_ON_DARK: Final = {
    "positive": "ansi_bright_cyan",
    "positive-3": "ansi_bright_cyan",
    "positive-2": "ansi_cyan",
    "positive-1": "ansi_cyan",
    "secondary": "ansi_cyan",
    "negative": "ansi_yellow",
    "negative-3": "ansi_yellow",
    "negative-2": "ansi_yellow",
    "negative-1": "ansi_yellow",
    "error": "ansi_bright_red",
    "forward": "ansi_bright_blue",
    "loss": "ansi_bright_yellow",
    "backward": "ansi_bright_magenta",
    "update": "ansi_bright_green",
}
_ON_LIGHT: Final = {
    "positive": "ansi_blue",
    "positive-3": "ansi_blue",
    "positive-2": "ansi_blue",
    "positive-1": "ansi_blue",
    "secondary": "ansi_blue",
    "negative": "ansi_red",
    "negative-3": "ansi_red",
    "negative-2": "ansi_red",
    "negative-1": "ansi_red",
    "warning": "ansi_red",
    "error": "ansi_red",
    "forward": "ansi_blue",
    "loss": "ansi_yellow",
    "backward": "ansi_magenta",
    "update": "ansi_green",
}


def completed(variables: Mapping[str, str], *, dark: bool) -> dict[str, str]:
    """Return the variables of a theme with every name that this app's own themes have."""
    if variables.keys() >= DARK.variables.keys():
        return dict(variables)
    ground = Color.parse(variables["background"])
    if ground.ansi is None:
        return {**variables, **_on_known_ground(variables, ground)}
    own = dict.fromkeys(("foreground", "surface", "quiet", "faint", "ink"), _TERMINALS_OWN)
    return {**variables, **own, **(_ON_DARK if dark else _ON_LIGHT)}


def _on_known_ground(variables: Mapping[str, str], ground: Color) -> dict[str, str]:
    def flat(name: str) -> Color:
        return ground + Color.parse(variables[name])

    grounds = [ground, flat("surface")]
    to = max(_BLACK, _WHITE, key=lambda end: min(contrast(end.rgb, under.rgb) for under in grounds))
    kin = DARK if to is _WHITE else LIGHT
    signs = {**kin.variables, "secondary": kin.secondary or kin.primary}
    wanted = {name: Color.parse(colour) for name, colour in signs.items()}
    wanted |= {name: flat(source) for name, source in _SOURCES.items()}
    wanted |= {name: wanted["foreground"].blend(ground, far, 1.0) for name, far in _FADED.items()}
    least = {"faint": _FAINT}
    found = {name: readable(colour, grounds, to, least.get(name, _READ)) for name, colour in wanted.items()}
    own = {**kin.variables, "accent": kin.accent or kin.primary}
    for name, (others, instead) in _APART.items():
        for colour in (found[name], *map(flat, instead), Color.parse(own[name])):
            found[name] = readable(colour, grounds, to, _READ)
            if not any(_are_alike(found[name], found[other]) for other in others):
                break
    # What has a ground of its own differs from this one as much as text does.
    named = {name: colour.hex for name, colour in found.items()}
    return {**named, "ink": ground.hex, "surface": flat("surface").hex}


def _are_alike(one: Color, other: Color) -> bool:
    """Return whether two colours may be taken for one: near each other, or of one hue, paler or darker."""
    if _distance(one, other) < _ALIKE:
        return True
    first, second = one.hsl, other.hsl
    away = abs(first.h - second.h)
    return min(first.s, second.s) >= _GREY and min(away, 1.0 - away) < _HUE


def _distance(one: Color, other: Color) -> float:
    """Return how far two colours are from each other for the eye, which sees green best and blue least."""
    red, green, blue = one.r - other.r, one.g - other.g, one.b - other.b
    mean = (one.r + other.r) / 2
    return float(((2 + mean / 256) * red**2 + 4 * green**2 + (3 - mean / 256) * blue**2) ** 0.5)


def readable(colour: Color, grounds: Sequence[Color], to: Color, least: float) -> Color:
    """Return the colour, or the first on the way from it to another, that stands out from the grounds."""
    for step in range(_STEPS):
        moved = colour.blend(to, step / _STEPS, 1.0)
        if all(stands_out(moved, under, least) for under in grounds):
            return moved
    return to


def stands_out(colour: Color, ground: Color, least: float) -> bool:
    """Say if the contrast is enough, in as many colours as a terminal may have and in greys too."""
    return (
        contrast(colour.rgb, ground.rgb) >= least
        and contrast(colour.monochrome.rgb, ground.monochrome.rgb) >= least
        and contrast(_reduced(colour, _256), _reduced(ground, _256)) >= least * _OF_256
        and contrast(_reduced(colour, _16), _reduced(ground, _16)) >= min(least, _IN_16)
    )


def _reduced(colour: Color, to: ColorSystem) -> tuple[int, int, int]:
    return colour.rich_color.downgrade(to).get_truecolor()


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: tuple[int, int, int]) -> float:
    parts = [part / 255.0 for part in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
