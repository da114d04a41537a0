"""Does the program that is printed print the records of the trace, digit for digit?"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.arrays import frozen
from engine.catalog import find, shipped
from engine.equations import optimizers
from engine.equations.functions.activations import ACTIVATIONS, Activation
from engine.equations.functions.losses import LOSSES, Loss
from engine.equations.mistakes import mistakes
from engine.equations.mistakes.mistakes import Mistake
from engine.equations.optimizers import Optimizer, State
from engine.equations.table import altered
from engine.listing.layout import WIDTH
from engine.listing.listing import MOST_NUMBERS, TooLargeError, listing
from engine.order.shapes import shapes_of
from engine.program import machine
from engine.program.names import short_name
from engine.read import load
from engine.run.tracing import trace
from engine.scenario import Data, Layer, Network
from engine.update_orders import ORDERS
from tests.engine.listing.printed import expected, output, printed
from tests.given.further_orders import FURTHER, put
from tests.given.scenarios_at_random import (
    MISTAKES,
    OPTIMIZERS,
    PAIRS,
    Wanted,
    in_turn,
    scenario_at_random,
    with_training,
)
from tests.given.shipped import scenario_of
from tests.given.some_of import EVERY_CASE, each_of, in_turns
from tests.work.patience import PATIENCE

if TYPE_CHECKING:
    from engine.equations.equation import Equation
    from engine.scenario import Order, Scenario

ORDERS_BY_TURNS = ("deferred", "premature", "deferred", "layerwise")  # clipping is for the first alone
NAMES = [entry.label for entry in shipped()]


def floats(scenario: Scenario) -> bool:
    return machine.straight(scenario, shapes_of(scenario))


@pytest.fixture
def on_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every scenario run on arrays, also one so small that it would run as floats."""
    run_on_arrays(monkeypatch)


def small_at_random(seed: int, wanted: Wanted) -> Scenario:
    """Of three scenarios the one with the fewest parameters: its program is written sooner."""
    if EVERY_CASE:
        return scenario_at_random(seed, wanted)
    some = (scenario_at_random(seed + 1000 * turn, wanted) for turn in range(3))
    return min(some, key=lambda one: one.network.parameters)


def run_on_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("program.machine", "listing.listing", "run.straight"):
        monkeypatch.setattr(f"engine.{module}.straight", lambda *_: False)


@pytest.mark.parametrize(("name", "order"), each_of(NAMES, ORDERS))
def test_a_shipped_scenario(name: str, order: Order) -> None:
    scenario = scenario_of(name)
    assert printed(scenario, order) == expected(scenario, order)


def test_the_shipped_scenarios_have_programs_of_both_kinds() -> None:
    assert {floats(load(find(name))) for name in ("mazur", "iris")} == {True, False}


@pytest.mark.parametrize(("seed", "order"), each_of(range(8), ORDERS))
def test_any_scenario(seed: int, order: Order) -> None:
    scenario = scenario_at_random(seed, Wanted(iterations=1, steps=60, parameters=30))
    assert printed(scenario, order) == expected(scenario, order)


@pytest.mark.usefixtures("on_arrays")
@pytest.mark.parametrize(("seed", "order"), each_of(range(8), ORDERS))
def test_any_scenario_on_arrays(seed: int, order: Order) -> None:
    scenario = scenario_at_random(seed, Wanted(recurrent=bool(seed % 3)))
    assert printed(scenario, order) == expected(scenario, order)


@pytest.mark.parametrize(
    ("output_activation", "loss"), [pair for pair in PAIRS if EVERY_CASE or in_turn(*pair) % 3 == 0]
)
def test_every_activation_with_every_loss(output_activation: str, loss: str) -> None:
    """Far from tame, so that logarithms of negative numbers and divisions by 0 have their turn.

    A third of the pairs, every activation and every loss in two or three.
    """
    seed = 31 * list(ACTIVATIONS).index(output_activation) + list(LOSSES).index(loss)
    order = list(ORDERS)[seed % len(ORDERS)]
    wanted = Wanted(
        output=output_activation,
        loss=loss,
        hidden=list(ACTIVATIONS)[seed % 8],
        samples=2,
        iterations=1,
        tame=False,
        steps=40 if EVERY_CASE else 28,
        parameters=30,
    )
    scenario = small_at_random(seed, wanted)
    assert printed(scenario, order) == expected(scenario, order)


def one_unit(activation: str, weight: float, bias: float, loss: str, given: float, target: float) -> Scenario:
    """A scenario of one unit, by its numbers."""
    scenario = scenario_at_random(1, Wanted(recurrent=False, samples=1, depth=1))
    layer = Layer(activation, frozen([[weight]]), frozen([bias]))
    data = Data(frozen([[[given]]]), frozen([[[target]]]), np.ones((1, 1), dtype=np.bool_))
    return replace(scenario, network=Network(1, loss, (layer,)), data=data)


