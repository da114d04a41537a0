"""By what rules is a run computed: its order, loss and learning rate, each in a few words?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.equations.functions.losses import LOSSES

if TYPE_CHECKING:
    from engine.run.tracing import Trace
    from engine.scenario import Training


def rules(trace: Trace, iteration: int, *, short: bool, named: bool = False) -> dict[str, str]:
    """Return the rules by which an iteration is computed, each in a few words, by what it is about.

    The loss is a formula or, `named`, a name: some formulas are long.

    The iteration in which the user broke the rule is in no order of the table; those after it are, but
    begin with weights that no unbroken run has.
    """
    network, training = trace.scenario.network, trace.scenario.training
    trained = {layer.trains("biases") for layer in network.layers}
    alike = "biases train" if True in trained else "biases fixed"
    reduction = f"batch {training.reduction}" if short else f"{training.reduction} over the batch"
    found = {
        "order": "" if iteration == trace.broken_iteration else f"{trace.order} order",
        "loss": f"C: {network.loss}" if named else f"C = {LOSSES[network.loss].formula_text}",
        "reduction": reduction if training.batch_size > 1 else "",
        "sign": "δ = ∂C/∂z",
        "rate": _rate(training),
        "biases": "some biases fixed" if len(trained) > 1 else alike,
    }
    return {about: words for about, words in found.items() if words}


def _rate(training: Training) -> str:
    """Return how far an update goes, and what else is done to what it applies."""
    facts = [] if training.optimizer == "sgd" else [training.optimizer]
    facts.append(f"η = {training.learning_rate:g}")
    facts += [f"λ = {training.weight_decay:g}"] if training.weight_decay else []
    facts += [f"clipped to {training.clip_norm:g}"] if training.clip_norm is not None else []
    return " · ".join(facts)
