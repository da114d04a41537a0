"""What is told of a run and of where somebody looks in it, so that another can look there too? Data only.

A leader tells it to a class, and a session to whoever comes back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from msgspec import Meta, Struct

from engine.branching.tree import MOST
from engine.looking.sorting import WORST_FIRST
from engine.naming import LONGEST_NAME, is_name
from engine.order.quantities import Quantity, is_quantity
from engine.scenario import Order  # noqa: TC001
from engine.update_orders import ORDERS

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_WATCH = 200
"""Characters of a watched expression that is told of."""

MOST_LAYERS = 2048
_MOST_BREAKS = 256
Count = Annotated[int, Meta(ge=0, le=2**53)]
Breaks = Annotated[tuple[tuple[Count, Count], ...], Meta(max_length=_MOST_BREAKS)]
"""The step and the layer of each update out of turn."""


class Focus(Struct, frozen=True):
    """A number of the trace: a reference (`engine.order.quantities`) and the index of one entry."""

    quantity: Quantity
    iteration: Count
    layer: Count | None = None
    sample: Count | None = None
    time: Count | None = None
    version: Count | None = None
    index: Annotated[tuple[Count, ...], Meta(max_length=2)] = ()


class Chosen(Struct, frozen=True):
    """What the training of a run has of what can be chosen for it, whatever its file says."""

    optimizer: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,64}\Z")]
    learning_rate: Annotated[float, Meta(ge=0)]
    mistake: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,64}\Z")] | None = None


class Otherwise(Struct, frozen=True, omit_defaults=True):
    """What is otherwise in a branch (`engine.run.change`)."""

    what: Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,32}\Z")]
    value: float | Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,64}\Z")]
    layer: Count | None = None
    units: Annotated[tuple[Count, ...], Meta(max_length=2)] = ()
    sample: Count | None = None
    time: Count | None = None


class SetByHand(Struct, frozen=True, omit_defaults=True):
    """A parameter that an update out of turn, number `update` of them from 0, sets to a value by hand."""

    update: Count
    what: Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,32}\Z")]
    units: Annotated[tuple[Count, ...], Meta(max_length=2)]
    value: float


ByHand = Annotated[tuple[SetByHand, ...], Meta(max_length=_MOST_BREAKS)]


class RunOf(Struct, frozen=True, omit_defaults=True):
    """One of the runs that branch off each other: what was chosen for it, and where it begins.

    A branch begins at the start of an iteration of its `parent`, by its place among all, with a change.
    """

    chosen: Chosen
    order: Order
    breaks: Breaks = ()
    parent: Count | None = None
    iteration: Count = 0
    change: Otherwise | None = None
    by_hand: ByHand = ()


class Table(Struct, frozen=True, omit_defaults=True):
    """How the table of samples stands (`engine.looking.sorting`)."""

    by: Annotated[str, Meta(pattern=r"^[a-z0-9]{1,16}\Z")] = WORST_FIRST
    falling: bool = True
    which: Literal["all", "batch", "wrong"] = "all"
    row: Count | None = None


class State(Struct, frozen=True, omit_defaults=True):
    """What a leader looks at: the run by its digest and by what was done to a scenario, the cursor, the view.

    `scenario` is the name of a scenario at hand, None for a file of the leader's own; what is `chosen` for
    it, the order and the `breaks` (the step and the layer of each, and what is set `by_hand` where any of
    them does that) make the run, and the digest tells whether they have: who doesn't know all that was done
    shows no other run for it. `against` is the order that is chosen in view 2, if one is, and
    `held_against` the other one, if that is not the one that is right; `logarithmic` (None: whichever is seen
    best), the iteration that is `pointed_at` and `zoom` are how view 4 shows the curve of the losses; `error`
    is the time of the error that view 5 tells of, and `page` how often that has been turned over. `runs` are
    all runs where some have branched, `run` is the place of this one among them, and `beside` that of the one
    that it is held against, if it was chosen. `watches` are the numbers that are watched.
    """

    digest: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
    order: Order
    chosen: Chosen
    step: Count
    scenario: Annotated[str, Meta(max_length=LONGEST_NAME)] | None = None
    units: Annotated[tuple[Count, ...], Meta(max_length=MOST_LAYERS)] = ()
    part: Count = 0
    term: Count | None = None
    focus: Focus | None = None
    error: Count | None = None
    page: Count = 0
    view: Annotated[str, Meta(pattern=r"^[a-z]{1,16}\Z")] = "network"
    logarithmic: bool | None = None
    pointed_at: Count | None = None
    zoom: Annotated[int, Meta(ge=0, le=64)] = 0
    against: Order | None = None
    held_against: Order | None = None
    table: Table = Table()
    breaks: Breaks = ()
    by_hand: ByHand = ()
    runs: Annotated[tuple[RunOf, ...], Meta(max_length=MOST)] = ()
    run: Count = 0
    beside: Count | None = None
    watches: Annotated[tuple[Annotated[str, Meta(max_length=LONGEST_WATCH)], ...], Meta(max_length=12)] = ()


class Look(Struct, frozen=True, omit_defaults=True):
    """A cursor; each key means what it does in a state."""

    step: Count
    units: Annotated[tuple[Count, ...], Meta(max_length=MOST_LAYERS)] = ()
    part: Count = 0
    term: Count | None = None
    focus: Focus | None = None
    error: Count | None = None
    page: Count = 0


def look_in(state: State) -> Look:
    """Return the cursor of a state."""
    return Look(*(getattr(state, name) for name in Look.__struct_fields__))


class Nonsense(NamedTuple):
    """What a state says though there can be no such, and at which of its keys."""

    key: tuple[str | int, ...]
    says: str


def nonsense_in(state: State) -> Iterator[Nonsense]:
    """Yield what a state of the right shape says that there is not."""
    for key in ("order", "against", "held_against"):
        if getattr(state, key) not in (None, *ORDERS):
            yield Nonsense((key,), "there is no such order")
    for place, one in enumerate(state.runs):
        if one.order not in ORDERS:
            yield Nonsense(("runs", place, "order"), "there is no such order")
    if state.run >= max(1, len(state.runs)):
        yield Nonsense(("run",), "there is no such run")
    if state.scenario is not None and not is_name(state.scenario):
        yield Nonsense(("scenario",), "this can't be the name of a scenario")
    if state.focus is not None and not is_quantity(state.focus.quantity):
        yield Nonsense(("focus", "quantity"), "there is no such quantity")