@pytest.mark.parametrize(
    ("scenario", "functions"),
    [
        (one_unit("sigmoid", 1.0, 0.0, "half-squared-error", 1.0, 0.0), []),
        (one_unit("sigmoid", 1.0, 0.0, "half-squared-error", -800.0, 1.0), []),
        (one_unit("sigmoid", 1.0, 0.0, "binary-cross-entropy", 800.0, 0.0), ["exp"]),
        (one_unit("tanh", 1.0, 0.0, "half-squared-error", -800.0, 1.0), ["cosh"]),
        (one_unit("relu", -1.0, 0.0, "binary-cross-entropy", 1.0, 1.0), ["divide", "log"]),
        (one_unit("identity", 1.0, 0.0, "cross-entropy", -0.5, 1.0), ["log"]),
    ],
)
def test_a_function_of_its_own_only_where_pythons_stops(scenario: Scenario, functions: list[str]) -> None:
    program = listing(scenario, "deferred")
    for name in ("exp", "cosh", "log", "divide"):
        assert (f"def {name}(" in program) == (name in functions)
    assert output(program).splitlines() == expected(scenario, "deferred")


def test_a_zero_has_the_sign_that_it_has_in_the_trace() -> None:
    """A dead unit: its delta is -0.0, its gradient and its change are 0.0."""
    scenario = one_unit("relu", -1.0, -0.0, "half-squared-error", 1.0, 0.5)
    lines = printed(scenario, "deferred")
    assert lines == expected(scenario, "deferred")
    assert any("delta [-0.0]" in one for one in lines)
    assert any("weight_gradient [[0.0]]" in one for one in lines)


