"""The command `budget` as a user meets it: from a file and from stored results."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def budget_file(write_scenario, tiny_tree):
    people = {
        "value": 100, "unit": "people per year", "range": [50, 200],
        "source": "assumption", "grade": "assumption",
    }  # fmt: skip
    tiny_tree["budget"] = {
        "eligible_per_year": people, "years": 1, "current": {"usual_care": 1.0},
        "new": {"usual_care": 0.5, "infusion": 0.5}, "uptake": [0.5, 1.0],
    }  # fmt: skip
    return write_scenario(tiny_tree)


def test_a_file_and_its_stored_results_give_the_same_budget(typed, budget_file):
    told = json.loads(typed("budget", budget_file, "--json", "--quiet").stdout)
    typed("run", budget_file, "--out", "stored", "--quiet")
    again = json.loads(typed("budget", "stored", "--json").stdout)
    assert {"year", "mix", "category", "cost"} <= set(told["results"][0])
    assert [row["year"] for row in told["net"]] == [1, None]
    assert told["net"][0]["net"] > 0
    assert {name: told[name] for name in told if name != "manifest"} == {
        name: again[name] for name in again if name != "manifest"
    }


def test_the_answer_names_years_whose_follow_up_is_missing(typed, budget_file):
    done = typed(
        "budget", budget_file, "--uptake", "0.2,0.5,1", "--eligible", "50", "--perspective", "sector"
    )
    assert done.returncode == 0, done.stderr
    assert "Over 3 years the new mix costs $" in done.stdout
    assert "later costs are missing in year 2 and 3" in done.stdout
    assert "50 people referred a year" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--uptake", "a,b"), "--uptake: must be numbers with commas between, got 'a,b'"),
        (("--years", "3"), "uptake: must give a share for each of the 3 years, got 2"),
        (("--set", "budget=null"), "budget: must be in the scenario, got none"),
    ],
)
def test_a_mistake_ends_before_anything_is_simulated(typed, budget_file, arguments, message):
    done = typed("budget", budget_file, *arguments)
    assert done.returncode == 2
    assert message in done.stderr


def test_stored_results_take_no_other_settings(typed, budget_file, tmp_path):
    done = typed("budget", tmp_path, "--patients", "10")
    assert done.returncode == 2
    assert (
        "must be a scenario file for --set, --patients and --replications, got stored results" in done.stderr
    )


def test_the_payers_budget_says_what_patients_pay_beside_it(typed, budget_file):
    patients = json.loads(
        typed("budget", budget_file, "--perspective", "patient", "--json", "--quiet").stdout
    )
    paid = patients["net"][-1]["net"]
    assert abs(paid) > 1
    direction = "more" if paid > 0 else "less"
    told = " ".join(typed("budget", budget_file, "--quiet").stdout.split())
    assert f"Not counted here: patients themselves pay ${abs(paid):,.0f} {direction}" in told
    sector = typed("budget", budget_file, "--perspective", "sector", "--quiet").stdout
    assert "Not counted here" not in sector


def test_the_figure_leaves_background_care_to_the_tables(treatpath, budget_file, tmp_path):
    done = treatpath("budget", budget_file, "--html", tmp_path / "page.html")
    assert done.returncode == 0, done.stderr
    assert "background  " in done.stdout
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "without background care" in page
