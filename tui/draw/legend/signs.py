"""Which signs, bars and colours are there on any screen beside letters, and what does each mean?"""

from __future__ import annotations

from typing import NamedTuple

from engine.equations.functions.activations import ACTIVATIONS
from engine.update_orders import WAITING
from engine.words.letters import Sign
from tui.draw.kit.signs.ascii import BARS
from tui.draw.kit.wires import WHOLLY_HEAVY


class Drawn(Sign, frozen=True):
    """A sign or a bar; of a drawing, in a run of one of the `styles`, if some are given."""

    styles: tuple[str, ...] = ()


class Colour(NamedTuple):
    """A way in which numbers, or the steps, are written: how its styles begin, what it means.

    What its sample is `like`, if there is such a one; it may be no mere drawing where it is `of_words`.
    """

    styles: tuple[str, ...]
    meaning: str
    like: str = ".*"
    of_words: bool = False


_HEAVY = "".join(WHOLLY_HEAVY)
_BELOW, _ABOVE = (tuple(f"heat-{sign}-{level}" for level in range(1, 5)) for sign in ("negative", "positive"))
_TWO_BARS = "a bar as it should be, a mark as far as it is made; a row has its own scale"
_LONG = (("━╸", "━╸╺╴╶"), ("##:", "#"))  # bars, also those of ASCII

SIGNS: tuple[Drawn, ...] = (
    Drawn("·", "not known yet (never 0)", r"·"),
    Drawn("×", "times", r"×|⊙"),
    Drawn("▸", "before a row: what is explained, or chosen", rf"(?<![{_HEAVY}])▸"),
    Drawn(
        "≠",
        f"differs from what is right, by an update too early (x, or an order that is not {WAITING}) or a "
        f"mistake (m); or from yours",
        r"≠",
    ),
    Drawn(
        "≠ 0.0363",
        "behind a number: what it should be, or what yours is; with yours: what comes of your numbers",
        r"≠ (?:(?:with )?yours )?[-+]?\d",
    ),
    Drawn("!", "before a sample: taken for another class than it is", r"!(?= )", ("warning",)),
    Drawn("▸", "at the end of wires: what comes along them is added up", rf"▶|(?<=[{_HEAVY}])▸"),
    Drawn("◄", "at the end of wires: what comes back along them is added up", r"[◀◄]"),
    Drawn(
        "━┓",
        "in the colour of what is looked at: a wire that this step reads for it; its box",
        f"[{_HEAVY}]",
        ("wire-active", "chosen"),
    ),
    Drawn("─┐", "a wire, or the line of a drawing", r"[─│┌┐└┘├┤┬┴┼╵╷╶╴╌]", ("wire", "wire-active")),
    Drawn("↻", "a layer that remembers: it reads itself one time before", r"↻"),
    Drawn("‹ ›", "more on this side", r"[‹›]"),
    Drawn("↑ ↓", "more above, below; or which way", r"[↑↓]"),
    Drawn("→ ←", "which way it goes", r"[→←]"),
    Drawn("…", "something is cut off here", r"…"),
    Drawn("⡠⠊", "the curve of the activation, or of its slope, over z", r"[⠀-⣿]", ("dim", "value")),
    Drawn("⡠⠊", "bright on a curve: its slope at z", r"[⠀-⣿]", ("focus", "symbol")),
    Drawn("⡠⠊", "over the iterations: the loss, or what is watched", r"[⠀-⣿]", ("loss", "strong", "future")),
    Drawn("⡠⠊", "pale behind the mean of all batches: each of them", r"[⠀-⣿]", ("wire",)),
    Drawn("⡠⠊", "another output's a over z", r"[⠀-⣿]", ("rule",)),
    Drawn(
        "├─",
        "lines of a scale; where bars begin",
        r"[─│└┤┴├┬┼▏▕▔┌┐┘]",
        ("rule", "strong", "dim", "axis", "title", "", "symbol"),
    ),
    Drawn("━ ┃", _TWO_BARS, r"┃", BARS),
    Drawn("# @", _TWO_BARS, r"@(?!-?\d)", BARS),
    Drawn("▂▄█", "bars side by side: the higher, the larger", r"▄", ("done-backward",)),
    *(Drawn(shown, "a bar: the longer, the larger", f"[{signs}]", BARS) for shown, signs in _LONG),
    Drawn("▃█", "a bar: the higher, the larger", r"[█▁▂▃▅▆▇]"),
    Drawn("▀▄█", "a picture: two pixels, one above the other", r"[▀▄]", ("selected", *_ABOVE, *_BELOW)),
    Drawn("░▒▓█", "the fuller, the larger", r"[░▒▓]"),
    Drawn(
        "◦◇○□",
        "a number below 0: the bigger the sign, the further below",
        r"[◦◇○□]",
        ("dim", "selected", *_BELOW),
    ),
    Drawn(
        "■■ □□",
        "on a wire: how large its number is beside the others there; hollow: below 0",
        r"[■□]",
        tuple(f"{where}-{sign}" for where in ("edge", "far") for sign in ("positive", "negative")),
    ),
    Drawn("■□□□", "how much of a gradient is gathered", r"[■□]", ("done-backward", "unknown")),
    Drawn("┊", "the iteration that is pointed at", r"┊"),
    Drawn("▲ ▼ ▾", "points at the place", r"[▲▼▾]"),
    Drawn("●", "where we are", r"●", ("strong", "chosen", "focus", "", "positive", "negative", "loss")),
    Drawn(
        "1 · tanh",
        "layer {0}, and its activation",
        rf"(?<!layer )(?<![\w.])\d+ (?:[· ] )?(?:{'|'.join(ACTIVATIONS)})\b",
    ),
)
"""The signs and drawings."""


