"""Draws told: means beside the scenario as it is, and the gap between them."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from sim.analysis.draw_summary import summary_rows
from sim.analysis.draw_table import draw_table
from sim.analysis.output_settings import output_settings
from sim.report.draws import draws_caption, draws_content, print_draws


@pytest.fixture
def one(tiny_draws):
    return tiny_draws.scenarios["tiny"]


def test_a_row_per_strategy_tells_mean_base_and_gap(one, tiny_draws):
    content = draws_content(tiny_draws)
    assert json.loads(json.dumps(content, allow_nan=False)) == content
    assert [row["strategy"] for row in content["results"]] == ["usual_care", "tablets", "infusion"]
    for row in content["results"]:
        assert row["n_draws"] == 100
        for column in ("cost", "qaly", "nmb"):
            assert row[f"{column}_gap"] == pytest.approx(row[column] - row[f"{column}_base"])
            parts = row[f"{column}_se"], row[f"{column}_base_se"]
            assert row[f"{column}_gap_se"] == pytest.approx(np.hypot(*parts))
        assert row["nmb"] == pytest.approx(100_000 * row["qaly"] - row["cost"])


def test_means_over_draws_lie_near_the_scenario_as_it_is(one):
    """Means of what is drawn are the values as they are, and the model bends little: 4 standard errors."""
    for row in summary_rows("tiny", one):
        for column in ("cost", "qaly", "nmb"):
            assert abs(row[f"{column}_gap"]) < 4 * row[f"{column}_gap_se"]


def test_a_gap_between_draws_and_the_scenario_is_told(one):
    """Costs of draws ten times as high are a gap of nine times the mean."""
    dear = replace(one, drawn=replace(one.drawn, cost_discounted=10 * one.drawn.cost_discounted))
    (first, *_), (second, *_) = summary_rows("tiny", one), summary_rows("tiny", dear)
    assert second["cost_gap"] - first["cost_gap"] == pytest.approx(9 * first["cost"])
    assert second["cost_gap"] > 4 * second["cost_gap_se"]


def test_means_are_those_of_the_table_of_draws_under_the_same_settings(one):
    asked = {"perspective": "payer", "wtp": 50_000.0}
    table = draw_table(one.drawn, one.settings, output_settings(one.settings, **asked))
    rows = summary_rows("tiny", one, asked)
    assert [row["cost"] for row in rows] == pytest.approx(table.cost.mean(axis=(0, 1)).tolist())
    assert [row["nmb"] for row in rows] == pytest.approx(table.net_benefit(50_000).mean(axis=(0, 1)).tolist())


def test_the_error_of_draws_counts_draws_and_not_their_replications(one):
    table = draw_table(one.drawn, one.settings, output_settings(one.settings))
    by_draw = table.cost[:, :, 0].mean(axis=1)
    assert summary_rows("tiny", one)[0]["cost_se"] == pytest.approx(by_draw.std(ddof=1) / np.sqrt(100))


def test_the_report_says_what_was_drawn_and_what_it_rests_on(tiny_draws, one, capsys):
    print_draws(tiny_draws)
    text = capsys.readouterr().out
    assert text.startswith("A small illustrative scenario (tiny)\n")
    assert f"{len(one.unknowns)} figures were drawn, which stand in " in text
    assert "Means over draws beside the scenario as it is" in text
    caption = draws_caption(one)
    for words in ("USD 2025", "healthcare sector perspective", "1 year", "100 draws of 2 x 3 patients"):
        assert words in caption


def test_a_single_figure_is_counted_in_the_singular(tiny_draws, one, capsys):
    path, unknown = next(iter(one.unknowns.items()))
    single = replace(one, unknowns={path: replace(unknown, n_places=1)}, n_fixed=1)
    print_draws(replace(tiny_draws, scenarios={"tiny": single}))
    text = " ".join(capsys.readouterr().out.split())
    assert "1 figure was drawn, which stands in 1 place of the scenario; 1 has a range but no" in text
