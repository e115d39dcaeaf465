"""The story of one patient: every code of the log has words, dates and scores are right."""

from __future__ import annotations

import numpy as np
import pytest

from sim.domain.cohort import Cohort
from sim.domain.events import LOG_DTYPE, Death, Event, Leaving, Outcome
from sim.domain.scenario import Scenario
from sim.report.sentences import SENTENCES, describe
from sim.report.setting import Setting
from sim.report.story import as_rows, score_at, tell
from sim.report.words import DEATHS, LEAVINGS, OUTCOMES

DAY = 1440


@pytest.fixture
def cohort():
    return Cohort(
        referral_minutes=np.zeros(1, dtype=np.int64),
        age_years=np.array([44.6]),
        is_female=np.array([True]),
        severity=np.array([32.0]),
        failed_trials=np.array([3]),
        distance_miles=np.array([12.0]),
        payer=np.array([0]),
        conditions=np.array([0b10]),
    )


@pytest.fixture
def setting(tiny, cohort):
    return Setting(scenario=tiny, strategy="infusion", cohort=cohort, patient=0)


def a_row(event, *, day=0, treatment=1, reason=1, value=0.25, target=0.5, until=0, session=0):
    row = (day * DAY, 0, event, treatment, 0, session, reason, value, target, until * DAY)
    return np.array([row], dtype=LOG_DTYPE)[0]


def a_log(*rows):
    return np.array(list(rows), dtype=LOG_DTYPE)


@pytest.mark.parametrize("event", list(Event))
def test_every_event_is_told_in_a_full_sentence(event, setting):
    text, reason = describe(a_row(event), setting)
    assert text[0].isupper()
    assert text.endswith(".")
    assert not reason.endswith(".")


def test_no_event_without_a_sentence_and_no_sentence_without_an_event():
    assert set(SENTENCES) == set(Event)


def test_every_outcome_leaving_and_death_has_words():
    assert (set(OUTCOMES), set(LEAVINGS), set(DEATHS)) == (set(Outcome), set(Leaving), set(Death))


@pytest.mark.parametrize("leaving", list(Leaving))
def test_leaving_says_when(leaving, setting):
    text, _ = describe(a_row(Event.DROPPED_OUT, reason=leaving), setting)
    assert text == f"The patient leaves the programme {LEAVINGS[leaving]}."


def test_referral_tells_who_the_patient_is(setting):
    text, _ = describe(a_row(Event.REFERRED, value=32.0, reason=0), setting)
    assert text == (
        "A woman of 45 with depression is referred, with a score of 32 (MADRS) and 3 earlier treatment "
        "trials without enough effect, living 12 miles from the clinic; main payer: commercial. "
        "On record: uncontrolled hypertension."
    )


@pytest.mark.parametrize("leaving", [Leaving.MISSED_SCREENING, Leaving.MISSED_SESSION])
def test_after_a_miss_the_patient_does_not_book_again_or_is_discharged(leaving, setting):
    _, refused = describe(a_row(Event.DROPPED_OUT, reason=leaving, value=0.9, target=0.8), setting)
    _, discharged = describe(a_row(Event.DROPPED_OUT, reason=leaving, value=0.1, target=0.8), setting)
    assert refused == "booking again after a missed appointment: draw 0.900 is not below 0.800"
    assert discharged == "4 appointments missed in a row lead to discharge"


@pytest.mark.parametrize("leaving", [Leaving.INDUCTION, Leaving.MAINTENANCE])
def test_leaving_between_sessions_is_told_by_its_own_draw(leaving, setting):
    _, reason = describe(a_row(Event.DROPPED_OUT, reason=leaving, value=0.01, target=0.02), setting)
    assert reason == "leaving: draw 0.010 is below 0.020"


def test_a_harm_that_stops_treatment_is_told_with_the_chance_of_all_harms_of_the_session(setting):
    text, reason = describe(a_row(Event.STOPPED_FOR_HARM, reason=0, value=0.01, target=0.05), setting)
    assert text == "Infusion in a clinic is stopped because of nausea."
    assert reason == "stopping after the side effects of this session: draw 0.010 is below 0.050"


