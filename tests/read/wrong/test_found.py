"""What the fuzzer has found once: files that load, and whose numbers or texts broke a picture."""

from __future__ import annotations

import warnings
from random import Random
from typing import TYPE_CHECKING

import pytest

from engine import load, trace
from engine.looking.cursor import go_to, start
from tests.fuzz.follow import MAIN_HEIGHT, TALL_HEIGHT, follow, judge_rows, pictures
from tests.fuzz.toml import inline
from tests.given.some_of import EVERY_CASE, in_turns
from tests.read.files import changed, write
from tui.draw.slope import slope_rows

if TYPE_CHECKING:
    from pathlib import Path

ONE = """\
format = 1
title = "One neuron, then another"

[network]
inputs = 2
loss = "half-squared-error"

[[network.layers]]
activation = "identity"
weights = [[1, 2]]

[[network.layers]]
activation = "identity"
weights = [[1]]

[data]
inputs = [[1, 2]]
targets = [[1]]

[training]
learning_rate = 1
"""


def weights(text: str) -> str:
    return changed(ONE, "[[1, 2]]\n\n[[network", f"{text}\n\n[[network")


FOUND = {
    "an infinite activation": weights("[[1e308, 1e308]]"),
    "an activation that is no number": changed(
        weights("[[1e308, -1e308]]"), "inputs = [[1, 2]]", "inputs = [[10, 10]]"
    ),
    "one of two activations infinite": changed(
        weights("[[1e308, 1e308], [1, 1]]"), "weights = [[1]]", "weights = [[1, 1]]"
    ),
    "a pre-activation near the largest number": weights("[[8e307, 4e307]]"),
    "a softmax beside a pre-activation that is no number": changed(
        changed(
            weights("[[1e308, 1e308], [1, 1]]"),
            'activation = "identity"\nweights = [[1]]',
            'activation = "softmax"\nweights = [[1, 1], [0, 1]]',
        ),
        "targets = [[1]]",
        "targets = [[1, 0]]",
    ),
    "a gradient whose square is beyond all numbers": changed(
        changed(weights(f"{[[1, 1]] * 20}"), "weights = [[1]]", f"weights = {[[1] * 20]}"),
        "targets = [[1]]",
        "targets = [[1e200]]",
    ),
    "a product of weight and activation beyond all numbers": changed(
        weights("[[1e300, 0], [1e300, 0]]"), "weights = [[1]]", "weights = [[1e300, -1e300]]"
    ),
    "wide characters in the title": changed(ONE, "One neuron, then another", "漢字" * 50),
    "wide characters in a note": f'{ONE}[[notes]]\nstep = 1\ntext = "{"漢字" * 50}"\n',
    "thousands of marks on a letter": f'{ONE}[[notes]]\nstep = 1\ntext = "e{chr(0x301) * 5000}"\n',
    "a rate beyond all numbers after the first update": changed(
        changed(ONE, "learning_rate = 1", "learning_rate = 1e300\niterations = 3"),
        "targets = [[1]]",
        "targets = [[9]]",
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_every_picture_of_what_was_found_is_there(tmp_path: Path, name: str) -> None:
    scenario = load(write(tmp_path, FOUND[name]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for seed in range(3 if EVERY_CASE else 1):
            for what, act in follow(scenario, Random(seed)):
                if EVERY_CASE or not what.startswith(("view ", "pane ")):  # these are drawn below
                    act()
        steps = trace(scenario)
        for step in range(len(steps)):
            height = (MAIN_HEIGHT, TALL_HEIGHT)[step // 2 % 2]
            # Of as many pictures each is drawn at every fifth step.
            acts = [act for _, act in pictures(steps, go_to(start(steps), steps, step), height)]
            for act in in_turns(acts, step, 5):
                act()


def test_a_curve_that_cannot_be_drawn_is_said_to_be_none(tmp_path: Path) -> None:
    steps = trace(load(write(tmp_path, FOUND["a softmax beside a pre-activation that is no number"])))
    rows = slope_rows(steps, start(steps, 1), 80, 17)
    judge_rows(lambda: rows, 17)
    assert "no curve" in "".join(text for row in rows for text, _ in row)


HARMLESS = {
    "escape sequences": ("\x1b[2J\x1b[31mred\x1b]0;t\x07", "\ufffd[2J\ufffd[31mred\ufffd]0;t\ufffd"),
    "the clipboard": ("\x1b]52;c;cm0gLXJm\x07", "\ufffd]52;c;cm0gLXJm\ufffd"),
    "8-bit controls": ("\x9b31m\x9d52;c;eA==\x9c", "\ufffd31m\ufffd52;c;eA==\ufffd"),
    "markup": ("[@click=app.quit]q[/] [/] [red]x[h1]", "[@click=app.quit]q[/] [/] [red]x[h1]"),
    "turned writing": ("a\u202eb\u2066c\u200fd", "abcd"),
    "no width": ("a\u200b\u200d\ufeff\u00adb", "ab"),
    "a null character": ("a\x00b", "a\ufffdb"),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_no_text_steers_a_terminal(tmp_path: Path, name: str) -> None:
    """Wherever a file may have text."""
    raw, shown = HARMLESS[name]
    untitled = changed(ONE, 'title = "One neuron, then another"\n', "")
    head = "".join(f"{key} = {inline(raw)}\n" for key in ("title", "about", "source"))
    text = f"{head}{untitled}[[notes]]\nstep = 1\ntext = {inline(raw)}\n"
    scenario = load(write(tmp_path, text))
    said = {key: getattr(scenario, key) for key in ("title", "about", "source")}
    assert {**said, "note": scenario.notes[0].text} == dict.fromkeys((*said, "note"), shown)
    for _, act in follow(scenario, Random(1)):
        act()
