"""One replication of a study: estimates by target, score curves by strategy."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter

from sim.batch.settings import with_settings
from sim.domain.measures import Measure
from sim.replication import observe, score_days


@pytest.fixture
def wanted():
    measure = TypeAdapter(Measure).validate_python
    share = {
        "what": "score_at",
        "among": "starters",
        "criterion": {"improvement": 0.5},
        "moment": "assessment",
    }
    return {
        "tablets": ("tablets", measure(share)),
        "infusion": ("infusion", measure(share)),
        "gap": ("infusion", measure({"what": "difference", "of": share, "against": "tablets"})),
    }


def test_every_wanted_figure_is_measured_in_its_strategy(tiny, wanted):
    found = observe(tiny, wanted).estimates
    assert list(found) == ["tablets", "infusion", "gap"]
    assert found["gap"].value == pytest.approx(found["infusion"].value - found["tablets"].value)
    assert found["tablets"].n > 0


def test_every_strategy_has_a_curve_from_the_first_session_to_the_horizon(tiny, wanted):
    observed = observe(with_settings(tiny, {"run.n_patients": 50}), wanted)
    assert (observed.study, list(observed.curves)) == ("tiny", ["usual_care", "tablets", "infusion"])
    assert observed.curves["tablets"]["days"].tolist() == score_days(1).tolist()
    assert observed.curves["usual_care"]["n"].max() == 0
    assert observed.curves["tablets"]["response"][0] == 0


def test_the_same_scenario_is_observed_alike(tiny, wanted):
    assert observe(tiny, wanted).estimates == observe(tiny, wanted).estimates


def test_days_are_close_at_first_and_weekly_later():
    assert score_days(0.13).tolist() == [*range(28), 28, 35, 42]


def test_a_short_follow_up_has_few_days():
    assert score_days(0.01).tolist() == [0, 1, 2, 3]


def test_shares_are_told_over_days_for_the_strategies_that_begin_a_course(tiny, wanted):
    observed = observe(tiny, wanted)
    assert {line.strategy for line in observed.lines} == {"tablets", "infusion"}
    assert observed.course_days["usual_care"].by_session == ()
    assert observed.course_days["infusion"].assessed > 0
