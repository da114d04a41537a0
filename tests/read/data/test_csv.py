from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from engine.read import ScenarioError, load
from engine.read.data import csvtable
from tests.given.some_of import EVERY_CASE
from tests.read.data.test_datafile import naming
from tests.read.files import SEQUENCES, assert_read_only, changed, complaint, complaints, write
from tests.work.work import million_rounds

if TYPE_CHECKING:
    from pathlib import Path

    from engine.read import Complaint
    from engine.scenario import Data

SEQUENCE_DATA = "inputs = [[[1], [2], [3]], [[4], [5], [6]]]\ntargets = [[[0.1], [0.2], [0.3]], [9]]\n"
HEADER = "sample,time,in,out\n"


def plain(folder: Path, rows: str | bytes) -> Data:
    write(folder, rows, "rows.csv")
    return load(write(folder, naming("rows.csv"))).data


def bad(folder: Path, rows: str | bytes, scenario: str | None = None) -> Complaint:
    write(folder, rows, "rows.csv")
    found = complaint(write(folder, scenario or naming("rows.csv")))
    assert found.file == str(folder / "rows.csv")
    return found


def recurrent() -> str:
    return changed(SEQUENCES, SEQUENCE_DATA, 'file = "rows.csv"\n')


@pytest.mark.parametrize(
    "rows",
    [
        "0,1,1\n1,0,0\n",
        "0,1,1\n1,0,0",
        "0,1,1\r\n1,0,0\r\n",
        "\ufeff0,1,1\n1,0,0\n",
        "a,b,c\n0,1,1\n1,0,0\n",
        '"sepal, length",b,c\n0,1,1\n1,0,0\n',
        "a,b,\n0,1,1\n1,0,0\n",
        "\n0,1,1\n\n1,0,0\n\n",
        ' 0.0 ,+1,1e0\n"1",-0.0,.0\n',
        "0.,1.E0,0.1e+1\n1,0e-5,0\n",
    ],
)
def test_rows(tmp_path: Path, rows: str) -> None:
    data = plain(tmp_path, rows)
    assert data.inputs.tolist() == [[[0, 1]], [[1, 0]]]
    assert data.targets.tolist() == [[[1]], [[0]]]
    assert data.has_target.tolist() == [[True], [True]]
    assert_read_only(data)


def test_numbers_are_read_to_the_last_bit(tmp_path: Path) -> None:
    data = plain(tmp_path, "0.1,1e-323,1.7976931348623157e308\n0.30000000000000004,2,-0.0\n")
    assert data.inputs.tolist() == [[[0.1, 1e-323]], [[0.30000000000000004, 2.0]]]
    assert data.targets[0, 0, 0] == 1.7976931348623157e308


@pytest.mark.parametrize(
    ("rows", "line", "column", "words"),
    [
        ("0,1,1\n1,x,0\n", 2, 3, ["column 2 (input 1)", 'found the text "x"']),
        ("a,b,c\n0,1,1\n1,0,\n", 3, 5, ["column 3 (target 0)", "an empty cell"]),
        ("0,1,1\n1,nan,0\n", 2, 3, ["finite", "nan"]),
        ("0,1,1\n1,-inf,0\n", 2, 3, ["finite", "-inf"]),
        ("0,1,1\n1,0,1e999\n", 2, 5, ["finite", "1e999"]),
        ("0,1,1\n1_0,0,0\n", 2, 1, ["finite", "1_0"]),
        ("0,1,1\n\u0661,0,0\n", 2, 1, ["finite"]),
        ("0,1,1\n0x10,0,0\n", 2, 1, ["0x10"]),
        ("0,1,1\n1,0\n", 2, None, ["expected 3 columns (2 inputs, 1 target), found 2"]),
        ("0,1,1,5\n", 1, None, ["expected 3 columns", "found 4"]),
        ("a,b\n0,1,1\n", 1, None, ["expected 3 columns", "found 2"]),
        ("0;1;1\n", 1, None, ["expected 3 columns", "found 1", "Separate the columns with commas"]),
        ("sample,time,x\n0,0,1\n", 1, None, ["no recurrent layer"]),
        ("", 1, None, ["at least one row"]),
        ("\n\n", 2, None, ["at least one row"]),
        ("a,b,c\n", 1, None, ["at least one row"]),
        ("0,1,1\n1,\0,0\n", 2, 3, ["finite"]),
        ('0,1,1\n1,"0,0\n', 2, None, ["not CSV"]),
        ("0,1,1\r1,0,0\r", 1, None, ["not CSV"]),
        (b"0,1,1\n1,\xff,0\n", 2, None, ["UTF-8"]),
        ("0,1,1\n1,\x1b[31m,0\n", 2, 3, ["\ufffd[31m"]),
    ],
)
def test_wrong_rows(
    tmp_path: Path, rows: str | bytes, line: int, column: int | None, words: list[str]
) -> None:
    found = bad(tmp_path, rows)
    assert (found.line, found.column) == (line, column), str(found)
    for word in words:
        assert word in str(found)
    assert "\x1b" not in str(found)


