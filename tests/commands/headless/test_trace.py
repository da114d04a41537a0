"""Does `trace` print every record, as strict JSON, in step order, and no more memory than one iteration?"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engine import load, trace
from engine.catalog import find
from tests.commands.running import call, run, started, strict
from tests.commands.scenarios import DIVERGING, MINI_BATCHES, SEQUENCES, long_run, write
from tests.given.recorded import recorded
from tests.given.scenarios_at_random import ORDERS

if TYPE_CHECKING:
    from engine.scenario import Order


def records(capsys: pytest.CaptureFixture[str], *words: str | Path) -> list[dict[str, Any]]:
    done = call(capsys, "trace", *words)
    assert (done.code, done.err) == (0, "")
    found = [strict(line) for line in done.lines]
    for record in found:  # which the screen counts from 1
        assert record.pop("screen_step") == record["step"] + 1
    return found


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("text", [MINI_BATCHES, SEQUENCES, DIVERGING])
def test_the_lines_are_the_records_of_the_engine(
    text: str, order: Order, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, text)
    scenario = load(path)
    expected = recorded(replace(scenario, training=replace(scenario.training, order=order)))
    found = records(capsys, path, "--order", order)
    assert found == expected
    assert [record["step"] for record in found] == list(range(len(found)))


def test_the_scenarios_own_order_is_the_default(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = MINI_BATCHES + 'order = "premature"\n'
    path = write(tmp_path, text)
    assert records(capsys, path) == records(capsys, path, "--order", "premature")
    assert records(capsys, path) != records(capsys, path, "--order", "deferred")


def test_what_is_not_finite_is_a_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, "trace", write(tmp_path, DIVERGING))
    assert done.code == 0
    assert re.search(r'"(-inf|inf)"', done.out)
    assert '"nan"' in done.out
    for line in done.lines:
        strict(line)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("0:1", range(1)),
        ("2:4", range(2, 4)),
        (":2", range(2)),
        ("5:", range(5, 7)),
        (":", range(7)),
        ("5:100", range(5, 7)),
        ("-1:", range(6, 7)),
        ("-3:", range(4, 7)),
        ("-7:", range(7)),
        ("-100:", range(7)),
    ],
)
def test_some_iterations(
    given: str, expected: range, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, MINI_BATCHES)
    chosen = records(capsys, path, "--iterations", given)
    assert {record["iteration"] for record in chosen} == set(expected)
    assert chosen == [record for record in records(capsys, path) if record["iteration"] in expected]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("0:0", "no iteration is from 0 on and before 0"),
        ("4:2", "the other way round it is 2:4"),
        ("100:", "there is no iteration 100: the run has 7, counted from 0"),
        ("7:9", "there is no iteration 7"),
        ("99999999999999999999:", "there is no iteration 99999999999999999999"),
    ],
)
def test_no_iteration_at_all_says_why(
    given: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = call(capsys, "trace", write(tmp_path, MINI_BATCHES), "--iterations", given)
    assert (done.code, done.out) == (0, "")
    assert said in done.err
    assert len(done.err.splitlines()) == 1


def test_the_tail_in_a_process_of_its_own(tmp_path: Path) -> None:
    path = write(tmp_path, MINI_BATCHES)
    done = run("trace", path, "--iterations", "-2:", "--order", "layerwise")
    assert (done.code, done.err) == (0, "")
    assert {strict(line)["iteration"] for line in done.lines} == {5, 6}


def test_mazurs_last_iteration_in_a_process_of_its_own() -> None:
    done = run("trace", "mazur", "--iterations", "9999:")
    assert (done.code, done.err) == (0, "")
    found = [strict(line) for line in done.lines]
    steps = trace(load(find("mazur")))
    assert found == [{**step.record(), "screen_step": step.step + 1} for step in steps[-9:]]
    assert found[0]["step"] == 89_991
    # The article's last loss, 0.0000351085, is that of 9,999 updates.
    assert found[2]["loss"] == pytest.approx(0.0000351085, abs=1e-10)


def test_a_reader_who_has_seen_enough(tmp_path: Path) -> None:
    """`bp-tui trace long.toml | head`: it ends at once, without a word."""
    with started("trace", long_run(tmp_path)) as process:
        first = [strict(process.stdout.readline().decode()) for _ in range(10)]
        process.stdout.close()
        assert process.wait() == 0
        assert process.stderr.read() == b""
    assert [record["step"] for record in first] == list(range(10))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the memory in use from /proc")
def test_a_long_trace_takes_no_more_memory_as_it_goes_on(tmp_path: Path) -> None:
    """What is printed is let go: 1.2 MB of records leave the process as small as the first one did."""
    with started("trace", long_run(tmp_path)) as process:
        read = resident = 0
        for limit in (300_000, 1_200_000):
            while read < limit:
                read += len(os.read(process.stdout.fileno(), 1 << 16))
            before, resident = resident, _resident(process.pid)
        assert resident - before < 1 << 20
        assert resident < 100 << 20


def _resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
    assert found
    return int(found[1]) * 1024
