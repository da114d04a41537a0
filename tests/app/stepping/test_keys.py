"""Does every key of the contract do what it says, and does the screen say where it led?"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from rich.text import Text
from textual.containers import VerticalScroll
from textual.widgets import Static

from engine import load
from engine.catalog import find
from engine.looking.cursor import go_to, start
from engine.looking.ways.moves import move
from tests.app.driving import User, user_of
from tests.app.screens.test_command_line import typed
from tests.given.some_of import in_turns
from tui.draw.kit.rows import plain
from tui.keys import KEYS, paired
from tui.palette import Palette
from tui.screens.dialogs.help import SYMBOLS, HelpScreen
from tui.screens.dialogs.help_page import lines_of_keys, part
from tui.screens.picker import PickerScreen
from tui.screens.stepping import SteppingScreen

# Scenario, steps of the run, steps of an iteration, and the first steps (1-based) of the phases.
MAZUR = ("mazur", 90_000, 9, (1, 3, 4, 8, 10))
SEQUENCE = ("bptt", 320, 16, (1, 7, 8, 15, 17))


def test_the_contract_s_keys_are_bound() -> None:
    bound = {key for entry in KEYS for key in entry.keys}
    wanted = {"n", "right", "p", "left", "home", "end", "g", "o", "q", "question_mark"}
    wanted |= {f"{side}_{kind}_bracket" for side in ("left", "right") for kind in ("square", "curly")}
    assert wanted <= bound


@pytest.mark.parametrize(("name", "steps", "each", "phases"), [MAZUR, SEQUENCE])
async def test_step_keys(name: str, steps: int, each: int, phases: tuple[int, ...]) -> None:
    async with user_of(name) as user:
        assert user.step() == 1
        assert f"step 1 of {steps:,}" in user.text()
        for keys, expected in (
            ("p", 1),
            ("n", 2),
            ("n n", 4),
            ("p", 3),
            ("right right", 5),
            ("left", 4),
            ("}", each + 1),
            ("}", 2 * each + 1),
            ("n n {", 2 * each + 1),
            ("{", each + 1),
            ("{ {", 1),
            ("end", steps),
            ("n", steps),
            ("right", steps),
            ("}", steps),
            ("]", steps),
            ("{", steps - each + 1),
            ("home", 1),
            ("{", 1),
            ("[", 1),
        ):
            await user.press(*keys.split())
            if keys == "end":
                await user.until_computed()
            assert user.step() == expected, keys


@pytest.mark.parametrize(("name", "steps", "each", "phases"), [MAZUR, SEQUENCE])
async def test_phase_keys(name: str, steps: int, each: int, phases: tuple[int, ...]) -> None:
    words = ("FORWARD", "LOSS", "BACKWARD", "UPDATE", "FORWARD")
    async with user_of(name) as user:
        trace = user.trace
        here = [1]
        while here[-1] <= each:
            here.append(
                move(trace=trace, cursor=go_to(start(trace), trace, here[-1] - 1), command="next-phase").step
                + 1
            )
        if name == "mazur":
            assert tuple(here) == phases
        assert here[-1] == each + 1
        for step in here[1:]:
            await user.press("]")
            assert user.step() == step
            assert trace.schedule.site(step - 1).phase.upper() in user.text()
        for step in reversed(here[:-1]):
            await user.press("[")
            assert user.step() == step
        if name == "mazur":
            for step, word in zip(phases, words, strict=True):
                await user.pick(step)
                assert word in user.text()
                assert not any(other in user.text() for other in words if other != word)


@pytest.mark.parametrize("name", ["mazur", "bptt"])
async def test_go_to(name: str) -> None:
    async with user_of(name) as user:
        last = len(user.trace)
        for wanted in (7, 1, last, 17):
            await user.press("g", *str(wanted), "enter")
            await user.until_computed()
            assert user.step() == wanted


WRONG_STEPS = (
    ("0", "'0' is not a step: 1 to 90,000"),
    ("90001", "'90001' is not a step: 1 to 90,000"),
    ("", "No number yet: 1 to 90,000"),
    ("abc", "'abc' is not a step: 1 to 90,000"),
    ("-5", "'-5' is not a step: 1 to 90,000"),
    ("+90000", "'+90000' is not a step: 1 to 90,000"),
    ("i10001", "'i10001' is not an iteration: i1 to i10,000"),
    ("9" * 40, "is not a step: 1 to 90,000"),
    ("1_0", "is not a step: 1 to 90,000"),
)


async def test_what_was_said_of_a_line_goes_with_the_next_key() -> None:
    async with user_of("mazur", 5) as user:
        await user.press("g", "0", "enter")
        assert "is not a step" in user.text()
        await user.press("7")
        assert "is not a step" not in user.text()
        await user.press("backspace", "backspace", "7", "enter")
        assert user.step() == 7


async def test_go_to_answers_bad_input_and_stays() -> None:
    async with user_of("mazur", 5) as user:
        await user.press("g")
        for words, said in WRONG_STEPS:
            await user.press("ctrl+u", *words[:2])
            await user.type(words[2:])
            await user.press("enter")
            text = user.dialog()
            assert "Step 1 to 90,000" in text
            assert said in text
            assert "esc stays" in text
        await user.press("escape")
        assert user.step() == 5


async def test_go_to_an_iteration_a_share_and_from_here() -> None:
    async with user_of("mazur") as user:
        for words, step in (("i174", 1558), ("+2", 1560), ("-3", 1557), ("50%", 45_000), ("1,560", 1560)):
            await user.press("g", *words, "enter")
            await user.until_computed()
            assert user.step() == step


async def test_go_to_mends_a_wrong_number_and_pasted_letters_go_nowhere() -> None:
    async with user_of("bptt") as user:
        await user.press("g", "0", "enter", "backspace", "1", "2", "enter")
        assert user.step() == 12
        await user.press("g")
        await user.type("[/]ten[@click=app.quit]")
        await user.press("enter")
        assert "1 to 320" in user.dialog()
        assert "esc stays" in user.dialog()
        await user.press("escape")
        assert user.step() == 12


async def test_keys_while_a_dialog_is_open_do_not_step() -> None:
    async with user_of("bptt", 3) as user:
        for keys in ("g n right end p o escape", "m n right end g o escape", "? n right end g o escape"):
            await user.press(*keys.split())
            assert user.step() == 3, keys


@pytest.mark.parametrize(("turn", "size"), [*enumerate([(60, 18), (80, 24), (120, 40)])])
async def test_every_view_and_dialog_shows_the_step(turn: int, size: tuple[int, int]) -> None:
    async with user_of("mazur", 5, size=size) as user:
        for key in in_turns("123456789Pg/m?", turn, 3):
            await user.press(key)
            assert "step 5 of 90,000" in user.text(), key
            if key in "Pg/m?":
                await user.press("P" if key == "P" else "escape")


async def test_help_opens_and_closes() -> None:
    async with user_of("mazur", 2, iterations=40) as user:
        for closing in ("escape", "?", "q", "enter", "f1"):
            await user.press("?")
            assert isinstance(user.app.screen, HelpScreen)
            text = " ".join(str(user.app.screen.query_one(Static).content).split())
            await user.press(closing)
            assert user.step() == 2
        for entry in KEYS:
            shown = next(" / ".join(key.does for key in both) for both in paired(KEYS) if entry in both)
            assert text.count(shown) == 1, "what stands under its keys is not said again"
        for symbol, meaning in SYMBOLS:
            assert f"{symbol} {meaning}" in text


async def test_help_scrolls_in_a_small_terminal() -> None:
    async with user_of("mazur") as user:
        await user.press("?")
        assert "── symbols ─" not in user.text()
        lines = int(user.app.screen.query_one(VerticalScroll).max_scroll_y)
        await user.press(*["down"] * lines)
        assert SYMBOLS[-1][1][:30] in user.text()
        await user.press(*["k"] * lines)
        assert "── what this screen shows ─" in user.text()
        assert "esc closes" in user.text()
        await user.press("tab")
        assert "n → / p ←  next step / previous step" in user.text()
        assert "what this screen shows" not in user.text()


async def test_help_has_two_columns_where_there_is_room_and_its_groups_stay_whole() -> None:
    for size, columns in (((80, 24), 1), ((120, 40), 2), ((200, 50), 2)):
        async with user_of("mazur", size=size) as user:
            await user.press("?", "tab", "tab")
            (line,) = (line for line in user.text().split("\n") if "── views ─" in line)
            assert len(re.findall("── [a-z]", line)) == columns
            assert columns == 1 or "── what if ─" in line


async def test_keys_in_the_help_have_the_colour_of_what_is_looked_at() -> None:
    async with user_of("mazur") as user:
        await user.press("?")
        page = user.app.screen.query_one(Static).content
        assert isinstance(page, Text)
        chosen = Palette(user.app.theme_variables, "surface")["chosen"]
        written = {page.plain[span.start : span.end] for span in page.spans if span.style == chosen}
        assert {" / ".join(key.on_screen for key in both) for both in paired(KEYS)} <= written


async def test_open_leads_to_the_picker_and_back_and_quit_leaves() -> None:
    async with user_of("mazur", 4) as user:
        await user.press("o")
        assert isinstance(user.app.screen, PickerScreen)
        await user.press("q")
        assert user.step() == 4
        await user.press("q")
        assert user.app._exit
        assert user.app.return_code in (0, None)


async def test_looking_around_keeps_the_step() -> None:
    async with user_of("mazur", 1) as user:
        looked = []
        for key in ("down", "j", "up", "k", "i", "I", "tab", "shift+tab"):
            await user.press(key)
            assert user.step() == 1
            looked.append((user.cursor.units, user.cursor.part))
        assert looked[0] == ((0, 1, 0), 0)
        assert looked[4] == ((1, 0, 0), 0)
        assert looked[6] == ((0, 0, 0), 1)
        assert looked[-1] == ((0, 0, 0), 0)


async def test_a_burst_of_keys_ends_at_the_right_step_and_is_drawn_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn = 0
    draw = SteppingScreen._draw

    def counted(screen: SteppingScreen) -> None:
        nonlocal drawn
        drawn += 1
        draw(screen)

    monkeypatch.setattr(SteppingScreen, "_draw", counted)
    async with user_of("mazur", iterations=100) as user:
        await user.until_computed()
        for keys, expected in (
            (["n"] * 60, 61),
            (["n"] * 50 + ["p"] * 10, 41),
            (["}"] * 60, 541),
            (["n", "p"] * 30, 1),
        ):
            await user.press("home")
            drawn = 0
            await user.press(*keys)
            assert user.step() == expected
            assert drawn < 5
            assert same_picture(user)


def same_picture(user: User) -> bool:
    """Tell whether what was drawn step by step is what is drawn afresh."""
    before = user.panes()
    from tui.panes.pane import Pane

    for pane in user.stepping.query(Pane):
        pane._rows = []
        pane.redraw()
    return user.panes() == before


async def test_jumps_to_the_ends_and_by_iterations_are_taken_back() -> None:
    async with user_of("bptt", 20) as user:
        await user.until_computed()
        for key in ("home", "end", "}", "{"):
            await user.press(key)
            assert user.step() != 20
            await user.press("b")
            assert user.step() == 20, key


async def test_where_enter_leads_to_an_earlier_iteration_nothing_of_the_later_one_is_unknown() -> None:
    async with user_of("mazur", 10, iterations=40) as user:
        await user.until_computed()
        await user.press("/", *"W2[1,1]", "enter")
        await user.press("enter")
        assert user.step() == 8
        reasons = user.text().partition("where new W2[1,1]")[2].partition("waiting")[0]
        assert "W2[1,1] = " in reasons
        assert not re.search(r"= ·", reasons)


async def test_a_wait_that_is_given_up_is_not_announced() -> None:
    scenario = load(find("mazur"))
    long = replace(scenario, training=replace(scenario.training, iterations=10_000_000))
    async with user_of(long) as user:
        await user.press("end")
        assert "then step 90,000,000" in user.text()
        await user.press("escape")
        assert "then step" not in user.text()
        assert "Not waited for any more" in user.text()
        assert user.step() == 1
        await user.press("end", "n")
        assert "then step" not in user.text()
        assert user.step() == 2


async def test_a_far_step_is_not_an_empty_screen() -> None:
    async with user_of("mazur", 90_000) as user:
        text = user.text()
        assert "where the numbers come from" in text
        assert "step 1 of 90,000" in text
        assert "then step 90,000" in text
        await user.until_computed()
        assert user.step() == 90_000


async def test_a_count_repeats_a_move() -> None:
    async with user_of("mazur", iterations=40) as user:
        await user.until_computed()
        for keys, step in ((", 1 2 n", 13), (", 2 }", 28), (", 3 p", 25), (", 9 escape", 25), (", n", 26)):
            for key in keys.split():
                await user.press(key)
            assert user.step() == step, keys
        await typed(user, "12n")
        assert user.step() == 38
        await typed(user, "2 next-iteration")
        assert user.step() == 55
        await user.press("b")
        assert user.step() == 38


async def test_a_marked_place_is_come_back_to() -> None:
    async with user_of("mazur", 7, iterations=40) as user:
        await user.until_computed()
        await user.press("down")
        looked = user.cursor
        await user.press('"')
        await user.press("a")
        assert "Step 7 is marked" in user.panes()
        await user.press("end")
        await user.press("'")
        assert "Marked: a" in user.dialog()
        await user.press("a")
        assert (user.step(), user.cursor.units) == (7, looked.units)
        await user.press("b")
        assert user.step() == 360
        await user.press("'")
        await user.press("z")
        assert "Nothing is marked z" in user.panes()
        await typed(user, "set learning_rate = 0.1")
        await user.press("'")
        await user.press("a")
        assert user.step() == 7
        assert user.trace.origin is None


async def test_the_same_step_of_other_samples_and_iterations() -> None:
    async with user_of("batch") as user:
        await user.until_computed()
        begin = user.step()
        await user.press("d")
        assert "sample 2 of 3" in user.text()
        await user.press(")")
        assert "iteration 2 of 2" in user.text()
        assert "sample 2 of 3" in user.text()
        await user.press("(", "D")
        assert user.step() == begin
        await user.press("(")
        assert "This is the first iteration" in user.panes()


def test_what_keys_do_stands_in_one_column_of_the_help() -> None:
    """The line of tab / shift+tab was longer than the column of keys."""
    for line in lines_of_keys(KEYS):
        (first, *_) = part("keys", [line], 74)[1:]
        assert plain(first)[1:].index(line.meaning.split()[0], len(line.shown)) == 11


async def test_each_view_is_named_on_the_screen_at_all_sizes_but_the_network() -> None:
    """At 80 x 24 a view has no border, and most had no heading with their name."""
    for size in ((80, 24), (120, 40)):
        async with user_of("mazur", 5, size=size) as user:
            for key, name in zip(
                "2345678", ["compare", "cost", "loss", "layers", "chain", "slope", "gradient"], strict=True
            ):
                await user.press(key)
                assert f" {key} {name} " in "\n".join(user.text().split("\n")[1:3])
            await user.press("1")
            assert "gradient" not in user.text().split("\n")[1]