def test_every_wrong_row_is_reported(tmp_path: Path) -> None:
    write(tmp_path, "0,1,1\n0,x,y\n0\n1,0,nan\n", "rows.csv")
    found = complaints(write(tmp_path, naming("rows.csv")))
    assert [(each.line, each.column) for each in found] == [(2, 3), (2, 5), (3, None), (4, 5)]


def test_the_text_to_print(tmp_path: Path) -> None:
    assert str(bad(tmp_path, "a,b,c\n1,2O,0\n")) == (
        f'{tmp_path / "rows.csv"}:2:3: column 2 (input 1): expected a finite number, found the text "2O"\n'
        "  line 2 | 1,2O,0\n"
        "         |   ^"
    )


def test_sequences(tmp_path: Path) -> None:
    rows = "0,0,1,0.1\n0,1,2,0.2\n0,2,3,0.3\n1,0,4,\n1,1,5, \n1,2,6,9\n"
    write(tmp_path, " Sample,TIME,in,out\n" + rows, "rows.csv")
    data = load(write(tmp_path, recurrent())).data
    write(tmp_path, SEQUENCES, "listed.toml")
    listed = load(tmp_path / "listed.toml").data
    assert data.inputs.tolist() == listed.inputs.tolist()
    assert data.targets.tolist() == listed.targets.tolist()
    assert data.has_target.tolist() == listed.has_target.tolist()
    assert_read_only(data)


@pytest.mark.parametrize(
    ("rows", "line", "words"),
    [
        ("0,0,1,1\n", 1, ["a header line that begins with sample,time"]),
        ("a,b,c,d\n0,0,1,1\n", 1, ["a header line that begins with sample,time"]),
        ("sample,time,in\n", 1, ["expected 4 columns (sample, time, 1 input, 1 target), found 3"]),
        (HEADER + "1,0,1,1\n", 2, ["expected sample 0, time 0, found sample 1, time 0"]),
        (HEADER + "0,1,1,1\n", 2, ["expected sample 0, time 0, found sample 0, time 1"]),
        (HEADER + "0,0,1,1\n0,2,1,1\n", 3, ["expected sample 0, time 1, found sample 0, time 2"]),
        (HEADER + "0,0,1,1\n0,1,1,1\n1,0,1,1\n", 4, ["expected sample 1, time 1, found no more rows"]),
        (HEADER + "0,0,1,1\n1,0,1,1\n1,1,1,1\n", 4, ["expected sample 2, time 0, found sample 1, time 1"]),
        (HEADER + "0,0,1,1\n2,0,1,1\n", 3, ["expected sample 1, time 0"]),
        (HEADER + "0,0.5,1,1\n", 2, ["time 0.5"]),
        (HEADER + "0,0,1,1\n0,1,1,\n", 2, ["at every time of sample 0, or at its last time only"]),
        (HEADER + "0,0,1,\n0,1,1,1\n0,2,1,1\n", 2, ["at every time of sample 0"]),
        (HEADER + "0,0,1,\n", 2, ["at every time of sample 0"]),
        (HEADER + "0,0,,1\n", 2, ["column 3 (input 0)", "an empty cell"]),
        (HEADER + ",0,1,1\n", 2, ["column 1 (sample)", "an empty cell"]),
        (HEADER + "0,0,1,nan\n", 2, ["finite"]),
    ],
)
def test_wrong_sequences(tmp_path: Path, rows: str, line: int, words: list[str]) -> None:
    found = bad(tmp_path, rows, recurrent())
    assert found.line == line
    for word in words:
        assert word in str(found)


