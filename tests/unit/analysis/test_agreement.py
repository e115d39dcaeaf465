"""Published against simulated figures: the intervals are those of a hand calculation."""

from __future__ import annotations

import math

import pytest

from sim.analysis.agreement import agreement, prediction_interval, scale_of, totals
from sim.domain.targets import Targets
from sim.outcomes.measures import Estimate

SHARE = {"what": "state_at", "days": 30, "criterion": {"score": 10}}
RATIO = {"what": "relapse_hazard_ratio", "among": "responders", "against": "usual_care", "until_days": 90}
DIFFERENCE = {"what": "difference", "of": SHARE, "against": "usual_care"}
CHECK = {
    "study": "trial",
    "strategy": "tablets",
    "kind": "check",
    "quantity": "Remission",
    "published": 0.5,
    "interval": [0.4, 0.6],
    "source": "smith2019",
    "measure": SHARE,
}
FIT = CHECK | {"kind": "fit", "informs": ["treatments.tablets.effect.response"]}
SPREADS = {
    "wide": {"range": [0.2, 0.8], "note": "illustrative"},
    "three": {"values": [0.2, 0.5, 0.8], "note": "illustrative"},
    "ends": {"values": [0.0, 0.5, 1.0], "note": "illustrative"},
}
EXACT = Estimate(0.5, 0.0, 1000)


def targets_of(**targets):
    return Targets.model_validate({"spreads": SPREADS, "targets": targets, "left_out": {}})


def interval_of(estimate=EXACT, **changes):
    targets = targets_of(a=CHECK | changes)
    target = targets.targets["a"]
    return prediction_interval(target, estimate, targets.spreads.get(target.spread or ""))


def row_of(target, estimate):
    return agreement(targets_of(a=target), {"a": estimate})[0]


def test_without_spread_and_chance_the_prediction_interval_is_the_published_one():
    assert interval_of() == pytest.approx((0.4, 0.6), abs=1e-6)


def test_a_range_between_studies_widens_the_interval_on_the_logit():
    assert interval_of(spread="wide") == pytest.approx((0.190874, 0.809126), abs=1e-5)


def test_figures_of_several_studies_widen_it_by_their_standard_deviation():
    assert interval_of(spread="three") == pytest.approx((0.060247, 0.939753), abs=1e-5)


def test_the_error_of_the_simulation_widens_it_as_well():
    assert interval_of(Estimate(0.5, 0.05, 100), spread="wide") == pytest.approx(
        (0.182936, 0.817064), abs=1e-5
    )


def test_hazard_ratios_are_held_on_the_logarithm():
    found = interval_of(Estimate(0.5, 0.05, 100), measure=RATIO, interval=[0.25, 1.0])
    assert found == pytest.approx((0.243297, 1.027555), abs=1e-5)


def test_differences_are_held_as_they_are():
    found = interval_of(Estimate(0.1, 0.02, 100), measure=DIFFERENCE, published=0.1, interval=[0.0, 0.2])
    assert found == pytest.approx((-0.007411, 0.207411), abs=1e-5)


def test_a_share_of_zero_is_moved_in_by_half_a_patient():
    low, high = interval_of(Estimate(0.0, 0.0, 100), published=0.0, interval=[0.0, 0.1], n=50)
    assert (low, high) == pytest.approx((0.003036, 0.032415), abs=1e-5)


@pytest.mark.parametrize("published", [0, 1])
def test_the_ends_of_the_scale_are_no_obstacle(published):
    low, high = interval_of(
        Estimate(float(published), 0.0, 10), published=published, interval=[0, 1], spread="ends"
    )
    assert 0 < low < high < 1


def test_a_hazard_ratio_of_zero_is_no_obstacle():
    low, high = interval_of(Estimate(0.0, 0.0, 10), measure=RATIO, published=0.0, interval=[0.0, 0.5])
    assert 0 < low < high


def test_an_undefined_simulation_lies_nowhere_and_widens_nothing():
    row = row_of(CHECK, Estimate(math.nan, math.nan, 0))
    assert (row["inside"], row["inside_published"]) == (False, False)
    assert (row["low"], row["high"]) == pytest.approx((0.4, 0.6), abs=1e-6)


@pytest.mark.parametrize(
    ("value", "se", "inside"),
    [
        (0.5, 0.005, True),
        (0.519, 0.005, True),
        (0.521, 0.005, False),
        (0.5, 0.01, False),
        (0.479, 0.005, False),
    ],
)
def test_a_fit_agrees_within_four_errors_when_these_are_small(value, se, inside):
    assert row_of(FIT, Estimate(value, se, 5000))["inside"] is inside


def test_an_undefined_simulation_fits_nothing():
    assert row_of(FIT, Estimate(math.nan, math.nan, 0))["inside"] is False


def test_a_fit_shows_the_published_interval():
    row = row_of(FIT, Estimate(0.45, 0.005, 5000))
    assert (row["low"], row["high"], row["inside_published"]) == (0.4, 0.6, True)


def test_a_fit_without_interval_shows_none():
    bare = {key: value for key, value in FIT.items() if key != "interval"}
    row = row_of(bare, Estimate(0.5, 0.005, 5000))
    assert (row["low"], row["high"], row["published_low"], row["inside_published"]) == (
        None,
        None,
        None,
        None,
    )


def test_a_check_may_lie_in_the_prediction_interval_only():
    row = row_of(CHECK | {"spread": "wide"}, Estimate(0.7, 0.01, 2000))
    assert (row["inside"], row["inside_published"]) == (True, False)


def test_rows_come_in_the_order_of_the_targets_with_all_columns():
    rows = agreement(targets_of(b=CHECK, a=FIT), {"a": EXACT, "b": EXACT})
    assert [row["target"] for row in rows] == ["b", "a"]
    assert list(rows[0]) == [
        "target", "kind", "study", "strategy", "quantity", "scale", "published", "published_low", "published_high",
        "low", "high", "simulated", "se", "n_simulated", "inside", "inside_published", "source", "checked",
        "informs", "own_rate", "spread", "note", "miss",
    ]  # fmt: skip


def test_a_target_without_estimate_is_told():
    with pytest.raises(ValueError, match="estimates must hold every target, got none for a"):
        agreement(targets_of(a=FIT), {})


def test_a_check_without_interval_has_no_prediction_interval():
    target = targets_of(a=FIT | {"interval": None}).targets["a"]
    with pytest.raises(ValueError, match="target must have an interval, got none"):
        prediction_interval(target, EXACT, None)


@pytest.mark.parametrize(
    ("measure", "scale"), [(SHARE, "share"), (RATIO, "ratio"), (DIFFERENCE, "difference")]
)
def test_every_measure_has_a_scale(measure, scale):
    assert scale_of(targets_of(a=CHECK | {"measure": measure}).targets["a"]) == scale


def test_totals_count_fits_and_checks_apart():
    targets = targets_of(a=FIT, b=FIT, c=CHECK | {"spread": "wide"}, d=CHECK, e=CHECK)
    good, far = Estimate(0.5, 0.005, 5000), Estimate(0.7, 0.005, 5000)
    rows = agreement(targets, {"a": good, "b": far, "c": far, "d": far, "e": good})
    assert totals(rows) == {
        "fits": 2,
        "fits_inside": 1,
        "fits_share": 0.5,
        "checks": 3,
        "checks_inside": 2,
        "checks_share": pytest.approx(0.666667, abs=1e-6),
        "checks_inside_published": 1,
        "checks_inside_published_share": pytest.approx(0.333333, abs=1e-6),
    }


def test_no_figures_have_no_shares():
    assert totals([])["fits_share"] is None
