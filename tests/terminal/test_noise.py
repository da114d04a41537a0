"""Whatever comes in at the keyboard, the app goes on; what a slow line splits destroys nothing."""

from __future__ import annotations

import os
import random
import selectors
import signal
import struct
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.given.some_of import EVERY_CASE
from tests.terminal.line import APP, Line
from tests.work.patience import PATIENCE, wait_until
from tui.app import BackpropApp
from tui.terminal import driver

if TYPE_CHECKING:
    from collections.abc import Iterator

NOISE = {
    "bytes that are not UTF-8": bytes(range(0x80, 0x100)) + b"\xc3\xff\xe2\x82\xf0\x9f",
    "a Latin-1 key": "é".encode("latin-1"),
    "a click beyond column 95, the old way": b"\x1b[M \x80\x21\x1b[M#\xff\xff",
    "an escape sequence without an end": b"\x1b[1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1",
    "a string without an end": b"\x1bP1$r0m\x1b]52;c;AAAA\x1b_x\x1b^y",
    "numbers out of range": b"\x1b[99999999999999999u\x1b[1114112u\x1b[55296u\x1b[1;99999999999999999A",
    "a mouse that nobody asked for": b"\x1b[<0;5;5M\x1b[<0;5;5m\x1b[<99;99999;-3M\x1b[<35;1;1M",
    "sizes that are typed": b"\x1b[48;1;1;1;1t\x1b[48;99999;99999;0;0t\x1b[48;24;80;0;0t\x1b[<0;5;5M",
    "answers that nobody asked for": b"\x1b[?2026;1$y\x1b[?2048;1$y\x1b[?2048;2$y\x1b[9;9R\x1b[?62;22c",
    "focus that comes and goes": b"\x1b[O\x1b[I\x1b[O",
    "escapes": b"\x1b" * 300,
    "NUL and other controls": bytes(code for code in range(32) if code not in (3, 9, 17, 26, 27)),
    "a pasted text": b"\x1b[200~quit q q q\x03\r\n[@click=app.quit]x[/]\x1b[201~",
    "lone surrogates and the last character": b"\xed\xa0\x80\xf4\x8f\xbf\xbf\xf4\x90\x80\x80",
}


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    with Line([*APP, "bptt"]) as line:
        line.shows("step 1 of ")
        yield line


def goes_on(line: Line) -> None:
    """After the noise, and Escape for what it may have opened, the keys do what they did."""
    for _ in range(30):
        line.watch(0.12)
        line.send(b"\x1b\x1b")
        line.watch(0.12)
        line.send(b"1\x1b[Hn")
        # Noise that is still on the way may play, and so come by.
        if _shows(line, "step 2 of "):
            line.send(b"\x1b[H")
            if _shows(line, "step 1 of "):
                return
    line.send(b"1\x1b[Hn")
    line.shows("step 2 of ")
    line.send(b"\x1b[H")
    line.shows("step 1 of ")


def _shows(line: Line, word: str) -> bool:
    line.settle(0.05, 0.2)
    line.catch_up()
    return word in line.terminal.text()


@pytest.mark.parametrize("noise", NOISE)
def test_the_app_goes_on(line: Line, noise: str) -> None:
    line.send(NOISE[noise])
    goes_on(line)
    assert line.terminal.columns == 80


def test_bytes_at_random(line: Line) -> None:
    """All but those that leave the app, in pieces; the screen may be any, and Escape brings it back."""
    chance = random.Random(7)
    unwanted = set(b"qo\x03\x11\x1a\x10")
    for _ in range(30 if EVERY_CASE else 5):
        piece = bytes(byte for byte in chance.randbytes(200) if byte not in unwanted)
        line.send(piece.replace(b"\x1b[200~", b""))
        line.read(0.01)
    goes_on(line)


def test_a_pasted_text_without_an_end_is_over_after_a_silence() -> None:
    with Line([*APP, "neuron"]) as line:
        line.shows("step 1 of ")
        line.send(b"\x1b[200~abc")
        line.settle(0.3, 0.3)
        line.send(b"n")
        line.watch(2.5)
        line.send(b"nn")
        line.shows("step 3 of ")


