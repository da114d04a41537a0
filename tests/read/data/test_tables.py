"""Is a table read as it comes: columns by name, labels, other signs; and is one cause one complaint?"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.read import checked, load
from engine.read.data.layout import by_place
from engine.read.data.opened import Expected
from tests.commands.running import call
from tests.read.data.test_csv import SEQUENCE_DATA
from tests.read.files import SEQUENCES, changed, complaint, complaints, write

if TYPE_CHECKING:
    from engine.read import Complaint
    from engine.scenario import Scenario

CASES = Path(__file__).parents[2] / "cases" / "read"
TABLE = "Id,b,kind,a\n7,1,cat,0.5\n8,2,dog,1.5\n9,3,ant,2.5\n10,4,cat,3.5\n"
SCENARIO = """\
format = 1
title = "A table"

[network]
inputs = 2
loss = "cross-entropy"

[[network.layers]]
activation = "softmax"
units = 3
init = "zeros"

[data]
file = "rows.csv"
inputs = ["a", "b"]
targets = ["kind"]
one_hot = true

[training]
learning_rate = 0.5
"""


def path(folder: Path, table: str | bytes = TABLE, old: str = "", new: str = "") -> Path:
    write(folder, table, "rows.csv")
    return write(folder, changed(SCENARIO, old, new) if old else SCENARIO)


def positional(outputs: int = 1, keys: str = "") -> str:
    """Return a scenario of two inputs whose columns count from the left."""
    text = changed(SCENARIO, 'inputs = ["a", "b"]\ntargets = ["kind"]\none_hot = true\n', keys)
    return changed(text.replace("softmax", "sigmoid"), "units = 3", f"units = {outputs}").replace(
        '"cross-entropy"', '"squared-error"'
    )


def one(folder: Path, table: str | bytes, keys: str = "", outputs: int = 1) -> Complaint:
    write(folder, table, "rows.csv")
    return complaint(write(folder, positional(outputs, keys)))


def read(folder: Path, table: str | bytes, keys: str = "", outputs: int = 1) -> Scenario:
    write(folder, table, "rows.csv")
    return load(write(folder, positional(outputs, keys)))


def test_columns_by_name_and_a_label(tmp_path: Path) -> None:
    scenario = load(path(tmp_path))
    assert scenario.data.inputs[:, 0].tolist() == [[0.5, 1], [1.5, 2], [2.5, 3], [3.5, 4]]
    assert scenario.data.targets[:, 0].tolist() == [[0, 1, 0], [0, 0, 1], [1, 0, 0], [0, 1, 0]]
    names = scenario.names
    assert (names.inputs, names.outputs, names.classes) == (("a", "b"), *[("ant", "cat", "dog")] * 2)
    assert names.columns == "2 inputs: a, b; target: kind → 3 classes: ant, cat, dog; not used: Id"
    assert [names.of_target(target) for target in scenario.data.targets[:, 0]] == ["cat", "dog", "ant", "cat"]


def test_classes_have_the_order_that_is_given(tmp_path: Path) -> None:
    scenario = load(path(tmp_path, TABLE, "one_hot = true", 'classes = ["dog", "cat", "ant"]'))
    assert scenario.data.targets[:, 0].tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 1, 0]]


def test_numbers_are_classes_by_their_values(tmp_path: Path) -> None:
    table = TABLE.replace("cat", "10").replace("dog", "9.0").replace("ant", "-1")
    scenario = load(path(tmp_path, table))
    assert scenario.names.classes == ("-1", "9", "10")
    assert scenario.data.targets[0, 0].tolist() == [0, 0, 1]
    scenario = load(path(tmp_path, table, "one_hot = true", "classes = [10, 9, -1.0]"))
    assert scenario.data.targets[0, 0].tolist() == [1, 0, 0]


def test_labels_of_more_classes_than_there_is_room_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.read.data.labels.NUMBERS", 11)
    found = complaint(path(tmp_path))
    assert found.says == "4 labels for 3 outputs are 12 targets; the limit is 11"
    assert found.remedy == "Take fewer samples."


def test_two_classes_of_one_output(tmp_path: Path) -> None:
    scenario = read(tmp_path, "a,b,c\n0,1,yes\n1,0,no\n1,1,yes\n", 'classes = ["no", "yes"]\n')
    assert scenario.data.targets[:, 0].tolist() == [[1], [0], [1]]
    assert scenario.names.classes == ("no", "yes")
    assert scenario.names.outputs == ("c",)
    assert scenario.names.of_target(scenario.data.targets[1, 0]) == "no"


def test_what_is_left_over_are_the_inputs_or_the_targets(tmp_path: Path) -> None:
    table = "y,p,q\n1,2,3\n4,5,6\n"
    assert read(tmp_path, table, 'targets = ["y"]\n').data.inputs[:, 0].tolist() == [[2, 3], [5, 6]]
    assert read(tmp_path, table, 'inputs = ["q", "y"]\n').data.targets[:, 0].tolist() == [[2], [5]]
    found = one(tmp_path, "y,p,q,r\n1,2,3,4\n", 'targets = ["y"]\n')
    assert found.says == "expected 2 other columns, one per input (network.inputs), found 3"
    assert "Name the inputs: inputs = [...]" in found.remedy


def test_labels_of_sequences(tmp_path: Path) -> None:
    text = changed(SEQUENCES, SEQUENCE_DATA, 'file = "rows.csv"\nclasses = ["no", "yes"]\n')
    write(tmp_path, "sample,time,in,out\n0,0,1,\n0,1,2,yes\n1,0,1,no\n1,1,2,yes\n", "rows.csv")
    data = load(write(tmp_path, text)).data
    assert data.targets[:, :, 0].tolist() == [[0, 1], [0, 1]]
    assert data.has_target.tolist() == [[False, True], [True, True]]


@pytest.mark.parametrize(("table", "keys"), [
    ("# made by hand\n\n#second\na,b,c\n0,1,1\n1,0,0\n", ""),
    ("sep=;\na;b;c\n0;1;1\n1;0;0\n", ""),
    ('"sep=;"\n0;1;1\n1;0;0\n', ""),
    ("\ufeffsep=;\r\na;b;c\r\n0;1;1\r\n1;0;0\r\n", ""),
    ("a\tb\tc\n0\t1\t1\n1\t0\t0\n", 'separator = "\\t"\n'),
    ("a  b c\n0 1   1\n1 0 0\n", 'separator = " "\n'),
    ("0,0;1,0;1\n1;0;0,0\n", 'separator = ";"\ndecimal = ","\n'),
    ('"0,0","1,0","1"\n1,0,"0,0"\n', 'decimal = ","\n'),
    ("2018,2019,2020\n0,1,1\n1,0,0\n", "header = true\n"),
    ("x,2019,y\n0,1,1\n1,0,0\n", "header = true\n"),
    ("b,n,c,a\n1,5,1,0\n0,5,0,1\n", 'inputs = ["a", "b"]\ntargets = ["c"]\n'),
    ("1,5,2,0\n1,5,1,0\n0,5,0,1\n", 'inputs = ["0", "1"]\ntargets = ["2"]\n'),
    ("# b,n,c,a\n1,5,1,0\n0,5,0,1\n", 'inputs = ["a", "b"]\ntargets = ["c"]\n'),
])  # fmt: skip
def test_ways_to_write_the_same_table(table: str, keys: str, tmp_path: Path) -> None:
    data = read(tmp_path, table, keys).data
    assert data.inputs[:, 0].tolist() == [[0, 1], [1, 0]]
    assert data.targets[:, 0].tolist() == [[1], [0]]


MANY = "a,b,c\n" + "0,1,1\n" * 3


@pytest.mark.parametrize(("table", "line", "says", "remedy"), [
    (MANY + '"0,5",1,1\n"1,5","2,5",1\n', 5, '"0,5": this table has a decimal comma; 2 more cells like it',
     'decimal = ","'),
    (MANY + "0,NA,1\n,1,1\n0,1,n/a\n", 5, 'found the text "NA"; 2 more cells like it', "A value is missing"),
    (MANY + "TRUE,1,1\n1,False,1\n", 5, 'found the text "TRUE"; 1 more cell like it', "Write 1 for true"),
    (MANY + "red,1,1\ny,1,1\n", 5, 'found the text "red"; 1 more cell like it', "inputs = [...]"),
    (MANY + "y,1,1\nred,1,1\nno,1,1\n", 5, 'found the text "y"; 2 more cells like it', "inputs = [...]"),
    (MANY + "red,1,1\nblue,1,1\ngreen,1,1\n", 5, 'the text "red"; 2 more cells like it', "inputs = [...]"),
    (MANY + "1,1,cat\n1,1,dog\n", 5, 'found the text "cat"; 1 more cell like it', "one_hot = true"),
    (MANY + "1 234,1,1\n1 234 567,0,0\n", 5, 'found the text "1 234"; 1 more', "between the thousands"),
    (MANY + '"1,234,567",1,1\n', 5, 'found the text "1,234,567"', "between the thousands"),
    (MANY + '"4,000",1,1\n3,"1,234.5",1\n', 5, '"4,000"; 1 more cell like it', "between the thousands"),
    (MANY + '"4,000",1,1\n3,"0,5",1\n', 5, '"4,000": this table has a decimal comma; 1', 'decimal = ","'),
    (MANY + '"4,000",1,1\n', 5, "a decimal comma, or a comma between the thousands", "for thousands leave"),
    ("a;b;c\n1.234,5;2;0\n", 1, "has ; between its columns and a decimal comma", 'separator = ";"'),
    (MANY + "0,\u22121,1\n\u22125,0,0\n", 5, "minus sign U+2212, as text programs print it; 1", "Write - "),
    (MANY + "\x1e1,1,1\n", 5, "expected a finite number", ""),
    (MANY + "5 kg,1,1\n30 %,0,0\n$5,0,0\n", 5, 'found the text "5 kg"; 2 more cells', "without a unit"),
    (MANY + "0,1\n1\n", 5, "expected 3 columns (2 inputs, 1 target), found 2; 1 more row like it",
     "leave the row out"),
    (MANY + "0,1,2,3\n", 5, "found 4", "a cell with a comma in it stands in quotes"),
    ("5,3,1,0\n6,2,0,1\n", 1, "found 4; 1 more row like it", "a first line of names"),
    ("0,1,0,2,1\n0,3,0,4,0\n", 1, "a decimal comma, and commas between its columns as well; 1 more row",
     'separator = ";" and decimal = ","'),
    ("0.5,1\n", 1, "found 2", "Change network.inputs or the units of the last layer"),
    ("0.5,1,2,3\n", 1, "found 4", "a first line of names"),
    (MANY + "2020-01-01,1,1\n1,01.02.2020,1\n1,12:30,1\n", 5, "2 more cells like it", "A date is no number"),
    (MANY + "1D3,1,1\n", 5, '"1D3"', "Write 1e3"),
    (MANY + "1/2,1,1\n", 5, '"1/2"', "Write 0.5,"),
    (MANY + "'1','2',1\n", 5, "1 more cell like it", "without these quotes"),
    (MANY + "inf,1,-Infinity\n", 5, "1 more cell like it", "finite, or leave the row out"),
    (MANY + "\u0661,1,1\n", 5, "expected a finite number", "Write 1, with the digits"),
    (MANY + "Total,1,1\n", 5, 'the text "Total"', "leave the row out"),
    ("a,b,c\nm,kg,-\n0,1,1\n", 2, 'expected numbers, found the text "m kg -"', "names columns or units"),
    ("a,b,c\n", 1, "expected at least one row of numbers", "below the header"),
    ("", 1, "expected at least one row of numbers", "a row for each sample"),
    (b"PK\x03\x04" + bytes(99), 1, "it is a zip file, as the workbooks", "Save it as CSV"),
    (b"\x1f\x8b" + bytes(99), 1, "gzip has packed", "Unpack it"),
    ("Id,a,b,c\n1,2,3,4\n", 1, "expected 3 columns (2 inputs, 1 target), found 4", "are: Id, a, b, c."),
    ("a;b;c\n0,5;1,5;1\n", 1, "found 1: this table has ; between its columns and a decimal comma",
     'file = "rows.csv", separator = ";" and decimal = ","'),
    ("0,5;1,5;1\n1,5;2,5;1\n", 1, "has ; between its columns and a decimal comma", 'separator = ";"'),
    ("a;b;c\n0.5;1.5;1\n", 1, "this table has ; between its columns", 'separator = ";"'),
    ("a\tb\tc\n1\t2\t3\n", 1, "this table has tabs between its columns", 'separator = "\\t"'),
    ("a b c\n0.5 1 1\n", 1, "this table has blanks between its columns", 'separator = " "'),
    ("a,b,c\nm,s,kg\n0,1,1\n", 2, 'expected numbers, found the text "m s kg"', "leave it out"),
    ("x,2019,y\n0,1,1\n", 1, 'found the text "x"', "header = true"),
    ("a,b,c\r0,1,1\r", 1, "its lines end with CR alone", "LF"),
    ("a,b,c\n0,1,1\n".encode("utf-16"), 1, "found UTF-16", "UTF-8"),
    ("a,b,\xfc\n0,1,1\n".encode("cp1252"), 1, "0xfc", "Windows-1252, where this is \xfc"),
])  # fmt: skip
def test_one_cause_is_one_complaint(
    table: str | bytes, line: int, says: str, remedy: str, tmp_path: Path
) -> None:
    found = one(tmp_path, table)
    assert found.line == line
    assert says in found.says
    assert remedy in found.remedy
    assert bool(remedy) == bool(found.remedy)


@pytest.mark.parametrize(("table", "asked"), [
    ("0,1,2\n0.5,1,1\n", True), ("1,2,3\n1,0.5,1\n", True),
    ("1990,2000,2010\n0.5,1,1\n", True), ("2019,2020,2021\n1,1,0\n", True),
    ("1990,2000,2010\n1991,2001,2011\n", False), ("1990,1900,0\n0.5,1,1\n", False),
    ("0,1,2\n1,0,1\n", False), ("0,1,1\n0.5,1,1\n", False),
])  # fmt: skip
def test_three_numbers_above_fractions_may_be_a_header(table: str, asked: bool, tmp_path: Path) -> None:
    write(tmp_path, table, "rows.csv")
    warnings = checked(write(tmp_path, positional()))[1]
    assert any("header = true or header = false" in one.remedy for one in warnings) == asked


@pytest.mark.parametrize("table", [
    "a;b;c\n0,5;1,5;1\n", "0,5;1,5;1\n1,5;2,5;1\n", "a;b;c\n0.5;1.5;1\n", "a\tb\tc\n1\t2\t3\n",
    'a,b,c\n"0,5","1,5",1\n', "x,2019,y\n0,1,1\n", "sep=;\nx;y;t\n0,5;1,5;1\n1,0;0,2;0\n",
])  # fmt: skip
def test_the_remedy_works(table: str, tmp_path: Path) -> None:
    found = one(tmp_path, table)
    keys = re.findall(r'(?:separator|decimal) = "[^"]+"|header = true', found.remedy)
    assert keys
    assert read(tmp_path, table, "\n".join(keys) + "\n").data.samples


FOLLOWED = {
    "a;b;c\n0,5;1,5;1\n": 1,
    "a;b;c\n0.5;1.5;1\n": 1,
    "a\tb\tc\n1\t2\t3\n": 1,
    'a,b,c\n"0,5","1,5",1\n': 1,
    'a,b,c\n"1,500","2,250",1\n': 1,
    "x,2019,y\n0,1,1\n": 1,
    "a,b,c\n1,2,cat\n2,3,dog\n": 1,
    "1,2,cat\n2,3,dog\n0,1,emu\n": 3,
}


@pytest.mark.parametrize("table", FOLLOWED)
@pytest.mark.parametrize("data", ["", '"rows.csv"', '{file = "rows.csv"}'])
def test_the_remedy_works_as_it_stands(table: str, data: str, tmp_path: Path) -> None:
    """What it says is written where it says, for a file alone and for a table."""
    write(tmp_path, table, "rows.csv")
    text = positional(FOLLOWED[table])
    if data:
        text = changed(text, '[data]\nfile = "rows.csv"\n', "")
        text = changed(text, 'title = "A table"', f'title = "A table"\ndata = {data}')
    (found,) = complaints(write(tmp_path, text))
    assert load(write(tmp_path, followed(text, found.remedy))).data.samples


def followed(text: str, remedy: str) -> str:
    """Return the text of a scenario after what a remedy says of its data is written in it."""
    if top := re.search(r"[Ww]rite (data = \{.*?\}) in the place of (data = .*?)[;.]( |$)", remedy):
        return changed(text, top[2], top[1])
    if lines := re.search(r"let these lines stand under \[data\]: (.*)\.$", remedy):
        keys = re.sub(r"(?:,| and) (?=\w+ = )", "\n", lines[1])
        return re.sub(r"\[data\]\n(?:\w+ = .*\n)*", lambda _: f"[data]\n{keys}\n", text)
    if braces := re.search(r"[Aa]dd (.*?) within the braces of data, behind a comma", remedy):
        return changed(text, '{file = "rows.csv"', f'{{file = "rows.csv", {braces[1]}')
    one = re.search(r"[Aa]dd (.*?) under \[data\]", remedy)
    assert one is not None, remedy
    return changed(text, "[data]\n", f"[data]\n{one[1]}\n")


@pytest.mark.parametrize("header", ["", "a,b,kind\n"])
def test_a_last_column_of_labels_without_names(header: str, tmp_path: Path) -> None:
    table = header + "1,2,cat\n2,3,dog\n0,1,emu\n"
    found = one(tmp_path, table, outputs=3)
    assert found.says == "expected 5 columns (2 inputs, 3 targets), found 3" + (
        "" if header else "; 2 more rows like it"
    )
    assert "add one_hot = true under [data]" in found.remedy
    assert read(tmp_path, table, "one_hot = true\n", outputs=3).names.classes == ("cat", "dog", "emu")
    found = one(tmp_path, table.replace("emu", "cat"))
    assert "one_hot = true" in found.remedy
    assert read(tmp_path, table.replace("emu", "cat"), "one_hot = true\n").names.classes == ("cat", "dog")


def test_a_thousand_faults_are_enough(tmp_path: Path) -> None:
    found = one(tmp_path, MANY + "NA,1,1\n" * 2000)
    assert "at least 999 more cells like it" in found.says


@pytest.mark.parametrize(("old", "new", "key", "says", "remedy"), [
    ('"a", "b"', '"a", "B"', "data.inputs[1]", 'no column "B"', "\"b\"? The columns are: Id, b, kind, a."),
    ('"a", "b"', '"a", "a"', "data.inputs[1]", "named twice", "Leave one out."),
    ('"a", "b"', '"a"', "data.inputs", "expected 2 columns, one per input (network.inputs), found 1", ""),
    ('"a", "b"', '"a", "kind"', "data.targets", '"kind" is an input and a target', "Leave it out"),
    ("one_hot = true\n", "", "data.targets", "expected 3 columns, one per neuron", "add one_hot = true"),
    ("units = 3", "units = 4", "data.one_hot", "expected 4 classes for 4 neurons of the last layer",
     "classes = [...]"),
    ("one_hot = true", "header = false", "data.header", "no header", "Leave out header = false"),
    ('file = "rows.csv"\n', "", "data.inputs[0]", "expected a list", "add file"),
    ('file = "rows.csv"', 'file = "rows.csv"\ndecimal = ";"', "data.decimal", 'expected "," or "."', ""),
])  # fmt: skip
def test_what_is_asked_of_a_table_and_is_not_there(
    old: str, new: str, key: str, says: str, remedy: str, tmp_path: Path
) -> None:
    found = complaints(path(tmp_path, TABLE, old, new))
    assert key in {each.key for each in found}
    assert says in "\n".join(each.says for each in found)
    assert remedy in "\n".join(each.remedy for each in found)


def test_no_more_columns_are_laid_out_than_there_are() -> None:
    assert by_place(Expected(1_000_000, 1, sequences=False), 4).places == (0, 1, 2, 3)


def test_a_label_that_is_no_class(tmp_path: Path) -> None:
    twice = complaint(path(tmp_path, TABLE, "one_hot = true", 'classes = ["ant", 1, "dog", 1.0]'))
    assert (twice.key, twice.says) == ("data.classes[3]", 'the class "1" is named twice')
    found = complaint(path(tmp_path, TABLE, "one_hot = true", 'classes = ["cat", "dog", "emu"]'))
    assert found.says == 'expected one of the classes cat, dog, emu, found the text "ant"'
    assert (found.line, found.column) == (4, 5)


def test_classes_name_the_outputs_of_listed_samples(tmp_path: Path) -> None:
    text = changed(SCENARIO, 'file = "rows.csv"\ninputs = ["a", "b"]\ntargets = ["kind"]\none_hot = true\n',
                   'inputs = [[0, 1]]\ntargets = [[0, 0, 1]]\nclasses = ["x", "y", "z"]\n')  # fmt: skip
    scenario = load(write(tmp_path, text))
    assert scenario.names.of_target(scenario.data.targets[0, 0]) == "z"
    found = complaint(write(tmp_path, text.replace(', "z"', "")))
    assert "expected 3 classes for 3 neurons" in found.says
    found = complaint(write(tmp_path, text.replace("classes", "one_hot = true\nclasses")))
    assert found.key == "data.one_hot"


def test_the_case_of_a_european_spreadsheet(tmp_path: Path) -> None:
    for end in ("toml", "csv"):
        shutil.copy(CASES / f"excel-europe.{end}", tmp_path)
    found = complaint(tmp_path / "excel-europe.toml")
    assert "this table has ; between its columns and a decimal comma" in found.says
    assert "export it with commas and points" in found.remedy
    text = (tmp_path / "excel-europe.toml").read_text("utf-8")
    text = text.replace('data = "excel-europe.csv"', "")
    text += '\n[data]\nfile = "excel-europe.csv"\ndecimal = ","\n'
    data = load(write(tmp_path, text)).data
    assert data.inputs[:, 0].tolist() == [[0.5, 1.5], [1.0, 0.2]]


def test_classes_that_differ_in_capital_letters_alone_are_told(tmp_path: Path) -> None:
    table = TABLE.replace("ant", "Cat")
    scenario, warnings = checked(path(tmp_path, table))
    assert scenario.names.classes == ("Cat", "cat", "dog")
    (warning,) = [one for one in warnings if "capital" in one.says]
    assert warning.says == "warning: the classes Cat and cat differ in capital letters alone"
    # Not where they are named, as they are meant so.
    named = path(tmp_path, table, "one_hot = true", 'classes = ["Cat", "cat", "dog"]')
    assert not [one for one in checked(named)[1] if "capital" in one.says]
    found = complaint(path(tmp_path, table, "units = 3", "units = 2"))
    assert "the classes Cat and cat differ in capital letters alone: are they one?" in found.remedy


def test_a_label_that_is_a_class_but_for_capital_letters_is_meant_so(tmp_path: Path) -> None:
    found = complaint(path(tmp_path, TABLE, "one_hot = true", 'classes = ["Ant", "cat", "dog"]'))
    assert (found.line, found.remedy) == (4, "Did you mean Ant? Capital letters count.")
    found = complaint(path(tmp_path, TABLE, "one_hot = true", 'classes = ["bee", "cat", "dog"]'))
    assert found.remedy.startswith("Add it to classes")


def test_a_tab_in_single_quotes_is_none(tmp_path: Path) -> None:
    table = TABLE.replace(",", "\t")
    found = complaint(path(tmp_path, table, "one_hot = true", "one_hot = true\nseparator = '\\t'"))
    assert found.says.endswith("found the text '\\t', a backslash and a t")
    assert found.remedy == 'Write "\\t" in double quotes: a tab.'
    right = path(tmp_path, table, "one_hot = true", 'one_hot = true\nseparator = "\\t"')
    assert load(right).data.samples == 4


def test_more_classes_than_neurons_are_given_theirs(tmp_path: Path) -> None:
    found = complaint(path(tmp_path, TABLE, "units = 3", "units = 2"))
    assert found.says == "expected 2 classes for 2 neurons of the last layer, found 3 classes: ant, cat, dog"
    (right,) = re.findall(r"units = \d", found.remedy)
    assert load(path(tmp_path, TABLE, "units = 3", right)).names.classes == ("ant", "cat", "dog")
    found = complaint(path(tmp_path, TABLE.replace("dog", "cat").replace("ant", "cat")))
    assert found.remedy.startswith("There is nothing to learn from one class")


@pytest.mark.parametrize(("name", "remedy"), [
    ("rows.xlsx", "Save it as CSV from the spreadsheet"),
    ("rows.tsv", 'Call the file rows.csv, and let these lines stand under [data]: file = "rows.csv" and '
                 'separator = "\\t".'),
    ("rows.txt", "If it is a table of text, call the file rows.csv; with tabs"),
    ("rows.csv.gz", "Unpack it"),
    ("rows.npy", "numpy.savez("),
    ("rows.parquet", "frame.to_csv"),
])  # fmt: skip
def test_a_file_of_another_kind_has_a_way_to_be_read(name: str, remedy: str, tmp_path: Path) -> None:
    assert remedy in complaint(write(tmp_path, positional().replace("rows.csv", name))).remedy


def test_the_case_of_an_id_and_a_label(tmp_path: Path) -> None:
    """The remedy takes the columns that count, and the file is good as it then stands."""
    shutil.copy(CASES / "id-column.csv", tmp_path)
    text = (CASES / "id-column.toml").read_text("utf-8")
    labels = checked(write(tmp_path, text))[1][0]
    scenario, warnings = checked(write(tmp_path, followed(text, labels.remedy)))
    assert scenario.names.inputs == ("p1", "p2", "p3", "p4")
    assert not [
        one.says for one in warnings if "data.targets" in one.key or "numbers the samples" in one.says
    ]


def test_a_table_of_data_below_the_name_of_the_file(tmp_path: Path) -> None:
    """The kind that is given twice is the data, and no layer."""
    text = changed(positional(), 'title = "A table"', 'title = "A table"\ndata = "rows.csv"')
    write(tmp_path, "a;b;c\n0;1;1\n", "rows.csv")
    for table, told in (
        ('file = "rows.csv"\nseparator = ";"', "[data] names the file"),
        ('separator = ";"', 'write file = "rows.csv" under [data] instead'),
    ):
        found = complaint(write(tmp_path, changed(text, 'file = "rows.csv"', table)))
        assert (found.key, found.says) == ("data", "this key is given twice")
        assert 'line 3 is data = "rows.csv": take that line out' in found.remedy
        assert told in found.remedy
        assert "layer" not in found.remedy


def test_the_case_of_flat_targets() -> None:
    assert load(CASES / "npz-flat-targets.toml").data.targets.shape == (2, 1, 1)


def test_check_says_what_became_of_every_column(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, "check", path(tmp_path))
    assert done.code == 0
    assert done.out.endswith("good (2 inputs: a, b; target: kind → 3 classes: ant, cat, dog; not used: Id)\n")
    done = call(capsys, "check", CASES / "id-column.toml")
    assert "(4 inputs: PhotoId, p1, p2, p3; targets: p4, IsRamp)" in done.out
