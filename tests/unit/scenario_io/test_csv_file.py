"""Tables from elsewhere: what is read, and how each mistake is told."""

from __future__ import annotations

import hashlib

import pytest

from sim.errors import ScenarioError
from sim.scenario_io.csv_file import number_in, read, refuse
from sim.scenario_io.problems import Problem


@pytest.fixture
def table(tmp_path, monkeypatch):
    """Return a function that writes T.csv, which messages then name without a directory."""
    monkeypatch.chdir(tmp_path)

    def write(content: str | bytes):
        path = tmp_path / "T.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path.relative_to(tmp_path)

    return write


def test_rows_keep_their_lines_and_blank_lines_are_passed_over(table):
    sheet = read(table("a, b \r\n\r\n1,2\r\n,\r\n3,4\r\n"))
    assert (sheet.header, sheet.header_line) == (("a", "b"), 1)
    assert sheet.rows == [(3, ["1", "2"]), (5, ["3", "4"])]


def test_a_cell_in_quotes_may_hold_commas_and_lines(table):
    assert read(table('a,b\n"x, y\nz",2\n3,4\n')).rows == [(2, ["x, y\nz", "2"]), (4, ["3", "4"])]


def test_a_byte_order_mark_is_no_part_of_the_first_name(table):
    assert read(table(b"\xef\xbb\xbfstrategy,cost\nA,1\n")).header == ("strategy", "cost")


def test_the_digest_is_that_of_the_bytes(table):
    content = "a,b\n1,2\n"
    assert read(table(content)).digest == hashlib.sha256(content.encode()).hexdigest()


def test_rows_of_another_length_are_mistakes_with_their_line(table):
    sheet = read(table("a,b\n1\n1,2\n1,2,5\n"))
    assert [str(problem) for problem in sheet.problems] == [
        "T.csv:2: must have 2 cells like the line of names, got 1",
        "T.csv:4: must have 2 cells like the line of names, got 3; write decimals with a point and put texts "
        "with commas in quotes",
    ]
    assert (sheet.rows, sheet.n_rows) == ([(3, ["1", "2"])], 3)


def test_a_single_column_says_one_cell(table):
    assert "must have 1 cell like" in str(read(table("a\n1,2\n")).problems[0])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "T.csv: must have a line of column names and rows below it, got an empty file"),
        (" \n,\n", "T.csv: must have a line of column names and rows below it, got an empty file"),
        ("a;b\n1,5;2\n", "T.csv:1: must have commas between columns and points in decimals, got semicolons"),
        ("a\tb\n1\t2\n", "got tabs; save it as CSV with commas"),
        ("a|b\n1|2\n", "got bars; save"),
        (b"PK\x03\x04\0\0", "T.csv: must be a table of text, got a binary file; save it as CSV UTF-8"),
        ("a,b\n".encode("utf-16"), "T.csv: must be text in UTF-8, got UTF-16; save it as CSV UTF-8"),
        (b"a,b\n\xe9,1\n", "T.csv:2: must be text in UTF-8, got byte 0xe9; save it as CSV UTF-8"),
        (
            'a,b\n1,2\n"x,3\n',
            r"T.csv:3: must be cells with commas between, got a line that cannot be read \(",
        ),
    ],
)
def test_what_is_no_table_is_refused_in_words(table, content, message):
    with pytest.raises(ScenarioError, match=message):
        read(table(content))


def test_a_missing_file_and_a_directory_are_told_apart(table):
    directory = table("a\n").parent
    with pytest.raises(ScenarioError, match="must be a file, got a directory"):
        read(directory)
    with pytest.raises(ScenarioError, match=r"other\.csv: must be a file, got none"):
        read(directory / "other.csv")


def test_a_file_that_cannot_be_opened_is_told(table, monkeypatch):
    def fail(_):
        raise PermissionError(13, "Permission denied")

    path = table("a\n1\n")
    monkeypatch.setattr("pathlib.Path.read_bytes", fail)
    with pytest.raises(ScenarioError, match=r"T\.csv: must be readable, got 'Permission denied'"):
        read(path)


HINT = "; write it with a decimal point, without thousands separators, units or signs of currency"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("12", 12.0), (" -1.5 ", -1.5), ("+.5e-3", 0.0005), ("7.", 7.0), ("0", 0.0),
        ("abc", "must be a number, got 'abc'"),
        ("", "must be a number, got nothing"),
        ("  ", "must be a number, got nothing"),
        ("nan", "must be a finite number, got 'nan'"),
        ("-Infinity", "must be a finite number, got '-Infinity'"),
        ("NA", "must be a finite number, got 'NA'"),
        ("1e999", "must be a finite number, got '1e999'"),
        ("1,5", f"must be a number, got '1,5'{HINT}"),
        ("$20", f"must be a number, got '$20'{HINT}"),
        ("1_000", f"must be a number, got '1_000'{HINT}"),
        ("0x10", f"must be a number, got '0x10'{HINT}"),
    ],
)  # fmt: skip
def test_a_cell_is_a_finite_number_or_a_message(cell, expected):
    assert number_in(cell) == expected


def test_the_first_twenty_mistakes_are_told_and_the_others_counted():
    problems = [Problem("T.csv", line, "cost", "must be a number") for line in range(30, 0, -1)]
    with pytest.raises(ScenarioError) as caught:
        refuse(problems, "T.csv")
    lines = str(caught.value).splitlines()
    assert lines[0] == "T.csv:1: cost: must be a number"
    assert lines[19:] == ["T.csv:20: cost: must be a number", "T.csv: and 10 more mistakes"]


def test_one_mistake_too_many_is_told_as_one():
    problems = [Problem("T.csv", line, "", "wrong") for line in range(21)]
    with pytest.raises(ScenarioError, match=r"and 1 more mistake$"):
        refuse(problems, "T.csv")


def test_no_mistake_is_no_error():
    assert refuse([], "T.csv") is None
