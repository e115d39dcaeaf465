"""Probabilistic analysis of a small scenario: what is kept beside the draws, and that nothing else matters."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from sim.batch import worlds as batch
from sim.batch.manifest import now
from sim.batch.psa import BASE_REPLICATIONS, Sampling, fixed_paths, probabilistic_results, psa
from sim.batch.worlds import run_draws, run_points
from sim.domain.scenario import Scenario
from sim.domain.unknowns import unknowns
from sim.errors import ScenarioError
from sim.worlds.stored import ProbabilisticResults, ProbabilisticScenario, StoredUnknown
from sim.worlds.sums import Worlds

SAMPLING = Sampling(n_draws=4, n_inner=2, n_patients=10)
SAID = {"source": "assumption", "grade": "assumption"}


def with_research(scenario: Scenario) -> Scenario:
    """Add a question about studies, in prices of 2023."""
    people = {"value": 100, "unit": "people per year", "range": [1, 200]} | SAID
    years = {"value": 5, "unit": "years", "range": [1, 9]} | SAID
    money = {"value": 550, "unit": "USD", "range": [0, 900], "price_year": 2023} | SAID
    trial = {
        "label": "First", "arms": ["tablets", "infusion"], "sizes": [10, 20], "fixed_cost": money,
        "cost_per_person": money | {"value": 11, "price_year": 2025}, "years": years | {"value": 2},
    }  # fmt: skip
    research = {"people_per_year": people, "decision_years": years, "trials": {"first": trial}}
    return Scenario.model_validate(scenario.model_dump() | {"research": research})


@pytest.fixture(scope="module")
def found(request: pytest.FixtureRequest) -> ProbabilisticScenario:
    return psa(with_research(request.getfixturevalue("tiny")), SAMPLING, workers=1)


def bits(worlds: Worlds) -> list[bytes]:
    return [array.tobytes() for array in worlds.arrays().values()]


def test_draws_are_those_of_the_design(tiny: Scenario, found: ProbabilisticScenario) -> None:
    drawn = run_draws(tiny, 4, n_inner=2, n_patients=10, workers=1)
    assert bits(found.drawn) == bits(drawn)


def test_the_scenario_as_it_is_and_at_all_means_meets_other_patients_in_every_replication(
    tiny: Scenario, found: ProbabilisticScenario
) -> None:
    replications = list(range(BASE_REPLICATIONS))
    assert found.base.world.tolist() == [0] * BASE_REPLICATIONS + [1] * BASE_REPLICATIONS
    assert found.base.replication.tolist() == replications * 2
    assert found.base.parameters == ()
    means = {
        path: unknown.atom.distribution.kind.mean
        for unknown in unknowns(tiny).values()
        for path in unknown.paths
    }
    both = run_points(tiny, [{}, means], replications=BASE_REPLICATIONS, n_patients=10, workers=1)
    assert found.base.cost.tobytes() == both.cost.tobytes()
    assert found.base.qaly.tobytes() == both.qaly.tobytes()


def test_unknowns_are_told_in_words(found: ProbabilisticScenario) -> None:
    assert list(found.unknowns) == list(found.drawn.parameters)
    assert found.unknowns["treatments.infusion.effect.response"] == StoredUnknown(
        label="effect: response (Infusion in a clinic)", unit="probability",
        distribution="beta(alpha 50, beta 50)", source="assumption", grade="assumption", value=0.5,
        n_places=1,
    )  # fmt: skip


def test_an_unknown_price_of_another_year_says_so(tiny: Scenario) -> None:
    tree = tiny.model_dump()
    tree["care"]["screening"]["price"]["price_year"] = 2024
    one = psa(Scenario.model_validate(tree), Sampling(1, 1, 5), workers=1)
    assert one.unknowns["care.screening.price"].unit == "USD in 2024 prices"
    assert one.unknowns["care.preparation.price"].unit == "USD"


def test_a_figure_in_several_places_is_one_unknown(tiny: Scenario) -> None:
    tree = tiny.model_dump()
    for key in ("tablets", "infusion"):
        frailty = tree["treatments"][key]["durability"]["frailty_variance"]
        frailty["distribution"] = {"gamma": {"shape": 25, "scale": 0.02}}
    one = psa(Scenario.model_validate(tree), Sampling(2, 1, 5), workers=1)
    told = one.unknowns["treatments.tablets.durability.frailty_variance"]
    assert told.n_places == 2
    assert told.label == "durability: frailty variance (Tablets at home and 1 more)"
    assert "treatments.infusion.durability.frailty_variance" not in one.drawn.parameters


def test_research_is_in_prices_of_the_price_year(found: ProbabilisticScenario) -> None:
    assert found.research == {
        "people_per_year": 100, "decision_years": 5,
        "trials": {"first": {
            "label": "First", "arms": ["tablets", "infusion"], "sizes": [10, 20],
            "fixed_cost": pytest.approx(580), "cost_per_person": 11, "years": 2,
        }},
    }  # fmt: skip
    assert json.loads(json.dumps(found.research)) == found.research


def test_a_scenario_without_that_question_has_none(tiny: Scenario) -> None:
    assert psa(tiny, Sampling(1, 1, 5), workers=1).research is None


def test_settings_tell_the_patients_of_a_draw(tiny: Scenario, found: ProbabilisticScenario) -> None:
    assert found.settings.n_patients == 10
    assert found.settings.wtp == tiny.economics.wtp


def test_numbers_that_do_not_vary_are_counted(tiny: Scenario, found: ProbabilisticScenario) -> None:
    paths = fixed_paths(tiny)
    assert "care.deferral" in paths
    assert "care.screening.price" not in paths
    assert "illness.relapse.failed_trials" not in paths
    assert found.n_fixed == len(fixed_paths(with_research(tiny)))


def test_the_manifest_tells_how_much_was_drawn(tiny: Scenario, found: ProbabilisticScenario) -> None:
    results = probabilistic_results(
        {"tiny": found}, [tiny], SAMPLING, started=now(), workers=1, engine="simpy",
        command="treatpath psa tiny.yaml --out draws",
    )  # fmt: skip
    plan = {
        "draws": 4, "replications_per_draw": 2, "sampling": "latin hypercube", "base_replications": 20,
    }  # fmt: skip
    expected = {"kind": "probabilistic", "psa": plan, "command": "treatpath psa tiny.yaml --out draws"}
    assert results.manifest | expected == results.manifest
    (told,) = results.manifest["scenarios"]
    assert (told["n_patients"], told["replications"]) == (10, 8)
    assert json.loads(json.dumps(results.manifest)) == results.manifest


def test_draws_each_by_themselves_are_told(tiny: Scenario) -> None:
    by_itself = Sampling(2, 1, 5, is_stratified=False)
    results = probabilistic_results({}, [tiny], by_itself, started=now(), workers=1, engine="simpy")
    assert results.manifest["psa"]["sampling"] == "random"
    one, more = (psa(tiny, Sampling(n, 1, 5, is_stratified=False), workers=1).drawn for n in (2, 3))
    assert bits(one) == [array[:2].tobytes() for array in more.arrays().values()]


def test_workers_make_no_difference_to_a_single_bit_stored_or_not(
    tiny: Scenario, found: ProbabilisticScenario, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(batch, "BATCH", 2)
    two = psa(with_research(tiny), SAMPLING, workers=2)
    results = probabilistic_results({"tiny": two}, [tiny], SAMPLING, started=now(), workers=2, engine="simpy")
    results.save(tmp_path / "draws")
    stored = ProbabilisticResults.load(tmp_path / "draws").scenarios["tiny"]
    assert bits(two.drawn) == bits(found.drawn) == bits(stored.drawn)
    assert bits(two.base) == bits(found.base) == bits(stored.base)
    assert stored.unknowns == found.unknowns


def test_progress_counts_draws(tiny: Scenario) -> None:
    told: list[tuple[int, int]] = []
    psa(tiny, Sampling(3, 1, 5), workers=1, on_progress=lambda done, total: told.append((done, total)))
    assert told == [(3, 3)]


@pytest.mark.parametrize(
    ("sampling", "message"),
    [
        (Sampling(n_draws=0), r"draws must lie in \[1, 100000\], got 0"),
        (Sampling(n_inner=0), r"replications must lie in \[1, 1000\], got 0"),
        (Sampling(n_patients=0), r"run\.n_patients: .*, got 0"),
        (
            Sampling(n_draws=2_000, n_inner=100),
            r"worlds times replications must be at most 100000, got 2000 times 100; lower one",
        ),
    ],
)
def test_an_impossible_size_is_refused_in_words(tiny: Scenario, sampling: Sampling, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        psa(tiny, sampling, workers=1)


def test_the_mean_over_draws_is_near_the_scenario_as_it_is(tiny: Scenario) -> None:
    found = psa(tiny, Sampling(n_draws=40, n_inner=1, n_patients=25), workers=1)
    drawn, base = (worlds.qaly.sum(axis=2)[:, 2] for worlds in (found.drawn, found.base))
    error = np.sqrt(drawn.var(ddof=1) / len(drawn) + base.var(ddof=1) / len(base))
    assert abs(drawn.mean() - base.mean()) < 4 * error
    assert error < 0.02 * base.mean()
