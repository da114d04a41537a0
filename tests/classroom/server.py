"""A real sshd on loopback for the tests: its own keys, port, home and accounts, and nothing else touched.

It runs in a mount namespace in which the current user's home and shell are others; that takes root.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.classroom.client import by_options
from tests.commands.running import run
from tests.terminal.line import Line
from tests.work.patience import PATIENCE, wait_until

if TYPE_CHECKING:
    from collections.abc import Mapping

SSHD = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin:/sbin")
USER = pwd.getpwuid(os.getuid()).pw_name

#: Beside what Debian's sshd accepts, everything that a careless one might.
_CONFIG = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
PidFile none
AuthorizedKeysFile {folder}/user_key.pub
StrictModes no
UsePAM no
PermitRootLogin yes
AllowTcpForwarding yes
X11Forwarding yes
PermitUserEnvironment yes
AcceptEnv LANG LC_* COLORTERM PYTHON* TEXTUAL* LINES COLUMNS ENV BASH_ENV SHLVL TERMINFO
Subsystem sftp internal-sftp
Include {folder}/drop_in
"""

_START = """\
mount --bind {folder}/passwd /etc/passwd && mount -t tmpfs none /run && mkdir -m 755 /run/sshd \
&& exec {sshd} -D -e -f {folder}/sshd_config"""


def why_not() -> str:
    """Return why there can be no such server here; "" if there can."""
    if SSHD is None or shutil.which("ssh") is None:
        return "OpenSSH's server and client are not installed"
    if os.getuid() != 0 or shutil.which("unshare") is None:
        return "a home of its own for the login takes root and unshare"
    tried = subprocess.run(
        ["unshare", "--mount", "mount", "--bind", "/etc/passwd", "/etc/passwd"], capture_output=True
    )
    return "" if tried.returncode == 0 else "this system lets nobody mount"


@dataclass(frozen=True)
class Server:
    """A running sshd with what `bp-tui sshd-config` prints."""

    port: int
    folder: Path
    home: Path
    shelf: Path
    process: subprocess.Popen[bytes]

    def ssh(self, *words: str, program: str = "ssh") -> list[str]:
        """Return the command line of a client."""
        options = {
            "Port": self.port,
            "IdentityFile": self.folder / "user_key",
            "IdentitiesOnly": "yes",
            "BatchMode": "yes",
        }
        return [program, *by_options(options), *words]

    def login(
        self,
        *command: str,
        setting: Mapping[str, str] | None = None,
        term: str = "xterm",
        shared: bool = False,
    ) -> Line:
        """Log in on a terminal; over the connection of the master if it is shared."""
        variables = " ".join(f'{name}="{value}"' for name, value in (setting or {}).items())
        sent = ["-o", f"SetEnv={variables}"] if variables else []
        by_it = ["-S", str(self._shared)] if shared else []
        return Line(self.ssh("-tt", *by_it, *sent, f"{USER}@127.0.0.1", "--", *command), term=term)

    def master(self) -> subprocess.Popen[bytes]:
        """Start a client whose connection others may share; wait until it is there."""
        client = subprocess.Popen(
            self.ssh("-N", "-M", "-S", str(self._shared), f"{USER}@127.0.0.1"), stdin=subprocess.DEVNULL
        )

        def there() -> bool:
            assert client.poll() is None
            return self._shared.exists()

        wait_until(there)
        return client

    @property
    def _shared(self) -> Path:
        return self.folder / "shared"

    def run(
        self, *words: str, program: str = "ssh", shared: bool = False
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a client to its end, without a terminal; over the connection of the master if it is shared."""
        by_it = ("-S", str(self._shared)) if shared else ()
        return subprocess.run(
            self.ssh(*by_it, *words, program=program),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
        )

    def apps(self) -> list[int]:
        """Return the processes of sessions on this server."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                command = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
            except OSError:
                continue
            if b"--restricted" in command and str(self.shelf).encode() in command:
                found.append(int(entry.name))
        return found


def start(folder: Path) -> Server:
    """Start a server whose files are in a folder."""
    home, shelf, lessons = folder / "home", folder / "shelf", folder / "lessons"
    for made in (home, shelf, lessons):
        made.mkdir()
    for key in ("host_key", "user_key"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / key)],
            check=True,
            stdin=subprocess.DEVNULL,
        )
    for part, name in (("drop-in", "drop_in"), ("session", "session")):
        words: dict[str, str | Path] = {
            "--user": USER,
            "--folder": shelf,
            "--class": lessons,
            "--session": folder / "session",
        }
        words["--only"] = part
        printed = run("sshd-config", *(word for pair in words.items() for word in pair))
        assert printed.code == 0, printed
        (folder / name).write_text(printed.out)
    (folder / "session").chmod(0o755)
    own = f"{USER}:x:{os.getuid()}:{os.getgid()}::{home}:/bin/bash"
    others = [
        line for line in Path("/etc/passwd").read_text().splitlines() if not line.startswith(f"{USER}:")
    ]
    (folder / "passwd").write_text("\n".join([own, *others]) + "\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "sshd_config").write_text(_CONFIG.format(port=port, folder=folder))
    log = (folder / "log").open("wb")
    process = subprocess.Popen(
        [
            "unshare",
            "--mount",
            "--propagation",
            "private",
            "sh",
            "-c",
            _START.format(folder=folder, sshd=SSHD),
        ],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
    )
    log.close()
    said = (folder / "log").read_text

    def listens() -> bool:
        with socket.socket() as trying:
            there = trying.connect_ex(("127.0.0.1", port)) == 0
        assert there or process.poll() is None, said()
        return there

    wait_until(listens, told=said)
    return Server(port, folder, home, shelf, process)
