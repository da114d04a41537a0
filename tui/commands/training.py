"""What comes out of a training? All iterations are run; printed are the loss and the parameters."""

from __future__ import annotations

import json
from math import isfinite
from typing import TYPE_CHECKING

from engine.numerals import counted
from engine.order.schedule import Schedule
from engine.order.shapes import shapes_of
from engine.run.play import Shared
from engine.run.steps import number, plain
from engine.run.straight import Run, loss_of
from engine.run.unbounded import Watch
from tui.commands.progress import progress
from tui.commands.streams import show, whoever_reads

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.parameters import Parameters
    from engine.run.unbounded import Place
    from engine.scenario import Order, Scenario

_SHOWN = 8  # rows and columns of a matrix that are printed


def train(scenario: Scenario, order: Order | None, *, as_json: bool) -> bool:
    """Run all iterations in an order, the scenario's own if None; print the loss and the parameters.

    Return whether every number of the run, and the loss after it, is finite.
    """
    shapes = shapes_of(scenario)
    shared = Shared(scenario, Schedule(shapes, order or scenario.training.order))
    run = Run(scenario, shapes, shared.schedule.order, shared)
    watch = Watch(run)
    before = loss_of(scenario, shapes, run.parameters())
    with progress(shapes.iterations, "training") as bar:
        while run.iteration < shapes.iterations:
            losses = run.advance(min(bar.pace(), shapes.iterations - run.iteration))
            bar.at(run.iteration, f"loss {losses[-1]:.6g}")
            watch.look(losses)
    parameters = run.parameters()
    after = loss_of(scenario, shapes, parameters)
    place = watch.place(shared)
    with whoever_reads():
        if as_json:
            print(json.dumps(_result(shapes.iterations, before, after, parameters, place), allow_nan=False))
        else:
            _print_result(scenario, shapes.iterations, before, after, parameters)
            if place is not None:
                print(_not_finite(place, len(shared.schedule)))
            elif not isfinite(after):
                print("every number of the run is finite; only the loss after the last update is not")
    return place is None and isfinite(after)


def _result(
    iterations: int, before: float, after: float, parameters: Parameters, place: Place | None
) -> dict[str, object]:
    """Return the object that is printed as JSON."""
    result: dict[str, object] = {
        "iterations": iterations,
        "loss_before": number(before),
        "loss_after": number(after),
        "layers": _layers(parameters),
    }
    if place is not None:
        names = ("step", "iteration", "kind", "sample", "time", "layer")
        result["not_finite"] = {name: getattr(place.step, name) for name in names} | {"field": place.field}
    return result


def _layers(parameters: Parameters) -> list[dict[str, object]]:
    """Return the parameters of each layer and what an optimiser remembers of it, by their names."""
    layers: list[dict[str, object]] = []
    for place in range(1, len(parameters.weights) + 1):
        groups = parameters.layer(place)._asdict()
        layer = {name: plain(array) for name, array in groups.items() if array is not None}
        remembered = {one.name: array for one, array in parameters.state.items() if one.layer == place}
        layers.append({**layer, **{name: plain(array) for name, array in remembered.items()}})
    return layers


def _print_result(
    scenario: Scenario, iterations: int, before: float, after: float, parameters: Parameters
) -> None:
    show(f"{scenario.title}: {counted(iterations, 'iteration')}")
    print(f"loss before {before:.10g}")
    print(f"loss after  {after:.10g}")
    for layer, weights in enumerate(parameters.weights, start=1):
        _print_matrix(f"W{layer}", weights)
        recurrent = parameters.recurrent_weights[layer - 1]
        if recurrent is not None:
            _print_matrix(f"U{layer}", recurrent)
        _print_matrix(f"b{layer}", parameters.biases[layer - 1][None, :])


def _not_finite(place: Place, steps: int) -> str:
    """Say where numbers cease to be finite, counted as on the screen."""
    step = place.step
    words = place.field.replace("_", " ")
    where = "" if step.layer is None else f" of layer {step.layer}"
    where += "" if step.sample is None else f", sample {step.sample + 1}"
    where += "" if step.time is None else f", time {step.time}"
    return (
        f"not finite from step {step.step + 1:,} of {steps:,} on (iteration {step.iteration + 1:,}): "
        f"first the {words}{where}; --step {step.step + 1} opens the app there"
    )


def _print_matrix(name: str, matrix: Array) -> None:
    rows, columns = matrix.shape
    print(f"{name}  {rows} x {columns}" if rows > 1 else name)
    for row in matrix[:_SHOWN]:
        numbers = "  ".join(f"{value:+.8g}" for value in row[:_SHOWN])
        print(f"  {numbers}" + ("  ..." if columns > _SHOWN else ""))
    if rows > _SHOWN:
        print(f"  ... ({rows - _SHOWN} more rows; --json prints them all)")
