"""Is it warned of what is well formed and can't mean what it says, and of nothing else?"""

from __future__ import annotations

import re
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.reach import reach, strictly_within
from engine.read import checked, load
from engine.read.sense import start, told
from tests.app.driving import user_of
from tests.cases import case
from tests.commands.running import call
from tests.given.further_orders import put
from tests.read.files import changed, write

if TYPE_CHECKING:
    from engine.read import Complaint

CASES = Path(__file__).parents[2] / "cases" / "read"
TEXT = """\
format = 1
title = "t"

[network]
inputs = 2
loss = "half-squared-error"

[[network.layers]]
activation = "tanh"
weights = [[0.5, -0.25], [0.125, 0.75]]

[[network.layers]]
activation = "sigmoid"
weights = [[0.5, 0.25], [-0.5, 1.0]]

[data]
inputs = [[0.5, 1.0], [1.0, -1.0], [0.25, 0.5]]
targets = [[1, 0], [0, 1], [0, 1]]

[training]
learning_rate = 0.1
"""
LOSS, LAST, TARGETS = '"half-squared-error"', '"sigmoid"', "[[1, 0], [0, 1], [0, 1]]"


def warned(folder: Path, *changes: tuple[str, str]) -> tuple[Complaint, ...]:
    text = TEXT
    for old, new in changes:
        text = changed(text, old, new)
    return checked(write(folder, text))[1]


def test_what_is_in_order_is_not_warned_of(tmp_path: Path) -> None:
    assert warned(tmp_path) == ()
    assert warned(tmp_path, (LOSS, '"cross-entropy"'), (LAST, '"softmax"')) == ()
    assert warned(tmp_path, (LOSS, '"binary-cross-entropy"')) == ()
    assert warned(tmp_path, (LAST, '"identity"'), (TARGETS, "[[5, -3], [100, 1], [0, 1]]")) == ()


@pytest.mark.parametrize(
    ("changes", "key", "says", "remedy"),
    [
        (
            [(LOSS, '"binary-cross-entropy"'), (TARGETS, "[[1, 2], [2, 1], [2, 1]]")],
            "data.targets[0][1]",
            "lie in 0..1, found 2 (sample 1); 2 more are like it",
            "Write 0 and 1",
        ),
        (
            [(LOSS, '"cross-entropy"'), (LAST, '"softmax"'), (TARGETS, "[[1, 0], [-1, 2], [0, 1]]")],
            "data.targets[1][0]",
            "lie in 0..1, found -1 (sample 2); 1 more is like it",
            "one_hot = true",
        ),
        (
            [(LOSS, '"cross-entropy"'), (LAST, '"softmax"'), (TARGETS, "[[1, 0], [0.5, 0.25], [1, 1]]")],
            "data.targets[1]",
            "sum to 1 with cross-entropy, found a sum of 0.75 (sample 2); 1 more",
            "Each class",
        ),
        (
            [(TARGETS, "[[1, 0], [0, 3], [0, 1]]")],
            "data.targets[1][1]",
            "sigmoid reaches 0 to 1",
            '"identity"',
        ),
        (
            [(LAST, '"tanh"'), (TARGETS, "[[1, 0], [0, -3], [0, 1]]")],
            "data.targets[1][1]",
            "tanh reaches -1 to 1",
            "",
        ),
        (
            [(LAST, '"relu"'), (TARGETS, "[[1, 0], [0, -3], [0, 1]]")],
            "data.targets[1][1]",
            "relu reaches 0 and above",
            "",
        ),
        (
            [(LOSS, '"cross-entropy"'), (LAST, '"tanh"')],
            "network.loss",
            "predictions above 0, and tanh reaches -1",
            "softmax",
        ),
        (
            [(LOSS, '"cross-entropy"'), (LAST, '"relu"')],
            "network.loss",
            "predictions above 0, and relu reaches 0",
            "softmax",
        ),
        (
            [(LOSS, '"cross-entropy"'), (LAST, '"identity"')],
            "network.loss",
            "identity reaches any number",
            "softmax",
        ),
        (
            [(LOSS, '"binary-cross-entropy"'), (LAST, '"softplus"')],
            "network.loss",
            "between 0 and 1, and softplus",
            "sigmoid",
        ),
        (
            [(LOSS, '"binary-cross-entropy"'), (LAST, '"softmax"')],
            "network.loss",
            "share 1",
            '"cross-entropy"',
        ),
        ([(LOSS, '"cross-entropy"')], "network.loss", "charges nothing for a target of 0", "softmax"),
        (
            [
                (LAST, '"softmax"'),
                ("[[0.5, 0.25], [-0.5, 1.0]]", "[[0.5, 0.25]]"),
                (TARGETS, "[[1], [0], [1]]"),
            ],
            "network.layers[1].activation",
            "softmax of one neuron is 1",
            "sigmoid",
        ),
        (
            [
                ("[[0.5, -0.25], [0.125, 0.75]]", "[[0, 0], [0, 0]]"),
                ("[[0.5, 0.25], [-0.5, 1.0]]", "[[0, 0], [0, 0]]"),
            ],
            "network.layers[0]",
            "the 2 neurons of this layer are alike",
            "Draw the weights",
        ),
        (
            [("[[0.5, 1.0], [1.0, -1.0], [0.25, 0.5]]", "[[0.5, 500], [1.0, -1.0], [0.25, 0.5]]")],
            "data.inputs",
            "input 1 goes up to 500 and input 0 goes up to 1",
            "one size",
        ),
        (
            [('"tanh"', '"relu"'), ("[0.5, -0.25]", "[-0.5, -0.75]"), ("[1.0, -1.0]", "[1.0, 1.0]")],
            "network.layers[0]",
            "1 of 2 neurons are 0 for every sample",
            "leaky-relu",
        ),
        (
            [("learning_rate = 0.1", "learning_rate = 400")],
            "training.learning_rate",
            "raises the loss of its batch",
            "lowers it",
        ),
    ],
)
def test_one_warning_with_its_place_and_its_remedy(
    changes: list[tuple[str, str]], key: str, says: str, remedy: str, tmp_path: Path
) -> None:
    (found,) = warned(tmp_path, *changes)
    assert found.key == key
    assert found.says.startswith("warning: ")
    assert says in found.says
    assert remedy in found.remedy


