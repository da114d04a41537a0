"""What does the file of parameters give to the layers that list none? W1 b1 U1 and so on, in an .npz file."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from engine.order.quantities import PARAMETER_LETTERS
from engine.read.data.beside import read_beside
from engine.read.data.npzfile import ARRAYS, ZipError, numbers_in, opened_zip
from engine.read.findings import Finding, quoted
from engine.read.numbers import NUMBERS
from engine.spelling.text import shortened

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from engine.arrays import Array
    from engine.order.quantities import Parameter
    from engine.read.data.opened import DataFile
    from engine.read.document.shape import LayerTable
    from engine.read.findings import Findings
    from engine.read.layers import Given, Sizes

Shape: TypeAlias = "tuple[int | None, ...]"

_KEY = ("network", "parameters")
_WRITE = "Write it with numpy.savez(name, W1=..., b1=..., W2=...), a row per neuron."
_DIVERGED = "The run that they were saved from had diverged: save parameters that are all numbers."
_FEW = 5
_DRAWN = {"weights": "init", "recurrent_weights": "recurrent_init"}


def file_parameters(
    name: str, layers: Sequence[LayerTable], sizes: Sizes, scenario: Path, findings: Findings
) -> Sequence[Given] | None:
    """Return what the file `name` gives to each layer; None with findings, as `read_beside`.

    `sizes` are the units of layer 0..L, None where they are not known.
    """

    def read(file: DataFile) -> Sequence[Given] | None:
        try:
            with opened_zip(file.file, "an .npz", _WRITE, ARRAYS) as archive:
                return _Reader(archive, file).read(layers, sizes)
        except ZipError as error:
            file.complain(error.says, error.remedy)
            return None

    what, smaller = "file of parameters", "Take a smaller network."
    return read_beside(name, scenario, _KEY, findings, read, what=what, kinds=(".npz",), smaller=smaller)


def _asked(layers: Sequence[LayerTable], sizes: Sizes) -> Iterator[tuple[int, str, str, Shape]]:
    """Yield what may stand in the file: the layer (from 0), group, name and shape of each array."""
    for index, table in enumerate(layers):
        units, below = sizes[index + 1], sizes[index]
        shapes: dict[Parameter, Shape] = {
            "weights": (units, below),
            "recurrent_weights": (units, units),
            "biases": (units,),
        }
        for group, shape in shapes.items():
            if getattr(table, group) is None and getattr(table, _DRAWN.get(group, ""), None) is None:
                yield index, group, f"{PARAMETER_LETTERS[group]}{index + 1}", shape


class _Reader:
    def __init__(self, archive: zipfile.ZipFile, file: DataFile) -> None:
        self._archive, self._file = archive, file
        self._there = [name.removesuffix(".npy") for name in archive.namelist()]
        self._room = NUMBERS

    def read(self, layers: Sequence[LayerTable], sizes: Sizes) -> Sequence[Given] | None:
        asked = list(_asked(layers, sizes))
        missing = [name for _, group, name, _ in asked if group == "weights" and name not in self._there]
        if missing:
            found = quoted(shortened(name, 40) for name in self._there[:_FEW]) or "none"
            noun = "arrays" if len(missing) > 1 else "array"
            command = f"bp-tui import {shortened(self._file.name)} -o NEW.toml"
            remedy = f'{_WRITE} "{command}" takes the names that others use.'
            self._file.complain(f"expected the {noun} {' and '.join(missing[:_FEW])}, found {found}", remedy)
            return None
        given: list[dict[str, Array]] = [{} for _ in layers]
        good = True
        for index, group, name, shape in asked:
            if name in self._there:
                array = self._array(name, shape)
                good &= array is not None
                if array is not None:
                    given[index][group] = array
        self._note_unread({name for *_, name, _ in asked})
        return given if good else None

    def _array(self, name: str, shape: Shape) -> Array | None:
        array = numbers_in(self._archive, name, name, self._file, self._room, missing=_DIVERGED)
        if array is None or None in shape:  # what a layer lacks is said of the layer
            return None
        self._room -= array.size
        if array.shape == shape:
            return array
        axes = "[to, from]" if len(shape) == 2 else "a number per neuron"
        says = f"expected the shape {shape}, {axes}, found {array.shape}"
        remedy = ""
        if len(shape) == 2 and array.shape == shape[::-1]:
            says += ", which fits when turned over"
            remedy = f"A row is a neuron here: save {name}.T."
        elif len(shape) == 1 and array.size == shape[0]:
            remedy = f"Save {name}.ravel()."
        self._file.complain(says, remedy, key=name)
        return None

    def _note_unread(self, asked: set[str]) -> None:
        unread = [shortened(name, 40) for name in self._there if name not in asked]
        if unread:
            more = f" and {len(unread) - _FEW} more" if len(unread) > _FEW else ""
            says = f"nothing in the network reads {', '.join(unread[:_FEW])}{more} of this file"
            remedy = "A layer takes W, b and U with its number, where it gives none itself."
            self._file.findings.odd.append(Finding(_KEY, says, remedy))
