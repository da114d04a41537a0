"""What does each headless command print?"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from engine.read import ScenarioError, load, warnings
from engine.read.document.text import one_line
from tui.commands.streams import say, write_source
from tui.commands.usage import UsageError, check_step

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from engine.scenario import Scenario


DIFFERS = 3
"""The exit code of numbers that are wrong."""


def list_command(chosen: argparse.Namespace) -> int:  # noqa: ARG001
    """Print a line for each scenario at hand."""
    from engine.catalog import shipped

    entries = shipped()
    width = max((len(entry.label) for entry in entries), default=0)
    for entry in entries:
        print(f"{entry.label:{width}}  {entry.title}")
    return 0


def check_command(chosen: argparse.Namespace) -> int:
    """Validate the files; print `name: good` and the warnings of each good one, every error of the others."""
    bad = 0
    for file in chosen.files:
        try:
            found = warnings(file)
        except ScenarioError as error:
            bad += 1
            say(error.in_full())
        else:
            for warning in found:
                say(str(warning))
            with suppress(BrokenPipeError):  # whoever has stopped reading may still ask for the exit code
                print(f"{one_line(file)}: good")
    return 2 if bad else 0


def trace_command(chosen: argparse.Namespace) -> int:
    """Print the records of a run, iteration by iteration, holding one iteration at a time."""
    from engine.run.tracing import trace

    steps = trace(_scenario(chosen), chosen.order)
    first, stop = chosen.iterations
    first = min(first or 0, steps.iterations)
    stop = steps.iterations if stop is None else min(stop, steps.iterations)
    encode = json.JSONEncoder(allow_nan=False).encode
    for step in range(steps.schedule.first_step(first), steps.schedule.first_step(max(first, stop))):
        sys.stdout.write(encode(steps[step].record()) + "\n")
    return 0


def train_command(chosen: argparse.Namespace) -> int:
    """Run all iterations; print the loss before and after and the final parameters."""
    from tui.commands.training import train

    train(_scenario(chosen), chosen.order, as_json=chosen.json)
    return 0


def explain_command(chosen: argparse.Namespace) -> int:
    """Print where numbers come from, as text or as LaTeX."""
    from engine.run.tracing import trace
    from tui.commands.explaining import explained

    if chosen.terms is not None and not chosen.latex:
        raise UsageError("bp-tui: --terms is for --latex.")
    steps = trace(_scenario(chosen), chosen.order)
    check_step(chosen.step, len(steps))
    step = steps.schedule.first_step(1) if chosen.step is None else chosen.step
    print("\n\n".join(explained(steps, step - 1, chosen.numbers, chosen.terms, as_latex=chosen.latex)))
    return 0


def program_command(chosen: argparse.Namespace) -> int:
    """Print the program of the first iteration; a scenario that is too large for one is refused."""
    from engine.listing.listing import TooLargeError, listing

    scenario = _scenario(chosen)
    try:
        text = listing(scenario, chosen.order or scenario.training.order)
    except TooLargeError as error:
        raise UsageError(f"bp-tui: {error}; `bp-tui trace` prints the steps.") from error
    write_source(text)
    return 0


def diagnose_command(chosen: argparse.Namespace) -> int:
    """Say what is wrong in somebody's numbers, and by which mistake; exit code 3 if anything is."""
    from engine.catalog import find
    from tui.commands.diagnosing import diagnosis_of, sentences

    scenario = load(find(chosen.scenario))
    found = diagnosis_of(scenario, chosen.numbers, chosen.iteration, chosen.name)
    if chosen.json:
        print(json.dumps(found.record(), ensure_ascii=False, allow_nan=False))
    else:
        print("\n".join(sentences(scenario, found, chosen.scenario)))
    return DIFFERS if found.first_wrong is not None else 0


def plain_command(chosen: argparse.Namespace) -> int:
    """Explain a run as lines of text: typed through on a terminal, printed through a pipe."""
    from engine.run.tracing import trace
    from tui.commands.plain import converse, print_run
    from tui.draw.kit.ascii import in_ascii

    if chosen.scenario is None:
        raise UsageError("bp-tui: --plain needs a scenario; `bp-tui list` names them.")
    steps = trace(_scenario(chosen), chosen.order)
    check_step(chosen.step, len(steps))

    def tell(text: str) -> None:
        print(in_ascii(text) if chosen.ascii else text)

    step = None if chosen.step is None else chosen.step - 1
    if sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty():
        converse(steps, step or 0, _typed_lines(), tell)
    else:
        print_run(steps, step, tell)
    return 0


def sshd_config_command(chosen: argparse.Namespace) -> int:
    """Print the sshd drop-in and the session script; warn of what stands in their way."""
    from tui.classroom.sshd import parts

    match = f"Group {chosen.group}" if chosen.user is None else f"User {chosen.user}"
    printed = parts(match, chosen.session, chosen.folder, chosen.meeting, passwords=chosen.passwords)
    for warning in printed.warnings:
        say(f"bp-tui: {warning}")
    if chosen.only != "session":
        print(printed.drop_in, end="")
    if chosen.only is None:
        print(f"\n{'#' * 30} cut here {'#' * 30}\n")
    if chosen.only != "drop-in":
        print(printed.session, end="")
    return 0


CARRY_OUT: dict[str, Callable[[argparse.Namespace], int]] = {
    "list": list_command,
    "check": check_command,
    "trace": trace_command,
    "train": train_command,
    "explain": explain_command,
    "program": program_command,
    "diagnose": diagnose_command,
    "sshd-config": sshd_config_command,
}
"""What carries out each of the commands (`usage.COMMANDS`)."""


def _typed_lines() -> Iterator[str]:
    """Yield what is typed, line by line, until end of file."""
    while True:
        print("> ", end="", flush=True)
        line = sys.stdin.readline()
        if not line:
            return
        yield line


def _scenario(chosen: argparse.Namespace) -> Scenario:
    from engine.catalog import find
    from tui.commands.overriding import overridden

    return overridden(load(find(chosen.scenario)), chosen)
