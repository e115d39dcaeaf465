"""Exercises and claims: the shipped files are sound, their answers hold, their citations resolve."""

from __future__ import annotations

import functools
import re

import pytest

from sim.analysis import judging
from sim.analysis.judging import Figure, Seen
from sim.batch.run import jobs_of, run_jobs
from sim.domain.lessons import Exercise, Holds
from sim.domain.plain_names import plain_name
from sim.errors import AnalysisError, ScenarioError
from sim.report import exercises, myths
from sim.results import Results
from sim.scenario_io import shipped
from sim.scenario_io.bibliography import load_sources
from sim.scenario_io.lessons import load_exercises, load_myths, moved_arm, scenarios_of
from sim.scenario_io.load import check

EXERCISES, MYTHS = load_exercises().exercises, load_myths().myths


@functools.cache
def loaded(name):
    return check(name)[0]


def simulated(exercise, clock, moved=None):
    scenarios = scenarios_of(exercise, loaded, moved)
    results = Results.combine(run_jobs(jobs_of(list(scenarios.values()), clock)))
    return judging.seen(exercise, judging.split(results, scenarios))


@pytest.mark.parametrize("key", list(EXERCISES))
def test_one_answer_of_each_exercise_holds_at_the_shipped_scenarios(key, quickest_clock):
    exercise = EXERCISES[key]
    found = simulated(exercise, quickest_clock)
    assert 0 <= judging.right_answer(exercise, found) < len(exercise.answers)
    told = exercises.why(exercise, found)
    assert not re.search(r"[{}]|\bnan\b", told)
    assert re.search(r"\d", told) or "chair" in told
    table = exercises.table_of(exercise, found)
    assert [row[0] for row in table.rows] == [arm.label for arm in exercise.arms.values()]


def test_there_are_at_least_eight_exercises_and_eight_to_twelve_claims():
    assert len(EXERCISES) >= 8
    assert 8 <= len(MYTHS) <= 12


@pytest.mark.parametrize("key", list(EXERCISES))
def test_an_exercise_names_arms_columns_and_numbers_that_exist(key):
    exercise = EXERCISES[key]
    atoms = dict(loaded("base").scenario.atoms())
    assert len(exercise.answers) >= 2
    assert set(exercise.evidence) <= set(atoms)
    assert set(exercise.shown) <= set(exercises.FORMS)
    assert {arm for arm, _, _ in exercises._PLACE.findall(exercise.why)} <= set(exercise.arms)
    assert exercise.lever is None or exercise.lever.arm in exercise.arms


def test_a_moved_lever_is_an_arm_of_its_own(tiny_exercise):
    exercise, _ = tiny_exercise
    arm = moved_arm(EXERCISES["tolerance"], 0.3)
    assert arm.set == {"treatments.ketamine_iv.tolerance.share": 0.3}
    assert arm.label == "Share prone to tolerance: 0.3"
    with pytest.raises(AnalysisError, match="must have a lever to be moved, got none"):
        moved_arm(exercise, 1.0)


@pytest.fixture
def tiny_exercise():
    exercise = Exercise.model_validate(
        {
            "title": "T",
            "question": "Q",
            "task": "Do",
            "arms": {
                "one": {"label": "One", "strategy": "a"},
                "two": {"label": "Two", "strategy": "b"},
            },
            "shown": ["cost"],
            "answers": [
                {"text": "Less", "holds": {"change": {"cost": "less"}}},
                {"text": "Not less", "holds": {"change": {"cost": "not_less"}}},
            ],
            "why": "{one.cost}, {two.cost:change}, {two.qaly:interval}, {one.bottleneck}, {two.bottleneck}",
            "evidence": [],
        }
    )
    cost = {"one": Figure(100.0, 80.0, 120.0), "two": Figure(90.0, 70.0, 110.0)}
    found = Seen(
        figures={
            key: {"cost": figure, "qaly": Figure(1.0, 0.9, 1.1), "nmb": figure}
            for key, figure in cost.items()
        },
        changes={"one": {}, "two": {"cost": Figure(-10.0, -12.0, -8.0)}},
        is_clear={"one": {}, "two": {"cost": True}},
        bottlenecks={"one": "chair", "two": None},
        resources={"chair": "Chair"},
    )
    return exercise, found


def judged(exercise, found, *holds):
    answers = [{"text": "A", "holds": one} for one in holds]
    changed = Exercise.model_validate(exercise.model_dump() | {"answers": answers})
    return judging.right_answer(changed, found)


