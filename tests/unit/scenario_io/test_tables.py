"""Strategies and draws from tables: columns found by name, every mistake told at once."""

from __future__ import annotations

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.scenario_io.tables import aligned, check_same_rows, read_columns, read_strategies


@pytest.fixture
def table(tmp_path, monkeypatch):
    """Return a function that writes a table, which messages then name without a directory."""
    monkeypatch.chdir(tmp_path)

    def write(content: str, name: str = "T.csv"):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8", newline="")
        return path.relative_to(tmp_path)

    return write


def mistakes(read, path):
    with pytest.raises(ScenarioError) as caught:
        read(path)
    return str(caught.value).splitlines()


def test_columns_are_found_whatever_their_case_and_order_and_others_are_ignored(table):
    read = read_strategies(table('note,EFFECT, Cost ,Strategy\n"x, y",1.5,-200,Home\n,0,0,Usual care\n'))
    assert read.strategies == ("Home", "Usual care")
    assert (read.cost.tolist(), read.effect.tolist()) == ([-200, 0], [1.5, 0])


def test_equal_strategies_of_different_names_are_fine(table):
    assert read_strategies(table("strategy,cost,effect\nA,1,1\nB,1,1\n")).strategies == ("A", "B")


def test_every_mistake_in_a_table_of_strategies_is_told_at_once(table):
    content = "strategy,cost,effect\nA,abc,1\n,2,nan\nA,3,\nB,1,2,3\n"
    assert mistakes(read_strategies, table(content)) == [
        "T.csv:2: cost: must be a number, got 'abc'",
        "T.csv:3: strategy: must be a name, got nothing",
        "T.csv:3: effect: must be a finite number, got 'nan'",
        "T.csv:4: strategy: must differ from that in line 2, got 'A' again",
        "T.csv:4: effect: must be a number, got nothing",
        "T.csv:5: must have 3 cells like the line of names, got 4; write decimals with a point and put texts "
        "with commas in quotes",
    ]


def test_missing_and_repeated_columns_are_told_with_those_that_are_there(table):
    assert mistakes(read_strategies, table("name,cost,Cost\nA,1,x\nB,2,3\n")) == [
        "T.csv:1: strategy: must be one of the columns, got name, cost, Cost",
        "T.csv:1: cost: must be one of the columns, got 2 of them",
        "T.csv:1: effect: must be one of the columns, got name, cost, Cost",
    ]


@pytest.mark.parametrize(("rows", "got"), [("", "none"), ("A,1,2\n", "1")])
def test_fewer_than_two_strategies_cannot_be_compared(table, rows, got):
    content = f"strategy,cost,effect\n{rows}"
    assert mistakes(read_strategies, table(content)) == [
        f"T.csv: must list at least two strategies, got {got}"
    ]


def test_draws_are_read_in_the_order_of_the_file(table):
    read = read_columns(table("b,a\n1,2\n3,4\n5,6\n"))
    assert read.names == ("b", "a")
    np.testing.assert_array_equal(read.values, [[1, 2], [3, 4], [5, 6]])


@pytest.mark.parametrize("name", ["", '""', "draw", "Iteration", "sim"])
@pytest.mark.parametrize("start", [0, 1])
def test_a_first_column_that_numbers_the_draws_is_left_out(table, name, start):
    read = read_columns(table(f"{name},a\n{start},10\n{start + 1},20\n"))
    assert (read.names, read.values.tolist()) == (("a",), [[10], [20]])


def test_a_column_of_another_name_is_kept_even_if_it_counts(table):
    assert read_columns(table("dose,a\n1,10\n2,20\n")).names == ("dose", "a")


def test_an_index_elsewhere_than_in_front_is_a_column(table):
    assert read_columns(table("a,draw\n10,1\n20,2\n")).names == ("a", "draw")


@pytest.mark.parametrize("cells", [("1", "3"), ("2", "3"), ("1", "1"), ("x", "2")])
def test_a_column_called_an_index_that_does_not_count_is_refused(table, cells):
    content = "draw,a\n{},10\n{},20\n".format(*cells)
    assert mistakes(read_columns, table(content)) == [
        "T.csv:1: draw: must count the rows up by one from 0 or 1, as its name says; "
        "rename it if it is a result"
    ]


def test_a_short_row_does_not_make_the_index_wrong_too(table):
    assert mistakes(read_columns, table("draw,a\n1,10\n2\n3,20\n")) == [
        "T.csv:3: must have 2 cells like the line of names, got 1"
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (",a\n5,1\n7,2\n", "T.csv:1: column 1 must have a name, got none"),
        ("a,,b\n1,2,3\n", "T.csv:1: column 2 must have a name, got none"),
        ("a,b,a\n1,2,3\n", "T.csv:1: a: must be the name of one column, got 2"),
        ("draw\n1\n2\n", "T.csv:1: must have a column besides that of the draws, got none"),
        ("1.5,2\n3,4\n", "T.csv:1: must be names of the columns, got numbers only"),
        ("a,b\n", "T.csv: must have rows below the names, got none"),
        ("a,odd name\n1,x\n", "T.csv:2: 'odd name': must be a number, got 'x'"),
    ],
)
def test_what_is_no_table_of_draws_is_refused_in_words(table, content, expected):
    assert mistakes(read_columns, table(content)) == [expected]


def test_many_mistakes_are_counted(table):
    told = mistakes(read_columns, table("a,b\n" + "x,1\n" * 500))
    assert (len(told), told[0], told[-1]) == (
        21,
        "T.csv:2: a: must be a number, got 'x'",
        "T.csv: and 480 more mistakes",
    )


def test_thousands_of_draws_are_read_exactly(table):
    values = np.random.default_rng(1).normal(size=(2000, 10))
    content = ",".join("abcdefghij") + "\n" + "\n".join(",".join(map(repr, row)) for row in values.tolist())
    np.testing.assert_array_equal(read_columns(table(content)).values, values)


def test_effects_are_put_in_the_order_of_the_costs(table):
    costs = read_columns(table("a,b\n1,2\n", "C.csv"))
    effects = aligned(costs, read_columns(table("b,a\n20,10\n", "E.csv")))
    assert (effects.names, effects.values.tolist()) == (("a", "b"), [[10, 20]])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,c\n1,2\n", "E.csv: must have the columns of C.csv, got them without b and with c"),
        ("a\n1\n", "E.csv: must have the columns of C.csv, got them without b$"),
        ("a,b,c\n1,2,3\n", "E.csv: must have the columns of C.csv, got them with c$"),
        ("a,b\n1,2\n3,4\n", "E.csv: must have the 1 rows of C.csv, got 2"),
    ],
)
def test_tables_that_do_not_belong_together_are_refused(table, content, message):
    costs = read_columns(table("a,b\n1,2\n", "C.csv"))
    with pytest.raises(ScenarioError, match=message):
        aligned(costs, read_columns(table(content, "E.csv")))


def test_parameters_need_the_rows_of_the_costs_only(table):
    costs = read_columns(table("a,b\n1,2\n3,4\n", "C.csv"))
    assert check_same_rows(costs, read_columns(table("p\n1\n2\n", "P.csv"))) is None
    with pytest.raises(ScenarioError, match=r"Q\.csv: must have the 2 rows of C.csv, got 1"):
        check_same_rows(costs, read_columns(table("p\n1\n", "Q.csv")))
