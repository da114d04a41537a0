"""How does one log in here? A real ssh server with keys and a port of its own."""

from __future__ import annotations

import getpass
import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final, Self

from tui.classroom.sshd import parts

ROOT: Final = Path(__file__).parent.parent.parent

#: The drop-in's limits: Debian's default of 10:30:100 refuses a class that logs in at once.
_CONFIGURATION: Final = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PidFile none
StrictModes no
UsePAM no
UseDNS no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PrintMotd no
PrintLastLog no
MaxStartups 100:30:200
LogLevel ERROR
"""

_SERVER: Final = shutil.which("sshd") or "/usr/sbin/sshd"


def available() -> bool:
    """Return whether there is an ssh server and a client to measure with."""
    return Path(_SERVER).exists() and all(shutil.which(tool) for tool in ("ssh", "ssh-keygen"))


class Host:
    """The ssh server, and the command lines that log in there."""

    def __init__(self, *options: str) -> None:
        """Start it; its clients have these options, too."""
        self._options = options
        self._folder = Path(tempfile.mkdtemp(prefix="bp-tui-load-"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        for name in ("host", "user"):
            subprocess.run(
                ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self._folder / name)], check=True
            )
        configuration = self._folder / "sshd_config"
        configuration.write_text(_CONFIGURATION.format(port=self.port, folder=self._folder), encoding="utf-8")
        if os.getuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        self._server = subprocess.Popen([_SERVER, "-D", "-f", str(configuration)])
        self._wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.terminate()
        self._server.wait()
        shutil.rmtree(self._folder)

    @property
    def pid(self) -> int:
        """The process that every session descends from."""
        return self._server.pid

    @property
    def class_folder(self) -> Path:
        """A directory for leader and followers to meet in."""
        folder = self._folder / "class"
        folder.mkdir(mode=0o755, exist_ok=True)
        return folder

    def login(self, *words: str, port: int | None = None) -> list[str]:
        """Return the command that logs in and runs a Python module there."""
        return self._ssh(f"cd {shlex.quote(str(ROOT))}", [sys.executable, "-m", *words], {}, port)

    def student(self, asked: str) -> list[str]:
        """Return the command that logs in as a student does, and asks for a scenario or a lesson."""
        script = self._folder / "session"
        if not script.exists():
            texts = parts("User nobody", str(script), None, self.class_folder)
            script.write_text(texts.session, encoding="utf-8")
        return self._ssh(":", ["sh", str(script)], {"SSH_ORIGINAL_COMMAND": asked}, None)

    def _ssh(self, before: str, words: list[str], setting: dict[str, str], port: int | None) -> list[str]:
        setting = {"LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"} | setting
        remote = shlex.join(["env", *(f"{name}={value}" for name, value in setting.items()), *words])
        options = (
            "BatchMode=yes", "IdentitiesOnly=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null",
            "LogLevel=ERROR", "ControlMaster=no", *self._options,
        )  # fmt: skip
        return [
            "ssh", "-tt", "-F", "/dev/null", "-i", str(self._folder / "user"), "-p", str(port or self.port),
            *(word for option in options for word in ("-o", option)),
            f"{getpass.getuser()}@127.0.0.1", f"{before} && exec {remote}",
        ]  # fmt: skip

    def _wait(self) -> None:
        stop = time.monotonic() + 10
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if time.monotonic() > stop or self._server.poll() is not None:
                raise RuntimeError("the ssh server doesn't start")
            time.sleep(0.05)
