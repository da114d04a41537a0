"""Can a user ask what if, step both ways in what comes of it, hold it against what was, and go back?"""

from __future__ import annotations

from tests.app.driving import user_of
from tests.app.screens.test_command_line import typed


async def test_what_happens_to_the_loss_if_a_weight_is_raised() -> None:
    async with user_of("mazur", 60) as user:
        await user.press("/", *"W1[1,2]", "enter")
        await user.press("e")
        assert "W1[1,2] is 0.19836137608998053 when iteration 7 begins." in user.dialog()
        await user.type("+= 0.1")
        await user.press("enter")
        assert user.step() == 60
        assert "W1[1,2] = 0.29836137609 from iteration 7" in user.panes()
        made = user.trace
        await user.press("E")
        assert "The first step that differs is step 55" in user.panes()
        await user.press("enter")
        assert user.trace is not made
        assert user.step() == 60
        await user.press("enter")
        assert user.trace is made


async def test_a_branch_is_left_backwards_into_the_run_before() -> None:
    async with user_of("mazur", 60, iterations=40) as user:
        await user.until_computed()
        whole = user.trace
        await typed(user, "set learning_rate = 0.1")
        assert "η = 0.1" in user.panes()
        await user.press("home")
        assert user.step() == 55
        await user.press("n", "p")
        assert user.step() == 55
        await user.press("p")
        assert user.trace is whole
        assert user.step() == 54
        assert "Before iteration 7 it is run 1" in user.panes()
        await typed(user, "run 2")
        assert user.step() == 55


async def test_what_can_t_be_set_is_said() -> None:
    async with user_of("mazur", 5) as user:
        await user.press("e")
        assert "is computed: W and b, x and y can be set" in user.panes()
        await typed(user, "set learning_rate = -1")
        assert "learning_rate is 0 or more, not -1." in user.dialog()
        await user.press("escape")
        await typed(user, "nudge W1[1,2] 5")
        assert "ε × ∂C/∂W1[1,2] = 5 × 0.000877" in user.dialog()
        await user.press(*"nudge W1[1,2] 1e-3", "enter")  # in place of the one that is answered
        assert "ε × ∂C/∂W1[1,2] = 0.001 × 0.000877" in user.dialog()
        await user.press("escape")
        await user.press("x")
        await typed(user, "set W1[1,1] = 1")
        assert "Take the break of the rule back first" in user.panes()
        await user.press("E", "down")
        assert "There is one run" in user.panes()
