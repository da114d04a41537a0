"""Which commands are there? The one table that parsers, help and README's test derive from.

A command is a row. What carries it out is named and not imported: most commands need little of the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.losses import LOSSES
from engine.equations.mistakes.mistakes import MISTAKES
from engine.equations.optimizers import OPTIMIZERS
from engine.update_orders import ORDERS
from tui.commands.line.values import iteration, iterations, one_of, positive, rate, some_of, terms

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Callable


def _nothing(parser: ArgumentParser) -> None:
    """Take no words."""


class Command(NamedTuple):
    """A command: what it does in a line, and what it takes.

    `arguments` are those that a line of help has room for, `description` is what its own help says; `takes`
    adds what it takes to a parser, `more` stands below that. `function` carries it out, in module `room`.
    """

    arguments: str
    does: str
    description: str
    function: str
    takes: Callable[[ArgumentParser], None] = _nothing
    room: str = "tui.commands.headless"
    more: str = ""


def takes_step(parser: ArgumentParser, words: str) -> None:
    """Let a parser take a step."""
    parser.add_argument("--step", type=positive, metavar="I", help=words)


def takes_training(parser: ArgumentParser) -> None:
    """Let a parser take what is to be otherwise than the file says, for one run."""
    parser.add_argument("--order", choices=tuple(ORDERS), help="update order, instead of the scenario's own")
    parser.add_argument(
        "--optimizer",
        type=one_of(OPTIMIZERS),
        metavar="O",
        help=f"optimizer, instead of the scenario's own: {', '.join(OPTIMIZERS)}",
    )
    parser.add_argument(
        "--mistake",
        type=one_of(MISTAKES),
        metavar="M",
        help=f"make one mistake on purpose: {', '.join(MISTAKES)}",
    )
    parser.add_argument(
        "--learning-rate", type=rate, metavar="R", help="learning rate, instead of the scenario's own"
    )


def _check(parser: ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--strict", action="store_true", help="a warning, or a finding, is an error too")
    parser.add_argument(
        "--run", action="store_true", help="run each good one, and print what is found in the run"
    )


def _run(parser: ArgumentParser) -> None:
    parser.add_argument("scenario", metavar="SCENARIO")
    takes_training(parser)


def _trace(parser: ArgumentParser) -> None:
    _run(parser)
    parser.add_argument(
        "--iterations",
        type=iterations,
        metavar="A:B",
        default=(None, None),
        help="only the iterations A to B-1 (0-based; either may be left out); -10: is the last ten",
    )


def _train(parser: ArgumentParser) -> None:
    _run(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")
    parser.add_argument(
        "--strict", action="store_true", help="exit code 3 where a number of the run is not finite"
    )


def _explain(parser: ArgumentParser) -> None:
    parser.add_argument("scenario", metavar="SCENARIO")
    parser.add_argument(
        "numbers",
        nargs="*",
        metavar="NUMBER",
        help="by its name on the screen, or as it is typed: z1[2], d1[2] (δ), W2[1,3], gW2[1,3] (∂C/∂W)",
    )
    takes_step(parser, "as they are at step I (1-based; without it, at the last of the first iteration)")
    takes_training(parser)
    parser.add_argument("--latex", action="store_true", help="as LaTeX, for a document that uses amsmath")
    parser.add_argument(
        "--terms",
        type=terms,
        metavar="N",
        help="with --latex: at most so many terms of a sum are written, the rest is counted",
    )


def _class(parser: ArgumentParser) -> None:
    from tui.classroom.as_set_up import GROUP, LESSONS

    parser.add_argument("what", choices=("setup", "remove"), metavar="setup|remove")
    parser.add_argument("names", nargs="*", metavar="NAME", help="an account to make for a student")
    parser.add_argument("--group", help=f"the group of the accounts ({GROUP})")
    parser.add_argument(
        "--folder", metavar="DIR", help="their scenarios, instead of the shipped ones ('' for those again)"
    )
    parser.add_argument(
        "--lessons",
        metavar="DIR",
        help=f"where lessons are led, and followed by ssh -t HOST follow NAME ({LESSONS})",
    )
    parser.add_argument("--teacher", metavar="NAME", help="who leads there (default: who has become root)")
    parser.add_argument(
        "--seats",
        type=int,
        metavar="N",
        help="sessions of the class at the same time (default: what the memory of this host holds)",
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")


def _sshd_config(parser: ArgumentParser) -> None:
    from tui.classroom.sshd import SESSION_PLACE

    whom = parser.add_mutually_exclusive_group()
    whom.add_argument("--group", default="students", help="the group that gets nothing else (%(default)s)")
    whom.add_argument("--user", help="the one account that does, instead of a group")
    parser.add_argument("--folder", metavar="DIR", help="their scenarios, instead of the shipped ones")
    parser.add_argument(
        "--session",
        metavar="FILE",
        default=SESSION_PLACE,
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


def _new(parser: ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", metavar="FILE", help="a name that ends in .toml, of no file yet")
    parser.add_argument("--title", help="its title")
    parser.add_argument("--data", metavar="D", help="xor, and, or, iris, or a CSV file in the folder of FILE")
    parser.add_argument("--targets", metavar="COLUMN", help="the column of the CSV file that is learned")
    parser.add_argument("--hidden", metavar="N", help="neurons of the hidden layers, such as '8 8'; 0: none")
    parser.add_argument("--activation", metavar="A", help="activation of the hidden layers")
    parser.add_argument("--output", metavar="A", help="activation of the last layer")
    parser.add_argument("--loss", metavar="L", help="loss")
    parser.add_argument("--learning-rate", metavar="R", help="learning rate")
    parser.add_argument("--iterations", metavar="K", help="iterations")
    parser.add_argument("--no-open", action="store_true", help="don't open the app on it")


def _import(parser: ArgumentParser) -> None:
    parser.add_argument(
        "file",
        metavar="FILE",
        help="an .npz, .json or .safetensors file of parameters under the names that people use: W1 b1, "
        "fc1.weight, 0.bias, coefs_[0], weight_ih_l0, Wxh; or a .skops file of scikit-learn's MLPClassifier "
        "or MLPRegressor",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="NEW.toml",
        help="write it to a file, of no name yet; many parameters to an .npz file beside it",
    )
    parser.add_argument("--force", action="store_true", help="write over a file that is there")
    parser.add_argument(
        "--activation",
        type=some_of(name for name, row in ACTIVATIONS.items() if not row.coupled),
        default=(),
        metavar="A[,A]",
        help="of the layers before the last: one for all, or one for each (relu, with a memory tanh)",
    )
    parser.add_argument(
        "--output-activation",
        type=one_of(ACTIVATIONS),
        metavar="A",
        help="of the last layer (what goes with the loss)",
    )
    parser.add_argument(
        "--loss", type=one_of(LOSSES), metavar="L", help="loss (what goes with the last layer)"
    )
    parser.add_argument(
        "--layers",
        type=lambda text: tuple(text.split(",")),
        default=(),
        metavar="NAME,NAME",
        help="the layers from the first on, where neither their names nor their sizes tell the order",
    )
    parser.add_argument(
        "--weights",
        choices=("to-from", "from-to"),
        help="whether a row is a neuron or an input, where the sizes don't tell",
    )


def _help(parser: ArgumentParser) -> None:
    parser.add_argument("command", nargs="?", choices=tuple(COMMANDS), metavar="COMMAND")


def _find(parser: ArgumentParser) -> None:
    parser.add_argument("scenario", metavar="SCENARIO")
    parser.add_argument(
        "condition",
        nargs="+",
        metavar="CONDITION",
        help="such as 'loss < 0.01', 'abs(delta[1][2]) > 0.1', 'weight[1][2,1] changes sign'",
    )
    parser.add_argument(
        "--all", action="store_true", help="of each iteration in which it holds the first step"
    )
    parser.add_argument("--json", action="store_true", help="print a JSON object a line")
    takes_training(parser)


def _diagnose(parser: ArgumentParser) -> None:
    from engine.named_arrays.words import table  # only the help needs it

    parser.epilog = table()
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
        type=iteration,
        default=0,
        metavar="K",
        help="of iteration K (0-based, as in `trace`; without it, of the first)",
    )
    parser.add_argument(
        "--name", action="append", default=[], metavar="THEIRS=OURS", help="what a name means: grad_out=gW2"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


_CONDITIONS = """\
A condition is asked at each step, of the numbers written last in the iteration:
  loss                    of the batch, known from its last loss step on
  sample_loss             of the present sample
  loss of sample 27       of that one, its times together, where the batch has it
  activation[l][i]  pre_activation  slope  error  delta
  terms[i]  prediction[i]  target[i]  input[i]
                          of the present sample and time
  weight[l][i,j]  bias[l][i]  recurrent_weight[l][i,j]
                          to unit i from j, after an update; also with
                          gradient_, total_ or change_ before the word;
                          gradient[l] is that of all parameters of a layer
  W1[i,j]  b1[i]  U1[i,j]  z1[i]  a1[i]  d1[i]  gW1[i,j]
                          the same by their names on the screen: δ or d, ∂C/∂ or g
  iteration  step  sample  time
                          where the step is, as on the screen

