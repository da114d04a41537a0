"""How are the bytes of any file spoilt?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fuzz.spoiling.hostile import BYTES, ENCODINGS, TEXTS

if TYPE_CHECKING:
    from random import Random


def spoil_bytes(content: bytes, chance: Random) -> tuple[bytes, str]:
    """Return the bytes with one change, and what it was."""
    how = chance.choice((flip, insert, insert, cut, cut_off, repeat, swap, recode, noise, overwrite))
    return how(content, chance), how.__name__.replace("_", " ")


def flip(content: bytes, chance: Random) -> bytes:
    spoilt = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 8)) if content else 0):
        spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
    return bytes(spoilt)


def insert(content: bytes, chance: Random) -> bytes:
    place = chance.randint(0, len(content))
    text = chance.choice(TEXTS).encode("utf-8", "surrogatepass")
    return content[:place] + chance.choice((chance.choice(BYTES), text)) + content[place:]


def cut(content: bytes, chance: Random) -> bytes:
    start, stop = _stretch(content, chance)
    return content[:start] + content[stop:]


def cut_off(content: bytes, chance: Random) -> bytes:
    place = chance.randint(0, len(content))
    return chance.choice((content[:place], content[place:]))


def repeat(content: bytes, chance: Random) -> bytes:
    start, stop = _stretch(content, chance)
    return content[:start] + content[start:stop] * chance.choice((2, 2, 3, 50)) + content[stop:]


def swap(content: bytes, chance: Random) -> bytes:
    start, stop = _stretch(content, chance)
    last = chance.randint(stop, len(content))
    return content[:start] + content[stop:last] + content[start:stop] + content[last:]


def recode(content: bytes, chance: Random) -> bytes:
    return content.decode("utf-8", "replace").encode(chance.choice(ENCODINGS), "replace")


def noise(content: bytes, chance: Random) -> bytes:
    return (
        insert(chance.randbytes(chance.choice((1, 10, 300))), chance)
        if chance.random() < 0.1
        else (content + chance.randbytes(chance.choice((1, 10))))
    )


def overwrite(content: bytes, chance: Random) -> bytes:
    start, _ = _stretch(content, chance)
    piece = chance.choice(BYTES)
    return content[:start] + piece + content[start + len(piece) :]


def _stretch(content: bytes, chance: Random) -> tuple[int, int]:
    start = chance.randint(0, len(content))
    return start, min(len(content), start + chance.choice((1, 2, 5, 20, 200)))
