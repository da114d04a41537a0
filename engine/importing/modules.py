"""Which layers are arrays by their names: in which order, and which way round is each matrix?

A file doesn't say how its weights are written: [to, from] or [from, to]. They are taken the one way in which
every matrix fits its biases and the next matrix; where both fit, the names may tell. The same goes for the
order of modules that bear no numbers. What is left open is asked for.
"""

from __future__ import annotations

import re
from itertools import pairwise, permutations
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.importing.taken import NotTakenError, finite, named
from engine.named_arrays.parts import FIRST, LAST, Part, part_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import numpy.typing as npt

    from engine.arrays import Array

_LAYERS = 1000
_GROUPS = 5
"""Groups of modules whose orders are tried: 120."""
_STATISTICS = ("running_mean", "running_var", "moving_mean", "moving_variance", "num_batches_tracked")
WAYS = {"to-from": True, "from-to": False}
"""How weights may be written: whether a row is a neuron."""


class Module(NamedTuple):
    """The arrays of a layer [to, from], `biases` and `recurrent` if there are any; `place` is its name.

    Each of its biases is the sum of so many (`bias_copies`): two in torch's RNN.
    """

    place: str
    weights: Array
    biases: Array | None
    recurrent: Array | None
    bias_copies: int = 1

    @property
    def turned(self) -> Module:
        """The module with its matrices turned over."""
        recurrent = None if self.recurrent is None else self.recurrent.T
        return self._replace(weights=self.weights.T, recurrent=recurrent)


class Found(NamedTuple):
    """The modules from the first layer on, and what is to be said of how they were read."""

    modules: list[Module]
    remarks: list[str]


class _Given(NamedTuple):
    place: str
    array: npt.NDArray[Any]
    part: Part


def modules_of(
    arrays: Mapping[str, npt.NDArray[Any]], order: Sequence[str] = (), way: str | None = None, *, kept: bool
) -> Found:
    """Return the modules that arrays are.

    `order` names all modules from the first layer on, `way` is one of `WAYS`; `kept` says that the order of
    the arrays is that in which they were saved.

    Raises:
        NotTakenError: something can't be taken, or is left open.
    """
    given, others = _sorted_out(arrays)
    tries = _tries(way, {part.to_first for parts in given.values() for part in _parts(parts)})
    modules = {name: _module(name, parts) for name, parts in given.items()}
    for ways in tries:
        found = _fitting(modules, order, ways, kept=kept)
        if found:
            names, to_first = _only(found)
            chosen = [modules[name] if to_first else modules[name].turned for name in names]
            return Found(chosen, [*_remarks(chosen, others, to_first=to_first)])
    raise _unfit(modules, next(_orders(list(modules), order, kept=True)), tries[0][0], told=way is not None)


def _fitting(
    modules: Mapping[str, Module], order: Sequence[str], ways: Sequence[bool], *, kept: bool
) -> list[tuple[list[str], bool]]:
    """Return the orders and ways round in which all fits; that in which they were saved is enough."""
    found: list[tuple[list[str], bool]] = []
    for names in _orders(list(modules), order, kept=kept):
        found += [(names, one) for one in ways if not _misfit([modules[name] for name in names], one)]
        if found and kept:
            break
    return found


def _parts(parts: Mapping[str, list[_Given]]) -> Iterable[Part]:
    return (one.part for some in parts.values() for one in some)


def _sorted_out(
    arrays: Mapping[str, npt.NDArray[Any]],
) -> tuple[dict[str, dict[str, list[_Given]]], list[str]]:
    """Return the parts of each module by their roles, and the names that are none."""
    given: dict[str, dict[str, list[_Given]]] = {}
    others = []
    for place, array, part in _single(arrays):
        if part is None:
            if place.rpartition(".")[2] in _STATISTICS:
                raise NotTakenError(
                    f"{named(place)} is of a normalisation, which is no layer here: fold it into the weights "
                    "before it, or leave it out of the network"
                )
            others.append(place)
            continue
        if part.backward:
            raise NotTakenError(f"{named(place)} goes backwards in time: only one direction can be taken")
        given.setdefault(part.module, {}).setdefault(part.role, []).append(_Given(place, array, part))
    if not any("W" in parts for parts in given.values()):
        some = ", ".join(named(name) for name in others[:5])
        raise NotTakenError(
            "no weights found"
            + (f", but {some}" if some else "")
            + ". Name them as in W1, b1, W2, b2 or fc1.weight, fc1.bias"
        )
    return given, others


