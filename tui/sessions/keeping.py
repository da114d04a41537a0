"""Where is this session kept, is all of it kept, and with which command does one come back?"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from tui.walking.said import Wrong

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from engine.catalog import Shelf
    from engine.scenario import Scenario
    from tui.screens.resumed import Resumed
    from tui.screens.stepping import SteppingScreen
    from tui.sessions.document import Filed, Session
    from tui.sessions.resuming import Resuming


class Start(NamedTuple):
    """A file, the session in it, and that session `at` the place that was asked for, which is gone on in.

    `named` is the file as it was named, empty for the latest one.
    """

    file: Path
    session: Session
    at: Session
    named: str = ""


class Source(NamedTuple):
    """A scenario as its file says it, and the file."""

    filed: Scenario
    file: Path


class Keeping:
    """The session of an app, and what it is to `start` with.

    One that is `closed` writes nothing; `offers` is whether who leaves is asked. `mine` is a file of numbers
    of the user's own that the app was opened with, `names` what names in it mean.
    """

    def __init__(
        self,
        start: Start | None = None,
        mine: str | None = None,
        names: Sequence[str] = (),
        *,
        closed: bool = False,
        offers: bool = False,
    ) -> None:
        self._mine = mine
        self._names = names
        self._closed = closed
        self._offers = offers
        self._file = None if start is None else start.file
        self._saved = None if start is None else start.session
        self._named = "" if start is None else start.named
        self._start = start
        self._resuming: Resuming | None = None

    def forget(self) -> None:
        """Begin anew, with another scenario."""
        self.give_up()
        self._file = self._saved = self._mine = None

    def give_up(self) -> None:
        """Don't go on in a session that is still on its way."""
        if self._resuming is not None:
            self._resuming.end()
        if self._resuming is not None or self._start is not None:
            self._resuming = self._start = self._file = self._saved = None

    # -- coming back ------------------------------------------------------------------------------

    def resume(self, screen: SteppingScreen, filed: Scenario) -> None:
        """Go on in the session that the app was started with, once its runs are made again; or do nothing."""
        start, self._start = self._start, None
        if start is None:
            return

        def show(resumed: Resumed) -> None:
            if not resumed.whole:
                self._file = self._saved = None  # what doesn't fit is still in its file
            screen.take_up(resumed)

        self._go_on_in(start.at, screen, filed, show)

    def made_on(self, screen: SteppingScreen, source: Source | None) -> Session | None:
        """Return what was made of the scenario of a screen, before its file is read again; or None."""
        return None if source is None or not _has_something(screen) else self.session(screen, source)

    def carry_over(self, made: Session | None, screen: SteppingScreen, source: Source | None) -> None:
        """Have a screen, on the run of the file as it is now, keep what was made and still fits."""
        if made is None or source is None:
            return
        said = screen.message

        def show(resumed: Resumed) -> None:
            screen.take_up(resumed._replace(says=said) if resumed.whole else resumed)

        self._go_on_in(made, screen, source.filed, show)

    def _go_on_in(
        self, session: Session, screen: SteppingScreen, filed: Scenario, show: Callable[[Resumed], None]
    ) -> None:
        from tui.sessions.resuming import Resuming

        def there(resumed: Resumed) -> None:
            self._resuming = None
            show(resumed)

        walk = screen.walk
        self._resuming = Resuming(session, filed, walk.journey.trace, there, walk.apart)
        self._resuming.go_on()
        if self._resuming is not None:
            screen.say(self._resuming.waits)

    # -- saving -----------------------------------------------------------------------------------

    def is_to_be_offered(self, screen: SteppingScreen, source: Source | None) -> bool:
        """Return whether there is something to keep that is not kept yet."""
        if self._closed or not self._offers or self._resuming is not None:
            return False
        if source is None or not _has_something(screen):
            return False
        from tui.sessions.document import without_place

        now = self.session(screen, source)
        return self._saved is None or without_place(now) != without_place(self._saved)

    def offer(self, screen: SteppingScreen) -> str:
        """Return the words of the offer to who does what would lose it."""
        from engine.numerals import counted

        walk = screen.walk
        breaks = [one for entry in walk.runs.entries for one in entry.trace.breaks]
        things = {
            "run": len(walk.runs.entries) if len(walk.runs.entries) > 1 else 0,
            "early update": sum(one.poke is None for one in breaks),
            "hand-set number": sum(one.poke is not None for one in breaks),
            "breakpoint": len(walk.breakpoints.every),
            "watched number": len(walk.watches.texts),
            "mark": len(walk.marks),
        }
        words = ", ".join(counted(number, noun) for noun, number in things.items() if number)
        return f"Keep this session for another time? ({words})"

    def session(self, screen: SteppingScreen, source: Source) -> Session:
        """Return the session of a screen on a scenario, as its file says it."""
        from tui.sessions.taking import session_on

        return session_on(screen, self._filed(source))

    def _filed(self, source: Source) -> Filed:
        from engine.catalog import shipped_shelf
        from tui.sessions.taking import filed_as

        filed, file = source
        shipped = shipped_shelf().named(filed.name)
        if shipped is not None and shipped == file:
            return filed_as(filed, name=filed.name, file=None)
        return filed_as(filed, name=None, file=str(file.absolute()))

    def save(
        self,
        screen: SteppingScreen,
        source: Source | None,
        to: str,
        ask: Callable[[str, Callable[[], bool]], None],
    ) -> bool:
        """Save the session to a file, or where it is kept if none is named; the screen says what came of it.

        `ask` is called where something else would be written over, with what is to be done then. Return
        whether it is saved.
        """
        if self._resuming is not None:
            screen.say(Wrong("Not saved: what is to come back is still on its way."))
            return False
        if source is None:
            screen.say(Wrong("Not saved: this scenario is of no file, so nobody could come back to it."))
            return False
        session = self.session(screen, source)
        from tui.files import file_typed, state_folder

        target = file_typed(to) if to else self._file
        if target is None:
            from tui.sessions.places import folder_in, new_file

            target = new_file(folder_in(state_folder()), source.filed.name)
        elif not to and self._named:
            to = self._named
        if to and target != self._file:
            why, question = _why_ask(target, session)
            if why:
                screen.say(Wrong(why))
                return False
            if question:
                ask(question, lambda: self._write(screen, session, target, to))
                return False
        return self._write(screen, session, target, to)

    def _write(self, screen: SteppingScreen, session: Session, file: Path, to: str) -> bool:
        """Write a session to a file that may have been named; say and return what came of it."""
        import shlex

        why = self._written(session, file, to)
        command = shlex.join(["bp-tui", "--resume", *([to] if to else [])])
        screen.say(Wrong(why) if why else f"Saved: {command} comes back to it.")
        return not why

    def _written(self, session: Session, file: Path, to: str) -> str:
        """Write a session to a file; return why not, the empty text if it is written."""
        from engine.read.complaints import ScenarioError
        from engine.spelling.text import one_line
        from tui.files import why_unwritten, write_whole
        from tui.sessions.reading import session_of, text_of

        text = text_of(session)
        try:
            session_of(text, file)  # what can't be read again is not written
            write_whole(file, text.encode())
        except ScenarioError as error:
            return f"Not saved: {one_line(str(error))}"
        except UnicodeEncodeError:
            return "Not saved: the name of the scenario's file is no text."
        except (OSError, ValueError) as error:
            return f"Not saved: {why_unwritten(error)}."
        self._file, self._saved, self._named = file, session, to
        return ""

    # -- the command that comes back --------------------------------------------------------------

    def command(self, screen: SteppingScreen, source: Source | None, shelf: Shelf, view: str) -> str:
        """Return the command that comes back to a screen; `view` is the one that it would open with.

        Empty where there is none, or none that could be printed.
        """
        import shlex

        words = ["bp-tui", *self._words(screen, source, shelf, view)]
        return shlex.join(words) if len(words) > 1 and all(map(str.isprintable, words)) else ""

    def _words(self, screen: SteppingScreen, source: Source | None, shelf: Shelf, view: str) -> list[str]:
        if self._closed:
            return []
        if (self._resuming is not None or self._start is not None) and self._file is not None:
            return ["--resume", str(self._file)]
        if source is None:
            return []
        from tui.sessions.returning import holds_theirs, place_of, scenario_words, training_words

        if self._file is not None and self._saved is not None:
            from tui.sessions.document import without_place

            now = self.session(screen, source)
            if without_place(now) == without_place(self._saved):
                kept = self._saved.looking
                words = ["--resume", str(self._file)]
                return words + place_of(now.looking.step, now.looking.view, kept.step, kept.view)
        words = training_words(screen, source.filed, view)
        mine: list[str] = []
        if self._mine is not None and holds_theirs(screen, words):
            mine = ["--mine", self._mine, *(word for name in self._names for word in ("--name", name))]
        return scenario_words(source.file, shelf) + mine + words


def _has_something(screen: SteppingScreen) -> bool:
    walk = screen.walk
    runs = walk.runs.entries
    changed = len(runs) > 1 or any(one.trace.breaks for one in runs)
    return bool(changed or walk.breakpoints.every or walk.watches.texts or walk.marks)


def _why_ask(file: Path, session: Session) -> tuple[str, str]:
    """Return why a file can't be written, and what to ask before it is; empty texts where nothing is."""
    from engine.read.complaints import ScenarioError
    from engine.spelling.text import shortened
    from tui.sessions.reading import session_in

    name = shortened(str(file))
    try:
        if not file.parent.is_dir():
            return f"Not saved: there is no folder {shortened(str(file.parent))}.", ""
        if not os.path.lexists(file):
            return "", ""
        if not file.is_file():
            return f"Not saved: {name} is no file that could be written.", ""
    except (OSError, ValueError):
        return "Not saved: it can be no name of a file.", ""
    try:
        there = session_in(file)
    except ScenarioError:
        return "", f"{name} is there and is no session."
    mine, theirs = session.scenario, there.scenario
    if (mine.name, mine.file) == (theirs.name, theirs.file):
        return "", ""
    return "", f"{name} is there and is a session of {shortened(theirs.title, 40)}."
