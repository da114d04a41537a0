"""What does each headless command print?"""

from __future__ import annotations

import json
import os
import shlex
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from engine.read import ScenarioError, checked, load
from engine.spelling.text import one_line
from tui.commands.line.parsers import app_parser, command_parser
from tui.commands.streams import piped_in, say, show, whoever_reads, width, write_source
from tui.usage import UsageError, check_step

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from engine.scenario import Scenario


DIFFERS = 3
"""The exit code of numbers that are wrong."""


def list_command(chosen: argparse.Namespace) -> int:  # noqa: ARG001
    """Print a line for each scenario at hand."""
    from engine.catalog import shipped

    entries = shipped()
    width = max((len(entry.label) for entry in entries), default=0)
    for entry in entries:
        show(f"{entry.label:{width}}  {entry.title}")
    return 0


def check_command(chosen: argparse.Namespace) -> int:
    """Validate the files; print `name: good` and the warnings of each good one, every error of the others.

    With --run what is found in the run of each good one comes first.
    """
    bad = 0
    for file in chosen.files:
        try:
            scenario, found = checked(_file(file))
        except ScenarioError as error:
            bad += 1
            say(error.in_full())
        else:
            for warning in found:
                say(str(warning))
            odd = bool(found)
            if chosen.run:
                from tui.commands.looking import look

                odd = look(scenario, one_line(file)) or odd
            if odd and chosen.strict:
                bad += 1
                continue
            columns = f" ({scenario.names.columns})" if scenario.names.columns else ""
            with whoever_reads():
                print(f"{one_line(file)}: good{columns}")
    return 2 if bad else 0


def _file(name: str) -> Path:
    """Return the file that is to be checked: one that is there, else a shipped scenario of this name."""
    from engine.catalog import find

    return Path(name) if os.path.lexists(name) and name != "-" else find(name)


def trace_command(chosen: argparse.Namespace) -> int:
    """Print the records of a run, iteration by iteration, holding one iteration at a time."""
    from engine.run.tracing import trace

    steps = trace(_scenario(chosen), chosen.order)
    first, stop = chosen.iterations
    count = steps.iterations
    first = max(0, count + first) if (first or 0) < 0 else (first or 0)
    if first >= min(count, count if stop is None else stop):
        say(f"bp-tui: {_none_of(first, stop, count)}.")
    first, stop = min(first, count), count if stop is None else min(stop, count)
    encode = json.JSONEncoder(allow_nan=False).encode
    for step in range(steps.schedule.first_step(first), steps.schedule.first_step(max(first, stop))):
        one = steps[step]
        sys.stdout.write(encode({**one.record(), "screen_step": one.screen_step}) + "\n")
    return 0


def _none_of(first: int, stop: int | None, count: int) -> str:
    """Return why there is no iteration from `first` up to `stop` (not included) in a run of `count`."""
    if stop is not None and stop < first:
        return f"no iteration is from {first} on and before {stop}; the other way round it is {stop}:{first}"
    if stop == first:
        return f"no iteration is from {first} on and before {stop}: A:B is A to B-1"
    return f"there is no iteration {first}: the run has {count:,}, counted from 0"


def train_command(chosen: argparse.Namespace) -> int:
    """Run all iterations; print the loss before and after and the final parameters.

    With --strict the exit code is 3 where a number is not finite.
    """
    from tui.commands.training import train

    finite = train(_scenario(chosen), chosen.order, as_json=chosen.json)
    return 3 if chosen.strict and not finite else 0


def find_command(chosen: argparse.Namespace) -> int:
    """Print the steps at which a condition holds."""
    from tui.commands.finding import find

    condition = " ".join(chosen.condition)
    return find(_scenario(chosen), chosen.order, condition, every=chosen.all, as_json=chosen.json)


