"""Is an answer of `bp-tui new` checked at each key, and is the terminal otherwise as if lines were read?"""

from __future__ import annotations

import os
import re
import signal
from typing import TYPE_CHECKING, Any

import pytest

from engine.read import checked
from tests.commands.running import run
from tests.terminal.line import APP, ROOT, Line

if TYPE_CHECKING:
    from pathlib import Path

KINDS = "Id,a,b,kind\n1,2,3,cat\n2,3,1,dog\n3,1,1,emu\n4,1,2,emu\n"
UP = b"\x1b[A"


class Asked(Line):
    """`bp-tui new` in a folder of its own."""

    def __init__(self, folder: Path, *words: str, columns: int = 80, rows: int = 24, **changes: Any) -> None:
        super().__init__([*APP, "new", *words], columns, rows, folder=folder, **changes)

    @property
    def row(self) -> str:
        """The row of the cursor."""
        return self.terminal.text().split("\n")[self.terminal.y].rstrip()

    @property
    def below(self) -> str:
        """What stands below it, on one line."""
        return " ".join(" ".join(self.terminal.text().split("\n")[self.terminal.y + 1 :]).split())

    def types(self, keys: str, said: str, end: str | None = None) -> None:
        """Type, and wait until the row ends so, by default as what is typed, and this is said."""
        self.send(keys.encode())
        self.until(lambda _: self.row.endswith(keys if end is None else end) and said in self.below)

    def asks(self, prompt: str) -> None:
        self.until(lambda _: self.row == prompt)

    def enters(self, keys: str = "") -> None:
        self.send(keys.encode() + b"\r")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kinds.csv").write_text(KINDS)
    (tmp_path / "words.csv").write_text("a,b\nx,y\nz,w\n")
    (tmp_path / "there.toml").write_text("x")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "long.csv").write_text("x,y\n" + "1,0\n2,1\n" * 5_000)
    return tmp_path


def all_said(line: Asked, *triples: tuple[str, str, str]) -> None:
    """Check what is typed, what the answer is then and what is said of it, each in an empty row."""
    prompt = line.row.partition(":")[0]
    for typed, end, said in triples:
        line.send(b"\x15")
        line.until(lambda _: line.row.startswith(prompt) and line.row.endswith("]:"))
        line.types(typed, said, f"]: {end}")


def test_the_name_of_the_file(folder: Path) -> None:
    with Asked(folder) as line:
        line.asks("File [network.toml]:")
        line.shows("→ a new file in this folder")
        all_said(
            line,
            ("made.txt", "made.txt", "! expected a name that ends in .toml."),
            ("there.toml", "there.toml", "! there is such a file already."),
            ("gone/x.toml", "gone/x.toml", "! it can't be written: there is no folder gone."),
            ("mad", "mad", "Tab: mad.toml"),
            ("deep/x", "deep/x", "Tab: deep/x.toml"),
            ("made\t", "made.toml", "→ a new file in this folder"),
        )
        line.send(UP)
        line.watch(0.1)
        assert line.row == "File [network.toml]: made.toml"  # there is no answer before


def test_the_data(folder: Path) -> None:
    with Asked(folder, "made.toml") as line:
        line.asks("Data: xor, and, or, iris, a CSV file or numbers [xor]:")
        line.says("→ Exclusive or: 2 inputs, 1 output also: and, or, iris, numbers, deep/, kinds.csv")
        all_said(
            line,
            ("irs", "irs", 'Did you mean "iris"?'),
            ("gone.csv", "gone.csv", "! gone.csv: there is no such file."),
            ("words.csv", "words.csv", "! words.csv: no column is left that holds numbers."),
            ("../kinds.csv", "../kinds.csv", "! the data file lies in the folder of the scenario or below"),
            ("de\tl\t", "deep/long.csv", "→ 1,000 rows or more, 2 columns: numbers in x, y"),
            ("numb\t", "numbers", "→ they are asked for, a sample a line"),
            (
                "kin\t",
                "kinds.csv",
                "→ 4 rows, 4 columns: numbers in Id, a, b; labels in kind (cat, dog, emu)",
            ),
        )
        line.enters()
        line.asks("Column to learn: Id, a, b, kind [kind]:")
        line.says("→ 2 inputs: a, b; target: kind → 3 classes: cat, dog, emu; not used: Id")
        all_said(
            line,
            ("a", "a", "→ 1 input: b; target: a; not used: Id, kind"),
            ("ax", "ax", "! expected one of Id, a, b, kind, found 'ax'"),
        )


