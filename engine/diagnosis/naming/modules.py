"""Which layer is a module whose name has no number: `fc.weight.grad` beside `rnn.weight_ih_l0.grad`?

As `bp-tui import` has it, the name tells the part of the module, and what it fits tells the layer. A module
is taken only where one layer is left for it.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from engine.diagnosis.naming.names import Half, Meant
from engine.named_arrays.parts import FIRST, LAST, part_of
from engine.named_arrays.words import told_apart

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from engine.diagnosis.naming.shapes import Shapes

_WAYS: Final = 10_000
"""Ways of giving layers to modules that are tried; of more it is not asked which are the right ones."""
_WORDS: Final = """
exp avg sq m v moment moments momentum velocity cache mean var running moving ema mask init initial old
previous prev before target optimizer optim opt adam ada rms state
"""
_NO_MODULE: Final = frozenset(_WORDS.split())
"""Words with which an array belongs to an optimiser, or is of another time: it is no parameter of now."""


def by_modules(names: Iterable[str], shapes: Shapes, taken: Iterable[str]) -> dict[str, Meant]:
    """Return which of ours each array is that is a part of a module, where only one layer fits it.

    `taken` are the quantities that other arrays are already.
    """
    modules: dict[str, dict[str, tuple[str, Half | None]]] = {}
    for name in names:
        found = _part(name, shapes)
        if found is not None:
            module, kind, half = found
            modules.setdefault(module, {})[name] = kind, half
    claimed = set(taken)
    may = {
        module: [
            layer
            for layer in range(1, shapes.layers + 1)
            if all(_may_be(name, Meant(kind, layer), shapes, claimed) for name, (kind, _) in parts.items())
        ]
        for module, parts in modules.items()
    }
    may = {module: layers for module, layers in may.items() if layers}
    ways = _ways(may, _in_turn(may)) or _ways(may, [])
    named = [way for way in ways if all(_as_named(module, way, shapes.layers) for module in way)]
    found_for: dict[str, Meant] = {}
    for module in may:
        layers, parts = {way[module] for way in named or ways}, modules[module]
        if len(layers) == 1:
            (layer,) = layers
            found_for |= {name: Meant(kind, layer, half=half) for name, (kind, half) in parts.items()}
    return found_for


def _in_turn(modules: Iterable[str]) -> list[tuple[str, str]]:
    """Return each two modules that are alike but for their numbers, the lower first: dense, dense_1."""
    groups: dict[str, list[str]] = {}
    for module in modules:
        groups.setdefault(re.sub(r"_?\d+", "", module), []).append(module)
    for some in groups.values():
        some.sort(key=lambda module: [int(digits) for digits in re.findall(r"\d+", module)])
    return [pair for some in groups.values() for pair in pairwise(some)]


def _ways(may: Mapping[str, Sequence[int]], in_turn: Sequence[tuple[str, str]]) -> list[dict[str, int]]:
    """Return each way to give every module a layer of its own, of two `in_turn` the first a lower one.

    None if there are too many.
    """
    left = {module: list(layers) for module, layers in may.items()}
    for one, other in in_turn:
        left[other] = [layer for layer in left[other] if layer > min(left[one], default=0)]
    for one, other in reversed(in_turn):
        left[one] = [layer for layer in left[one] if layer < max(left[other], default=0)]
    below = {other: one for one, other in in_turn}
    ways: list[dict[str, int]] = [{}]
    for module in dict.fromkeys([*(one for pair in in_turn for one in pair), *left]):
        lower = below.get(module)
        ways = [
            {**way, module: layer}
            for way in ways
            for layer in left[module]
            if layer not in way.values() and (lower is None or layer > way[lower])
        ]
        if len(ways) > _WAYS:
            return []
    return ways


def _part(name: str, shapes: Shapes) -> tuple[str, str, Half | None] | None:
    """Return the module of an array, what it is of its layer, and which half of a bias.

    Of the only layer dW is the gradient; not beside a state, where W is what some call ours and some call U.
    """
    alone = shapes.layers == 1 and "U1" not in shapes.known
    for rest, pattern in told_apart(name):
        part = part_of(rest)
        if part is None or part.backward or not (part.module or alone):
            continue
        if _NO_MODULE.intersection(part.module.split("_")):
            return None
        half = Half(part.half, f"bias {part.module}") if part.half else None
        return part.module, pattern.format(part.role), half
    return None


def _may_be(name: str, meant: Meant, shapes: Shapes, claimed: Collection[str]) -> bool:
    """Return whether an array may be one of ours: a matrix without a mark only if near the parameters."""
    near = meant.kind not in ("W", "U") or meant.name not in shapes.known
    return shapes.may_be(name, meant, claimed) and (near or shapes.is_near(name, shapes.known[meant.name]))


def _as_named(module: str, way: Mapping[str, int], layers: int) -> bool:
    """Return whether a module called input is the first, and one called output the last."""
    words = re.split(r"_|(?<=[a-z])(?=\d)", module)
    if any(word in FIRST for word in words):
        return way[module] == 1
    return way[module] == layers if any(word in LAST for word in words) else True
