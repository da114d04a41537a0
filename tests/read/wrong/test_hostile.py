"""Files made to hurt: each is a clear error, soon and in little memory."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from engine.catalog import Entry, Shelf
from engine.read import ScenarioError, load
from engine.read.document import source
from tests.given.some_of import some_of
from tests.read.files import PLAIN, changed, complaint, complaints, write
from tests.work.work import million_rounds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOON = 80  # million rounds of an empty loop: about a second
MEMORY = 200  # MiB
LARGE = 4 * 2**20 - 1


def units(number: object) -> str:
    return changed(PLAIN, "units = 1", f"units = {number}")


def rate(number: str) -> str:
    return changed(PLAIN, "rate = 0.5", f"rate = {number}")


def weights(text: str) -> str:
    return changed(PLAIN, "[[0.15, 0.2], [0.25, 0.3], [0.35, 0.4]]", text)


FURTHER_LAYER = """
[[network.layers]]
activation = "tanh"
units = 1400
init = "orthogonal"
"""

HOSTILE: dict[str, tuple[str | bytes, str]] = {
    "50 MB": (b"x" * 50_000_000, "larger than 4 MiB"),
    "no line end": (b"x" * 2**20, "not TOML"),
    "brackets": (b"[" * LARGE, "not TOML"),
    "a nest of lists": (PLAIN + "x = " + "[" * 10**5, "nested too deeply"),
    "a nest of closed lists": ("x = " + "[" * 10**5 + "]" * 10**5, "nested too deeply"),
    "a nest of tables": ("x = " + "{a = " * 10**4, "nested too deeply"),
    "a deep weight": (weights("[" * 200 + "]" * 200), "found a list of 1"),
    "a deep key": (".".join("a" * 10**6) + " = 1", "more than 32 parts"),
    "a deep quoted key": (" . ".join(['"a"'] * 10**5) + " = 1", "more than 32 parts"),
    "a deep table": ("[" + ".".join("a" * 10**6) + "]", "more than 32 parts"),
    "10^9 units": (units(10**9), "the limit is 10,000,000"),
    "10^12 units": (units(10**12), "from 1 to 1,000,000,000"),
    "units of 4,000 digits": (units("9" * 4000), "more than 20 digits"),
    "10^9 inputs": (changed(PLAIN, "inputs = 2", f"inputs = {10**9}"), "expected rows of 1,000,000,000"),
    "orthogonal weights": (
        changed(
            PLAIN,
            'units = 1\ninit = "uniform"',
            'units = 3000\ninit = "zeros"\nrecurrent_init = "orthogonal"',
        ),
        "would take too long for 3,000 x 3,000 weights",
    ),
    "5,000 digits": (rate("1" * 5000), "more than 4,000 digits"),
    "five orthogonal layers": (
        changed(PLAIN, "\n[data]", 5 * FURTHER_LAYER + FURTHER_LAYER.replace("1400", "1") + "\n[data]"),
        "weights, after those of the layers before",
    ),
    "5,000 digits in base 16": (rate("0x" + "f" * 5000), "more than 4,000 digits"),
    "two million digits in base 2": (rate("0b" + "1" * 2_000_000), "more than 4,000 digits"),
    "two million digits after the point": (rate("0." + "1" * 2_000_000), "more than 4,000 digits"),
    "a million digits in an exponent": (rate("1e+" + "9" * 10**6), "more than 4,000 digits"),
    "digits in a comment": ("# " + "1" * 5000, "title: this key is missing"),
    "4,000 digits": (rate("1" * 4000), "below 1.8e308"),
    "hexadecimal": (rate("0x" + "f" * 10**6), "more than 4,000 digits"),
    "1e999": (rate("1e999"), "finite"),
    "format of 4,000 digits": (
        changed(PLAIN, "format = 1", "format = " + "1" * 4000),
        "newer than this bp-tui",
    ),
    "many numbers": (weights("[[" + "1," * 10**6 + "]]"), "more than 120,000 commas"),
    "many lines": (b"#\n" * 10**6, "more than 120,000 lines"),
    "many escapes": (PLAIN + 'x = "' + r"\\" * 10**6 + '"', "more than 120,000 backslashes"),
    "many wrong numbers": (weights("[[" + "nan," * 119_000 + "]]"), "finite"),
    "many texts": (weights("[[" + '"a",' * 119_000 + "]]"), "found the text"),
    "many empty rows": (weights("[" + "[]," * 119_000 + "]"), "found rows of 0"),
    "many keys": ("".join(f"k{number} = 1\n" for number in range(19_000)), "k0: unknown key"),
    "too many keys": ("".join(f"k{number} = 1\n" for number in range(100_000)), "more than 20,000 keys"),
    "many tables": ("[[k]]\n" * 19_000, "k: unknown key"),
    "too many tables": ("[[k]]\n" * 100_000, "more than 20,000 tables"),
    "many parts": ("".join(f"[a.{'b.' * 28}k{number}]\n" for number in range(5_000)), "a: unknown key"),
    "a long key": ('"' + r"\u001b" * 119_000 + '" = 1', "unknown key"),
    "a comment": (b"#" * 2**20, "title: this key is missing"),
    "spaces": (b" " * LARGE, "title: this key is missing"),
    "empty": (b"", "title: this key is missing"),
    "duplicate keys": (PLAIN + "seed = 2\n", "only once"),
    "duplicate tables": (PLAIN + "[training]\n", "only once"),
    "null bytes": (b"\0" * 1000, "not TOML"),
    "a null byte": (changed(PLAIN, "Two layers", "Two\0layers"), "not TOML"),
    "an escape sequence": (changed(PLAIN, "Two layers", "\x1b]52;c;eA==\x07"), "not TOML"),
    "Latin-1": (PLAIN.replace("Two", "Zw\xf6").encode("latin-1"), "byte 0xf6 at offset 22"),
    "UTF-16": (PLAIN.encode("utf-16"), "UTF-8"),
    "noise": (bytes(range(256)) * 1000, "UTF-8"),
    "a surrogate": (PLAIN.encode().replace(b"Two", b"\xed\xa0\x80"), "UTF-8"),
}

HEAVY = (
    "50 MB",
    "brackets",
    "a nest of lists",
    "10^9 units",
    "hexadecimal",
    "many texts",
    "many tables",
    "spaces",
)


#: Of a folder of files: how much work each is, what is said of it, and how much memory they take at most.
READ = """
import json, pathlib, re, sys
from engine.read import ScenarioError, load
from tests.work.work import million_rounds
said = {}
def read(path):
    try:
        load(path)
    except ScenarioError as error:
        said[path.stem] = [str(one) for one in error.complaints]
