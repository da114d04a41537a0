"""Which key does what? The one table that footer, help screen, README and tests derive from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from textual.binding import Binding

from engine.update_orders import ORDERS

if TYPE_CHECKING:
    from collections.abc import Mapping


class Key(NamedTuple):
    """One action: its keys (the first is shown), its name on the footer, and what it does in a sentence.

    `on_screen` is how the key is written; `group` is its heading on the help screen. `footer` is its
    rank on the footer when room is short, 0 for a key that is only on the help screen.
    """

    action: str
    keys: tuple[str, ...]
    on_screen: str
    name: str
    does: str
    group: str
    footer: int = 0


KeyTable: TypeAlias = tuple[Key, ...]

KEYS: KeyTable = (
    Key("move('next')", ("n", "right"), "n →", "next", "next step", "Steps", 1),
    Key("move('previous')", ("p", "left"), "p ←", "back", "previous step", "Steps", 2),
    Key(
        "move('next-phase')",
        ("right_square_bracket",),
        "]",
        "phase",
        "next phase (forward, loss, backward, update)",
        "Steps",
        6,
    ),
    Key("move('previous-phase')", ("left_square_bracket",), "[", "phase back", "previous phase", "Steps"),
    Key("move('next-iteration')", ("right_curly_bracket",), "}", "iteration", "next iteration", "Steps", 7),
    Key(
        "move('previous-iteration')",
        ("left_curly_bracket",),
        "{",
        "iteration back",
        "this iteration's first step, then the previous iteration",
        "Steps",
    ),
    Key("move('next-sample')", ("d",), "d", "sample", "the same step of the next sample", "Steps"),
    Key("move('previous-sample')", ("D",), "D", "sample back", "the same step of the sample before", "Steps"),
    Key("move('finish-sample')", ("N",), "N", "sample end", "to the end of this sample", "Steps"),
    Key(
        "move('finish-iteration')",
        ("dollar_sign",),
        "$",
        "iteration end",
        "to the end of this iteration",
        "Steps",
    ),
    Key(
        "move('same-next')",
        ("right_parenthesis",),
        ")",
        "same next",
        "the same step of the next iteration, looking at the same",
        "Steps",
    ),
    Key(
        "move('same-previous')",
        ("left_parenthesis",),
        "(",
        "same before",
        "the same step of the iteration before",
        "Steps",
    ),
    Key("move('first')", ("home",), "home", "first", "first step", "Steps"),
    Key("move('last')", ("end",), "end", "last", "last step", "Steps"),
    Key("play", ("space",), "space", "play", "step on by itself, or stand still again", "Steps"),
    Key(
        "move('next-note')",
        ("c",),
        "c",
        "note",
        "the next step of the course that has a note",
        "Steps",
        3,
    ),
    Key("move('previous-note')", ("C",), "C", "note back", "the step before that has a note", "Steps"),
    Key(
        "go_to",
        ("g",),
        "g",
        "go to",
        "go to a step by its number, i174 (an iteration), 50% or -3, then Enter",
        "Steps",
        8,
    ),
    Key(
        "findings",
        ("F",),
        "F",
        "findings",
        "what is found in the run: dead neurons, vanishing errors, steps that overshoot; enter goes there",
        "Steps",
    ),
    Key(
        "repeat",
        ("comma",),
        ",",
        "count",
        "a count, then a move: ,12n is twelve steps on, ,5} five iterations",
        "Steps",
    ),
    Key(
        "mark",
        ("quotation_mark",),
        '"',
        "mark",
        "then a letter: mark this place by it",
        "Steps",
    ),
    Key(
        "to_mark",
        ("apostrophe",),
        "'",
        "to mark",
        "then a letter: go to the place marked by it",
        "Steps",
    ),
    Key(
        "command_line",
        ("colon",),
        ":",
        "command",
        "type a command: until, since, break, find with a condition such as loss < 0.01; set, nudge or "
        "watch a number; or any key's name",
        "Steps",
    ),
    Key(
        "move('unit-down')",
        ("down", "j"),
        "↓ j",
        "neuron",
        "look at the next neuron of the layer; in view 0 choose the next sample, in E the next run",
        "Looking",
        8,
    ),
    Key("move('unit-up')", ("up", "k"), "↑ k", "neuron up", "the neuron before", "Looking"),
    Key(
        "move('source-down')",
        ("i",),
        "i",
        "input",
        "the next neuron of the layer below; in view 9 the next column of the matrix",
        "Looking",
    ),
    Key("move('source-up')", ("I",), "I", "input up", "the neuron before, or the column before", "Looking"),
    Key(
        "move('next-part')",
        ("tab",),
        "tab",
        "number",
        "explain the next number of this step (or layer)",
        "Looking",
        10,
    ),
    Key(
        "move('previous-part')",
        ("shift+tab",),
        "shift+tab",
        "number back",
        "explain the number before",
        "Looking",
    ),
    Key("move('layer-up')", ("a",), "a", "layer", "explain the numbers of the layer above", "Looking"),
    Key("move('layer-down')", ("A",), "A", "layer down", "explain the numbers of the layer below", "Looking"),
    Key("move('next-term')", ("t",), "t", "term", "select the next number that it comes from", "Looking", 9),
    Key("move('previous-term')", ("T",), "T", "term back", "select the number before, of those", "Looking"),
    Key(
        "move('to-maker')",
        ("enter",),
        "enter",
        "made",
        "go to the step that made the number; in view 0 to the sample's loss, in 2 to where the orders part, "
        "in E on in the run",
        "Looking",
    ),
    Key("move('to-next-reader')", ("r",), "r", "reader", "go to the next step that reads it", "Looking"),
    Key(
        "move('to-previous-reader')",
        ("R",),
        "R",
        "reader back",
        "go to the step before that reads it",
        "Looking",
    ),
    Key("move('back')", ("b",), "b", "back", "back to where the last jump came from", "Looking"),
    Key("move('forward')", ("B",), "B", "forward", "forward again, where that jump led", "Looking"),
    Key("find", ("slash",), "/", "find", "find a number by its name: a unit, δ1[2], W1[3,412]", "Looking"),
    Key(
        "watch",
        ("V",),
        "V",
        "watch",
        "watch the number that is looked at, or no more; :watch takes any expression",
        "Looking",
    ),
    Key(
        "yank(False)",
        ("y",),
        "y",
        "copy",
        "copy the number that is looked at, with all 17 digits",
        "Looking",
    ),
    Key(
        "yank(True)",
        ("Y",),
        "Y",
        "copy whole",
        "copy where it comes from, as text",
        "Looking",
    ),
    Key("move('release')", ("escape",), "esc", "release", "explain what this step made again", "Looking"),
    Key(
        "view('network')",
        ("1",),
        "1",
        "to 9, 0: views",
        "the network and where its numbers come from",
        "Views",
        5,
    ),
    Key(
        "view('compare')",
        ("2",),
        "2",
        "compare",
        "what if it had not waited: both orders side by side",
        "Views",
    ),
    Key(
        "against",
        ("v",),
        "v",
        "against",
        "in view 2: hold another two orders against each other",
        "Views",
    ),
    Key("view('cost')", ("3",), "3", "cost", "multiply-adds, with and without reuse", "Views", 12),
    Key("view('loss')", ("4",), "4", "loss", "the loss over the iterations", "Views", 13),
    Key(
        "view('time')",
        ("5",),
        "5",
        "time",
        "how far an error reaches back, through times or layers; in sequences again: all errors, and numbers",
        "Views",
    ),
    Key("view('chain')", ("6",), "6", "chain", "the chain rule along a path, factor by factor", "Views"),
    Key("view('slope')", ("7",), "7", "slope", "the activation curve and its tangent at z", "Views"),
    Key(
        "view('gradient')",
        ("8",),
        "8",
        "gradient",
        "the gradient as a vector, its largest components first",
        "Views",
    ),
    Key("view('heat')", ("9",), "9", "heat", "weights and gradients of a layer as a heat map", "Views"),
    Key(
        "beside(1)",
        ("greater_than_sign",),
        ">",
        "beside",
        "view 4: point at a later iteration, where enter goes; view 5: tell of the error that is made after; "
        "else your own numbers (--mine, : mine FILE): the next that differs",
        "Views",
    ),
    Key(
        "beside(-1)",
        ("less_than_sign",),
        "<",
        "beside back",
        "the earlier iteration, the error before, or the number before that differs",
        "Views",
    ),
    Key("zoom(1)", ("plus",), "+", "zoom", "show fewer iterations of the curve, around that one", "Views"),
    Key("zoom(-1)", ("minus",), "-", "zoom back", "show more iterations of the curve", "Views"),
    Key(
        "view('samples')",
        ("0",),
        "0",
        "samples",
        "all samples at this iteration: what is said of each, how wrong it is, which classes are mixed up",
        "Views",
    ),
    Key("table('sort')", ("s",), "s", "sort", "in view 0: sort the samples by the next column", "Views"),
    Key("table('worst')", ("S",), "S", "worst", "in view 0: the worst samples first", "Views"),
    Key(
        "table('which')",
        ("f",),
        "f",
        "which",
        "in view 0: all samples, those of this batch, or those taken for another class",
        "Views",
    ),
    Key(
        "view('watches')",
        ("W",),
        "W",
        "watches",
        "the watched numbers over the iterations, and when they were smallest and largest",
        "Views",
    ),
    Key(
        "scale",
        ("l",),
        "l",
        "scale",
        "loss, or in view W what is watched, linear or logarithmic",
        "Views",
    ),
    Key("presenter", ("P",), "P", "presenter", "one number on a page for a class, and back", "Views"),
    Key(
        "edit",
        ("e",),
        "e",
        "what if",
        "what if this number were another? From the start of this iteration the run branches",
        "What if",
    ),
    Key(
        "view('branches')",
        ("E",),
        "E",
        "branches",
        "the runs that have branched, and two of them side by side; enter goes on in the chosen one",
        "What if",
    ),
    Key(
        "break_rule",
        ("x",),
        "x",
        "too early",
        "break the rule: apply what is gathered for the layer that is looked at, now",
        "Breaking the rule",
        11,
    ),
    Key("mend_rule", ("X",), "X", "take back", "take the last break of the rule back", "Breaking the rule"),
    Key(
        "order(False)",
        ("u",),
        "u",
        "order",
        "another update order, and back to the scenario's own",
        "Breaking the rule",
    ),
    Key(
        "order(True)",
        ("U",),
        "U",
        "each order",
        f"each update order in turn: {', '.join(ORDERS)}",
        "Breaking the rule",
    ),
    Key(
        "choose_mistake",
        ("m",),
        "m",
        "mistake",
        "make one mistake in the equations, chosen from a list, and go on here",
        "Breaking the rule",
    ),
    Key(
        "mend_mistake",
        ("M",),
        "M",
        "put right",
        "take the mistake back: the same place as it should be",
        "Breaking the rule",
    ),
    Key("app.rejoin", ("w",), "w", "with leader", "with the leader again, when you follow one", "App"),
    Key("app.reload", ("f5",), "f5", "reload", "read the scenario's file again, and stay at the step", "App"),
    Key("app.pick", ("o",), "o", "open", "open another scenario", "App", 11),
    Key(
        "help",
        ("question_mark", "f1"),
        "?",
        "help",
        "what this screen shows, its keys, and all keys",
        "App",
        3,
    ),
    Key("app.quit", ("q",), "q", "quit", "leave", "App", 4),
)
"""Every key of the stepping screen, in the order of the help screen."""


def _named() -> dict[str, Key]:
    """Return what keys do by names that can be typed: those of moves and views, and those of the footer."""
    inner = ((re.search(r"\('([\w-]+)'\)", key.action), key) for key in KEYS)
    found = {match[1]: key for match, key in inner if match is not None}
    for key in KEYS:
        if key not in found.values():
            found.setdefault(key.name.replace(" ", "-"), key)
    return {name: key for name, key in found.items() if re.fullmatch(r"[\w-]+", name)}


NAMED = _named()
"""What a key does, by its name."""

_OTHER_WAYS = frozenset(
    f"move('{move}')"
    for move in (
        *("previous", "previous-phase", "previous-iteration", "previous-sample", "finish-iteration"),
        *("same-previous", "last", "previous-note", "unit-up", "source-up", "layer-down"),
        *("previous-term", "to-previous-reader", "forward"),
    )
) | {"to_mark", "yank(True)", "beside(-1)", "zoom(-1)", "mend_rule", "order(True)", "mend_mistake"}
"""What keys do that goes the other way of what the key before them in the table does, or farther."""


def paired(keys: KeyTable) -> list[KeyTable]:
    """Return keys, those together that go the two ways of one thing."""
    found: list[KeyTable] = []
    for key in keys:
        if key.action in _OTHER_WAYS and found and len(found[-1]) == 1 and found[-1][0].group == key.group:
            found[-1] = (*found[-1], key)
        else:
            found.append((key,))
    return found


RESERVED = ("ctrl+c", "ctrl+p", "ctrl+q", "ctrl+z")
"""Keys with a meaning that stays: to leave, the palette, the terminal's own."""


