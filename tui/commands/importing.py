"""How does `bp-tui import` make a scenario of somebody's network?"""

from __future__ import annotations

from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

from engine.importing.reading import read_network
from engine.importing.taken import NotTakenError
from engine.importing.written import text
from engine.read.document.source import refusal
from engine.read.document.text import one_line, shortened
from tui.commands.line.usage import UsageError
from tui.commands.streams import width
from tui.commands.writing import why_not, write

if TYPE_CHECKING:
    import argparse


def import_command(chosen: argparse.Namespace) -> int:
    """Print the scenario of the network in a file, or write it and say what was read how."""
    file = None if chosen.output is None else Path(chosen.output)
    if file is not None and (why := why_not(file, force=chosen.force)):
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
    try:
        written = text(found, path.stem, path.name)
    except NotTakenError as error:
        raise refusal(path, f"{error}.") from error
    if file is None:
        print(written, end="")
        return 0
    write(file, written, force=chosen.force)
    print(f"{one_line(str(file))}: written")
    for remark in found.remarks:
        print(
            *wrap(remark, width(), initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False),
            sep="\n",
        )
    print("  the data are placeholders: put yours in their place")
    return 0
