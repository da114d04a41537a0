"""Which quantity do people mean by a name such as dW2, grads["W1"] or layer1.weight.grad?

A name of the public contract (z1, gW1, W1_after) means exactly that quantity. Any other is looked up in
`engine.named_arrays.words`, in upper or lower case. What is none of these can be told: `--name theirs=gW1`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from engine.named_arrays.parts import part_of
from engine.named_arrays.words import (
    AFTER,
    BASE,
    BASE_LETTERS,
    BEFORE,
    BY,
    HIDDEN,
    LETTERS,
    LETTERS_OF_TWO,
    LOGITS,
    MARKS,
    OF,
    OF_AFTER,
    OUTPUTS,
    RECURRENT,
    plain,
    stripped,
    told_apart,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.scenario import Network

_EXACT = re.compile(r"(?:(?:z|a|slope|error|delta|gW|gU|gb)([1-9]\d{0,3})|[WUb]([1-9]\d{0,3})_after)")
_IN_LIST = re.compile(r"\[\d+\]$")
_LIST = "list "


class Half(NamedTuple):
    """One of the two biases of torch's RNN: on which `side`, ih or hh, `of` which sum."""

    side: str
    of: str


class Meant(NamedTuple):
    """What is meant by a name: one of ours without its layer, and the layer; `exact` if it is ours as it is.

    `kind` is "W" of parameters that may be those before or after the update, "W_after" of those after it.
    Ours is the sum of the two biases of torch's RNN, each of which is a `half`. A `loose` name may mean
    something else, too: hidden, D1.
    """

    kind: str
    layer: int
    exact: bool = False
    half: Half | None = None
    loose: bool = False

    @property
    def name(self) -> str:
        """The name in the contract."""
        kind, after, _ = self.kind.partition("_after")
        return f"{kind}{self.layer}{after}"

    @property
    def is_input(self) -> bool:
        """Whether it is the input, which is known and not looked at: it is no quantity."""
        return self.name == "a0"


class _Found(NamedTuple):
    kind: str
    layer: int
    stem: str = ""
    """What numbers of layers are counted together, where they may begin with 0."""
    half: Half | None = None
    loose: bool = False


def meanings(names: Iterable[str], network: Network, told: Mapping[str, str]) -> dict[str, Meant | None]:
    """Return what each name means in a network; None if that is not known. `told` says it of some."""
    layers = len(network.layers)
    found: dict[str, _Found | Meant | None] = {}
    for name in names:
        if name in told:
            meant = _looked_up(told[name], network)
            found[name] = meant and _Found(meant.kind, meant.layer, half=meant.half)
        else:
            found[name] = _exact(name) or _looked_up(name, network)
    for name, one in found.items():
        if isinstance(one, _Found) and name not in told and (whole := list_of(name)):
            found[name] = one._replace(stem=f"{_LIST}{whole}", loose=True)
    found |= dict.fromkeys([*_begun_without_number(found)])
    numbers: dict[str, set[int]] = {}
    for one in found.values():
        if isinstance(one, _Found):
            numbers.setdefault(one.stem, set()).add(one.layer)
    return {
        name: _meant(one, numbers[one.stem], layers) if isinstance(one, _Found) else one
        for name, one in found.items()
    }


def _begun_without_number(found: Mapping[str, _Found | Meant | None]) -> Iterator[str]:
    """Yield the names that are counted from one without a number: dense_1, dense_2 beside dense.

    The number is none of a layer: it says in which order the modules are (see `naming.modules`).
    """
    first = set()
    for name in (name for name, one in found.items() if one is None):
        parts = (part_of(rest) for rest, _ in told_apart(name))
        first |= {f"of {part.module}_" for part in parts if part is not None and part.module}
    stems = {(one.stem, one.layer) for one in found.values() if isinstance(one, _Found)}
    for name, one in found.items():
        if isinstance(one, _Found) and one.stem in first and (one.stem, 0) not in stems:
            yield name


def halves(meant: Mapping[str, Meant | None]) -> dict[str, str]:
    """Return the biases of torch's RNN by their names: beside each the other half, if that is given.

    Their gradients are no halves: each of them is that of the sum.
    """
    mine = {
        name: (one.kind, one.layer, one.half)
        for name, one in meant.items()
        if one is not None and one.half is not None and one.kind in ("b", "b_after")
    }
    by = {half: name for name, half in mine.items()}
    other = {"ih": "hh", "hh": "ih"}
    return {
        name: by.get((kind, layer, half._replace(side=other[half.side])), "")
        for name, (kind, layer, half) in mine.items()
    }


def names_told(told: Iterable[str]) -> dict[str, str]:
    """Return which of our names each of theirs is, from words such as `theirs=gW1`.

    Raises:
        ValueError: a word is no such; what is expected.
    """
    found = {}
    for word in told:
        theirs, sign, ours = word.strip().rpartition("=")
        if not sign or not theirs or not ours:
            raise ValueError("--name takes theirs=ours, such as --name grad_out=gW2")
        found[theirs] = ours
    return found


