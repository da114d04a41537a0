"""What does the waiting view say, at which width, and does every line fit?"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import trace
from engine.arrays import frozen
from engine.facts.broken.breaking import break_rule
from engine.looking.cursor import start
from engine.order import loops
from engine.order.site import Sort
from engine.run.standing import parameters_at
from engine.run.steps import DeltaStep
from engine.scenario import Data, Layer, Network, Order, Scenario, Training
from engine.words.waits import waiting
from engine.words.waits.must_wait import reasons
from tests.cases import case
from tests.given.scenarios_at_random import ORDERS, Wanted, scenario_at_random
from tests.given.some_of import each_of, some_of
from tests.golden.examples import mazur
from tests.work.work import lines_run
from tui.draw.kit.rows import length, plain
from tui.draw.reasons.waiting import waiting_panel, waiting_rows
from tui.palette import LOOKS

if TYPE_CHECKING:
    from engine.run.tracing import Trace
    from tui.draw.kit.rows import Row

SIZES = ((80, 5), (80, 1), (120, 8), (200, 9))


def frame(whole: Trace, step: int, width: int = 80, height: int = 5) -> str:
    """The view at a step, counted from 1 as on screen."""
    rows = waiting_rows(whole, start(whole, step - 1), width, height)
    return "\n".join(plain(row).rstrip() for row in rows)


def deep(layers: int, times: int = 1, samples: int = 4, order: Order = "deferred") -> Trace:
    """A narrow network of many layers, all recurrent if there are several times."""
    recurrent = frozen(np.full((1, 1), 0.5)) if times > 1 else None
    layer = Layer(
        activation="tanh",
        weights=frozen(np.full((1, 1), 0.5)),
        biases=frozen(np.zeros(1)),
        train_biases=True,
        recurrent_weights=recurrent,
        initial_state=None if recurrent is None else frozen(np.zeros(1)),
    )
    return trace(
        Scenario(
            title="deep",
            network=Network(inputs=1, loss="half-squared-error", layers=(layer,) * layers),
            data=Data(
                inputs=frozen(np.ones((samples, times, 1))),
                targets=frozen(np.zeros((samples, times, 1))),
                has_target=np.ones((samples, times), dtype=np.bool_),
            ),
            training=Training(learning_rate=0.1, iterations=2, batch_size=samples, order=order),
        )
    )


MAZUR = {
    1: """\
W2  gathered 0 of 1 · 2 reads left  · safe from step 7 · next read a2, last δ1
W1  gathered 0 of 1 · last read now · safe from step 8
  After this step a change of W1 would spoil nothing, but its gradient comes at
  step 7: it needs δ1 (step 6).""",
    2: """\
W2  gathered 0 of 1 · 1 read left   · safe from step 7 · next read δ1 (step 6)
W1  gathered 0 of 1 · no reads left · safe from step 8
  W2 must wait: δ1 (step 6) gets its error from layer 2 through W2, and that
  must be the W2 of the forward pass.""",
    5: """\
W2  gathered 1 of 1 · 1 read left   · safe from step 7 · next read δ1 (step 6)
W1  gathered 0 of 1 · no reads left · safe from step 8
  W2 must wait: δ1 (step 6) gets its error from layer 2 through W2, and that
  must be the W2 of the forward pass.""",
    6: """\
W2  gathered 1 of 1 · last read now · safe after this step
W1  gathered 0 of 1 · no reads left · safe from step 8
  W2 had to wait for this step, the last that reads it. A change of W1 would
  spoil nothing, but its gradient comes next.""",
    7: """\
W2  gathered 1 of 1 · no reads left · safe to change
W1  gathered 1 of 1 · no reads left · safe to change
  All of this iteration that needs the old W1 is done: a change now spoils
  nothing.""",
    9: """\