def test_some_targets_of_a_row(tmp_path: Path) -> None:
    scenario = changed(recurrent(), "weights = [[1.0, 1.0]]", "weights = [[1.0, 1.0], [1.0, 1.0]]")
    write(tmp_path, "sample,time,a,b,c\n0,0,1,1,\n", "rows.csv")
    found = complaints(write(tmp_path, scenario))
    assert "all targets of this row or none" in str(found[0])


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (b"1," * 2**20, "longer than 1 MiB"),
        (b"x\n" * 10**6, "found 1"),
        (b"\n" * 10**5, "at least one row"),
        (b"\n" * 10**6, "more than 100,000 empty rows"),
        (b"1,2,x\n" * 10**5, "finite"),
        (b"\0" * 10**6, "not CSV"),
    ],
)
def test_hostile(tmp_path: Path, rows: bytes, words: str) -> None:
    write(tmp_path, rows, "rows.csv")
    path = write(tmp_path, naming("rows.csv"))
    found: list[str] = []
    assert million_rounds(lambda: found.extend(map(str, complaints(path))), most=120) < 120
    assert words in "\n".join(found)


def test_too_many_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.read.data.csvtable.NUMBERS", 3000)
    found = bad(tmp_path, "1,2,3\n" * 1001)
    assert "more than 3,000 numbers" in str(found)


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.read.data.beside.LIMIT", 2**20)
    write(tmp_path, "1,2,3\n" * 200_000, "rows.csv")
    assert "larger than 1 MiB" in str(complaint(write(tmp_path, naming("rows.csv"))))


_ODD = (
    "", "1,2", "1,2,3,4", "1, 2 ,3", "nan,1,2", "inf,1,2", "1e999,1,2", "a,b,c", '"1",2,3', "1,,2", " ",
    "1_0,2,3", "\u0661,2,3", "1,2,3\r", "1\r2,3,4", "1 2,3,4", ",,", "#x", "1,2,3 ", "\t1,2,3",
    "1e5,-.5,+2.", "0x1,2,3", "1e,2,3", "-,1,2",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(40 if EVERY_CASE else 20))
def test_blocks_of_rows_are_read_as_row_by_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = Random(seed)
    rows = [
        chance.choice(_ODD)
        if chance.random() < 0.05
        else f"{chance.uniform(-2, 2)!r},{chance.randrange(9)},{chance.uniform(-1e5, 1e5):.3e}"
        for _ in range(chance.randrange(1, 30))
    ]
    end = chance.choice(["\n", "\r\n"])
    write(
        tmp_path, chance.choice(["", f"x1,x2,y{end}"]) + end.join(rows) + chance.choice(["", end]), "rows.csv"
    )
    path = write(tmp_path, naming("rows.csv"))
    monkeypatch.setattr(csvtable, "_BLOCK", chance.choice([20, 60, 100, 1000]))
    taken = _answer(path)
    monkeypatch.setattr(csvtable.Table, "_take_blocks", lambda _: None)
    assert _answer(path) == taken


