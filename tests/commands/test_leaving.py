"""Does a command end at once and quietly when it is told to, or when nobody listens any more?"""

from __future__ import annotations

import fcntl
import os
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from tests.commands.running import COMMAND, environment, run, started
from tests.commands.scenarios import BAD, DIVERGING, SEQUENCES, long_run, write
from tests.given.some_of import each_of
from tests.work.patience import PATIENCE

FULL = Path("/dev/full")
PIPE = 65_536  # bytes that it takes
FILLED = 50_000  # of them: the next piece has no room


def test_ctrl_c_while_training(tmp_path: Path) -> None:
    with started("train", long_run(tmp_path)) as process:
        while processor_seconds(process.pid) < 0.2:  # it has started, and trains
            assert not process.ended()
            time.sleep(0.01)
        process.signal(signal.SIGINT)
        assert process.wait() == 130
        assert process.stdout.read() == process.stderr.read() == b""


def waiting(pipe: int) -> int:
    """How many bytes wait in a pipe."""
    (count,) = struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))
    return int(count)


def processor_seconds(pid: int) -> float:
    """How long a process has been computing."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("listening", [True, False])
def test_ctrl_c_while_printing(listening: bool, tmp_path: Path) -> None:
    """Also when the reader of a pipe has stopped reading, or is interrupted by the same Ctrl-C."""
    with started("trace", long_run(tmp_path)) as process:
        process.stdout.readline()
        while waiting(process.stdout.fileno()) < FILLED:
            time.sleep(0.01)
        process.signal(signal.SIGINT)
        if not listening:
            process.stdout.close()
        assert process.wait() in ((130,) if listening else (130, 0))
        assert process.stderr.read() == b""


def test_a_list_that_nobody_reads() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with started("list", out=writer) as process:
        os.close(writer)
        assert (process.wait(), process.stderr.read()) == (0, b"")


@pytest.mark.skipif(not FULL.exists(), reason="needs a disk that is always full")
def test_a_full_disk() -> None:
    with FULL.open("w") as full, started("list", out=full.fileno()) as process:
        assert process.wait() == 1
        said = process.stderr.read().decode()
    assert said == "bp-tui: the output can't be written: No space left on device.\n"


@pytest.mark.parametrize("words", [("list",), ("train", "mazur"), ("mazur",)])
def test_an_output_that_is_closed(words: tuple[str, ...]) -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *COMMAND, *words],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment(),
        timeout=PATIENCE,
    )
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
    assert done.stderr.startswith(b"bp-tui: ")


def test_the_app_without_a_terminal() -> None:
    for words in ((), ("mazur",)):
        done = run(*words)
        assert (done.code, done.out) == (2, "")
        assert done.err.count("\n") == 1
        assert "needs a terminal" in done.err


@pytest.mark.parametrize(
    "module", ["argparse", "engine.read.complaints", "numpy", "datetime", "tui.commands.headless"]
)
def test_ctrl_c_while_importing(module: str) -> None:
    """Wherever it comes: in the libraries it may turn into another exception."""
    code = f"""
import os, signal, sys

class Interrupt:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupt)
sys.argv = ["bp-tui", "trace", "neuron"]
from tui.cli import main
sys.exit(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=environment(), timeout=PATIENCE
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_ctrl_c_that_a_parent_ignores(tmp_path: Path) -> None:
    """As in the background of a script, where it is meant for another program: it goes on printing."""
    ignoring = "from signal import *; signal(SIGINT, SIG_IGN)"
    with started("trace", long_run(tmp_path), first=ignoring) as process:
        process.stdout.readline()
        process.signal(signal.SIGINT)
        assert len(process.stdout.read(4 * PIPE)) == 4 * PIPE
        process.stdout.close()
        assert process.wait() == 0


@pytest.mark.parametrize(
    ("words", "code", "stderr"),
    [
        (*ended, stderr)
        for ended, stderr in each_of(
            [("train neuron", 0), ("check gone.toml", 2), ("trace gone", 2), ("--nonsense", 2), ("gone", 2)],
            ["2>&-", "2>/dev/full"],
        )
    ],
)
def test_an_error_that_nobody_can_hear(words: str, code: int, stderr: str) -> None:
    if "full" in stderr and not FULL.exists():
        pytest.skip("needs a disk that is always full")
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {stderr}', "sh", *COMMAND, *words.split()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env=environment(),
        timeout=PATIENCE,
    )
    assert done.returncode == code
    assert b"gone" not in done.stdout


def test_plain_text_with_a_closed_output() -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *COMMAND, "--plain", "neuron"],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment(),
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)


def test_a_bad_file_is_told_by_the_exit_code_even_if_nobody_reads(tmp_path: Path) -> None:
    good, bad = write(tmp_path, SEQUENCES, "good.toml"), write(tmp_path, BAD, "bad.toml")
    reader, writer = os.pipe()
    os.close(reader)
    with started("check", good, bad, out=writer, err=writer) as process:
        os.close(writer)
        assert process.wait() == 2


@pytest.mark.parametrize(
    ("case", "buffered"),
    each_of(
        [
            (("train", "DIVERGING", "--strict"), "", 3),
            (("train", "DIVERGING", "--strict", "--json"), "", 3),
            (("check", "DIVERGING", "--strict", "--run"), "", 2),
            (("diagnose", "mazur", "WRONG"), "", 3),
            (("diagnose", "mazur", "WRONG", "--json"), "", 3),
            (("find", "mazur", "loss < 0", "--all"), "", 3),
            (("--plain", "mazur"), "print\nuntil loss < 0\nprint\n", 3),
            (("trace", "mazur", "--iterations", "0:40"), "", 0),
        ],
        ["", "1"],
    ),
)
def test_the_exit_code_is_the_same_if_nobody_reads(
    case: tuple[tuple[str, ...], str, int], buffered: str, tmp_path: Path
) -> None:
    """Whether the first line meets the closed pipe (unbuffered), or all of them at the end."""
    words, typed, code = case
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"z1": [[1.0, 2.0]]}')
    files = {"DIVERGING": str(write(tmp_path, DIVERGING)), "WRONG": str(wrong)}
    command = [*COMMAND, *(files.get(word, word) for word in words)]
    reader, writer = os.pipe()
    os.close(reader)
    more = {"PYTHONUNBUFFERED": buffered}
    heard = subprocess.run(
        command, input=typed, capture_output=True, text=True, env=environment(**more), timeout=PATIENCE
    )
    unheard = subprocess.run(
        command,
        input=typed,
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(**more),
        timeout=PATIENCE,
    )
    os.close(writer)
    assert heard.returncode == code
    assert heard.stdout or words[0] == "find"
    assert (unheard.returncode, unheard.stderr) == (code, heard.stderr)


_ENDING = """
import atexit, sys
from types import ModuleType
from tui import cli
from tui.commands import outcome
if sys.argv[1] == "app":
    sys.modules["tui.app"] = ModuleType("tui.app")
outcome.carry_out = lambda words: 3
atexit.register(print, "freed")
print("said")
sys.exit(cli.main())
"""


@pytest.mark.parametrize(("ran", "printed"), [("app", "said\n"), ("command", "said\nfreed\n")])
def test_after_the_app_nothing_is_freed_and_all_is_written(ran: str, printed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _ENDING, ran],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (3, printed, "")
