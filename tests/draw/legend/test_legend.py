"""Has each letter, sign and colour of a screen its line in the legend, and has no other?"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import trace
from engine.equations.functions.losses import LOSSES
from engine.equations.mistakes.mistakes import MISTAKES
from engine.equations.optimizers import OPTIMIZERS
from engine.looking.cursor import go_to, start
from engine.looking.lesson.shown import shown_at
from engine.looking.ways.moves import move
from engine.words.letters import LETTERS
from tests.course.trained import changed
from tests.draw.every_view.whole_screen import screen_rows
from tests.given.scenarios_at_random import Wanted, scenario_at_random
from tests.given.shipped import NAMES, begun_run, scenario_of, shipped_run
from tests.given.some_of import each_of, in_turns, some_of
from tests.golden.runs import layer, scenario
from tui.draw.frame.looking import looking_row
from tui.draw.frame.status import facts_row, status_row
from tui.draw.frame.timeline import timeline_row
from tui.draw.kit.panels import Panel, boxed
from tui.draw.kit.rows import Row, plain
from tui.draw.legend.legend import AUTHOR, explained_by, is_word, legend, says, telling
from tui.draw.legend.signs import COLOURS, PLAIN, SIGNS
from tui.draw.network.network import network_rows
from tui.draw.reasons.reasons import reasons_rows
from tui.views import PRESENTER, VIEWS, view_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.looking.ways.moves import Command
    from engine.words.letters import Sign

BOXES = "boxes"
MOVES: tuple[Command, ...] = ("next-term", "layer-down")
EXAMPLES = {sign.meaning: sign.example for sign in (*LETTERS, *SIGNS)}


@cache
def screens(name: str, view: str) -> list[list[Row]]:
    """What stands on the screen at steps of each kind, and where another number is looked at."""
    steps = begun_run(name) if view == BOXES else shipped_run(name)  # with boxes the loss has a curve
    stop = min(steps.schedule.first_step(1), 200)
    kinds = sorted({0, *{steps.schedule.site(step)[::4]: step for step in range(stop)}.values()})
    if view == BOXES:
        boxed_at = some_of(kinds, 3)
        return [screen_rows(steps, go_to(start(steps), steps, step), 120, 40)[:-1] for step in boxed_at]
    found = []
    # Of as many scenarios, and views, each has a fifth of the kinds and half of the ways to look elsewhere.
    turn = CASES.index((name, view))
    kinds, moves = in_turns(kinds, turn, 5), in_turns((None, *MOVES), turn, 2)
    for step, command in dict.fromkeys([(0, None), *(each_of(kinds, moves) if kinds else ())]):
        cursor = go_to(start(steps), steps, step)
        here = cursor if command is None else move(cursor, steps, command)
        rows = [
            status_row(steps, here, 80),
            facts_row(steps, here, 80, "", rules="rules" in shown_at(steps, step)),
        ]
        rows += view_rows(view, steps, here, 80, 8 if view == VIEWS[0] else 20)
        rows += reasons_rows(steps, here, 80, 12) if view == VIEWS[0] else []
        found.append([*rows, timeline_row(steps, here, 80), looking_row(steps, here, 80)])
    return found


CASES = [(name, "network") for name in NAMES] + [(name, BOXES) for name in ("mazur", "elman", "iris")]
CASES += [(name, view) for name in ("mazur", "elman", "06-batch") for view in (*VIEWS[1:], PRESENTER)]


@pytest.mark.parametrize(("name", "view"), CASES)
def test_every_sign_and_colour_has_its_line(name: str, view: str) -> None:
    missing = set()
    for rows in screens(name, view):
        kinds = {entry.kind for entry in legend(rows)}
        signs = [sign for sign in (*LETTERS, *SIGNS) if sign.meaning in kinds]
        colours = [colour for colour in COLOURS if colour.meaning in kinds]
        for row in map(telling, rows):
            missing.update(unexplained(row, signs))
            for text, style in row:
                # What a drawing has in common with steps, and with a weight beside it, is their colour alone.
                of_words = any(colour.of_words and says(colour, style) for colour in COLOURS)
                if not (is_word(text) if of_words else text.strip()) or style in PLAIN:
                    continue
                if not any(says(colour, style) for colour in colours):
                    missing.add(str(style))
        missing.update(letter for letter, lines in own_lines(rows).items() if not lines)
    assert not missing


STATE = re.compile(r"(?<!\w)[a-z](?=[WUb]\d+\[)")


def lettered(rows: Sequence[Row]) -> set[str]:
    """Return the letters of rows that need a line: all that are not ASCII, and m in mW1[1,1]."""
    page = "\n".join(map(plain, map(telling, rows)))
    return {sign for sign in page if sign.isalpha() and not sign.isascii()} | {*STATE.findall(page)}


def own_lines(rows: Sequence[Row]) -> dict[str, list[str]]:
    """Return what the legend says of each letter that rows have."""
    entries = legend(rows)
    return {letter: [one.meaning for one in entries if letter in one.shown] for letter in lettered(rows)}


OPTIMIZED = {
    "momentum": {"μ": "velocity", "v": "velocity"},
    "nesterov": {"μ": "velocity", "v": "velocity"},
    "rmsprop": {"ρ": "mean s", "ε": "nothing is divided by 0", "s": "squared gradients"},
    "adam": {
        "β": "mean m",
        "ε": "divided by 0",
        "m": "mean of",
        "s": "squared gradients",
        "ⁿ": "began with 0",
    },
    "adamw": {"β": "mean m", "ε": "divided by 0", "m": "mean of", "s": "squared gradients", "λ": "decay"},
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_each_letter_of_an_optimizer_has_a_line_of_its_own_that_says_what_it_does(optimizer: str) -> None:
    """β, μ, λ, ρ and ε were one line, "settings of the optimizer", and m, s, v another."""
    steps = trace(changed("16-adam", optimizer=optimizer, weight_decay=0.1, clip_norm=1.0))
    cursor, told, shown = go_to(start(steps), steps, 8), dict[str, str](), set[str]()
    for _ in range(8):
        rows = screen_rows(steps, cursor, 80, 50)[:-1]
        for letter, lines in own_lines(rows).items():
            assert lines, letter
            told[letter] = told.get(letter, "") + " ".join(lines)
        shown |= {entry.shown for entry in legend(rows)}
        cursor = move(cursor, steps, "next-part")
    for letter, word in OPTIMIZED.get(optimizer, {}).items():
        assert word in told[letter]
    assert {"clip", "c / n"} <= shown


def test_of_two_weights_the_one_whose_places_differ_is_the_example() -> None:
    """W1[1,1] doesn't tell which of its places is the neuron's."""
    steps = shipped_run("01-derivative")
    told = {entry.shown: entry.meaning for entry in legend(screen_rows(steps, start(steps), 80, 24)[:-1])}
    assert told["W1[1,2]"] == "weight of layer 1: to its neuron 1, from input 2"
    assert "W1[1,1]" not in told


def test_a_time_is_no_bar_and_what_comes_back_through_time_has_its_lines() -> None:
    steps = shipped_run("elman")
    cursor = replace(go_to(start(steps), steps, 24), page=1)
    rows = view_rows("time", steps, cursor, 80, 20)
    assert "▼@4" in "".join(map(plain, rows))
    shown = {entry.shown for entry in legend(rows)}
    assert "# @" not in shown
    assert {"∂C/∂h", "∂C/∂U", "from above", "future"} <= shown
    assert "# @" in {entry.shown for entry in legend([(("##@#", "positive"),)])}


@pytest.mark.parametrize("mistake", ["mean-twice", "weights-not-transposed", "sign", "gradient-kept"])
def test_the_letters_of_a_mistake_have_their_lines(mistake: str) -> None:
    rows: list[Row] = [((f"Right is {MISTAKES[mistake].right}. Not {MISTAKES[mistake].instead}.", "words"),)]
    shown = " ".join(entry.shown for entry in legend(rows))
    letters = lettered(rows) | {*re.findall(r"(?<!\w)[gGBW](?!\w)", plain(rows[0]))}
    assert all(letter in shown for letter in letters), shown


def unexplained(row: Row, signs: Sequence[Sign]) -> list[str]:
    """Return the signs, and the letters that name a quantity, that none of some signs explains."""
    asked = asking(row)
    for sign in signs:
        if not asked:
            return []
        said = cells_of(sign, row)
        asked = [(places, told) for places, told in asked if not places & said]
    return [told for _, told in asked]


@cache
def cells_of(sign: Sign, row: Row) -> set[int]:
    """Return the places that a sign explains."""
    return {place for cells in explained_by(sign, row) for place in cells}


@cache  # most rows stand there at many steps
def asking(row: Row) -> list[tuple[set[int], str]]:
    """Return the places of what needs a line, and what to say if it has none: one of them is enough."""
    text, at, found = plain(row), 0, []
    for part, style in row:
        if style not in AUTHOR:
            for place in range(at, at + len(part)):
                if not text[place].isascii():
                    found.append(({place}, f"{text[place]} ({style}) in {text.strip()}"))  # noqa: PERF401
            for match in re.finditer(
                r"(?<![\w.])[A-Za-z]{1,2}\d+(?=\b|\[)|(?<!\w)[xyzabhWUCf]\[|\bB (?=×)", part
            ):
                ends = {at + match.start(), at + match.end() - 1}
                found.append((ends, f"{match.group()} in {text.strip()}"))
        at += len(part)
    return found


@pytest.mark.parametrize("name", ["01-derivative", "mazur", "elman"])
def test_no_line_is_for_what_is_not_there(name: str) -> None:
    for rows in screens(name, "network"):
        shown = {EXAMPLES.get(entry.kind) for entry in legend(rows)}
        text = "\n".join(plain(row) for row in rows)
        for sign, letter in (
            ("U1[1,3]", "U"),
            ("↻", "↻"),
            ("h1[2]@4", "h"),
            ("η", "η"),
            ("≠", "≠"),
            ("δ1[2]", "δ"),
        ):
            if sign in shown:
                assert letter in text
    first = {EXAMPLES.get(entry.kind) for entry in legend(screens(name, "network")[0])}
    if name == "01-derivative":
        assert "η" not in first
    if name != "elman":
        assert "U1[1,3]" not in first


def test_the_number_of_samples_is_told_where_something_is_taken_by_it() -> None:
    """View 8 of a mean over a batch is headed B × ∇C, and no line said what B is."""
    steps = shipped_run("iris")
    for step in (100, 211):
        rows = view_rows("gradient", steps, go_to(start(steps), steps, step), 80, 20)
        assert "B × ∇C" in plain(rows[0])
        assert "B" in {entry.shown for entry in legend(rows)}
    assert "B" not in {entry.shown for entry in legend([(("Back B1 B", "words"),)])}


def test_a_time_is_no_neuron_and_may_lie_before_the_first() -> None:
    rows: list[Row] = [(("δ1@4 h1[1]@-1", "symbol"),)]
    told = {entry.shown: entry.meaning for entry in legend(rows)}
    assert told["δ1@4"].startswith("delta: ∂C/∂z")
    assert told["h1[1]@-1"].endswith("at time -1")


@pytest.mark.parametrize("name", ["mazur", "iris", "elman"])
def test_no_two_lines_say_the_same_and_words_are_told_too(name: str) -> None:
    for rows in screens(name, BOXES):
        entries = legend(rows)
        assert len({entry.meaning for entry in entries}) == len(entries)
    shown = {entry.shown for entry in legend(screens(name, BOXES)[0])}
    assert {"iteration", "step", scenario_of(name).network.layers[0].activation} <= shown


def test_what_is_seen_in_the_run_has_a_line_and_safe_is_not_said_of_what_still_waits() -> None:
    meanings = {
        one.shown: one.meaning for one in legend([(("F: C rises later, W1 safe from step 7", "dim"),)])
    }
    assert meanings["F:"] == "seen in the run, here or later: the key F tells more"
    assert "may change" not in meanings["safe"]


def test_what_an_author_writes_is_not_explained() -> None:
    assert legend([(("δ1[2] = W2 × η", "note"),)]) == []
    assert [entry.shown for entry in legend([(("δ1[2]", "symbol"),)])] == ["δ1[2]"]


def test_boxes_and_the_keys_in_their_borders_need_no_line() -> None:
    panel = Panel("δ", [(("δ1[2]", "symbol"),)], keys="↓ j neuron", scale="log scale")
    assert [entry.shown for entry in legend(boxed(panel, 40, 3))] == ["δ1[2]"]


def test_a_line_names_what_stands_on_this_very_screen() -> None:
    rows: list[Row] = [(("W1 W1[2,7] × x[7] + b1[2]", "symbol"),), (("W3[4,5] δ3[4]", "symbol"),)]
    told = {entry.shown: entry.meaning for entry in legend(rows)}
    assert told["W1[2,7]"] == "weight of layer 1: to its neuron 2, from input 7"
    assert told["x[7]"] == "input 7 of the sample"
    assert told["δ3[4]"].startswith("delta of layer 3, neuron 4")
    (above,) = (entry for entry in legend(rows[1:]) if entry.shown.startswith("W"))
    assert above.meaning == "weight of layer 3: to its neuron 4, from neuron 5 below"
    (bare,) = (entry for entry in legend([(("W1", "title"),)]) if "weight" in entry.meaning)
    assert bare[:3:2] == ("W1", "weight")


NAMED = re.compile(r"[^\W\d_]+\d*\[[\d,]+\](?:@-?\d+)?|[^\W\d_]+\d+(?:@-?\d+)?(?=\W|$)")


@pytest.mark.parametrize("name", ["04-chain-rule", "06-batch", "16-adam", "mazur", "elman", "deep"])
def test_no_line_names_what_this_network_does_not_have(name: str) -> None:
    """Lesson 4 has one neuron in each layer, and its legend told of z1[2], δ1[2] and W2[1,3]."""
    for rows in screens(name, "network"):
        text = "\n".join(map(plain, rows))
        for entry in legend(rows):
            assert all(named in text for named in NAMED.findall(entry.shown)), entry


def test_what_a_newcomer_sees_first_is_told_first() -> None:
    """Grounds, lines and colours stand on the first screen of the course before any letter is known."""
    steps = shipped_run("01-derivative")
    first = [entry.meaning for entry in legend(screen_rows(steps, start(steps), 80, 24))]
    assert first[0].startswith("made by this step: on a bright ground")
    assert first[1].startswith("a number that is read by this step: underlined")
    assert any(meaning.startswith("looked at") for meaning in first[:5])
    assert any(meaning.startswith("positive: blue") for meaning in first[:6])
    assert "where y stands" in first


def test_a_curve_says_of_what_it_is() -> None:
    _, *told = (entry.meaning for entry in legend([(("⡠", "dim"), (" ", ""), ("⠊", "focus"))]))
    assert told[0] == "the curve of the activation, or of its slope, over z"
    assert told[1].startswith("bright on a curve: its slope at z")
    assert legend([(("⡠", "loss"),)])[1].meaning.startswith("over the iterations: the loss")


def test_what_an_equation_of_adam_has_is_told() -> None:
    told = {entry.shown: entry.meaning for entry in legend([(("sqrt(x) / (1 - β2ⁿ)", "symbol"),)])}
    assert told["ⁿ"] == "to the power of n, in the n-th update"
    assert told["sqrt"].startswith("the square root of")
    assert "√" not in told


def test_a_pale_weight_is_not_said_to_be_left_alone() -> None:
    """The first step reads all of W1: those into neuron 2 are pale, as neuron 1 is looked at."""
    rows = network_rows(shipped_run("mazur"), start(shipped_run("mazur")), 80, 9)
    pale = {text.strip() for row in rows for text, style in row if style.startswith("far-")}
    assert {"0.25", "0.3"} <= pale
    (told,) = (entry for entry in legend(rows) if entry.shown in pale)
    assert told.meaning == "a weight not read, or made, for what is looked at: pale"


def test_a_sample_looks_as_its_line_says() -> None:
    """A bar of what an update adds is no weight; a number below 0 has its minus where one has."""
    run = shipped_run("01-derivative")
    told = {entry.meaning: entry for entry in legend(screen_rows(run, start(run, 4), 80, 24)[:-1])}
    assert not any(set("■□") & {*entry.shown} for meaning, entry in told.items() if "a weight" in meaning)
    run = shipped_run("08-too-early-sign")
    for step in range(8):
        rows = screen_rows(run, start(run, step), 80, 24)[:-1]
        there = any(
            text.startswith("-") and style.endswith("negative") for row in rows for text, style in row
        )
        below = [one.shown for one in legend(rows) if one.meaning.startswith("negative")]
        assert not there or below[0].startswith("-"), step


def test_above_and_below_are_said_to_be_right_and_left() -> None:
    run = shipped_run("mazur")
    for step, said in ((0, False), (5, True)):
        told = [entry.meaning for entry in legend(screen_rows(run, start(run, step), 80, 24)[:-1])]
        assert any("at the left, towards the inputs" in meaning for meaning in told) == said


def test_words_of_the_screen_have_a_line() -> None:
    run = shipped_run("mazur")
    shown = {entry.shown for entry in legend(screen_rows(run, start(run, 8), 80, 24)[:-1])}
    assert {"target", "waiting", "cleared", "biases"} <= shown


@pytest.mark.parametrize("name", ["mazur", "iris", "elman", "deep", "digits"])
def test_a_sample_is_of_what_its_line_tells_of_and_in_its_own_colour(name: str) -> None:
    """Steps to come had a piece of the loss curve, which has their grey, those before it one of a gauge."""
    run = begun_run(name)
    for step, size in each_of((1, run.schedule.first_step(1) // 2), ((80, 24), (120, 40), (200, 50))):
        cursor = go_to(start(run), run, step)
        rows, steps = screen_rows(run, cursor, *size)[:-1], timeline_row(run, cursor, size[0])
        told = {entry.kind: entry for entry in legend(rows)}
        for colour in COLOURS:
            if colour.meaning.startswith("steps ") and colour.meaning in told:
                entry = told[colour.meaning]
                assert any(entry.shown in text and entry.style == style for text, style in steps), entry
        drawn = {(text, style) for row in rows for text, style in row}
        for entry in legend(rows):
            if any(says(colour, entry.style) for colour in COLOURS):
                assert any(style == entry.style for _, style in drawn)
        curves = [entry.style for entry in told.values() if entry.shown == "⡠⠊"]
        assert len(set(curves)) == len(curves), curves


@pytest.mark.parametrize("loss", LOSSES)
def test_the_formula_of_each_loss_is_explained_where_it_stands(loss: str) -> None:
    run = trace(scenario_at_random(3, Wanted(loss=loss, recurrent=False)))
    text = "\n".join(map(plain, rows := screen_rows(run, start(run, 2), 200, 50)[:-1]))
    shown = {entry.shown for entry in legend(rows)}
    assert LOSSES[loss].formula_text in text
    for sign, line in (("|", "|a - y|"), (" if |", "if"), ("ln ", "ln a"), ("½", "½"), ("²", "²")):
        assert sign not in LOSSES[loss].formula_text or line in shown, (sign, shown)


def test_an_error_of_one_time_is_explained() -> None:
    """Along a chain of another time: ∂C@1/∂z1[1]@1, of a slope and an error that are one factor."""
    net = [layer("sigmoid", [[1.0]], recurrent=[[0.5]])]
    run = trace(scenario(net, [[1.0], [0.5]], [[np.nan], [1.0]], loss="binary-cross-entropy"))
    rows = view_rows("chain", run, start(run, len(run) - 1), 100, 24)
    assert "∂C@1/∂z1[1]@1" in "\n".join(map(plain, rows))
    assert any("∂C/∂z, how fast C grows" in entry.meaning for entry in legend(rows) if entry.shown[0] == "δ")
    run = shipped_run("13-vanishing")
    rows = view_rows("chain", run, start(run, 32), 100, 24)
    assert "above1[1]@10" in "\n".join(map(plain, rows))
    assert "from above" in {entry.shown for entry in legend(rows)}
