"""What does a key ask the user for: a step, a number, a name, a change, a command, or one of a list?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.panes.frame import FooterPane
from tui.panes.pane import Pane
from tui.screens.view_keys import ViewKeys

if TYPE_CHECKING:
    from engine.facts.findings.finding import Looked
    from engine.looking.cursor import Cursor
    from engine.order.schedule import Poke
    from engine.run.change import Change
    from engine.scenario import Scenario
    from tui.keys import KeyTable
    from tui.screens.dialogs.found import FoundScreen


class AskingKeys(ViewKeys):
    """A screen some of whose keys open a dialog, and act on the answer."""

    _confined: bool
    _key_table: KeyTable
    _typed: list[str]
    _guides: bool
    _found: FoundScreen | None = None

    @property
    def opened(self) -> Scenario:
        """The scenario as it was before another mistake was made in it."""
        return self._walk.opened

    def _show_progress(self) -> None:
        raise NotImplementedError

    def _tell(self, sentence: str) -> None:
        raise NotImplementedError

    def _go(self, cursor: Cursor) -> None:
        raise NotImplementedError

    def want(self, what: str, rest: str) -> None:
        """Have something written."""
        raise NotImplementedError

    def action_choose_mistake(self) -> None:
        """Ask for a mistake, and go on at the same place of the run with it."""
        from tui.screens.questions import ask_for_mistake

        ask_for_mistake(self.app, self.opened, self._walk.journey.trace, self._make_mistake)

    def action_mend_mistake(self) -> None:
        """Go on at the same place as it should be."""
        self._make_mistake(None)

    def _make_mistake(self, mistake: str | None) -> None:
        self._go_on(lambda: self._walk.make_mistake(mistake))

    def action_repeat(self) -> None:
        """Ask for a count and for the move that is to be made so often."""
        from tui.screens.dialogs.pressing import ask_for_count

        ask_for_count(self.app, self.action_move)

    def action_mark(self) -> None:
        """Ask for a letter and mark this place by it."""
        from tui.screens.dialogs.pressing import ask_for_letter

        ask_for_letter(self.app, "mark this place", "marks it", self._walk.marks, self._mark)

    def action_to_mark(self) -> None:
        """Ask for a letter and go to the place that is marked by it."""
        from tui.screens.dialogs.pressing import ask_for_letter

        ask_for_letter(self.app, "go to a marked place", "goes to its place", self._walk.marks, self._to_mark)

    def _mark(self, letter: str) -> None:
        self.say(self._walk.mark(letter))

    def _to_mark(self, letter: str) -> None:
        self._others.end()
        self.say(self._walk.to_mark(letter))
        self._run_beside()

    def action_findings(self) -> None:
        """Look for what there is to find, and go to one of the findings."""

        def told(looked: Looked) -> None:
            from tui.screens.questions import ask_for_finding

            self._show_progress()
            answer = ask_for_finding(self.app, self._walk.journey, looked, self._see)
            if isinstance(answer, str):
                self.say(answer)
            else:
                self._found = answer

        self._walk.look_around(told)

    def _look_again(self) -> None:
        """Look at the run anew if what was found in less of it is being read."""
        if self._found is not None and self._found.is_outdated():
            self._walk.look_around(self._found.tell)

    def action_edit(self) -> None:
        """Ask what the number that is looked at is to be, and go on in a run in which it is that."""
        from tui.screens.questions import ask_for_change

        trace, here = self._walk.place
        self.say(ask_for_change(self.app, trace, here, self._branch, self._set_by_hand))

    def _branch(self, change: Change) -> None:
        self._go_on(lambda: self._walk.branch(change))

    def _set_by_hand(self, found: tuple[int, Poke]) -> None:
        self._go_on(lambda: self._walk.set_by_hand(*found))

    def action_go_to(self) -> None:
        """Ask for a step by its number."""
        from tui.screens.questions import ask_for_step

        ask_for_step(self.app, self._walk.journey, self._go)

    def action_command_line(self, begun: str = "") -> None:
        """Ask for a command, of which something may be there already, and obey it."""
        from tui.screens.dialogs.command_line import CommandScreen
        from tui.walking.command_line import CommandLine

        def act(action: str) -> None:
            self.call_later(self.run_action, action)

        def answered(reply: str | None) -> None:
            self._guides = True  # a step that was asked for, if it led to one
            if reply:
                self.say(reply)

        line = CommandLine(self._walk, act, self._tell, self._go_on, self.want, closed=self._confined)
        self.app.push_screen(CommandScreen(line.obey, self._typed, begun), answered)

    def action_find(self) -> None:
        """Ask for a number by its name, and explain it."""
        from tui.screens.questions import ask_for_number

        ask_for_number(self.app, self._walk.journey, self._walk.go)

    def action_help(self) -> None:
        """Say what stands on the screen, and show the keys."""
        from engine.looking.known.told import of_step
        from tui.screens.dialogs.help import HelpScreen

        rows = [row for pane in self.query(Pane) if pane.display and pane.region for row in pane.picture]
        trace, cursor = self._walk.place
        footer = self.query_one(FooterPane).picture
        rows = [row for row in rows if row not in footer]
        self.app.push_screen(HelpScreen(rows, of_step(trace, cursor), self.view, self._key_table))
