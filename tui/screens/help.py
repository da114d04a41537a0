"""What can the keys do, and what do the symbols mean?"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from engine.order.orders import MEANING, WAITING
from tui.keys import KEYS

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

SYMBOLS = (
    ("x y", "input and target of the sample"),
    ("W2[1,3]", "weight of layer 2, to its neuron 1 from neuron 3 of layer 1; b bias"),
    ("U1[1,3]", "recurrent weight: from the layer's own neuron 3 one time before"),
    ("z a h", "pre-activation, activation (h in a recurrent layer); h1[2]@4 is at time 4"),
    ("f'(z)", "slope of the activation at z"),
    ("C", "loss of one sample; C[1] is the share of output 1"),
    ("∂C/∂a", "error: what arrives from above and from the future, before the slope"),
    ("δ", "delta = ∂C/∂z, the backpropagated error"),
    ("∂C/∂W Σ", "gradient of this sample (and time); Σ is what was gathered so far"),
    ("ΔW", "change = -η · total, what the update adds"),
    ("-∇C", f"minus the gradient of the loss: where the {WAITING} order moves all weights"),
    ("angle cos", "between what an order applied, as one arrow over all weights, and -∇C"),
    ("measured", "slope of the loss found by nudging one weight, without backpropagation"),
    ("Δ measured", "the change that the measured slope would make"),
    *((order, f"order: {meaning}") for order, meaning in MEANING.items()),
    ("·", "not computed yet (never 0)"),
    ("≠", f"not right: an update came too early (x, or an order but {WAITING}), or a mistake (m)"),
    ("≠ 0.0363", "what the number should be; where there is room"),
    ("○◔◑◕●", "activation compared with the largest of its layer"),
    ("F L δ ∇ Δ", "steps: forward, loss, delta, gradient, update; the number is the layer"),
    ("F L B U", "phases: forward, loss, backward, update"),
)
"""The symbols of the screen, in the order in which they appear."""


class HelpScreen(ModalScreen[None]):
    """Keys and symbols; any of the usual keys closes it."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,question_mark,q,f1,enter", "dismiss(None)", "close"),
        ("down,j", "scroll('down')", "down"),
        ("up,k", "scroll('up')", "up"),
        ("pagedown,space", "scroll('page down')", "page down"),
        ("pageup", "scroll('page up')", "page up"),
    ]

    def compose(self) -> ComposeResult:
        """Make the page."""
        # Without the focus, so that ↓ and ↑ are this screen's: a held key scrolls a line each time.
        with VerticalScroll(classes="dialog help", can_focus=False):
            yield Static(Content(help_text()))

    def action_scroll(self, way: str) -> None:
        """Scroll by a line or by a page."""
        page = self.query_one(VerticalScroll)
        lines = page.size.height - 1 if way.startswith("page") else 1
        line = page.scroll_y + (lines if way.endswith("down") else -lines)
        page.scroll_to(y=line, animate=False, immediate=True)


def help_text() -> str:
    """Return the page as plain text."""
    lines: list[str] = ["↓ ↑ and PgDn PgUp scroll, Escape or ? closes.", ""]
    group = ""
    for key in KEYS:
        if key.group != group:
            group = key.group
            lines += ["", group] if len(lines) > 2 else [group]
        lines.append(f"  {key.on_screen:<11}{key.does}")
    lines += ["", "Symbols"]
    lines += [f"  {symbol:<11}{meaning}" for symbol, meaning in SYMBOLS]
    lines += ["", "Escape or ? closes this page; ↓ ↑ scroll."]
    return "\n".join(lines)
