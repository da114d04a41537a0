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
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from engine.apart import WHOLE, leave_to
from tui.meanwhile.wanted import ASKED, DRAWN, HEIGHT, MOVE, OTHER_RUN, RUN, SENSE, SESSION

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_SWITCH, _USUAL = 0.0005, 0.005  # seconds
_NEVER = 1 << 30
AGAIN = 0.02  # seconds until it is tried again to leave what is to be done whole


class _LeftError(BaseException):
    """What is being made is wanted no more."""


class _Job:
    """Something that is wanted, and who is to be told of it; once it is `made` that is on its way."""

    def __init__(
        self,
        name: str,
        what: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        self.name, self.what, self.done, self.failed = name, what, done, failed
        self.loop, self.context = asyncio.get_running_loop(), copy_context()
        self.finished = threading.Event()
        self.made = False

    @property
    def rank(self) -> int:
        """How many kinds of things come before it."""
        return 0 if self.name in (MOVE, ASKED, OTHER_RUN) else 2 if self.name == RUN else 1

    @property
    def again(self) -> bool:
        """Whether it may be left for another one, and be made after that: the others go on step by step."""
        return self.name in (RUN, HEIGHT, SENSE) or self.name.startswith(DRAWN)


class Maker:
    """Makes one thing after the other in a thread of its own, which begins with the first.

    One that `computes` is the only one that computes large runs, and there is one at most; others read files.
    """

    def __init__(self, *, computes: bool = True) -> None:
        self._computes = computes
        self._jobs: list[_Job] = []  # what is wanted: neither left nor told of
        self._now: _Job | None = None
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

        def failed(error: BaseException) -> None:
            raise error

        self.leave(name)
        job = _Job(name, what, done, failed)
        if self._put(job) and wait:
            job.finished.wait(wait)

    async def made(self, name: str, what: Callable[[], T]) -> T:
        """Return what is made; who is cancelled leaves it."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        def done(result: T) -> None:
            if not future.done():
                future.set_result(result)

        def failed(error: BaseException) -> None:
            if not future.done():
                future.set_exception(error)

        job = _Job(name, what, done, failed)
        self._put(job)
        try:
            return await future
        except asyncio.CancelledError:
            self._leave(lambda one: one is job)
            raise

    def leave(self, name: str) -> None:
        """Make no more what is wanted under a name, and tell nobody of it."""
        self._leave(lambda job: job.name == name)

    def leave_looking(self) -> None:
        """Make nothing more of what was asked of a run that is looked at no more.

        Who runs one in the background, or comes back to a session, says himself that he doesn't want it.
        """
        self._leave(lambda job: job.name not in (RUN, SESSION))

    def leave_all(self) -> None:
        """Make nothing more of what is wanted by now."""
        self._leave(lambda _: True)

    def _leave(self, unwanted: Callable[[_Job], bool]) -> None:
        with self._wake:
            self._jobs = [job for job in self._jobs if not unwanted(job)]
        self._have_left()

    @property
    def busy(self) -> bool:
        """Whether something is being made."""
        return self._now is not None or bool(self._to_be_made())

    def makes(self, name: str) -> bool:
        """Return whether something is wanted under a name and isn't there yet."""
        return any(job.name == name for job in self._to_be_made())

    def _to_be_made(self) -> list[_Job]:
        return [job for job in self._jobs if not job.made]

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

    def _put(self, job: _Job) -> bool:
        """Have something made; return whether it will be: nothing is any more after the end."""
        if self._ended:
            return False
        with self._wake:
            self._jobs = [*self._jobs, job]
            self._wake.notify()
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
        self._have_left()
        return True

    def _have_left(self) -> None:
        """Have what is being made left where it stands, if nobody wants it or what comes before it waits.

        What is to be done whole is waited for, and left when it is done.
        """
        with self._wake:
            job = self._now
            if job is None or job is self._told or not self._is_to_be_left(job):
                return
            self._told = job
        self._swallowed = False  # first: it may be heard of at once
        if not self._throw(job):
            self._swallowed = True
        self._look_again(job)

    def _is_to_be_left(self, job: _Job) -> bool:
        if job not in self._jobs:
            return True
        return job.again and any(one.rank < job.rank for one in self._to_be_made())

    def _look_again(self, job: _Job) -> None:
        """Have it told once more, if it could not be, or what was thrown was swallowed; else look later.

        Not at once: thrown into who hears that it was swallowed, it would be again.
        """
        if self._now is not job or job.loop.is_closed():
            return
        if self._swallowed:
            self._told = None
            job.loop.call_later(AGAIN, self._have_left)
        else:
            job.loop.call_later(AGAIN, self._look_again, job)

    def _throw(self, job: _Job) -> bool:
        """Have the thread leave a thing; return whether it could be told, once at most."""
        import ctypes  # rarely needed

        thread = self._thread.ident if self._thread is not None else None
        _hear_of_swallowed()
        if thread is None or not WHOLE.acquire(blocking=False):
            return False
        throw = partial(ctypes.pythonapi.PyThreadState_SetAsyncExc, ctypes.c_ulong(thread))
        try:
            with self._gate:
                if self._running is not job or _must_not_hear(thread):
                    return False
                throw(ctypes.py_object(_LeftError))
                if not _must_not_hear(thread):
                    return True
                throw(None)  # it went on between the look and the throw: what is not yet there is taken back
                return False
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
                self._now, job.made = None, made
                wanted = job in self._jobs
            if made and wanted:
                job.finished.set()
                with suppress(RuntimeError):  # the loop has just been closed
                    job.loop.call_soon_threadsafe(self._tell, job, tell, result, context=job.context)

    def _next(self) -> _Job | None:
        with self._wake:
            while not self._to_be_made() and not self._ended:
                self._wake.wait()
            if self._ended:
                return None
            self._now = min(self._to_be_made(), key=lambda one: one.rank)
            self._told = None
            return self._now

    # -- in the loop again --------------------------------------------------------------------------

    def _tell(self, job: _Job, tell: Callable[[Any], None], result: object) -> None:
        """Tell what was made to who wanted it, unless nobody wants it by now."""
        with self._wake:
            wanted = job in self._jobs
            self._jobs = [one for one in self._jobs if one is not job]
        if wanted:
            tell(result)


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
