"""What does each headless command print?"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from engine.read import ScenarioError, load
from engine.read.text import one_line
from tui.streams import say
from tui.usage import UsageError, check_step

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from engine.parameters import Parameters
    from engine.scenario import Scenario

_PARAMETERS_SHOWN = 8  # rows of a matrix that `train` prints in full


def list_command(chosen: argparse.Namespace) -> int:  # noqa: ARG001
    """Print a line for each scenario at hand."""
    from engine.catalog import shipped

    entries = shipped()
    width = max((len(entry.label) for entry in entries), default=0)
    for entry in entries:
        print(f"{entry.label:{width}}  {entry.title}")
    return 0


def check_command(chosen: argparse.Namespace) -> int:
    """Validate the files; print `name: good` for each good one and every error of the others."""
    bad = 0
    for file in chosen.files:
        try:
            load(file)
        except ScenarioError as error:
            bad += 1
            say(error.in_full())
        else:
            with suppress(BrokenPipeError):  # whoever has stopped reading may still ask for the exit code
                print(f"{one_line(file)}: good")
    return 2 if bad else 0


def trace_command(chosen: argparse.Namespace) -> int:
    """Print the records of a run, iteration by iteration, holding one iteration at a time."""
    from engine.replay.tracing import trace

    steps = trace(_scenario(chosen.scenario), chosen.order)
    first, stop = chosen.iterations
    first = min(first or 0, steps.iterations)
    stop = steps.iterations if stop is None else min(stop, steps.iterations)
    encode = json.JSONEncoder(allow_nan=False).encode
    for step in range(steps.schedule.first_step(first), steps.schedule.first_step(max(first, stop))):
        sys.stdout.write(encode(steps[step].record()) + "\n")
    return 0


def train_command(chosen: argparse.Namespace) -> int:
    """Run all iterations; print the loss before and after and the final parameters."""
    from engine.order.shapes import shapes_of
    from engine.replay.run import Run, loss_of
    from tui.progress import progress

    scenario = _scenario(chosen.scenario)
    shapes = shapes_of(scenario)
    run = Run(scenario, shapes, chosen.order or scenario.training.order)
    before = loss_of(scenario, shapes, run.parameters())
    with progress(shapes.iterations) as show:
        while run.iteration < shapes.iterations:
            losses = run.advance(min(show.pace(), shapes.iterations - run.iteration))
            show.at(run.iteration, float(losses[-1]))
    after = loss_of(scenario, shapes, run.parameters())
    if chosen.json:
        result = {
            "iterations": shapes.iterations,
            "loss_before": _strict(before),
            "loss_after": _strict(after),
            "layers": _layers(run.parameters()),
        }
        print(json.dumps(result, allow_nan=False))
    else:
        _print_result(scenario, shapes.iterations, before, after, run.parameters())
    return 0


def plain_command(chosen: argparse.Namespace) -> int:
    """Explain a run as lines of text: typed through on a terminal, printed through a pipe."""
    from engine.replay.tracing import trace
    from tui.draw.ascii import in_ascii
    from tui.plain import converse, print_run

    if chosen.scenario is None:
        raise UsageError("bp-tui: --plain needs a scenario; `bp-tui list` names them.")
    steps = trace(_scenario(chosen.scenario), chosen.order)
    check_step(chosen.step, len(steps))

    def tell(text: str) -> None:
        print(in_ascii(text) if chosen.ascii else text)

    step = None if chosen.step is None else chosen.step - 1
    if sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty():
        converse(steps, step or 0, _typed_lines(), tell)
    else:
        print_run(steps, step, tell)
    return 0


def _typed_lines() -> Iterator[str]:
    """Yield what is typed, line by line, until end of file."""
    while True:
        print("> ", end="", flush=True)
        line = sys.stdin.readline()
        if not line:
            return
        yield line


def _scenario(name: str) -> Scenario:
    from engine.catalog import find

    return load(find(name))


def _layers(parameters: Parameters) -> list[dict[str, Any]]:
    from engine.replay.steps import plain

    layers: list[dict[str, Any]] = []
    for weights, biases, recurrent in zip(
        parameters.weights, parameters.biases, parameters.recurrent_weights, strict=True
    ):
        layer = {"weights": plain(weights), "biases": plain(biases)}
        if recurrent is not None:
            layer["recurrent_weights"] = plain(recurrent)
        layers.append(layer)
    return layers


def _strict(number: float) -> float | str:
    from engine.replay.steps import number as strict

    return strict(number)


def _print_result(
    scenario: Scenario, iterations: int, before: float, after: float, parameters: Parameters
) -> None:
    print(f"{scenario.title}: {iterations} iterations")
    print(f"loss before {before:.10g}")
    print(f"loss after  {after:.10g}")
    for layer, weights in enumerate(parameters.weights, start=1):
        _print_matrix(f"W{layer}", weights)
        recurrent = parameters.recurrent_weights[layer - 1]
        if recurrent is not None:
            _print_matrix(f"U{layer}", recurrent)
        _print_matrix(f"b{layer}", parameters.biases[layer - 1][None, :])


def _print_matrix(name: str, matrix: Any) -> None:
    rows, columns = matrix.shape
    print(f"{name}  {rows} x {columns}" if rows > 1 else name)
    for row in matrix[:_PARAMETERS_SHOWN]:
        numbers = "  ".join(f"{value:+.8g}" for value in row[:_PARAMETERS_SHOWN])
        print(f"  {numbers}" + ("  ..." if columns > _PARAMETERS_SHOWN else ""))
    if rows > _PARAMETERS_SHOWN:
        print(f"  ... ({rows - _PARAMETERS_SHOWN} more rows; --json prints them all)")


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
