"""Are weights with a row for each input told so, once, with what to write?"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from engine.read import load
from tests.read.files import complaint, complaints, write

CASE = Path(__file__).parents[1] / "cases" / "read" / "weights-input-by-hidden.toml"


def text(sizes: tuple[int, ...], *, turned: bool, more: str = "") -> str:
    """Return a scenario with weights of these sizes, and the first layer with something more."""
    chance = np.random.default_rng(1)
    layers = ""
    for place, (below, units) in enumerate(pairwise(sizes)):
        weights = chance.integers(-9, 9, (units, below)) / 8
        rows = (weights.T if turned else weights).tolist()
        layers += f'[[network.layers]]\nactivation = "tanh"\nweights = {rows}\n{more if not place else ""}\n'
    return (
        f'format = 1\ntitle = "t"\n[network]\ninputs = {sizes[0]}\nloss = "squared-error"\n{layers}'
        f"[data]\ninputs = [{[0.5] * sizes[0]}]\ntargets = [{[0.25] * sizes[-1]}]\n"
        "[training]\nlearning_rate = 0.1\n"
    )


def test_the_case_of_numpy() -> None:
    found = complaint(CASE)
    assert found.key == "network.layers[0].weights"
    assert "found 3 rows of 2, which fit when turned over" in found.says
    assert "Write [[0.5, 0.1, 0.1], [-0.6, -0.2, 0.7]], and turn over those of layer 2 too." in found.remedy


@pytest.mark.parametrize(
    "sizes", [(3, 2), (3, 2, 1), (4, 3, 2), (2, 3, 1), (1, 4, 2), (5, 5, 2), (6, 9, 5, 2)]
)
def test_the_remedy_works(sizes: tuple[int, ...], tmp_path: Path) -> None:
    found = complaint(write(tmp_path, text(sizes, turned=True)))
    first = next(place for place in range(len(sizes)) if sizes[place] != sizes[place + 1])
    assert found.key == f"network.layers[{first}].weights"
    right = load(write(tmp_path, text(sizes, turned=False)))
    if shown := re.search(r"Write (\[\[.*?\]\])", found.remedy):
        assert eval(shown[1]) == right.network.layers[first].weights.tolist()
    else:
        assert sizes[first] * sizes[first + 1] > 24
    named = {int(number) for number in re.findall(r"\d+", found.remedy.rpartition("]]")[2])}
    assert named == set(range(1, len(sizes))) - {first + 1}


def test_rows_of_several_lengths_fit_no_way(tmp_path: Path) -> None:
    """Each row says how many it has; nothing is said of turning them over."""
    ragged = text((2, 3, 1), turned=True).replace(
        "weights = [[", "weights = [[1, 2, 3], [4, 5, 6], [7, 8]]#", 1
    )
    found = complaints(write(tmp_path, ragged))
    rows = [one for one in found if one.key.startswith("network.layers[0].weights[")]
    assert [one.says.rpartition(", ")[2] for one in rows] == ["found 3"] * 2
    assert "both ways" not in str(found)


@pytest.mark.parametrize("more", ["biases = [1, 2, 3]", "recurrent_weights = [[1,2,3],[1,2,3],[1,2,3]]"])
def test_rows_that_other_keys_count_are_neurons(more: str, tmp_path: Path) -> None:
    """Three neurons, each with a weight too few."""
    found = complaints(write(tmp_path, text((3, 2, 1), turned=True, more=more)))
    assert all("turned over" not in one.says for one in found if one.key == "network.layers[0].weights")


def test_rows_that_the_layer_above_counts_are_neurons(tmp_path: Path) -> None:
    path = write(tmp_path, text((2, 3, 1), turned=False).replace("inputs = 2", "inputs = 3", 1))
    assert "turned over" not in str(complaints(path))


def test_what_fits_is_left_alone(tmp_path: Path) -> None:
    for sizes in ((2, 2, 2), (1, 1), (3, 2, 3), (2, 4, 2)):
        load(write(tmp_path, text(sizes, turned=False)))
