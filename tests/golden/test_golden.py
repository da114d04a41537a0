"""Does the engine reproduce the worked examples of the literature, and which of them are wrong?

tests/golden/golden.json holds what was published, digit by digit, the same numbers recomputed, and
a verdict on each published string. The engine has to give the recomputed numbers; each verdict has
to hold for the engine's number, also where it says that the published digits are not right.
"""

from __future__ import annotations

import json
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.golden import examples
from tests.golden.examples import EXPRESSIONS, NETWORKS, Numbers

GOLDEN: dict[str, dict[str, Any]] = {
    example["id"]: example
    for example in json.loads((Path(__file__).parent / "golden.json").read_text())["examples"]
}

# 10,000 iterations, or long chains: each step rounds, and the rounding of one is carried to the next.
LOOSE = {"mazur-2-2-2", "animesh-early-vs-deferred", "nielsen-saturated-neuron", "scalar-powers-100"}


@cache
def computed(example: str) -> Numbers:
    """The numbers of an example, by the engine (or, for an expression, by themselves)."""
    return {**NETWORKS, **EXPRESSIONS}[example]()


def assert_equal(found: Numbers, expected: Numbers, tolerance: float = 1e-12) -> None:
    """Every expected number is found, to a relative tolerance."""
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=tolerance, abs=1e-15), name


def judged(published: str, value: float) -> str:
    """The verdict on a published string, by the legend of golden.json."""
    digits = Decimal(published)
    unit = Decimal(1).scaleb(int(digits.as_tuple().exponent))
    exact = Decimal(value)
    if digits == exact.quantize(unit, ROUND_HALF_EVEN):
        return "reproduced"
    if digits == exact.quantize(unit, ROUND_DOWN):
        return "reproduced (truncated, not rounded)"
    if abs(digits - exact) <= Decimal("1.5") * unit:
        return "off by one in last digit"
    return "NOT reproduced"


def test_every_example_is_computed() -> None:
    assert set(GOLDEN) == set(NETWORKS) | set(EXPRESSIONS)
    assert all(GOLDEN[example]["recomputed"] for example in GOLDEN)


@pytest.mark.parametrize("example", GOLDEN)
def test_the_recomputed_numbers(example: str) -> None:
    tolerance = 1e-10 if example in LOOSE else 1e-12
    assert_equal(computed(example), GOLDEN[example]["recomputed"], tolerance)


@pytest.mark.parametrize("example", GOLDEN)
def test_each_published_number_is_as_right_as_said(example: str) -> None:
    golden, found = GOLDEN[example], computed(example)
    verdict = {name: judged(golden["published"][name], found[name]) for name in golden["verdict"]}
    assert verdict == golden["verdict"]


def test_each_published_number_has_a_verdict() -> None:
    for golden in GOLDEN.values():
        assert set(golden["published"]) == set(golden["verdict"])


def test_the_published_digits_that_are_wrong() -> None:
    """By name, so that a change in this list is noticed."""
    wrong = {
        f"{example} {name}"
        for example, golden in GOLDEN.items()
        for name, verdict in golden["verdict"].items()
        if verdict == "NOT reproduced"
    }
    assert wrong == {
        "mazur-2-2-2 E_total_after_1",
        "mazur-2-2-2 E_total_after_10000",
        "mazur-2-2-2 out_o1_after_10000",
        "mazur-2-2-2 out_o2_after_10000",
        *(f"bptt-scalar-2-whh0.8 {n}" for n in ("dWhy", "d2_direct", "d1_carried", "d1_total", "dWhh")),
        *(
            f"bptt-scalar-2-whh0.1 {n}"
            for n in ("h2", "y2", "L2", "L", "dy2", "dh2", "da2", "gWxh_t2", "gWhh_t2")
        ),
        "icourse-ppt-2-2-2 d_w1",
        "icourse-ppt-2-2-2 d_w3",
        "single-neuron-halfmse dw12",
    }


# --- Mazur: the article's numbers come from two different runs ----------------------------------------


def test_mazur_in_the_premature_order() -> None:
    assert_equal(examples.mazur_early(), GOLDEN["mazur-2-2-2"]["early_update_variant"], 1e-10)


def test_three_of_mazurs_numbers_are_those_of_the_premature_order() -> None:
    published, early = GOLDEN["mazur-2-2-2"]["published"], examples.mazur_early()
    for name in ("E_total_after_1", "out_o1_after_10000", "out_o2_after_10000"):
        assert judged(published[name], early[name]) == "reproduced"
        assert judged(published[name], computed("mazur-2-2-2")[name]) == "NOT reproduced"