def test_numbers_and_words_of_a_network(folder: Path) -> None:
    with Asked(folder, "x.toml", "--data", "kinds.csv", "--targets", "kind", "--title", "T") as line:
        hidden = "Neurons of the hidden layers, such as 4 or 8 8; 0 for none [4]:"
        line.asks(hidden)
        all_said(
            line,
            ("2", "2", "→ a network with 2 inputs, one hidden layer of 2, 3 outputs: 15 parameters"),
            ("2,2", "2,2", "→ a network with 2 inputs, 2 hidden layers of 2 and 2, 3 outputs: 21 parameters"),
            ("2, 0", "2, 0", "! a layer has at least one neuron; 0 alone is for no hidden layer."),
            ("20000", "20000", "! expected from 1 to 1000 neurons in a layer."),
            ("2x", "2x", "! expected whole numbers, such as 4 or 8 8."),
            ("0", "0", "→ a network with 2 inputs, no hidden layer, 3 outputs: 9 parameters"),
        )
        line.enters(" 2")
        line.until(lambda text: f"{hidden} 0 2\n  a layer has at least" in text and line.row == hidden)
        line.types(UP.decode(), "! a layer has at least one neuron", f"{hidden} 0 2")
        line.enters("\x157")
        line.asks("Their activation [tanh]:")
        line.says("→ a = tanh z also: identity, sigmoid, relu")
        all_said(
            line,
            ("swish", "swish", 'Did you mean "silu"?'),
            ("s", "s", "Tab: sigmoid, softplus, silu"),
            ("soft\t", "softplus", "→ a = ln(1 + e^z)"),
        )
        line.enters()
        line.asks("Activation of the last layer [softmax]:")
        line.enters()
        line.asks("Loss [cross-entropy]:")
        all_said(
            line,
            (
                "bin\t",
                "binary-cross-entropy",
                "! warning: softmax makes the outputs share 1, and binary-cross-entropy judges",
            ),
            ("mse", "mse", 'Did you mean "mean-squared-error"?'),
        )
        line.enters("\x15")
        line.asks("Learning rate [0.1]:")
        all_said(
            line,
            ("0.02", "0.02", "→ an update takes 0.02 of its gradient from each parameter"),
            ("0.02-", "0.02-", "! expected a number of 0 or more, such as 0.1."),
        )
        line.enters("\x15")
        line.asks("Iterations [100]:")
        all_said(
            line,
            ("0", "0", "! expected a whole number from 1 on."),
            ("7", "7", "→ 7 updates of the parameters, each after all samples"),
        )


def test_back_and_on_to_the_file_of_options_with_all_in_the_scrollback(folder: Path) -> None:
    with Asked(folder, "made.toml", "--no-open", "--title", "T", "--learning-rate", "0.5") as line:
        data = "Data: xor, and, or, iris, a CSV file or numbers [xor]:"
        hidden = "Neurons of the hidden layers, such as 4 or 8 8; 0 for none [4]:"
        for prompt, answer in (
            (data, "kinds.csv"),
            ("Column to learn: Id, a, b, kind [kind]:", ""),
            (hidden, "2 3"),
            ("Their activation [tanh]:", "silu"),
        ):
            line.asks(prompt)
            line.enters(answer)
        line.asks("Activation of the last layer [softmax]:")
        line.send(UP)
        line.asks("Their activation [tanh]: silu")
        line.send(UP)
        line.asks(f"{hidden} 2 3")
        line.enters("\x7f5")
        line.asks("Their activation [tanh]:")
        line.enters("elu")
        line.asks("Activation of the last layer [softmax]:")
        line.enters("\r\r")
        assert line.gone() == 0
        line.is_as_it_was(said="Iterations [100]: made.toml: written")
        shown = line.terminal.text()
        assert (
            f"{hidden} 2 5\nTheir activation [tanh]: elu\nActivation of the last layer [softmax]:\nL" in shown
        )
        assert "→" not in shown
    words = ["--data", "kinds.csv", "--title", "T", "--hidden", "2 5", "--activation", "elu"]
    assert run("new", "other.toml", *words, "--learning-rate", "0.5", cwd=folder).code == 0
    assert (folder / "made.toml").read_text("utf-8") == (folder / "other.toml").read_text("utf-8")


