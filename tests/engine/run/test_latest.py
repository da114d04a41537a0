"""Is a thing formed once for one who asks again and again, and never mistaken for another?"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.kept import Latest


@given(st.lists(st.integers(0, 3)))
def test_formed_again_only_after_another(keys: list[int]) -> None:
    latest, formed = Latest[int](), []

    def form(key: int) -> int:
        formed.append(key)
        return 10 * key

    assert [latest(key, lambda key=key: form(key)) for key in keys] == [10 * key for key in keys]  # type: ignore[misc]
    changes = [key for place, key in enumerate(keys) if place == 0 or keys[place - 1] != key]
    assert formed == changes