W2  sum cleared · no reads left · changed by step 8
W1  sum cleared · no reads left · changed by step 9
  No iteration follows.""",
}


@pytest.mark.parametrize("step", MAZUR)
def test_mazur(step: int) -> None:
    assert frame(trace(mazur("deferred", 1)), step) == MAZUR[step]


def test_a_premature_update_is_called_too_early() -> None:
    whole = trace(mazur("premature", 1))
    assert frame(whole, 6) == (
        "W2  sum cleared     · 1 read left   · safe from step 8 · too early\n"
        "W1  gathered 0 of 1 · no reads left · safe from step 9\n"
        "  W2 changed too early: δ1 (step 7) carries an error back through the new W2,\n"
        "  but the forward pass used the old one. No iteration follows."
    )
    # All is there, but it is not the gradient: W1 must not be called safe to change.
    assert frame(whole, 8) == (
        "W2  sum cleared     · no reads left · too early\n"
        "W1  gathered 1 of 1 · no reads left · ≠ not its gradient\n"
        "  What is gathered is not the gradient of W1: an update before it has not\n"
        "  waited."
    )
    # The first layer's weights are read by no delta: its update comes in good time.
    assert "too early" not in frame(whole, 9).splitlines()[1]
    batch = deep(2, order="premature")
    assert frame(batch, 9, height=2) == (
        "W2  gathered 1 of 4 · 6 reads left · safe from step 35 · too early 1×\n"
        "W1  gathered 1 of 4 · 3 reads left · safe from step 36 · too early 1×"
    )


def test_the_step_that_reads_what_changed_too_early_says_so_of_itself() -> None:
    whole = trace(mazur("premature", 1))
    now = (
        "W2 changed too early: this step carries an error back through the new W2, but the forward pass "
        "used the old one."
    )
    short = "W2 changed too early: this step reads the new one."
    comes, harmless = "The gradient of W1 comes next.", "A change of W1 would spoil nothing, but its"
    for rows, said in ((3, short), (4, f"{now} {comes}"), (5, f"{now} {harmless}")):
        lines = frame(whole, 7, 80, rows).splitlines()[2:]
        assert " ".join(map(str.strip, lines)).startswith(said)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("samples", [1, 2])
def test_every_step_that_reads_another_weight_than_the_one_before_says_so(samples: int, order: Order) -> None:
    """What it reads is held against the parameters that the iteration began with."""
    run, told = deep(2, samples=samples, order=order), 0
    begin, *steps = range(run.schedule.first_step(1))
    for step in steps:
        site = run.schedule.site(step)
        reads = {"forward": site.layer, "delta": (site.layer or 0) + 1}.get(site.kind)
        text = " ".join(frame(run, step + 1, 140, 20).split())
        changed = False
        if reads is not None and reads <= run.shapes.layers:
            now, then = (parameters_at(run, one).layer(reads).weights for one in (step, begin))
            assert now is not None
            changed = bool((now != then).any())
        assert (f"W{reads} changed too early: this step " in text) == changed, (step, text)
        told += changed
    assert (told > 0) == (order != "deferred")


def test_a_sum_that_updates_came_too_early_for_is_said_to_be_cleared_by_the_last_of_them() -> None:
    run = deep(1, samples=3, order="premature")
    last = run.schedule.first_step(1)
    cleared = "The next iteration gathers from 0."
    for step, said in ((last, True), (last - 1, False), (len(run), False)):
        assert (cleared in " ".join(frame(run, step).split())) == said
    assert "No iteration follows." in " ".join(frame(run, len(run)).split())


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("samples", [1, 3])
def test_a_line_says_that_the_sum_is_cleared_from_the_last_update_to_the_end(
    samples: int, order: Order
) -> None:
    """In the last iteration, too: what an update does does not depend on what follows."""
    run = deep(2, samples=samples, order=order)
    end = run.schedule.first_step(1)
    for layer, begin in each_of((1, 2), range(0, len(run), end)):
        sort, steps = Sort("update", layer), range(begin, begin + end)
        updates = [step for step in steps if run.schedule.is_of(step, sort)]
        for step in steps:
            line = frame(run, step + 1, 80).splitlines()[2 - layer]
            assert line.startswith(f"W{layer}")
            assert ("sum cleared" in line) == (updates[-1] <= step), step


def test_a_sum_stays_after_an_update_out_of_turn_though_all_is_gathered() -> None:
    """The one at its place comes with nothing left, and clears it."""
    run = break_rule(deep(1, samples=2), 7, 1)
    ahead, last = (" ".join(frame(run, 1 + run.schedule.update_step(0, 1, one)).split()) for one in (0, 1))
    assert ahead.startswith("W1 gathered 2 of 2 · no reads left · changed by step ")
    at = run.schedule.update_step(0, 1, 1) + 1
    stays = f"Step {at} applies what is left of the sum and clears it."
    assert stays in ahead
    # With room for one row it is all that is said.
    early = break_rule(trace(mazur("deferred", 1)), 4, 2)
    assert frame(early, 6, 62, 3).splitlines()[2:] == [
        "  Step 9 applies what is left of the sum and clears it."
    ]
    assert last.startswith("W1 sum cleared · no reads left · changed by step ")
    assert "The next iteration begins with the new W1 and gathers from 0." in last


@pytest.mark.parametrize(("samples", "order"), [(3, "premature"), (1, "premature"), (2, "layerwise")])
def test_every_update_that_comes_too_early_says_what_becomes_of_the_sum(samples: int, order: Order) -> None:
    """The same in all orders: it is cleared by the last; before, each applies its own gradient alone."""
    run = deep(2, samples=samples, order=order)
    end = run.schedule.first_step(1)
    told = 0
    for step in range(end):
        site = run.schedule.site(step)
        text = " ".join(frame(run, step + 1, 120, 20).split())
        goes_on = "Each update applies its own gradient alone, not the sum." in text
        cleared = "gathers from 0." in text
        if site.kind != "update":
            assert not goes_on
            assert not cleared
            continue
        assert site.layer is not None
        later = range(step + 1, end)
        more = any(run.schedule.is_of(one, Sort("update", site.layer)) for one in later)
        assert (goes_on, cleared) == (more, not more), text
        told += 1
    assert told == run.shapes.layers * (samples if order == "premature" else 1)


def test_a_gradient_that_a_mistake_made_wrong_has_not_been_hurried() -> None:
    scenario = mazur("deferred", 1)
    wrong = trace(replace(scenario, training=replace(scenario.training, mistake="no-slope")))
    assert frame(wrong, 7) == (
        "W2  gathered 1 of 1 · no reads left · safe to change\n"
        "W1  gathered 1 of 1 · no reads left · ≠ not its gradient\n"
        "  What is gathered is not the gradient of W1: the mistake no-slope is made."
    )


def test_a_batch_names_the_samples_and_more_width_tells_more() -> None:
    whole = deep(2)
    assert frame(whole, 13) == (
        "W2  gathered 2 of 4 · 4 reads left · safe from step 28\n"
        "W1  gathered 1 of 4 · 2 reads left · safe from step 29\n"
        "  W1 must wait: a1 of sample 3 (step 15) still computes with it, and every\n"
        "  sample of an iteration must meet the same W1."
    )
    assert frame(whole, 13, 160, 3) == (
        "W2  gathered 2 of 4 · 4 reads left · safe from step 28 · next read a2 of sample 3 (step 16), last "
        "δ1 of sample 4 (step 27) · b2 from step 27\n"
        "W1  gathered 1 of 4 · 2 reads left · safe from step 29 · next read a1 of sample 3 (step 15), last "
        "a1 of sample 4 (step 22)\n"
        "  W1 must wait: a1 of sample 3 (step 15) still computes with it, and every sample of an iteration "
        "must meet the same W1."
    )


def test_what_is_safe_now_alone_stands_out_and_where_there_is_room_a_shape_says_how_much_is_gathered() -> (
    None
):
    whole = deep(2)

    def shown(step: int, width: int) -> list[Row]:
        return waiting_panel(whole, start(whole, step - 1), width, 5).rows[:2]

    waits = {text: style for row in shown(13, 78) for text, style in row}
    assert waits["safe from step 28"] == waits["safe from step 29"] == "symbol"
    safe = [style for step in (28, 29) for row in shown(step, 78) for text, style in row if "safe" in text]
    assert set(safe) == {"safe"}
    assert LOOKS["safe"].bold
    assert not LOOKS["symbol"].bold
    shapes = [[re.sub(r" · .*", "", plain(row)) for row in shown(step, 130)] for step in (13, 29)]
    assert shapes[0] == [" W2  gathered 2 of 4 ■■□□", " W1  gathered 1 of 4 ■□□□"]
    assert shapes[1] == [" W2  sum cleared     □□□□", " W1  gathered 4 of 4 ■■■■"]
    one = trace(mazur("deferred", 1))
    for width in (78, 130):
        assert not any("■" in plain(row) for row in waiting_panel(one, start(one, 6), width, 5).rows)


def test_recurrent_weights_wait_for_the_deltas_of_earlier_times() -> None:
    whole = deep(1, times=3, samples=1)
    # a C a C a C, then the delta of the last time, which is the first one back.
    assert frame(whole, 7) == (
        "W1 U1  gathered 0 of 3 · U 2 reads left · safe from step 13 · next read δ1@1\n"
        "  U1 must wait: δ1@1 (step 9) gets its error from the next time through U1, and\n"
        "  that must be the U1 of the forward pass."
    )


def test_too_little_room_for_the_full_reason_gives_the_short_one_or_none() -> None:
    whole = trace(mazur("deferred", 1))
    assert frame(whole, 5, height=3).splitlines()[2:] == ["  δ1 (step 6) needs the W2 of the forward pass."]
    assert len(frame(whole, 5, height=2).splitlines()) == 2
    assert frame(whole, 5, height=0) == ""


def test_more_layers_than_lines_are_windowed_around_the_active_one() -> None:
    whole = deep(12, samples=1)
    for step, height in each_of(range(len(whole)), (1, 2, 3, 4, 7)):
        active = whole.schedule.site(step).layer or 12
        rows = waiting_rows(whole, start(whole, step), 80, height)
        labels = [plain(row).split()[0] for row in rows if not plain(row).startswith(" ")]
        assert f"W{active}" in labels
        assert len(labels) == (height if height < 4 else height - 1)
        numbers = [int(label[1:]) for label in labels]
        assert numbers == list(range(numbers[0], numbers[0] - len(numbers), -1))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("seed", range(4))
def test_every_line_fits_and_names_known_styles(order: Order, seed: int) -> None:
    whole = trace(scenario_at_random(seed, Wanted(order=order)))
    for step, (width, height) in each_of(some_of(range(len(whole)), 12), SIZES):
        rows = waiting_rows(whole, start(whole, step), width, height)
        assert len(rows) <= height
        for row in rows:
            assert length(row) <= width
            assert "…" not in plain(row)
            assert {style for _, style in row} <= LOOKS.keys()


@pytest.mark.parametrize("order", ORDERS)
def test_a_long_batch_of_long_sequences_fits_and_is_no_more_work(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loops, "LONGEST_LIST", 0)  # a short one is looked up otherwise
    whole, short = deep(3, times=1000, samples=100, order=order), deep(3, times=10, samples=5, order=order)
    for step in range(0, whole.schedule.first_step(1), 199_999):
        for row in waiting_rows(whole, start(whole, step), 80, 5):
            assert length(row) <= 80
            assert "…" not in plain(row)
    assert work_in_the_middle(whole) < 1.5 * work_in_the_middle(short)


def work_in_the_middle(whole: Trace) -> int:
    return lines_run(waiting_rows, whole, start(whole, whole.schedule.first_step(1) // 2), 80, 5)


def test_a_reader_of_which_nothing_comes_says_so() -> None:
    """The target is at the last time: at those before δ2 is 0, and W2 is read for nothing."""
    run = trace(case("waiting-target-last"))
    seen = 0
    for step in run:
        rows = waiting_rows(run, start(run, step.step), 80, 12)
        text = " ".join(" ".join(plain(row) for row in rows).split())
        if "nothing comes through it there" not in text:
            continue
        seen += 1
        found = re.search(r"W2 is still read, by δ1@(\d) .*: δ(\d)@(\d) is 0", text)
        assert found is not None
        (delta,) = (
            one.delta
            for one in run
            if isinstance(one, DeltaStep) and (one.layer, one.time) == (int(found[2]), int(found[3]))
        )
        assert not delta.any()
        assert found[1] == found[3]
    assert seen > 0


NEXT_GRADIENT = re.compile(r"(?:gradient comes at|: ) ?step ([\d,]+)|next step adds|gradient comes next")


def step_of(text: str) -> int:
    return int(text.replace(",", "")) - 1


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("seed", range(6))
def test_what_is_said_of_later_steps_comes_true(order: Order, seed: int) -> None:
    whole = trace(scenario_at_random(seed, Wanted(order=order)))
    iteration = range(whole.schedule.first_step(1))
    for step, number in each_of(some_of(iteration, 30), range(1, whole.shapes.layers + 1)):
        layer = waiting.Layer(whole, step, number)
        gathered = layer.weights.gathered
        for sentence in reasons(layer):
            if found := re.search(
                r"(?:gradient comes at|: ) ?step ([\d,]+)|next step adds|comes next", sentence
            ):
                comes = step + 1 if found[1] is None else step_of(found[1])
                assert waiting.Layer(whole, comes, number).weights.gathered == gathered + 1
                assert waiting.Layer(whole, comes - 1, number).weights.gathered == gathered
        line = " · ".join(text for text, _ in layer.state(0))
        if found := re.search(r"safe from step ([\d,]+)", line):
            assert waiting.Layer(whole, step_of(found[1]) - 1, number).waits is False
            assert step_of(found[1]) == step + 1 or waiting.Layer(whole, step_of(found[1]) - 2, number).waits
        if found := re.search(r"(?:early|again) at step ([\d,]+)", line):
            after = waiting.Layer(whole, step_of(found[1]), number)
            assert after.changes_now
            assert after.early == layer.early + 1


FORMS = re.compile(
    r"(sum cleared|gathered [\d,]+ of [\d,]+)(?: +[■□]+)?"
    r"( · (last read now|((U|W [\d,]+, U|W) )?[\d,]+ reads? left|no reads left))?"
    r"( · (safe (?:from step [\d,]+|to change|after this step)|changed by step [\d,]+|≠ not its gradient))?"
    r"( · too early( [\d,]+×)?(,? (again )?at step [\d,]+)?)?( · (next read|b\d) .*)?"
)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("seed", range(6))
def test_what_is_to_be_learnt_has_one_form_each_at_all_sizes_and_stands_below_each_other(
    order: Order, seed: int
) -> None:
    whole = trace(scenario_at_random(seed, Wanted(order=order)))
    for step, (width, height) in each_of(some_of(range(len(whole)), 12), SIZES):
        lines = [plain(row) for row in waiting_panel(whole, start(whole, step), width, height).rows]
        table = [line for line in lines if line.startswith((" W", " b"))]
        for line in table:
            told = re.sub(r" +( · |$)", r"\1", line.split("  ", 1)[1].strip())
            assert FORMS.fullmatch(told), told
        starts = [[found.start() for found in re.finditer("·", line)] for line in table]
        assert all(len(set(column)) == 1 for column in zip(*starts, strict=False))
        reason = " ".join(" ".join(lines[len(table) :]).split())
        assert not re.search(r"[Nn]othing reads|still reads it|sum is cleared|No step of this", reason), (
            reason
        )
