"""How are the tests run? Without hurry: on a busy machine a slow example is no failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tui.walking import background

if TYPE_CHECKING:
    from collections.abc import Iterator

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(autouse=True, scope="session")
def alone_on_the_host() -> Iterator[None]:
    """The tests themselves are the crowd before which a run in the background would step aside."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(background, "crowded", lambda: False)
        yield