@pytest.mark.parametrize(
    "holds",
    [
        {"change": {"cost": "less"}},
        {"change": {"qaly": "unclear"}},
        {"change": {"qaly": "not_less"}},
        {"between": [{"arm": "two", "of": "cost", "low": 90.0, "high": 91.0}]},
        {"between": [{"arm": "two", "of": "cost", "to": "qaly", "high": 91.0}]},
        {"overlap": {"cost": True}},
        {"best": "one"},
        {"bottleneck": "chair"},
        {"first_above": "one"},
    ],
)
def test_an_answer_is_judged_from_what_was_simulated(tiny_exercise, holds):
    assert judged(*tiny_exercise, {"bottleneck": "nurse"}, holds) == 1


def test_the_lowest_can_be_the_best(tiny_exercise):
    exercise, found = tiny_exercise
    assert judged(exercise.model_copy(update={"lowest": True}), found, {"best": "one"}, {"best": "two"}) == 1


def test_an_answer_without_a_condition_never_holds(tiny_exercise):
    exercise, found = tiny_exercise
    with pytest.raises(AnalysisError, match="exactly one answer must hold, got 0"):
        judged(exercise, found, Holds().model_dump())


def test_two_right_answers_are_refused(tiny_exercise):
    exercise, found = tiny_exercise
    with pytest.raises(AnalysisError, match="exactly one answer must hold, got 2"):
        judged(exercise, found, {"best": "one"}, {"bottleneck": "chair"})


def test_words_that_no_longer_fit_are_refused(tiny_exercise):
    exercise, found = tiny_exercise
    premise = [{"less": "one", "more": "two", "of": "cost"}]
    changed = Exercise.model_validate(exercise.model_dump() | {"premise": premise})
    with pytest.raises(AnalysisError, match="cost of one must be below that of two, got 100 and 90"):
        judging.right_answer(changed, found)


def test_feedback_holds_figures_differences_intervals_and_bottlenecks(tiny_exercise):
    assert exercises.why(*tiny_exercise) == (
        "$100, -$10 (-$12 to -$8), 1.000 (0.900 to 1.100), Chair, nothing that is full"
    )


@pytest.mark.parametrize("key", list(MYTHS))
def test_a_claim_cites_sources_and_numbers_that_exist(key):
    myth = MYTHS[key]
    found = myths.finding_rows(myth, load_sources())
    assumed = myths.assumed_rows(myth, lambda name: loaded(name).scenario)
    assert all(row["citation"] for row in found)
    assert len(found) >= 1
    assert len(assumed) >= 1
    assert myth.verdict in myths.VERDICTS


def test_what_the_model_assumes_is_read_from_the_scenario():
    rows = myths.assumed_rows(MYTHS["half_to_seventy"], lambda name: loaded(name).scenario)
    response = loaded("base").scenario.treatments["ketamine_iv"].effect.response
    assert rows[0]["value"] == f"{response.value:g} probability"
    assert rows[0]["label"] == response.label or plain_name(rows[0]["path"])
    assert [row["scenario"] for row in rows] == ["base", "vendor_claims"]


def test_claims_that_rest_on_a_sellers_figures_are_labeled():
    sellers = {key for key, myth in MYTHS.items() if myth.is_marketing}
    assert {"half_to_seventy", "at_home_like_clinic", "a_quarter_of_the_price", "integration"} <= sellers
    assert all("common" not in MYTHS[key].said_by for key in sellers)


def test_it_is_said_who_says_so():
    assert myths.said(MYTHS["one_time_cure"]) == "Often heard; in neither article."
    assert myths.said(MYTHS["works_in_hours"]).startswith("Said by an article of an at-home provider")


def test_an_unknown_source_or_number_is_refused():
    myth = MYTHS["half_to_seventy"]
    with pytest.raises(ScenarioError, match=r"'anand2023' must be in sources.yaml, got no such key"):
        myths.finding_rows(myth, {})
    odd = myth.model_copy(update={"assumes": [myth.assumes[0].model_copy(update={"path": "nothing"})]})
    with pytest.raises(ScenarioError, match="'nothing' must be a number of scenario 'base', got none"):
        myths.assumed_rows(odd, lambda name: loaded(name).scenario)


def test_a_mistake_in_the_file_is_told_with_its_line(tmp_path):
    text = (shipped.lessons_directory() / "myths.yaml").read_text(encoding="utf-8")
    (tmp_path / "myths.yaml").write_text(
        text.replace("verdict: partly", "verdict: perhaps", 1), encoding="utf-8"
    )
    with pytest.raises(ScenarioError, match=r"myths.yaml:\d+: myths.half_to_seventy.verdict"):
        load_myths(tmp_path)