def test_a_red_flag_calls_for_help_at_once(tiny_tree, cohort):
    harms = tiny_tree["treatments"]["infusion"]["harms"]
    harms["chest_pain"] = harms["nausea"] | {"label": "chest pain", "red_flag": True}
    setting = Setting(Scenario.model_validate(tiny_tree), "infusion", cohort, 0)
    text, _ = describe(a_row(Event.SESSION, reason=0b11, value=1.0, target=0.0), setting)
    assert text.endswith("Side effects: nausea. Red flag: chest pain; help is called at once.")


@pytest.mark.parametrize(("pathway", "most"), [(0, 3), (1, 2)])
def test_in_a_mix_the_limit_of_reinductions_is_that_of_the_own_pathway(tiny_tree, cohort, pathway, most):
    lines = {key: [{"treatment": "infusion", "max_reinductions": n}] for key, n in (("a", 3), ("b", 2))}
    tiny_tree["strategies"] |= {key: {"label": key, "lines": line} for key, line in lines.items()}
    tiny_tree["strategies"]["mixed"] = {"label": "Mixed", "mix": {"a": 0.5, "b": 0.5}}
    scenario = Scenario.model_validate(tiny_tree)
    log = a_log(
        a_row(Event.REFERRED, reason=pathway, value=32.0),
        a_row(Event.REINDUCTION, day=200, reason=1),
        a_row(Event.HORIZON, day=365),
    )
    story = tell(log, cohort, scenario, "mixed", 0, cost_until=float)
    assert story[1].reason == f"it helped before; re-induction 1 of at most {most}"


def test_a_draw_is_shown_against_its_chance(setting):
    _, reason = describe(a_row(Event.DECLINED, value=0.91, target=0.8), setting)
    assert reason == "accepting, distance included: draw 0.910 is not below 0.800"


def test_side_effects_are_named_from_their_bits(setting):
    text, _ = describe(a_row(Event.SESSION, reason=1, value=1.0, target=0.0, session=2), setting)
    assert text == "Session 3 (induction) of Infusion in a clinic. Side effects: nausea."


def test_a_wait_is_counted_in_days_after_the_wished_day(setting):
    _, reason = describe(a_row(Event.SCREENED, day=12, until=7), setting)
    assert reason == "the first free place came 5 days after the wished day"


def test_the_score_follows_the_straight_line_of_the_latest_change():
    rows = a_log(
        a_row(Event.SCORE, day=10, value=30.0, target=20.0, until=20),
        a_row(Event.SCORE, day=15, value=25.0, target=5.0, until=25),
    )
    scores = [score_at(rows, day * DAY, start=30.0) for day in (5, 12, 15, 20, 40)]
    assert scores == [30.0, 28.0, 25.0, 15.0, 5.0]


def test_the_story_is_dated_and_in_order_and_leaves_others_out(tiny, cohort):
    other = a_row(Event.DIED, day=1)
    other["patient"] = 7
    log = a_log(a_row(Event.HORIZON, day=365), a_row(Event.REFERRED, reason=0, value=32.0), other)
    story = tell(log, cohort, tiny, "infusion", 0, cost_until=lambda minutes: minutes / DAY)
    assert [(entry.event, entry.day, entry.cost) for entry in story] == [
        ("referred", 0, 0.0),
        ("horizon", 365, 365.0),
    ]
    assert story[1].date == "Day 365 (week 53, Tuesday)"


def test_rows_for_json_hold_plain_values(tiny, cohort):
    story = tell(a_log(a_row(Event.HORIZON, day=3)), cohort, tiny, "infusion", 0, cost_until=lambda _: 1.5)
    assert as_rows(story) == [
        {
            "day": 3,
            "event": "horizon",
            "text": "Follow-up ends after 1 year.",
            "reason": "",
            "score": 32.0,
            "cost": 1.5,
            "date": "Day 3 (week 1, Thursday)",
        }
    ]