def test_typed_numbers_in_a_small_window_and_ctrl_d(tmp_path: Path) -> None:
    with Asked(tmp_path, "x.toml", columns=40, rows=12) as line:
        line.says("Data: xor, and, or, iris, a CSV file or numbers [xor]:")
        line.enters("numbers")
        line.says("! Expected numbers, = and numbers.")
        line.types("0 1 = 1", "→ sample 1: 2 inputs, 1 target")
        line.enters()
        line.says("→ 1 sample; Enter ends")
        line.types("0 = 1", "! Expected 2 inputs and 1 target, as in the first line.")
        line.send(b"\x15")
        line.send(UP)
        line.asks("  0 1 = 1")
        line.enters("0")
        line.asks("")
        line.enters()
        line.asks("Title [My network]:")
        line.types("t" * 60, "→ what the app calls it", "Title [My network]: " + "t" * 18)
        line.send(b"\x15\x04")
        assert line.gone() == 2
        assert line.attributes() == line._attributes
        assert "nothing is written" in line.terminal.text()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGQUIT])
def test_who_leaves_has_the_terminal_as_it_was(number: signal.Signals, tmp_path: Path) -> None:
    with Asked(tmp_path) as line:
        line.shows("→ a new file")
        line.types("ab", "Tab: ab.toml")
        if number == signal.SIGTERM:
            os.kill(line.pid, number)
        else:
            line.send(b"\x03" if number == signal.SIGINT else b"\x1c")
        assert line.gone() == 128 + number
        line.is_as_it_was()
        assert "Tab" not in line.terminal.text().split("before.")[1]
    assert list(tmp_path.iterdir()) == []


def test_a_change_of_size_and_noise(tmp_path: Path) -> None:
    with Asked(tmp_path, NO_COLOR="1") as line:
        line.shows("→ a new file")
        line.resize(30, 8)
        line.shows("→ a new file in this folder")
        line.resize(5, 2)
        line.types("abcdef", "", "")
        line.resize(60, 10)
        line.types("\x1b[1;5Q\x1b[200~\x00\x1bg\x1b[", "", "abcdefg")
        line.send(b"D\xff\xc3\xa9.toml")
        line.asks("File [network.toml]: abcdefé.tomlg")
        assert not re.search(rb"\x1b\[[0-9;]*m", line.output())


def test_stopped_by_a_shell_and_continued(tmp_path: Path) -> None:
    shell = (
        f'cd "{tmp_path}"; set -m; {" ".join(APP)} new --no-open; stty -a | grep -c " icanon"; fg; echo over'
    )
    with Line(["bash", "-c", shell], PYTHONPATH=str(ROOT)) as line:
        line.shows("→ a new file")
        line.send(b"two")
        line.shows("Tab: two.toml")
        line.send(b"\x1a")
        line.until(lambda text: text.count("File [network.toml]:") == 2 and "\n1\n" in text)
        line.until(lambda text: text.rstrip().endswith("Tab: two.toml"))
        line.send(b"\x03")
        line.gone()


def test_latin_1_and_keys_typed_ahead(tmp_path: Path) -> None:
    """All answers at once, as they are pasted; in a locale that lacks the arrow of what is said."""
    with Asked(tmp_path, "--no-open", PYTHONIOENCODING="latin-1", LC_ALL="C") as line:
        line.shows("> a new file in this folder")
        line.send(b"x.toml\rand\r\xc9t\xe9\r\r\r\r\r\r9\r")
        assert line.gone() == 0
        assert b"\xc9t\xe9" in line.output()
        line.is_as_it_was(said="x.toml: written")
    scenario = checked(tmp_path / "x.toml")[0]
    assert (scenario.title, scenario.training.iterations) == ("Été", 9)
