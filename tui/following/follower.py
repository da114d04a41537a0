"""How does a follower learn what its leader looks at, also when the leader comes and goes?"""

from __future__ import annotations

import asyncio
import random
import select
import time
from typing import TYPE_CHECKING, cast

from tui.following.names import LessonError, connect
from tui.following.protocol import LONGEST_STATE, Hello, Lines, ProtocolError, decode_state, encode
from tui.meanwhile.tasks import go_on

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

    from tui.telling.state import State

_PATIENCE = 5.0  # seconds to wait for the first state
_AGAIN = (1.0, 3.0)  # seconds between two tries to connect; not the same for a whole class


def ask(folder: Path | None, name: str) -> State:
    """Return what a leader looks at now; waits for a few seconds at most.

    Raises:
        LessonError: nobody leads, or nothing that can be understood comes back.
    """
    lines = Lines(LONGEST_STATE)
    stop = time.monotonic() + _PATIENCE
    with connect(folder, name) as connection:
        try:
            connection.sendall(encode(Hello(1)))
            while select.select([connection], [], [], max(0.0, stop - time.monotonic()))[0]:
                data = connection.recv(1 << 16)
                if not data:
                    raise LessonError(f"bp-tui: the leader of {name!r} has left.")
                line = lines.feed(data)
                if line is not None:
                    return decode_state(line)
        except (OSError, ProtocolError):
            raise LessonError(f"bp-tui: the leader of {name!r} can't be understood.") from None
    raise LessonError(f"bp-tui: {name!r} is not being led yet; give a SCENARIO, or try again.")


class Follower:
    """Follows a lesson for as long as the app runs.

    `told` is called with each state that comes, and with None when the leader has gone.
    """

    def __init__(self, folder: Path | None, name: str, told: Callable[[State | None], None]) -> None:
        self._folder = folder
        self._name = name
        self._told = told
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; a leader that is gone is looked for again and again."""
        self._task = go_on(self._run(), "follow the leader")

    def close(self) -> None:
        """Give up at once."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _tell(self, state: State) -> None:
        if self._task is not None:  # else it was given up as the state came
            self._told(state)

    async def _run(self) -> None:
        while True:
            try:
                connection = connect(self._folder, self._name)
            except LessonError:
                pass
            else:
                await self._listen(connection)
            self._told(None)
            await asyncio.sleep(random.uniform(*_AGAIN))  # noqa: S311  not a secret

    async def _listen(self, connection: socket.socket) -> None:
        """Listen until the leader is gone."""
        link = _Link(self._tell)
        transport, _ = await asyncio.get_running_loop().create_unix_connection(lambda: link, sock=connection)
        try:
            await link.ended.wait()
        finally:
            transport.abort()


class _Link(asyncio.Protocol):
    """One connection to a leader."""

    def __init__(self, told: Callable[[State], None]) -> None:
        self.ended = asyncio.Event()
        self._told = told
        self._lines = Lines(LONGEST_STATE)
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say hello."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(encode(Hello(1)))

    def data_received(self, data: bytes) -> None:
        """Tell the latest state; what is no state ends the connection."""
        try:
            line = self._lines.feed(data)
            state = None if line is None else decode_state(line)
        except ProtocolError:
            assert self._transport is not None
            self._transport.abort()
            return
        if state is not None:
            # Not from here, where whatever goes wrong would be taken for a fault of the connection.
            asyncio.get_running_loop().call_soon(self._told, state)

    def connection_lost(self, reason: Exception | None) -> None:  # noqa: ARG002
        """Say that the leader is gone."""
        self.ended.set()
