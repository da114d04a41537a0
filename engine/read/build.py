"""How does a scenario file become a `Scenario`?"""

from __future__ import annotations

from dataclasses import fields
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from engine.equations.optimizers import SETTINGS
from engine.order.schedule import Schedule
from engine.order.shapes import shapes_of
from engine.read.complaints import Complaint, ScenarioError
from engine.read.data.given import asked_of, data_of
from engine.read.document.placed import placed
from engine.read.document.shape import FORMAT, ScenarioFile, TrainingTable, users
from engine.read.document.source import decode, read_bytes, refusal
from engine.read.document.syntax import in_braces, parse
from engine.read.findings import Finding, Findings, TooManyFindingsError, describe, quoted
from engine.read.fitting import misfits
from engine.read.layers import check_layers, has_times, layer_sizes
from engine.read.numbers import NUMBERS, counted, known, not_finite
from engine.scenario import Names, Network, Note, Scenario, Training
from engine.spelling.text import clean, one_line, shortened

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from engine.read.document.shape import DataTable, NetworkTable
    from engine.read.layers import Given, Sizes
    from engine.run.tracing import Trace
    from engine.scenario import Data

LIMIT = 4 * 2**20
_LIMIT_REMEDY = (
    "Put the data in a CSV or .npz file (data.file), the weights in an .npz file (network.parameters)."
)


def load(path: str | os.PathLike[str], *, within: Path | None = None) -> Scenario:
    """Return the scenario in the file at `path`, checked and immutable; `within` as for `engine.read.load`.

    Raises:
        ScenarioError: the file can't be read, or something in it is wrong; it holds every error.
    """
    return _read(Path(path), within)[0]


def checked(path: str | os.PathLike[str]) -> tuple[Scenario, tuple[Complaint, ...]]:
    """Return the scenario in the file at `path`, and what is odd about it, though not wrong.

    Raises:
        ScenarioError: as for `load`.
    """
    scenario, text, found, data = _read(Path(path))
    asked = asked_of(data, Findings(), braces=in_braces(text))
    # Imported here: who only loads a scenario isn't warned.
    from engine.read.moot import moot
    from engine.read.sense import odd
    from engine.read.sense.size import slow

    found = [*found, *odd(scenario, asked=asked), *slow(scenario)]
    if why := moot(scenario):
        found.append(Finding(("training", "mistake"), why))
    warned = [one._replace(says=f"warning: {one.says}") for one in found]
    return scenario, tuple(placed(warned, text, Path(path)))


def _read(file: Path, within: Path | None = None) -> tuple[Scenario, str, list[Finding], DataTable | str]:
    """Return the scenario in a file, its text, what the readers found odd, and what stands at `data`."""
    text = decode(read_bytes(file, LIMIT, _LIMIT_REMEDY, within=within), file)
    document = parse(text, file)
    if "session" in document and "network" not in document:
        raise refusal(file, "this is a session, not a scenario", "`bp-tui --resume FILE` goes on in it.")
    findings = Findings()
    scenario = shaped = None
    more = False
    try:
        if _is_ours(document, findings):
            shaped = _shaped(document, findings)
            scenario = _scenario(shaped, file, findings, braces=in_braces(text))
    except TooManyFindingsError:
        more = True
    if findings or scenario is None or shaped is None:
        raise ScenarioError(*placed(findings.found, text, file), *findings.elsewhere, more=more)
    return scenario, text, findings.odd, shaped.data


def _is_ours(document: dict[str, Any], findings: Findings) -> bool:
    """Return whether to judge the file by the rules of this format."""
    number = document.get("format", FORMAT)
    if type(number) is not int or number == FORMAT:
        return True
    if number > FORMAT:
        name = f"format {number}" if number < 10**20 else "this format"
        says = f"{name} is newer than this bp-tui, which reads format {FORMAT}"
        findings.add(("format",), says, "Install a newer bp-tui.")
    else:
        findings.add(("format",), f"expected {FORMAT}, found {describe(number)}")
    return False


def _shaped(document: dict[str, Any], findings: Findings) -> ScenarioFile:
    try:
        return msgspec.convert(document, ScenarioFile, strict=True)
    except msgspec.ValidationError:
        # Only a file with errors is walked; a good one is not made to wait for the import.
        from engine.read.document.walk import walk

        return walk(document, findings)


