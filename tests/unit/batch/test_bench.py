"""Measuring speed: what is timed, what is told, how scenarios grow."""

from __future__ import annotations

import gc

import pytest

from sim.batch import bench as batch
from sim.batch.bench import Sizes, Timing, bench, median, timed_run, usual_clocks
from sim.batch.growth import growths
from sim.batch.naive import load_naive
from sim.domain.scenario import Scenario
from sim.engine.simulate import event_log
from sim.errors import ScenarioError

SIZES = Sizes(n_patients=20, repeats=1, small=10, large=20)
CLOCKS = {"simpy": event_log}


@pytest.fixture(scope="module", autouse=True)
def no_collection():
    """Leave the garbage of all tests alone: what is timed plays no part here, and each run would collect it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(gc, "collect", lambda: 0)
        yield


@pytest.fixture
def unlimited(tiny):
    return tiny.with_changes({"resources.chairs.units": None, "name": "unlimited"})


@pytest.fixture(scope="module")
def found(tiny):
    return bench([tiny], SIZES, clocks=CLOCKS, naive=lambda scenario, strategy, replication: {"n_rows": 7})


def timing(whole: float) -> Timing:
    return Timing(n_arms=10, n_rows=100, luck=whole / 4, clock=whole / 2, outcomes=whole / 4, processor=whole)


def test_rates_follow_from_the_times():
    content = timing(2.0).content()
    assert content["patient_arms_per_second"] == 5
    assert content["events_per_second"] == 100
    assert content["ns_per_event"] == 1e7
    assert content["shares"] == {"luck": 0.25, "clock": 0.5, "outcomes": 0.25}
    assert content["processors_used"] == 1


@pytest.mark.parametrize(("wholes", "middle"), [([3.0, 1.0, 2.0], 2.0), ([2.0, 1.0], 2.0), ([1.0], 1.0)])
def test_the_repeat_in_the_middle_is_told(wholes, middle):
    assert median([timing(whole) for whole in wholes]).whole == middle


def test_a_run_counts_every_row_of_every_strategy(tiny):
    logs = []
    few = tiny.with_changes({"run.n_patients": 20})
    measured = timed_run(
        few, lambda prepared, strategy: logs.append(event_log(prepared, strategy)) or logs[-1]
    )
    assert measured.n_rows == sum(map(len, logs))
    assert (measured.n_arms, len(logs)) == (60, 3)


def test_every_part_of_a_run_takes_time(tiny):
    measured = timed_run(tiny.with_changes({"run.n_patients": 20}), event_log)
    assert min(measured.luck, measured.clock, measured.outcomes) > 0


def test_the_garbage_collector_is_left_as_it_was(tiny):
    def failing(prepared, strategy):
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        timed_run(tiny, failing)
    assert (gc.get_freeze_count(), gc.isenabled()) == (0, True)


def test_the_naive_version_is_measured_in_the_same_run(found):
    naive = found["scenarios"][0]["naive"]
    assert naive["n_events"] == 21
    assert found["naive_patient_arms_per_second"] == naive["patient_arms_per_second"]
    assert found["times_naive"]["simpy"] == pytest.approx(
        found["patient_arms_per_second"]["simpy"] / found["naive_patient_arms_per_second"]
    )


def test_without_a_naive_version_its_figures_are_null(tiny):
    found = bench([tiny], SIZES, clocks=CLOCKS)
    assert (found["naive_patient_arms_per_second"], found["times_naive"]) == (None, None)


def test_every_clock_has_its_figures(tiny):
    found = bench([tiny], SIZES, clocks={"one": event_log, "other": event_log})
    for key in ("patient_arms_per_second", "events_per_second", "shares", "worst_cost_ratio"):
        assert list(found[key]) == ["one", "other"]
    assert [row["clock"] for row in found["scenarios"][0]["growth"]] == ["one", "other"] * 2


def test_the_scenario_with_limits_gives_the_figures_at_the_top(tiny, unlimited):
    found = bench([unlimited, tiny], SIZES, clocks=CLOCKS)
    assert found["scenario"] == "tiny"
    assert [part["has_limits"] for part in found["scenarios"]] == [False, True]
    top = found["scenarios"][1]["clocks"]["simpy"]["events_per_second"]
    assert found["events_per_second"] == {"simpy": top}


def test_the_worst_growth_of_all_is_at_the_top(found):
    ratios = [row["cost_ratio"] for row in found["scenarios"][0]["growth"]]
    assert found["worst_cost_ratio"] == {"simpy": max(ratios)}


def test_it_says_what_is_being_measured(tiny):
    said = []
    bench([tiny], SIZES, clocks=CLOCKS, say=said.append)
    assert said == [
        "tiny: 20 patients, 3 strategies",
        "tiny: 10 against 20 patients, patients and clinic grow together",
        "tiny: 10 against 20 patients, same clinic, longer queues",
        "tiny: 20 patients, 3 strategies, as a whole",
    ]


def test_without_numba_only_simpy_is_measured_and_that_is_said(tiny, monkeypatch):
    monkeypatch.setattr(batch, "is_installed", lambda: False)
    said = []
    assert list(usual_clocks(tiny, said.append)) == ["simpy"]
    assert said == ["compiled: not installed; install treatpath[fast]"]


def test_an_installed_fast_clock_is_made_ready_and_measured_last(tiny, monkeypatch):
    ready = []
    monkeypatch.setattr(batch, "is_installed", lambda: True)
    monkeypatch.setattr(batch, "make_ready", lambda clock, scenario: ready.append(clock))
    assert list(usual_clocks(tiny, print)) == ["simpy", "compiled"]
    assert ready == ["compiled"]


def test_whole_runs_are_told_beside_the_parts(found):
    (planner,) = found["whole_runs"]
    assert (planner["name"], planner["clock"], planner["n_patients"]) == ("planner", "simpy", 20)


def test_a_cohort_that_does_not_fit_is_refused_before_anything_runs(tiny, monkeypatch):
    monkeypatch.setattr(batch, "physical_memory", lambda: 1e5)
    said = []
    with pytest.raises(ScenarioError, match="20 patients must fit into memory"):
        bench([tiny], SIZES, clocks=CLOCKS, say=said.append)
    assert said == []


def test_without_limits_only_the_patients_grow(unlimited):
    ((label, small, large),) = growths(unlimited, 10, 30)
    assert (label, small.run.n_patients, large.run.n_patients) == ("more patients", 10, 30)


@pytest.fixture
def open_programme(tiny_tree):
    tiny_tree["population"]["arrivals"] = [{"from_day": 0, "per_week": 5}, {"from_day": 70, "per_week": 8}]
    tiny_tree["resources"]["chairs"]["changes"] = [{"from_day": 30, "units": 6}]
    return Scenario.model_validate(tiny_tree)


def test_a_clinic_grows_with_its_patients(open_programme):
    (_, small, large), _ = growths(open_programme, 10, 30)
    assert [period.per_week for period in large.population.arrivals] == [15, 24]
    assert large.resources["chairs"].units == 12
    assert [(change.from_day, change.units) for change in large.resources["chairs"].changes] == [(30, 18)]
    assert small.resources == open_programme.resources


def test_queues_grow_when_the_clinic_stays(open_programme):
    _, (_, _, large) = growths(open_programme, 10, 30)
    assert [period.per_week for period in large.population.arrivals] == [15, 24]
    assert large.resources == open_programme.resources


def test_growth_needs_a_larger_cohort(tiny):
    with pytest.raises(ScenarioError, match="--sizes: the first must be below the second, got 20 and 20"):
        growths(tiny, 20, 20)


def test_a_naive_version_is_loaded_by_its_path(tmp_path):
    path = tmp_path / "plain.py"
    path.write_text(
        "def simulate(scenario, strategy, replication):\n    return {'n_rows': 3}\n", encoding="utf-8"
    )
    assert load_naive(path)(None, "usual_care", 0) == {"n_rows": 3}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("missing.py", None, "missing.py: must be a Python file, got none"),
        ("notes.txt", "no code", "notes.txt: must be a Python file, got none"),
        (
            "empty.py",
            "",
            r"empty.py: must have a function simulate\(scenario, strategy, replication\), got none",
        ),
    ],
)
def test_a_file_without_a_naive_version_is_refused(tmp_path, name, text, message):
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=message):
        load_naive(tmp_path / name)
