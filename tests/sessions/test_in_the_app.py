"""Is a session kept and gone on in by somebody at the keyboard, and nobody asked who has nothing to keep?"""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest

from engine import apart, load
from engine.catalog import Shelf, find, shipped_shelf
from engine.read.changed import changed
from tests.app.driving import User, driven
from tests.commands.headless.test_diagnose import saved
from tests.following.test_lesson import attending
from tui.app import BackpropApp
from tui.classroom.app import RestrictedApp
from tui.commands.opening import beside
from tui.meanwhile.background import Background
from tui.screens.dialogs.pressing import PressScreen
from tui.sessions import resuming
from tui.sessions.keeping import Keeping
from tui.sessions.opening import order_of, started_in
from tui.sessions.reading import session_in
from tui.sessions.resuming import Resuming
from tui.settings import Settings
from tui.walking.watched import Opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.scenario import Scenario


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder with no sessions in it, and a folder to work in."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "state" / "bp-tui" / "sessions"


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """Mazur's network in a file of the user's own, with a few iterations."""
    file = tmp_path / "few.toml"
    file.write_text(find("mazur").read_text(encoding="utf-8").replace("10000", "20"), encoding="utf-8")
    return file


def opened_on(file: Path, change: Callable[[Scenario], Scenario] | None = None) -> Opened:
    return Opened(file, partial(load, file), change)


def app_on(
    file: Path, step: int | None = None, change: Callable[[Scenario], Scenario] | None = None, **more: object
) -> BackpropApp:
    """The app, as it is opened on a file."""
    opened = opened_on(file, change)
    scenario = opened.read()
    return BackpropApp(scenario, step, opened=opened, **{"keeping": Keeping(offers=True), **more})  # type: ignore[arg-type]


def app_in(
    session: str = "", scenario: str | None = None, step: int | None = None, view: str | None = None
) -> BackpropApp:
    """The app, as it is opened to go on in a session."""
    opened, start = started_in(session, shipped_shelf(), scenario, step, view)
    looking = start.at.looking
    first = None if looking.runs else looking.step + 1
    keeping = Keeping(start, offers=True)
    order = order_of(start.session)
    return BackpropApp(opened.read(), first, order, opened=opened, view=looking.view, keeping=keeping)


async def typed(user: User, command: str) -> None:
    await user.press(":")
    await user.type(command)
    await user.press("enter")


async def left(user: User, *keys: str) -> str:
    """The command that comes back, after keys that leave."""
    await user.press(*keys)
    assert user.app._exit
    return user.app.way_back


async def test_who_branches_is_asked_and_comes_back_to_all_of_it(state: Path, few: Path) -> None:
    async with driven(app_on(Path(few.name), 20)) as user:
        await typed(user, "set W1[1,2] = 0.7")
        await typed(user, "break loss < 0.01")
        await typed(user, "watch loss")
        await user.press('"', "a")
        await user.press("n", "4")
        await user.press("q")
        asked = "Keep this session for another time? (2 runs, 1 breakpoint, 1 watched number, 1 mark)"
        assert asked in user.dialog()
        assert await left(user, "y") == f"bp-tui --resume {state}/few-1.toml"
    async with driven(app_in()) as user:
        await user.until(lambda text: "Back where you were." in text)
        assert (user.step(), user.stepping.view, len(user.stepping.branched.entries)) == (21, "loss", 2)
        assert "W1[1,2] = 0.7 from iteration 3" in user.text()
        await typed(user, "breaks")
        assert "1 loss < 0.01" in user.dialog()
        for key in ("escape", "E", "'", "a"):
            await user.press(key)
        assert user.step() == 20
        back = await left(user, "q")
        assert back == f"bp-tui --resume {state}/few-1.toml --step 20 --view E"
    async with driven(app_in(f"{state}/few-1.toml", step=30, view="heat")) as user:
        await user.until(lambda text: "Back where you were." in text)
        await typed(user, "save")
        assert f"Saved:bp-tui--resume{state}" in "".join(user.text().split())
        assert (user.step(), user.stepping.view) == (30, "heat")
        await user.press('"', "b")
        await user.press("q")
        assert "1 watched number, 2 marks" in user.dialog()
        await user.press("escape")
        assert not user.app._exit
        assert user.step() == 30
        back = await left(user, "q", "n")
        assert back == f"bp-tui {few} --step 30 --view 9"
    assert len(session_in(state / "few-1.toml").marks) == 1


