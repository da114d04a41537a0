"""Does each weight times what it is multiplied with come to what its layer adds up?"""

from __future__ import annotations

import pytest

from engine.looking.cursor import start
from engine.looking.known.between import Between
from engine.looking.known.numbers import Known
from tests.given.shipped import shipped_run


@pytest.mark.parametrize("name", ["mazur", "elman", "deep", "counting"])
def test_the_shares_of_a_step_come_to_its_numbers(name: str) -> None:
    run, seen = shipped_run(name), set[str]()
    for step in range(run.schedule.first_step(1)):
        known = Known(run, start(run, step))
        site, layer = known.site, known.site.layer or 0
        if site.kind not in ("forward", "delta") or (site.kind == "delta" and layer == run.shapes.layers):
            continue
        back = site.kind == "delta"
        between = Between(known, layer + 1 if back else layer)
        assert between.back == back
        near, far = (between.above, between.below) if back else (between.below, between.above)
        heard = between.future if back else between.past
        others = range(near + (0 if heard is None or heard.values is None else len(heard.values)))
        number = known.array("error" if back else "pre_activation", layer)
        biases = known.array("biases", layer)
        assert number is not None
        assert biases is not None
        for unit in range(far):
            pairs = [(other, unit) if back else (unit, other) for other in others]
            factors = [between.factor(*pair) for pair in pairs]
            shares = [
                between.number(*pair).value * (factor or 0.0)
                for pair, factor in zip(pairs, factors, strict=True)
            ]
            assert None not in factors
            total = sum(shares) + (0.0 if back else float(biases[unit]))
            assert total == pytest.approx(float(number[unit]), abs=1e-12)
        seen.add(between.letter())
    assert "x" in seen
    assert len(seen) > 1 or run.shapes.layers == 1


def test_what_an_update_adds_makes_the_new_weight() -> None:
    run = shipped_run("mazur")
    for step in range(run.schedule.first_step(1)):
        known = Known(run, start(run, step))
        if known.site.kind != "update" or known.site.layer is None:
            continue
        between = Between(known, known.site.layer)
        assert between.formed == "update"
        for to in range(between.above):
            for source in range(between.below):
                old, change = between.change(to, source)
                assert between.number(to, source).value == pytest.approx(old + change, abs=1e-15)
