"""Latin hypercube and correlated draws: strata, marginals, normal scores."""

from __future__ import annotations

import numpy as np
import pytest
from builders import Tree
from scipy import stats

from sim.design import draws
from sim.design.draws import drawn_scenarios, uniforms_of_draws
from sim.domain.scenario import Scenario
from sim.domain.uncertainty import drawn_values, value_at
from sim.domain.unknowns import unknowns
from sim.streams import Streams

N = 200
LEAD = "treatments.infusion.effect.response"
FOLLOWER = "care.screening.price"
OTHER = "treatments.tablets.effect.response"


def follows(of: str, to: str, value: float) -> Tree:
    """Return a correlation that is an assumption."""
    said = {"unit": "correlation", "source": "assumption", "grade": "assumption", "range": [-1, 1]}
    return {"of": of, "to": to, "correlation": {"value": value, **said}}


def correlated(tree: Tree, *pairs: Tree) -> Scenario:
    """Return the scenario with correlations."""
    return Scenario.model_validate(
        tree | {"correlations": {f"pair{place}": pair for place, pair in enumerate(pairs)}}
    )


def scores(scenario: Scenario, path: str, n_draws: int = 4_000, **how: int) -> np.ndarray:
    """Return the normal scores of an unknown."""
    return stats.norm.ppf(uniforms_of_draws(scenario, 0, n_draws, **how)[path])


def test_every_stratum_of_every_unknown_holds_one_draw(tiny: Scenario) -> None:
    for column in uniforms_of_draws(tiny, 0, N, of=N).values():
        assert np.sort((column * N).astype(int)).tolist() == list(range(N))


def test_unknowns_are_shuffled_independently(tiny: Scenario) -> None:
    columns = np.array(list(uniforms_of_draws(tiny, 0, 1_000, of=1_000).values()))
    off_diagonal = np.corrcoef(columns)[~np.eye(len(columns), dtype=bool)]
    assert np.abs(off_diagonal).max() < 4 / np.sqrt(1_000)


def test_a_hypercube_may_be_drawn_in_parts(tiny: Scenario) -> None:
    whole, part = uniforms_of_draws(tiny, 0, N, of=N), uniforms_of_draws(tiny, 70, 30, of=N)
    assert all(np.array_equal(whole[path][70:100], part[path]) for path in whole)


def test_a_further_unknown_disturbs_no_other_in_a_hypercube(tiny: Scenario, tiny_tree: Tree) -> None:
    tiny_tree["care"]["deferral"]["distribution"] = {"uniform": {"low": 20, "high": 100}}
    few, more = (uniforms_of_draws(one, 0, N, of=N) for one in (tiny, Scenario.model_validate(tiny_tree)))
    assert set(more) - set(few) == {"care.deferral"}
    assert all(np.array_equal(few[path], more[path]) for path in few)


def test_another_seed_shuffles_otherwise(tiny: Scenario) -> None:
    first, second = (
        (uniforms_of_draws(tiny.with_changes({"run.seed": seed}), 0, N, of=N)[LEAD] * N).astype(int)
        for seed in (1, 2)
    )
    assert not np.array_equal(first, second)


def test_means_are_far_nearer_to_those_stated_than_those_of_random_draws(tiny: Scenario) -> None:
    def misses(of: int | None) -> np.ndarray:
        values = drawn_values(tiny, uniforms_of_draws(tiny, 0, N, of=of))
        kinds = [unknown.atom.distribution.kind for unknown in unknowns(tiny).values()]
        return np.array(
            [
                abs(column.mean() - kind.mean) / kind.sd
                for kind, column in zip(kinds, values.values(), strict=True)
            ]
        )

    assert misses(N).max() < 0.02
    assert np.median(misses(N)) < np.median(misses(None)) / 10