async def test_what_was_applied_too_early_or_set_by_hand_is_kept_like_runs_that_branch(
    state: Path, few: Path
) -> None:
    async with driven(app_on(few, 5)) as user:
        await user.press("x")
        await typed(user, "poke W1[1,1] = 0.25")
        breaks = user.trace.breaks
        assert [one.poke is None for one in breaks] == [True, False]
        await user.press("end", "q")
        assert "Keep this session for another time? (1 early update, 1 hand-set number)" in user.dialog()
        assert await left(user, "y") == f"bp-tui --resume {state}/few-1.toml"
    async with driven(app_in()) as user:
        await user.until(lambda text: "Back where you were." in text)
        assert user.trace.breaks == breaks
        assert user.step() == len(user.trace)  # they are in an earlier iteration than the one looked at
        await user.press("home", "X")
        assert [one.poke for one in user.trace.breaks] == [None]
        await user.press("q")
        assert "(1 early update)" in user.dialog()


async def test_who_opens_another_scenario_is_asked_as_who_leaves_is(state: Path, few: Path) -> None:
    async with driven(app_on(few, 4)) as user:
        await typed(user, "set W1[1,2] = 0.7")
        asked = "Keep this session for another time? (2 runs)"
        await user.press("o", "enter")
        await user.until(lambda text: "Keep this session" in text)
        assert asked in user.dialog()
        assert "y saves and goes on · n goes on · esc stays" in user.dialog()
        await user.press("escape")
        assert len(user.stepping.branched.entries) == 2
        await user.press("o", "enter")
        await user.until(lambda text: "Keep this session" in text)
        await user.press("y")
        await user.until(lambda text: "Saved: bp-tui --resume comes back to it." in text)
        assert len(list(state.iterdir())) == 1
        assert user.stepping.opened.name != "few"
        await user.press('"', "a")
        await user.press("o", "down", "enter")
        await user.until(lambda text: "(1 mark)" in text)
        await user.press("n")
        assert user.stepping.walk.marks == {}
        assert "Saved" not in user.text()
        assert "--resume" not in await left(user, "q")
    async with driven(app_in()) as user:
        await user.until(lambda text: "Back where you were." in text)
        assert len(user.stepping.branched.entries) == 2


async def test_who_goes_on_to_the_next_lesson_is_asked(state: Path) -> None:
    lesson = find("01-derivative")
    async with driven(app_on(lesson)) as user:
        await user.press('"', "a")
        user.stepping.post_message(user.stepping.Finished())
        await user.until(lambda text: "(1 mark)" in text)
        await user.press("y")
        await user.until(lambda _: user.stepping.opened.name.startswith("02-"))
    assert session_in(next(state.glob("*.toml"))).scenario.name == "01-derivative"


async def test_of_a_file_that_is_read_again_what_was_made_and_fits_is_kept(few: Path) -> None:
    async with driven(app_on(few, 4)) as user:
        await typed(user, "set W1[1,2] = 0.7")
        await typed(user, "break delta[2][2] < 0")
        await typed(user, "watch weight[2][2,1]")
        await user.press('"', "a")
        await user.press("f5")
        assert "Read again: this is the file as it is now." in user.text()
        assert len(user.stepping.branched.entries) == 2
        few.write_text(few.read_text(encoding="utf-8").replace("= 0.5\n", "= 0.25\n"), encoding="utf-8")
        await user.press("f5")
        assert "The scenario has changed; all that was made of it is kept." in user.text()
        assert [run.trace.scenario.training.learning_rate for run in user.stepping.branched.entries] == [
            0.25
        ] * 2
        assert ("a" in user.stepping.walk.marks, user.stepping.walk.watches.texts) == (
            True,
            ("weight[2][2,1]",),
        )
        few.write_bytes(find("neuron").read_bytes())
        await user.press("f5")
        assert "The scenario has changed; without 1 run, 1 watch, 1 breakpoint and 1 mark." in user.text()
        await user.press("}", "end")  # no condition that means nothing here is asked


