"""Is a fitted MLP of scikit-learn taken with its data, and asked of it only its attributes?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine import from_sklearn, trace
from engine.importing.mlp import ATTRIBUTES
from engine.importing.skopsfile import read_skops
from tests.engine.importing.__main__ import FOLDER
from tests.engine.importing.test_skops import TOLD


class MLPClassifier:
    """What has the attributes of scikit-learn's, and its name."""

    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)


class MLPRegressor(MLPClassifier):
    pass


def fitted(name: str) -> Any:
    stored = read_skops(FOLDER / f"{name}.skops", ATTRIBUTES)
    return {"MLPClassifier": MLPClassifier, "MLPRegressor": MLPRegressor}[stored.kind](**stored.values)


@pytest.mark.parametrize("name", TOLD)
def test_the_first_update_is_that_of_scikit_learn(name: str) -> None:
    mlp, told = fitted(name), TOLD[name]
    targets: Any = np.array(told["targets"])
    if name != "values":
        targets = mlp.classes_[targets.argmax(axis=1) if targets.shape[1] > 1 else targets[:, 0].astype(int)]
    scenario = from_sklearn(mlp, told["inputs"], targets)
    np.testing.assert_array_equal(scenario.data.targets[:, 0], told["targets"])
    after = trace(scenario).parameters(1)
    for ours, theirs in ((after.weights, told["weights"]), (after.biases, told["biases"])):
        for one, other in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-14)


def test_alpha_is_shared_by_the_samples_of_the_batch_that_is_taken() -> None:
    scenario = from_sklearn(fitted("softmax"), np.ones((9, 2)), [0, 1, 2] * 3, batch_size=3)
    assert scenario.training.weight_decay == pytest.approx(0.01 / 3)


def test_without_data_there_are_placeholders() -> None:
    scenario = from_sklearn(fitted("softmax"), iterations=7)
    assert scenario.training.iterations == 7
    assert scenario.network.sizes == (2, 4, 3, 3)
    assert "weight_decay = 0.01 / batch_size" in scenario.about
    assert trace(scenario)[0].kind == "forward"


def test_what_cannot_be_taken_is_named() -> None:
    with pytest.raises(ValueError, match="expected an MLPClassifier or MLPRegressor, found a int"):
        from_sklearn(3)
    with pytest.raises(ValueError, match="has not been fitted"):
        from_sklearn(MLPRegressor())
    with pytest.raises(ValueError, match=r'targets\[1\] is cow: expected "cat" or "dog"'):
        from_sklearn(fitted("binary"), np.ones((2, 2)), ["cat", "cow"])
