"""Is what takes long made apart from who waits for it, left where nobody does, and never left half done?"""

from __future__ import annotations

import asyncio
import dis
import gc
import itertools
import sys
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from engine import apart, load, trace
from engine.apart import WHOLE, NotAtHandError
from engine.catalog import find
from tests.work.patience import PATIENCE
from tui.meanwhile import maker as maker_module
from tui.meanwhile.background import Background
from tui.meanwhile.maker import Maker
from tui.meanwhile.reader import Reader
from tui.meanwhile.wanted import DRAWN, MOVE, RUN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from engine.run.tracing import Trace


@pytest.fixture
def maker() -> Iterator[Maker]:
    one = Maker()
    yield one
    one.end()


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> Trace:
    monkeypatch.setattr(apart, "MOST_PARAMETERS", 0)
    return trace(load(find("mazur")))


def _work_on(began: threading.Event) -> None:
    began.set()  # once: whoever is left while he sets it leaves it locked
    while True:
        time.sleep(0.0005)


class Endless:
    """Works until it is left."""

    def __init__(self) -> None:
        self.began, self.left = threading.Event(), threading.Event()

    def __call__(self) -> None:
        try:
            _work_on(self.began)
        finally:
            self.left.set()


class Deaf(Endless):
    """Is told to leave first where Python swallows what is raised, and only then where it works.

    What is raised may leave an event locked for ever: `began` is set by nobody who goes on after that.
    """

    class Swallowing:
        def __init__(self, began: threading.Event) -> None:
            self.began = began

        def __del__(self) -> None:
            _work_on(self.began)

    def __call__(self) -> None:
        self.Swallowing(self.began)
        try:
            while True:
                pass
        finally:
            self.left.set()


async def until(event: threading.Event) -> None:
    async with asyncio.timeout(PATIENCE):
        while not event.is_set():
            await asyncio.sleep(0.001)


async def test_what_is_wanted_no_more_is_left_where_it_stands(maker: Maker) -> None:
    endless, told = Endless(), list[int]()
    maker.make("view", endless, lambda _: told.append(0))
    await until(endless.began)
    maker.make("view", lambda: 1, told.append)
    await until(endless.left)
    assert await asyncio.wait_for(maker.made("other", lambda: 2), PATIENCE) == 2
    assert told == [1]


async def test_a_word_that_was_swallowed_is_said_again(maker: Maker) -> None:
    deaf, told = Deaf(), list[int]()
    maker.make("view", deaf, lambda _: told.append(0))
    await until(deaf.began)
    maker.make("view", lambda: 1, told.append)
    await until(deaf.left)
    assert await asyncio.wait_for(maker.made("other", lambda: 2), PATIENCE) == 2
    assert told == [1]


