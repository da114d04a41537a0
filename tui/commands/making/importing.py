"""How does `bp-tui import` make a scenario of somebody's network?"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np

from engine.importing.reading import read_network
from engine.importing.taken import NotTakenError
from engine.importing.written import arrays, is_large, text
from engine.read.document.source import refusal
from engine.spelling.text import one_line, shortened
from tui.commands.making.writing import write
from tui.commands.streams import width
from tui.files import why_no_scenario
from tui.usage import UsageError

if TYPE_CHECKING:
    import argparse

    from engine.importing.taken import Taken


def import_command(chosen: argparse.Namespace) -> int:
    """Print the scenario of the network in a file, or write it and say what was read how."""
    file = None if chosen.output is None else Path(chosen.output)
    if file is not None and (why := why_no_scenario(file, force=chosen.force)):
        raise UsageError(
            f"bp-tui: {shortened(str(file))}: {why}{' (--force)' if file.suffix == '.toml' else ''}."
        )
    found = read_network(
        chosen.file,
        activations=chosen.activation,
        last=chosen.output_activation,
        loss=chosen.loss,
        order=chosen.layers,
        way=chosen.weights,
    )
    path = Path(chosen.file)
    beside = file.with_suffix(".parameters.npz") if file is not None and is_large(found) else None
    try:
        written = text(found, path.stem, path.name, "" if beside is None else beside.name)
    except NotTakenError as error:
        raise refusal(path, f"{error}.") from error
    if file is None:
        print(written, end="")
        return 0
    if beside is not None:
        write(beside, _saved(found), force=chosen.force)
    write(file, written, force=chosen.force)
    print(f"{one_line(str(file))}: written" + (f", its parameters in {beside.name}" if beside else ""))
    for remark in found.remarks:
        print(
            *wrap(remark, width(), initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False),
            sep="\n",
        )
    print("  the data are placeholders: put yours in their place")
    return 0


def _saved(found: Taken) -> bytes:
    """Return the parameters as the bytes of an .npz file."""
    made = BytesIO()
    np.savez(made, allow_pickle=False, **arrays(found))
    return made.getvalue()
