"""Is it worked out once, and does nobody wait for another's?"""

from __future__ import annotations

import threading

from engine.once import once
from tests.work.patience import PATIENCE


class Slow:
    def __init__(self, go: threading.Event) -> None:
        self.began, self._go, self.times = threading.Event(), go, 0

    @once
    def number(self) -> int:
        self.began.set()
        assert self._go.wait(PATIENCE)
        self.times += 1
        return self.times


def test_who_asks_one_object_does_not_wait_for_another() -> None:
    never, at_once = threading.Event(), threading.Event()
    at_once.set()
    slow, quick = Slow(never), Slow(at_once)
    found: list[int] = []
    one = threading.Thread(target=lambda: found.append(slow.number), daemon=True)
    other = threading.Thread(target=lambda: found.append(quick.number), daemon=True)
    one.start()
    assert slow.began.wait(PATIENCE)
    other.start()
    other.join(PATIENCE)
    assert found == [1]
    never.set()
    one.join(PATIENCE)
    assert found == [1, 1] == [slow.number, quick.number]
    assert isinstance(Slow.number, once)
