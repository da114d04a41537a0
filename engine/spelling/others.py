"""What do other libraries and books call what has another name here?

Only an error asks this, and who imports the network of another library: in a scenario nothing is taken under
the name that it has elsewhere, as nothing is guessed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_OTHERS = {
    # losses
    "mean-squared-error": "mse mseloss meansquare",
    "squared-error": "sse l2loss sumofsquares sumsquarederror sumofsquarederrors quadratic leastsquares",
    "half-squared-error": "halfmse halfsse",
    "absolute-error": "mae l1 l1loss meanabsoluteerror leastabsolutedeviation",
    "huber": "smoothl1 smoothl1loss huberloss",
    "log-cosh": "logcoshloss",
    "binary-cross-entropy": "bce bceloss bcewithlogits bcewithlogitsloss logloss "
    "logisticloss binarylogloss sigmoidcrossentropy",
    "cross-entropy": "ce crossentropyloss categoricalcrossentropy sparsecategoricalcrossentropy nll nllloss "
    "negativeloglikelihood softmaxcrossentropy multinomial softmaxloss",
    # activations
    "identity": "linear none purelin nothing",
    "sigmoid": "logistic logsig sigm expit",
    "tanh": "tansig hyperbolictangent",
    "relu": "rectifier rectifiedlinear poslin ramp",
    "leaky-relu": "lrelu prelu",
    "silu": "swish",
    # optimisers
    "sgd": "gd gradientdescent vanilla batchgradientdescent stochasticgradientdescent",
    "momentum": "sgdm heavyball mu sgdmomentum",
    "nesterov": "nag acceleratedgradient nesterovmomentum",
    # how weights are drawn
    "zeros": "zero",
    "uniform": "random rand randomuniform lecununiform",
    "normal": "randn gaussian randomnormal lecunnormal lecun truncatednormal",
    "xavier-uniform": "glorot xavier glorotuniform",
    "xavier-normal": "glorotnormal",
    "he-uniform": "he kaiming kaiminguniform",
    "he-normal": "kaimingnormal",
    # of [training]
    "mean": "average avg elementwisemean",
    "deferred": "simultaneous standard normal batch after",
    "premature": "immediate inplace atonce",
    "learning_rate": "lr eta alpha rate stepsize learningrateinit lr0",
    "iterations": "epochs epoch nepochs numepochs maxiter niter numiterations steps nsteps maxsteps rounds",
    "batch_size": "batch minibatch minibatchsize bs nbatch",
    "reduction": "average reduce",
    "optimizer": "solver optimiser algorithm optim method",
    "decay": "rho smoothing",
    "beta1": "betas b1",
    "beta2": "b2",
    "epsilon": "eps",
    "weight_decay": "wd l2 lambda regularization l2regularization",
    "clip_norm": "clip maxnorm gradientclipping gradclip maxgradnorm",
    "seed": "randomstate randomseed rng rngseed",
    # of [network] and its layers
    "loss": "cost criterion objective lossfunction costfunction error",
    "layers": "layer hidden hiddenlayers hiddenlayersizes",
    "inputs": "ninputs inputsize inputdim infeatures nin x xtrain features examples samples nfeatures",
    "units": "neurons size nodes nunits nneurons outfeatures hiddensize hiddenunits dim",
    "weights": "w weight kernel weightih coefs coef matrix",
    "biases": "b bias biasih intercepts intercept",
    "parameters": "params weightsfile statedict checkpoint weightsfrom",
    "activation": "act nonlinearity activationfunction transfer transferfunction func",
    "init": "initializer kernelinitializer initialization initialisation weightinit",
    "recurrent_weights": "u whh weighthh recurrentkernel recurrent hiddenweights",
    "recurrent_init": "recurrentinitializer",
    "initial_state": "h0 initialh hidden0 initialhidden",
    "train_weights": "trainable frozen freeze requiresgrad",
    "train_biases": "trainbias usebias",
    "bias_copies": "copies biascount numberofbiases doublebias",
    # of [data], and the top
    "targets": "y ytrain labels label target t outputs desired expected",
    "file": "path csv npz filename source",
    "separator": "sep delimiter delim",
    "decimal": "decimalpoint decimalcomma",
    "one_hot": "categorical tocategorical",
    "shape": "imageshape imagesize inputshape size pictureshape",
    "classes": "classnames categories labelnames",
    "title": "name heading",
    "about": "description comment text note",
    "format": "version",
}
_NOTES = {
    "alpha": "scikit-learn's alpha is another: weight_decay = alpha / batch_size.",
    "betas": "beta1 and beta2 are two keys.",
    "iterations": "An iteration is one batch: an epoch is as many as there are batches.",
    "bcewithlogits": "The sigmoid is the activation of the last layer.",
    "bcewithlogitsloss": "The sigmoid is the activation of the last layer.",
    "crossentropyloss": "The softmax is the activation of the last layer.",
    "sparsecategoricalcrossentropy": "Targets are a number for each class, one of them 1.",
    "mean-squared-error": 'The mean is over the outputs; for that over samples add reduction = "mean".',
    "absolute-error": "It is the sum over the outputs, and not their mean.",
    "frozen": "It is the opposite: false holds the weights fast.",
    "freeze": "It is the opposite: false holds the weights fast.",
}
"""What else is to be said, by our name or, where it is only for one, by theirs."""

_NOTHING_LIKE_IT = (
    "gelu selu celu mish relu6 hardsigmoid hardtanh softsign step sign heaviside sin gaussianerror "
    "hinge squaredhinge kl kldiv kldivergence poisson cosine ctc triplet focal "
    "adagrad adadelta adamax nadam lbfgs rprop lion ftrl newton "
    "ones constant eye identityinit sparse"
)
"""What others have and bp-tui has not: the nearest name by its letters would be something else."""


def ours(word: str, names: Iterable[str]) -> str | None:
    """Return which of our `names` others call by a word, in letters of any size; None if none of them."""
    theirs = _letters(word)
    return next((one for one in names if theirs in (_letters(one), *_OTHERS.get(one, "").split())), None)


def note(word: str) -> str:
    """Return what else a word of others means, or is to be known of it; the empty text if nothing."""
    return _NOTES.get(_letters(word), "")


def _letters(word: str) -> str:
    return re.sub(r"[^a-z0-9]", "", word[:60].lower())


def meant(word: str, names: Iterable[str]) -> str | None:
    """Return the sentence that says what a word of others is called here, if it is one of the `names`.

    The empty text says that there is nothing like it; None that the word is not known.
    """
    theirs = _letters(word)
    for name in names:
        if theirs in _OTHERS.get(name, "").split():
            note = _NOTES.get(theirs) or _NOTES.get(name, "")
            return f'Did you mean "{name}"?' + (f" {note}" if note else "")
    return "" if theirs in _NOTHING_LIKE_IT.split() else None