async def test_a_word_may_be_swallowed_before_it_is_known_that_it_was_said(
    maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaf, throw = Deaf(), maker._throw

    def threw(job: maker_module._Job) -> bool:
        thrown = throw(job)
        while thrown and not maker._swallowed and not deaf.left.is_set():
            time.sleep(0.001)
        return thrown

    maker.make("view", deaf, lambda _: None)
    await until(deaf.began)
    monkeypatch.setattr(maker, "_throw", threw)
    maker.leave("view")
    await until(deaf.left)


async def test_what_did_not_hear_that_it_is_to_make_way_hears_that_it_is_left(maker: Maker) -> None:
    deaf = Deaf()
    maker.make(RUN, deaf, lambda _: None)
    await until(deaf.began)
    maker.make(MOVE, lambda: None, lambda _: None)
    maker.leave(MOVE)
    maker.leave(RUN)
    await until(deaf.left)


async def test_who_begins_to_import_as_the_word_is_said_hears_it_afterwards(
    maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, goes_on, imported, left = (threading.Event() for _ in range(4))

    def work() -> None:
        try:
            began.set()
            goes_on.wait(PATIENCE)
            imported.set()
            while True:
                time.sleep(0.0005)
        finally:
            left.set()

    maker.make("view", work, lambda _: None)
    await until(began)
    await asyncio.sleep(0.02)  # until it waits: there it hears nothing
    imports: Iterator[bool] = itertools.chain([False], itertools.repeat(True))
    monkeypatch.setattr(maker_module, "_must_not_hear", lambda _: next(imports))
    maker.leave("view")
    goes_on.set()
    await until(imported)
    assert not left.is_set()
    imports = itertools.repeat(False)
    await until(left)


@pytest.mark.parametrize("leave", [
    lambda maker: maker.leave("view"),
    lambda maker: maker.leave_looking(),
    lambda maker: maker.end(),
    lambda maker: maker.make("view", lambda: 2, lambda _: None),
])  # fmt: skip
async def test_of_what_is_wanted_no_more_nothing_is_told_though_it_is_made(
    maker: Maker, leave: Callable[[Maker], None]
) -> None:
    told: list[int] = []
    maker.make("view", lambda: 1, told.append, PATIENCE)
    await asyncio.sleep(0)
    assert told == [1]
    maker.make("view", lambda: 1, told.append, PATIENCE)
    assert not maker.makes("view")
    leave(maker)
    await asyncio.sleep(0.05)
    assert told == [1]


async def test_after_the_end_nothing_is_begun() -> None:
    maker, began = Maker(), threading.Event()
    maker.end()
    task = asyncio.create_task(maker.made(RUN, began.set))
    await asyncio.sleep(0.05)
    task.cancel()
    assert maker._thread is None
    assert not began.is_set()


@pytest.mark.parametrize("line", range(1, 8))
async def test_what_is_read_at_whichever_moment_comes_at_once_or_later_but_not_both(line: int) -> None:
    reader, told, goes_on, passed = Reader(), list[int](), threading.Event(), 0

    def by_line(frame: FrameType, event: str, _: object) -> Callable[..., Any] | None:
        nonlocal passed
        if frame.f_code is not Reader.read.__code__:
            return None
        passed += event == "line"
        if passed == line and not goes_on.is_set():
            goes_on.set()
            time.sleep(0.02)
        return by_line

    sys.settrace(by_line)
    try:
        at_once = reader.read("file", lambda: int(goes_on.wait(PATIENCE)), told.append, 0.0)
    finally:
        sys.settrace(None)
    assert at_once == bool(told)
    goes_on.set()
    async with asyncio.timeout(PATIENCE):
        while not told:
            await asyncio.sleep(0.001)
    assert told == [1]
    reader.end()


class Thrower:
    """Throws the word to leave once where Python would: as a function begins, after a call."""

    def __init__(self, maker: Maker, place: int) -> None:
        self.maker, self.left_to_pass = maker, place
        self.after_a_call: dict[FrameType, bool] = {}

    def __call__(self, frame: FrameType, event: str, _: object) -> Thrower | None:
        if frame.f_code.co_filename != maker_module.__file__:
            return None
        frame.f_trace_opcodes = True
        if event == "call" or (event == "opcode" and self.after_a_call.get(frame)):
            self._come_by()
        if event == "opcode":
            name = dis.opname[frame.f_code.co_code[frame.f_lasti]]
            self.after_a_call[frame] = name.startswith("CALL")
        return self

    def _come_by(self) -> None:
        if self.maker._running is None or self.left_to_pass < 0:
            return
        self.left_to_pass -= 1
        if self.left_to_pass < 0:
            raise maker_module._LeftError


async def test_wherever_the_word_comes_it_is_made_and_the_next_thing_too() -> None:
    for place in itertools.count():
        maker = Maker(computes=False)
        thrower = Thrower(maker, place)
        threading.settrace(thrower)
        try:
            first = maker.made("view", lambda: 1)
            assert await asyncio.wait_for(first, PATIENCE) == 1, place
        finally:
            threading.settrace(None)
        assert await asyncio.wait_for(maker.made("other", lambda: 2), PATIENCE) == 2, place
        maker.end()
        if thrower.left_to_pass >= 0:
            assert place > 2  # it was thrown at a place at least, and then at all of them
            return


async def test_who_gives_up_leaves_what_is_made_for_him(maker: Maker) -> None:
    endless = Endless()
    task = asyncio.create_task(maker.made("search", endless))
    await until(endless.began)
    task.cancel()
    await until(endless.left)


async def test_the_end_waits_for_nothing(maker: Maker) -> None:
    endless = Endless()
    maker.make("view", endless, lambda _: None)
    await until(endless.began)
    maker.end()
    await until(endless.left)


async def test_what_is_to_be_done_whole_is_not_left_half_done(maker: Maker) -> None:
    began, goes_on, whole, after = (threading.Event() for _ in range(4))

    def work() -> None:
        with WHOLE:
            began.set()
            goes_on.wait(PATIENCE)
            whole.set()
        while True:
            after.wait(0.001)

    told: list[None] = []
    maker.make("view", work, told.append)
    await until(began)
    maker.leave("view")
    assert not whole.is_set()
    goes_on.set()
    assert await asyncio.wait_for(maker.made("other", whole.is_set), PATIENCE)
    assert told == []


async def test_wishes_that_change_all_the_time_leave_it_able_to_make(maker: Maker) -> None:
    def count(rounds: int) -> int:
        return sum(1 for _ in range(rounds))

    told: list[int] = []
    for wish in range(600):
        maker.make("view", partial(count, wish % 97 * 20), told.append)
        await asyncio.sleep(0)
    assert await asyncio.wait_for(maker.made("last", lambda: 7), PATIENCE) == 7
    assert len(told) <= 600
    assert told[-1] == 599 % 97 * 20


async def test_what_is_looked_at_comes_before_what_is_run(maker: Maker) -> None:
    begin, made = threading.Event(), list[str]()
    maker.make("first", lambda: begin.wait(PATIENCE), lambda _: None)
    run = asyncio.create_task(maker.made("run", lambda: made.append("run")))
    await asyncio.sleep(0)
    view = asyncio.create_task(maker.made("view", lambda: made.append("view")))
    await asyncio.sleep(0)
    begin.set()
    await asyncio.wait_for(asyncio.gather(run, view), PATIENCE)
    assert made == ["view", "run"]


async def test_a_fault_comes_to_who_asked(maker: Maker) -> None:
    with pytest.raises(ZeroDivisionError):
        await asyncio.wait_for(maker.made("view", lambda: 1 // 0), PATIENCE)


async def test_the_maker_alone_computes_a_large_run(maker: Maker, large: Trace) -> None:
    assert large.large
    there = await asyncio.wait_for(maker.made("view", lambda: large.iteration(0)), PATIENCE)
    assert large.iteration(0) is there  # what is at hand can be looked at by all
    for asked in (lambda: large.iteration(1), lambda: large.advance(1), lambda: large.parameters(3)):
        with pytest.raises(NotAtHandError):
            asked()
    maker.end()
    large.advance(1)


async def test_a_large_run_goes_on_apart_to_the_same_losses(maker: Maker, large: Trace) -> None:
    running = Background(large, lambda: None, maker)
    arrived = asyncio.Event()
    running.when(40, arrived.set)
    running.start()
    await asyncio.wait_for(arrived.wait(), PATIENCE)
    running.stop()
    maker.end()
    small = trace(large.scenario)
    small.advance(40)
    assert (large.losses.values()[:40] == small.losses.values()[:40]).all()


class Anew(Endless):
    """Works until it is left, and has done when it is made anew."""

    def __init__(self) -> None:
        super().__init__()
        self.times = 0

    def __call__(self) -> None:
        self.times += 1
        if self.times == 1:
            super().__call__()


@pytest.mark.parametrize("name", [RUN, f"{DRAWN} main"])
async def test_where_a_key_leads_waits_for_nothing_that_can_be_made_anew(maker: Maker, name: str) -> None:
    anew, made = Anew(), list[str]()
    maker.make(name, anew, lambda _: made.append(name))
    await until(anew.began)
    maker.make(MOVE, lambda: anew.times, lambda times: made.append(f"{MOVE} after {times}"))
    await asyncio.wait_for(maker.made("last", lambda: None), PATIENCE)
    while len(made) < 2:
        await asyncio.sleep(0.001)
    assert made == [f"{MOVE} after 1", name]
    assert anew.times == 2


async def test_what_is_looked_at_waits_for_no_run_and_a_run_for_nothing_but_that(maker: Maker) -> None:
    anew, other, made = Anew(), Endless(), list[str]()
    maker.make(RUN, anew, lambda _: made.append(RUN))
    await until(anew.began)
    maker.make(f"{DRAWN} main", lambda: None, lambda _: made.append(DRAWN))
    while len(made) < 2:
        await asyncio.sleep(0.001)
    assert made == [DRAWN, RUN]
    # What goes on step by step would be lost: it is waited for, or given up by who wants it.
    maker.make("search", other, lambda _: None)
    await until(other.began)
    maker.make(MOVE, lambda: None, lambda _: made.append(MOVE))
    assert maker.makes("search")
    assert not other.left.is_set()
    maker.leave("search")
    while made[-1] != MOVE:
        await asyncio.sleep(0.001)


async def test_what_has_made_way_may_still_be_given_up(maker: Maker) -> None:
    anew, made, goes_on = Anew(), list[str](), threading.Event()
    maker.make(RUN, anew, lambda _: made.append(RUN))
    await until(anew.began)
    maker.make(MOVE, lambda: goes_on.wait(PATIENCE), lambda _: made.append(MOVE))
    await until(anew.left)
    maker.leave(RUN)
    goes_on.set()
    await asyncio.wait_for(maker.made("last", lambda: None), PATIENCE)
    assert not maker.makes(RUN)
    assert made == [MOVE]
    assert anew.times == 1


async def test_while_large_runs_are_made_their_objects_are_not_looked_through_again_and_again() -> None:
    usual = gc.get_threshold()
    maker = Maker()
    assert await asyncio.wait_for(maker.made("view", gc.get_threshold), PATIENCE) > usual
    maker.end()
    assert gc.get_threshold() == usual