def _scenario(file: ScenarioFile, path: Path, findings: Findings, *, braces: bool) -> Scenario | None:
    title = one_line(file.title) if known(file.title) else ""
    if known(file.title) and not title:
        findings.add(("title",), "expected a title, found an empty text")
    sizes = layer_sizes(file.network)
    given = _parameters(file.network, sizes, path, findings)
    layers = check_layers(file.network, file.training, given, findings)
    read = None
    if given is not None:
        recurrent = has_times(file.network, given)
        read = data_of(file, path, sizes, recurrent, findings, braces=braces)
        if read is None and recurrent and not has_times(file.network, [{}] * len(given)):
            _say_what_is_recurrent(file, path, sizes, given, findings, braces=braces)
    data, names = (None, Names()) if read is None else read
    training = _training(file, data, sizes, findings)
    if findings or data is None or training is None:
        return None
    network = Network(file.network.inputs, file.network.loss, layers)
    _check_work(network, data, training, findings)
    if findings:
        return None  # the steps of a run that is too large are not counted
    notes = tuple(
        Note(note.step, clean(note.text).strip(), note.view, note.look, tuple(note.shows))
        for note in file.notes
    )
    about, source = clean(file.about).strip(), clean(file.source).strip()
    shows = () if file.lesson is None else tuple(file.lesson.shows)
    scenario = Scenario(title, network, data, training, about, source, notes, names, path.stem, shows)
    _check_notes(scenario, findings)
    return scenario


def _parameters(
    network: NetworkTable, sizes: Sizes, path: Path, findings: Findings
) -> Sequence[Given] | None:
    """Return what a file of parameters gives to each layer: nothing if there is none; None with findings."""
    if not known(network.layers) or network.parameters is None:
        return [{}] * len(sizes[1:])
    if not known(network.parameters):
        return None
    # Imported where a scenario names such a file: most list their weights.
    from engine.read.parameters import file_parameters

    return file_parameters(network.parameters, network.layers, sizes, path, findings)


def _say_what_is_recurrent(
    file: ScenarioFile, path: Path, sizes: Sizes, given: Sequence[Given], findings: Findings, *, braces: bool
) -> None:
    """Say which array asks for sequences, if the data are good ones but for that."""
    try:
        plainly = data_of(file, path, sizes, False, Findings(), braces=braces)
    except TooManyFindingsError:
        return
    if plainly is None:
        return
    name = next(f"U{layer}" for layer, one in enumerate(given, start=1) if "recurrent_weights" in one)
    says = f"its {name} makes layer {name[1:]} recurrent, and so the data sequences, which they are not"
    findings.add(("network", "parameters"), says, f"If no layer is recurrent, save the file without {name}.")


def _training(file: ScenarioFile, data: Data | None, sizes: Sizes, findings: Findings) -> Training | None:
    table = file.training
    for name in ("learning_rate", "epsilon", "weight_decay", "clip_norm"):
        if getattr(table, name) == inf:  # nan and -inf are less than 0 too, and have been found
            not_finite(inf, ("training", name), findings)
    _check_settings(table, findings)
    for misfit in misfits(table, sizes):
        findings.add(*misfit[:3], at_key=misfit.at_key)
    if data is None:
        return None
    size = table.batch_size if table.batch_size is not None else data.samples
    if known(size) and size > data.samples:
        says = f"expected at most {data.samples}, the number of samples, found {size}"
        findings.add(("training", "batch_size"), says, "Without batch_size, a batch is all samples.")
    given = {field.name: getattr(table, field.name) for field in fields(Training)} | {"batch_size": size}
    return Training(**{name: value for name, value in given.items() if value is not None})


def _check_settings(table: TrainingTable, findings: Findings) -> None:
    """Check that the optimiser uses the settings that are given."""
    if not known(table.optimizer):
        return
    for name in SETTINGS:
        value = getattr(table, name)
        if known(value) and table.optimizer not in users(name):
            says = f'the optimizer "{table.optimizer}" does not use {name}'
            remedy = f"Leave it out; {quoted(users(name))} would use it."
            findings.add(("training", name), says, remedy, at_key=True)


def _check_work(network: Network, data: Data, training: Training, findings: Findings) -> None:
    work = training.batch_size * data.times * sum(network.sizes)
    if work > NUMBERS:
        says = f"one iteration would compute {counted(work, 'activation')}; the limit is {NUMBERS:,}"
        findings.add(("training",), says, "Use a smaller training.batch_size.", at_key=True)


def _check_notes(scenario: Scenario, findings: Findings) -> None:
    if not scenario.notes:
        return
    steps = len(Schedule(shapes_of(scenario), scenario.training.order))
    run: Trace | None = None
    for place, note in enumerate(scenario.notes):
        if note.step <= steps:
            if note.look is not None:
                if run is None:
                    # Imported for a note that looks at a number: most don't.
                    from engine.run.tracing import trace

                    run = trace(scenario)
                _check_look(run, place, note.step, note.look, findings)
        else:
            says = f"expected at most {steps:,}, the number of steps of this run, found {note.step}"
            remedy = (
                "Steps count from 1, as on the screen; iterations, batch_size and order change their number."
            )
            findings.add(("notes", place, "step"), says, remedy)


def _check_look(run: Trace, place: int, step: int, look: str, findings: Findings) -> None:
    """Check that the number that a note looks at is there at its step (1-based)."""
    from engine.looking.cursor import start
    from engine.looking.finding import find

    found = find(run, start(run, step - 1), shortened(look))
    if isinstance(found, str):
        says = f"expected the name of a number, found {describe(look)}"
        findings.add(("notes", place, "look"), says, found)
