"""What do a leader and its followers say to each other? Small JSON lines.

A follower says hello once and never speaks again. The leader sends its state whenever it changes: all
of it, so that only the latest line counts and any older one may be lost.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from engine.looking.sorting import WORST_FIRST
from engine.naming import LONGEST_NAME, is_name
from engine.order.orders import ORDERS
from engine.order.quantities import Quantity, is_quantity
from engine.scenario import Order  # noqa: TC001

LONGEST_HELLO = 64
"""Bytes of a hello with its newline: all that a follower may ever send."""
LONGEST_STATE = 1 << 15
"""Bytes of a state with its newline."""

_MOST_LAYERS = 2048
_MOST_BREAKS = 256
_Count = Annotated[int, Meta(ge=0, le=2**53)]


class ProtocolError(ValueError):
    """The other side says something that it may not."""


class Hello(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a follower says first, and the version of the protocol that it speaks."""

    version: Literal[1]


class Focus(msgspec.Struct, frozen=True):
    """A number of the trace: a reference (`engine.order.quantities`) and the index of one entry."""

    quantity: Quantity
    iteration: _Count
    layer: _Count | None = None
    sample: _Count | None = None
    time: _Count | None = None
    version: _Count | None = None
    index: Annotated[tuple[_Count, ...], Meta(max_length=2)] = ()


class Chosen(msgspec.Struct, frozen=True):
    """What the training of a run has of what can be chosen for it, whatever its file says."""

    optimizer: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,64}\Z")]
    learning_rate: Annotated[float, Meta(ge=0)]
    mistake: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,64}\Z")] | None


class Table(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the table of samples stands (`engine.looking.sorting`)."""

    by: Annotated[str, Meta(pattern=r"^[a-z0-9]{1,16}\Z")] = WORST_FIRST
    falling: bool = True
    which: Literal["all", "batch", "wrong"] = "all"
    row: _Count | None = None


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a leader looks at: the run by its digest and by what was done to a scenario, the cursor, the view.

    `scenario` is the name of a scenario at hand, None for a file of the leader's own; what is `chosen` for
    it, the order and the `breaks` (the step and the layer of each) make the run, and the digest tells whether
    they have: who doesn't know all that was done shows no other run for it. `against` is the order that is
    chosen in view 2, if one is.
    """

    digest: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
    order: Order
    chosen: Chosen
    step: _Count
    scenario: Annotated[str, Meta(max_length=LONGEST_NAME)] | None = None
    units: Annotated[tuple[_Count, ...], Meta(max_length=_MOST_LAYERS)] = ()
    part: _Count = 0
    term: _Count | None = None
    focus: Focus | None = None
    view: Annotated[str, Meta(pattern=r"^[a-z]{1,16}\Z")] = "network"
    logarithmic: bool = False
    against: Order | None = None
    table: Table = Table()
    breaks: Annotated[tuple[tuple[_Count, _Count], ...], Meta(max_length=_MOST_BREAKS)] = ()


_hellos = msgspec.json.Decoder(Hello)
_states = msgspec.json.Decoder(State)


def encode(said: Hello | State) -> bytes:
    """Return a message as a line. The units of a network with too many layers are left out."""
    if isinstance(said, State) and len(said.units) > _MOST_LAYERS:
        said = msgspec.structs.replace(said, units=())
    return msgspec.json.encode(said) + b"\n"


def decode_hello(line: bytes) -> Hello:
    """Return what a line says.

    Raises:
        ProtocolError: it is no hello of this version.
    """
    try:
        return _hellos.decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ProtocolError(str(error)) from None


def decode_state(line: bytes) -> State:
    """Return what a line says.

    Raises:
        ProtocolError: it is no state, or one of its fields is not what it should be.
    """
    try:
        state = _states.decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ProtocolError(str(error)) from None
    if state.order not in ORDERS or state.against not in (None, *ORDERS):
        raise ProtocolError("there is no such order")
    if state.scenario is not None and not is_name(state.scenario):
        raise ProtocolError("this can't be the name of a scenario")
    if state.focus is not None and not is_quantity(state.focus.quantity):
        raise ProtocolError("there is no such quantity")
    return state


class Lines:
    """Takes in bytes as they come, and gives the latest complete line."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._begun = b""

    def feed(self, data: bytes) -> bytes | None:
        """Return the last line that has been completed; None if there is none.

        Raises:
            ProtocolError: a line is longer than allowed.
        """
        complete, newline, rest = data.rpartition(b"\n")
        if not newline:
            complete, rest = b"", self._begun + data
        if len(rest) >= self._longest:
            raise ProtocolError(f"a line of more than {self._longest} bytes")
        if not newline:
            self._begun = rest
            return None
        line = complete.rpartition(b"\n")[2] if b"\n" in complete else self._begun + complete
        self._begun = rest
        if len(line) >= self._longest:
            raise ProtocolError(f"a line of more than {self._longest} bytes")
        return line
