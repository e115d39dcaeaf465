from __future__ import annotations

import numpy as np
import pytest

from sim.domain.improvement import ImprovementShape, Scale, possible_ratios, solve_improvement

SHAPE = ImprovementShape(concentration=10, unimproved_low=-0.2, unimproved_high=0.45, response=0.5)
DRAWS = 200_000

# Response, remission per responder, remission score, baseline mean and sd, on each study's own scale.
STUDIES = {
    "star_d_step_3": (0.168, 0.137 / 0.168, 7.5, 32.0, 6.0),
    "real_world_ketamine": (0.45, 0.30 / 0.45, 10.0, 33.0, 6.0),
    "transform_1": (0.541, 0.36 / 0.541, 12.0, 37.4, 5.6),
    "core_ect": (0.79, 0.75 / 0.79, 8.5, 39.0, 6.0),
}


@pytest.mark.parametrize("study", STUDIES)
def test_solved_improvement_gives_back_response_and_remission(study: str) -> None:
    response, ratio, score, mean, sd = STUDIES[study]
    improvement = solve_improvement(response, ratio, Scale(score, mean, sd, SHAPE))
    rng = np.random.default_rng(3)
    x = improvement.quantile(rng.random(DRAWS))
    baseline = np.clip(rng.normal(mean, sd, DRAWS), 20, 60)
    responds, remits = x >= 0.5, baseline * (1 - x) <= score
    assert abs(responds.mean() - response) < 4 * np.sqrt(response * (1 - response) / DRAWS)
    assert abs(remits.mean() - response * ratio) < 4 * np.sqrt(response * ratio / DRAWS) + 1e-3


@pytest.mark.parametrize("study", STUDIES)
def test_mean_improvement_stays_sensible_from_star_d_to_ect(study: str) -> None:
    response, ratio, score, mean, sd = STUDIES[study]
    improvement = solve_improvement(response, ratio, Scale(score, mean, sd, SHAPE))
    x = improvement.quantile((np.arange(DRAWS) + 0.5) / DRAWS)
    assert abs(x.mean() - improvement.mean) < 1e-3
    assert 0 < improvement.mean < 0.9


def test_more_luck_never_means_less_improvement() -> None:
    improvement = solve_improvement(0.45, 0.66, Scale(10, 33, 6, SHAPE))
    assert (np.diff(improvement.quantile(np.linspace(0.001, 0.999, 5001))) >= 0).all()


def test_a_higher_response_only_adds_responders() -> None:
    u = np.linspace(0.001, 0.999, 999)
    fewer, more = (solve_improvement(r, 0.66, Scale(10, 33, 6, SHAPE)).quantile(u) for r in (0.4, 0.5))
    assert ((fewer >= 0.5) <= (more >= 0.5)).all()


def test_the_improvement_of_responders_is_at_least_a_response() -> None:
    improvement = solve_improvement(0.3, 0.5, Scale(10, 33, 6, SHAPE))
    assert improvement.quantile_of_responders(np.linspace(0.001, 0.999, 99)).min() >= 0.5


def test_an_impossible_remission_ratio_is_refused() -> None:
    with pytest.raises(ValueError, match=r"remission_ratio must lie in \[.*\] to be reached .*got 0.9999"):
        solve_improvement(0.4, 0.9999, Scale(3, 40, 5, SHAPE))


def test_improvers_so_alike_that_none_responds_at_a_low_mean_are_solved_too() -> None:
    alike = ImprovementShape(concentration=1e4, unimproved_low=-0.2, unimproved_high=0.45, response=0.5)
    improvement = solve_improvement(0.4, 0.3, Scale(10, 33, 6, alike))
    x = improvement.quantile((np.arange(DRAWS) + 0.5) / DRAWS)
    assert (x >= 0.5).mean() == pytest.approx(0.4, abs=1e-3)


def test_more_responders_than_patients_are_refused() -> None:
    with pytest.raises(
        ValueError, match=r"response must be at most 0.574 with remission_ratio 0.3, got 0.999"
    ):
        solve_improvement(0.999, 0.3, Scale(10, 33, 6, SHAPE))


def test_improvers_alone_give_the_lowest_ratio_that_many_responders_allow() -> None:
    scale = Scale(10, 33, 6, SHAPE)
    low, high = possible_ratios(0.9, scale)
    assert solve_improvement(0.9, low, scale).improver_share == pytest.approx(1)
    assert 0 < low < 0.66 < high < 1


def test_few_responders_leave_every_ratio_of_some_mean_improvement() -> None:
    scale = Scale(10, 33, 6, SHAPE)
    low, high = possible_ratios(0, scale)
    assert [solve_improvement(0, ratio, scale).improver_mean for ratio in (low, high)] == pytest.approx(
        [0.3, 0.985]
    )
