"""What does somebody press who doesn't look? Keys of every table, and words of every list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.run.change import SETTABLE
from tests.app.driving import KEY_NAMES
from tui.keys import KEYS
from tui.view_names import EVERY_VIEW, key_of
from tui.walking.command_line import (
    EVERY_COMMAND,
    WITH_CHANGE,
    WITH_CONDITION,
    WITH_EXPRESSION,
    WITH_FILE,
    WITH_NUMBER,
    WRITING,
)

if TYPE_CHECKING:
    from random import Random

TABLE = tuple(key for row in KEYS for key in row.keys if row.action != "app.quit")
"""All keys of the stepping screen but the one that leaves."""

VIEWS = tuple(key_of(view) for view in EVERY_VIEW)

IN_DIALOGS = (
    *("enter", "escape", "tab", "shift+tab", "up", "down", "left", "right", "home", "end", "pageup"),
    *("pagedown", "backspace", "delete", "space", "j", "k", "n", "p", "y", "a", "1", "7", "q", "ctrl+u"),
)
UNUSED = ("z", "Z", "é", "δ", "insert", "f9", "ctrl+a", "ctrl+t", "ctrl+@", "shift+up", "漢")

CONDITIONS = (
    *("loss < 0.01", "loss rises", "any not finite", "dead(1,1)", "saturated(1)", "iteration > 3"),
    *("weight[1][1,1] changes sign", "loss of sample 1 > 0.1", "abs(delta[1][1]) > 0.1", "step == 17"),
    *("max(abs(gradient[2])) < 1e-6 and not loss > 1", "sample_loss > 0.2", "loss <", "(((", "nonsense", ""),
    *("delta[99][1] > 0", "activation[1][1] > 0.5 or time == 2", "finite(weight[1])", "loss < 1e-300"),
)
EXPRESSIONS = ("loss", "weight[1][1,1]", "max(abs(gradient[1]))", "W1[1,1]", "δ1[1]", "loss *", "1/0", "C")
NUMBERS = ("W1[1,1]", "b1[1]", "W2[1,1]", "x[1]", "y[1]", "U1[1,1]", "activation[1]", "a1[1]", "W9[9,9]")
VALUES = ("0.7", "-1e300", "1e-300", "nan", "inf", "0", "relu", "adam", "premature", "none", "sign", "x")
FILES = ("mine.npz", "kept.toml", "nowhere/there.toml", ".", "")
PLACES = ("1", "7", "19", "i2", "i9999", "50%", "-3", "+12", "0", "99999999", "12n", "5}", "3]", "2zz", "40p")


def some_command(chance: Random) -> str:
    """Return what is typed into the command line."""
    word = chance.choice(EVERY_COMMAND)
    changed = (
        f"{chance.choice((*NUMBERS, *SETTABLE))} {chance.choice(('=', '+=', ''))} {chance.choice(VALUES)}"
    )
    if chance.random() < 0.15:
        return chance.choice(PLACES)
    if word in ("app.quit", "quit"):
        return "breaks"
    if word in WITH_CONDITION:
        return f"{word} {chance.choice(CONDITIONS)}"
    if word in WITH_EXPRESSION:
        return f"{word} {chance.choice(EXPRESSIONS)}"
    if word == "nudge":
        return f"{word} {chance.choice(NUMBERS)} {chance.choice(VALUES)}"
    if word in WITH_CHANGE:
        return f"{word} {changed}"
    if word in WITH_NUMBER:
        return f"{word} {chance.choice(('1', '2', '3', '99', 'x', ''))}"
    if word in (*WITH_FILE, *WRITING):
        return f"{word} {chance.choice(('', 'scenario '))}{chance.choice(FILES)}"
    return word if chance.random() < 0.8 else word[: chance.randint(1, len(word))]


def some_keys(chance: Random, *, dialog: bool) -> list[str]:
    """Return keys that are pressed one after another, where a dialog is open or none."""
    if dialog and chance.random() < 0.6:
        return chance.choices(IN_DIALOGS, k=chance.randint(1, 4))
    match chance.random():
        case one if one < 0.12:
            return [":", *_typed(chance, some_command(chance))]
        case one if one < 0.17:
            words = chance.choice([*(row.does for row in KEYS if row.action != "app.quit"), "theme"])
            first = "theme" if chance.random() < 0.2 else words[: chance.randint(2, 14)]
            return ["ctrl+p", *first, *["down"] * chance.randrange(4), chance.choice(("enter", "escape"))]
        case one if one < 0.25:
            return chance.choices(VIEWS, k=chance.randint(1, 3))
        case one if one < 0.30:
            return [chance.choice(("m", "F", "o")), *chance.choices(("down", "j", "k", "end"), k=2), "enter"]
        case one if one < 0.35:
            asks = chance.choice(("g", "slash", "e"))
            said = {"g": PLACES, "slash": NUMBERS, "e": (*VALUES, "+= 0.5", "0.3 now")}[asks]
            return [asks, *_typed(chance, chance.choice(said))]
        case one if one < 0.40:
            return [chance.choice(('"', "'", ",")), *chance.choices("ab17n}x", k=chance.randint(1, 3))]
        case one if one < 0.43:
            return [chance.choice(UNUSED)]
        case one if one < 0.46:
            return [*["n"] * chance.randint(2, 30)]
    return chance.choices(TABLE, k=chance.randint(1, 6))


def _typed(chance: Random, text: str) -> list[str]:
    keys = [*text]
    if chance.random() < 0.2:
        keys.insert(chance.randint(0, len(keys)), chance.choice(("tab", "up", "down", "left", "backspace")))
    return [*keys, chance.choice(("enter", "enter", "enter", "escape"))]


def named(key: str) -> tuple[str, str | None]:
    """Return a key's name and the character that it writes, as Textual has them."""
    sign = next((sign for sign, name in KEY_NAMES.items() if key in (sign, name)), None)
    return KEY_NAMES.get(key, key), sign or (key if len(key) == 1 else None)
