"""How does a leader tell its followers what it looks at, without ever waiting for one?

Each follower has a small buffer in the kernel. While that is full, only the latest state is kept for
it here; a follower that reads again gets that one. What a follower sends beyond its hello ends its
connection: nobody but the leader has a say.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from tui.following.protocol import LONGEST_HELLO, ProtocolError, decode_hello, encode

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.following.names import Claim
    from tui.telling.state import State

_MOST_FOLLOWERS = 500
_KERNEL_BUFFER = 8192  # bytes: a few dozen states
_PATIENCE = 5.0  # seconds to say hello in


class Leader:
    """Serves one lesson; `counted` is called with the number of followers whenever it changes."""

    def __init__(self, claim: Claim, counted: Callable[[int], None]) -> None:
        self._claim = claim
        self._counted = counted
        self._server: asyncio.Server | None = None
        self._closed = False
        self._latest = b""
        self._connections: set[_Connection] = set()
        self._followers: set[_Connection] = set()

    async def start(self) -> None:
        """Let followers in."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_unix_server(lambda: _Connection(self), sock=self._claim.listening)

    def publish(self, state: State) -> None:
        """Send a state to every follower; those who come later get it too."""
        line = encode(state)
        if line == self._latest:
            return
        self._latest = line
        for follower in self._followers:
            follower.send(line)

    def close(self) -> None:
        """Send everybody away; once more does nothing."""
        if self._closed:
            return
        self._closed = True
        if self._server is not None:
            self._server.close()
        for connection in [*self._connections]:
            connection.cut()
        self._claim.release()

    # -- what connections report ------------------------------------------------------------------

    def connected(self, connection: _Connection) -> bool:
        """Return whether there is room for one more."""
        if len(self._connections) >= _MOST_FOLLOWERS:
            return False
        self._connections.add(connection)
        return True

    def greeted(self, connection: _Connection) -> None:
        """Count a follower that has said hello, and tell it what the others know."""
        self._followers.add(connection)
        if self._latest:
            connection.send(self._latest)
        self._counted(len(self._followers))

    def gone(self, connection: _Connection) -> None:
        """Forget a connection that has ended."""
        self._connections.discard(connection)
        if connection in self._followers:
            self._followers.remove(connection)
            if not self._closed:
                self._counted(len(self._followers))


class _Connection(asyncio.Protocol):
    """One follower, as its leader sees it."""

    def __init__(self, leader: Leader) -> None:
        self._leader = leader
        self._transport: asyncio.Transport | None = None
        self._impatience: asyncio.TimerHandle | None = None
        self._heard = b""
        self._greeted = False
        self._full = False
        self._kept: bytes | None = None  # the latest state that a full buffer has no room for

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the hello."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=0)
        with suppress(OSError):
            link: socket.socket = transport.get_extra_info("socket")
            link.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _KERNEL_BUFFER)
        if not self._leader.connected(self):
            self.cut()
            return
        self._impatience = asyncio.get_running_loop().call_later(_PATIENCE, self._expect_hello)

    def data_received(self, data: bytes) -> None:
        """Take the hello, and nothing else."""
        self._heard += data
        hello, newline, more = self._heard.partition(b"\n")
        if self._greeted or more or len(self._heard) > LONGEST_HELLO:
            self.cut()
        elif newline:
            try:
                decode_hello(hello)
            except ProtocolError:
                self.cut()
            else:
                self._heard = b""
                self._greeted = True
                self._leader.greeted(self)

    def send(self, line: bytes) -> None:
        """Send a line at once, or keep it until there is room; a newer one then takes its place."""
        assert self._transport is not None
        if self._full:
            self._kept = line
        elif not self._transport.is_closing():
            self._transport.write(line)

    def pause_writing(self) -> None:
        """Hold back: the follower doesn't read."""
        self._full = True

    def resume_writing(self) -> None:
        """Send what is the latest by now."""
        self._full = False
        if self._kept is not None:
            line, self._kept = self._kept, None
            self.send(line)

    def connection_lost(self, reason: Exception | None) -> None:  # noqa: ARG002
        """Forget about it."""
        if self._impatience is not None:
            self._impatience.cancel()
        self._leader.gone(self)

    def cut(self) -> None:
        """End the connection now."""
        if self._transport is not None:
            self._transport.abort()

    def _expect_hello(self) -> None:
        if not self._greeted:
            self.cut()
