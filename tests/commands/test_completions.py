"""Does a shell complete what the command line takes?"""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.commands.running import call

if TYPE_CHECKING:
    from pathlib import Path

TYPED = {
    "ma": "mazur",
    "diag": "diagnose",
    "trace xo": "xor",
    "mazur --opt": "--optimizer",
    "mazur --mistake weights": "weights-not-transposed",
    "train mazur --order lay": "layerwise",
}


def written(tmp_path: Path, capsys: pytest.CaptureFixture[str], shell: str) -> str:
    """The script for a shell, in a file."""
    done = call(capsys, "--completions", shell)
    assert (done.code, done.err) == (0, "")
    (tmp_path / "script").write_text(done.out, encoding="utf-8")
    return str(tmp_path / "script")


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = written(tmp_path, capsys, "bash")
    asked = "".join(
        f"COMP_WORDS=(bp-tui {words}); COMP_CWORD={len(words.split())}; COMPREPLY=(); _shtab_bp_tui; "
        'echo "${COMPREPLY[@]}"\n'
        for words in TYPED
    )
    done = subprocess.run(
        ["bash", "-c", f"source {script}\n{asked}"], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == list(TYPED.values())


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = written(tmp_path, capsys, "fish")
    asked = "; echo; ".join(f"complete -C 'bp-tui {words}'" for words in TYPED)
    done = subprocess.run(
        ["fish", "-N", "-c", f"source {script}; {asked}"], capture_output=True, text=True, check=True
    )
    for said, expected in zip(done.stdout.split("\n\n"), TYPED.values(), strict=True):
        assert expected in [line.partition("\t")[0] for line in said.splitlines()]


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh_reads_the_script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    subprocess.run(["zsh", "-n", written(tmp_path, capsys, "zsh")], check=True)
