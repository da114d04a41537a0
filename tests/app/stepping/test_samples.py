"""Can a user find the worst sample, see what it is taken for, and step through it?"""

from __future__ import annotations

import re

from tests.app.driving import user_of


async def test_the_worst_of_the_first_batch_is_gone_to_and_left_again() -> None:
    async with user_of("iris", size=(120, 40)) as user:
        await user.press("0", "f")
        text = user.panes()
        assert "30 of 150 samples: the batch of iteration 1" in text
        assert "sample 27" in text
        assert "said  versicolor" in text
        await user.press("enter")
        site = user.trace.schedule.site(user.cursor.step)
        assert (site.kind, site.sample, site.iteration) == ("loss", 26, 0)
        assert user.stepping.view == "network"
        assert re.search(
            r"looking at C\[3\] \(virginica\) = [1-9]", user.text()
        )  # its loss, not another term
        await user.press("b", "0")
        assert user.step() == 1
        assert "sample 27" in user.panes()  # how the table stands is kept


async def test_a_row_is_chosen_and_the_columns_sort() -> None:
    async with user_of("xor") as user:
        await user.press("0", "down")
        assert "▸!       3" in user.panes()
        await user.press("s")
        assert "▸!       1" in user.panes()
        assert "sample↑" in user.panes()
        await user.press("S")
        assert "▸!       2" in user.panes()
        await user.press("up")
        assert "This is the first sample of the table." in user.panes()
        await user.press("f", "f", "}")
        assert "before iteration 2" in user.panes()


async def test_elsewhere_its_keys_say_where_they_work() -> None:
    async with user_of("xor") as user:
        for key in ("s", "S", "f"):
            await user.press(key)
            assert "which are view 0" in user.panes()
        assert "f chooses among the samples" in user.panes()
        await user.press("0", "tab")
        assert "View 0 shows all samples at this iteration" in user.panes()
