"""Which scenario is a fitted MLPClassifier or MLPRegressor of scikit-learn?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.importing.labels import one_of
from engine.importing.mlp import ATTRIBUTES, CLASSES, taken_of_mlp
from engine.importing.scenario import scenario_of
from engine.importing.taken import NotTakenError

if TYPE_CHECKING:
    from engine.scenario import Scenario

_AUTO = 200
"""What scikit-learn takes for a batch at most, where nothing is said."""


def from_sklearn(mlp: Any, inputs: Any = None, targets: Any = None, **training: Any) -> Scenario:
    """Return the scenario of a fitted MLP: its network, its solver, and samples as it is fitted with.

    `inputs` [sample, unit] and `targets`, classes or numbers, are those of `mlp.fit`; without them the data
    are placeholders. `training` are keys of `[training]` that shall be otherwise.

    Raises:
        ValueError: something can't be taken; the message says what and where.
    """
    kinds = [kind.__name__ for kind in type(mlp).__mro__]
    if not set(kinds) & set(CLASSES):
        raise NotTakenError(f"expected an {' or '.join(CLASSES)}, found a {kinds[0]}")
    values = {name: getattr(mlp, name) for name in ATTRIBUTES if hasattr(mlp, name)}
    taken = taken_of_mlp(values, with_data=targets is not None)
    known = dict(taken.training)
    if targets is not None:
        targets = np.asarray(targets)
        classes = values.get("classes_")
        if classes is not None and targets.ndim == 1:
            targets = one_of(targets, np.asarray(classes), taken.outputs)
        size, samples = values.get("batch_size", "auto"), len(targets)
        batch = training.get("batch_size") or min(_AUTO if size == "auto" else int(size), samples)
        known |= {"batch_size": batch, "weight_decay": float(values.get("alpha", 0.0)) / batch}
    return scenario_of(taken, kinds[0], inputs, targets, {**known, **training})
