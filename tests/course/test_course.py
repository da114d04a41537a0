"""Is every number in the notes of the scenarios true, and can every note be read and followed?

A number in a note must be one of the run around its step, to the digits printed, or stand in `ALSO`
with what it is. What is written as an equation must come out.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache, lru_cache
from itertools import chain
from math import ceil, log
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine import load, trace
from engine.catalog import find
from engine.looking.cursor import start
from engine.looking.lesson.notes import guided
from engine.looking.ways.moves import move
from engine.scenario import without_mistake
from tests.course.trained import losses, settled
from tests.draw.every_view.whole_screen import screen_rows
from tests.given.shipped import SHIPPED
from tui.draw.kit.rows import plain
from tui.draw.legend.legend import AUTHOR
from tui.keys import KEYS
from tui.views import VIEWS, view_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.arrays import Array
    from engine.looking.ways.moves import Command
    from engine.run.tracing import Trace
    from engine.scenario import Note, Order

LESSONS = [entry.name for entry in SHIPPED if entry.name[0].isdigit()]
NOTES = [(entry.name, note) for entry in SHIPPED for note in load(entry.path).notes]
ORDERS: tuple[Order, Order] = ("deferred", "premature")

NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?(?:e-\d+)?"
# Numbers that name something: layers, neurons, samples, times, keys, views, lessons, fractions gathered.
NAMES = re.compile(
    r"[Kk]ey \d|[δwWUb@]\d+(?:\[\d+,\d+\])?|\bx\d|"
    r"\b(?:[Nn]euron|[Ll]ayer|[Ss]ample|[Oo]utput|[Ss]tep|[Ii]teration|[Ll]esson|[Vv]iew|[Uu]pdate) \d+|"
    r"Lessons 8 and 9|gathered \d/\d|[Aa]fter [\d,]+ updates"
)
EQUATION = re.compile(
    rf"(?<![\w.])(-?[(½\d](?:[\d.×+/()½² ]|, (?=\d{{3}})| - |-(?=\d))*?) = (-?{NUMBER})(?![×²/(\d]| [-+] )"
)
FIELDS = (
    *(
        "pre_activation",
        "activation",
        "slope",
        "terms",
        "loss",
        "error",
        "delta",
        "from_above",
        "from_future",
    ),
    *("weight_gradient", "weight_total", "bias_total", "recurrent_gradient", "recurrent_total"),
    *("weights_before", "weights_change", "weights_after", "biases_change", "biases_after"),
    *("recurrent_before", "recurrent_change", "recurrent_after", "prediction", "target", "inputs"),
)


def half_squared(prediction: float, target: float) -> float:
    return 0.5 * (prediction - target) ** 2


MOMENTUM = losses("15-momentum")
PLAIN = losses("15-momentum", optimizer="sgd", iterations=200)
LONGER = losses("15-momentum", momentum=0.9, iterations=200)
LAYERWISE, DEFERRED = (losses("17-layerwise", order=order) for order in ("layerwise", "deferred"))
FORGOTTEN = losses("18-no-slope")

# What a note tells that is no number of the run around its step: the numbers, worked out anew.
ALSO: dict[tuple[str, int], tuple[float, ...]] = {
    ("01-derivative", 2): (1.01, 1.01 * 3 + 2, half_squared(1.01 * 3 + 2, 3), 0.01, 6 * 0.01),
    ("04-chain-rule", 10): (2 * 1.5 * 0.25 * 4 * 1,),
    ("06-batch", 13): (3,),
    ("06-batch", 14): (2 + 0.5 + 2,),
    ("06-batch", 23): (2 + 0.5 + 2, 3.645 + 0.045 + 0.005),
    ("07-update", 6): (2.8 * 1,),
    ("10-mazur-article", 89994): (10_000,),
    ("09-too-early-loss", 7): (2.054 * 5.487,),
    ("11-reuse-and-cost", 1): (3 * 4 + 4 * 4 + 4 * 2, 3, 4, 2),
    ("11-reuse-and-cost", 4): (36, 4 * 2, 4 * 4),
    ("11-reuse-and-cost", 9): (4 * 4, 4 * 2, 4, 2),
    # 12 weights with 8 paths of 2 more weights, 16 with 2 paths of 1, 8 with their delta alone.
    ("11-reuse-and-cost", 10): (36, 8 + 16, 60, 60 / 36, 12 * 8 * 3 + 16 * 2 * 2 + 8),
    ("11-reuse-and-cost", 13): (36, 2, 2 * 36 * 36, 24 + 36, 36 + 60, 2592 / 96, 2 * (4 + 4 + 2)),
    ("13-vanishing", 11): (1, 1024, 1 / 1024),
    ("13-vanishing", 13): (1 / 1024,),
    ("13-vanishing", 33): (1024,),
    ("13-vanishing", 6998): (100 * 0.0727 / 0.0819, 1),
    ("13-vanishing", 3515): (half_squared(0.5**10, 1), 0.5),
    ("14-exploding", 1): (1.001,),
    ("14-exploding", 33): (0.001 * 2**10,),
    ("14-exploding", 35): (5.12,),
    ("14-exploding", 70): (1e-8,),
    ("15-momentum", 9): (0.75, 0.9**2, 0.9**3),
    ("15-momentum", 18): (0.75, 0.019 * 90, 0.019 * 3.924),
    ("15-momentum", 28): (*MOMENTUM[2:4],),
    ("15-momentum", 145): (settled(PLAIN, 1), 100 * (1 - 0.019), 0.01),
    ("15-momentum", 316): (settled(PLAIN, 0.01), 0.9),
    ("15-momentum", 540): (0.75, 0.9, *(settled(found, 0.01) for found in (MOMENTUM, PLAIN, LONGER))),
    ("16-adam", 8): (2 / 10**2, 0.01 * 0.02),
    ("16-adam", 9): (1 - 0.999, 40 / 0.001),
    ("16-adam", 18): (24,),
    ("16-adam", 703): (ceil(log(0.01) / log(1 - 0.01 * 0.1**2)),),
    ("17-layerwise", 16): (180, LAYERWISE[1], DEFERRED[1]),
    ("17-layerwise", 320): (LAYERWISE[-1], DEFERRED[-1]),
    ("18-no-slope", 16): (103.5, 90),
    ("18-no-slope", 17): (*FORGOTTEN[:2],),
    ("18-no-slope", 305): (losses("18-no-slope", mistake=None)[-1],),
    ("18-no-slope", 320): (-8, 0.7067),
    ("digits", 1): (8 * 8,),
    ("digits", 226): (32,),
}


@lru_cache(maxsize=1)
def told_of(name: str) -> list[Trace]:
    """Return the runs that a note may tell of: in every order that lessons compare, and as it should be."""
    scenario = steps_of(name).scenario
    orders = dict.fromkeys((*ORDERS, scenario.training.order))
    right = without_mistake(scenario)
    return [steps_of(name, order) for order in orders] + ([trace(right)] if right != scenario else [])


def around(name: str, note: Note) -> Iterator[Array]:
    """Yield the numbers of the iteration of a note, of the one before and of the one after, in all runs."""
    own = steps_of(name)
    iteration = own.schedule.site(note.step - 1).iteration
    for near in (iteration, iteration - 1, iteration + 1):
        if 0 <= near < own.iterations:
            yield from (numbers_in(name, place, near) for place in range(len(told_of(name))))


@lru_cache(maxsize=24)
def numbers_in(name: str, place: int, iteration: int) -> Array:
    """Return the numbers of an iteration of one of the runs."""
    steps = told_of(name)[place]
    first, stop = (steps.schedule.first_step(number) for number in (iteration, iteration + 1))
    return np.concatenate([part for step in steps[first:stop] for part in numbers_of(step)])


def numbers_of(step: Any) -> list[Array]:
    values = [getattr(step, field, None) for field in FIELDS]
    values += getattr(step, "further", {}).values()
    return [np.ravel(value) for value in values if value is not None]


def agrees(written: str, values: float | Array) -> bool:
    """Whether a value, or one of several, rounds to the number as written."""
    digits = written.replace(",", "")
    mantissa, _, exponent = digits.partition("e")
    places, found = len(mantissa.partition(".")[2]) - int(exponent or 0), np.asarray(values)
    return bool(np.any(np.abs(float(digits) - found) <= 0.5 * 10.0**-places + 1e-12 * np.abs(found)))


def result(expression: str) -> float:
    plain = expression.replace("½×", "0.5*").replace("²", "**2").replace("×", "*").replace(",", "")
    assert re.fullmatch(r"[\d.*/+() -]+", plain), expression
    return float(eval(plain))


def test_the_course_is_complete() -> None:
    assert [int(name[:2]) for name in LESSONS] == list(range(1, 19))


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_can_be_read_in_a_small_terminal(name: str) -> None:
    scenario = load(find(name))
    about = scenario.about.split("\n")
    assert len(about) <= 7  # what the picker has room for at 80x24
    assert max(map(len, about)) <= 76
    steps = [note.step for note in scenario.notes]
    assert 4 <= len(steps) <= 8
    assert steps == sorted(set(steps))
    assert steps[0] <= 3
    for note in scenario.notes:
        assert len(wrap(note.text, 77)) <= 3, note


def test_the_keys_of_a_note_exist_and_lead_on() -> None:
    known = {key for entry in KEYS for key in entry.on_screen.split()} | {str(view) for view in range(1, 10)}
    for name, note in NOTES:
        pressed = [key.strip(".,:;)") for key in re.findall(r"(?:[Pp]ress|[Kk]ey) (\S+)", note.text)]
        assert set(pressed) <= known, note.text
        steps = [other.step for other in steps_of(name).scenario.notes]
        if "n" in pressed:
            assert note.step + 1 not in steps, f"{name}: the line above the note says c"
        if "c" in pressed or re.search(r"\b(?:and|then|or) c\b", note.text, re.IGNORECASE):
            assert note.step < steps[-1], note.text


@pytest.mark.parametrize("name", LESSONS)
def test_a_note_knows_in_which_view_it_finds_the_reader(name: str) -> None:
    view = 1
    for note in load(find(name)).notes:
        for named, key in re.findall(r"[Vv]iew (\d) \(key (\d)\)", note.text):
            assert named == key, note.text
            assert int(named) != view, f"already there: {note.text}"
            view = int(named)
        assert not re.search(r"[Pp]ress \d", note.text), note.text
        for named in re.findall(r"in view (\d)(?! \(key)", note.text):
            assert int(named) == view, note.text


@pytest.mark.parametrize("name", LESSONS)
def test_a_view_that_a_note_opens_is_left_again(name: str) -> None:
    *notes, _ = load(find(name)).notes
    views = [int(view) for note in notes for view in re.findall(r"[Vv]iew (\d) \(key", note.text)]
    assert not views or views[-1] == 1 or name == "11-reuse-and-cost", "equations are in view 1 only"


ON_PAGES = {
    ("12-through-time", 3): (r"▸ h1\[1\] +2 +→.*x\[1\]", "until the row x[1] stands below h1[1]"),
    ("12-through-time", 16): (r"a share from each time.* share +0 +-0.5 +-1 +1", "a share from each time"),
    ("13-vanishing", 13): (r"── size of δ", "until a heading says 'size of δ'"),
}
"""What notes say that view 5 shows, and by what they say that its page is known."""


@pytest.mark.parametrize(("name", "number"), ON_PAGES)
@pytest.mark.parametrize(("width", "height"), [(80, 15), (120, 30)])
def test_a_note_says_that_its_page_of_view_5_may_be_a_later_one(
    name: str, number: int, width: int, height: int
) -> None:
    run = steps_of(name)
    (note,) = (note for note in run.scenario.notes if note.step == number)
    cursor = start(run, number - 1)
    shown = [
        "\n".join(map(plain, view_rows("time", run, replace(cursor, page=page), width, height)))
        for page in range(3)
    ]
    page, known_by = ON_PAGES[name, number]
    there = [bool(re.search(page, text, re.DOTALL)) for text in shown]
    assert any(there)
    assert there[0] or "key 5 again until" in note.text
    assert known_by in note.text


def test_equations_come_out() -> None:
    for name, note in NOTES:
        for left, right in EQUATION.findall(NAMES.sub("", note.text)):
            assert agrees(right, result(left)), f"{name}: {left} = {right}"


@pytest.mark.parametrize("name", LESSONS)
def test_numbers_are_those_of_the_run(name: str) -> None:
    rate = steps_of(name).scenario.training.learning_rate
    for note in (note for lesson, note in NOTES if lesson == name):
        further = np.array([rate, *ALSO.get((name, note.step), ())])
        text = NAMES.sub("", note.text)
        for match in re.finditer(NUMBER, text):
            written = match.group()
            pools = chain([further], around(name, note))
            assert any(agrees(written, np.abs(pool)) for pool in pools), f"{written} in: {note.text}"


def on_screen(name: str, note: Note, view: str) -> str:
    """Return what stands on the screens that a note shows or names a way to, at 80x24; not the note."""
    run = steps_of(name)
    here = guided(start(run, note.step - 1), run)
    places = [(run, here, view)]
    for key in re.findall(r"[Vv]iew \d \(key (\d)\)", note.text):
        run.advance(run.iterations)  # the curve goes on while the note is read
        places.append((run, here, VIEWS[int(key) - 1]))
    places += [
        (run, move(here, run, command), shown)
        for word, commands in WAYS.items()
        if re.search(word, note.text)
        for command in commands
        for shown in {view, *(shown for _, _, shown in places)}
    ]
    if "ey u" in note.text:
        other = steps_of(name, "premature")
        places.append((other, replace(here, step=other.schedule.step(run.schedule.site(here.step))), view))
    return "\n".join(
        "".join(text for text, style in row if style not in AUTHOR)
        for steps, cursor, shown in places
        for page in (range(3) if shown == "time" else (0,))
        for row in screen_rows(steps, replace(cursor, page=page), 80, 24, shown)
    )


WAYS: dict[str, tuple[Command, ...]] = {
    r"\btab\b": ("next-part",),
    "↑ and ↓": ("unit-up", "unit-down"),
    r"\bp and n\b": ("previous",),
}

# Numbers of a note that stand on none of its screens, as none could show them: what would be, what is
# worked out with other numbers, what another step shows or will, what is in print.
ELSEWHERE: dict[tuple[str, int], str] = {
    ("01-derivative", 2): "1.01 5.03 2.06045",
    ("06-batch", 23): "3.645",
    ("08-too-early-sign", 12): "0.112895",
    ("09-too-early-loss", 5): "2.054 3.357",
    ("09-too-early-loss", 7): "5.487",
    ("10-mazur-article", 9): "0.149780716 0.291027924",
    ("10-mazur-article", 90002): "0.015912196 0.984065734",
    ("10-mazur-article", 90003): "0.0159122 0.984066 3.50848e-5",
    ("13-vanishing", 11): "1024",
    ("13-vanishing", 33): "1024",
    ("14-exploding", 1): "1.001",
    ("14-exploding", 33): "1.024",
    ("14-exploding", 47): "4,869,592",
    ("15-momentum", 9): "0.729",
    ("15-momentum", 18): "100 1.71 0.0746",
    ("15-momentum", 145): "98.1",
    ("15-momentum", 316): "175",
    ("15-momentum", 540): "175",
    ("16-adam", 9): "40,000",
    ("16-adam", 703): "46,050",
    ("17-layerwise", 309): "2.994",
    ("17-layerwise", 320): "0.967 0.973",
    ("18-no-slope", 320): "0.7067",
}


@pytest.mark.parametrize("name", LESSONS)
def test_numbers_stand_on_the_screen_of_their_note(name: str) -> None:
    """A number of three digits or more is on the screen at 80x24, in a view or behind a key that is named."""
    view = VIEWS[0]
    for note in load(find(name)).notes:
        view = note.view or view
        written = {one for one in re.findall(NUMBER, NAMES.sub("", note.text)) if digits_of(one) >= 3}
        shown = [float(one.replace(",", "")) for one in re.findall(NUMBER, on_screen(name, note, view))]
        missing = {one for one in written if not agrees(one, np.array(shown))}
        assert missing == set(ELSEWHERE.get((name, note.step), "").split()), note.text


def digits_of(number: str) -> int:
    return len(re.sub(r"\D", "", number.partition("e")[0]).lstrip("0"))


def test_updates_are_counted_as_the_steps_are() -> None:
    counted = [
        (int(count.replace(",", "")), steps_of(name).schedule.site(note.step - 1).iteration)
        for name, note in NOTES
        for count in re.findall(r"[Aa]fter ([\d,]+) updates", note.text)
    ]
    assert [count for count, _ in counted] == [9_999, 10_000, 100, 16, 35, 36, 78]
    assert all(count == iteration for count, iteration in counted)


def test_iterations_are_counted_as_on_the_screen() -> None:
    told = [
        (int(number), steps_of(name).schedule.site(note.step - 1).iteration + 1)
        for name, note in NOTES
        for number in re.findall(r"iteration (\d+)", note.text)
    ]
    assert told == [(163, 163)]


def test_the_equations_are_found() -> None:
    found = [left for _, note in NOTES for left, _ in EQUATION.findall(NAMES.sub("", note.text))]
    assert len(found) > 50
    assert {"½×(5 - 3)²", "-0.05×6", "4×1×0.25", "1×2 - 3×1", "36×2×36", "0.5×(-0.25)"} <= set(found)


@cache
def steps_of(name: str, order: Order | None = None) -> Trace:
    return trace(load(find(name)), order)


def of_kind(steps: Trace, kind: str, layer: int | None = None, iteration: int = 0) -> Any:
    """Return the first step of a kind (and layer) in an iteration."""
    first = steps.schedule.first_step(iteration)
    stop = steps.schedule.first_step(iteration + 1)
    sites = map(steps.schedule.site, range(first, stop))
    return next(
        steps[first + at] for at, site in enumerate(sites) if (site.kind, site.layer) == (kind, layer)
    )


def test_only_the_sign_lesson_is_premature() -> None:
    assert [name for name in LESSONS if steps_of(name).order == "premature"] == ["08-too-early-sign"]


def test_the_sign_turns_and_the_loss_is_no_judge() -> None:
    early, late = (steps_of("08-too-early-sign", order) for order in ("premature", "deferred"))
    assert of_kind(early, "delta", 1).delta[0] == pytest.approx(-0.0034034, abs=5e-8)
    assert of_kind(late, "delta", 1).delta[0] == pytest.approx(0.001251, abs=5e-7)
    assert of_kind(late, "update", 1).weights_after[0, 0] == pytest.approx(0.9975, abs=5e-5)
    losses = [of_kind(steps, "loss", None, 1).loss for steps in (early, late)]
    np.testing.assert_allclose(losses, [0.112865, 0.112895], atol=5e-7)


def test_the_loss_falls_when_waiting_and_shoots_up_when_not() -> None:
    late, early = (steps_of("09-too-early-loss", order) for order in ORDERS)
    losses = [of_kind(late, "loss").loss, *(of_kind(steps, "loss", None, 1).loss for steps in (late, early))]
    np.testing.assert_allclose(losses, [15.05, 0.2310, 51.97], atol=5e-3)
    slopes = [of_kind(early, "forward", 1, iteration).slope for iteration in (0, 1)]
    assert np.all(slopes[1] < 0.05 * slopes[0])
    changes = [of_kind(steps, "update", 1) for steps in (late, early)]
    assert np.all(changes[0].weights_change * changes[1].weights_change < 0)
    assert np.all(changes[0].biases_change * changes[1].biases_change < 0)


def test_whose_numbers_the_article_prints() -> None:
    late, early = (steps_of("10-mazur-article", order) for order in ORDERS)
    assert agrees("0.149780716", of_kind(late, "update", 1).weights_after[0, 0])
    assert not agrees("0.149780716", of_kind(early, "update", 1).weights_after[0, 0])
    for written, iteration, mine, other in (
        ("0.291027924", 1, early, late),
        ("0.0000351085", 9_999, late, early),
    ):
        assert agrees(written, of_kind(mine, "loss", None, iteration).loss)
        assert not agrees(written, of_kind(other, "loss", None, iteration).loss)
    for place, written in enumerate(("0.015912196", "0.984065734")):
        assert agrees(written, of_kind(early, "forward", 2, 10_000).activation[place])
        assert not agrees(written, of_kind(late, "forward", 2, 10_000).activation[place])
    assert of_kind(early, "loss", None, 10_000).loss < of_kind(late, "loss", None, 10_000).loss


def test_what_a_hidden_neuron_gets_back() -> None:
    steps = steps_of("05-hidden-errors")
    assert of_kind(steps, "delta", 1).error.tolist() == [0, 7]
    assert of_kind(steps, "delta", 1, 1).error[0] != 0


def test_each_share_of_the_gradient_holds_the_recurrent_weight_nine_times() -> None:
    steps = steps_of("13-vanishing")
    assert steps.scenario.data.samples == int(steps.scenario.data.has_target.sum()) == 1
    steps.advance(200)
    losses = steps.every_loss(0, 200)
    assert losses is not None
    assert 160 <= int(np.argmin(np.diff(losses))) <= 163
    at = 162
    iteration: list[Any] = list(steps[steps.schedule.first_step(at) : steps.schedule.first_step(at + 1)])
    shares = [step.recurrent_gradient[0, 0] for step in iteration if step.kind == "gradient"]
    update = of_kind(steps, "update", 1, at)
    error = of_kind(steps, "delta", 1, at).delta[0]
    expected = error * update.weights_before[0, 0] * update.recurrent_before[0, 0] ** 9
    np.testing.assert_allclose(shares, [expected] * 10 + [0])


def test_a_smaller_rate_would_not_have_exploded() -> None:
    scenario = load(find("14-exploding"))
    training = replace(scenario.training, learning_rate=1e-8)
    steps = trace(replace(scenario, training=training))
    assert of_kind(steps, "loss", None, 1).loss < of_kind(steps, "loss").loss


def test_the_guide_lists_what_is_shipped() -> None:
    guide = find("mazur").with_name("README.md").read_text("utf-8")
    listed = re.findall(r"^\| `([\w-]+)` \| [^|]+ \|$", guide.partition("## What is here")[2], re.MULTILINE)
    assert listed == [entry.name for entry in SHIPPED]
