"""Is a scenario that is written the same when it is read, bit for bit, with all that is chosen?"""

from __future__ import annotations

import tomllib
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import load, trace
from engine.arrays import frozen
from engine.branching.making import branch
from engine.catalog import find
from engine.draft import whole as whole_module
from engine.draft.left_out import remarks_on_here, remarks_on_start
from engine.draft.toml import toml
from engine.draft.whole import NotWrittenError, Whole
from engine.equations.optimizers import OPTIMIZERS as OPTIMIZER_ROWS
from engine.equations.optimizers import SETTINGS
from engine.parameters import initial_parameters
from engine.read import checked
from engine.run.change import Change
from engine.run.standing import parameters_at
from engine.scenario import Names, Training
from tests.given.scenarios_at_random import OPTIMIZERS, Wanted, scenario_at_random, with_training
from tests.given.shipped import NAMES
from tests.given.some_of import some_of
from tui.telling.digest import digest

if TYPE_CHECKING:
    from pathlib import Path

    from engine.parameters import Parameters
    from engine.scenario import Scenario


def read_again(folder: Path, scenario: Scenario, parameters: Parameters | None = None) -> Scenario:
    """What is read of a scenario that was written, which is checked without a warning of its own."""
    parameters = parameters or initial_parameters(scenario)
    files = Whole(scenario, scenario.training.order, parameters, ("a remark\nof two lines",)).files("it")
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return checked(folder / "it.toml")[0]


def same(one: Scenario, other: Scenario) -> bool:
    return digest(one, one.training.order, ()) == digest(other, other.training.order, ())


@pytest.mark.parametrize("name", some_of((*NAMES, "digits"), 6))
def test_a_shipped_one_is_the_same_with_its_texts(name: str, tmp_path: Path) -> None:
    scenario = load(find(name))
    again = read_again(tmp_path, scenario)
    assert same(again, scenario)
    for part in ("title", "about", "source", "notes", "shows"):
        assert getattr(again, part) == getattr(scenario, part)
    for part in ("inputs", "outputs", "classes"):
        assert getattr(again.names, part) == getattr(scenario.names, part)
    assert again.data.shape == scenario.data.shape


@pytest.mark.parametrize("listed", [10_000, 0])
def test_any_is_the_same_with_its_numbers_listed_or_in_files(
    listed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole_module, "LISTED", listed)
    written = 0
    for seed in range(12):
        optimizer = OPTIMIZERS[seed % len(OPTIMIZERS)]
        scenario = scenario_at_random(seed, Wanted(optimizer=optimizer, settings=True))
        unused = set(SETTINGS) - set(OPTIMIZER_ROWS[optimizer].settings)
        scenario = with_training(
            scenario, **{one.name: one.default for one in fields(Training) if one.name in unused}
        )
        has_target = scenario.data.has_target
        if not has_target.all() and has_target[:, :-1].any():
            with pytest.raises(NotWrittenError, match="targets at some times alone"):
                read_again(tmp_path, scenario)
            continue
        written += 1
        assert same(read_again(tmp_path, scenario), scenario)
    assert written > 6
    assert (tmp_path / "it.data.npz").exists() == (listed == 0)


