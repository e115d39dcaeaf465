"""`compare --table`: any model's results on the command line."""

from __future__ import annotations

import json

import pytest

TABLE = "Strategy,Cost,Effect,Source\nnone,0,0,x\na,20000,1,x\nb,30000,4,x\nc,50000,3,x\n"


@pytest.fixture
def table(tmp_path):
    (tmp_path / "T.csv").write_text(TABLE, encoding="utf-8")
    return "T.csv"


def test_json_has_a_row_per_strategy_the_frontier_and_a_manifest(typed, table):
    done = typed("compare", "--table", table, "--wtp", "20000", "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert [(row["strategy"], row["icer"], row["nmb"]) for row in told["results"]] == [
        ("none", None, 0), ("a", None, 0), ("b", 7500, 50_000), ("c", None, 10_000),
    ]  # fmt: skip
    assert told["frontier"][1] == {
        "strategy": "a", "cost": 20_000, "effect": 1, "icer": None, "status": "extendedly dominated",
    }  # fmt: skip
    assert told["manifest"]["tables"][0]["file"] == "T.csv"
    assert told["manifest"]["settings"] == {"comparator": "none", "wtp": 20_000}


def test_the_text_tells_the_answer_and_the_table(treatpath, table):
    done = treatpath("compare", "--table", table, "--wtp", "20000", "--comparator", "b")
    lines = done.stdout.splitlines()
    assert lines[0] == "At 20,000 per unit of effect, b is worth most: a net benefit of 50,000."
    assert "Costs and effects (extra: against b)" in lines
    assert [line.split()[-1] for line in lines[4:8]] == ["frontier", "dominated", "none)", "dominated"]
    assert lines[-1] == "Planning and teaching model, never advice for one patient."


def test_without_a_willingness_to_pay_the_frontier_is_told(typed, table):
    done = typed("compare", "--table", table)
    assert done.stdout.startswith("On the frontier, from the cheapest on: none and b. Give --wtp to see")
    assert "Net benefit" not in done.stdout


def test_equal_worth_is_told_of_all(typed, table):
    done = typed("compare", "--table", table, "--wtp", "7500")
    assert done.stdout.startswith(
        "At 7,500 per unit of effect, none and b are equally worth most: a net bene"
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "compare: must be given DIR or --table, got neither"),
        (["stored", "--table", "T.csv"], "--table: must stand without DIR; leave one of them out"),
        (["--table", "T.csv", "--perspective", "payer", "--pair", "a,b"], "without --perspective, --pair;"),
        (["--table", "none.csv"], "none.csv: must be a file, got none"),
        (["--table", "."], ".: must be a file, got a directory"),
        (["--table", "T.csv", "--comparator", "d"], "comparator: 'd' is not a strategy"),
        (["--table", "T.csv", "--wtp", "-1"], "wtp: must be above 0, got -1.0"),
    ],
)
def test_a_mistake_is_told_in_words_with_exit_code_2(typed, table, words, message):
    done = typed("compare", *words)
    assert message in done.stderr
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def test_every_mistake_in_a_table_is_told_at_once(typed, tmp_path):
    (tmp_path / "T.csv").write_text("strategy,cost,effect\nA,abc,1\nA,1,\n", encoding="utf-8")
    done = typed("compare", "--table", "T.csv")
    assert done.stderr.splitlines() == [
        "T.csv:2: cost: must be a number, got 'abc'",
        "T.csv:3: strategy: must differ from that in line 2, got 'A' again",
        "T.csv:3: effect: must be a number, got nothing",
    ]
    errors = json.loads(typed("compare", "--table", "T.csv", "--json").stdout)["errors"]
    assert [(error["file"], error["line"], error["path"]) for error in errors] == [
        ("T.csv", 2, "cost"), ("T.csv", 3, "strategy"), ("T.csv", 3, "effect"),
    ]  # fmt: skip


def test_an_empty_file_is_told(typed, tmp_path):
    (tmp_path / "T.csv").write_bytes(b"")
    done = typed("compare", "--table", "T.csv")
    assert "T.csv: must have a line of column names and rows below it, got an empty file" in done.stderr
    assert done.returncode == 2
