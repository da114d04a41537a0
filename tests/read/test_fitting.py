"""What of a training doesn't fit together, and does the error say why?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.equations.mistakes.mistakes import MISTAKES
from engine.read import ScenarioError, load
from engine.read.changed import with_mistake
from engine.read.fitting import why_unfit
from engine.update_orders import ORDERS, WAITING
from tests.read.files import changed, complaint, write

if TYPE_CHECKING:
    from pathlib import Path

SQUARE = """\
format = 1
title = "Two units everywhere"

[network]
inputs = 3
loss = "half-squared-error"

[[network.layers]]
activation = "tanh"
weights = [[1, 2, 3], [4, 5, 6]]

[[network.layers]]
activation = "tanh"
weights = [[1, 2], [3, 4]]

[data]
inputs = [[1, 2, 3], [4, 5, 6]]
targets = [[1, 2], [3, 4]]

[training]
learning_rate = 0.1
iterations = 2
reduction = "mean"
"""


@pytest.mark.parametrize("order", ORDERS)
def test_clipping_needs_updates_that_wait(tmp_path: Path, order: str) -> None:
    path = write(tmp_path, f'{SQUARE}order = "{order}"\nclip_norm = 1.0\n')
    if order == WAITING:
        assert load(path).training.clip_norm == 1
        return
    found = complaint(path)
    assert (found.key, found.source) == ("training.clip_norm", "clip_norm = 1.0")
    assert "its factor comes from every gradient of the batch, which an early update can't know" in found.says
    assert f'order = "{WAITING}"' in found.remedy


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_mistake_fits_a_square_network_with_the_mean(tmp_path: Path, mistake: str) -> None:
    assert load(write(tmp_path, f'{SQUARE}mistake = "{mistake}"\n')).training.mistake == mistake


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_of_the_mean_need_the_mean(tmp_path: Path, mistake: str) -> None:
    path = write(tmp_path, changed(SQUARE, 'reduction = "mean"\n', "") + f'mistake = "{mistake}"\n')
    if not MISTAKES[mistake].only_mean:
        assert load(path).training.mistake == mistake
        return
    found = complaint(path)
    assert (found.key, found.source) == ("training.mistake", f'mistake = "{mistake}"')
    assert f'"{mistake}" needs the mean of a batch; here its sum is applied' in found.says
    assert 'reduction = "mean"' in found.remedy


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_of_the_transpose_need_square_matrices(tmp_path: Path, mistake: str) -> None:
    text = changed(SQUARE, "weights = [[1, 2], [3, 4]]", "weights = [[1, 2]]")
    path = write(tmp_path, changed(text, "[[1, 2], [3, 4]]", "[[1], [2]]") + f'mistake = "{mistake}"\n')
    if not MISTAKES[mistake].only_square:
        assert load(path).training.mistake == mistake
        return
    found = complaint(path)
    assert (found.key, found.source) == ("training.mistake", f'mistake = "{mistake}"')
    assert "needs square weights above layer 1, and W2 is 1 x 2" in found.says


def test_there_are_mistakes_of_both_kinds() -> None:
    assert {name for name, row in MISTAKES.items() if row.only_mean} == {"mean-twice", "mean-missing"}
    assert {name for name, row in MISTAKES.items() if row.only_square} == {"weights-not-transposed"}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_is_said_of_a_mistake_that_is_to_be_made_is_what_it_is_refused_for(
    tmp_path: Path, mistake: str
) -> None:
    text = changed(SQUARE, 'reduction = "mean"', 'reduction = "sum"')
    text = changed(text, "[[1, 2], [3, 4]]\n\n[data]", "[[1, 2]]\n\n[data]")
    scenario = load(write(tmp_path, changed(text, "[[1, 2], [3, 4]]", "[[1], [3]]")))
    why = why_unfit(scenario, mistake)
    if not why:
        assert with_mistake(scenario, mistake).training.mistake == mistake
        return
    with pytest.raises(ScenarioError) as caught:
        with_mistake(scenario, mistake)
    assert caught.value.complaints[0].says == f'"{mistake}" {why}'
