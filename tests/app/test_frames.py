"""Does the whole screen still look as it did? Frames as text files, to be read and compared.

The footer is left out: which keys fit is the business of its own tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from tests.app.driving import user_of

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

# Scenario and the steps (1-based) that are looked at: forward, loss, delta, gradient, update.
STEPS = {
    "mazur": (1, 3, 4, 5, 9),
    "iris": (2, 3, 4, 212),
    "elman": (2, 3, 40, 170),
    "deep": (1, 5, 12, 56),
}


SIZES = [(80, 24), (120, 40), (200, 50)]


def named(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


class TextFrames(SingleFileSnapshotExtension):
    """A frame is a text file of its own."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.mark.parametrize("size", SIZES, ids=named)
@pytest.mark.parametrize("name", STEPS)
async def test_frames(name: str, size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    frames = []
    async with user_of(name, STEPS[name][0], size=size, wait=0.02) as user:
        await user.until_computed()
        for step in STEPS[name]:
            await user.press("g", *str(step), "enter")
            assert user.step() == step
            frames.append(user.text().rpartition("\n")[0])
    assert "\n\f\n".join(frames) + "\n" == snapshot(extension_class=TextFrames)


# View, scenario and step (1-based): each view where it has most to say.
VIEWS = {
    "2": ("premature", 9),
    "3": ("deep", 12),
    "4": ("xor", 1),
    "5": ("elman", 60),
    "6": ("deep", 13),
    "7": ("mazur", 6),
    "8": ("iris", 212),
    "9": ("iris", 212),
    "P": ("mazur", 6),
}


@pytest.mark.parametrize("size", SIZES, ids=named)
@pytest.mark.parametrize("key", VIEWS)
async def test_views(key: str, size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    name, step = VIEWS[key]
    async with user_of(name, step, size=size, wait=0.02) as user:
        await user.until_computed()
        await user.press(key)
        while user.stepping.other is not None and user.stepping.other.computed < user.trace.iterations:
            await user.pilot.pause(0.02)
        await user.pilot.pause(0.02)
        assert user.text().rpartition("\n")[0] + "\n" == snapshot(extension_class=TextFrames)
