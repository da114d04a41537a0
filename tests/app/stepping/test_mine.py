"""Do the user's own numbers come to the screen, and do keys lead from one difference to the next?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from engine import load
from engine.catalog import find
from tests.app.driving import user_of
from tests.app.screens.test_command_line import typed
from tests.commands.headless.test_diagnose import saved
from tests.engine.diagnosis.planted import of_scenario

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_file_that_is_named_on_the_command_line(tmp_path: Path) -> None:
    file = saved(tmp_path, "no-slope")
    async with user_of("mazur") as user:
        await user.press(">")
        assert "through the errors of view 5 or : mine FILE." in user.text()
        await typed(user, f"mine {file}")
        assert "δ1 is the first that is wrong; no-slope in layer 1 makes exactly your" in user.text()
        assert user.step() == 6
        assert "δ ≠0.009954" in user.text()
        assert "> difference" in user.text()
        await user.press(">", ">")
        assert "difference 3 of 4" in user.text()
        await user.press(">", ">")
        assert "Nothing that you have differs after this" in user.text()
        await user.press("5", "<")
        assert user.step() == 7
        await user.press("4", ">")
        assert "> difference" not in user.text()
        assert user.step() == 7
        await typed(user, "mine")
        assert "makes exactly your numbers" in user.text()


async def test_what_a_name_means_is_said_behind_the_file(tmp_path: Path) -> None:
    file = tmp_path / "of mine.json"
    file.write_text(json.dumps({"grad_out": (-of_scenario(load(find("mazur")))["gW2"]).tolist()}))
    async with user_of("mazur") as user:
        await typed(user, f"mine {file} --name grad_out=")
        assert "--name takes theirs=ours, such as --name grad_out=gW2" in " ".join(user.text().split())
        await user.press("escape")
        await typed(user, f"mine {file} --name grad_out=gW2")
        assert "∂C/∂W2 is the first that is wrong; " in user.text()
        # What is too long for a line stands in two.
        assert "makes exactly your numbers." in " ".join(user.text().split())


async def test_keys_lead_through_the_samples_whose_outputs_differ(tmp_path: Path) -> None:
    outputs = of_scenario(load(find("iris")))["a2"]
    outputs[[1, 11]] = outputs[[1, 11]][:, ::-1]
    file = tmp_path / "mine.json"
    file.write_text(json.dumps({"a2": outputs.tolist()}))
    async with user_of("iris") as user:
        await typed(user, f"mine {file}")
        await user.press("0")
        assert "≠ 2 not as yours" in user.text()
        await user.press(">")
        assert "≠ sample 12, yours: said setosa" in user.text()
        await user.press(">")
        assert "≠ sample 2, yours:" in user.text()
        await user.press(">")
        assert "No row below is not as yours." in user.text()
        await user.press("<", "<")
        assert "No row above is not as yours." in user.text()
