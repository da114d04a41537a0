"""Does a login with what `bp-tui sshd-config` prints stay in the app, and leave nothing behind?"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.catalog import find
from tests.classroom.server import USER, Server, start, why_not
from tests.work.patience import PATIENCE, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.terminal.line import Line

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "there is a server")

MARKUP = "[@click=app.screenshot('x.svg')]click[/] [/] [@click=app.quit]q[/]"

#: What shells, sshd and Python read in a home.
STARTUP = (
    ".bashrc", ".profile", ".bash_profile", ".bash_login", ".zshenv", ".ssh/rc", ".ssh/environment",
    ".pam_environment",
)  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = start(tmp_path_factory.mktemp("sshd"))
    prepare(running)
    before = listing(running)
    yield running
    running.process.terminate()
    running.process.wait()
    assert listing(running) == before
    assert running.apps() == []


@pytest.fixture(scope="module")
def connection(server: Server) -> Iterator[None]:
    """A connection that is open, for many commands one after the other."""
    master = server.master()
    yield
    master.terminate()
    master.wait()


def prepare(server: Server) -> None:
    """Fill the home with traps and the folder of scenarios with temptations."""
    touch = f"touch {server.home}/escaped\n"
    variables = f"BASH_ENV={server.home}/.bashrc\nLD_PRELOAD={server.home}/evil.so\n"
    for name in STARTUP:
        file = server.home / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(variables if "environment" in name else touch)
    evil = f"open({str(server.home / 'escaped')!r}, 'w')\n"
    for name in ("sitecustomize.py", "usercustomize.py", "evil.py", "textual.py", "tui.py"):
        (server.home / name).write_text(evil)
    text = find("mazur").read_text("utf-8")
    (server.folder / "outside.toml").write_text(text)
    (server.shelf / "mazur.toml").write_text(text)
    (server.shelf / "marked.toml").write_text(
        "\n".join(f'title = "{MARKUP}"' if line.startswith("title") else line for line in text.splitlines())
    )
    (server.shelf / "linked.toml").symlink_to(server.folder / "outside.toml")
    shutil.copy(find("iris").with_suffix(".csv"), server.folder / "outside.csv")
    (server.shelf / "iris.csv").symlink_to(server.folder / "outside.csv")
    shutil.copy(find("iris"), server.shelf / "iris.toml")


def listing(server: Server) -> list[tuple[str, int, int]]:
    return sorted(
        (str(path), 0, 0) if path.is_dir() else (str(path), path.lstat().st_size, path.lstat().st_mtime_ns)
        for place in (server.home, server.shelf)
        for path in place.rglob("*")
    )


def leaves(line: Line, code: int = 0, *, said: str = "") -> None:
    assert line.gone() == code, line.output()
    line.is_as_it_was(said=said)


def gone(server: Server) -> None:
    wait_until(lambda: not server.apps(), told=server.apps)


# -- without the app -----------------------------------------------------------------------------------


def test_no_forwarding(server: Server) -> None:
    done = server.run("-W", f"127.0.0.1:{server.port}", f"{USER}@127.0.0.1")
    assert b"SSH-2.0" not in done.stdout
    back = f"0:127.0.0.1:{server.port}"
    done = server.run("-N", "-o", "ExitOnForwardFailure=yes", "-R", back, f"{USER}@127.0.0.1")
    assert done.returncode == 255
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        local = free.getsockname()[1]
    client = subprocess.Popen(
        server.ssh("-N", "-L", f"{local}:127.0.0.1:{server.port}", f"{USER}@127.0.0.1"),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )

    def leads_nowhere() -> bool:
        with socket.socket() as tunnel:
            tunnel.settimeout(PATIENCE)
            there = tunnel.connect_ex(("127.0.0.1", local)) == 0
            assert not there or tunnel.recv(100) == b""
            return there

    try:
        wait_until(leads_nowhere)
    finally:
        client.kill()
        client.communicate()


@pytest.mark.parametrize(
    "command",
    [
        "python3 -c 'print(7*7)'",
        "mazur; touch ~/escaped",
        "$(touch ~/escaped)",
        "`touch ~/escaped`",
        "mazur\ntouch ~/escaped",
        "../outside",
        "--folder=/",
        "-h",
        "*",
        "follow",
        "follow ",
        "follow  x",
        "follow ../x",
        "follow a b",
        "follow a\nb",
        "follow $(id)",
        "follow `touch ~/escaped`",
        "follow a;id",
        "follow a --folder=/",
        "follow /etc/passwd",
        f"follow {'x' * 33}",
        "follow --help",
        "lead x",
    ],
)
def test_no_command(server: Server, connection: None, command: str) -> None:
    done = server.run(f"{USER}@127.0.0.1", "--", command, shared=True)
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.startswith(b"bp-tui: ")
    assert done.stderr.count(b"\n") == 1


def test_no_command_on_a_terminal(server: Server, connection: None) -> None:
    for command, said in (
        ("sh", "no scenario of this name"),
        ("linked", "no scenario of this name"),
        ("iris", "outside the folder"),
        ("touch ~/escaped", "only the name of a scenario"),
    ):
        with server.login(command, shared=True) as line:
            leaves(line, 2, said=said)


def test_no_copying(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for options in ([], ["-O"]):
        done = server.run(*options, str(tmp_path / "file"), f"{USER}@127.0.0.1:escaped", program="scp")
        assert done.returncode != 0
    done = server.run(f"{USER}@127.0.0.1:.bashrc", str(tmp_path / "taken"), program="scp")
    assert done.returncode != 0
    assert not (tmp_path / "taken").exists()
    assert server.run("-b", "/dev/null", f"{USER}@127.0.0.1", program="sftp").returncode != 0


# -- in the app ----------------------------------------------------------------------------------------


def test_no_file_and_no_variable_counts_and_killed_it_leaves_the_terminal_as_it_was(server: Server) -> None:
    setting = {
        "LC_ALL": "en_US.ISO-8859-1",
        "LANG": "$(touch escaped)",
        "PYTHONINSPECT": "1",
        "PYTHONPATH": str(server.home),
        "PYTHONSTARTUP": str(server.home / "evil.py"),
        "TEXTUAL_DRIVER": "evil:Driver",
        "TEXTUAL_LOG": str(server.home / "log"),
        "TEXTUAL_SCREENSHOT": "0",
        "TEXTUAL_SCREENSHOT_LOCATION": str(server.home),
        "TEXTUAL_COLOR_SYSTEM": "bogus",
        "TEXTUAL_SHOW_RETURN": "1",
        "LINES": "7",
        "COLUMNS": "20",
        "ENV": str(server.home / ".bashrc"),
        "BASH_ENV": str(server.home / ".bashrc"),
        "TERMINFO": str(server.home),
        "COLORTERM": "$(touch escaped)",
    }
    with server.login("mazur", setting=setting, term="xterm-256color") as line:
        line.shows("step 1 of ")
        assert len(line.terminal.text().splitlines()[0].strip()) > 40
        (pid,) = [pid for pid in server.apps() if (Path(f"/proc/{pid}/comm")).read_text() != "sh\n"]
        variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        assert {variable.partition(b"=")[0] for variable in variables} <= {
            b"TERM",
            b"LANG",
            b"COLORTERM",
            b"",
        }
        os.kill(pid, signal.SIGKILL)
        leaves(line, 128 + signal.SIGKILL)
        assert b"ld.so" not in line.output()  # what the loader says of a library that isn't there
    gone(server)


def test_no_key_leads_out(server: Server) -> None:
    with server.login("marked") as line:
        line.until(lambda text: "[@click=app.screenshot" in text and "step 1 of " in text)
        line.send(b"\x1a\x1c\x1a")  # ctrl+z, ctrl+\, ctrl+z
        line.send(b"n")
        line.shows("step 2 of ")
        line.send(b"\x1b[<0;10;1M\x1b[<0;10;1m")  # a click on the title
        line.send(b"\x10screenshot")
        line.shows("screenshot")
        line.settle(0.5, 2.0)
        # Keys may be found by letters that are far apart; Textual's own command is not.
        assert "Save an SVG" not in line.until(bool)
        line.escape()
        line.until(lambda text: " screenshot" not in text)
        line.send(b"o")
        shown = line.shows("which scenario?")
        assert "linked" not in shown
        listed = "only the scenarios that are listed"
        for typed, answer in (
            ("../outside.toml", listed),
            (f"{server.folder}/outside.toml", listed),
            ("~/.bashrc", f".bashrc: {listed}"),  # each answer is waited for, not the one before it
            ("linked.toml", f"linked.toml: {listed}"),
            ("linked", "no scenario of this name"),
        ):
            line.send(b"/")
            line.send(typed.encode() if typed == "linked" else b"\x1b[200~" + typed.encode() + b"\x1b[201~")
            line.send(b"\r")
            line.says(answer)
            line.send(b"\x15")
            line.escape()
            line.shows("/ and a word")
        line.send(b"\x03\x11")  # ctrl+c, ctrl+q
        leaves(line)


# -- ends ----------------------------------------------------------------------------------------------


def test_a_connection_that_breaks_leaves_nothing_running(server: Server) -> None:
    lines = [server.login("mazur") for _ in range(2)]
    for line in lines:
        line.shows("step 1 of ")
    assert server.apps()
    os.kill(lines[0].pid, signal.SIGKILL)
    lines[1].hang_up()  # which to a client is what SIGTERM is
    gone(server)
    for line in lines:
        line.close()


def test_a_session_script_that_is_told_to_end_ends_the_app(server: Server) -> None:
    with server.login("mazur", term="xterm-256color") as line:
        line.shows("step 1 of ")
        (app,) = server.apps()
        script = int(Path(f"/proc/{app}/stat").read_text().rpartition(")")[2].split()[1])
        assert b"session" in Path(f"/proc/{script}/cmdline").read_bytes()
        os.kill(script, signal.SIGTERM)
        leaves(line, 128 + signal.SIGTERM)
    gone(server)
