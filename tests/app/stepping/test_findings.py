"""Can a user see what stands out in a run, and go there?"""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import trace
from engine.facts.findings import noticed
from tests.app.driving import user_of
from tests.given.shipped import scenario_of
from tui.meanwhile.background import AT_ONCE, Background
from tui.walking.noticed import Noticed

if TYPE_CHECKING:
    from collections.abc import Generator

    from engine.facts.findings.finding import Looked
    from engine.facts.findings.noticed import Noticed as Fact
    from engine.run.tracing import Trace


async def test_enter_goes_to_what_was_found() -> None:
    async with user_of("13-vanishing") as user:
        await user.until_computed()
        assert "F:" not in user.text()  # a lesson tells by itself
        await user.press("4", "F")
        await user.until(lambda text: "Found in the run" in text)
        assert "The error vanishes on its way from time 10 to time 0 · step 33" in user.dialog()
        assert "1,024 times smaller, most by U1" in user.dialog()
        await user.press("end")
        said = " ".join(user.dialog().split())
        assert "equal neurons, errors that explode, " in said
        assert "errors that vanish" not in said
        await user.press("home")
        await user.press("enter")
        assert user.step() == 33
        assert user.stepping.view == "network"
        await user.press("b")
        assert user.step() == 1


async def test_of_the_chosen_finding_only_its_title_is_marked() -> None:
    """What was looked for and isn't there leads nowhere: it stands below a line, and has no title."""
    async with user_of("deep", size=(120, 40), iterations=40) as user:
        await user.until_computed()
        await user.press("F")
        await user.until(lambda text: "Found in the run" in text)
        lines = user.text().split("\n")
        at = next(place for place, line in enumerate(lines) if "│ ▸ The error vanishes" in line)
        grounds = []
        for y in (at, at + 1):
            strip = user.app.screen._compositor.render_strips()[y]
            x = lines[y].index("▸ The" if y == at else "At the start")
            segment = next(iter(strip.crop(x, x + 1)))
            assert segment.style is not None
            grounds.append(segment.style.bgcolor)
        assert grounds[0] != grounds[1]
        rest = next(place for place, line in enumerate(lines) if "Looked for and not there" in line)
        assert "│ ────" in lines[rest - 1]
        assert "enter goes there · esc stays ─┘" in user.text()


async def test_a_good_run_is_said_to_be_one() -> None:
    async with user_of("xor") as user:
        await user.until_computed()
        assert "F:" not in user.text()
        await user.press("F")
        await user.until(lambda text: "Nothing stands out in the run." in text)
        said = " ".join(user.dialog().split())
        assert "Looked for and not there: nan or inf, a target out of reach, dead neurons, " in said
        assert said.count("C rises, a standstill.") == 1
    async with user_of("neuron") as user:
        await user.until_computed()
        await user.press("F")
        await user.until(lambda text: "Nothing stands out in the run." in text)
        said = " ".join(user.dialog().split())
        assert "esc closes" in said
        assert "enter goes there" not in said
        await user.press("enter")
        assert user.step() == 1
        assert user.stepping.is_current


async def test_to_what_is_near_to_a_finding_one_can_go() -> None:
    async with user_of("17-layerwise") as user:
        await user.until_computed()
        await user.press("F")
        await user.until(lambda text: "Nothing stands out in the run." in text)
        steps = [int(step) for step in re.findall(r"Near: [^·]*· step (\d+)", user.dialog().replace(",", ""))]
        assert len(steps) == 2
        assert "enter goes there" in user.dialog()
        await user.press("down", "enter")
        assert user.step() == steps[1]
        await user.press("b")
        assert user.step() == 1


async def test_before_the_run_has_come_anywhere_a_short_one_is_run_and_of_a_long_one_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On a crowded host it is put off."""
    monkeypatch.setattr(Background, "start", lambda _: None)
    async with user_of("17-layerwise") as user:
        await user.press("F")
        await user.until(lambda text: "Nothing stands out in the " in text)
        assert "Nothing stands out in the run." in user.text()
        assert "That tells view 2." in user.dialog()
    async with user_of("xor") as user:
        await user.press("F")
        assert "Nothing stands out in the data; iterations are still to be run: ask again." in user.text()


async def test_the_list_is_told_anew_when_the_run_has_come_further(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loss of iris rises for the first time after hundreds of iterations."""
    monkeypatch.setattr(Background, "start", lambda _: None)
    async with user_of("iris") as user:
        journey = user.stepping._walk.journey
        journey.trace.advance(82)
        await user.press("F")
        await user.until(lambda text: "Nothing stands out in the first 82 of 1,000 iterations." in text)
        monkeypatch.undo()
        journey.run()
        await user.until(lambda text: "Found in the run" in text)
        assert "enter goes there" in user.dialog()
        assert "The loss of the same batch rises in 64 of 995 iterations" in user.dialog()
        await user.press("home", "enter")
        assert user.step() > 40_000


async def test_something_serious_is_told_unasked_until_it_is_asked_for() -> None:
    async with user_of("iris") as user:
        await user.until_computed()
        await user.until(lambda text: "F: C rises later" in text)
        await user.press("n")
        assert "F: C rises later" in user.text()
        # Where it does so first it is said of the present.
        run = user.stepping.trace
        assert run is not None
        losses = run.losses.values()
        first = int(np.argmax(losses[5:] > losses[:-5] * (1.0 + 1e-9))) + 5
        step = run.schedule.first_step(first) + 1
        await user.press("g", *str(step - 1), "enter")
        await user.until(lambda text: "F: C rises later" in text and user.step() == step - 1)
        await user.press("n")
        await user.until(lambda text: "F: C rises" in text and "later" not in text)
        await user.press("F")
        await user.until(lambda text: "Found in the run" in text)
        await user.press("escape")
        assert "F: C rises" not in user.text()


async def test_a_search_that_fails_on_its_way_is_a_fault_like_any_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It went on for good, as far as anybody could see."""

    def failing(_: Trace) -> Generator[float, None, Looked]:
        time.sleep(2.0 * AT_ONCE)
        yield 0.5
        raise ArithmeticError("on its way")

    monkeypatch.setattr("engine.facts.findings.search.findings", failing)
    with pytest.raises(ArithmeticError, match="on its way"):
        await _ask_for_findings_until_a_fault()


async def _ask_for_findings_until_a_fault() -> None:
    async with user_of("xor") as user:
        await user.until_computed()
        await user.press("F")
        await user.until(lambda _: user.app.fault is not None)


async def test_a_run_that_ends_while_it_is_looked_at_is_looked_at_once_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks: list[int] = []

    def looking(run: Trace) -> Generator[float, None, tuple[Fact, ...]]:
        looks.append(run.computed)
        yield 0.0
        return ()

    monkeypatch.setattr(noticed, "noticed", looking)
    run = trace(scenario_of("mazur"))
    seen = Noticed(lambda: None)
    run.advance(64)
    seen.follow(run)
    await asyncio.sleep(0)
    run.advance(run.iterations)
    seen.follow(run)
    while seen.looks:
        await asyncio.sleep(0.001)
    assert looks == [64, run.iterations]