async def test_runs_of_a_large_scenario_come_back_by_the_thread_that_computes_them(
    few: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "MOST_PARAMETERS", 0)
    async with driven(app_on(few, 140)) as user:
        await user.until(lambda _: user.stepping.cursor is not None and user.step() == 140)
        await user.press("A")
        await user.until(lambda _: user.stepping.goal.focus is not None)
        looked = user.stepping.goal.focus
        await user.press('"', "a")
        await typed(user, "50")
        await typed(user, "set W1[1,2] = 0.7")
        await user.until(lambda _: len(user.stepping.branched.entries) == 2)
        await user.press("x")
        await user.until(lambda _: user.trace.breaks != ())
        await typed(user, "save")
    begun: list[str] = []
    make = Resuming._making

    def making(self: Resuming) -> object:
        begun.append(threading.current_thread().name)
        return make(self)

    monkeypatch.setattr(Resuming, "_making", making)
    async with driven(app_in()) as user:
        await user.until(lambda text: "Back where you were." in text)
        assert {*begun} == {"maker"}
        assert user.trace.breaks != ()
        assert len(user.stepping.branched.entries) == 2
        await user.press("'", "a")
        await user.until(lambda _: user.stepping.cursor is not None and user.step() == 140)
        await user.press("'", "a")  # now that the run has come there it has its number
        await user.until(lambda _: user.stepping.goal.focus == looked)
        assert user.stepping.goal.step == 139


async def test_who_has_nothing_to_keep_leaves_at_once_with_the_way_back(state: Path) -> None:
    async with driven(app_on(find("mazur"), 6)) as user:
        assert await left(user, "n", "4", "q") == "bp-tui mazur --step 7 --view 4"
    async with driven(app_on(find("mazur"))) as user:
        assert await left(user, "q") == "bp-tui mazur"
    assert not state.exists()


async def test_the_way_back_has_what_is_otherwise_than_in_the_file_and_is_quoted(
    tmp_path: Path, few: Path
) -> None:
    file = tmp_path / "it's mine.toml"
    file.write_bytes(few.read_bytes())
    change = partial(changed, optimizer="momentum", learning_rate=0.1)
    async with driven(app_on(Path("it's mine.toml"), 6, change)) as user:
        await user.press("u")
        words = "--order premature --optimizer momentum --learning-rate 0.1 --step 7"
        assert await left(user, "q") == f"""bp-tui 'it'"'"'s mine.toml' {words}"""
    async with driven(app_on(Path("it's mine.toml"), 4, partial(changed, mistake="sign"))) as user:
        assert await left(user, "q") == """bp-tui 'it'"'"'s mine.toml' --mistake sign --step 4"""


async def test_numbers_of_ones_own_come_back_where_they_are_of_the_same_iteration(few: Path) -> None:
    mine = str(saved(few.parent, "no-slope"))
    run, theirs = beside(load(few), mine, None)
    for step, words in ((6, f" --mine {mine} --name g=gW2 --step 6"), (15, " --step 15")):
        app = BackpropApp(
            run.scenario,
            step,
            theirs=theirs,
            opened=Opened(few, partial(load, few), None, load(few)),
            keeping=Keeping(mine=mine, names=("g=gW2",), offers=True),
        )
        async with driven(app) as user:
            assert await left(user, "q") == f"bp-tui {few}{words}"


async def test_a_name_that_a_terminal_would_obey_is_not_told(tmp_path: Path) -> None:
    file = tmp_path / "\x1b[2Jmine.toml"
    file.write_bytes(find("mazur").read_bytes())
    async with driven(app_on(file)) as user:
        assert await left(user, "q") == ""