folder, most = pathlib.Path(sys.argv[1]), float(sys.argv[2])
rounds = {path.stem: million_rounds(read, path, most=most) for path in folder.iterdir()}
peak = int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]) // 1024
print(json.dumps({"rounds": rounds, "said": said, "memory": peak}))
"""


@pytest.fixture(scope="module")
def heavy(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a process of its own has found in the heavy files."""
    folder = tmp_path_factory.mktemp("heavy")
    for name in HEAVY:
        write(folder, HOSTILE[name][0], f"{name}.toml")
    command = [sys.executable, "-c", READ, str(folder), str(SOON)]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert set(found["rounds"]) == set(HEAVY)
    return found


@pytest.mark.parametrize("name", HOSTILE)
def test_a_clear_error_soon(tmp_path: Path, name: str, request: pytest.FixtureRequest) -> None:
    content, words = HOSTILE[name]
    found: list[str] = []
    if name in HEAVY:
        read = request.getfixturevalue("heavy")
        rounds, found = read["rounds"][name], read["said"][name]
    else:
        path = write(tmp_path, content)
        rounds = million_rounds(lambda: found.extend(map(str, complaints(path))), most=SOON)
    assert rounds < SOON
    text = "\n".join(found)
    assert words in text, text[:2000]
    assert all(len(line) < 500 for line in text.split("\n"))
    assert text.isprintable() or not set(text) & set(map(chr, [*range(10), *range(11, 32), *range(127, 160)]))