@pytest.mark.parametrize(("old", "new"), [
    ("[0.125, 0.75]", "[0.5, -0.25]"),  # alike, but not above
    ("learning_rate = 0.1", "learning_rate = 0"),
    ("learning_rate = 0.1", 'learning_rate = 0.1\nmistake = "sign"'),
])  # fmt: skip
def test_what_only_looks_odd(old: str, new: str, tmp_path: Path) -> None:
    assert warned(tmp_path, (old, new)) == ()


def test_the_rate_that_is_named_lowers_the_loss(tmp_path: Path) -> None:
    (found,) = warned(tmp_path, ("learning_rate = 0.1", "learning_rate = 400"))
    rate = re.search(r"At the start (\S+) lowers it", found.remedy)
    assert rate is not None
    assert warned(tmp_path, ("learning_rate = 0.1", f"learning_rate = {rate[1]}")) == ()
    # It is the first one of those halved again and again: twice as much does not.
    assert warned(tmp_path, ("learning_rate = 0.1", f"learning_rate = {2 * float(rate[1])}"))


@pytest.mark.parametrize(("order", "told"), [("deferred", 1), ("bottom-up", 1), ("premature", 0)])
def test_a_rate_is_told_of_in_every_order_whose_updates_wait(
    order: str, told: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(monkeypatch)
    scenario = load(write(tmp_path, changed(TEXT, "learning_rate = 0.1", "learning_rate = 400")))
    scenario = replace(scenario, training=replace(scenario.training, order=order))
    assert len([*start.odd_start(scenario, 1_000_000)]) == told


@pytest.mark.parametrize(("layers", "measured"), [(30, True), (31, False)])
def test_what_would_take_longer_than_a_second_is_not_measured(
    layers: int, measured: bool, tmp_path: Path
) -> None:
    one = '[[network.layers]]\nactivation = "identity"\nweights = [[1.3]]\n'
    text = f"""format = 1\ntitle = "deep"\n[network]\ninputs = 1\nloss = "squared-error"\n{one * layers}
[data]\ninputs = [[1]]\ntargets = [[0]]\n[training]\nlearning_rate = 0.5\n"""
    assert [one.key for one in checked(write(tmp_path, text))[1]] == ["training.learning_rate"] * measured


TURNS = "[0.5, 1.0], [1.0, -1.0], ", "[1, 0], [0, 1], "
"""Rows of two classes in turns."""


def many(rate: float, reduction: str) -> tuple[tuple[str, str], ...]:
    inputs, targets = (f"[{row * 200}]".replace(", ]", "]") for row in TURNS)
    told = f'learning_rate = {rate}\nreduction = "{reduction}"'
    data = ("[[0.5, 1.0], [1.0, -1.0], [0.25, 0.5]]", inputs), ("[[1, 0], [0, 1], [0, 1]]", targets)
    return *data, ("learning_rate = 0.1", told)


@pytest.mark.parametrize(("reduction", "rate"), [("sum", 2.0), ("mean", 800.0)])
def test_of_a_large_batch_some_samples_tell_what_all_do(
    reduction: str, rate: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (every,) = warned(tmp_path, *many(rate, reduction))
    monkeypatch.setattr(start, "MOST_NUMBERS", 240)
    (some,) = warned(tmp_path, *many(rate, reduction))
    assert some.says.endswith(", as 40 of its samples tell: it goes too far")
    before, after = (re.findall(r"from (\S+) to ([^\s:,]+)", one.says)[0] for one in (every, some))
    assert [float(one) for one in after] == pytest.approx([float(one) for one in before], rel=0.1)
    assert some.remedy == every.remedy


def test_an_update_that_fewer_samples_cannot_stand_for_is_not_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (text, rate) = many(2.0, "sum")[2]
    changes = (*many(2.0, "sum")[:2], (text, f"{rate}\nclip_norm = 100.0"))
    assert warned(tmp_path, *changes)
    monkeypatch.setattr(start, "MOST_NUMBERS", 240)
    assert warned(tmp_path, *changes) == ()


def test_neurons_are_counted_once_whatever_the_times(tmp_path: Path) -> None:
    """Neuron 1 is 0 at each of three times, 2 at one of them."""
    text = changed(TEXT, '"tanh"', '"relu"').replace("[[0.5, -0.25], [0.125, 0.75]]", "[[-1, 0], [1, 0]]")
    text = text.replace("[[0.5, 1.0], [1.0, -1.0], [0.25, 0.5]]", "[[[1, 0], [0, 0], [2, 0]]]")
    text = text.replace(TARGETS, "[[[1, 0], [0, 1], [0, 1]]]")
    text = text.replace("[[-1, 0], [1, 0]]", "[[-1, 0], [1, 0]]\nrecurrent_weights = [[0, 0], [0, 0]]")
    (found,) = checked(write(tmp_path, text))[1]
    assert "warning: 1 of 2 neurons are 0 for every sample" in found.says


def test_a_relu_is_said_to_be_dead_for_those_that_were_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "MOST_NUMBERS", 240)
    dead = ('"tanh"', '"relu"'), ("[0.5, -0.25]", "[-0.5, -0.25]")
    (found,) = warned(tmp_path, *many(0.001, "sum"), *dead)
    assert "1 of 2 neurons are 0 for each of 40 samples at the start" in found.says


def test_a_lesson_may_be_about_just_that(tmp_path: Path) -> None:
    note = ("learning_rate = 0.1", 'learning_rate = 400\n[[notes]]\nstep = 1\ntext = "Far too large!"')
    assert warned(tmp_path, note) == ()


def test_the_cases() -> None:
    (labels,) = checked(CASES / "labels-one-two.toml")[1]
    assert labels.key == "data.targets[1]"
    assert "targets of binary-cross-entropy lie in 0..1, found 2 (sample 2)" in labels.says
    targets, identity = checked(CASES / "id-column.toml")[1]
    assert "targets of cross-entropy lie in 0..1, found 170" in targets.says
    assert 'input 0 ("PhotoId") numbers the samples' in identity.says


def test_a_first_row_that_may_be_a_header(tmp_path: Path) -> None:
    listed = f"inputs = [[0.5, 1.0], [1.0, -1.0], [0.25, 0.5]]\ntargets = {TARGETS}"
    path = write(tmp_path, changed(changed(TEXT, listed, 'file = "rows.csv"'), LAST, '"identity"'))
    write(tmp_path, "0,1,2,3\n0.5,0.25,1,0\n", "rows.csv")
    (found,) = checked(path)[1]
    assert "header = true or header = false" in found.remedy
    text = path.read_text("utf-8")
    for header, samples in (("true", 1), ("false", 2)):
        scenario, warnings = checked(write(tmp_path, text.replace("[data]", f"[data]\nheader = {header}")))
        assert (scenario.data.samples, warnings) == (samples, ())


def test_check_warns_and_strictly_refuses(capsys: pytest.CaptureFixture[str]) -> None:
    path = CASES / "labels-one-two.toml"
    done = call(capsys, "check", path)
    assert done.code == 0
    assert "good" in done.out
    assert "warning:" in done.err
    strict = call(capsys, "check", "--strict", path, "mazur")
    assert strict.code == 2
    assert strict.err == done.err
    assert strict.out == "mazur: good\n"


async def test_the_app_warns() -> None:
    scenario = load(CASES / "labels-one-two.toml")
    async with user_of(scenario, size=(120, 40)) as user:
        await user.pilot.pause(0.5)
        assert "warning: targets of binary-cross-entropy lie in 0..1" in user.text()
    assert told(case("title-with-marks")) == ""


def test_what_activations_reach() -> None:
    bounds = {
        "identity": (-inf, inf),
        "sigmoid": (0, 1),
        "tanh": (-1, 1),
        "relu": (0, inf),
        "leaky-relu": (-inf, inf),
        "elu": (-1, inf),
        "softplus": (0, inf),
        "softmax": (0, 1),
    }
    assert {name: reach(name) for name in ACTIVATIONS if name != "silu"} == bounds
    assert list(reach("silu")) == pytest.approx([-0.27846, inf], abs=1e-5)
    positive = [name for name in ACTIVATIONS if strictly_within(name, 0, inf)]
    assert positive == ["sigmoid", "softplus", "softmax"]
    assert [name for name in positive if strictly_within(name, 0, 1)] == ["sigmoid", "softmax"]