def table_with(instead: Mapping[str, tuple[str, ...]]) -> KeyTable:
    """Return the table with other keys instead of those of some rows, by the name of what they do."""
    named = {NAMED[name]: keys for name, keys in instead.items()}
    return tuple(
        row._replace(keys=named[row], on_screen=" ".join(named[row])) if row in named else row for row in KEYS
    )


def taken() -> dict[str, str]:
    """Return what each key does that does something, by its name."""
    found = {key: name for name, row in NAMED.items() for key in row.keys}
    return found | {row.on_screen: name for name, row in NAMED.items() if len(row.on_screen) == 1}


def is_key(word: str) -> bool:
    """Return whether a word is a key: a character or Textual's name of one, and what is held down with it."""
    from textual.keys import KEY_NAME_REPLACEMENTS, Keys, key_to_character

    *held, key = word.split("+") if len(word) > 1 else [word]
    names = {one.value for one in Keys} | set(KEY_NAME_REPLACEMENTS.values())
    known = key in names or key_to_character(key) is not None
    return known and key != " " and {*held} <= {"ctrl", "shift", "alt"}


_ONLY_IN: dict[str, tuple[str, ...]] = {
    "against": ("compare",),
    **dict.fromkeys(("zoom(1)", "zoom(-1)"), ("loss",)),
    "scale": ("loss", "watches"),
    **dict.fromkeys(("table('sort')", "table('worst')", "table('which')"), ("samples",)),
    **dict.fromkeys(("beside(1)", "beside(-1)"), ("loss", "time")),
}
"""The keys that do something in one view alone, or something else there than elsewhere."""

