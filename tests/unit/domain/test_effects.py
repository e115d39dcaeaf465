from __future__ import annotations

import numpy as np
import pytest
from builders import Tree, atom, set_value
from pydantic import ValidationError

from sim.domain.effects import completion, harm_by_session, improvement_of, onset_by_session
from sim.domain.scenario import Scenario
from sim.domain.treatments import Harm


def response(tree: Tree, key: str) -> float:
    quantiles = (np.arange(100_000) + 0.5) / 100_000
    return float((improvement_of(Scenario.model_validate(tree), key).quantile(quantiles) >= 0.5).mean())


def assessed(tree: Tree) -> Tree:
    for treatment in tree["treatments"].values():
        treatment["effect"]["basis"] = "assessed"
    return tree


def relative(tree: Tree, odds_ratio: float) -> Tree:
    effect = tree["treatments"]["tablets"]["effect"]
    effect |= {"relative_to": "infusion", "odds_ratio": dict(effect["remission_ratio"], unit="ratio")}
    effect.pop("response")
    effect.pop("basis")
    set_value(effect, "odds_ratio", odds_ratio)
    return tree


def test_a_share_of_those_assessed_is_taken_as_it_stands(tiny_tree: Tree) -> None:
    assert response(assessed(tiny_tree), "infusion") == pytest.approx(0.5, abs=1e-5)


def test_a_share_of_starters_is_divided_by_the_share_assessed(tiny_tree: Tree) -> None:
    scenario = Scenario.model_validate(tiny_tree)
    completing = completion(scenario, scenario.treatments["infusion"])
    assert response(tiny_tree, "infusion") == pytest.approx(0.5 / completing, abs=1e-5)


def test_an_odds_ratio_acts_on_the_odds_of_the_other_treatment(tiny_tree: Tree) -> None:
    assert response(relative(assessed(tiny_tree), 0.5), "tablets") == pytest.approx(1 / 3, abs=1e-5)


def test_an_odds_ratio_acts_among_those_assessed_when_the_other_counts_starters(tiny_tree: Tree) -> None:
    scenario = Scenario.model_validate(tiny_tree)
    other = 0.5 / completion(scenario, scenario.treatments["infusion"])
    expected = 0.5 * other / (1 - other + 0.5 * other)
    assert response(relative(tiny_tree, 0.5), "tablets") == pytest.approx(expected, abs=1e-5)


def test_integration_acts_on_the_odds_of_courses_that_have_it(tiny_tree: Tree) -> None:
    tree = assessed(tiny_tree)
    tree["care"]["integration_effect"] = dict(tree["illness"]["improvement"]["context"])
    set_value(tree, "care.integration_effect", 1.5)
    tree["treatments"]["tablets"]["preparation"] = False
    assert response(tree, "infusion") == pytest.approx(0.6, abs=1e-5)
    assert response(tree, "tablets") == pytest.approx(0.4, abs=1e-5)


def test_the_context_acts_on_the_odds_of_every_treatment(tiny_tree: Tree) -> None:
    set_value(assessed(tiny_tree), "illness.improvement.context", 1.5)
    assert response(tiny_tree, "infusion") == pytest.approx(0.6, abs=1e-5)
    assert response(tiny_tree, "tablets") == pytest.approx(0.5, abs=1e-5)


def test_completion_multiplies_staying_coming_and_not_being_stopped(tiny_tree: Tree) -> None:
    scenario = Scenario.model_validate(tiny_tree)
    comes = 0.95 * sum((0.05 * 0.8) ** misses for misses in range(4))
    stops = np.prod([1 - 0.2 * 0.8**session * 0.02 for session in range(6)])
    expected = 0.98**5 * comes**5 * stops
    assert completion(scenario, scenario.treatments["infusion"]) == pytest.approx(expected, rel=1e-12)


def test_nobody_completes_when_every_session_is_missed(tiny_tree: Tree) -> None:
    set_value(assessed(tiny_tree), "care.session_no_show", 1)
    set_value(tiny_tree, "care.rebooks", 1)
    scenario = Scenario.model_validate(tiny_tree)
    assert completion(scenario, scenario.treatments["infusion"]) == 0


