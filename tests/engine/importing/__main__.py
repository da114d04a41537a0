"""What do scikit-learn and skops write, predict and learn?

`python -m tests.engine.importing`, where they are installed, writes the files beside this one: networks as
skops keeps them, and in mlp.json the samples, the predictions for them, and the parameters after one update.
"""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).parent
_SAMPLES = 12


def main() -> None:
    """Write the files."""
    neural: Any = import_module("sklearn.neural_network")
    flowers, kinds = import_module("sklearn.datasets").load_iris(return_X_y=True)
    flowers, kinds = flowers[:: 150 // _SAMPLES][:_SAMPLES], kinds[:: 150 // _SAMPLES][:_SAMPLES]
    same = {
        "hidden_layer_sizes": (4, 3),
        "max_iter": 1,
        "random_state": 1,
        "shuffle": False,
        "warm_start": True,
    }
    words = np.array(["cat", "dog"])[(kinds > 0).astype(int)]
    networks = {
        "softmax": (
            neural.MLPClassifier(activation="tanh", solver="sgd", momentum=0, alpha=0.01, **same),
            kinds,
        ),
        "binary": (neural.MLPClassifier(activation="relu", solver="adam", alpha=0, **same), words),
        "values": (neural.MLPRegressor(activation="logistic", solver="sgd", **same), flowers[:, 2:]),
    }
    told = {}
    for name, (network, targets) in networks.items():
        inputs = flowers[:, :2]
        network.fit(inputs, targets)
        import_module("skops.io").dump(network, FOLDER / f"{name}.skops")
        classes = name != "values"
        predicted = network.predict_proba(inputs) if classes else network.predict(inputs)
        wanted = (np.unique(targets)[None] == targets[:, None]).astype(float) if classes else targets
        if name == "binary":
            predicted, wanted = predicted[:, 1:], wanted[:, 1:]
        network.fit(inputs, targets)  # one update of all samples, by an optimizer that begins
        told[name] = {
            "inputs": inputs.tolist(),
            "targets": wanted.tolist(),
            "predicted": predicted.tolist(),
            "weights": [one.T.tolist() for one in network.coefs_],
            "biases": [one.tolist() for one in network.intercepts_],
        }
    (FOLDER / "mlp.json").write_text(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