Layers and units count from 1. Without units it is the whole array, for
min max mean sum norm abs, and any(...) or all(...) of what holds for each.
  A rises, A falls, A changes sign
                          against the same place of the iteration before
  finite(A)  dead(l,i)  saturated(l)
  any not finite          anything computed in this iteration so far
  + - * /   < <= > >= == !=   and or not   ( )
"""

COMMANDS: dict[str, Command] = {
    "list": Command(
        "",
        "the scenarios at hand: name and title",
        "Print a line for each scenario at hand: its name, then its title.",
        "list_command",
    ),
    "check": Command(
        "FILE...",
        "validate scenario files; print each error",
        "Validate scenario files, shipped scenarios or - (standard input); print each error, and what "
        "became of each column of a table. Exit code 2 if any is bad. With --run each good one is run, and "
        "what stands out is printed with its step and what helps: dead neurons, vanishing errors, steps that "
        "are too large.",
        "check_command",
        _check,
    ),
    "trace": Command(
        "SCENARIO",
        "print the trace records as JSON Lines",
        "Print the trace records of a run as JSON Lines, one record a step. "
        "scenarios/README.md says what each field is.",
        "trace_command",
        _trace,
    ),
    "train": Command(
        "SCENARIO",
        "run all iterations; loss before and after, final parameters",
        "Run all iterations; print the loss before and after and the final parameters.",
        "train_command",
        _train,
    ),
    "find": Command(
        "SCENARIO CONDITION",
        "print the steps at which a condition holds",
        "Print the first step at which a condition holds, counted from 0 as in `trace`,\n"
        "its iteration and the value that the condition is about.\n"
        "Exit code 3 if it holds nowhere.",
        "find_command",
        _find,
        more=_CONDITIONS,
    ),
    "explain": Command(
        "SCENARIO NUMBER",
        "print where a number comes from, as text or as LaTeX",
        "Print where numbers come from: each in symbols, with the numbers put in, and its result. "
        "Without a NUMBER those that the step has made of the first neuron.",
        "explain_command",
        _explain,
    ),
    "program": Command(
        "SCENARIO",
        "print one iteration as a Python program that prints what trace does",
        "Print the first iteration of a run as a Python program with the scenario's own numbers; "
        "when it is run, it prints the same digits as `bp-tui trace`.",
        "program_command",
        _run,
    ),
    "diagnose": Command(
        "SCENARIO FILE",
        "say where your own numbers go wrong, and by which mistake",
        "Hold the numbers of your own program against those of a scenario: what agrees, what is wrong first, "
        "and which known mistake, or which two, make exactly your numbers. "
        "Exit code 0 if all agrees, 3 if something differs, 2 if the numbers can't be read.",
        "diagnose_command",
        _diagnose,
    ),
    "class": Command(
        "setup NAME...",
        "make this host a class that logs in by ssh; class remove undoes it",
        "Make this host a class: accounts whose login by ssh is the app and nothing else. Says what it does, "
        "checks each part before the next, and can be given again. `class remove` takes all of it away.",
        "class_command",
        _class,
    ),
    "sshd-config": Command(
        "",
        "print how sshd gives a class the app and nothing else",
        "Print an sshd drop-in and the session script that it forces; --only prints one.",
        "sshd_config_command",
        _sshd_config,
    ),
    "new": Command(
        "[FILE]",
        "write a scenario: asks what is needed, or takes options",
        "Write a scenario. On a terminal it asks for what is not given, and opens what it has written; "
        "elsewhere it takes what suits the data, and without FILE prints the scenario.",
        "new_command",
        _new,
        room="tui.commands.making.creating",
    ),
    "import": Command(
        "FILE",
        "make a scenario of a network's parameters",
        "Print a scenario with the parameters of a network in a file, or write it to NEW.toml; it says what "
        "was read how and what was assumed. Its data are placeholders of the right shape. Nothing in a file "
        "is run.",
        "import_command",
        _import,
        room="tui.commands.making.importing",
    ),
    "schema": Command(
        "",
        "print the JSON Schema of scenario files, for an editor",
        "Print the JSON Schema of scenario files; scenarios/README.md says how an editor uses it.",
        "schema_command",
    ),
    "help": Command(
        "[COMMAND]",
        "print this, or what a command takes",
        "Print what bp-tui does, or what one of its commands takes.",
        "help_command",
        _help,
    ),
}
