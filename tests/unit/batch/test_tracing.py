"""One traced replication: its counts are those of the results, its log is that of the whole cohort."""

from __future__ import annotations

import numpy as np
import pytest

from sim.batch.tracing import Trace
from sim.domain.scenario import Scenario
from sim.engine.simulate import simulate_strategy
from sim.outcomes.care_states import CareState
from sim.outcomes.pathway_stages import CourseEnd, Screening, Stage, Start
from sim.replication import replicate

MIX = {"label": "Half and half", "mix": {"tablets": 0.5, "infusion": 0.5}}
STRATEGIES = ["usual_care", "tablets", "infusion", "half"]


@pytest.fixture(scope="module")
def scenario(tiny):
    tree = tiny.model_dump(mode="json")
    tree["strategies"]["half"] = MIX
    tree["run"]["n_patients"] = 120
    tree["horizon_years"] = 1.5
    return Scenario.model_validate(tree)


@pytest.fixture(scope="module")
def clinical(scenario):
    return replicate(scenario, 1).clinical.set_index("strategy")


def counted(journeys, stage, *nodes):
    branching = journeys.at(stage)
    return sum(int((branching.place == branching.nodes.index(node)).sum()) for node in nodes)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_flows_add_up_to_the_results_of_the_same_replication(scenario, clinical, strategy):
    journeys, row = Trace(scenario, strategy, 1).run().journeys, clinical.loc[strategy]
    started = counted(journeys, Stage.START, Start.STARTED)
    responded = counted(journeys, Stage.FIRST_COURSE, CourseEnd.REMISSION, CourseEnd.RESPONSE)
    eligible = counted(journeys, Stage.SCREENING, Screening.ELIGIBLE, Screening.AFTER_DEFERRAL)
    found = [
        eligible / 120,
        started / 120,
        responded / started if started else np.nan,
        counted(journeys, Stage.FIRST_COURSE, CourseEnd.REMISSION) / started if started else np.nan,
        counted(journeys, Stage.END, CareState.DIED.name.lower()) / 120,
    ]
    names = ["eligible_share", "started_share", "response_share", "remission_share", "death_share"]
    assert found == pytest.approx(row[names].tolist(), abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_everybody_has_a_place_at_every_stage_but_the_start(scenario, strategy):
    journeys = Trace(scenario, strategy, 0).run().journeys
    passing = {one.stage: bool((one.place < 0).any()) for one in journeys.branchings}
    assert [stage for stage, is_passed in passing.items() if is_passed] == [Stage.START]
    assert [one.stage for one in journeys.branchings][-3:] == [Stage.HALF_YEAR, Stage.YEAR, Stage.END]


def test_only_a_mix_has_parts_and_they_are_those_dealt(scenario):
    assert Trace(scenario, "tablets", 0).run().journeys.at(Stage.PATHWAY) is None
    dealt = Trace(scenario, "half", 0).run().journeys.at(Stage.PATHWAY)
    assert dealt.nodes == ("tablets", "infusion")
    assert 40 < np.count_nonzero(dealt.place) < 80


def test_moments_beyond_the_follow_up_are_no_stages(scenario):
    short = scenario.with_changes({"horizon_years": 0.4, "run.n_patients": 5})
    stages = [one.stage for one in Trace(short, "tablets", 0).run().journeys.branchings]
    assert Stage.HALF_YEAR not in stages
    assert stages[-1] == Stage.END


@pytest.fixture(scope="module")
def unlimited(scenario):
    tree = scenario.model_dump(mode="json")
    tree["resources"]["chairs"]["units"] = None
    return Scenario.model_validate(tree)


@pytest.mark.parametrize("is_limited", [False, True])
def test_the_first_patients_have_the_log_of_the_whole_cohort(scenario, unlimited, is_limited):
    traced = scenario if is_limited else unlimited
    whole, _ = simulate_strategy(traced, "infusion", 0)
    first = Trace(traced, "infusion", most=12).run()
    assert first.cohort.n_patients == first.journeys.states.n_patients == 12
    assert np.array_equal(first.log, whole[whole["patient"] < 12])


@pytest.mark.parametrize("is_limited", [False, True])
def test_the_first_patients_go_the_ways_of_the_whole_cohort(scenario, unlimited, is_limited):
    traced = scenario if is_limited else unlimited
    whole, first = (Trace(traced, "infusion", most=most).run().journeys for most in (120, 30))
    assert first.at(Stage.END).place.tolist() == whole.at(Stage.END).place[:30].tolist()


def test_a_trace_is_named_by_what_it_asks(scenario):
    assert Trace(scenario, "half", 3).key == "strategy 'half' of 'tiny', replication 3"