@pytest.mark.parametrize("arrays", [False, True], ids=["floats", "arrays"])
def test_a_bias_that_stands_for_three_changes_by_three_times_the_rate(
    arrays: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is multiplied first may round: programs and traces take the same first."""
    if arrays:
        run_on_arrays(monkeypatch)
    for tenths in range(1, 10):
        single = one_unit("sigmoid", 1.0, 0.0, "half-squared-error", 1.0, tenths / 10.0)
        layers = (replace(single.network.layers[0], bias_copies=3),)
        scenario = replace(single, network=replace(single.network, layers=layers))
        assert printed(scenario, "deferred") == expected(scenario, "deferred")


@pytest.mark.parametrize("arrays", [False, True], ids=["floats", "arrays"])
def test_every_optimiser(arrays: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """With decay, clipping and what is not trained by chance, each in some order."""
    if arrays:
        run_on_arrays(monkeypatch)
    seen = set()
    for place, optimizer in enumerate(OPTIMIZERS):
        order = ORDERS_BY_TURNS[place % len(ORDERS_BY_TURNS)]
        for seed in range(place, place + 2):
            scenario = (scenario_at_random if arrays else small_at_random)(
                seed,
                Wanted(
                    optimizer=optimizer,
                    settings=seed % 4 > 0,
                    order=order,
                    iterations=1,
                    steps=45 if EVERY_CASE else 36 if arrays else 26,
                    parameters=30,
                ),
            )
            if floats(scenario) != arrays:
                seen.add(optimizer)
                assert printed(scenario, order) == expected(scenario, order)
                if not EVERY_CASE:
                    break
    assert len(seen) >= len(OPTIMIZERS) / 2


@pytest.mark.parametrize("arrays", [False, True], ids=["floats", "arrays"])
def test_a_new_optimiser_and_a_new_mistake(arrays: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """One row each: the listing has its states, its numbers and the comment at the lines that are wrong."""
    if arrays:
        run_on_arrays(monkeypatch)
    monkeypatch.setitem(
        optimizers.OPTIMIZERS,
        "dampened",
        Optimizer(
            "drift / sqrt(1 + square(drift)) / growth + g",
            # It reads itself when something is made of it already, and the same of it as the direction.
            {"drift": State("d", "(1 - decay) * g + momentum * drift / sqrt(1 + square(drift))", "drift")},
            ("momentum", "decay"),
            {"momentum_power": "momentum"},
            {"growth": "2 - momentum_power"},
        ),
    )

    def rewrite(one: Equation, network: Network) -> list[Equation]:
        if one.variable.name != "bias_total":
            return [one]
        return [one._replace(terms=tuple(term._replace(coefficient=2.0) for term in one.terms))]

    monkeypatch.setitem(
        mistakes.MISTAKES, "biases-twice", Mistake("the sum of the deltas", "twice the sum", rewrite)
    )
    seen = 0
    for seed, order in each_of(range(3), ORDERS):
        wanted = Wanted(
            optimizer="dampened",
            mistake="biases-twice",
            settings=bool(seed % 2),
            order=order,
            iterations=1,
            steps=45 if arrays else 28,
            parameters=30,
        )
        scenario = (scenario_at_random if arrays else small_at_random)(seed, wanted)
        if floats(scenario) == arrays:
            continue
        seen += 1
        program = listing(scenario, order)
        comments = " ".join(line.strip(" #") for line in program.splitlines() if "# " in line)
        assert "here twice the sum. Right is the sum of the deltas." in comments
        assert f"momentum = {scenario.training.momentum}\n" in program
        assert "drift_W1" in program
        assert output(program).splitlines() == expected(scenario, order)
    assert seen


@pytest.mark.parametrize("arrays", [False, True], ids=["floats", "arrays"])
@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_mistake_and_the_lines_that_it_changes_are_marked(
    mistake: str, arrays: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each with one optimiser in turn, in some order."""
    if arrays:
        run_on_arrays(monkeypatch)
    turn, apart = MISTAKES.index(mistake), 3 if EVERY_CASE else len(OPTIMIZERS)
    for place in range(turn % apart, len(OPTIMIZERS), apart):
        order = ORDERS_BY_TURNS[(7 * turn + place) % len(ORDERS_BY_TURNS)]
        wanted = Wanted(
            mistake=mistake,
            optimizer=OPTIMIZERS[place],
            recurrent="time" in mistake or "recurrent" in mistake or turn % 2 > 0,
            depth=2,
            samples=2,
            settings=turn % 4 > 0,
            order=order,
            iterations=1,
            steps=32,
            parameters=30,
        )
        every = ((scenario_at_random if arrays else small_at_random)(seed, wanted) for seed in range(100))
        scenario = next(one for one in every if floats(one) != arrays and altered(one))
        program = listing(scenario, order)
        assert output(program).splitlines() == expected(scenario, order)
        assert_marked(scenario, program)


def assert_marked(scenario: Scenario, program: str) -> None:
    """Behind each comment stands what the mistake makes otherwise, and all of that stands behind one."""
    wrong = {short_name(one) for one in altered(scenario)}
    before, _, computed = re.split(r"# (step 0|forward of)", program, maxsplit=1)
    if "# The mistake " in before:  # plain descent divides by the rate, with the other numbers
        assert re.search(r"# The mistake .*\n(?:#.*\n)*rate = ", before)
        return
    found, behind = set(), False
    for line in computed.splitlines():
        text = line.strip()
        made = re.match(r"([a-zA-Z]+(?:_[a-zA-Z]+)*\d*)\w*(?:\[.*\])? = ", text)
        if text.startswith("# The mistake "):
            behind = True
        elif made and made[1] in wrong:
            assert behind
            found.add(made[1])
        elif made and not re.match(r"x\d|own_", made[1]):  # a part of a formula belongs to what follows
            behind = False
    assert found


@pytest.mark.usefixtures("on_arrays")
def test_the_last_samples_share_of_one_units_bias_is_read_when_it_is_there() -> None:
    """A vector's last number is no view of it: it was read before the first iteration."""
    wanted = Wanted(mistake="bias-of-last-sample", order="deferred", samples=3, batch_size=3, depth=1)
    every = (scenario_at_random(seed, wanted) for seed in range(100))
    scenario = next(one for one in every if one.network.sizes[-1] == 1)
    assert printed(scenario, "deferred") == expected(scenario, "deferred")


def test_no_target_is_read_that_is_not_given() -> None:
    """What couples the outputs reads targets where there are none, too: zeros."""
    wanted = Wanted(output="softmax", loss="cross-entropy", order="deferred", recurrent=True)
    every = (scenario_at_random(seed, wanted) for seed in range(100))
    scenario = next(one for one in every if floats(one) and not one.data.has_target.all())
    assert printed(scenario, "deferred") == expected(scenario, "deferred")


def test_a_function_of_a_row_brings_along_what_it_calls() -> None:
    """Softmax with binary cross-entropy, in floats: its exact forms are functions of all outputs."""
    wanted = Wanted(output="softmax", loss="binary-cross-entropy", optimizer="adam", order="deferred")
    every = (scenario_at_random(seed, wanted) for seed in range(100))
    scenario = next(one for one in every if floats(one))
    text = listing(scenario, "deferred")
    assert "def softmax_binary_cross_entropy(" in text
    assert "import numpy" not in text
    assert printed(scenario, "deferred") == expected(scenario, "deferred")


def test_a_setting_has_a_name_and_a_state_its_beginning() -> None:
    scenario = with_training(load(find("mazur")), optimizer="adam", weight_decay=0.01, clip_norm=0.1)
    program = listing(scenario, "deferred")
    for line in ("beta1 = 0.9", "epsilon = 1e-08", "weight_decay = 0.01", "clip_norm = 0.1"):
        assert f"\n{line}\n" in program
    assert "momentum = " not in program
    assert "first_moment_b2_1 = first_moment_b2_2 = 0.0" in program
    assert "beta1_power2 = beta1_power2 * beta1" in program
    assert "clip_scale = clip_norm / norm if norm > clip_norm else 1.0" in program


def test_a_new_activation_and_a_new_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ACTIVATIONS, "cubic", Activation("cubic", "z * z * z", "3 * z * z"))
    monkeypatch.setitem(
        LOSSES, "quartic", Loss("quartic", "square(square(a - y))", "4 * (a - y) * square(a - y)")
    )
    for seed, order in each_of(range(3), ORDERS):
        output = "cubic" if seed % 2 else "tanh"
        wanted = Wanted(hidden="cubic", output=output, loss="quartic", iterations=1, steps=60, parameters=30)
        scenario = scenario_at_random(seed, wanted)
        assert printed(scenario, order) == expected(scenario, order)


