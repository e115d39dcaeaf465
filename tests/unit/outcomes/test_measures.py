from __future__ import annotations

import math
from typing import get_args

import numpy as np
import pytest

from sim.domain.events import Event, Outcome
from sim.domain.measures import Difference, Measured, ScoreAt
from sim.engine.simulate import event_logs
from sim.outcomes.history import read_history
from sim.outcomes.measures import Arm, Estimate, measured

SHARE = {"what": "score_at", "among": "starters", "moment": "last_session"}
HALF = {"improvement": 0.5}
KINDS = {get_args(kind.model_fields["what"].annotation)[0]: kind for kind in get_args(Measured)}
EXAMPLES = {
    "score_at": {"among": "starters", "criterion": HALF, "days": 20},
    "first_reached": {"criterion": HALF, "sessions": 3},
    "relapse_by": {"among": "responders", "days": 90},
    "relapse_hazard_ratio": {"among": "responders", "against": "tablets", "until_days": 200},
    "still_well": {"days": 30},
    "sessions_held": {"at_least": 4},
    "left": {},
    "maintained": {},
    "harm_seen": {"harm": "nausea"},
    "stopped_for_harm": {},
    "state_at": {"days": 100, "criterion": HALF},
    "second_course": {"criterion": HALF, "relapsed_in_maintenance": True},
}


def _rows(*targets):
    rows = []
    for patient, target in enumerate(targets):
        rows += [
            (0, patient, Event.REFERRED, {"value": 30.0}),
            (0, patient, Event.SCORE, {"value": 30.0, "target": 30.0}),
            (1, patient, Event.SESSION),
            (1, patient, Event.SCORE, {"value": 30.0, "target": target, "until": 2}),
            (9, patient, Event.HORIZON),
        ]
    return rows


@pytest.fixture(scope="module")
def arms(tiny):
    scenario = tiny.with_changes({"run.n_patients": 400})
    return {
        strategy: Arm(read_history(log, cohort.n_patients), cohort, scenario)
        for strategy, log, cohort in event_logs(scenario, 0)
    }


def test_a_difference_takes_the_other_strategys_figure_off(make_history, make_cohort, tiny):
    arms = {
        "infusion": Arm(make_history(_rows(9.0, 9.0, 9.0, 30.0)), make_cohort(4), tiny),
        "tablets": Arm(make_history(_rows(9.0, 30.0)), make_cohort(2), tiny),
    }
    of = ScoreAt.model_validate(SHARE | {"criterion": {"score": 10}})
    found = measured(Difference(what="difference", of=of, against="tablets"), "infusion", arms)
    assert found == Estimate(0.25, pytest.approx(math.sqrt(0.75 * 0.25 / 4 + 0.5 * 0.5 / 2)), 6)


def test_an_undefined_part_leaves_a_difference_undefined(make_history, make_cohort, tiny):
    empty = make_history([(0, 0, Event.REFERRED), (9, 0, Event.HORIZON)])
    arms = {
        "infusion": Arm(make_history(_rows(9.0)), make_cohort(1), tiny),
        "tablets": Arm(empty, make_cohort(1), tiny),
    }
    of = ScoreAt.model_validate(SHARE | {"criterion": {"score": 10}})
    found = measured(Difference(what="difference", of=of, against="tablets"), "infusion", arms)
    assert math.isnan(found.value)
    assert math.isnan(found.se)


def test_there_is_an_example_of_every_measure():
    assert set(KINDS) == set(EXAMPLES)


@pytest.mark.parametrize("what", EXAMPLES)
def test_every_measure_can_be_taken_of_a_simulated_log(arms, what):
    found = measured(KINDS[what].model_validate({"what": what} | EXAMPLES[what]), "infusion", arms)
    assert found.n > 0
    assert found.value >= 0
    assert found.se > 0


def test_the_response_of_those_assessed_is_that_of_their_outcomes(arms):
    history = arms["infusion"].history
    rows = history.rows(Event.ASSESSED)
    rows = rows[history.course[rows] == 0]
    last = {
        int(patient): int(result)
        for patient, result in zip(history.patient[rows], history.reason[rows], strict=True)
    }
    outcome = np.array(list(last.values()))
    among = {"what": "score_at", "among": "assessed", "moment": "assessment"}
    response = measured(ScoreAt.model_validate(among | {"criterion": HALF}), "infusion", arms)
    remission = measured(ScoreAt.model_validate(among | {"criterion": {"score": 10}}), "infusion", arms)
    assert response.n == remission.n == len(outcome)
    assert response.value == (outcome >= Outcome.RESPONSE).mean()
    assert remission.value == (outcome == Outcome.REMISSION).mean()
