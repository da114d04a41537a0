"""How are parameters drawn that a scenario does not list?

Every method is one row of `INITS`. A draw depends on the seed, the layer and which of its matrices
is drawn, and on nothing else: adding a layer leaves the numbers of the others alone.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from engine.arrays import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    from engine.arrays import Array

    Draw: TypeAlias = Callable[[np.random.Generator, int, int], npt.NDArray[np.float64]]

Which = Literal["weights", "recurrent_weights"]
_STREAMS: Mapping[Which, int] = {"weights": 0, "recurrent_weights": 1}


def initialise(init: str, units: int, inputs: int, seed: int, layer: int, which: Which = "weights") -> Array:
    """Return a matrix [units, inputs] drawn by the method `init`, a key of `INITS`.

    `layer` counts from 1; `which` tells the weights of a layer from its recurrent weights. The bits come
    from numpy's PCG64, started by SeedSequence([seed, layer, which]) (O'Neill 2014, "PCG: a family of
    simple fast space-efficient statistically good algorithms for random number generation").
    """
    start = np.random.SeedSequence([seed, layer, _STREAMS[which]])
    return frozen(INITS[init](np.random.Generator(np.random.PCG64(start)), units, inputs))


def zeros(_random: np.random.Generator, units: int, inputs: int) -> npt.NDArray[np.float64]:
    """All zero: the neurons of a layer then stay alike for ever, which is what it is here to show."""
    return np.zeros((units, inputs))


def uniform(random: np.random.Generator, units: int, inputs: int) -> npt.NDArray[np.float64]:
    """Uniform in ±1/√inputs: LeCun et al. 1998, "Efficient BackProp", and the habit before 2010."""
    return _uniform(random, units, inputs, 1 / sqrt(inputs))


def normal(random: np.random.Generator, units: int, inputs: int) -> npt.NDArray[np.float64]:
    """Normal with deviation 1/√inputs: Nielsen 2015, "Neural Networks and Deep Learning", chapter 3."""
    return random.normal(0.0, 1 / sqrt(inputs), (units, inputs))


def xavier_uniform(random: np.random.Generator, units: int, inputs: int) -> npt.NDArray[np.float64]:
    """Uniform in ±√(6/(inputs + units)).

    Glorot and Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks",
    equation 16. Made for tanh; also called Glorot.
    """
    return _uniform(random, units, inputs, sqrt(6 / (inputs + units)))


def xavier_normal(random: np.random.Generator, units: int, inputs: int) -> npt.NDArray[np.float64]:
    """Normal with deviation √(2/(inputs + units)): Glorot and Bengio 2010, equation 12."""
    return random.normal(0.0, sqrt(2 / (inputs + units)), (units, inputs))


def he_uniform(random: np.random.Generator, units: int, inputs: int) -> npt.NDArray[np.float64]:
    """Uniform in ±√(6/inputs): the variance of `he_normal`, drawn evenly."""
    return _uniform(random, units, inputs, sqrt(6 / inputs))


def he_normal(random: np.random.Generator, units: int, inputs: int) -> npt.NDArray[np.float64]:
    """Normal with deviation √(2/inputs).

    He et al. 2015, "Delving deep into rectifiers", equation 10. Made for relu; also called Kaiming.
    """
    return random.normal(0.0, sqrt(2 / inputs), (units, inputs))


def orthogonal(random: np.random.Generator, units: int, inputs: int) -> npt.NDArray[np.float64]:
    """Rows (or columns, if there are fewer) of length 1 at right angles.

    Saxe et al. 2014, "Exact solutions to the nonlinear dynamics of learning in deep linear neural
    networks"; even over all such matrices by the signs of Mezzadri 2007, "How to generate random
    matrices from the classical compact groups". Keeps the length of an error that flows back in time.
    """
    long, short = max(units, inputs), min(units, inputs)
    Q, R = np.linalg.qr(random.normal(size=(long, short)))
    even: npt.NDArray[np.float64] = Q * np.copysign(1.0, np.diagonal(R))
    return even if units >= inputs else even.T


def _uniform(random: np.random.Generator, units: int, inputs: int, bound: float) -> npt.NDArray[np.float64]:
    return random.uniform(-bound, bound, (units, inputs))


INITS: Mapping[str, Draw] = {
    "zeros": zeros,
    "uniform": uniform,
    "normal": normal,
    "xavier-uniform": xavier_uniform,
    "xavier-normal": xavier_normal,
    "he-uniform": he_uniform,
    "he-normal": he_normal,
    "orthogonal": orthogonal,
}