def explain_command(chosen: argparse.Namespace) -> int:
    """Print where numbers come from, as text or as LaTeX."""
    from engine.run.tracing import trace
    from tui.commands.explaining import explained

    if chosen.terms is not None and not chosen.latex:
        raise UsageError("bp-tui: --terms is for --latex.")
    steps = trace(_scenario(chosen), chosen.order)
    check_step(chosen.step, len(steps))
    step = steps.schedule.first_step(1) if chosen.step is None else chosen.step
    text = "\n\n".join(explained(steps, step - 1, chosen.numbers, chosen.terms, as_latex=chosen.latex))
    if chosen.latex:
        print(text)
    else:
        show(text)
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
    with whoever_reads():
        if chosen.json:
            print(json.dumps(found.record(), allow_nan=False))
        else:
            show("\n".join(sentences(scenario, found, chosen.scenario, chosen.numbers, chosen.name)))
    return DIFFERS if found.first_wrong is not None else 0


def plain_command(chosen: argparse.Namespace) -> int:
    """Explain a run as lines of text: typed through on a terminal, printed through a pipe."""
    from engine.run.tracing import trace
    from tui.commands.line.overriding import check_mine
    from tui.commands.opening import beside
    from tui.commands.plain import print_run

    if chosen.scenario is None:
        raise UsageError("bp-tui: --plain needs a scenario; `bp-tui list` names them.")
    check_mine(chosen)
    steps = trace(_scenario(chosen), chosen.order)
    check_step(chosen.step, len(steps))

    tell = partial(show, plainly=chosen.ascii)
    step = None if chosen.step is None else chosen.step - 1
    if chosen.mine is not None:
        steps, theirs = beside(steps.scenario, chosen.mine, chosen.step, chosen.name or ())
        tell(theirs.verdict)
    if sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty():
        # Imported for who types: through a pipe a run is printed, or obeys a script.
        from tui.commands.scripted import converse

        converse(steps, step or 0, _typed_lines(), tell, width())
        return 0
    script = "" if chosen.scenario == "-" else piped_in()
    if script.strip():
        from tui.commands.scripted import run_script

        def answer(text: str) -> None:
            with whoever_reads():
                tell(text)

        return run_script(steps, step or 0, script, answer, width())
    print_run(steps, step, tell, width())
    return 0


def schema_command(chosen: argparse.Namespace) -> int:  # noqa: ARG001
    """Print the JSON Schema of scenario files."""
    from engine.read.schema import schema_text

    write_source(schema_text())
    return 0


def help_command(chosen: argparse.Namespace) -> int:
    """Print the help of the app or of a command."""
    parser = app_parser() if chosen.command is None else command_parser(chosen.command)
    print(parser.format_help(), end="")
    return 0


def sshd_config_command(chosen: argparse.Namespace) -> int:
    """Print the sshd drop-in and the session script; warn of what stands in their way."""
    from tui.classroom.sshd import existing, parts

    lessons = None if chosen.meeting is None else existing(chosen.meeting)
    match = f"Group {chosen.group}" if chosen.user is None else f"User {chosen.user}"
    printed = parts(match, chosen.session, chosen.folder, lessons, passwords=chosen.passwords)
    for warning in printed.warnings:
        say(f"bp-tui: {warning}")
    if chosen.only != "session":
        print(printed.drop_in, end="")
    if chosen.only is None:
        print(f"\n{'#' * 30} cut here {'#' * 30}\n")
    if chosen.only != "drop-in":
        print(printed.session, end="")
    return 0


def class_command(chosen: argparse.Namespace) -> int:
    """Say what makes this host a class, or no class again, and do it."""
    from tui.classroom import setting_up
    from tui.classroom.as_set_up import Options, class_of

    if chosen.what == "remove" and chosen.names:
        raise UsageError("bp-tui: `class remove` removes the whole class; it takes no names.")
    room, stay = class_of(Options(chosen.group, chosen.folder, chosen.lessons, chosen.teacher, chosen.seats))
    steps = setting_up.remove(room) if chosen.what == "remove" else setting_up.setup(room, chosen.names)
    if stay and chosen.what == "setup":
        print(f"As before: {shlex.join(stay)}. Whichever is given anew is changed.\n")
    print(f"`bp-tui class {chosen.what}` does this, in this order:")
    for step in steps:
        print(f"- {step.told}")
    if not chosen.dry_run:
        print(flush=True)
        for line in setting_up.carry_out(steps):
            print(line, flush=True)
    return 0


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
    from tui.commands.line.overriding import overridden

    return overridden(load(find(chosen.scenario)), chosen)
