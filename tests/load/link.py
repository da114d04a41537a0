"""What does a slow line do to a login? A relay that lets bytes through at a rate, and late."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable

#: Bytes of a packet: what is on the line at once.
_PACKET: Final = 1460


class SlowLink:
    """A port that leads to another, over a line with a rate in bytes a second and a delay each way."""

    def __init__(self, port: int, bytes_per_second: float, delay: float) -> None:
        self._to = port
        self._rate = bytes_per_second
        self._delay = delay
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._ends: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *exception: object) -> None:
        for end in [self._listening, *self._ends]:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        for end in [self._listening, *self._ends]:
            end.close()

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
                self._ends += [near, far]
                for source, sink in ((near, far), (far, near)):
                    on_the_way: SimpleQueue[tuple[float, bytes]] = SimpleQueue()
                    self._start(self._enter, source, on_the_way)
                    self._start(self._leave, on_the_way, sink)

    def _enter(self, source: socket.socket, on_the_way: SimpleQueue[tuple[float, bytes]]) -> None:
        """Put bytes on the line, one packet after the other; no bytes are the end."""
        data = b"?"
        while data:
            try:
                data = source.recv(_PACKET)
            except OSError:
                data = b""
            time.sleep(len(data) / self._rate)
            on_the_way.put((time.monotonic() + self._delay, data))

    def _leave(self, on_the_way: SimpleQueue[tuple[float, bytes]], sink: socket.socket) -> None:
        """Hand over what arrives."""
        with suppress(OSError):
            while True:
                arrives, data = on_the_way.get()
                time.sleep(max(0.0, arrives - time.monotonic()))
                if not data:
                    sink.shutdown(socket.SHUT_WR)
                    return
                sink.sendall(data)
