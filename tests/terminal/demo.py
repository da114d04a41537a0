"""An app with all that is hard to draw: wide characters, modals, themes, scrolling, styles, links."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.containers import Horizontal, VerticalScroll
from textual.geometry import Region
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import DataTable, Footer, Input, Static

from tests.terminal.cells.twin import TwinApp

if TYPE_CHECKING:
    from textual.app import ComposeResult

TEXTS = (
    "plain ascii text",
    "漢字かな混じり文",
    "a漢b字c混d",
    "emoji 🙂🙂 and 👍 here",
    "e\u0301a\u0300 o\u0308 combining",
    "δ₁ = f'(z₁)·Σ → ▶ ── ∂",
    "                    ",
    "────────────────────",
    "▁▂▃▄▅▆▇█⣿⡇⢸",
)

STYLES = tuple(
    Style.parse(text)
    for text in (
        "#ffd700 on #202030",
        "bold red on #202030",
        "dim italic #87afd7",
        "underline #00ff00 on blue",
        "reverse #ffaa00",
        "strike bold on #303030",
        "",
        "blink magenta",
        "link https://example.org/a on #202030",
    )
)


class Canvas(Widget):
    """Line-API rows; the texts and the styles move with the step, by different strides."""

    DEFAULT_CSS = "Canvas { width: 1fr; height: 1fr; }"
    step = 0

    def render_line(self, y: int) -> Strip:
        # Never without a style: the filter that Textual uses under NO_COLOR doesn't take that.
        segments = [Segment(" ", STYLES[6])]
        for piece in range(3):
            text = TEXTS[(self.step * (y % 3) + y + piece * 4) % len(TEXTS)]
            style = STYLES[(self.step // 2 + y + piece) % len(STYLES)]
            segments += [Segment(text, style), Segment("  ", style if piece else STYLES[6])]
        width = self.size.width
        return Strip(segments).adjust_cell_length(width, STYLES[y % 2])

    def show(self, step: int) -> None:
        self.step = step
        if step % 3:
            self.refresh()
        else:
            self.refresh(Region(3, 1, 11, 2), Region(17, 4, 6, 3))


class Question(ModalScreen[None]):
    """A modal with an input and a translucent background."""

    DEFAULT_CSS = "Question { align: center middle; } Question Input { width: 30; }"
    BINDINGS: ClassVar = [("escape", "dismiss", "close")]

    def compose(self) -> ComposeResult:
        yield Static("名前 name?", markup=False)
        yield Input(placeholder="漢字 too")


class HardApp(TwinApp):
    CSS = """
    Screen { layout: vertical; }
    VerticalScroll { width: 24; }
    DataTable { height: 6; }
    """
    BINDINGS: ClassVar = [
        ("n", "step(1)", "next"),
        ("p", "step(-1)", "back"),
        ("t", "theme", "theme"),
        ("m", "ask", "ask"),
        ("d", "scroll(3)", "down"),
        ("u", "scroll(-2)", "up"),
        ("h", "hide", "hide"),
    ]
    ENABLE_COMMAND_PALETTE = False

    def __init__(self) -> None:
        super().__init__()
        self._step = 0

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Canvas()
            with VerticalScroll(can_focus=False):
                yield Static("\n".join(f"{n} {TEXTS[n % len(TEXTS)]}" for n in range(60)), markup=False)
        yield DataTable[str]()
        yield Footer()

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns("δ", "漢", "value")
        for n in range(12):
            table.add_row(str(n), TEXTS[n % len(TEXTS)], f"{n * 0.3:.3f}")

    def action_step(self, by: int) -> None:
        self._step += by
        self.query_one(Canvas).show(self._step)

    def action_theme(self) -> None:
        self.theme = "textual-light" if self.theme == "textual-dark" else "textual-dark"

    def action_ask(self) -> None:
        self.push_screen(Question())

    def action_scroll(self, by: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)

    def action_hide(self) -> None:
        table = self.query_one(DataTable)
        table.display = not table.display