def test_more_keys_than_can_be_handled() -> None:
    """Noise is not kept until there is time for it; here by an app that keeps a tenth of what one does."""
    keeps = driver._PENDING // 10
    keys = b"npnp]n[p" * 64
    assert 4 * keeps < len(keys) <= driver._LONGEST_READ  # more than are kept, at once
    few = f"import tui.terminal.driver; tui.terminal.driver._PENDING = {keeps}"
    with Line([*APP, "bptt"], first=few) as line:
        line.shows("step 1 of ")
        before = memory(line.pid)
        line.send(keys)
        assert memory(line.pid) - before < 20
        line.until(lambda _: line.settle(0.3, 0.3) == [])
        assert memory(line.pid) - before < 20
        goes_on(line)


def test_a_pasted_text_without_an_end_is_not_kept(line: Line) -> None:
    before = memory(line.pid)
    line.send(b"\x1b[200~")
    for _ in range(1024):
        line.send(b"x" * 1024)
    assert memory(line.pid) - before < 8


@pytest.mark.parametrize("size", [9999, 65535] if EVERY_CASE else [65535])
def test_a_terminal_that_claims_to_be_larger_than_any(size: int) -> None:
    """From the start: the model of the terminal here is as small as ever, and looked at no further."""
    claimed = struct.pack("HHHH", size, size, 0, 0)
    claim = f"import fcntl, termios; fcntl.ioctl(0, termios.TIOCSWINSZ, {claimed!r})"
    with Line([*APP, "mazur"], first=claim) as line:
        line.until(lambda _: b"of 90,000" in line.output())
        line.settle(0.5, 2.0)
        peak = Path(f"/proc/{line.pid}/status").read_text().partition("VmHWM:")[2].split()[0]
        assert int(peak) < 120 * 1024
        line.send(b"q")
        assert line.gone() == 0


def memory(pid: int) -> float:
    """Return the memory of a process in MiB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def split(line: Line, letters: bytes) -> None:
    for letter in letters:
        for part in (b"\x1b", b"[", bytes([letter])):
            line.send(part)
            line.watch(0.12)


def test_an_arrow_that_a_slow_line_splits_leaves_nothing() -> None:
    """It comes as Escape, `[` and a letter; neither the app nor the picker that it began with is left."""
    for words, letters, shown in ((["neuron"], b"ABCD", "step 1 of "), ([], b"B", "which scenario?")):
        with Line([*APP, *words]) as line:
            line.shows(shown)
            split(line, letters)
            line.picture()
            assert not line.ended
            line.shows(shown)


def test_noise_is_no_reason_to_miss_a_signal(line: Line) -> None:
    line.send(NOISE["escapes"])
    os.kill(line.pid, signal.SIGTERM)
    assert line.gone() == 128 + signal.SIGTERM
    line.is_as_it_was()


def test_a_word_typed_at_once_into_the_list_of_scenarios() -> None:
    with Line([*APP, "mazur"]) as line:
        line.shows("step 1 of 90,000")
        for keys, typed, opened in (
            (b"o/neuron", "\n neuron\n", "step 1 of 50 "),
            (b"oG/bptt", "\n bptt\n", "step 1 of 320 "),
        ):
            line.send(keys)
            line.shows(typed)
            line.send(b"\r")
            line.shows(opened)


async def test_who_types_nothing_wakes_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """While a sequence or a text may be unfinished it looks again and again; then it sleeps until it ends."""
    monkeypatch.setattr(driver, "_SILENCE", 0.0)
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # those of the tests stay theirs
    waits: list[float | None] = []

    class Selector(selectors.DefaultSelector):
        def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
            waits.append(timeout)
            return super().select(timeout)

    monkeypatch.setattr(selectors, "DefaultSelector", Selector)
    keyboard, typed = os.pipe()
    one = driver.SteadyDriver(BackpropApp(None), size=(80, 24))
    one.fileno = keyboard
    one.process_message = lambda message: None  # type: ignore[method-assign]
    thread = threading.Thread(target=one.run_input_thread, daemon=True)
    thread.start()
    for so_far in (1, 3):
        wait_until(lambda: len(waits) == so_far)  # noqa: B023  in this round
        assert waits[-1] is None
        os.write(typed, b"n")
    wait_until(lambda: len(waits) == 5)
    assert waits == [None, driver._TICK, None, driver._TICK, None]
    one.exit_event.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()