def test_mazurs_last_error_is_that_of_one_update_fewer() -> None:
    published = GOLDEN["mazur-2-2-2"]["published"]["E_total_after_10000"]
    found = computed("mazur-2-2-2")
    assert judged(published, found["E_total_after_9999"]) == "reproduced"
    assert judged(published, found["E_total_after_10000"]) == "NOT reproduced"


def test_the_premature_order_is_worse_after_one_update_and_better_after_ten_thousand() -> None:
    late, early = computed("mazur-2-2-2"), examples.mazur_early()
    assert early["E_total_after_1"] > late["E_total_after_1"]
    assert early["E_total_after_10000"] < late["E_total_after_10000"]


def test_mazur_with_trained_biases() -> None:
    golden, found = GOLDEN["mazur-2-2-2"], examples.mazur_with_biases()
    assert_equal(found, golden["bias_updated_variant"])
    elsewhere = golden["bias_updated_published_elsewhere"]
    for name, verdict in elsewhere["verdict"].items():
        assert judged(elsewhere[name], found[name]) == verdict


# --- details of the other examples ----------------------------------------------------------------------


def test_deepml_each_sample_of_each_epoch() -> None:
    for epoch, golden in enumerate(GOLDEN["deepml-25-batch-neuron"]["per_epoch"]):
        records = [r for r in examples.DEEPML.iteration(epoch) if r["kind"] == "gradient"]
        predictions = [r["prediction"][0] for r in examples.DEEPML.iteration(epoch) if r["kind"] == "loss"]
        assert predictions == pytest.approx(golden["pred"], rel=1e-12)
        for record, weight, bias in zip(
            records, golden["per_sample_grad_w"], golden["per_sample_grad_b"], strict=True
        ):
            assert record["weight_gradient"][0] == pytest.approx(weight, rel=1e-12)
            assert record["bias_gradient"][0] == pytest.approx(bias, rel=1e-12)
        # the example's gradient is the mean; a total is the sum
        assert records[-1]["weight_total"][0] == pytest.approx([3.0 * g for g in golden["grad_w"]], rel=1e-12)
        assert records[-1]["bias_total"][0] == pytest.approx(3.0 * golden["grad_b"], rel=1e-12)


def test_nielsen_the_larger_error_has_the_smaller_gradient() -> None:
    found = computed("nielsen-saturated-neuron")
    assert found["case2_initial"] > found["case1_initial"]
    assert found["case1_first_grad"] > 7.0 * found["case2_first_grad"]


@pytest.mark.parametrize(("example", "whh"), [("bptt-scalar-2-whh0.8", 0.8), ("bptt-scalar-2-whh0.1", 0.1)])
def test_bptt_step_by_step(example: str, whh: float) -> None:
    for found, expected in zip(
        examples.bptt_trace(examples.bptt(whh)), GOLDEN[example]["trace"], strict=True
    ):
        assert_equal(found, expected)


def test_icourse_published_the_result_of_a_wrong_formula() -> None:
    golden = GOLDEN["icourse-ppt-2-2-2"]
    found, wrong = computed("icourse-ppt-2-2-2"), examples.icourse_as_published()
    assert_equal(wrong, golden["as_published_recomputed"])
    for name, value in wrong.items():
        assert judged(golden["published"][name], value) == "reproduced"
    assert found["d_w1"] < 0.0 < wrong["d_w1"]
    assert found["d_w3"] < 0.0 < wrong["d_w3"]


def test_the_sign_of_a_gradient_can_flip() -> None:
    found = computed("crafted-early-sign-flip")
    assert found["dE_dw1_early_WRONG"] < 0.0 < found["dE_dw1_true"]
    assert found["w2_new"] < 0.0
    # and yet the loss is lower: the loss is no argument for an order
    assert found["E_after_early"] < found["E_after_deferred"]


def test_goodfellow_is_converged_and_stands_on_a_kink() -> None:
    records = examples.GOODFELLOW.iteration(0)
    assert examples.GOODFELLOW.losses(0) == [0.0] * 4
    hidden = [r for r in records if r["kind"] == "forward" and r["layer"] == 1]
    assert [(r["pre_activation"][1], r["slope"][1]) for r in hidden] == [
        (-1.0, 0.0),
        (0.0, 0.0),
        (0.0, 0.0),
        (1.0, 1.0),
    ]
    for record in records:
        if record["kind"] == "update":
            assert record["weights_after"] == record["weights_before"]


def test_a_different_last_digit_is_noticed() -> None:
    assert judged("0.2983711", 0.29837108) == "reproduced"
    assert judged("0.2983710", 0.29837108) == "reproduced (truncated, not rounded)"
    assert judged("0.2983712", 0.29837108) == "off by one in last digit"
    assert judged("0.2983714", 0.29837108) == "NOT reproduced"