#: What a scenario says of a table, its header, a row with room for good numbers and words, and odd rows.
_KINDS = {
    "columns by name": (
        'file = "rows.csv"\ninputs = ["c", "a"]\ntargets = ["d"]\n',
        "a,b,c,d\n",
        "{0},{word},{1},{2}",
        ['1,"a,b",2,3', '1,"x""y",2,3', "1,5\" pipe,2,3", "1,x,2", "1,x,,2", "1,\xe4\u00a0,2,3",
         '"1","x","2","3"', "1,x\0,2,3", "1,\udce4,2,3"],
    ),
    "labels": (
        'file = "rows.csv"\none_hot = true\n',
        "",
        "{0},{1},{word}",
        ["1,2,", "1,2, dog ", '1,2,"dog"', "1,2,\xe4", "1,,dog", "1,2,1.0",
         '1,2,"do,g"', "1,2,dog,", '"1",2,dog', '1,"2,dog"', '1,2,d"o"g', "1,2,\udce4"],
    ),
    "labels by name": (
        'file = "rows.csv"\ntargets = ["k"]\nclasses = ["dog", "cat"]\n',
        "a,k,b\n",
        "{0},{word},{1}",
        ["1,cow,2", "1,,2", "1,dog,x", '1,"cat",2', "1,dog,2,3"],
    ),
    "a decimal comma": (
        'file = "rows.csv"\nseparator = ";"\ndecimal = ","\n',
        "",
        "{0};{1};{2}",
        ["1.5;2;3", "1;2,;,3", "1;2", '"1,5";2;3', "1;2;3;", "1;2;a", "-0;2;3"],
    ),
    "blanks": (
        'file = "rows.csv"\nseparator = " "\n',
        "",
        "{0} {1} {2}",
        ["1  2 3", " 1 2 3", "1 2 3 ", "1,5 2 3", "1 2", '"1" 2 3', "-0 2 3", "1\t2 3 4"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("seed", range(3 if EVERY_CASE else 2))
@pytest.mark.parametrize("kind", _KINDS)
def test_blocks_of_any_table_are_read_as_row_by_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, seed: int
) -> None:
    chance = Random(seed)
    data, header, row, odd = _KINDS[kind]
    numbers = ("{:.3f}", "{!r}", "{:.2e}", "{:+.1f}", "{:.0f}")

    def number() -> str:
        return chance.choice(numbers).format(chance.uniform(-9, 9))

    path = write(tmp_path, naming("rows.csv").replace('file = "rows.csv"\n', data))
    for spoilt in (None, *odd):
        rows = [
            row.format(
                *(number().replace(".", "," if "comma" in kind else ".") for _ in range(3)),
                word=chance.choice(["dog", "cat"]),
            )
            for _ in range(chance.randrange(2, 30))
        ]
        if spoilt is not None:
            rows[chance.randrange(len(rows))] = spoilt
        table = header + chance.choice(["\n", "\r\n"]).join([*rows, ""])
        write(tmp_path, table.encode(errors="surrogateescape"), "rows.csv")
        assert _taken_in_blocks(path, chance, monkeypatch) == _taken_in_blocks(path, None, monkeypatch), rows


@pytest.mark.parametrize("seed", range(4 if EVERY_CASE else 2))
def test_blocks_of_sequences_are_read_as_row_by_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = Random(seed)
    last = chance.random() < 0.7
    rows = [
        f"{sample},{time},{chance.uniform(-9, 9):.3f},"
        + ("" if last and time < 3 else f"{chance.random():.2f}")
        for sample in range(chance.randrange(1, 12))
        for time in range(4)
    ]
    for spoilt in (None, "0,0,,1", "0,0,1, ", ",,,", "", "0,0,1,inf", "0,,1,1", "0,0,1,nan", "0,0,1,1e999"):
        table = [*rows]
        if spoilt is not None:
            table[chance.randrange(len(rows))] = spoilt
        write(tmp_path, HEADER + "\n".join([*table, ""]), "rows.csv")
        path = write(tmp_path, recurrent())
        assert _taken_in_blocks(path, chance, monkeypatch) == _taken_in_blocks(path, None, monkeypatch), table


def _taken_in_blocks(path: Path, chance: Random | None, monkeypatch: pytest.MonkeyPatch) -> object:
    """Return what is read in blocks of some size; without chance, of none: row by row."""
    monkeypatch.setattr(csvtable, "_BLOCK", 0 if chance is None else chance.choice([30, 100, 1000, 10_000]))
    return _answer(path)


def _answer(path: Path) -> object:
    """Return the data of a scenario to the last bit, or what is said of it."""
    try:
        data, names = (scenario := load(path)).data, scenario.names
    except ScenarioError as error:
        return error.complaints
    return data.inputs.tobytes(), data.targets.tobytes(), data.has_target.tobytes(), names


def test_a_million_rows(tmp_path: Path) -> None:
    write(tmp_path, "0.25,0.5,0.75\n" * 10**6, "rows.csv")
    path = write(tmp_path, naming("rows.csv"))
    assert million_rounds(lambda: load(path), most=100) < 100  # 250 if each row is looked at