NETWORK = """\
format = 1
title = "A table"
[network]
inputs = 2
loss = "half-squared-error"
[[network.layers]]
activation = "sigmoid"
weights = [[0.1, 0.2]]
[data]
file = "table.csv"
%s
[training]
learning_rate = 0.1
"""


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("width,a length,y\n0.1,-2e-300,3\n1,0.30000000000000004,0.5\n", ""),
        ("width,class,kind\n0.1,2,no\n1,3,yes\n", 'classes = ["yes", "no"]'),
        ('"1","2",3\n0.1,2,no\n1,3,"a, ""b"""\n', "header = true\none_hot = true"),
    ],
)
def test_columns_keep_their_names(table: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text(table)
    (tmp_path / "table.toml").write_text(NETWORK % said)
    scenario = load(tmp_path / "table.toml")
    assert len(scenario.names.inputs) == 2
    again = read_again(tmp_path, scenario)
    assert same(again, scenario)
    assert replace(again.names, columns="") == replace(scenario.names, columns="")


def test_targets_that_are_no_classes_are_listed_without_names(tmp_path: Path) -> None:
    iris = load(find("iris"))
    kinds = replace(iris, names=replace(iris.names, classes=("a", "b", "c")))
    again = read_again(tmp_path, kinds)
    assert same(again, kinds)
    assert (again.names.inputs, again.names.classes) == (kinds.names.inputs, ("a", "b", "c"))
    (tmp_path / "it.data.csv").unlink()
    shares = replace(kinds, data=replace(iris.data, targets=frozen(iris.data.targets * 0.5 + 1 / 6)))
    again = read_again(tmp_path, shares)
    assert same(again, shares)
    assert (again.names.inputs, again.names.classes) == ((), ("a", "b", "c"))
    assert not (tmp_path / "it.data.csv").exists()


def test_the_parameters_of_a_step_are_read_bit_for_bit(tmp_path: Path) -> None:
    run = trace(load(find("mazur")))
    step = 9 * 20 + 8
    again = read_again(tmp_path, run.scenario, parameters_at(run, step))
    assert initial_parameters(again).flat().tolist() == run.parameters(21).flat().tolist()
    assert trace(again).parameters(5).flat().tolist() == run.parameters(26).flat().tolist()


def test_what_no_file_can_say_is_refused_with_its_place() -> None:
    scenario = load(find("mazur"))
    start = initial_parameters(scenario)
    weights = start.weights[0].copy()
    weights[0, 1] = np.nan
    bad = type(start)((weights, start.weights[1]), start.biases, start.recurrent_weights)
    with pytest.raises(NotWrittenError, match=r"W1\[1,2\] is nan, and a scenario has finite numbers alone"):
        Whole(scenario, "deferred", bad).files("it")


def test_texts_that_are_hostile_come_back_clean(tmp_path: Path) -> None:
    mazur = load(find("mazur"))
    scenario = replace(mazur, title='"""\\\x7f = [x] # no comment', about='two\n"""lines\\', source="''' \t")
    scenario = replace(scenario, names=Names(classes=('a "b"', "c\\")))
    again = read_again(tmp_path, scenario)
    assert (again.about, again.names.classes) == (scenario.about, scenario.names.classes)
    assert again.title.startswith('"""\\')


def shorts(found: object) -> list[str]:
    return [one.short for one in found]  # type: ignore[attr-defined]


def test_what_a_scenario_does_not_carry_is_said() -> None:
    adam = trace(load(find("16-adam")))
    assert shorts(remarks_on_here(adam, 3)) == []
    (one,) = remarks_on_here(adam, 20)
    assert one.short == "what adam remembers"
    assert one.sentence == (
        "What adam remembers (first_moment and second_moment and the number of updates) "
        "is not in a scenario: it begins anew."
    )
    mazur = trace(load(find("mazur")))
    assert shorts(remarks_on_here(mazur, 7)) == ["the other updates of this iteration"]
    assert shorts(remarks_on_here(mazur, 8)) == shorts(remarks_on_here(mazur, 40)) == []
    kept = trace(with_training(mazur.scenario, mistake="gradient-kept"))
    assert shorts(remarks_on_here(kept, 20)) == ["the gradients that were kept"]
    xor = trace(with_training(load(find("xor")), batch_size=2))
    middle = xor.schedule.first_step(1)
    assert shorts(remarks_on_here(xor, middle)) == ["its place in the data"]
    assert shorts(remarks_on_here(xor, xor.schedule.first_step(2))) == []
    elman = load(find("elman"))
    named = replace(elman, names=Names(inputs=("a",) * elman.network.inputs))
    assert shorts(remarks_on_start(trace(named))) == ["the names of columns"]
    assert shorts(remarks_on_start(trace(load(find("iris"))))) == []


def test_of_the_start_of_a_branch_it_is_said_what_holds_otherwise() -> None:
    mazur = trace(load(find("mazur")))
    weight = branch(mazur, 3, Change("weights", 0.75, 1, (0, 1)))
    rate = branch(weight, 5, Change("learning_rate", 0.1))
    assert [one.sentence for one in remarks_on_start(rate)] == [
        "learning_rate = 0.1 holds from the start: a setting is the same in every iteration.",
        "W1[1,2] = 0.75 from iteration 4 on is not in it.",
    ]
    assert shorts(remarks_on_start(branch(mazur, 0, Change("weights", 0.75, 1, (0, 1))))) == []


@given(st.text(st.characters(exclude_categories=["Cs"])), st.floats(allow_nan=False), st.integers())
def test_what_is_written_as_toml_is_read_as_the_same(text: str, number: float, whole: int) -> None:
    document = {
        "a": text,
        "b": [number, whole],
        "c": {"d": [text, f"{text}\n{text}"], "e": [{"f": [[number], []]}]},
    }
    assert tomllib.loads(toml(document)) == document


def test_plain_values_are_written_as_toml() -> None:
    document = {"a": None, "b": True, "c": {"d": [1, 2], "e": [{"f": 1e-300}, {"f": "é\x7f"}]}, "g": {}}
    assert toml(document) == (
        'b = true\n\n[c]\nd = [1, 2]\n\n[[c.e]]\nf = 1e-300\n\n[[c.e]]\nf = "é\\u007f"\n'
    )
