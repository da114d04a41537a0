"""How is a TOML text spoilt token by token, so that most of it is still TOML?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.fuzz.spoiling.hostile import NUMBERS, TEXTS
from tests.fuzz.toml import inline

if TYPE_CHECKING:
    from random import Random

_TOKEN = re.compile(r'"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|#[^\n]*|[\w.+-]+|[ \t]+|[\s\S]')
_NUMBER = re.compile(r"[+-]?[0-9][0-9_.eE+-]*")
_WORD = re.compile(r"[A-Za-z_]\w*")


def spoil_tokens(content: bytes, chance: Random) -> tuple[bytes, str]:
    """Return the text with one change, and what it was."""
    tokens = _TOKEN.findall(content.decode("utf-8", "replace")) or [""]
    how = chance.choice(
        (number, number, number, text, text, leave_out, twice, exchange, nest, line, line, word)
    )
    how(tokens, chance)
    return "".join(tokens).encode("utf-8", "surrogatepass"), how.__name__.replace("_", " ")


def number(tokens: list[str], chance: Random) -> None:
    _replace(tokens, _NUMBER, chance.choice(NUMBERS), chance)


def text(tokens: list[str], chance: Random) -> None:
    raw = chance.choice(TEXTS)
    quoted = f'"{raw}"' if chance.random() < 0.2 else inline(raw)
    _replace(tokens, re.compile(r'"[\s\S]*"'), quoted, chance)


def word(tokens: list[str], chance: Random) -> None:
    words = [token for token in tokens if _WORD.fullmatch(token)] or ["x"]
    _replace(tokens, _WORD, chance.choice((chance.choice(words), "x", '""', "a.b.c", '"\\u001b"')), chance)


def leave_out(tokens: list[str], chance: Random) -> None:
    place = _place(tokens, chance)
    del tokens[place : place + chance.choice((1, 1, 2, 10))]


def twice(tokens: list[str], chance: Random) -> None:
    place = _place(tokens, chance)
    tokens[place:place] = tokens[place : place + chance.choice((1, 2, 10))] * chance.choice((1, 1, 20))


def exchange(tokens: list[str], chance: Random) -> None:
    one, other = _place(tokens, chance), _place(tokens, chance)
    tokens[one], tokens[other] = tokens[other], tokens[one]


def nest(tokens: list[str], chance: Random) -> None:
    place, deep = _place(tokens, chance), chance.choice((1, 1, 2, 60, 2000))
    tokens[place] = chance.choice(
        ("[" * deep + tokens[place] + "]" * deep, "{a = " * deep + tokens[place] + "}" * deep, "[" * deep)
    )


def line(tokens: list[str], chance: Random) -> None:
    """Leave out, repeat or move a line."""
    lines = "".join(tokens).splitlines(keepends=True) or [""]
    place, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(3):
        case 0:
            del lines[place]
        case 1:
            lines.insert(other, lines[place])
        case _:
            lines.insert(other, lines.pop(place))
    tokens[:] = lines


def _place(tokens: list[str], chance: Random) -> int:
    return chance.randrange(len(tokens)) if tokens else 0


def _replace(tokens: list[str], kind: re.Pattern[str], by: str, chance: Random) -> None:
    places = [place for place, token in enumerate(tokens) if kind.fullmatch(token)]
    if places:
        tokens[chance.choice(places)] = by
