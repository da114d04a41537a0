"""Which states may be told, whatever they mean in a run?"""

from __future__ import annotations

from hypothesis import strategies as st

from engine.naming import is_name
from engine.order.quantities import PARAMETERS
from tests.given.any_character import ANY_CHARACTER
from tui.telling.state import Chosen, Focus, SetByHand, State

COUNTS = st.integers(0, 2**53)
STATES = st.builds(
    State,
    digest=st.just("0123456789abcdef" * 4),
    order=st.sampled_from(["deferred", "premature"]),
    chosen=st.builds(
        Chosen,
        optimizer=st.sampled_from(["sgd", "adam"]),
        learning_rate=st.floats(0, allow_infinity=False),
        mistake=st.none() | st.text("abcxyz019-", min_size=1, max_size=64),
    ),
    breaks=st.lists(st.tuples(COUNTS, COUNTS), max_size=5).map(tuple),
    by_hand=st.lists(
        st.builds(
            SetByHand,
            update=COUNTS,
            what=st.sampled_from(PARAMETERS),
            units=st.lists(COUNTS, max_size=2).map(tuple),
            value=st.floats(allow_nan=False, allow_infinity=False),
        ),
        max_size=5,
    ).map(tuple),
    step=COUNTS,
    scenario=st.none() | st.text(ANY_CHARACTER, max_size=60).filter(is_name),
    units=st.lists(COUNTS, max_size=20).map(tuple),
    part=COUNTS,
    term=st.none() | COUNTS,
    focus=st.none()
    | st.builds(
        Focus,
        quantity=st.sampled_from(["weights", "loss", "delta"]),
        iteration=COUNTS,
        layer=st.none() | COUNTS,
        index=st.lists(COUNTS, max_size=2).map(tuple),
    ),
    view=st.sampled_from(["network", "loss"]),
    against=st.none() | st.sampled_from(["premature", "layerwise"]),
    held_against=st.none() | st.just("premature"),
    logarithmic=st.booleans(),
)