def list_of(name: str) -> str:
    """Return the name of the list that an array is in; the empty text if it is in none."""
    place = _IN_LIST.search(name)
    return name[: place.start()] if place else ""


def _exact(name: str) -> Meant | None:
    match = _EXACT.fullmatch(name)
    if match is None:
        return None
    number = match[1] or match[2]
    return Meant(name.replace(number, "", 1), int(number), exact=True)


def _meant(one: _Found, numbers: set[int], layers: int) -> Meant | None:
    """Return what a name means whose number stands beside others; None in a list that isn't of all layers."""
    layer = _counted(one, numbers, layers)
    if one.stem.startswith(_LIST) and 0 in numbers and len(numbers) != layers and layer != one.layer:
        return None
    return Meant(one.kind, layer, half=one.half, loose=one.loose)


def _counted(one: _Found, numbers: set[int], layers: int) -> int:
    """Return the layer from 1 that a number means beside others: 0 1 2, 0 2 4 (as torch counts), 1 2 3."""
    with_input = one.kind == "a" and one.stem.startswith(_LIST) and len(numbers) == layers + 1
    if 0 not in numbers or with_input or one.stem == "a":  # a0 is the input
        return one.layer
    ordered = sorted(numbers)
    if one.stem.startswith("of ") and len(ordered) > 1 and all(number % 2 == 0 for number in ordered):
        return one.layer // 2 + 1
    return one.layer + 1


def _looked_up(name: str, network: Network) -> _Found | None:
    if len(name) > 200:
        return None
    text = plain(name)
    whole = _whole(text, network)
    if whole is not None:
        return whole
    for marks, before in ((BEFORE, True), (AFTER, False)):
        rest = stripped(text, marks, before=before)
        if rest is not None:
            found = _whole(rest, network)
            return found._replace(kind=f"{found.kind}_after") if found and found.kind in "WUb" else None
    return _derivative(text, network)


def _derivative(text: str, network: Network) -> _Found | None:
    """Return what a name means that says ∂C by something, perhaps twice (grads.dW1)."""
    for marks, before in ((OF_AFTER, False), (OF, True)):
        rest = stripped(text, marks, before=before)
        if rest is not None:
            found = _whole(rest, network)
            if found is not None and found.kind in BY:
                return found._replace(kind=BY[found.kind])
            return _derivative(rest, network)
    return None


def _whole(text: str, network: Network) -> _Found | None:
    """Return what a name without marks means."""
    layers = len(network.layers)
    simple = re.fullmatch(r"([a-z_]*[a-z])_?(\d{1,4})", text)
    if simple is not None and simple[1] in BASE:
        kind = BASE[simple[1]]
        loose = len(simple[1]) == 1 and simple[1] not in BASE_LETTERS
        return _Found(kind, int(simple[2]), "of parameters" if kind in "WUb" else kind, loose=loose)
    letters = {**LETTERS, **(LETTERS_OF_TWO if layers == 2 else {})}.get(text.replace("_", ""))
    if letters is not None:
        kind, layer = letters
        return _Found(kind, layers if layer < 0 else layer, "letters")
    torch = re.fullmatch(r"(?:[a-z0-9_]*_)?(weight|bias)_(ih|hh)_l(\d{1,4})", text)
    if torch is not None:
        kind = RECURRENT[torch[2]] if torch[1] == "weight" else "b"
        half = Half(torch[2], text.replace(f"bias_{torch[2]}", "bias")) if torch[1] == "bias" else None
        return _Found(kind, int(torch[3]) + 1, "letters", half)
    numbered = re.fullmatch(r"((?:[a-z0-9_]*_)?[a-z]*)_?(\d{1,4})_([a-z_]+)", text)
    if numbered is not None and numbered[3] in BASE and not MARKS.intersection(numbered[1].split("_")):
        if BASE.get(numbered[1].rpartition("_")[2], "z") in "WUb":  # W1_delta: its change, or its gradient?
            return None
        return _Found(BASE[numbered[3]], int(numbered[2]), f"of {numbered[1]}")
    return _worded(text, network)


def _worded(text: str, network: Network) -> _Found | None:
    """Return what a name means that tells its layer by a word: output or hidden."""
    layers = len(network.layers)
    if text in HIDDEN.split():
        layer = _hidden(network)
        return None if layer is None else _Found("a", layer, "letters", loose=True)
    if text in OUTPUTS.split():
        return _Found("a", layers, "letters", loose=True)
    if text in LOGITS.split():
        return _Found("z", layers, "letters", loose=True)
    for word in ("hidden", "output", "out"):
        layer = layers if word != "hidden" else 1
        if word == "hidden" and layers != 2:
            continue
        for rest in (stripped(text, word, before=True), stripped(text, word, before=False)):
            if rest is not None and rest in BASE and rest != "hidden":
                return _Found(BASE[rest], layer, "letters", loose=True)
    return None


def _hidden(network: Network) -> int | None:
    """Return the layer, from 1, that is called the hidden one: the recurrent one, if any is."""
    recurrent = [number for number, one in enumerate(network.layers, start=1) if one.recurrent]
    every = recurrent or list(range(1, len(network.layers)))
    return every[0] if len(every) == 1 else None
