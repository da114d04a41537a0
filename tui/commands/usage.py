"""Which words does the command line take?

Little more than argparse is imported here, so that a wrong word is answered at once.
"""

from __future__ import annotations

import argparse
from math import inf, nan
from textwrap import wrap
from typing import TYPE_CHECKING, NoReturn

from engine.equations.mistakes import MISTAKES
from engine.equations.optimizers import OPTIMIZERS
from engine.order.orders import ORDERS
from engine.read.document.text import shortened
from engine.read.findings import nearest
from tui import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_DIGITS = 30  # more than the number of any step has
COMMANDS = ("list", "check", "trace", "train", "explain", "program", "diagnose", "sshd-config")


class UsageError(Exception):
    """The command can't be carried out as it was given; the message is the sentence to print."""


class _Parser(argparse.ArgumentParser):
    """Refuses with a `UsageError`. What it quotes may be anything, also what a terminal would obey."""

    def error(self, message: str) -> NoReturn:
        """Refuse the words."""
        raise UsageError(f"{self.format_usage()}{self.prog}: error: {shortened(message, 300)}")


class _Help(argparse.RawDescriptionHelpFormatter):
    """Leaves names whole that have a hyphen."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        return wrap(" ".join(text.split()), width, break_on_hyphens=False)


_EPILOG = """\
commands:
  list                    the scenarios at hand: name and title
  check FILE...           validate scenario files; print each error
  trace SCENARIO          print the trace records as JSON Lines
  train SCENARIO          run all iterations; loss before and after, final parameters
  explain SCENARIO NUMBER print where a number comes from, as text or as LaTeX
  program SCENARIO        print one iteration as a Python program that prints what trace does
  diagnose SCENARIO FILE  say where your own numbers go wrong, and by which mistake
  sshd-config             print how sshd gives a class the app and nothing else

SCENARIO is a scenario file or the name of a shipped one. `bp-tui COMMAND --help` says more.
"""


def app_parser() -> argparse.ArgumentParser:
    """Return the parser of `bp-tui [SCENARIO]`, which opens the app."""
    parser = _Parser(
        prog="bp-tui",
        description="Step through backpropagation, forward and backward in time, layer by layer.",
        epilog=_EPILOG,
        formatter_class=_Help,
    )
    parser.add_argument("scenario", nargs="?", metavar="SCENARIO", help="what to open; without it, a picker")
    _add_step(parser, "open at step I (1-based, as shown)")
    _add_training(parser)
    parser.add_argument(
        "--mouse", action="store_true", help="click on numbers and steps (text can then not be selected)"
    )
    _add_lesson(parser)
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
    parser.add_argument("--version", action="version", version=f"bp-tui {__version__}")
    return parser


def command_parser(name: str) -> argparse.ArgumentParser:
    """Return the parser of one command."""
    parser = _Parser(prog=f"bp-tui {name}", formatter_class=_Help)
    if name == "list":
        parser.description = "Print a line for each scenario at hand: its name, then its title."
    elif name == "check":
        parser.description = "Validate scenario files and print each error. Exit code 2 if any is bad."
        parser.add_argument("files", nargs="+", metavar="FILE")
    elif name == "trace":
        parser.description = "Print the trace records of a run as JSON Lines, one record a step."
        parser.add_argument("scenario", metavar="SCENARIO")
        _add_training(parser)
        parser.add_argument(
            "--iterations",
            type=_iterations,
            metavar="A:B",
            default=(None, None),
            help="only the iterations A to B-1 (0-based; either may be left out)",
        )
    elif name == "explain":
        _add_explain(parser)
    elif name == "program":
        parser.description = (
            "Print the first iteration of a run as a Python program with the scenario's own numbers; "
            "when it is run, it prints the same digits as `bp-tui trace`."
        )
        parser.add_argument("scenario", metavar="SCENARIO")
        _add_training(parser)
    elif name == "diagnose":
        _add_diagnose(parser)
    elif name == "sshd-config":
        _add_sshd_config(parser)
    else:
        parser.description = "Run all iterations; print the loss before and after and the final parameters."
        parser.add_argument("scenario", metavar="SCENARIO")
        _add_training(parser)
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")
    return parser


def _add_explain(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Print where numbers come from: each in symbols, with the numbers put in, and its result. "
        "Without a NUMBER those that the step has made of the first neuron."
    )
    parser.add_argument("scenario", metavar="SCENARIO")
    parser.add_argument(
        "numbers",
        nargs="*",
        metavar="NUMBER",
        help="by its name on the screen, or as it is typed: z1[2], d1[2] (δ), W2[1,3], gW2[1,3] (∂C/∂W)",
    )
    _add_step(parser, "as they are at step I (1-based; without it, at the last of the first iteration)")
    _add_training(parser)
    parser.add_argument("--latex", action="store_true", help="as LaTeX, for a document that uses amsmath")
    parser.add_argument(
        "--terms",
        type=_terms,
        metavar="N",
        help="with --latex: at most so many terms of a sum are written, the rest is counted",
    )


def _add_diagnose(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Hold the numbers of your own program against those of a scenario: what agrees, what is wrong first, "
        "and which known mistake, or which two, make exactly your numbers. "
        "Exit code 0 if all agrees, 3 if something differs, 2 if the numbers can't be read."
    )
    parser.add_argument("scenario", metavar="SCENARIO")
    parser.add_argument(
        "numbers",
        metavar="NUMBERS",
        help="an .npz, .safetensors or .json file of arrays under the names that people use: dW2, db1, dZ1, "
        "layer1.weight.grad, W1_new; exactly as in `bp-tui trace` are z1 a1 slope1 error1 delta1, the totals "
        "of the batch gW1 gU1 gb1, and W1_after U1_after b1_after",
    )
    parser.add_argument(
        "--iteration",
        type=_iteration,
        default=0,
        metavar="K",
        help="of iteration K (0-based, as in `trace`; without it, of the first)",
    )
    parser.add_argument(
        "--name", action="append", default=[], metavar="THEIRS=OURS", help="what a name means: grad_out=gW2"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


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


def _add_sshd_config(parser: argparse.ArgumentParser) -> None:
    parser.description = "Print an sshd drop-in and the session script that it forces; --only prints one."
    whom = parser.add_mutually_exclusive_group()
    whom.add_argument("--group", default="students", help="the group that gets nothing else (%(default)s)")
    whom.add_argument("--user", help="the one account that does, instead of a group")
    parser.add_argument("--folder", metavar="DIR", help="their scenarios, instead of the shipped ones")
    parser.add_argument(
        "--session",
        metavar="FILE",
        default="/usr/local/libexec/bp-tui-session",
        help="where the session script will be (%(default)s)",
    )
    parser.add_argument(
        "--class",
        dest="meeting",
        metavar="DIR",
        help="let them follow the lessons that are led in this directory: ssh -t HOST follow NAME",
    )
    parser.add_argument(
        "--passwords", action="store_true", help="let them log in with passwords, also where others need keys"
    )
    parser.add_argument("--only", choices=("drop-in", "session"), help="print this part alone")


def _add_step(parser: argparse.ArgumentParser, words: str) -> None:
    parser.add_argument("--step", type=_positive, metavar="I", help=words)


def _add_training(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--order", choices=tuple(ORDERS), help="update order, instead of the scenario's own")
    parser.add_argument(
        "--optimizer",
        type=_one_of(OPTIMIZERS),
        metavar="O",
        help=f"optimizer, instead of the scenario's own: {', '.join(OPTIMIZERS)}",
    )
    parser.add_argument(
        "--mistake",
        type=_one_of(MISTAKES),
        metavar="M",
        help=f"make one mistake on purpose: {', '.join(MISTAKES)}",
    )
    parser.add_argument(
        "--learning-rate", type=_rate, metavar="R", help="learning rate, instead of the scenario's own"
    )


def check_step(step: int | None, steps: int) -> None:
    """Refuse a step (1-based) that a run of so many steps doesn't have."""
    if step is not None and step > steps:
        raise UsageError(f"bp-tui: there is no step {step}: the run has {steps}.")


