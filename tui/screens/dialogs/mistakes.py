"""Which mistake shall be made?"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from engine.equations.mistakes.mistakes import MISTAKES
from engine.read.fitting import why_unfit
from engine.read.moot import why_moot
from tui.draw.kit.wide import wrapped
from tui.screens.dialogs.answer import Answered
from tui.screens.dialogs.box import AROUND, Box
from tui.screens.dialogs.width import AROUND_LIST, WIDTH
from tui.screens.lists import PagedList, write_anew

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import Resize

    from engine.scenario import Scenario

_NONE = "no mistake"
_LETTERS = "B samples of a batch · G gathered of them · g applied · Wᵀ columns as rows"

_NAMES = max(map(len, MISTAKES)) + 2
_EQUATIONS = max(len(text) for row in MISTAKES.values() for text in (row.right, row.instead))
_WRONG, _RIGHT = "wrong", "right"
_LABELS = max(len(_WRONG), len(_RIGHT)) + 2
_MARK, _PLAIN = "● ", "  "

_SIDE_BY_SIDE = len(_MARK) + _NAMES + _LABELS + _EQUATIONS
"""Cells from which on the equations stand beside the name."""


class Chosen(NamedTuple):
    """A mistake of the table, or none."""

    mistake: str | None


class MistakesScreen(ModalScreen[Chosen | None]):
    """Lists the mistakes, each with the equation as it is made and as it should be; Enter chooses one.

    `made` is the one that is made now; the list begins there. One that can't be made in the scenario can
    be read, too, but not chosen.
    """

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,q,m", "dismiss(None)", "stay here"),
        ("j,n", "down", "down"),
        ("k,p", "up", "up"),
    ]

    def __init__(self, scenario: Scenario, made: str | None) -> None:
        super().__init__()
        self._scenario = scenario
        self._made = made
        self._choices = (None, *MISTAKES)
        self._width = WIDTH

    def compose(self) -> ComposeResult:
        """Make the dialog."""
        names = PagedList(*(Option(self._prompt(one)) for one in self._choices), markup=False)
        keys = "↓ ↑ choose · enter goes on with it · esc stays"
        yield Box("which mistake?", keys, "", names, Answered(), classes="list")

    def on_mount(self) -> None:
        """Begin at what is made now."""
        names = self.query_one(OptionList)
        names.highlighted = self._choices.index(self._made)
        names.focus()

    def on_resize(self, event: Resize) -> None:
        """Break the lines anew."""
        self._width = event.size.width
        self.query_one(Box).tell(_LETTERS if self._width >= _SIDE_BY_SIDE + AROUND_LIST else "")
        self._write()

    def on_option_list_option_highlighted(self) -> None:
        """Forget what was said of another one."""
        self.query_one(Answered).say("")
        self._write()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Choose it, or say why it can't be chosen."""
        if not self.is_active:  # Enter twice: the first one has closed it; or a palette is in front
            return
        mistake = self._choices[event.option_index]
        if mistake is not None and why_unfit(self._scenario, mistake):
            self.query_one(Answered).say("It can't be made here.")
            return
        self.dismiss(Chosen(mistake))

    def action_down(self) -> None:
        """Go down the list."""
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        """Go up the list."""
        self.query_one(OptionList).action_cursor_up()

    def _write(self) -> None:
        """Write anew what has changed in the list."""
        names = self.query_one(OptionList)
        prompts = (
            self._prompt(mistake, looked_at=place == names.highlighted)
            for place, mistake in enumerate(self._choices)
        )
        self.query_one(Box).fit(write_anew(names, prompts) + AROUND_LIST - AROUND)

    def _prompt(self, mistake: str | None, *, looked_at: bool = False) -> Content:
        """Return an entry with its name in bold; fainter, if it can't be chosen and isn't looked at."""
        lines = "\n".join(_entry(self._scenario, mistake, self._made, min(self._width, WIDTH) - AROUND_LIST))
        if mistake is not None and why_unfit(self._scenario, mistake):
            return Content.styled(lines, "" if looked_at else "dim")
        name = mistake or _NONE
        start = lines.index(name)
        return Content(lines).stylize("bold", start, start + len(name))


def _entry(scenario: Scenario, mistake: str | None, made: str | None, room: int) -> list[str]:
    """Return the lines of a mistake, or of none: its name, what is done instead, what is right.

    `made` is the mistake that is made now: it is marked. Under one that can't be made in the scenario, or
    that changes nothing there, it says why.
    """
    mark = _MARK if mistake == made else _PLAIN
    if mistake is None:
        return [f"{mark}{_NONE}: as it should be"]
    row = MISTAKES[mistake]
    name, indent = mark + mistake, len(mark)
    lines: list[str] = []
    if room >= _SIDE_BY_SIDE:
        name, indent = name.ljust(indent + _NAMES), indent + _NAMES
    else:
        lines, name = [name], " " * indent
    for label, equation in ((_WRONG, row.instead), (_RIGHT, row.right)):
        lines += _hanging(name + label.ljust(_LABELS), equation, room)
        name = " " * indent
    return lines + _hanging(name, _reason(scenario, mistake), room)


def _reason(scenario: Scenario, mistake: str) -> str:
    if why := why_unfit(scenario, mistake):
        return f"can't be made: it {why}"
    why = why_moot(scenario, mistake)
    return f"changes nothing here: {why}" if why else ""


def _hanging(before: str, text: str, room: int) -> list[str]:
    """Return a text as lines beside what stands before the first."""
    lines = wrapped(text, max(2, room - len(before)))
    return [(" " * len(before) if place else before) + line for place, line in enumerate(lines)]
