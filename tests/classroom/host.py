"""A Debian host with nothing on it, for a test: files of this machine or of an image, gone with the process.

They are under an overlay: whatever is written there, accounts and packages too, stays in memory and never
reaches this machine.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Self

from tests.classroom.client import by_options
from tests.terminal.line import ROOT, Line
from tests.work.patience import wait_until

TEACHER = "grace"
PASSWORD = "debugging"
_MARK = "/host-of-a-test"

#: Whom this machine trusts, and where an image has that.
_TRUSTED, _CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt", "/certificates-of-a-test"

#: This machine's files are read-only here, and only what is under the overlay has the mark. The test's
#: checkout may be on a file system of its own, which an overlay of `/` leaves out; an image has none.
_ENTER = """
set -e
mount -t tmpfs none "$1"
mount -o remount,bind,ro /
cd "$1"
mkdir above work root own own-work
mount -t overlay overlay -o "lowerdir=$3,upperdir=above,workdir=work" root
mount -t proc proc root/proc
mount -t tmpfs none root/run
mount -t tmpfs none root/dev
for name in null zero full random urandom tty; do
    touch "root/dev/$name"
    mount --bind "/dev/$name" "root/dev/$name"
done
mkdir root/dev/pts
mount --rbind /dev/pts root/dev/pts
ln -s pts/ptmx root/dev/ptmx
ln -s /proc/self/fd root/dev/fd
if ! [ -e "root$2/README.md" ]; then
    mkdir -p "root$2"
    mount -t overlay overlay -o "lowerdir=$2,upperdir=own,workdir=own-work" "root$2"
fi
if [ "$3" != / ]; then
    cp -L /etc/resolv.conf root/etc/resolv.conf
    cp -L {trusted} root{certificates}