def _positive(text: str) -> int:
    number = _whole(text)
    if number is None:
        raise argparse.ArgumentTypeError(f"expected the number of a step, not {shortened(text)!r}")
    if number < 1:
        raise argparse.ArgumentTypeError(f"steps are counted from 1, not {number}")
    return number


def _one_of(names: Iterable[str]) -> Callable[[str], str]:
    """Return what takes one of these names; of another it says the nearest."""

    def taken(text: str) -> str:
        if text not in names:
            hint = nearest(text, names) or f"The names are: {', '.join(names)}."
            raise argparse.ArgumentTypeError(f"there is no {shortened(text)!r}. {hint}")
        return text

    return taken


def _rate(text: str) -> float:
    try:
        rate = float(text) if text.isascii() else nan
    except ValueError:
        rate = nan
    if not 0 <= rate < inf:
        raise argparse.ArgumentTypeError(f"expected a finite number of 0 or more, not {shortened(text)!r}")
    return rate


def _terms(text: str) -> int:
    number = _whole(text)
    if number is None or number < 1:
        raise argparse.ArgumentTypeError(f"expected how many, 1 or more, not {shortened(text)!r}")
    return number


def _iteration(text: str) -> int:
    number = _whole(text)
    if number is None or number < 0:
        raise argparse.ArgumentTypeError(
            f"expected the number of an iteration, from 0, not {shortened(text)!r}"
        )
    return number


def _iterations(text: str) -> tuple[int | None, int | None]:
    first, colon, last = text.partition(":")
    bounds = (_whole(first), _whole(last))
    if not colon or any(word and bound is None for word, bound in zip((first, last), bounds, strict=True)):
        raise argparse.ArgumentTypeError(f"expected A:B, such as 0:10 or 9990:, not {shortened(text)!r}")
    if any(bound is not None and bound < 0 for bound in bounds):
        raise argparse.ArgumentTypeError("iterations are counted from 0; none is negative")
    return bounds


def _whole(text: str) -> int | None:
    """Return the number that is written in plain digits; None if there is none."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS else None
