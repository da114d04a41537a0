"""On every terminal, in every language and at every size: a right picture, no traceback, a clean end."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest

from tests.given.some_of import EVERY_CASE
from tests.terminal.line import APP, Line

ENVIRONMENTS: dict[str, dict[str, Any]] = {
    "nothing unusual": {},
    "the C locale": {"LANG": "C", "LC_ALL": None, "LC_CTYPE": None},
    "C for everything": {"LC_ALL": "C"},
    "a locale that is not installed": {"LANG": "xx_XX.UTF-8", "LC_ALL": "xx_XX.UTF-8"},
    "a locale without the signs": {"LC_ALL": "en_US.ISO-8859-1", "PYTHONIOENCODING": "latin-1"},
    "no UTF-8 mode": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    # Each alone would be seen: another size, another picture, another driver, an end at once.
    "variables that must not count": {
        "LINES": "7",
        "COLUMNS": "20",
        "TEXTUAL": "debug,headless",
        "TEXTUAL_ANIMATIONS": "bogus",
        "TEXTUAL_COLOR_SYSTEM": "bogus",
        "TEXTUAL_DRIVER": "no.such:Driver",
        "TEXTUAL_PRESS": "q",
        "TEXTUAL_SHOW_RETURN": "1",
        "TEXTUAL_THEME": "bogus",
    },
}

#: What a terminal calls itself and what else its environment says have nothing to do with each other.
TERMINALS = {
    "xterm": "no UTF-8 mode",
    "xterm-256color": "variables that must not count",
    "screen": "the C locale",
    "tmux-256color": "a locale without the signs",
    "linux": "C for everything",
    "vt100": "a locale that is not installed",
    "no-such-terminal": "nothing unusual",
}


def steps_and_leaves(line: Line, sign: str = "─") -> None:
    """Look, step, and leave as found."""
    text = line.until(lambda text: "step 1 of " in text and "0.5933" in text)
    assert "FORWARD" in text
    assert sign in text
    line.send(b"n")
    line.until(lambda text: "step 2 of " in text and "0.7514" in text)
    line.send(b"q")
    assert line.gone() == 0
    line.is_as_it_was()


@pytest.mark.parametrize("term", TERMINALS)
def test_a_terminal_in_an_environment(term: str) -> None:
    with Line([*APP, "mazur"], 80, 24, term, **ENVIRONMENTS[TERMINALS[term]]) as line:
        without = TERMINALS[term] == "a locale without the signs"
        steps_and_leaves(line, "---" if without else "─")
        assert line.output().isascii() == without


def test_every_environment_has_its_terminal() -> None:
    assert set(TERMINALS.values()) == set(ENVIRONMENTS)


@pytest.mark.parametrize("term", ["dumb", "", "unknown"])
def test_a_terminal_that_can_draw_nothing(term: str) -> None:
    with Line([*APP, "mazur"], term=term) as line:
        assert line.gone() == 2
        line.is_as_it_was(said="TERM is empty, dumb or unknown")
        assert b"\x1b" not in line.output()


def test_no_colour_is_no_colour() -> None:
    with Line([*APP, "mazur"], NO_COLOR="1") as line:
        steps_and_leaves(line)
        colours = set(re.findall(rb"\x1b\[[\d;]*?[34]8;5;(\d+)", line.output()))
        assert len(colours) > 1
        assert {int(colour) for colour in colours} <= {0, 7, 8, 15, 16, *range(231, 256)}, colours


def test_no_colour_that_says_nothing_is_colour() -> None:
    """Only a value that is not empty counts: https://no-color.org."""
    with Line([*APP, "mazur"], NO_COLOR="") as line:
        steps_and_leaves(line)
        assert set(re.findall(rb"\x1b\[[\d;]*?[34]8;5;(\d+)", line.output())) & {b"117", b"215", b"221"}


def test_sizes() -> None:
    with Line([*APP, "mazur"], 1, 1) as line:
        line.settle(0.2, 3.0)
        for size in ((250, 80), (1, 1), (3, 50), (59, 18), (80, 24)):
            line.resize(*size)
            if size[0] >= 60:
                line.until(lambda text: "step 1 of " in text and "#" not in text)
            elif size[0] > 20:
                line.shows("60x18 needed")
            else:
                line.settle(0.2, 1.0)
        steps_and_leaves(line)


def test_a_storm_of_resizes() -> None:
    """It ends in the picture that an app shows that has had this size from the start."""
    chance = random.Random(3)
    with Line([*APP, "bptt"], 100, 30) as calm, Line([*APP, "bptt"], 80, 24) as line:
        calm.shows("0.4621")
        line.shows("0.4621")
        for _ in range(60 if EVERY_CASE else 20):
            line.resize(chance.randint(1, 220), chance.randint(1, 70))
            line.read(0.005)
        line.resize(100, 30)
        line.shows("0.4621")
        # A run that is still computed shows how far it is.
        line.until(lambda _: line.picture() == calm.picture())
        line.send(b"q")
        assert line.gone() == 0
        line.is_as_it_was()
