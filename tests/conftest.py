"""How are the tests run? Without hurry: on a busy machine a slow example is no failure."""

from __future__ import annotations

import gc
import importlib
import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.given.colours import many_colours
from tests.given.some_of import EVERY_CASE
from tests.work.patience import PATIENCE
from tui.meanwhile import background, reader

if TYPE_CHECKING:
    from collections.abc import Iterator

# Thousands of tests are held from beginning to end: what looks for garbage among them finds none.
gc.set_threshold(400_000, 20, 20)

# Hundreds of programs are started: they compile the project once, not each for itself.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

many_colours()

# Rooms whose tests have terminals, servers and sessions of their own, and wait for them.
_WAITING = ("classroom", "following", "load", "soak", "terminal")

# Each run draws other examples; so many of them find what there is to be found in the course of a few runs.
settings.register_profile("unhurried", deadline=None, max_examples=100 if EVERY_CASE else 30)
settings.load_profile("unhurried")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Of a fresh clone each worker compiles a share of the tests, not each of them all."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not worker or session.config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return
    root = Path(__file__).parent
    shares = int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    for file in sorted(root.rglob("test_*.py"))[int(worker.removeprefix("gw")) :: shares]:
        with suppress(Exception, pytest.skip.Exception):  # told when it is collected
            importlib.import_module(".".join(file.relative_to(root.parent).with_suffix("").parts))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for other programs comes first, with two workers of three: the third has a processor then.

    Behind all others, where it would be by its names, it would leave both of them idle.
    """
    rooms = [Path(__file__).parent / name for name in _WAITING]
    waiting = [item for item in items if any(item.path.is_relative_to(room) for room in rooms)]
    if waiting and len(waiting) < len(items) // 3:
        there = {*waiting}
        others = [item for item in items if item not in there]
        half, first = len(waiting) // 2, len(items) // 3
        first -= half
        items[:] = [*waiting[:half], *others[:first], *waiting[half:], *others[first:]]


def pytest_collection_finish() -> None:
    """What is there by now stays to the end: who looks for garbage need not look through it."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def nothing_remembered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Apps that are started as a user does keep what they remember away from the user's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(autouse=True, scope="session")
def small_files_are_there_at_once() -> Iterator[None]:
    """A key waits for a file as long as it takes, however busy the host is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "WAIT", PATIENCE)
        yield


@pytest.fixture(autouse=True, scope="session")
def interruptible() -> None:
    """Who is started in the background of a script ignores Ctrl-C, and under `nohup` a hang-up.

    So would the programs under test. What is handled is not ignored by them: the tests outlive a hang-up.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: None)


@pytest.fixture(autouse=True, scope="session")
def alone_on_the_host() -> Iterator[None]:
    """The tests themselves are the crowd before which a run in the background would step aside."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(background, "crowded", lambda: False)
        yield