def _seen(sign: str) -> tuple[str, ...]:
    """Return the styles of numbers that have a sign's colour behind another emphasis."""
    return tuple(f"{how}{sign}" for how in ("read-", "new-", "new-far-"))


_CHIP = r"C|.+\d"
"""What names a step in the line of steps, such as a1, δ2 or C: no phase, no sample."""

COLOURS: tuple[Colour, ...] = (
    Colour(("new-",), "made by this step: on a bright ground (in ASCII * behind)"),
    Colour(("read-",), "a number that is read by this step: underlined"),
    Colour(("edge-",), "a weight read, or made, for what is looked at: bold", of_words=True),
    Colour(("far-",), "a weight not read, or made, for what is looked at: pale", of_words=True),
    Colour(("selected", "chosen", "focus"), "looked at: bold, in a colour of its own"),
    Colour(
        ("positive", "far-positive", "edge-positive", "heat-positive-", *_seen("positive")), "positive: blue"
    ),
    Colour(
        ("negative", "far-negative", "edge-negative", "heat-negative-", *_seen("negative")),
        "negative: orange, a minus",
        like=r"-.+",
    ),
    Colour(
        ("value", "zero", "far-zero", "edge-zero", *_seen("zero")),
        "without colour: 0, or a number put in or multiplied out",
        of_words=True,
    ),
    Colour(("active-title",), "what this step works on: its head is bold", of_words=True),
    Colour(("phase-",), "this step, in the colour of its phase", _CHIP, of_words=True),
    Colour(("done-",), "steps before it, in the colours of their phases", _CHIP, of_words=True),
    Colour(("safe",), "what is safe: green"),
    Colour(("future",), "steps to come", _CHIP, of_words=True),
    Colour(("loss",), "the loss"),
    Colour(("warning", "wrong"), "a warning: something is not as it should be"),
)
"""What colour and emphasis say."""

_WORDS = "dim strong heading author title rule note words symbol key key-off"
_NUMBERS = "unknown far-unknown edge-unknown wire wire-active"
PLAIN = frozenset(("", *_WORDS.split(), *_NUMBERS.split()))
"""The styles that say nothing but what their text does."""
