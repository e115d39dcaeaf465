"""Subgroups in words, as a table and as plain values."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from rich.console import Console
from typer.testing import CliRunner

from sim.batch.run import simulate
from sim.cli.program import app
from sim.domain.scenario import Scenario
from sim.errors import ScenarioError
from sim.report.exhibit import Basis
from sim.report.subgroups import (
    SubgroupAnswer,
    print_subgroups,
    subgroup_answers,
    subgroup_caption,
    subgroup_content,
    subgroup_report,
    subgroup_sentences,
)
from sim.results import Results

LABELS = {"a": "Tablets", "b": "Infusions"}


def _choice(subgroup: str, best: str, lead: float, half: float | None, *, overall: str = "a") -> dict:
    low, high = (None, None) if half is None else (lead - half, lead + half)
    return {
        "subgroup": subgroup, "best": best, "overall_best": overall, "lead": lead, "lead_low": low,
        "lead_high": high, "is_clear": low is not None and low > 0,
    }  # fmt: skip


def _answer(*choices: dict, labels: dict = LABELS) -> SubgroupAnswer:
    return SubgroupAnswer("tiny", "age", labels, "a", Basis(n_replications=5), [], list(choices))


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        (
            [_choice("young", "a", 900.0, 100.0), _choice("old", "a", 800.0, 100.0)],
            "By age at referral: Tablets is worth most over all patients, and in every subgroup.",
        ),
        (
            [_choice("young", "a", 900.0, 100.0), _choice("old", "b", 800.0, 100.0)],
            "By age at referral: Tablets is worth most over all patients. old: Infusions is worth $800 of net "
            "benefit per patient more than Tablets (95 % interval $700 to $900).",
        ),
        (
            [_choice("young", "a", 90.0, 100.0), _choice("old", "b", 80.0, 100.0)],
            "By age at referral: Tablets is worth most over all patients. old: Infusions ranks first, but there "
            "is no clear difference from Tablets: $80 of net benefit per patient (95 % interval -$20 to $180). "
            "No clear difference between Tablets and the next best: young.",
        ),
        (
            [_choice("old", "b", 80.0, None)],
            "By age at referral: Tablets is worth most over all patients. old: Infusions leads Tablets by $80 "
            "of net benefit per patient in this single replication.",
        ),
    ],
)
def test_the_sentences_say_where_another_strategy_is_best(choices, expected):
    assert subgroup_sentences(_answer(*choices)) == expected


def test_one_strategy_alone_is_not_compared():
    one = _answer(_choice("old", "a", 0.0, 0.0), labels={"a": "Tablets"})
    assert subgroup_sentences(one) == "There is only one strategy, Tablets: nothing to compare."


@pytest.fixture(scope="module")
def results(tiny: Scenario) -> Results:
    return simulate(tiny.with_changes({"run.n_patients": 40}), patient_totals=True, workers=1)


def test_the_table_has_a_row_for_each_subgroup_and_strategy(results):
    (one,) = subgroup_answers(results, by="insurance", asked={"perspective": "payer"})
    table = subgroup_report(one)
    assert [row[1] for row in table.rows] == ["Usual care", "Tablets", "Infusion, then tablets"] * 2
    assert {len(row) for row in table.rows} == {len(table.header)}
    assert table.rows[0][0].startswith("commercial (")
    content = subgroup_content([one])
    assert (len(content["subgroups"]), len(content["subgroup_choices"])) == (6, 2)
    assert json.loads(json.dumps(content, allow_nan=False)) == content


def test_every_printout_warns_of_many_comparisons(results):
    (one,) = subgroup_answers(results, by="age", cuts=[30, 40, 50])
    assert subgroup_caption(one).startswith(
        "4 subgroups looked at: intervals are those of one comparison each"
    )
    console = Console(file=io.StringIO(), width=400)
    print_subgroups(console, one)
    printed = console.file.getvalue()
    assert subgroup_sentences(one) in printed
    assert subgroup_caption(one) in printed
    assert "below 30 years" in printed


def test_the_command_adds_subgroups_to_text_and_json(results, tmp_path):
    results.save(tmp_path / "out")
    command = ["compare", str(tmp_path / "out"), "--by", "severity", "--cuts", "28,32"]
    done = CliRunner().invoke(app, [*command, "--json"])
    content = json.loads(done.stdout)
    assert {row["subgroup"] for row in content["subgroups"]} == {
        "below 28 MADRS points", "28 to below 32 MADRS points", "32 MADRS points or more",
    }  # fmt: skip
    assert len(content["results"]) == 3
    assert "By severity at referral:" in CliRunner().invoke(app, command).stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--cuts", "28"], "--cuts: must come with --by, got '28' alone; say what to divide by"),
        (
            ["--by", "age", "--cuts", "2;3"],
            "--cuts: must be numbers with commas between, got '2;3'",
        ),
    ],
)
def test_cuts_that_make_no_sense_are_refused(results, tmp_path, options, message):
    results.save(tmp_path / "out")
    with pytest.raises(ScenarioError) as caught:
        CliRunner().invoke(app, ["compare", str(tmp_path / "out"), *options], catch_exceptions=False)
    assert str(caught.value) == message


def test_subgroups_are_absent_unless_asked_for(results, tmp_path):
    frames = {name: results.frames[name].iloc[:0] for name in ("patients", "patient_flows", "patient_health")}
    replace(results, **frames).save(tmp_path / "out")
    done = CliRunner().invoke(app, ["compare", str(tmp_path / "out"), "--json"])
    assert "subgroups" not in json.loads(done.stdout)
