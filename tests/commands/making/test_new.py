"""Does `bp-tui new` write a good scenario, from options and from answers, and nothing else?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pexpect  # type: ignore[import-untyped]
import pytest

from engine.draft.draft import SETS
from engine.read import checked
from tests.commands.running import call, on_a_terminal, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.scenario import Scenario

    Made = Callable[..., Scenario]

PLANTS = "sep=;\nNr;height;colour;width;edible\n1;0,5;red;1,5;yes\n2;1,0;blue;0,2;no\n3;0,1;blue;2,5;yes\n"
KINDS = "Id,a,b,kind\n1,2,3,cat\n2,3,1,dog\n3,1,1,emu\n4,1,2,emu\n"


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Made:
    """Return what makes a scenario; it is good, and nothing is `said` but that it is written."""

    def make(*words: str, table: str = "", said: str = "") -> Scenario:
        if table:
            (tmp_path / "rows.csv").write_text(table, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        done = call(capsys, "new", "made.toml", *words)
        assert (done.code, done.out, done.err) == (0, "made.toml: written\n", said)
        scenario, warnings = checked(tmp_path / "made.toml")
        assert warnings == ()
        return scenario

    return make


@pytest.mark.parametrize("name", SETS)
def test_the_shipped_sets(name: str, made: Made) -> None:
    scenario = made("--data", name)
    assert scenario.title == SETS[name].title
    assert scenario.network.sizes == (SETS[name].inputs, 4, SETS[name].outputs)


def test_the_comment_on_a_recurrent_layer_is_one(made: Made, tmp_path: Path) -> None:
    made()
    text = (tmp_path / "made.toml").read_text("utf-8")
    for before, after in (
        ("# recurrent_init", "recurrent_init"),
        ("inputs = 2", "inputs = 1"),
        ("[[0, 0], [0, 1], [1, 0], [1, 1]]", "[[[0], [0]], [[0], [1]], [[1], [0]], [[1], [1]]]"),
    ):
        assert text.count(before) == 1
        text = text.replace(before, after)
    (tmp_path / "made.toml").write_text(text, "utf-8")
    scenario, warnings = checked(tmp_path / "made.toml")
    assert scenario.network.recurrent
    assert scenario.data.times == 2
    assert warnings == ()


def test_every_option(made: Made) -> None:
    words = (
        "--title",
        'A "title" \\',
        "--hidden",
        "8, 3",
        "--activation",
        "elu",
        "--output",
        "tanh",
        "--loss",
        "huber",
    )
    scenario = made(*words, "--learning-rate", "0.02", "--iterations", "7", "--data", "or")
    assert scenario.title == 'A "title" \\'
    assert [layer.activation for layer in scenario.network.layers] == ["elu", "elu", "tanh"]
    assert scenario.network.sizes == (2, 8, 3, 1)
    assert scenario.network.loss == "huber"
    assert (scenario.training.learning_rate, scenario.training.iterations) == (0.02, 7)


def test_a_table_from_a_spreadsheet(made: Made) -> None:
    scenario = made("--data", "rows.csv", table=PLANTS)
    assert (
        scenario.names.columns
        == "2 inputs: height, width; target: edible → 2 classes: no, yes; not used: Nr, colour"
    )
    assert scenario.data.inputs[0, 0].tolist() == [0.5, 1.5]
    assert scenario.network.loss == "binary-cross-entropy"


def test_three_labels_and_a_number(made: Made, tmp_path: Path) -> None:
    scenario = made("--data", "rows.csv", table=KINDS)
    assert scenario.names.classes == ("cat", "dog", "emu")
    assert scenario.network.layers[-1].activation == "softmax"
    (tmp_path / "made.toml").unlink()
    scenario = made("--data", "rows.csv", "--targets", "b")
    assert scenario.names.inputs == ("a",)
    assert scenario.network.layers[-1].activation == "identity"


def test_a_table_without_a_header(made: Made) -> None:
    scenario = made("--data", "rows.csv", table="0.5,1,0\n1,0.25,1\n2,1,1\n")
    assert scenario.data.targets[:, 0].tolist() == [[0], [1], [1]]
    assert scenario.network.loss == "binary-cross-entropy"


@pytest.mark.parametrize(
    "table",
    [
        "a,b,kind\n0.5,1,cat\n1,0.25,dog\n2,1,cat\n",
        "a,b,kind\n0.5,1,0\n1,0.25,1\n2,1,0\n",
        "0.5,1,0\n1,0.25,1\n2,1,0\n",
        "",
    ],
)
def test_softmax_has_a_neuron_for_each_of_two_classes(table: str, made: Made) -> None:
    data = "rows.csv" if table else "xor"
    scenario = made("--data", data, "--output", "softmax", table=table)
    assert (scenario.network.sizes[-1], scenario.network.loss) == (2, "cross-entropy")
    assert scenario.data.targets[:2, 0].tolist() == [[1, 0], [0, 1]]


def test_softmax_has_a_neuron_for_each_class_of_a_column_of_whole_numbers(made: Made) -> None:
    table = "x,digit\n" + "".join(f"{row},{row * 7 % 10}\n" for row in range(30))
    scenario = made("--data", "rows.csv", "--output", "softmax", table=table)
    assert (scenario.network.sizes[-1], scenario.network.loss) == (10, "cross-entropy")
    assert scenario.names.classes == tuple("0123456789")
    assert scenario.data.targets[:3, 0].argmax(axis=1).tolist() == [0, 7, 4]


def test_a_column_with_gaps_is_left_out_and_named(made: Made, tmp_path: Path) -> None:
    said = "made.toml: not used, as values are missing: b in line 3 (NA).\n"
    scenario = made("--data", "rows.csv", table="a,b,c\n1,2,3\n2,NA,4\n3,,3\n", said=said)
    assert scenario.names.inputs == ("a",)
    text = (tmp_path / "made.toml").read_text("utf-8")
    assert "# not used, as values are missing: b in line 3 (NA)" in text


def test_a_comma_at_the_end_of_each_line_makes_no_column(made: Made) -> None:
    scenario = made("--data", "rows.csv", table="a,b,y,\n1,2,0,\n3,4,1,\n")
    assert scenario.names.columns == "2 inputs: a, b; target: y; not used: (no name)"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["made.toml", "--data", "commas.csv"],
            "line 2: expected 3 columns (as in the header), found 5: per",
        ),
        (["made.toml", "--data", "commas.csv"], "Export it with points, or with ; between the columns."),
        (["made.toml", "--data", "short.csv"], "line 3: expected 3 columns (as in the header), found 2."),
        (["made.toml", "--data", "latin.csv"], "line 2: expected UTF-8 text, found other bytes: 0xf6. Save"),
        (["made.toml", "--data", "latin.csv"], "Windows-1252, where this is ö."),
        (
            ["made.toml", "--data", "twice.csv"],
            'several columns are called "x". Give each a name of its own.',
        ),
        (["made.toml", "--data", "alike.csv"], "the target kind has one label alone, cat: there is nothing"),
        (["made.toml", "--data", "gaps.csv"], "a in line 4 (an empty cell), b in line 3 (NA). Write"),
        (["made.toml", "--data", "gaps.csv", "--targets", "b"], "no value in line 3 (NA). Write"),
        (["made.toml", "--loss", "mse"], 'Did you mean "mean-squared-error"?'),
        (["made.toml", "--activation", "softmax"], "bp-tui: --activation: expected one of identity"),
        (
            ["made.toml", "--data", "iris", "--targets", "nope"],
            "--targets is for a CSV file, and the targets of",
        ),
        (["made.toml", "--targets", "nope"], "the targets of xor are given: leave it out"),
        (["made.toml", "--hidden", "0", "--activation", "relu"], "--activation is of hidden layers"),
        (["made.toml", "--hidden", "-3"], "--hidden: expected whole numbers, such as 4 or 8 8"),
        (["made.toml", "--hidden", "99999999999"], "from 1 to 1000 neurons"),
        (["made.toml", "--learning-rate", "nan"], "--learning-rate: expected a number of 0 or more"),
        (["made.toml", "--iterations", "0"], "--iterations: expected a whole number from 1 on"),
        (["made.toml", "--data", "irs"], 'Did you mean "iris"?'),
        (["made.toml", "--data", "gone.csv"], "--data: gone.csv: there is no such file"),
        (
            ["below/made.toml", "--data", "rows.csv"],
            "no such file beside the scenario: the data",
        ),
        (["made.toml", "--data", "../rows.csv"], "in the folder of the scenario or below"),
        (["made.toml", "--data", "empty.csv"], "the table has no rows"),
        (["made.toml", "--data", "words.csv"], "no column is left that holds numbers"),
        (["made.toml", "--data", "rows.csv", "--targets", "knd"], 'Did you mean "kind"?'),
        (["made.txt"], "a name that ends in .toml"),
        (["there.toml"], "there is such a file already"),
        (["gone/made.toml"], "can't be written"),
    ],
)
def test_what_can_not_be_written_is_not(
    words: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in (
        ("rows.csv", KINDS),
        ("empty.csv", ""),
        ("gaps.csv", "a,b,c\n1,2,3\n2,NA,4\n,2,3\n"),
        ("words.csv", "a,b\nx,y\nz,w\n"),
        ("commas.csv", "a,b,y\n0,5,1,5,1\n0,2,0,1,0\n"),
        ("short.csv", "a,b,y\n\n1,2\n"),
        ("twice.csv", "x,x,y\n1,2,0\n3,4,1\n"),
        ("alike.csv", "a,kind\n1,cat\n2,cat\n"),
        ("there.toml", "x"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "latin.csv").write_bytes("a,Größe\n1,2\n".encode("cp1252").replace(b"a,", b"a,b\n", 1))
    (tmp_path / "below").mkdir()
    before = sorted(tmp_path.iterdir())
    done = call(capsys, "new", *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "there.toml").read_text("utf-8") == "x"


def test_without_a_file_it_is_printed(tmp_path: Path) -> None:
    done = run("new", "--data", "and", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    (tmp_path / "x.toml").write_text(done.out, encoding="utf-8")
    assert checked(tmp_path / "x.toml")[0].title == "And"


def test_asked_on_a_terminal_and_opened(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(KINDS, encoding="utf-8")
    child = on_a_terminal("new", cwd=tmp_path)
    for question, answer in (
        ("File [network.toml]: ", "made.txt"),
        ("ends in .toml.", None),
        ("File [network.toml]: ", ""),
        ("[xor]: ", "rows.cvs"),
        ("expected one of", None),
        ("[xor]: ", "rows.csv"),
        ("Column to learn: Id, a, b, kind [kind]: ", ""),
        ("Title [kind]: ", "Three kinds"),
        ("[4]: ", "two"),
        ("expected whole numbers", None),
        ("[4]: ", "2 3"),
        ("[tanh]: ", "gelu"),
        ("expected one of", None),
        ("[tanh]: ", "silu"),
        ("[softmax]: ", ""),
        ("[cross-entropy]: ", ""),
        ("Learning rate [0.1]: ", ""),
        ("Iterations [100]: ", "12"),
        ("network.toml: written", None),
        ("Three kinds", None),
    ):
        child.expect_exact(question)
        if answer is not None:
            child.sendline(answer)
    child.expect_exact("FORWARD")
    child.send("q")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    scenario = checked(tmp_path / "network.toml")[0]
    assert scenario.network.sizes == (2, 2, 3, 3)
    assert (scenario.title, scenario.training.iterations) == ("Three kinds", 12)


def test_typed_numbers_are_checked_and_an_end_of_input_writes_nothing(tmp_path: Path) -> None:
    child = on_a_terminal("new", "made.toml", "--no-open", cwd=tmp_path)
    child.expect_exact("[xor]: ")
    child.sendline("numbers")
    for line, said in (
        ("0 1 = 1 0", ""),
        ("1 1 = x", "Expected numbers"),
        ("1 = 1 0", "Expected 2 inputs"),
        ("1 0.5 = 0 1", ""),
    ):
        child.expect_exact("  ")
        child.sendline(line)
        if said:
            child.expect_exact(said)
    child.sendline("")
    for _ in range(7):
        child.expect_exact("]: ")
        child.sendline("")
    child.expect_exact("made.toml: written")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    scenario = checked(tmp_path / "made.toml")[0]
    assert scenario.data.inputs[:, 0].tolist() == [[0, 1], [1, 0.5]]
    assert scenario.network.layers[-1].activation == "softmax"

    child = on_a_terminal("new", "other.toml", cwd=tmp_path)
    child.expect_exact("[xor]: ")
    child.sendeof()
    child.expect_exact("nothing is written")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 2
    assert not (tmp_path / "other.toml").exists()
