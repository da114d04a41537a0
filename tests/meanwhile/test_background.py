"""Does the run in the background step aside on a crowded host, but not from who waits for it?"""

from __future__ import annotations

import asyncio

import pytest

from engine import trace
from tests.given.shipped import lasting, scenario_of
from tests.work.patience import PATIENCE
from tui.meanwhile import background
from tui.meanwhile.background import Background


async def test_a_crowd_comes_first_but_not_before_who_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "crowded", lambda: True)
    monkeypatch.setattr(background, "_PAUSE_IN_A_CROWD", 600.0)
    steps = trace(scenario_of("mazur"))
    running = Background(steps, lambda: None)
    running.start()
    await asyncio.sleep(0.04)
    assert 0 < steps.computed < 100  # one piece
    arrived = asyncio.Event()
    running.when(steps.iterations, arrived.set)
    await asyncio.wait_for(arrived.wait(), PATIENCE)
    assert steps.computed == steps.iterations
    running.stop()


async def test_a_wish_ends_the_pause_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "crowded", lambda: True)
    monkeypatch.setattr(background, "_PAUSE_IN_A_CROWD", 600.0)
    steps = trace(scenario_of("mazur"))
    reports: list[int] = []
    running = Background(steps, lambda: reports.append(steps.computed))
    running.start()
    await asyncio.sleep(0.02)
    computed = steps.computed
    assert 0 < computed < steps.iterations
    assert reports == []  # no byte while it stands aside
    arrived = asyncio.Event()
    running.when(computed + 1, arrived.set)
    await asyncio.wait_for(arrived.wait(), PATIENCE)
    running.stop()


@pytest.mark.parametrize(("iterations", "worth_a_word"), [(3_000, False), (100_000_000, True)])
async def test_a_run_that_is_short_and_not_waited_for_is_not_told_of(
    monkeypatch: pytest.MonkeyPatch, iterations: int, worth_a_word: bool
) -> None:
    monkeypatch.setattr(background, "REPORT", 0.0)
    steps = trace(lasting(scenario_of("mazur"), iterations))
    shares: list[float | None] = []
    running = Background(steps, lambda: shares.append(running.progress()))
    running.start()
    while len(shares) < 2:
        await asyncio.sleep(0.001)
    running.stop()
    assert (shares[-1] is not None) == worth_a_word


async def test_a_run_that_another_brings_to_its_end_meanwhile_is_arrived_at() -> None:
    run = trace(scenario_of("mazur"))
    arrived = asyncio.Event()
    background = Background(run, lambda: None)
    background.when(run.iterations, arrived.set)
    background.start()
    await asyncio.sleep(0)  # a first piece
    assert run.computed < run.iterations
    run.advance(run.iterations)
    await asyncio.wait_for(arrived.wait(), PATIENCE)


async def test_a_run_that_another_brings_to_its_end_before_it_begins_is_arrived_at() -> None:
    run = trace(scenario_of("neuron"))
    arrived: list[int] = []
    background = Background(run, lambda: None)
    background.when(run.iterations, lambda: arrived.append(run.computed))
    run.advance(run.iterations)
    background.start()
    assert arrived == [run.iterations]


async def test_of_a_run_that_is_at_its_end_already_is_told() -> None:
    run = trace(scenario_of("neuron"))
    run.advance(run.iterations)
    reports: list[int] = []
    Background(run, lambda: reports.append(run.computed)).start()
    assert reports == [run.iterations]


@pytest.mark.parametrize("turns", range(5))
async def test_who_is_wanted_and_stopped_at_once_runs_no_more(
    turns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "crowded", lambda: True)
    monkeypatch.setattr(background, "_PAUSE_IN_A_CROWD", 600.0)
    run = trace(scenario_of("mazur"))
    running = Background(run, lambda: None)
    running.start()
    await asyncio.sleep(0.01)
    running.when(run.iterations, lambda: None)
    for _ in range(turns):  # of the loop, before it comes to hear of it
        await asyncio.sleep(0)
    computed = run.computed
    running.stop()
    await asyncio.sleep(0.05)
    assert run.computed == computed < run.iterations
