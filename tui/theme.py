"""Which colours does the app use?

Every colour lies on the 6x6x6 cube or the grey ramp of 256-colour terminals, which is what SSH leaves of
truecolor; blue and orange tell signs apart for colour-blind eyes, and the text says the sign too.
"""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

DARK = Theme(
    name="bp-dark",
    primary="#5fafff",
    secondary="#5f87af",
    accent="#ffffaf",
    foreground="#d0d0d0",
    background="#121212",
    surface="#1c1c1c",
    panel="#262626",
    success="#87d787",
    warning="#ffaf5f",
    error="#ff5f5f",
    dark=True,
    variables={
        "positive": "#87d7ff",
        "positive-3": "#5fd7ff",
        "positive-2": "#5fafd7",
        "positive-1": "#5f87af",
        "negative": "#ffaf5f",
        "negative-3": "#ff875f",
        "negative-2": "#d7875f",
        "negative-1": "#af875f",
        "quiet": "#8a8a8a",
        "faint": "#6c6c6c",
        "forward": "#5fafff",
        "loss": "#d7d700",
        "backward": "#ff87d7",
        "update": "#5fd787",
        "ink": "#121212",
    },
)

LIGHT = Theme(
    name="bp-light",
    primary="#005faf",
    secondary="#5f87af",
    accent="#005f5f",
    foreground="#1c1c1c",
    background="#ffffff",
    surface="#ffffff",
    panel="#dadada",
    success="#005f00",
    warning="#af5f00",
    error="#af0000",
    dark=False,
    variables={
        "positive": "#005faf",
        "positive-3": "#005fd7",
        "positive-2": "#0087d7",
        "positive-1": "#5f5f87",
        "negative": "#af5f00",
        "negative-3": "#af5f00",
        "negative-2": "#d75f00",
        "negative-1": "#875f5f",
        "quiet": "#626262",
        "faint": "#949494",
        "forward": "#005faf",
        "loss": "#5f5f00",
        "backward": "#af0087",
        "update": "#005f00",
        "ink": "#ffffff",
    },
)

FEW_COLOURS: Final = ("standard", "windows")
"""What Rich calls terminals of 16 colours."""

IN_16: Final = {
    DARK.name: {
        **dict.fromkeys(("negative", "negative-3", "negative-2"), "#aa5500"),
        "positive-2": "#00aaaa",
    },
    LIGHT.name: {
        **dict.fromkeys(("positive", "positive-3", "positive-2", "forward"), "#0000aa"),
        **dict.fromkeys(("negative", "negative-3", "negative-2", "negative-1"), "#aa5500"),
        "loss": "#00aaaa",
        "accent": "#000000",
    },
}
"""What a theme's colours are where the nearest of 16 would be that of another meaning: as a console has them.

Eight hues are few for what there is to say. What is looked at has none: it is bold black on a light ground,
as it is bold white on a dark one.
"""
