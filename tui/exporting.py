"""How is the scenario of a run written from within the app, with the parameters of here or of the start?"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from engine.draft.left_out import remarks_on_here, remarks_on_start
from engine.draft.whole import NotWrittenError, Whole
from engine.parameters import initial_parameters
from engine.run.standing import parameters_at
from engine.spelling.text import one_line, shortened
from tui.files import file_typed, why_no_scenario, why_unwritten, write_whole
from tui.walking.said import Wrong

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.run.tracing import Trace

_WHICH = ("here", "start")


class Asked(NamedTuple):
    """The file that is asked for, None for any name, and whether its parameters are those of the start."""

    file: Path | None
    start: bool


def asked(text: str) -> Asked:
    """Return what is typed after `export scenario`: [FILE] [here|start]."""
    name, _, last = text.rpartition(" ")
    if last not in _WHICH:
        name, last = text, "here"
    name = name.strip()
    file = file_typed(name) if name else None
    return Asked(file, last == "start")


def export(
    trace: Trace,
    step: int,
    text: str,
    say: Callable[[str], None],
    ask: Callable[[str, Callable[[], None]], None],
) -> None:
    """Write the scenario of a run as it is at a step (0-based), and say what came of it.

    `ask` is called where something would be written over, with what is to be done then.
    """
    file, start = asked(text)
    when = "start" if start else f"step-{step + 1}"
    if file is None:
        file = Path(f"{trace.scenario.name or 'scenario'}-{when}.toml")
    if why := why_no_scenario(file, force=True):
        say(Wrong(f"{shortened(str(file))}: {why}."))
        return
    found = list(remarks_on_start(trace) if start else remarks_on_here(trace, step))
    iteration = trace.schedule.site(step).iteration
    place = "the start" if start else f"step {step + 1:,}, iteration {iteration + 1:,}"
    of = f"{trace.scenario.name or trace.scenario.title}: the parameters of {place}"
    # Notes tell of the numbers of the run that begins so.
    scenario = trace.scenario if start else replace(trace.scenario, notes=())
    parameters = initial_parameters(scenario) if start else parameters_at(trace, step)
    whole = Whole(scenario, trace.order, parameters, (of, *(one.sentence for one in found)))
    try:
        files = whole.files(file.stem)
    except NotWrittenError as error:
        say(Wrong(f"Not written: {error}."))
        return
    without = f", without {', '.join(one.short for one in found)}" if found else ""

    def write() -> None:
        why = _written(file.parent, files)
        say(Wrong(f"Not written: {why}.") if why else f"Written: {one_line(str(file))}{without}")

    there = [name for name in files if os.path.lexists(file.parent / name)]
    if there:
        ask(f"{shortened(', '.join(there))} {'is' if len(there) == 1 else 'are'} there already.", write)
    else:
        write()


def _written(folder: Path, files: dict[str, bytes]) -> str:
    """Write files into a folder that is there; return why one can't be written, the empty text if all are."""
    try:
        if not folder.is_dir():
            return f"there is no folder {shortened(str(folder))}"
        for name, content in files.items():
            if (folder / name).is_dir():
                return f"{shortened(name)} is a folder"
            write_whole(folder / name, content)
    except (OSError, ValueError) as error:
        why = why_unwritten(error)
        return f"{why[:1].lower()}{why[1:]}"
    return ""
