"""What is done with the files of a case, and which outcomes are findings?

Good outcomes: the scenario is refused with a clean sentence that names the file, or it loads and everything
that the app and the commands do with it works. Anything else is a finding.
"""

from __future__ import annotations

import contextlib
import gc
import io
import re
import resource
import signal
import time
import traceback
from argparse import Namespace
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from engine.importing.taken import NotTakenError
from engine.read import ScenarioError, load
from tests.fuzz.case import SCENARIO
from tests.fuzz.follow import follow
from tests.fuzz.numbers import NUMBERS, read_all
from tests.fuzz.wrong import Wrong, judge_text
from tui.commands.headless import check_command

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from engine.scenario import Scenario

SECONDS = 1.0
"""Of an ordinary processor, for reading a file; and again for each thing that is done with it."""
_COUNTED = 0.025
"""Seconds in which an ordinary processor counts to a million."""
MEMORY = 200 * 2**20
"""Bytes over what the process took before."""

_PROJECT = Path(__file__).parents[2]


class TooSlowError(BaseException):
    """The time is up; no `except Exception` may hide it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`outcome` is "refused", "loaded" or what is wrong; `where` names the place of the fault."""

    outcome: str
    where: str = ""
    details: str = ""

    @property
    def good(self) -> bool:
        return self.outcome in ("refused", "loaded")


def judge(path: Path, chance: Random, *, alone: bool = False) -> Verdict:
    """Read a scenario and do everything with it, within the limits; or read it `alone`."""
    stage = "load"
    try:
        with limits():
            for name in NUMBERS:
                if (file := path.parent / name).exists():
                    stage = name
                    judge_numbers(file)
            stage = "load"
            scenario = _load(path)
            if scenario is None:
                return Verdict("refused")
            for name, act in () if alone else follow(scenario, chance):
                stage = name
                with time_limit():
                    act()
    except Wrong as error:
        return Verdict(str(error), stage)
    except TooSlowError as error:
        return Verdict(f"more than {SECONDS} s", _place(error, stage), traceback.format_exc(limit=-12))
    except MemoryError as error:
        return Verdict(f"more than {MEMORY >> 20} MiB", _place(error, stage), traceback.format_exc(limit=-12))
    except Exception as error:  # noqa: BLE001  whatever it is, it is a finding
        return Verdict(type(error).__name__, _place(error, stage), traceback.format_exc(limit=-12))
    return Verdict("loaded")


def _load(path: Path) -> Scenario | None:
    """Return the scenario, or None if it is refused as it should be."""
    try:
        with time_limit():
            scenario = load(path)
    except ScenarioError as error:
        with time_limit():
            text = str(error)
        judge_refusal(text)
        return None
    judge_check(path)
    return scenario


def judge_numbers(file: Path) -> None:
    """Raise `Wrong` unless a file of numbers is read, or refused as it should be."""
    try:
        with time_limit():
            read_all(file)
    except ScenarioError as error:
        judge_refusal(str(error))
    except NotTakenError as error:
        judge_text(str(error))


def judge_refusal(text: str) -> None:
    """Raise `Wrong` unless a refusal names a file of the case and holds nothing that steers a terminal."""
    judge_text(text)
    if SCENARIO not in text and not re.search(r"\.(csv|npz|safetensors|json|skops)", text, re.IGNORECASE):
        raise Wrong(f"the file is not named: {text[:200]!r}")
    if max(map(len, text.split("\n"))) > 800:
        raise Wrong(f"a line of {max(map(len, text.split(chr(10))))} characters")
    if re.search(r"MemoryError|[Uu]nable to allocate", text):
        raise Wrong(f"memory: {text[:300]}")


def judge_check(path: Path) -> None:
    """Raise `Wrong` unless `bp-tui check` calls the file good, and says no more than warnings."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), time_limit():
        code = check_command(Namespace(files=[str(path)], strict=False, run=False))
    said = err.getvalue()
    heads = [line for line in said.split("\n")[:-1] if not line.startswith("  ")]
    warned = all(line.startswith(f"{path}:") and ": warning: " in line for line in heads)
    good = re.fullmatch(rf"{re.escape(str(path))}: good(?: \(.+\))?\n", out.getvalue())
    if code != 0 or bool(heads) != bool(said) or not warned or not good:
        raise Wrong(f"check says {code}: {said[:200]!r}")
    if said:
        judge_refusal(said)


@contextmanager
def time_limit() -> Iterator[None]:
    """Raise `TooSlowError` when the block has used too much of the processor."""

    def stop(*_: object) -> None:
        raise TooSlowError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS * _slowness())
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@cache
def _slowness() -> float:
    """Return how many times as long as an ordinary processor this one takes; 1 if it is faster."""

    def counted() -> float:
        start, count = time.process_time(), 0
        for number in range(10**6):
            count += number
        return time.process_time() - start

    return max(1.0, min(counted() for _ in range(3)) / _COUNTED)


@contextmanager
def limits() -> Iterator[None]:
    """Let the process take no more than so much memory over what it has now."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MEMORY, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _place(error: BaseException, stage: str) -> str:
    """Name the stage and the innermost line of the project on the way to an error."""
    inside = ""
    for frame, line in traceback.walk_tb(error.__traceback__):
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(_PROJECT) and file.parts[len(_PROJECT.parts)] in ("engine", "tui"):
            inside = f"{file.relative_to(_PROJECT)}:{line}"
    gc.collect()
    return f"{stage}: {inside}"
