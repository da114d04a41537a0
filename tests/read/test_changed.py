"""Is a scenario with something changed the same but for that, and held to the rules of a file?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from engine.read import ScenarioError, load
from engine.read.changed import changed, with_mistake
from tests.read import files
from tests.read.files import PLAIN, write

if TYPE_CHECKING:
    from pathlib import Path

NOTED = PLAIN + 'optimizer = "momentum"\nmomentum = 0.5\n[[notes]]\nstep = 1\ntext = "Look."\n'


@pytest.mark.parametrize(
    "change",
    [{"optimizer": "adam"}, {"mistake": "sign"}, {"learning_rate": 0.25}, {"learning_rate": 0.0}],
)
def test_only_what_is_asked_for_changes(tmp_path: Path, change: dict[str, Any]) -> None:
    scenario = load(write(tmp_path, NOTED))
    new = changed(scenario, **change)
    assert new.training == replace(scenario.training, **change)
    assert (new.network, new.data, new.title) == (scenario.network, scenario.data, scenario.title)
    assert new.notes == ()  # they tell of other numbers


def test_nothing_asked_for_is_the_same_scenario(tmp_path: Path) -> None:
    scenario = load(write(tmp_path, NOTED))
    assert changed(scenario, optimizer=None, mistake=None, learning_rate=None) is scenario
    assert changed(scenario, "premature", optimizer="momentum", learning_rate=0.5) is scenario


def test_the_settings_of_the_file_are_left_aside_and_used_again(tmp_path: Path) -> None:
    scenario = load(write(tmp_path, NOTED))
    other = changed(scenario, optimizer="adam")
    assert changed(other, optimizer="nesterov").training.momentum == 0.5


def test_what_does_not_fit_is_refused(tmp_path: Path) -> None:
    scenario = load(write(tmp_path, NOTED))
    with pytest.raises(ScenarioError, match=r"^Two layers: training\.mistake: .*mean") as caught:
        changed(scenario, mistake="mean-twice")
    assert len(caught.value.complaints) == 1
    with pytest.raises(ScenarioError, match="needs square weights above layer 1"):
        changed(scenario, mistake="weights-not-transposed")


def test_another_mistake_or_none_takes_the_place_of_its_own(tmp_path: Path) -> None:
    scenario = load(write(tmp_path, NOTED))
    assert with_mistake(scenario, None) is scenario
    made = with_mistake(with_mistake(scenario, "no-slope"), "sign")
    assert (made.training.mistake, made.notes) == ("sign", ())
    own = replace(made, notes=scenario.notes)
    assert with_mistake(own, "sign") is own
    right = with_mistake(own, None)
    assert (right.training, right.notes) == (scenario.training, ())
    with pytest.raises(ScenarioError, match="mean"):
        with_mistake(scenario, "mean-twice")


def test_the_order_of_the_run_is_what_clipping_has_to_fit(tmp_path: Path) -> None:
    text = files.changed(NOTED, "[[notes]]", "clip_norm = 1\n[[notes]]")
    scenario = load(write(tmp_path, text))
    with pytest.raises(ScenarioError, match="every gradient of the batch"):
        changed(scenario, "premature")
    assert changed(scenario, "deferred") is scenario
