"""What does each named style of a row look like? Theme variables only.

The drawing functions name styles; here a name becomes a colour, a ground and an emphasis. They are
resolved once per theme, not through the stylesheet: fifty component classes on every pane would
triple the time to the first frame.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from rich.style import Style
from textual.color import Color

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Look(Struct, frozen=True):
    """The theme variables of a style's text and ground (empty: the pane's own), and its emphasis."""

    text: str
    ground: str = ""
    bold: bool = False
    underline: bool = False
    italic: bool = False


LOOKS: dict[str, Look] = {
    "": Look("foreground"),
    "dim": Look("quiet"),
    "strong": Look("foreground", bold=True),
    "heading": Look("foreground", bold=True),
    "author": Look("foreground", bold=True),
    "title": Look("quiet"),
    "active-title": Look("foreground", bold=True),
    "rule": Look("faint"),
    "frame": Look("faint"),
    "ways": Look("quiet"),
    "unknown": Look("quiet"),
    "zero": Look("foreground"),
    "positive": Look("positive"),
    "negative": Look("negative"),
    "new-zero": Look("ink", "foreground", bold=True),
    "new-positive": Look("ink", "positive", bold=True),
    "new-negative": Look("ink", "negative", bold=True),
    "new-far-zero": Look("ink", "foreground"),
    "new-far-positive": Look("ink", "positive"),
    "new-far-negative": Look("ink", "negative"),
    "new-far-unknown": Look("ink", "quiet"),
    "new-unknown": Look("ink", "quiet", bold=True),
    "read-unknown": Look("quiet", underline=True),
    "read-zero": Look("foreground", bold=True, underline=True),
    "read-positive": Look("positive", bold=True, underline=True),
    "read-negative": Look("negative", bold=True, underline=True),
    "edge-unknown": Look("quiet", bold=True),
    "far-unknown": Look("quiet"),
    "edge-zero": Look("foreground", bold=True),
    "edge-positive": Look("positive", bold=True),
    "edge-negative": Look("negative", bold=True),
    "far-zero": Look("quiet"),
    "far-positive": Look("positive-1"),
    "far-negative": Look("negative-1"),
    "wire": Look("faint"),
    "wire-active": Look("accent"),
    "focus": Look("accent", bold=True),
    "loss": Look("loss"),
    "new-loss": Look("ink", "loss", bold=True),
    "read-loss": Look("loss", bold=True, underline=True),
    "symbol": Look("foreground"),
    "value": Look("foreground"),
    "chosen": Look("accent", bold=True),
    "selected": Look("ink", "accent", bold=True),
    "note": Look("foreground"),
    "words": Look("foreground", italic=True),
    "key": Look("foreground", bold=True),
    "key-off": Look("quiet"),
    "future": Look("quiet"),
    "heat-positive-1": Look("positive-1"),
    "heat-positive-2": Look("positive-2"),
    "heat-positive-3": Look("positive-3"),
    "heat-positive-4": Look("positive"),
    "heat-negative-1": Look("negative-1"),
    "heat-negative-2": Look("negative-2"),
    "heat-negative-3": Look("negative-3"),
    "heat-negative-4": Look("negative"),
    "warning": Look("ink", "error", bold=True),
    "wrong": Look("error"),
    "safe": Look("update", bold=True),
    "phase-forward": Look("ink", "forward", bold=True),
    "phase-loss": Look("ink", "loss", bold=True),
    "phase-backward": Look("ink", "backward", bold=True),
    "phase-update": Look("ink", "update", bold=True),
    "done-forward": Look("forward"),
    "done-loss": Look("loss"),
    "done-backward": Look("backward"),
    "done-update": Look("update"),
}
"""Every style that a row may name."""


class Palette(dict[str, Style]):
    """The styles for a theme's variables, over the ground (a theme variable) of a pane.

    Each is made when it is first asked for: a first frame has few of them. Then it is as `seen`, which makes
    of it what a terminal can be sent.
    """

    def __init__(
        self, variables: Mapping[str, str], ground: str, seen: Callable[[Style], Style] | None = None
    ) -> None:
        super().__init__()
        self._variables, self._ground, self._seen = variables, ground, seen

    def __missing__(self, name: str) -> Style:
        """Make a style."""
        made = _style(LOOKS[name], self._variables, self._ground)
        found = self[name] = made if self._seen is None else self._seen(made)
        return found

    def every(self) -> dict[str, Style]:
        """Return every style that a row may name."""
        return {name: self[name] for name in LOOKS}


def _style(look: Look, variables: Mapping[str, str], ground: str) -> Style:
    text = Color.parse(variables[look.text]).rich_color
    under = Color.parse(variables[look.ground or ground]).rich_color
    # Where the ink is the terminal's own colour, which is that of its text, its ground is all that differs
    # from any other; it can be written with only by turning both over.
    turned = bool(look.ground) and text.is_default
    if turned:
        text, under = under, Color.parse(variables[ground]).rich_color
    return Style(
        color=text,
        bgcolor=under,
        bold=look.bold,
        # Its own colour has no shades but this one.
        dim=look.text == "faint" and text.is_default,
        underline=look.underline,
        italic=look.italic,
        reverse=turned,
    )
