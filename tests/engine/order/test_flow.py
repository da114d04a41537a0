"""Do the reads and writes of the steps hang together, and do they tell the two orders apart?

The law: in a deferred trace no delta reads a parameter that was written in its own iteration; in a premature
trace some do. Every number is written once, before it is read, by the step that `writer` names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given

from engine.order.flow import Flow
from engine.order.quantities import PARAMETERS, Reference
from engine.order.schedule import Schedule
from tests.engine.order.shapes import listed, orders, shapes

if TYPE_CHECKING:
    from engine.order.shapes import Shapes
    from engine.scenario import Order

TOTALS = ("weight_total", "bias_total", "recurrent_total")
GIVEN = ("input", "target", "initial_state")


def flow_of(shapes: Shapes, order: Order) -> Flow:
    return Flow(Schedule(shapes, order))


def own_updates_read(shapes: Shapes, order: Order, kind: str) -> list[Reference]:
    """The parameters read by steps of a kind that an update of the same iteration has written."""
    flow, schedule = flow_of(shapes, order), Schedule(shapes, order)
    found = []
    for step, site in enumerate(listed(shapes, order)):
        for read in flow.reads(step) if site.kind == kind else ():
            writer = flow.writer(read) if read.quantity in PARAMETERS else None
            if writer is not None and schedule.site(writer).iteration == site.iteration:
                found.append(read)
    return found


@given(shapes())
def test_the_law_of_the_deferred_order(shapes: Shapes) -> None:
    for kind in ("forward", "loss", "delta", "gradient", "update"):
        assert own_updates_read(shapes, "deferred", kind) == []


@given(shapes(min_layers=2))
def test_the_premature_order_breaks_it(shapes: Shapes) -> None:
    """Each delta below the last layer passes through weights that have just been changed."""
    count = sum(len(shapes.batch(iteration)) for iteration in range(shapes.iterations))
    read = own_updates_read(shapes, "premature", "delta")
    weights = [reference for reference in read if reference.quantity == "weights"]
    assert len(weights) == count * shapes.times * (shapes.layers - 1)


@given(shapes(), orders)
def test_each_number_is_written_once_by_the_step_that_writer_names(shapes: Shapes, order: Order) -> None:
    flow = flow_of(shapes, order)
    written: set[Reference] = set()
    for step in range(len(listed(shapes, order))):
        for reference in flow.writes(step):
            assert reference not in written
            written.add(reference)
            assert flow.writer(reference) == step


@given(shapes(), orders)
def test_what_is_read_has_been_written_before(shapes: Shapes, order: Order) -> None:
    flow = flow_of(shapes, order)
    for step in range(len(listed(shapes, order))):
        reads = flow.reads(step)
        assert len(set(reads)) == len(reads)
        for read in reads:
            writer = flow.writer(read)
            if writer is None:
                first = read.version == 0 and read.iteration == 0
                assert read.quantity in GIVEN or (read.quantity in PARAMETERS and first)
                continue
            assert 0 <= writer < step
            assert _before_the_iteration(flow, read, writer) in flow.writes(writer)


@given(shapes(), orders)
def test_a_parameter_that_is_read_is_the_latest(shapes: Shapes, order: Order) -> None:
    flow, sites = flow_of(shapes, order), listed(shapes, order)
    latest: dict[int, int] = {}
    for step, site in enumerate(sites):
        for read in flow.reads(step):
            if read.quantity in PARAMETERS:
                assert read.layer is not None
                assert flow.writer(read) == latest.get(read.layer)
        if site.kind == "update" and site.layer is not None:
            latest[site.layer] = step


@given(shapes(), orders)
def test_a_total_that_is_read_is_the_latest_of_its_iteration(shapes: Shapes, order: Order) -> None:
    """A gradient is added to what was gathered just before; a deferred update reads all of it."""
    flow, sites = flow_of(shapes, order), listed(shapes, order)
    latest: dict[tuple[int, int | None], int] = {}
    for step, site in enumerate(sites):
        place = site.iteration, site.layer
        totals = [read for read in flow.reads(step) if read.quantity in TOTALS]
        if site.kind == "gradient" or (site.kind == "update" and site.time is None):
            assert site.layer is not None
            names = TOTALS if shapes.recurrent[site.layer - 1] else TOTALS[:2]
            assert [read.quantity for read in totals] == (list(names) if place in latest else [])
            assert {flow.writer(read) for read in totals} <= {latest.get(place)}
        else:
            assert totals == []
        if site.kind == "gradient":
            latest[place] = step


@given(shapes(), orders)
def test_an_update_writes_parameters_and_their_changes(shapes: Shapes, order: Order) -> None:
    flow = flow_of(shapes, order)
    for step, site in enumerate(listed(shapes, order)):
        quantities = [reference.quantity for reference in flow.writes(step)]
        wrote = [quantity for quantity in quantities if quantity in PARAMETERS]
        if site.kind != "update" or site.layer is None:
            assert wrote == []
            continue
        assert wrote == list(PARAMETERS if shapes.recurrent[site.layer - 1] else PARAMETERS[:2])
        assert len(quantities) == 2 * len(wrote)


def _before_the_iteration(flow: Flow, read: Reference, writer: int) -> Reference:
    """What the writer calls the parameters that an iteration starts with: the last of the one before."""
    if read.version != 0:
        return read
    [written] = [reference for reference in flow.writes(writer) if reference.quantity == read.quantity]
    assert written.iteration == read.iteration - 1
    return read._replace(iteration=written.iteration, version=written.version)