_LOOKING = ("move('unit-down')", "move('source-down')", "move('layer-up')")
"""The keys that a view's border has room for."""

_IN_TABLE = ("move('unit-down')", "move('unit-up')", "move('to-maker')")
_GOES = ("compare", "loss")
"""Those of the views below in which enter leads somewhere."""

_STILL = ("cost", "loss", "samples", "branches", "watches")
"""The views that show no single number."""


def keys_of(view: str, every: KeyTable = KEYS) -> KeyTable:
    """Return those of some keys that a view has, those that are in every view left out but for the steps."""
    groups = ("Steps",) if view in _STILL else ("Steps", "Looking")
    tables = ("samples", "branches")
    also = _IN_TABLE if view in tables else ("move('to-maker')",) if view in _GOES else ()
    own = [key for key in every if view in _ONLY_IN.get(key.action, ()) or key.action in also]
    return (*own, *(key for key in every if key.group in groups and key.action not in _ONLY_IN))


_IN_VIEW = ("loss", "samples")
"""The views that say their keys themselves, beside what they are for: no border repeats them."""

_CALLED = {
    ("loss", "beside(1)"): "later",
    ("loss", "beside(-1)"): "earlier",
    ("time", "beside(1)"): "later error",
    ("time", "beside(-1)"): "earlier error",
}
"""What keys are called in the border of a view that is about one thing of those that they do."""


