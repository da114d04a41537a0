"""Where are the samples, in the scenario or in a file, and what does `[data]` say of them?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec import UNSET

from engine.data.asked import Asked
from engine.read.data.labels import label, misfit, units_for
from engine.read.data.opened import Expected
from engine.read.data.samples import plain_data, sequence_data
from engine.read.findings import describe
from engine.read.numbers import counted, known
from engine.scenario import Names

if TYPE_CHECKING:
    from pathlib import Path

    from engine.read.document.shape import DataTable, ScenarioFile
    from engine.read.findings import Findings, KeyPath
    from engine.read.layers import Sizes
    from engine.scenario import Data


def data_of(
    file: ScenarioFile, path: Path, sizes: Sizes, recurrent: bool, findings: Findings, *, braces: bool
) -> tuple[Data, Names] | None:
    """Return the samples of a scenario and the names in them, or None with findings.

    `sizes` are the units of layer 0..L; in a `recurrent` network samples are sequences. `braces` says whether
    the table of data is written in them.
    """
    shape = _shape(file, findings)
    read = _read(file, path, sizes, recurrent, findings, braces=braces)
    return read if read is None or shape is None else (replace(read[0], shape=shape), read[1])


def _shape(file: ScenarioFile, findings: Findings) -> tuple[int, int] | None:
    """Return the rows and columns of inputs that are pictures; None if they are none, or with findings."""
    table, inputs = file.data, file.network.inputs
    if not known(table) or isinstance(table, str) or not known(table.shape) or table.shape is None:
        return None
    if len(table.shape) != 2:
        says = f"expected the rows and the columns of a picture, found {describe(table.shape)}"
        findings.add(("data", "shape"), says, "Write two numbers, such as shape = [8, 8].")
        return None
    rows, columns = table.shape
    if known(inputs) and rows * columns != inputs:
        pixels = f"a picture of {rows} × {columns} has {counted(rows * columns, 'pixel')}"
        says = f"{pixels}, and the network {counted(inputs, 'input')}"
        remedy = "Each pixel is an input: rows × columns are network.inputs."
        findings.add(("data", "shape"), says, remedy)
        return None
    return rows, columns


def _read(
    file: ScenarioFile, path: Path, sizes: Sizes, recurrent: bool, findings: Findings, *, braces: bool
) -> tuple[Data, Names] | None:
    table = file.data
    if not known(table) or not known(file.network.layers) or _named_twice(table, findings):
        return None
    units = (sizes[0], sizes[-1])
    if isinstance(table, str):
        return _data_from_file(asked_of(table, findings), path, units, recurrent, ("data",), findings)
    if table.file is not None:
        asked = asked_of(table, findings, braces=braces)
        how_written: tuple[object, ...] = table.separator, table.decimal
        if not known(table.file) or UNSET in how_written:
            return None
        return _data_from_file(asked, path, units, recurrent, ("data", "file"), findings)
    for name in ("inputs", "targets"):
        if getattr(table, name) is None:
            findings.add(
                ("data", name), "this key is missing", "Give inputs and targets, or file.", at_key=True
            )
    names = _names_of_numbers(table, units[1], findings)
    data = (sequence_data if recurrent else plain_data)(table, units, findings)
    return None if data is None else (data, names)


def _names_of_numbers(table: DataTable, outputs: int | None, findings: Findings) -> Names:
    """Return the names of samples that the scenario lists, and note what is only for a file."""
    for name in ("one_hot", "separator", "header"):
        if known(getattr(table, name)) and getattr(table, name) is not False:
            says = f"{name} is for data in a file, and these are listed"
            findings.add(("data", name), says, "Leave it out, or give file.", at_key=True)
    for name in ("inputs", "targets"):
        _column_names(table, name, findings)
    classes = _classes(table)
    if not classes or outputs is None:
        return Names()
    if says := misfit(classes, outputs):
        findings.add(("data", "classes"), says, units_for(len(classes)))
    return Names(outputs=classes if len(classes) == outputs else (), classes=classes)


def asked_of(table: DataTable | str, findings: Findings, *, braces: bool = False) -> Asked:
    """Return what `data` asks of its file; `braces` says whether it is a table written in them."""
    if isinstance(table, str):
        return Asked(table, at_top=True)
    given = {}
    for name in ("inputs", "targets"):
        values = getattr(table, name)
        given[name] = names = _column_names(table, name, findings)
        if names is None and known(values):
            says = f"a scenario whose data are in a file has no {name} of its own"
            remedy = f"Leave out file or {name}, or give the names of its columns."
            findings.add(("data", name), says, remedy, at_key=True)
    return Asked(
        file=table.file if known(table.file) and table.file else "",
        inputs=given["inputs"],
        targets=given["targets"],
        classes=_classes(table),
        one_hot=table.one_hot is True,
        separator=table.separator if known(table.separator) else None,
        decimal=table.decimal if known(table.decimal) else ".",
        header=table.header if known(table.header) else None,
        braces=braces,
    )


def _classes(table: DataTable) -> tuple[str, ...] | None:
    if table.classes is None or not known(table.classes):
        return None
    return tuple(label(one if isinstance(one, str) else repr(one)) for one in table.classes)


def _named_twice(table: DataTable | str, findings: Findings) -> bool:
    """Note the first class that is named twice; return whether one is."""
    classes = () if isinstance(table, str) else _classes(table) or ()
    for place, name in enumerate(classes):
        if name in classes[:place]:
            says = f"the class {describe(name).removeprefix('the text ')} is named twice"
            findings.add(("data", "classes", place), says, "A class has one place: that of its output.")
            return True
    return False


def _column_names(table: DataTable, name: str, findings: Findings) -> tuple[str, ...] | None:
    """Return the names of columns that a key holds instead of samples; None if there are none.

    Names that are none, as there is no file or there are samples beside them, are noted and forgotten.
    """
    values = getattr(table, name)
    texts = [place for place, one in enumerate(values) if isinstance(one, str)] if known(values) else []
    if not texts:
        return None
    if table.file is not None and len(texts) == len(values):
        return tuple(values)
    for place in texts:
        says = f"expected a list, found {describe(values[place])}"
        remedy = "" if table.file is not None else "Names of columns are for data in a file: add file."
        findings.add(("data", name, place), says, remedy)
    setattr(table, name, UNSET)
    return None


def _data_from_file(
    asked: Asked,
    path: Path,
    units: tuple[int | None, int | None],
    recurrent: bool,
    key: KeyPath,
    findings: Findings,
) -> tuple[Data, Names] | None:
    from engine.read.data.datafile import file_data

    if (
        key == ("data", "file")
        and not asked.file
        and ("data", "file") in {one.path for one in findings.found}
    ):
        return None
    if units[0] is None or units[1] is None:
        return None
    return file_data(asked.file, path, Expected(units[0], units[1], recurrent, asked), key, findings)
