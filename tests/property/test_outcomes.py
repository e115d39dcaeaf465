"""What must hold of outcomes and comparisons whatever the patients' lives."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.comparison import compare
from sim.analysis.frontier import frontier
from sim.domain.cohort import Cohort
from sim.domain.economics import CATEGORIES, Category
from sim.domain.events import LOG_DTYPE, Event
from sim.domain.scenario import Scenario
from sim.outcomes.account import account
from sim.outcomes.discounting import discount_factors
from sim.outcomes.frames import Accounted, results_of
from sim.outcomes.history import read_history
from sim.outcomes.patient_totals import patient_totals
from sim.outcomes.totals import time_by_period, totals_of_changes

HORIZON = round(365.25 * 1440)
N_PATIENTS = 6
SEEDS = st.integers(0, 10_000)


def _cohort():
    zeros = np.zeros(N_PATIENTS)
    whole = zeros.astype(np.int64)
    return Cohort(whole, zeros + 40, whole > 0, zeros + 30, whole + 3, zeros + 10, whole, whole)


def _row(time, patient, event, **columns):
    row = np.zeros(1, dtype=LOG_DTYPE)
    row["time"], row["patient"], row["event"], row["treatment"] = time, patient, event, -1
    for name, value in columns.items():
        row[name] = value
    return row


def _life(random, patient):
    """A random life: sessions with harms, a wandering score, an assessment, perhaps death."""
    moments = np.sort(random.integers(0, HORIZON, 6))
    end = int(random.integers(moments[-1], HORIZON)) + 1
    treatment = int(random.integers(0, 2))
    scores = random.uniform(0, 60, 8)
    rows = [
        _row(0, patient, Event.REFERRED, value=scores[0], target=1.0),
        _row(0, patient, Event.SCORE, value=scores[0], target=scores[0]),
        _row(moments[0], patient, Event.SCREENED),
        _row(moments[1], patient, Event.COURSE_STARTED, treatment=treatment),
    ]
    for position, moment in enumerate(moments[1:5]):
        reason, until = int(random.integers(0, 2)), int(moment + random.integers(0, 40_000))
        rows.append(
            _row(moment, patient, Event.SESSION, treatment=treatment, value=1.0, reason=reason, until=moment)
        )
        rows.append(
            _row(
                moment, patient, Event.SCORE, value=scores[position], target=scores[position + 1], until=until
            )
        )
    rows.append(
        _row(moments[5], patient, Event.ASSESSED, treatment=treatment, reason=int(random.integers(0, 4)))
    )
    dies = random.random() < 0.3
    rows.append(_row(end if dies else HORIZON, patient, Event.DIED if dies else Event.HORIZON))
    return rows


def _log(seed):
    random = np.random.default_rng(seed)
    log = np.concatenate([row for patient in range(N_PATIENTS) for row in _life(random, patient)])
    return log[np.argsort(log["time"], kind="stable")]


def _results(scenario, seeds):
    accounts = [account(_log(seed), _cohort(), scenario, name) for name, seed in seeds.items()]
    return results_of(scenario, [Accounted(0, outcome) for outcome in accounts])


def _double_money(tree):
    if isinstance(tree, dict):
        doubled = {name: _double_money(branch) for name, branch in tree.items()}
        if str(tree.get("unit", "")).startswith("USD"):
            doubled |= {"value": 2 * tree["value"], "range": [0, 10 * tree["value"]]}
            doubled.pop("distribution", None)
        return doubled
    return tree


@given(seed=SEEDS)
def test_qalys_lie_between_zero_and_life_years_and_those_within_the_horizon(tiny, seed):
    outcome = account(_log(seed), _cohort(), tiny, "infusion")
    qaly, life_years = outcome.qaly.sum(), outcome.life_years.sum()
    assert 0 <= qaly <= life_years <= 1 + 1e-6
    assert 0 <= outcome.clinical["depression_free_days"] <= life_years * 365.25 + 1e-9


@given(seed=SEEDS)
def test_qalys_equal_life_years_when_utility_is_one_and_nothing_is_discounted(tiny_tree, seed):
    utility = tiny_tree["illness"]["utility"]
    utility["at_zero"] |= {"value": 1.0, "range": [0, 1]}
    utility["per_point"] |= {"value": 0.0, "range": [-1, 0]}
    for treatment in tiny_tree["treatments"].values():
        treatment["harms"] = {}
    scenario = Scenario.model_validate(tiny_tree)
    table = compare(_results(scenario, {"tablets": seed}), comparator="tablets", discount_rate_effects=0.0)
    assert table["qaly"][0] == pytest.approx(table["life_years"][0], rel=1e-12)


@given(seed=SEEDS, perspective=st.sampled_from(["sector", "payer", "patient", "programme", "societal"]))
def test_doubling_prices_doubles_costs(tiny_tree, seed, perspective):
    once = _results(Scenario.model_validate(tiny_tree), {"infusion": seed})
    twice = _results(Scenario.model_validate(_double_money(tiny_tree)), {"infusion": seed})
    settings = {"perspective": perspective, "comparator": "infusion"}
    assert compare(twice, **settings)["cost"][0] == pytest.approx(2 * compare(once, **settings)["cost"][0])


@given(seed=SEEDS, rates=st.tuples(st.floats(0, 0.2), st.floats(0, 0.2)))
def test_costs_and_qalys_fall_as_the_discount_rate_rises(tiny, seed, rates):
    results = _results(tiny, {"infusion": seed})
    low, high = (
        compare(results, comparator="infusion", discount_rate_costs=rate, discount_rate_effects=rate)
        for rate in sorted(rates)
    )
    assert high["cost"][0] <= low["cost"][0] * (1 + 1e-12)
    assert high["qaly"][0] <= low["qaly"][0] * (1 + 1e-12)


@given(seed=SEEDS)
def test_payer_and_patient_share_the_cost_of_care_and_the_patient_travels(tiny, seed):
    results = _results(tiny, {"infusion": seed})
    cost = {
        name: compare(results, perspective=name, comparator="infusion")["cost"][0]
        for name in ("sector", "payer", "patient", "societal")
    }
    assert cost["payer"] + cost["patient"] >= cost["sector"] - 1e-9
    assert cost["societal"] >= cost["sector"]


@given(seeds=st.lists(SEEDS, min_size=2, max_size=2, unique=True))
def test_relabelling_strategies_permutes_results(tiny, seeds):
    first, second = seeds
    table = compare(
        _results(tiny, {"tablets": first, "infusion": second}), comparator="tablets", perspective="sector"
    )
    swapped = compare(_results(tiny, {"tablets": second, "infusion": first}), comparator="tablets")
    numbers = ["cost", "qaly", "life_years", "depression_free_days", "icer"]
    np.testing.assert_array_equal(table.loc[[1, 0], numbers], swapped[numbers])


@given(seed=SEEDS, cut=st.floats(0.01, 0.99))
def test_a_piece_split_in_two_has_the_same_total(seed, cut):
    random = np.random.default_rng(seed)
    start = random.uniform(0, 5, 10)
    stop = start + random.uniform(0, 5, 10)
    slope = random.normal(size=10)
    middle = start + cut * (stop - start)
    starts, stops = np.concatenate([start, middle]), np.concatenate([middle, stop])
    np.testing.assert_allclose(
        time_by_period(starts, stops, n_periods=10), time_by_period(start, stop, n_periods=10), atol=1e-10
    )
    rise, none = slope * (stop - start), np.zeros(10)
    whole = totals_of_changes(
        np.concatenate([start, stop]), np.concatenate([none, -rise]), np.concatenate([slope, -slope]), 10
    )
    split = totals_of_changes(
        np.concatenate([start, middle, middle, stop]),
        np.concatenate([none, -cut * rise, cut * rise, -rise]),
        np.concatenate([slope, -slope, slope, -slope]),
        10,
    )
    np.testing.assert_allclose(split, whole, atol=1e-10)


@given(points=st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 20)), min_size=1, max_size=8))
def test_icers_on_the_frontier_are_positive_and_never_fall(points):
    costs, effects = zip(*points, strict=True)
    standings = frontier(costs, effects)
    ranked = sorted(
        (costs[i], standing.icer) for i, standing in enumerate(standings) if standing.icer is not None
    )
    icers = [icer for _, icer in ranked]
    assert all(icer >= 0 for icer in icers)
    assert all(later >= earlier for earlier, later in pairwise(icers))
    assert sum(standing.status == "on frontier" for standing in standings) == len(icers) + 1


@given(rate=st.floats(0, 1))
def test_discount_factors_fall_from_below_one(rate):
    factors = discount_factors(800, rate)
    assert np.all(factors <= 1)
    assert np.all(np.diff(factors) <= 0)


@given(seed=SEEDS)
def test_patients_who_are_numbered_otherwise_have_the_same_outcomes(tiny, seed):
    log = _log(seed)
    renumbered = log.copy()
    renumbered["patient"] = N_PATIENTS - 1 - log["patient"]
    first, second = (account(rows, _cohort(), tiny, "infusion") for rows in (log, renumbered))
    np.testing.assert_allclose(second.cost, first.cost, atol=1e-9)
    np.testing.assert_allclose(second.qaly, first.qaly, atol=1e-12)


def test_results_do_not_depend_on_the_manifest(tiny):
    results = _results(tiny, {"infusion": 1})
    other = replace(results, manifest={"version": "2"})
    assert compare(results, comparator="infusion").equals(compare(other, comparator="infusion"))


@pytest.fixture
def by_payer(tiny):
    """Payers that pay different shares."""
    share = {
        "value": 0.9,
        "unit": "probability",
        "range": [0, 1],
        "source": "assumption",
        "grade": "assumption",
    }
    return tiny.with_changes(
        {
            "population.self_pay": ["none"],
            "treatments.infusion.prices.covered_by": {"commercial": share},
            "economics.visit_covered_by": {"commercial": share},
        }
    )


@given(seed=SEEDS)
def test_what_single_patients_cost_and_gain_adds_up_to_the_whole(by_payer, seed):
    cohort = replace(_cohort(), payer=np.random.default_rng(seed).integers(0, 2, N_PATIENTS))
    log = _log(seed)
    whole = account(log, cohort, by_payer, "infusion")
    each = patient_totals(read_history(log, N_PATIENTS), cohort, by_payer, "infusion")
    for name in ("cost", "covered"):
        expected = getattr(whole, name).sum(axis=-1)
        expected[CATEGORIES.index(Category.IDLE_CAPACITY)] = 0
        np.testing.assert_allclose(
            getattr(each, name).mean(axis=0).sum(axis=-1), expected, rtol=1e-9, atol=1e-9
        )
    assert each.qaly.sum() / N_PATIENTS == pytest.approx(whole.qaly.sum(), rel=1e-9, abs=1e-9)
    assert each.life_years.sum() / N_PATIENTS == pytest.approx(whole.life_years.sum(), rel=1e-9)
    free = whole.clinical["depression_free_days"]
    assert each.depression_free_days.mean() == pytest.approx(free, rel=1e-9, abs=1e-9)
    assert (each.covered[cohort.payer == 1] == 0).all()