def ways_in(view: str, *, sequences: bool = True) -> str:
    """Return the keys of a view as its border has them: its own, and those that look at another number.

    Without `sequences` there is but one error.
    """
    if view in _IN_VIEW:
        return ""
    looking = () if view in _STILL else _LOOKING
    keys = [key for key in KEYS if view in _ONLY_IN.get(key.action, ()) or key.action in looking]
    if view == "time" and not sequences:
        keys = [key for key in keys if key.action in looking]
    said = " · ".join(f"{key.on_screen} {_CALLED.get((view, key.action), key.name)}" for key in keys)
    return re.sub(r"\ba (?=layer)", "a A ", said)  # no article


def bindings() -> list[Binding]:
    """Return the table as Textual bindings; arrows have priority over whatever has the focus."""
    names = {key: name for name, key in NAMED.items()}
    return [
        Binding(
            ",".join(key.keys),
            key.action,
            key.name,
            key_display=key.on_screen,
            priority=True,
            show=False,
            id=names[key],
        )
        for key in KEYS
    ]


def table() -> str:
    """Return the keys as a Markdown table, for the README."""
    lines = ["| key | does |", "|---|---|"]
    lines += [f"| `{key.on_screen.replace(' ', '` `')}` | {key.does} |" for key in KEYS]
    return "\n".join(lines) + "\n"