def _single(
    arrays: Mapping[str, npt.NDArray[Any]],
) -> Iterable[tuple[str, npt.NDArray[Any], Part | None]]:
    """Yield each array with its part; where one name has those of all layers, each by itself."""
    parts = {name: part_of(name) for name in arrays}
    weights = [(name, part) for name, part in parts.items() if part and part.role == "W"]
    alone = {part.module for name, part in weights if arrays[name].ndim < 3}
    for name, array in arrays.items():
        part = parts[name]
        least = 3 if part and part.role in "WU" else 2
        if part is None or part.module in alone or array.ndim < least or name.rstrip("_")[-1:] != "s":
            yield name, array, part
        elif len(array) > _LAYERS:
            raise NotTakenError(f"{named(name)} would be {len(array):,} layers; there can be {_LAYERS}")
        else:
            for place, one in enumerate(array):
                yield f"{name}.{place}", one, part_of(f"{name}.{place}")


def _module(name: str, parts: Mapping[str, list[_Given]]) -> Module:
    """Return a module, its matrices as they were given."""
    for some in parts.values():
        if len(some) > 1 and sorted(one.part.half for one in some) != ["hh", "ih"]:
            both = " and ".join(named(one.place) for one in some[:2])
            raise NotTakenError(f"{both} are the same part of one layer: leave one of them out")
    if "W" not in parts:
        place = next(iter(parts.values()))[0].place
        raise NotTakenError(f"{named(place)} has no weights beside it: layer {name or 'without a name'!r}")
    weights = _matrix(parts["W"][0])
    recurrent = _matrix(parts["U"][0]) if "U" in parts else None
    if recurrent is not None and recurrent.shape[0] != recurrent.shape[1]:
        gates = {3: ": three gates, as in a GRU", 4: ": four gates, as in an LSTM"}
        sizes = sorted(recurrent.shape)
        which = gates.get(sizes[1] // sizes[0], "") if sizes[1] % sizes[0] == 0 else ""
        raise NotTakenError(
            f"{named(parts['U'][0].place)} is {_size(recurrent)}{which}; recurrent weights are square here, "
            "as in an RNN with tanh or relu"
        )
    biases = None
    for one in parts.get("b", ()):
        vector = _vector(one)
        if biases is not None and len(biases) != len(vector):
            raise NotTakenError(f"{named(one.place)} has {len(vector)} numbers, its other half {len(biases)}")
        biases = vector if biases is None else biases + vector
    copies = max(1, len(parts.get("b", ())))
    return Module(parts["W"][0].place, weights, biases, recurrent, copies)


def _matrix(one: _Given) -> Array:
    if one.array.ndim != 2 or not one.array.size:
        what = {1: "a list of numbers", 4: "a convolution, or the like"}.get(one.array.ndim, "no matrix")
        raise NotTakenError(
            f"{named(one.place)} has the shape {list(one.array.shape)}, {what}: expected a matrix of weights"
        )
    return finite(one.array, one.place)


def _vector(one: _Given) -> Array:
    if max(one.array.shape, default=1) != one.array.size or not one.array.size:
        raise NotTakenError(
            f"{named(one.place)} has the shape {list(one.array.shape)}: expected a bias for each neuron"
        )
    return finite(one.array.reshape(-1), one.place)


def _tries(way: str | None, told: set[bool | None]) -> list[list[bool]]:
    """Return the ways round to try: one after the other where names tell it, else all at once."""
    if way is not None:
        return [[WAYS[way]]]
    known = [one for one in told if one is not None]
    return [[known[0]], [not known[0]]] if len(known) == 1 else [[True, False]]


def _orders(names: list[str], order: Sequence[str], *, kept: bool) -> Iterator[list[str]]:
    """Yield the orders in which modules may stand, the likeliest first."""
    if order:
        yield _told(names, order)
        return
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(re.sub(r"\d+", "#", name), []).append(name)
    for some in groups.values():
        some.sort(key=lambda name: [int(digits) for digits in re.findall(r"\d+", name)])
    if len(groups) > 1 and kept:
        yield names
    if len(groups) > _GROUPS:
        return
    seen = [names] if len(groups) > 1 and kept else []
    ranked = sorted(groups.values(), key=_rank)
    for in_turn in permutations(ranked):
        found = [name for group in in_turn for name in group]
        if found not in seen and all(_rank(one) <= _rank(two) for one, two in pairwise(in_turn)):
            yield found


def _rank(group: Sequence[str]) -> int:
    words = group[0].split("_")
    return -1 if any(word in FIRST for word in words) else int(any(word in LAST for word in words))


def _told(names: list[str], order: Sequence[str]) -> list[str]:
    asked = [re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") for name in order]
    if sorted(asked) != sorted(names):
        raise NotTakenError(f"--layers takes each once, from the first layer on: {','.join(names)}")
    return asked


def _misfit(modules: Sequence[Module], to_first: bool) -> str:
    """Return what doesn't fit, if matrices are written this way; the empty text if all does."""
    ours = [one if to_first else one.turned for one in modules]
    for one in ours:
        units = len(one.weights)
        if one.biases is not None and len(one.biases) != units:
            return f"{named(one.place)} is for {units} neurons, its biases are {len(one.biases)}"
        if one.recurrent is not None and len(one.recurrent) != units:
            return (
                f"{named(one.place)} is for {units} neurons, its recurrent weights for {len(one.recurrent)}"
            )
    for below, above in pairwise(ours):
        if above.weights.shape[1] != len(below.weights):
            return (
                f"{named(above.place)} reads {above.weights.shape[1]} numbers, "
                f"{named(below.place)} gives {len(below.weights)}"
            )
    return ""


def _unfit(modules: Mapping[str, Module], names: Sequence[str], way: bool, *, told: bool) -> NotTakenError:
    which = "" if told else ", whether rows or columns are neurons"
    for to_first in (True, False):
        if _holds_biases([modules[name] for name in names], to_first):
            return NotTakenError(_apart(named(modules[names[-1]].place), len(names), to_first))
    found = ", ".join(f"{named(modules[name].place)} {_size(modules[name].weights)}" for name in names[:6])
    return NotTakenError(
        f"the layers don't fit one another{which}: {_misfit([modules[name] for name in names], way)}. "
        f"Found {found}. If they stand in another order, say it: --layers {','.join(names)}"
    )


def _holds_biases(modules: Sequence[Module], to_first: bool) -> bool:
    """Return whether each matrix has one place more than there are neurons below it: for the biases."""
    ours = [one if to_first else one.turned for one in modules]
    more = all(above.weights.shape[1] == len(below.weights) + 1 for below, above in pairwise(ours))
    return more and len(ours) > 1 and all(one.biases is None and one.recurrent is None for one in ours)


def _apart(name: str, layer: int, to_first: bool) -> str:
    """Return what to do with matrices whose first or last column, or row, is the biases."""
    line, rest, first = ("column", "[:, 1:]", "[:, 0]") if to_first else ("row", "[1:]", "[0]")
    return (
        f"each matrix has one {line} more than there are neurons below, for the biases. Save them apart: "
        f"W{layer} = {name}{rest}, b{layer} = {name}{first}, and so on (or the last {line}, if that is it)"
    )


def _only(found: Sequence[tuple[list[str], bool]]) -> tuple[list[str], bool]:
    """Return the one order and way round that is left; ask where there are several."""
    orders = {tuple(names) for names, _ in found}
    if len(orders) > 1:
        raise NotTakenError(
            f"{len(orders)} orders of the layers fit. Say which: --layers {','.join(found[0][0])}, or another"
        )
    if len(found) > 1:
        raise NotTakenError(
            "the weights fit both ways: say --weights to-from if a row is a neuron (as in torch), "
            "--weights from-to if a column is (as in scikit-learn and Keras)"
        )
    return found[0]


def _remarks(modules: Sequence[Module], others: Sequence[str], *, to_first: bool) -> Iterable[str]:
    way = "a row is a neuron" if to_first else "turned over: a column was a neuron"
    yield f"layers: {', '.join(named(one.place) for one in modules)}; {way}"
    without = [named(one.place) for one in modules if one.biases is None]
    if without:
        yield f"no biases beside {', '.join(without)}: zeros, which stay zeros"
    if others:
        more = f" and {len(others) - 5} more" if len(others) > 5 else ""
        yield f"not taken, as it isn't known what it is: {', '.join(map(named, others[:5]))}{more}"


def _size(array: npt.NDArray[Any]) -> str:
    return " x ".join(map(str, array.shape))
