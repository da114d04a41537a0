"""How is what takes long made while the keyboard is answered?

In a thread, as a single product of large arrays takes longer than a piece of `tui.meanwhile.background` may.
It alone computes the runs that are large, one thing after the other: first where a key leads, then what is
looked at, then what is run in the background. What comes first doesn't wait for what is being made, if that
can be made anew or gone on with. What nobody waits for any more is left where it stands; Python lets a thread
be told so.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
from contextlib import suppress
from contextvars import Context, copy_context
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from engine.apart import WHOLE, leave_to
from tui.meanwhile.background import ASKED, DRAWN, HEIGHT, MOVE, OTHER_RUN, RUN, SENSE, SESSION

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_SWITCH, _USUAL = 0.0005, 0.005  # seconds
_NEVER = 1 << 30
AGAIN = 0.02  # seconds until it is tried again to leave what is to be done whole


class _LeftError(BaseException):
    """What is being made is wanted no more."""


class _Job(NamedTuple):
    name: str
    what: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[BaseException], None]
    loop: asyncio.AbstractEventLoop
    context: Context
    finished: threading.Event

    @property
    def rank(self) -> int:
        """How many kinds of things come before it."""
        return 0 if self.name in (MOVE, ASKED, OTHER_RUN) else 2 if self.name == RUN else 1

    @property
    def again(self) -> bool:
        """Whether it may be left for another one, and be made after that: the others go on step by step."""
        return self.name in (RUN, HEIGHT, SENSE) or self.name.startswith(DRAWN)

    def tell(self, call: Callable[[Any], None], result: object) -> None:
        self.finished.set()
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(call, result, context=self.context)


class Maker:
    """Makes one thing after the other in a thread of its own, which begins with the first.

    One that `computes` is the only one that computes large runs, and there is one at most; others read files.
    """

    def __init__(self, *, computes: bool = True) -> None:
        self._computes = computes
        self._jobs: dict[str, _Job] = {}
        self._now: _Job | None = None
        self._left: _Job | None = None
        self._told: _Job | None = None  # that it is to be left, for good or for another one
        self._swallowed = False  # the word
        self._running: _Job | None = None  # what may be left, by a word thrown into the thread
        self._gate = threading.RLock()
        self._ended = False
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._collecting = gc.get_threshold()

    def make(self, name: str, what: Callable[[], T], done: Callable[[T], None], wait: float = 0.0) -> None:
        """Make something, then call `done` with it in the event loop; what was wanted under this name isn't.

        Whatever goes wrong is raised there. It is waited for so long, so that what is quick comes with the
        key that asked for it.
        """
        if self._ended:
            return

        def failed(error: BaseException) -> None:
            raise error

        self.leave(name)
        loop = asyncio.get_running_loop()
        job = _Job(name, what, done, failed, loop, copy_context(), threading.Event())
        self._put(job)
        if wait:
            job.finished.wait(wait)

    async def made(self, name: str, what: Callable[[], T]) -> T:
        """Return what is made; who is cancelled leaves it."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def done(result: T) -> None:
            if not future.done():
                future.set_result(result)

        def failed(error: BaseException) -> None:
            if not future.done():
                future.set_exception(error)

        job = _Job(name, what, done, failed, loop, copy_context(), threading.Event())
        self._put(job)
        try:
            return await future
        except asyncio.CancelledError:
            self._leave(job)
            raise

    def leave(self, name: str) -> None:
        """Make no more what is wanted under a name."""
        with self._wake:
            self._jobs = {key: job for key, job in self._jobs.items() if job.name != name}
            now = self._now
        if now is not None and now.name == name:
            self._leave(now)

    def leave_looking(self) -> None:
        """Make nothing more of what was asked of a run that is looked at no more.

        Who runs one in the background, or comes back to a session, says himself that he doesn't want it.
        """
        self._leave_all_but((RUN, SESSION))

    def leave_all(self) -> None:
        """Make nothing more of what is wanted by now."""
        self._leave_all_but(())

    def _leave_all_but(self, names: tuple[str, ...]) -> None:
        with self._wake:
            self._jobs = {key: job for key, job in self._jobs.items() if job.name in names}
            now = self._now
        if now is not None and now.name not in names:
            self._leave(now)

    @property
    def busy(self) -> bool:
        """Whether something is being made."""
        return self._now is not None or bool(self._jobs)

    def makes(self, name: str) -> bool:
        """Return whether something is wanted under a name and isn't there yet."""
        with self._wake:
            wanted = [self._now, *self._jobs.values()]
            return any(job is not None and job.name == name and job is not self._left for job in wanted)

    def end(self) -> None:
        """Make nothing more, and wait for nothing."""
        self._ended = True
        if self._computes:
            leave_to(None)
            sys.setswitchinterval(_USUAL)
            gc.set_threshold(*self._collecting)
        self.leave_all()
        with self._wake:
            self._wake.notify()

    def _put(self, job: _Job) -> None:
        with self._wake:
            self._jobs[f"{job.name} {id(job)}"] = job
            self._wake.notify()
            now = self._now
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="maker", daemon=True)
            if self._computes:
                # Whoever answers a key gets the interpreter back sooner than it is usual among threads.
                sys.setswitchinterval(_SWITCH)
                # A large run may be millions of objects: nobody could go on while all are looked through.
                self._collecting = gc.get_threshold()
                gc.set_threshold(*self._collecting[:2], _NEVER)
            self._thread.start()
            if self._computes:
                leave_to(self._thread.ident)
        if now is not None:
            self._make_way(now)

    def _make_way(self, job: _Job) -> None:
        """Have a thing left for now if what comes before it waits; what is to be done whole is waited for."""
        with self._wake:
            waits = any(one.rank < job.rank for one in self._jobs.values())
            if not waits or not job.again or self._now is not job:
                return
            if self._left is job or self._told is job:
                return
            self._told = job
        self._tell_to_leave(job, self._make_way)

    def _leave(self, job: _Job) -> None:
        """Have a thing left where it stands; what is to be done whole is left when it is done."""
        with self._wake:
            self._jobs = {key: one for key, one in self._jobs.items() if one is not job}
            if self._now is not job:
                return
            self._left = job
            if self._told is job:
                return
            self._told = job
        self._tell_to_leave(job, self._leave)

    def _tell_to_leave(self, job: _Job, again: Callable[[_Job], None]) -> None:
        self._swallowed = not self._throw(job)
        self._look_again(job, again)

    def _look_again(self, job: _Job, again: Callable[[_Job], None]) -> None:
        """Have it told once more, if it could not be, or what was thrown was swallowed; else look later.

        Not at once: thrown into who hears that it was swallowed, it would be again.
        """
        if self._now is not job or job.loop.is_closed():
            return
        if self._swallowed:
            self._told = None
            job.loop.call_later(AGAIN, again, job)
        else:
            job.loop.call_later(AGAIN, self._look_again, job, again)

    def _throw(self, job: _Job) -> bool:
        """Have the thread leave a thing; return whether it could be told, once at most."""
        if self._thread is None or self._thread.ident is None or not WHOLE.acquire(blocking=False):
            return False
        try:
            with self._gate:
                if self._running is not job or _must_not_hear(self._thread.ident):
                    return False
                import ctypes  # rarely needed

                _hear_of_swallowed()
                kind = ctypes.py_object(_LeftError)
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread.ident), kind)
                return True
        finally:
            WHOLE.release()

    # -- in the thread ------------------------------------------------------------------------------

    def _work(self) -> None:
        _AT_WORK[threading.get_ident()] = self
        try:
            self._work_on()
        finally:
            del _AT_WORK[threading.get_ident()]

    def _work_on(self) -> None:
        while (job := self._next()) is not None:
            tell: Callable[[Any], None] = job.failed
            made = True
            result: object = None
            self._running = job
            try:
                try:
                    result = job.context.copy().run(job.what)
                    tell = job.done
                except _LeftError:
                    made = False
                except BaseException as error:  # noqa: BLE001 (raised where it was asked for)
                    result = error
                # From here on nothing more is thrown. What was comes by now, at whichever call: no function
                # of our own may be called for it, as Python looks for it before the function's first line.
                self._gate.acquire()
            except _LeftError:
                pass  # it is made all the same, and nothing is thrown twice
            self._running = None
            with suppress(RuntimeError):  # it came before the gate was reached
                self._gate.release()
            with self._wake:
                self._now = None
                left = self._left is job
                if not made and not left and not self._ended:
                    self._jobs[f"{job.name} {id(job)}"] = job  # others come first
            if made and not left:
                job.tell(tell, result)

    def _next(self) -> _Job | None:
        with self._wake:
            while not self._jobs and not self._ended:
                self._wake.wait()
            if self._ended:
                return None
            key = min(self._jobs, key=lambda one: self._jobs[one].rank)
            self._now = self._jobs.pop(key)
            self._told = None
            return self._now


