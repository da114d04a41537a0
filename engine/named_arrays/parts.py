"""Which part of which module of a network is an array, by its name?

`fc1.weight`, `W1`, `coefs_[0]`, `rnn.bias_hh_l0`: the words are those of `engine.named_arrays.words`;
what is left of a name tells the modules apart.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from engine.named_arrays.words import BASE, LETTERS, LETTERS_OF_TWO, MARKS, plain

_OF_TORCH = {("weight", "ih"): "W", ("weight", "hh"): "U", ("bias", "ih"): "b", ("bias", "hh"): "b"}
_PLACES = re.compile(r"(?:hidden|output|out|input|in|h|o|last)\d{0,4}")
_FROM_FIRST = ("coef", "coefs", "kernel", "recurrent_kernel")
_LONGEST = 200
FIRST = ("in", "input")
LAST = ("out", "output", "head", "last", "o")
"""Words in the names of modules that stand first, or last."""


class Part(NamedTuple):
    """A part of a module: `role` W, U (from the time before) or b.

    `half` is the half of a bias that torch's RNN has (ih or hh). `to_first` is how whoever uses such names
    writes weights, [to, from] or [from, to]; None if the name doesn't tell.
    """

    module: str
    role: str
    half: str = ""
    to_first: bool | None = None
    backward: bool = False


def part_of(name: str) -> Part | None:
    """Return what part of a network an array is; None if it is none, or it isn't known which."""
    if len(name) > _LONGEST:
        return None
    text = plain(re.sub(r":0$", "", name))
    torch = re.fullmatch(r"(?:(.*)_)?(weight|bias)_(ih|hh)(?:_(l\d{1,4}))?(_reverse)?", text)
    if torch is not None:
        module = "_".join(part for part in (torch[1], torch[4]) if part)
        half = torch[3] if torch[2] == "bias" else ""
        return Part(module, _OF_TORCH[torch[2], torch[3]], half, to_first=True, backward=bool(torch[5]))
    letters = {**LETTERS, **LETTERS_OF_TWO}.get(text.replace("_", ""))
    if letters is not None:
        return Part(str(2 if letters[1] < 0 else letters[1]), letters[0])
    return _worded(text, to_first=True if re.search(r"\w\.weight$", name) else None)


def _worded(text: str, *, to_first: bool | None) -> Part | None:
    """Return what a name means that has one of our words at its end, before a number, or at its beginning."""
    number = re.search(r"_?(\d{1,4})$", text)
    head = text[: number.start()] if number else text
    tokens = head.split("_")
    for count in (2, 1):
        before, word = tokens[:-count], "_".join(tokens[-count:])
        if len(tokens) >= count and (role := _role(word)) and not MARKS.intersection(before):
            module = "_".join([*before, *([number[1]] if number else [])])
            return Part(module, role, to_first=False if word in _FROM_FIRST else to_first)
    tokens = text.split("_")
    if len(tokens) == 2 and (role := _role(tokens[0])) and _PLACES.fullmatch(tokens[1]):
        return Part(tokens[1], role, to_first=False if tokens[0] in _FROM_FIRST else None)
    return None


def _role(word: str) -> str:
    role = BASE.get(word, "")
    return role if role in ("W", "U", "b") else ""