@pytest.mark.parametrize("arrays", [False, True], ids=["floats", "arrays"])
@pytest.mark.parametrize("order", FURTHER)
def test_a_new_order(order: str, arrays: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Updates that apply neither one share nor the total; they lead to the parameters of the run."""
    put(monkeypatch)
    if arrays:
        run_on_arrays(monkeypatch)
    seen = 0
    for seed in in_turns(range(4), [*FURTHER].index(order), 2):  # the first and the last are dense
        wanted = Wanted(
            recurrent=bool(seed % 3),
            samples=3,
            batch_size=3,
            iterations=1,
            steps=60 if arrays else 45,
            parameters=30,
        )
        drawn = scenario_at_random if arrays else small_at_random
        every = (drawn(seed + 10 * further, wanted) for further in range(100))
        scenario = next(one for one in every if not wanted.recurrent or one.data.times > 1)
        if floats(scenario) == arrays:
            continue
        seen += 1
        found, lines = printed(scenario, order), expected(scenario, order)
        for one, other in zip(found, lines, strict=True):
            assert one == other
        after = trace(scenario, order).parameters(1)
        for number in range(1, len(scenario.network.layers) + 1):
            (*_, last) = (one for one in found if re.search(rf"  update  (.*  )?layer {number}  ", one))
            assert f"weights_after {after.layer(number).weights.tolist()}  biases" in last
    assert seen


def test_an_update_names_what_it_applies() -> None:
    """The sum so far, or one share: a sum of its own only where it is neither."""
    scenario = load(find("xor"))
    assert "change_W2_1_1 = -rate * gW2_1_1" in listing(scenario, "deferred")
    assert "change_W2_1_1 = -rate * gW2_s3_1_1" in listing(scenario, "premature")
    assert all("gathered_" not in listing(scenario, order) for order in ORDERS)


@pytest.mark.parametrize("name", ["mazur", "xor", "elman", "iris"])
def test_no_line_is_wider_than_a_page(name: str) -> None:
    lines = listing(load(find(name)), "deferred").splitlines()
    assert max(map(len, lines)) <= WIDTH


def test_python_alone_runs_the_programs_of_floats(tmp_path: object) -> None:
    """In a process that has nothing of ours, and no numpy until a program on arrays imports it."""
    names = ["mazur", "xor", "12-through-time", "iris"]
    scenarios = [load(find(name)) for name in names]
    assert [floats(one) for one in scenarios] == [True, True, True, False]
    run = "import sys\nfor text in {!r}:\n    exec(text, {{}})\n    print('numpy' in sys.modules)\n"
    programs = [listing(one, one.training.order) for one in scenarios]
    done = subprocess.run(
        [sys.executable, "-I", "-"],
        input=run.format(programs),
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    wanted: list[str] = []
    for scenario in scenarios:
        wanted += [*expected(scenario, scenario.training.order), str(not floats(scenario))]
    assert done.stdout.splitlines() == wanted


def test_what_nobody_could_read_is_refused() -> None:
    scenario = scenario_at_random(1, Wanted(recurrent=False, samples=1, depth=1))
    units = MOST_NUMBERS // 10

    def wide(inputs: int) -> Scenario:
        layer = Layer("identity", frozen(np.ones((units, inputs))), frozen(np.zeros(units)))
        data = Data(
            frozen(np.ones((1, 1, inputs))), frozen(np.ones((1, 1, units))), np.ones((1, 1), np.bool_)
        )
        return replace(scenario, network=Network(inputs, "squared-error", (layer,)), data=data)

    with pytest.raises(TooLargeError, match=f"11,009 numbers .*{MOST_NUMBERS:,}"):
        listing(with_training(wide(9), batch_size=1), "deferred")
    large = with_training(wide(7), batch_size=1)
    assert printed(large, "deferred") == expected(large, "deferred")