_AT_WORK: dict[int, Maker] = {}  # by the number of the thread


def _hear_of_swallowed() -> None:
    """Hear of it where Python swallows what was thrown: in `__del__` and a weak reference's callback."""
    if isinstance(sys.unraisablehook, _Hearing):
        return
    sys.unraisablehook = _Hearing(sys.unraisablehook)


class _Hearing:
    """Notes for a maker that its word was swallowed; everything else is told to whom it was told before."""

    def __init__(self, usual: Callable[[sys.UnraisableHookArgs], object]) -> None:
        self._usual = usual

    def __call__(self, swallowed: sys.UnraisableHookArgs) -> None:
        maker = _AT_WORK.get(threading.get_ident())
        if maker is not None and issubclass(swallowed.exc_type, _LeftError):  # it may have no value yet
            maker._swallowed = True  # noqa: SLF001  the same room
        else:
            self._usual(swallowed)


_HEARING = _Hearing.__call__.__code__


def _must_not_hear(thread: int) -> bool:
    """Return whether a thread is importing, or still hearing of a word that was swallowed.

    What it has locked for an import it would leave locked, and what is thrown while it hears is swallowed as
    well, and nobody hears of that.
    """
    frame = sys._current_frames().get(thread)  # noqa: SLF001  nothing else tells
    while frame is not None:
        if frame.f_code is _HEARING or frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