@pytest.mark.parametrize("name", some_of(HEAVY, 4))
def test_a_list_of_scenarios_soon_holds_it(tmp_path: Path, name: str) -> None:
    write(tmp_path, HOSTILE[name][0], "a.toml")
    entries: list[Entry] = []

    def look() -> None:
        entries[:] = Shelf(tmp_path).entries()

    assert million_rounds(look, most=SOON) < SOON
    (entry,) = entries
    assert entry.title.isprintable()


def test_a_list_of_scenarios_holds_all_of_them(tmp_path: Path) -> None:
    light = {name: content for name, (content, _) in HOSTILE.items() if len(content) < 10**5}
    assert len(light) >= 20
    for name, content in light.items():
        write(tmp_path, content, f"{name}.toml")
    entries = Shelf(tmp_path).entries()
    assert {entry.name for entry in entries} == set(light)
    assert all(entry.title.isprintable() for entry in entries)


def test_memory(heavy: dict[str, Any]) -> None:
    assert heavy["memory"] < MEMORY


def test_the_line_of_a_wrong_byte(tmp_path: Path) -> None:
    found = complaint(write(tmp_path, PLAIN.encode().replace(b'"sigmoid"', b'"\xc3\xa9\xe9"')))
    assert (found.line, found.column) == (9, 16)
    assert found.source == 'activation = "\u00e9\ufffd"'


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        for path, words in (
            (tmp_path / "none.toml", "no such file"),
            (tmp_path, "found a directory"),
            (tmp_path / "pipe", "found a named pipe"),
            (tmp_path / "socket", ""),
            ("/dev/zero", "found a device"),
            (tmp_path / "none" / "none.toml", "no such file"),
            (tmp_path / ("x" * 5000), ""),
            ("a\0b", "can't be the name of a file"),
            ("", "found a directory"),
        ):
            with pytest.raises(ScenarioError) as caught:
                load(path)
            assert words in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission(tmp_path: Path) -> None:
    path = write(tmp_path, PLAIN)
    path.chmod(0)
    assert "no permission" in str(complaint(path))


def test_no_permission_as_the_system_says_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(ScenarioError, match="no permission"):
        source.read_bytes(tmp_path / "x", 10, "")


def test_a_link_to_itself(tmp_path: Path) -> None:
    (tmp_path / "loop.toml").symlink_to("loop.toml")
    assert "can't be opened" in str(complaint(tmp_path / "loop.toml"))


def test_a_scenario_may_be_a_link(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "link.toml").symlink_to(write(folder, PLAIN))
    assert load(tmp_path / "link.toml").title == "Two layers"


@pytest.fixture
def growing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file that grows by a byte whenever its size is asked."""
    path = write(tmp_path, PLAIN)
    ask = os.fstat

    def fstat(descriptor: int) -> os.stat_result:
        with path.open("a") as file:
            file.write("#")
        return ask(descriptor)

    monkeypatch.setattr(os, "fstat", fstat)
    yield path
    monkeypatch.undo()


def test_a_file_that_grows_while_it_is_read(growing: Path) -> None:
    with pytest.raises(ScenarioError, match="changed while it was read"):
        source.read_bytes(growing, 4096, "")


def test_a_file_that_grows_over_the_limit(growing: Path) -> None:
    with pytest.raises(ScenarioError, match="larger than"):
        source.read_bytes(growing, len(PLAIN) + 1, "")


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for path in (tmp_path, write(tmp_path, b"x" * 5 * 2**20), write(tmp_path, "x", "y.toml")):
        complaints(path)
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


@pytest.mark.parametrize(
    ("part", "remedy"), [("weights", "units and init"), ("inputs", "a CSV or .npz file")]
)
def test_where_the_commas_are_too_many(part: str, remedy: str, tmp_path: Path) -> None:
    text = re.sub(
        rf"^{part} = \[\[.*\]\]$", f"{part} = [[{'0, ' * 130_000}]]", PLAIN, count=1, flags=re.MULTILINE
    )
    found = complaint(write(tmp_path, text))
    assert "more than 120,000 commas" in found.says
    assert remedy in found.remedy