def test_no_draw_lies_at_the_very_end(tiny: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last stratum plus the largest uniform rounds up to the number of strata."""
    monkeypatch.setattr(draws, "_strata", lambda _, paths, of: np.tile(np.arange(of), (len(paths), 1)))
    monkeypatch.setattr(Streams, "uniforms", lambda _, name, n, **__: np.full(n, 1 - 2.0**-53))
    found = uniforms_of_draws(tiny, 0, N, of=N)
    assert max(column.max() for column in found.values()) < 1


def test_one_figure_has_one_value_in_all_its_places(tiny_tree: Tree) -> None:
    paths = [f"treatments.{key}.durability.frailty_variance" for key in ("tablets", "infusion")]
    for key in ("tablets", "infusion"):
        tiny_tree["treatments"][key]["durability"]["frailty_variance"]["distribution"] = {
            "gamma": {"shape": 25, "scale": 0.02}
        }
    scenario = Scenario.model_validate(tiny_tree)
    drawn = np.array([[value_at(one, path) for path in paths] for one in drawn_scenarios(scenario, 0, 5)])
    assert (drawn[:, 0] == drawn[:, 1]).all()
    assert len(set(drawn[:, 0])) == 5


@pytest.mark.parametrize("of", [None, 4_000])
@pytest.mark.parametrize("correlation", [-0.87, 0.3])
def test_normal_scores_are_correlated_as_stated(tiny_tree: Tree, correlation: float, of: int | None) -> None:
    scenario = correlated(tiny_tree, follows(FOLLOWER, LEAD, correlation))
    found = np.corrcoef(scores(scenario, FOLLOWER, of=of), scores(scenario, LEAD, of=of))[0, 1]
    assert abs(np.arctanh(found) - np.arctanh(correlation)) < 4 / np.sqrt(4_000 - 3)


@pytest.mark.parametrize("of", [None, 4_000])
def test_a_follower_keeps_its_distribution(tiny_tree: Tree, of: int | None) -> None:
    scenario = correlated(tiny_tree, follows(FOLLOWER, LEAD, 0.8))
    uniforms = uniforms_of_draws(scenario, 0, 4_000, of=of)[FOLLOWER]
    assert stats.kstest(uniforms, "uniform").statistic < 1.63 / np.sqrt(4_000)
    drawn = drawn_values(scenario, {FOLLOWER: uniforms})[FOLLOWER]
    kind = scenario.care.screening.price.distribution.kind
    assert abs(drawn.mean() - kind.mean) < 4 * kind.sd / np.sqrt(4_000)


@pytest.mark.parametrize(("correlation", "expected"), [(1, lambda u: u), (-1, lambda u: 1 - u)])
def test_full_correlation_means_the_same_quantile_or_the_opposite_one(
    tiny_tree: Tree, correlation: float, expected: object
) -> None:
    found = uniforms_of_draws(correlated(tiny_tree, follows(FOLLOWER, LEAD, correlation)), 0, N, of=N)
    assert found[FOLLOWER] == pytest.approx(expected(found[LEAD]), abs=1e-12)


def test_followers_of_one_are_correlated_by_the_product(tiny_tree: Tree) -> None:
    scenario = correlated(tiny_tree, follows(FOLLOWER, LEAD, 0.8), follows(OTHER, LEAD, -0.7))
    found = np.corrcoef(scores(scenario, FOLLOWER), scores(scenario, OTHER))[0, 1]
    assert abs(np.arctanh(found) - np.arctanh(-0.56)) < 4 / np.sqrt(4_000)


def test_a_lead_is_drawn_as_without_followers(tiny: Scenario, tiny_tree: Tree) -> None:
    scenario = correlated(tiny_tree, follows(FOLLOWER, LEAD, 0.8))
    alone, led = (uniforms_of_draws(one, 0, N, of=N) for one in (tiny, scenario))
    assert [path for path in alone if not np.array_equal(alone[path], led[path])] == [FOLLOWER]


def test_the_order_of_correlations_makes_no_difference(tiny_tree: Tree) -> None:
    pairs = [follows(FOLLOWER, LEAD, 0.8), follows(OTHER, LEAD, -0.7)]
    first, second = (uniforms_of_draws(correlated(tiny_tree, *order), 0, N) for order in (pairs, pairs[::-1]))
    assert all(np.array_equal(first[path], second[path]) for path in first)


@pytest.mark.parametrize(
    ("of", "to"),
    [
        (FOLLOWER, "care.deferral"),
        ("care.deferral", LEAD),
        (FOLLOWER, "care.waiting_list.places"),
        ("research.trials.first.years", LEAD),
    ],
)
def test_what_is_certain_or_left_out_has_no_effect(tiny: Scenario, tiny_tree: Tree, of: str, to: str) -> None:
    alone, named = (uniforms_of_draws(one, 0, N) for one in (tiny, correlated(tiny_tree, follows(of, to, 1))))
    assert all(np.array_equal(alone[path], named[path]) for path in alone)


def test_any_place_of_a_figure_may_be_named(tiny_tree: Tree) -> None:
    paths = [f"treatments.{key}.durability.frailty_variance" for key in ("tablets", "infusion")]
    for key in ("tablets", "infusion"):
        tiny_tree["treatments"][key]["durability"]["frailty_variance"]["distribution"] = {
            "gamma": {"shape": 25, "scale": 0.02}
        }
    found = uniforms_of_draws(correlated(tiny_tree, follows(paths[1], LEAD, 1)), 0, 20)
    assert found[paths[0]] == pytest.approx(found[LEAD])


def test_a_hypercube_redraws_what_contradicts_itself(tiny_tree: Tree) -> None:
    relapse = tiny_tree["illness"]["definitions"]["relapse"]
    relapse |= {"distribution": {"normal": {"mean": 22, "sd": 9}}, "note": "wide"}
    scenario = Scenario.model_validate(tiny_tree)
    path = "illness.definitions.relapse"
    drawn = np.array([value_at(one, path) for one in drawn_scenarios(scenario, 0, N, of=N)])
    cut = stats.norm(22, 9)
    uniforms = (cut.cdf(drawn) - cut.cdf(10)) / (1 - cut.cdf(10))
    assert drawn.min() > 10
    assert stats.kstest(uniforms, "uniform").statistic < 1.63 / np.sqrt(N)
