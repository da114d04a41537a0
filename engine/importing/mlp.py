"""What is taken of scikit-learn's MLPClassifier or MLPRegressor, by the names of its attributes?

Its gradients are means over the samples of a batch, its squared error is halved, and not averaged over the
outputs; alpha is shared by the samples of a batch.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.equations.functions.activations import ACTIVATIONS
from engine.importing.assumed import HALF_SQUARED, LOSS_OF, taken
from engine.importing.modules import modules_of
from engine.importing.scenario import one_of, scenario_of
from engine.importing.taken import NotTakenError, named
from engine.read.data.labels import listed
from engine.spelling.others import ours
from engine.spelling.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.importing.taken import Taken, Value
    from engine.scenario import Scenario

CLASSES = ("MLPClassifier", "MLPRegressor")
ATTRIBUTES = (
    *("coefs_", "intercepts_", "activation", "out_activation_", "loss", "classes_", "alpha", "batch_size"),
    *("solver", "learning_rate", "learning_rate_init", "momentum", "nesterovs_momentum"),
    *("beta_1", "beta_2", "epsilon"),
)
"""What is asked of an MLP."""

_CLASSES = 1000
_LOSSES = ("log_loss", "binary_log_loss", "squared_error", "square_loss")


def taken_of_mlp(values: Mapping[str, Any], *, with_data: bool = False) -> Taken:
    """Return the network of an MLP with these attributes; what depends on the data is said if there are none.

    Raises:
        NotTakenError: something can't be taken.
    """
    coefs, intercepts, classes = (values.get(name) for name in ("coefs_", "intercepts_", "classes_"))
    values = _plain(values)
    if not isinstance(coefs, list) or not isinstance(intercepts, list) or not coefs:
        raise NotTakenError("coefs_ and intercepts_ aren't there: the network has not been fitted")
    arrays = {}
    for name, some in (("coefs_", coefs), ("intercepts_", intercepts)):
        for place, one in enumerate(some):
            if not isinstance(one, np.ndarray) or one.dtype.kind not in "fiub":
                raise NotTakenError(f"{name}[{place}] is no array of real numbers")
            arrays[f"{name}[{place}]"] = one
    found = modules_of(arrays, (), "from-to", kept=True)
    loss = values.get("loss")
    if loss not in _LOSSES:
        raise NotTakenError(f"loss is {_said(loss)}: expected {_LOSSES[0]} or {_LOSSES[2]}")
    last = _activation(values, "out_activation_")
    hidden = _activation(values, "activation")
    made = taken(found, (hidden,), last, LOSS_OF.get(last, HALF_SQUARED))
    return made.with_training(_training(values), [*_remarks(values, with_data=with_data), *_classes(classes)])


def _plain(values: Mapping[str, Any]) -> dict[str, str | float]:
    """Return the attributes that are a text or a number."""
    items = ((name, one.item() if isinstance(one, np.generic) else one) for name, one in values.items())
    return {name: one for name, one in items if isinstance(one, str | int | float)}


def _activation(values: Mapping[str, str | float], name: str) -> str:
    value = values.get(name)
    found = ours(value, ACTIVATIONS) if isinstance(value, str) else None
    if found is None or (ACTIVATIONS[found].coupled and name == "activation"):
        raise NotTakenError(f"{name} is {_said(value)}: there is no such activation here")
    return found


def _training(values: Mapping[str, str | float]) -> dict[str, Value]:
    """Return how it is trained, as far as that is the same here."""
    rate = _number(values, "learning_rate_init", 0.001, below=1e300)
    solver = values.get("solver")
    momentum = _number(values, "momentum", 0.9)
    if solver == "adam":
        beta1, beta2 = (_number(values, name, one) for name, one in (("beta_1", 0.9), ("beta_2", 0.999)))
        epsilon = _number(values, "epsilon", 1e-8, below=1e300) or 1e-8
        return {
            "learning_rate": rate,
            "optimizer": "adam",
            "beta1": beta1,
            "beta2": beta2,
            # It stands before the correction there: so the first update is the same.
            "epsilon": epsilon / math.sqrt(1 - beta2),
        }
    if solver != "sgd":
        return {"learning_rate": rate}
    if not momentum:
        return {"learning_rate": rate, "optimizer": "sgd"}
    optimizer = "nesterov" if values.get("nesterovs_momentum", True) is True else "momentum"
    return {"learning_rate": rate, "optimizer": optimizer, "momentum": momentum}


def _number(values: Mapping[str, str | float], name: str, default: float, *, below: float = 1.0) -> float:
    value = values.get(name, default)
    if isinstance(value, bool | str) or not 0 <= value < below:
        raise NotTakenError(f"{name} is {_said(value)}: expected a number from 0 to below {below:g}")
    return float(value)


def _remarks(values: Mapping[str, str | float], *, with_data: bool) -> Iterator[str]:
    solver = values.get("solver")
    if solver not in ("adam", "sgd"):
        yield f"solver is {_said(solver)}, which is not here: sgd in its place"
    elif solver == "adam":
        yield (
            "adam: epsilon stands before the correction in scikit-learn: here it is as large as in the first "
            "update there; in later ones only tiny gradients feel it"
        )
    elif values.get("learning_rate", "constant") != "constant":
        yield f"learning_rate is {_said(values['learning_rate'])}: it stays as it is here"
    if with_data:
        return
    if alpha := _number(values, "alpha", 0.0001, below=1e300):
        yield f"alpha is {alpha:g}: with your data put weight_decay = {alpha:g} / batch_size under [training]"
    size = values.get("batch_size", "auto")
    if size != "auto":
        yield f"batch_size is {_said(size)}: with your data put it under [training]"


def _classes(classes: object) -> Iterator[str]:
    if isinstance(classes, np.ndarray) and classes.ndim == 1 and 1 < classes.size <= _CLASSES:
        which = "in the order of the outputs" if classes.size > 2 else "for 0 and 1"
        yield f"classes, {which}: {listed(tuple(one_line(str(one)) for one in classes))}"


def _said(value: object) -> str:
    return "missing" if value is None else named(repr(value))


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
