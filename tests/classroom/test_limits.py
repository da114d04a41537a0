"""Is what an account of a class may have limited, and the limit gone with the account?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.classroom import setting_up

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_all_sessions_of_an_account_share_a_limit_that_goes_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[tuple[str, ...]] = []
    monkeypatch.setattr(setting_up, "SLICES", tmp_path / "system")
    monkeypatch.setattr(setting_up, "SYSTEMD", tmp_path)
    monkeypatch.setattr(setting_up, "_run", lambda *words: ran.append(words))
    assert setting_up._limit_memory(1234) == ""
    limits = (tmp_path / "system" / "user-1234.slice.d" / "bp-tui.conf").read_text("utf-8").splitlines()
    assert limits[1:] == ["[Slice]", "MemoryMax=1024M", "MemorySwapMax=0", "TasksMax=100"]
    setting_up._lift_limit(1234)
    assert list((tmp_path / "system").iterdir()) == []
    assert ran == [("systemctl", "daemon-reload")] * 2


def test_where_nobody_could_limit_it_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setting_up, "SLICES", tmp_path)
    monkeypatch.setattr(setting_up, "SYSTEMD", tmp_path / "nowhere")
    assert "No systemd runs here" in setting_up._limit_memory(1234)
    assert list(tmp_path.iterdir()) == []