async def test_a_scenario_that_was_picked_is_told_with_its_folder(tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    file = tmp_path / "ours" / "first.toml"
    file.write_bytes(find("xor").read_bytes())
    app = BackpropApp(None, shelf=Shelf(tmp_path / "ours"), keeping=Keeping(offers=True))
    async with driven(app) as user:
        await user.press("enter")
        await user.until(lambda text: "step 1 of" in text)
        assert await left(user, "n", "q") == f"bp-tui first --folder {tmp_path}/ours --step 2"


@pytest.mark.parametrize("kind", ["closed", "settled", "nothing"])
async def test_who_does_not_want_it_or_may_not_is_not_asked(kind: str, state: Path) -> None:
    mazur, closed = find("mazur"), kind == "closed"
    shelf = Shelf(shipped_shelf().folder, closed=True) if closed else shipped_shelf()
    app = (RestrictedApp if closed else BackpropApp)(
        load(mazur),
        6,
        shelf=shelf,
        opened=opened_on(mazur)
        if kind == "settled"
        else Opened(mazur, partial(load, mazur), None, load(mazur)),
        keeping=Keeping(closed=closed, offers=kind == "closed"),
        settled=Settings(offer_session=False),
    )
    async with driven(app) as user:
        await user.press('"', "a")
        if closed:
            await typed(user, "mine /etc/passwd")
            assert "This session reads no files but the scenarios at hand." in user.dialog()
            await user.press("escape")
            await typed(user, "save")
            assert "This session writes no files." in user.dialog()
            await user.press("escape")
            await typed(user, "export scenario")
            assert "This session writes no files." in user.dialog()
            await user.press("escape")
        back = await left(user, "q")
        assert back == ("bp-tui mazur --step 6" if kind == "nothing" else "")
    assert not state.exists()


async def test_save_writes_over_its_own_and_asks_before_anything_else(
    tmp_path: Path, few: Path, state: Path
) -> None:
    (tmp_path / "notes.toml").write_text("what = 'I wrote'")
    (tmp_path / "folder.toml").mkdir()
    async with driven(app_on(find("neuron"))) as user:
        await typed(user, "save other.toml")
    async with driven(app_on(few, 6)) as user:
        await typed(user, "save my own.toml")
        assert "Saved: bp-tui --resume 'my own.toml' comes back to it." in user.text()
        await user.press("n")
        await typed(user, "save")
        assert "Saved: bp-tui --resume 'my own.toml' comes back to it." in user.text()
        await user.press("n")
        await typed(user, "save my own.toml")
        assert session_in(tmp_path / "my own.toml").looking.step == 7
        for name, why in (("notes.toml", "no session"), ("other.toml", "a session of One neuron")):
            before = (tmp_path / name).read_bytes()
            await typed(user, f"save {name}")
            assert isinstance(user.app.screen, PressScreen)
            assert why in user.dialog()
            await user.press("escape")
            assert (tmp_path / name).read_bytes() == before
        await typed(user, "save notes.toml")
        await user.press("y")
        assert session_in(tmp_path / "notes.toml").looking.step == 7
        await typed(user, "save folder.toml")
        assert "folder.toml is no file that could be written." in user.text()
        await typed(user, "save nowhere/it.toml")
        assert "Not saved: there is no folder nowhere." in user.text()
        await typed(user, f"save {'x' * 300}.toml")
        assert "Not saved: " in user.text()
        assert sorted(path.name for path in tmp_path.iterdir() if "-" in path.name) == []
        assert await left(user, "q") == "bp-tui --resume notes.toml"
    assert not state.exists()


async def test_a_disk_that_takes_nothing_is_told_and_nobody_leaves(state: Path, few: Path) -> None:
    state.parent.mkdir(parents=True)
    state.write_text("no folder")
    async with driven(app_on(few, 6)) as user:
        await user.press('"', "a")
        await user.press("q")
        await user.press("y")
        assert "Not saved: " in user.text()
        assert not user.app._exit
        await user.press("q")
        assert await left(user, "ctrl+q") == f"bp-tui {few} --step 6"


class Held(Background):
    """A run in the background that comes to where it is wanted when the test lets it."""

    every: ClassVar[list[Held]] = []

    def start(self) -> None:
        self.every.append(self)

    def let(self) -> None:
        assert self._wanted is not None
        iteration, do = self._wanted
        self._trace.advance(iteration - self._trace.computed)
        do()


@pytest.fixture
async def held(state: Path, few: Path, monkeypatch: pytest.MonkeyPatch) -> list[Held]:
    """Runs that are held, and a session with one that branches off another that does."""
    async with driven(app_on(few, 9 * 3)) as user:
        for step in (27, 45):
            await typed(user, str(step))
            await typed(user, f"set W2[2,1] = {step}")
        await typed(user, "save")
    monkeypatch.setattr(resuming, "Background", Held)
    monkeypatch.setattr(Held, "every", [])
    return Held.every


async def test_runs_that_branch_late_are_waited_for(held: list[Held], state: Path) -> None:
    before = (state / "few-1.toml").read_bytes()
    async with driven(app_in(scenario="few.toml")) as user:
        await user.until(lambda text: "On the way back" in text)
        await typed(user, "save")
        assert "Not saved: what is to come back is still on its way." in user.text()
        held[0].let()
        held[1].let()
        await user.until(lambda text: "Back where you were." in text)
        assert (user.step(), len(user.stepping.branched.entries)) == (45, 3)
        assert await left(user, "q") == f"bp-tui --resume {state}/few-1.toml"
    async with driven(app_in()) as user:
        await user.press('"', "a")
        assert await left(user, "q") == f"bp-tui --resume {state}/few-1.toml"
    assert (state / "few-1.toml").read_bytes() == before


@pytest.mark.parametrize("key", ["o", "f5"])
async def test_another_run_that_is_opened_meanwhile_stays(key: str, held: list[Held]) -> None:
    async with driven(app_in()) as user:
        await user.until(lambda text: "On the way back" in text)
        await user.press(key)
        if key == "o":
            await user.press("enter")
        opened = user.trace
        held[0].let()
        await user.settle()
        assert user.trace is opened
        assert "--resume" not in await left(user, "q")


async def test_who_follows_is_not_asked_and_has_no_way_back(few: Path, tmp_path: Path) -> None:
    _, lesson = attending(tmp_path)
    async with driven(app_on(few, 6, lesson=lesson)) as user:
        await user.press('"', "a")
        assert await left(user, "q") == ""


async def test_a_scenario_is_written_from_the_command_line_and_asked_for_twice(few: Path) -> None:
    async with driven(app_on(few, 30)) as user:
        await typed(user, "export scenario out.toml")
        assert "Written: out.toml" in user.text()
        before = Path("out.toml").read_bytes()
        await typed(user, "export scenario out.toml start")
        assert "out.toml is there already. Write over it?" in user.dialog()
        await user.press("n")
        assert Path("out.toml").read_bytes() == before
        await typed(user, "export scenario out.toml start")
        await user.press("y")
        assert "Written: out.toml" in user.text()
        assert Path("out.toml").read_bytes() != before
        await typed(user, "export")
        assert "export scenario FILE writes it" in user.dialog()


async def test_of_no_file_there_is_nothing_to_come_back_to() -> None:
    async with driven(BackpropApp(load(find("mazur")), 6, keeping=Keeping(offers=True))) as user:
        await typed(user, "save it.toml")
        assert "Not saved: this scenario is of no file" in user.text()
        assert await left(user, "q") == ""
    assert not Path("it.toml").exists()


async def test_a_session_that_no_longer_fits_whole_stays_as_it_was(few: Path, state: Path) -> None:
    async with driven(app_on(few, 9)) as user:
        await typed(user, "set W1[1,2] = 0.7")
        await typed(user, "save")
    before = (state / "few-1.toml").read_bytes()
    few.write_text(few.read_text(encoding="utf-8").replace("learning_rate = 0.5", "learning_rate = 0.25"))
    async with driven(app_in()) as user:
        await user.until(lambda text: "all that was made of it is kept" in text)
        assert len(user.stepping.branched.entries) == 2
        await user.press("q")
        assert await left(user, "y") == f"bp-tui --resume {state}/few-2.toml"
    assert (state / "few-1.toml").read_bytes() == before
