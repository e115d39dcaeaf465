"""The command that plans staff and rooms, as a user meets it."""

from __future__ import annotations

import json

import pytest
from clinics import clinic

SMALL = ("--patients", "80", "--replications", "4", "--quiet")
ALONE = ("--workers", "1")


@pytest.fixture
def clinic_file(write_scenario, tiny_tree):
    return write_scenario(clinic(tiny_tree, chairs=1, clinicians=1), "clinic.yaml")


def test_json_tells_the_staffing_its_cost_and_what_one_more_is_worth(typed, clinic_file):
    done = typed("capacity", clinic_file, "--target", "median_wait_days<=18", "--json", *SMALL, *ALONE)
    assert done.returncode == 0, done.stderr
    content = json.loads(done.stdout)
    assert set(content["staffing"]) == {"chairs", "clinicians"} == set(content["value_of_one_more"])
    assert content["strategy"] == "infusion"
    assert content["wait"] <= 18
    assert content["cost"] == pytest.approx(sum(content["staffing"].values()) * 40 * 40 * 365.25 / 7)
    assert {"value", "se"} <= set(content["value_of_one_more"]["chairs"])
    assert content["manifest"]["scenarios"][0]["n_patients"] == 80


def test_the_text_names_the_staffing_the_bottleneck_and_the_errors(typed, clinic_file):
    done = typed("capacity", clinic_file, "--target", "median_wait_days<=18", *SMALL, *ALONE)
    assert done.returncode == 0, done.stderr
    assert "The cheapest staffing with median_wait_days <= 18 costs $" in done.stdout
    assert "Bottleneck today: Chairs." in done.stdout
    assert "What one more is worth a year" in done.stdout
    assert "Cost of staffing against wait" in done.stdout
    assert "Worth less" in done.stdout
    assert "…" not in done.stdout
    tables = done.stdout[done.stdout.index("Staffing (") : done.stdout.index("Worth: net benefit")]
    assert max(map(len, tables.splitlines())) <= 120
    assert done.stdout.rstrip().endswith("Planning and teaching model, never advice for one patient.")


def test_without_a_target_only_values_and_the_bottleneck_are_told(treatpath, clinic_file):
    done = treatpath("capacity", clinic_file, "--json", *SMALL)
    content = json.loads(done.stdout)
    assert content["staffing"] == {"chairs": 1, "clinicians": 1}
    assert [content[key] for key in ("is_met", "answer", "targets", "search", "frontier")] == [None] * 5
    assert content["bottleneck"] == "chairs"


def test_a_target_that_no_staffing_meets_is_told_in_words(typed, clinic_file):
    done = typed("capacity", clinic_file, "--target", "median_wait_days<=3", *SMALL, *ALONE)
    assert done.returncode == 0, done.stderr
    assert "No staffing meets median_wait_days <= 3" in done.stdout


def test_a_missed_target_is_marked_in_json_beside_the_largest_staffing(typed, clinic_file):
    done = typed("capacity", clinic_file, "--target", "median_wait_days<=3", "--json", *SMALL, *ALONE)
    content = json.loads(done.stdout)
    assert (content["is_met"], content["at_answer"], content["certainty"]) == (False, None, None)
    assert content["staffing"] == content["answer"]["staffing"] != content["today"]["staffing"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--target", "wait<14"], "--target: 'wait' is not a clinical result"),
        (["--target", "median_wait_days>=30"], "median_wait_days is better low, so it must be <= a number"),
        (["--target", "median_wait_days<=-3"], "median_wait_days is never below 0"),
        (["--step", "chairs=1e9"], "--step: chairs must stay at or below 100,000 units"),
        (["--step", "chairs=90000", "--target", "median_wait_days<=18"], "--step: chairs must stay at"),
        (["--strategy", "infusions"], "did you mean 'infusion'?"),
        (["--strategy", "usual_care"], "'usual_care' draws on no resource with a limit"),
        (["--resources", "chairs,beds"], "--resources: 'beds' is not a resource"),
        (["--step", "chairs"], "--step: must be like 'nurse=0.5', got 'chairs'"),
        (["--replications", "0"], "--replications: must be at least 1, got 0"),
        (["--wtp", "-1"], "wtp: must be above 0, got -1.0"),
    ],
)
def test_a_mistake_is_told_in_words_with_exit_code_2(typed, clinic_file, words, message):
    done = typed("capacity", clinic_file, *words, *ALONE)
    assert message in done.stderr
    assert done.returncode == 2
    assert done.stdout == ""
