"""Increments draw by draw: the cloud, its middle, and the ellipse round 95 % of it."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.draw_table import DrawTable
from sim.analysis.increment_draws import increment_cloud, increment_ellipses, increment_means

QUANTILE = -2 * np.log(0.05)


def table_of(cost, effect):
    """Return a table of one replication, with a first strategy that costs and gains nothing."""
    cost, effect = (np.atleast_2d(np.asarray(column, dtype=float)) for column in (cost, effect))
    keys = ("usual", *(f"new{place}" for place in range(len(cost))))
    first = np.zeros((1, cost.shape[1]))
    return DrawTable(
        keys,
        np.concatenate([first, cost]).T[:, np.newaxis],
        np.concatenate([first, effect]).T[:, np.newaxis],
        (),
        np.empty((cost.shape[1], 0)),
    )


def normal_table(n_draws, cost_sd=5_000.0, effect_sd=0.02, correlation=0.7, seed=1):
    covariance = correlation * cost_sd * effect_sd
    draws = np.random.default_rng(seed).multivariate_normal(
        [2_000.0, 0.05], [[cost_sd**2, covariance], [covariance, effect_sd**2]], n_draws
    )
    return table_of(*draws.T)


def distances(table, ellipse):
    """Return the squared Mahalanobis distance of the points of an ellipse."""
    pair = np.stack([table.effect[:, 0, 1], table.cost[:, 0, 1]])
    scale = pair.std(axis=1, ddof=1)
    away = (ellipse[["x", "y"]].to_numpy() - pair.mean(axis=1)) / scale
    return np.einsum("ij,jk,ik->i", away, np.linalg.inv(np.corrcoef(pair)), away)


def test_the_cloud_holds_every_draw_of_every_other_strategy():
    table = table_of([[1, 2], [3, 5]], [[0.1, 0.2], [0.3, 0.4]])
    cloud = increment_cloud(table, 1)
    assert cloud["strategy"].tolist() == ["usual", "usual", "new1", "new1"]
    assert cloud["draw"].tolist() == [0, 1, 0, 1]
    assert cloud["incremental_cost"].tolist() == [-1, -2, 2, 3]
    assert cloud["incremental_qaly"].tolist() == pytest.approx([-0.1, -0.2, 0.2, 0.2])


def test_replications_of_a_draw_are_averaged():
    table = DrawTable(
        ("a", "b"), np.array([[[0.0, 1.0], [0.0, 3.0]]]), np.array([[[0.0, 1.0], [1.0, 2.0]]]), (),
        np.empty((1, 0)),
    )  # fmt: skip
    cloud = increment_cloud(table, 0)
    assert cloud[["incremental_cost", "incremental_qaly"]].to_numpy().tolist() == [[2, 1]]


def test_means_and_intervals_of_net_benefit_are_those_of_the_draws():
    table = normal_table(20_000)
    (row,) = increment_means(table, 0, 100_000).to_dict("records")
    sd = np.sqrt(5_000**2 + 2_000**2 - 2 * 0.7 * 5_000 * 2_000)
    assert abs(row["inmb"] - 3_000) < 4 * sd / np.sqrt(20_000)
    assert row["low"] == pytest.approx(3_000 - 1.96 * sd, abs=4 * 2.7 * sd / np.sqrt(20_000))
    assert row["high"] == pytest.approx(3_000 + 1.96 * sd, abs=4 * 2.7 * sd / np.sqrt(20_000))
    assert row["share_below"] == pytest.approx(0.7722, abs=4 * 0.42 / np.sqrt(20_000))
    assert row["inmb"] == pytest.approx(100_000 * row["incremental_qaly"] - row["incremental_cost"])


def test_the_ellipse_holds_95_percent_of_normal_increments():
    table = normal_table(20_000)
    ellipse = increment_ellipses(table, 0)
    pair = np.stack([table.effect[:, 0, 1], table.cost[:, 0, 1]])
    away = pair - pair.mean(axis=1, keepdims=True)
    inside = (
        np.einsum("ji,jk,ki->i", away, np.linalg.inv(np.cov(pair)), away) <= distances(table, ellipse).min()
    )
    assert abs(inside.mean() - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 20_000)


@pytest.mark.parametrize(("cost_sd", "effect_sd"), [(5_000, 0.02), (1e6, 1e-3), (1e-3, 10)])
def test_every_point_of_the_ellipse_is_equally_far_whatever_the_units(cost_sd, effect_sd):
    table = normal_table(500, cost_sd, effect_sd)
    assert distances(table, increment_ellipses(table, 0)) == pytest.approx(QUANTILE, rel=1e-6)


def test_the_ellipse_is_closed_and_round_its_middle():
    table = normal_table(200)
    ellipse = increment_ellipses(table, 0)[["x", "y"]].to_numpy()
    middle = table.effect[:, 0, 1].mean(), table.cost[:, 0, 1].mean()
    assert ellipse[0] == pytest.approx(ellipse[-1])
    assert ellipse[:-1].mean(axis=0) == pytest.approx(middle)


def test_increments_on_a_line_have_a_flat_ellipse():
    effect = np.array([0.0, 0.1, 0.2, 0.3])
    ellipse = increment_ellipses(table_of(1_000 * effect, effect), 0)
    assert np.isfinite(ellipse[["x", "y"]].to_numpy()).all()
    assert ellipse["y"].to_numpy() == pytest.approx(1_000 * ellipse["x"].to_numpy(), abs=1e-4)


def test_increments_that_do_not_vary_have_a_point():
    ellipse = increment_ellipses(table_of([5, 5, 5], [0.5, 0.5, 0.5]), 0)
    assert ellipse["x"].to_numpy() == pytest.approx(0.5)
    assert ellipse["y"].to_numpy() == pytest.approx(5)


def test_one_draw_has_a_point():
    ellipse = increment_ellipses(table_of([5], [0.5]), 0)
    assert ellipse["y"].to_numpy() == pytest.approx(5)