fi
touch root{mark}
exec chroot root sh -c 'echo ready; exec sleep infinity'
"""

#: What may be on this machine already is taken away; the server's configuration is Debian's own.
_EMPTY = """
rm -rf /opt/bp-tui /usr/local/bin/bp-tui /usr/local/libexec /srv/lessons /etc/ssh/sshd_config.d/*
rm -rf /etc/security/limits.d/bp-tui.conf /var/lib/bp-tui
for name in ada alan {teacher} students; do
    sed -i "/^$name:/d" /etc/passwd /etc/shadow /etc/group /etc/gshadow
done
cp /usr/share/openssh/sshd_config /etc/ssh/sshd_config
ssh-keygen -A
"""

#: Where no service manager runs, `systemctl reload-or-restart ssh` starts the server, on a port of its own,
#: and installing it doesn't. Packages that are there stay as they are. As on many a rented machine only keys
#: are taken; the teacher's password stands for one.
_AS_RENTED = """
mkdir -p /etc/ssh/sshd_config.d
printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
touch /run/utmp
cat > /etc/ssh/sshd_config.d/50-keys-only.conf <<'END'
PasswordAuthentication no
Match User {teacher}
    PasswordAuthentication yes
END
mkdir -m 755 /run/sshd
echo 'APT::Get::Upgrade "false";' > /etc/apt/apt.conf.d/99-as-it-is
cat > /usr/local/sbin/systemctl <<'END'
#!/bin/sh
[ "$*" = "reload-or-restart ssh" ] || exit 5
if [ -e /run/sshd.pid ]; then
    pid=$(cat /run/sshd.pid)
    rm /run/sshd.pid
    kill -HUP "$pid"
    while ! [ -e /run/sshd.pid ]; do sleep 0.02; done
else
    exec /usr/sbin/sshd -p {port} -o ListenAddress=127.0.0.1
fi
END
chmod 755 /usr/local/sbin/systemctl
useradd --create-home --shell /bin/bash {teacher}
echo {teacher}:{password} | chpasswd
"""

#: What follows a lesson and what a session is confined by are imported in no other.
_OPENED = """
import pkgutil, sys, tui.classroom, tui.following
for room in (tui.classroom, tui.following):
    for module in pkgutil.walk_packages(room.__path__, room.__name__ + "."):
        __import__(module.name)
from tui.cli import main
sys.argv[1:] = ["05-hidden-errors"]
main()
"""

JOURNAL = "/root/journal"
_KEEPER = """
import os, socket
there = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
there.bind("/dev/log")
os.chmod("/dev/log", 0o666)
print("begun", flush=True)
while True:
    print(there.recv(1 << 16).decode(), flush=True)
"""


def _enter() -> str:
    places = {"{mark}": _MARK, "{trusted}": _TRUSTED, "{certificates}": _CERTIFICATES}
    script = _ENTER
    for name, place in places.items():
        script = script.replace(name, place)
    return script


def why_not() -> str:
    """Return why there can be no such host here; "" if there can."""
    needed = ("unshare", "nsenter", "apt-get", "ssh", "useradd", "chpasswd")
    if os.getuid() != 0:
        return "only root can make accounts"
    if missing := [tool for tool in needed if shutil.which(tool) is None]:
        return f"this is no Debian with {', '.join(missing)}"
    if not Path("/usr/share/openssh/sshd_config").exists():
        return "OpenSSH's server is not installed"
    tried = subprocess.run(
        [
            "unshare",
            "--mount",
            "--pid",
            "--fork",
            "sh",
            "-c",
            "mount -t tmpfs none /mnt && cd /mnt && mkdir a w r && "
            "mount -t overlay overlay -o lowerdir=/,upperdir=a,workdir=w r",
        ],
        capture_output=True,
    )
    return "" if tried.returncode == 0 else "this system lets nobody mount"


def made_image(release: str, folder: Path) -> str:
    """Make a fresh Debian of a release in a folder; return why there can be none, "" if it is there."""
    if shutil.which("debootstrap") is None or not Path(_TRUSTED).exists():
        return "an image takes debootstrap and certificates"
    done = subprocess.run(
        ["debootstrap", "--variant=minbase", release, str(folder)], capture_output=True, text=True
    )
    return "" if done.returncode == 0 else f"debootstrap says: {done.stdout.strip().splitlines()[-1:]}"


class Host:
    """The host, as root there and as others who log in; of an image in a folder, or else of this machine."""

    def __init__(self, folder: Path, image: Path | None = None) -> None:
        self._of_image = image is not None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port: int = free.getsockname()[1]
        enter = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private"]
        self._process = subprocess.Popen(
            [
                *enter,
                "sh",
                "-c",
                _enter(),
                "sh",
                str(folder),
                str(ROOT),
                str(image or "/"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        try:
            assert self._process.stdout is not None
            said = self._process.stdout.readline()
            assert said == b"ready\n", said
            parent = self._process.pid
            (self._first,) = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
            make = _AS_RENTED if image else _EMPTY + _AS_RENTED
            done = self.type(make.format(port=self._port, teacher=TEACHER, password=PASSWORD))
            assert done.returncode == 0, done.stderr
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End everything that runs there; with it goes the host."""
        self._process.kill()
        self._process.communicate()

    @property
    def _inside(self) -> list[str]:
        return ["nsenter", "--target", self._first, "--mount", "--pid", "--root", "--wd"]

    def type(self, commands: str, *, patience: float = 600) -> subprocess.CompletedProcess[str]:
        """Type commands in the checkout, as root who was the teacher before; a failure is the end."""
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL"))
        }
        if not self._of_image:
            # Most of what is installed is never imported; see `compile`. Such an option takes a falsy value.
            kept["PIP_NO_COMPILE"] = "0"
        else:
            kept |= dict.fromkeys(("PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"), _CERTIFICATES)
        return subprocess.run(
            [
                *self._inside,
                *("bash", "-e", "-c", f"test -e {_MARK} || exit 99; cd {ROOT}\n{commands}"),
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=patience,
            env=kept
            | {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "SUDO_USER": TEACHER},
        )

    def compile(self) -> None:
        """Compile what the app imports, by opening it as root; students can't write there."""
        with Line([*self._inside, "/opt/bp-tui/bin/python", "-c", _OPENED], PYTHONPATH=None) as line:
            line.shows("step 1 of ")
            line.send(b"n")
            line.shows("step 2 of ")
            line.send(b"o")
            line.shows("which scenario?")
            line.send(b"\r")
            line.shows("step 1 of ")
            line.send(b"q")
            assert line.gone() == 0, line.output()

    def keep_journal(self) -> None:
        """Have what is said to the journal written to a file from now on, as a service of the host does."""
        journal = Path(f"/proc/{self._first}/root{JOURNAL}")
        self.type(f"/opt/bp-tui/bin/python -c '{_KEEPER}' > {JOURNAL} 2>&1 < /dev/null & disown")
        wait_until(lambda: journal.exists() and journal.stat().st_size)

    def ssh(self, words: list[str], password: str, language: str | None = None) -> Line:
        """Type an ssh command line, and the password that it asks for; the options say where HOST is."""
        options = {
            "Port": self._port,
            "PubkeyAuthentication": "no",
            "SendEnv": "LANG LC_*",
        }
        words = [word.replace("HOST", "127.0.0.1") for word in words]
        line = Line([words[0], *by_options(options), *words[1:]], LANG=None, LC_ALL=language)
        line.terminal.feed(b"\r\n")  # ssh asks from the beginning of the line, over what is there
        line.shows("password:")
        line.send(f"{password}\n".encode())
        return line