def test_more_responders_among_starters_than_complete_are_refused(tiny_tree: Tree) -> None:
    set_value(tiny_tree, "treatments.infusion.dropout.per_induction_session", 0.5)
    with pytest.raises(ValidationError, match=r"response among starters must be at most .* got 0.5; lower"):
        Scenario.model_validate(tiny_tree)


def harm(tree: Tree, **changes: object) -> Harm:
    return Harm.model_validate(tree["treatments"]["infusion"]["harms"]["nausea"] | changes)


def test_a_chance_at_the_first_session_fades_by_the_stated_ratio(tiny_tree: Tree) -> None:
    assert harm_by_session(harm(tiny_tree), 6, 3, reported_unasked=0.5) == pytest.approx((0.2, 0.16, 0.128))


@pytest.mark.parametrize(("chance", "last"), [(0, 0), (1e-300, 1)])
def test_a_growing_chance_ends_at_certainty_however_many_sessions(
    tiny_tree: Tree, chance: float, last: float
) -> None:
    probability, fade = atom(chance, "probability"), atom(1.5, "ratio")
    growing = harm(tiny_tree, probability=probability, fade=fade)
    assert harm_by_session(growing, 6, 10_000, reported_unasked=0.5)[-1] == last


def test_a_rate_of_spontaneous_reports_stands_for_more_events(tiny_tree: Tree) -> None:
    reported = harm(tiny_tree, asked=False)
    assert harm_by_session(reported, 6, 2, reported_unasked=0.5) == pytest.approx((0.4, 0.32))
    assert harm_by_session(reported, 6, 2, reported_unasked=0.1) == pytest.approx((1.0, 0.8))


@pytest.mark.parametrize(
    ("sessions", "share", "days"),
    [
        (3, (0.4 / 0.9, 0.7 / 0.9, 1.0), (1.0, 1.0, 1.0)),
        (4, (0.4, 0.7, 0.9, 1.0), (1.0, 1.0, 1.0, 1.0)),
        (5, (0.4, 0.7, 0.9, 1.0, 1.0), (1.0, 1.0, 1.0, 1.0, 1.0)),
    ],
)
def test_onset_by_sessions_is_relative_to_the_end_of_the_induction(
    tiny_tree: Tree, sessions: int, share: tuple[float, ...], days: tuple[float, ...]
) -> None:
    set_value(tiny_tree, "treatments.tablets.induction.sessions", sessions)
    treatment = Scenario.model_validate(tiny_tree).treatments["tablets"]
    assert onset_by_session(treatment)[0] == pytest.approx(share)
    assert onset_by_session(treatment)[1] == days


def test_an_extension_may_go_beyond_the_end_of_the_induction(tiny_tree: Tree) -> None:
    set_value(tiny_tree, "treatments.tablets.induction.sessions", 2)
    tiny_tree["treatments"]["tablets"]["induction"]["extension_sessions"] = {
        "value": 1, "unit": "sessions", "range": [0, 3], "source": "assumption", "grade": "assumption",
    }  # fmt: skip
    treatment = Scenario.model_validate(tiny_tree).treatments["tablets"]
    assert onset_by_session(treatment)[0] == pytest.approx((0.4 / 0.7, 1.0, 0.9 / 0.7))


def test_onset_by_days_is_read_where_the_next_session_is_due(tiny_tree: Tree) -> None:
    effect = tiny_tree["treatments"]["tablets"]["effect"]
    effect["onset"] |= {"values": [0, 0.5, 1.0], "at": [0, 4, 24]}
    effect["onset_days"] = None
    treatment = Scenario.model_validate(tiny_tree).treatments["tablets"]
    share, days = onset_by_session(treatment)
    assert days == (4.0, 4.0, 4.0, 3.0)
    assert share == pytest.approx((0.5 / 0.775, 0.6 / 0.775, 0.7 / 0.775, 1.0))


def test_a_chance_per_induction_comes_back_from_its_sessions(tiny_tree: Tree) -> None:
    chances = harm_by_session(harm(tiny_tree, period="induction"), 6, 10, reported_unasked=0.5)
    assert 1 - np.prod([1 - chance for chance in chances[:6]]) == pytest.approx(0.2, abs=1e-12)
    assert chances[1] / chances[0] == pytest.approx(0.8)
