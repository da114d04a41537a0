"""How are the words of a command line taken apart?

Little more than argparse is imported here, so that a wrong word is answered at once. The app without options
needs not even that (`NoOptions`).
"""

from __future__ import annotations

import argparse
from textwrap import wrap
from typing import NoReturn

from engine.spelling.text import shortened
from tui import __version__
from tui.commands.line.table import COMMANDS, takes_step, takes_training
from tui.commands.line.values import view
from tui.usage import UsageError

_COLUMN = 24  # where the help says what a command does


class _Parser(argparse.ArgumentParser):
    """Refuses with a `UsageError`. What it quotes may be anything, also what a terminal would obey."""

    def error(self, message: str) -> NoReturn:
        """Refuse the words."""
        raise UsageError(f"{self.format_usage()}{self.prog}: error: {shortened(message, 300)}")


class _Help(argparse.RawDescriptionHelpFormatter):
    """Leaves names whole that have a hyphen."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        return wrap(" ".join(text.split()), width, break_on_hyphens=False)


def _epilog() -> str:
    lines = (f"{name} {row.arguments}".ljust(_COLUMN) + row.does for name, row in COMMANDS.items())
    return "\n".join(
        (
            "commands:",
            *(f"  {line}" for line in lines),
            "",
            "SCENARIO is a file, the name of a shipped scenario or, of commands, - (standard input).",
            "`bp-tui COMMAND --help` says more.",
        )
    )


def app_parser(*, scenario: bool = True) -> argparse.ArgumentParser:
    """Return the parser of `bp-tui [SCENARIO]`, which opens the app; or of its options alone."""
    parser = _Parser(
        prog="bp-tui",
        description="Step through backpropagation, forward and backward in time, layer by layer.",
        epilog=_epilog(),
        formatter_class=_Help,
    )
    if scenario:
        parser.add_argument(
            "scenario", nargs="?", metavar="SCENARIO", help="what to open; without it, a picker"
        )
    takes_step(parser, "open at step I (1-based, as shown)")
    parser.add_argument("--view", type=view, metavar="V", help="open in a view: its key, such as 4, or name")
    takes_training(parser)
    parser.add_argument(
        "--mine",
        metavar="NUMBERS",
        help="hold your own numbers (as `diagnose` takes them) against the iteration of --step or the first: "
        "they stand beside ours, and < and > lead to those that differ",
    )
    parser.add_argument(
        "--name",
        action="append",
        metavar="THEIRS=OURS",
        help="what a name in NUMBERS means: grad_out=gW2",
    )
    parser.add_argument(
        "--resume",
        nargs="?",
        const="",
        metavar="FILE",
        help="go on in a session that `:save` has written to FILE; without FILE in the latest one (of "
        "SCENARIO, if it is given)",
    )
    parser.add_argument(
        "--mouse", action="store_true", help="click on numbers and steps (text can then not be selected)"
    )
    _add_lesson(parser)
    parser.add_argument(
        "--watch", action="store_true", help="read SCENARIO again by itself whenever its file changes"
    )
    parser.add_argument("--light", action="store_true", help="dark on light, whatever was chosen before")
    parser.add_argument("--ascii", action="store_true", help="draw with ASCII characters alone")
    parser.add_argument(
        "--plain",
        action="store_true",
        help="lines of text instead of a screen: for pipes, screen readers and terminals that can't draw",
    )
    parser.add_argument(
        "--folder",
        metavar="DIR",
        help="the scenarios at hand, instead of the shipped ones",
    )
    parser.add_argument(
        "--restricted",
        action="store_true",
        help="nothing but the scenarios at hand: no other file, no writing, no suspending",
    )
    parser.add_argument(
        "--completions",
        choices=("bash", "zsh", "fish"),
        help="print what lets a shell complete commands, scenarios and options",
    )
    parser.add_argument("--version", action="version", version=f"bp-tui {__version__}")
    return parser


def command_parser(name: str) -> argparse.ArgumentParser:
    """Return the parser of one command."""
    row = COMMANDS[name]
    parser = _Parser(
        prog=f"bp-tui {name}", description=row.description, epilog=row.more, formatter_class=_Help
    )
    row.takes(parser)
    return parser


def _add_lesson(parser: argparse.ArgumentParser) -> None:
    lesson = parser.add_mutually_exclusive_group()
    lesson.add_argument("--lead", metavar="NAME", help="lead a lesson: others see what you see")
    lesson.add_argument("--follow", metavar="NAME", help="see what the leader of a lesson sees")
    parser.add_argument(
        "--class",
        dest="meeting",
        metavar="DIR",
        help="where the leader and the followers meet: a directory of the leader's that the class may enter "
        "(default: one of your own)",
    )
