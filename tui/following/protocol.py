"""What do a leader and its followers say to each other? Small JSON lines.

A follower says hello once and never speaks again. The leader sends its state whenever it changes: all
of it, so that only the latest line counts and any older one may be lost.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from tui.telling.state import MOST_LAYERS, State, nonsense_in

LONGEST_HELLO = 64
"""Bytes of a hello with its newline: all that a follower may ever send."""
LONGEST_STATE = 1 << 15
"""Bytes of a state with its newline."""


class ProtocolError(ValueError):
    """The other side says something that it may not."""


class Hello(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a follower says first, and the version of the protocol that it speaks."""

    version: Literal[1]


_hellos = msgspec.json.Decoder(Hello)
_states = msgspec.json.Decoder(State)


def encode(said: Hello | State) -> bytes:
    """Return a message as a line. The units of a network with too many layers are left out."""
    if isinstance(said, State) and len(said.units) > MOST_LAYERS:
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
    for nonsense in nonsense_in(state):
        raise ProtocolError(nonsense.says)
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
