"""How does a shell complete the words of a command line?"""

from __future__ import annotations

from typing import Final

import shtab

from engine.catalog import shipped
from engine.equations.mistakes.mistakes import MISTAKES
from engine.equations.optimizers import OPTIMIZERS
from tui.commands.line.parsers import app_parser, command_parser
from tui.commands.line.table import COMMANDS
from tui.commands.streams import write_source
from tui.view_names import EVERY_VIEW

_FILES: Final = ("file", "files", "numbers", "output", "mine", "resume")
"""What is a file, by the name under which a parser has it."""

_NAMES: Final = {"optimizer": tuple(OPTIMIZERS), "mistake": tuple(MISTAKES), "view": EVERY_VIEW}
"""What is one of a list that a parser itself doesn't know, for it has a better word for a wrong one."""

_FUNCTIONS: Final = {
    "bash": '_bp_tui_scenario() {{ compgen -W "{names}" -- "$1"; compgen -f -- "$1"; }}',
    "zsh": "_bp_tui_scenario() {{ _alternative 'shipped:scenario:({names})' 'files:file:_files' }}",
    "fish": "",
}
"""A scenario is a file or one of the names."""


def print_completions(shell: str) -> None:
    """Print the script that lets a shell complete commands, scenarios and options."""
    entries = shipped()
    names = " ".join(entry.name for entry in entries)
    scenario = {
        "bash": "_bp_tui_scenario",
        "zsh": "_bp_tui_scenario",
        "fish": f"{names} (__fish_complete_path (commandline -ct))",
    }
    whole = app_parser(scenario=False)
    words = whole.add_subparsers(metavar="SCENARIO|COMMAND")
    for name, row in COMMANDS.items():
        words.add_parser(name, help=row.does, parents=[command_parser(name)], add_help=False)
    for entry in entries:
        words.add_parser(entry.name, help=entry.title, parents=[app_parser(scenario=False)], add_help=False)
    for parser in words.choices.values():
        for action in parser._actions:  # noqa: SLF001 (argparse has no other way to them)
            action.choices = _NAMES.get(action.dest, action.choices)
            if action.dest in ("scenario", *_FILES):
                action.complete = scenario if action.dest == "scenario" else shtab.FILE  # type: ignore[attr-defined]
    functions = _FUNCTIONS[shell].format(names=names)
    write_source(shtab.complete(whole, shell, preamble=functions) + "\n")
