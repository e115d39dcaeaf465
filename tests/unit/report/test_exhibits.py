"""Every figure of a decision analysis says what it shows and rests on, and lists what it draws."""

from __future__ import annotations

import dataclasses
import json
import re
from functools import cache
from itertools import pairwise

import pandas as pd
import pytest
from exhibit_frames import (
    BASIS,
    FRAMES,
    LABELS,
    POPULATION,
    WTP,
    budget_frames,
    draw_all,
    evppi_frame,
    evsi_frame,
    frontier_frame,
    intervals_frame,
    threshold_frames,
    tornado_frame,
    two_way_frame,
)

from sim.analysis.output_settings import output_settings
from sim.errors import AnalysisError
from sim.report import choice_figures, figures, information_figures, marks, plane_figures, wtp_figures
from sim.report.exhibit import CHANCE_ONLY, Basis, caption_of
from sim.report.frontier_figures import HEIGHT, LINE_HEIGHT, frontier_plane
from sim.report.sensitivity_figures import tornado
from sim.results import ScenarioSettings

EXHIBITS = draw_all()
AT_ONE_WTP = {
    "inmb_intervals",
    "evppi_bars",
    "evsi_curve",
    "tornado",
    "two_way",
    "threshold_line",
}


@pytest.fixture(params=EXHIBITS)
def name(request):
    return request.param


@pytest.fixture
def exhibit(name):
    return EXHIBITS[name]


@cache
def spec(name):
    return EXHIBITS[name].chart.to_dict()


def panels(drawing):
    return drawing.get("vconcat", [drawing])


def layers(name, panel=0):
    return panels(spec(name))[panel]["layer"]


def kind(layer):
    return layer["mark"]["type"] if isinstance(layer["mark"], dict) else layer["mark"]


def rows_of(name, layer):
    return rows_of_chart(spec(name), layer)


def rows_of_chart(drawing, layer):
    return drawing["datasets"][layer["data"]["name"]]


def drawn(name, mark, panel=0):
    return [row for layer in layers(name, panel) if kind(layer) == mark for row in rows_of(name, layer)]


def axis_titles(drawing):
    return {
        (channel, layer["encoding"][channel]["title"])
        for panel in panels(drawing)
        for layer in panel["layer"]
        for channel in ("x", "y")
        if layer.get("encoding", {}).get(channel, {}).get("title")
    }


def test_a_caption_gives_units_price_year_perspective_size_and_draws(exhibit):
    for fact in ("USD 2024", "healthcare sector perspective", "5 years", "2,000 patients per strategy"):
        assert fact in exhibit.caption
    assert "1,000 draws of parameters, 1 replication of each draw." in exhibit.caption


def test_a_caption_gives_the_discount_rates_but_for_a_budget(name, exhibit):
    rates = "discounted 3.0% (costs) and 3.0% (effects) a year"
    assert ("not discounted" if name == "budget_bars" else rates) in exhibit.caption
    assert (rates in exhibit.caption) == (name != "budget_bars")


def test_a_figure_that_holds_at_one_willingness_to_pay_says_which(name, exhibit):
    assert ("at a willingness to pay of $50,000 per QALY" in exhibit.caption) == (name in AT_ONE_WTP)


def test_title_and_chart_agree_and_the_finding_is_in_words(exhibit):
    assert " ".join(exhibit.chart.to_dict()["title"]["text"]) == exhibit.title
    assert len(exhibit.alt) > 40
    assert re.search(r"\bnan\b", exhibit.alt) is None


def test_every_axis_of_money_gives_the_unit(name, exhibit):
    money = ("Cost", "cost", "loss", "EVPI", "EVPPI", "value", "INMB", "benefit", "Net", "pay")
    titles = {
        title for _, title in axis_titles(exhibit.chart.to_dict()) if any(word in title for word in money)
    }
    assert bool(titles) == (name != "two_way")
    assert {title for title in titles if "[USD 2024]" not in title} == set()


def test_a_table_has_a_cell_under_every_heading_and_no_undefined_number(exhibit):
    assert exhibit.table.rows
    assert {len(row) for row in exhibit.table.rows} == {len(exhibit.table.header)}
    assert re.search(r"\bnan\b", str(exhibit.table.rows)) is None


@pytest.mark.parametrize("drawing", EXHIBITS)
def test_names_are_values_and_never_fields_of_a_chart(drawing):
    fields = {
        value["field"]
        for panel in panels(spec(drawing))
        for layer in panel["layer"]
        for value in layer.get("encoding", {}).values()
        if isinstance(value, dict) and "field" in value
    }
    assert all(field.isidentifier() for field in fields)


def test_a_table_from_elsewhere_is_said_to_have_its_own_units():
    captions = [exhibit.caption for exhibit in draw_all(Basis(n_draws=1000, wtp=50_000)).values()]
    assert all("nits as in the table given" in caption for caption in captions)
    assert all(caption.endswith("1,000 draws of parameters.") for caption in captions)
    assert not any(
        "USD" in caption or "discounted 3" in caption.rsplit("Units", 1)[-1] for caption in captions
    )


def test_amounts_of_a_table_from_elsewhere_have_no_sign_of_a_currency():
    page = " ".join(
        json.dumps(exhibit.chart.to_dict() | {"$schema": ""}) + exhibit.alt + str(exhibit.table)
        for exhibit in draw_all(Basis()).values()
    )
    assert "$" not in page.replace("$schema", "")


def test_what_a_model_must_state_and_does_not_is_named_as_missing():
    caption = caption_of(Basis(currency="USD"), "Shows.")
    assert "USD (price year not stated), perspective not stated; no draws of parameters." in caption


def test_one_of_a_thing_is_singular():
    caption = caption_of(Basis("USD", 2024, "payer", 1, n_patients=1, n_draws=1, n_replications=1), "Shows.")
    assert (
        "payer perspective, 1 year; 1 patient per strategy, 1 draw of parameters, 1 replication of each"
        in caption
    )


def test_a_basis_takes_units_from_the_scenario_and_the_rest_from_what_was_asked(tiny):
    settings = ScenarioSettings.of(tiny)
    output = output_settings(
        settings, wtp=70_000.0, perspective="payer", discount_rate_costs=0.01, discount_rate_effects=0.02,
        price_year=2024,
    )  # fmt: skip
    basis = Basis.of(settings, output, n_draws=500, n_replications=2)
    assert caption_of(basis, "Shows.", at_wtp=True) == (
        "Shows. USD 2024 (prices moved by an assumed index), payer perspective, 1 year, discounted 1.0% (costs) and "
        "2.0% (effects) a year, at a willingness to pay of $70,000 per QALY; 200 patients per strategy, 500 draws of parameters, "
        "2 replications of each draw."
    )


def test_net_prices_of_drugs_are_told_in_the_caption(tiny):
    settings = ScenarioSettings.of(tiny)
    basis = Basis.of(settings, output_settings(settings, drug_price="net"))
    assert caption_of(basis).startswith("USD 2025 (prices moved by an assumed index), drugs net of rebates, ")
    for exhibit in draw_all(dataclasses.replace(BASIS, drug_price="net")).values():
        assert "USD 2024, drugs net of rebates, healthcare sector perspective" in exhibit.caption


def test_a_caption_ends_with_what_stands_behind_an_error():
    caption = caption_of(Basis(), notes=("First.", "Second."), spread=CHANCE_ONLY)
    assert caption == (
        "First. Second. Units as in the table given; no draws of parameters; ± standard error between "
        "replications (chance only)."
    )


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (1200.0, 30.0, "$1,200 ± 30"),
        (-0.25, 0.5, "-$0.25 ± 0.50"),
        (1200.0, None, "$1,200"),
        (1200.0, float("nan"), "$1,200"),
        (float("nan"), 30.0, "-"),
        (None, None, "-"),
    ],
)
def test_an_amount_and_its_error_have_one_form(value, error, text):
    assert BASIS.with_error(value, error) == text
    assert Basis().with_error(value, error) == text.replace("$", "").replace("0.50", "0.5")


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_an_amount_that_is_no_number_is_a_dash(value):
    assert BASIS.amount(value) == Basis().amount(value) == "-"


# the plane of cost and effect


def test_the_cloud_is_thinned_to_the_same_draws_of_every_strategy():
    chosen = plane_figures._sample(FRAMES.cloud)
    assert len(chosen) <= plane_figures.MOST_MARKS
    assert chosen.groupby("strategy")["draw"].apply(tuple).nunique() == 1
    assert (
        f"({len(FRAMES.cloud[FRAMES.cloud['strategy'] != 'usual_care']):,} points"
        not in EXHIBITS["ce_plane"].caption
    )
    assert "1,670 of 5,000 points" in EXHIBITS["ce_plane"].caption


def test_a_small_cloud_is_drawn_whole_and_said_to_be():
    cloud = FRAMES.cloud[FRAMES.cloud["draw"] < 100]
    caption = plane_figures.ce_plane(cloud, FRAMES.means, LABELS, BASIS, comparator="usual_care").caption
    assert "one draw (500 points)" in caption


def test_the_comparator_is_the_origin_and_no_mark():
    names = {row["Strategy"] for row in drawn("ce_plane", "point")}
    assert names == set(LABELS.values()) - {"Usual care"}
    assert drawn("ce_plane", "rule") == [{"zero": 0.0}, {"zero": 0.0}]


def test_the_dashed_line_runs_through_the_plot_at_the_willingness_to_pay():
    ray = next(rows_of("ce_plane", layer) for layer in layers("ce_plane") if layer["mark"].get("strokeDash"))
    assert [row["y"] / row["x"] for row in ray] == pytest.approx([50_000, 50_000])
    x, y = (layers("ce_plane")[0]["encoding"][axis]["scale"]["domain"] for axis in "xy")
    assert all(x[0] <= row["x"] <= x[1] and y[0] <= row["y"] <= y[1] for row in ray)
    assert ray[0]["words"] == "dashed: $50,000 per QALY"


def test_the_axes_hold_the_origin_and_every_drawn_point():
    x, y = (layers("ce_plane")[0]["encoding"][axis]["scale"]["domain"] for axis in "xy")
    points = drawn("ce_plane", "point")
    assert x[0] < min(0, *(row["incremental_qaly"] for row in points))
    assert y[1] > max(0, *(row["incremental_cost"] for row in points))


def test_a_quadrant_without_room_is_not_named():
    cloud = FRAMES.cloud.assign(incremental_cost=lambda frame: frame["incremental_cost"].abs() + 1)
    drawing = plane_figures.ce_plane(
        cloud, FRAMES.means.head(3), LABELS, BASIS, comparator="usual_care"
    ).chart
    assert "more cost,\\nmore health" in json.dumps(drawing.to_dict())
    assert "less cost" not in json.dumps(drawing.to_dict())


def test_a_plane_without_a_willingness_to_pay_has_no_dashed_line():
    basis = dataclasses.replace(BASIS, wtp=None)
    exhibit = plane_figures.ce_plane(FRAMES.cloud, FRAMES.means, LABELS, basis, comparator="usual_care")
    assert "dashed" not in exhibit.caption + json.dumps(exhibit.chart.to_dict())


def test_the_plane_lists_the_means_it_is_given():
    means = FRAMES.means.set_index("strategy").loc["ketamine_home"]
    row = next(row for row in EXHIBITS["ce_plane"].table.rows if row[0] == "Ketamine at home")
    assert row[1:] == (
        BASIS.amount(means["incremental_cost"]),
        f"{means['incremental_qaly']:.4f}",
        f"{means['share_below']:.1%}",
    )


# the frontier


def test_strategies_off_the_frontier_are_hollow_and_say_why():
    hollow = [
        row["words"]
        for layer in layers("frontier_plane")
        if kind(layer) == "point" and not layer["mark"]["filled"]
        for row in rows_of("frontier_plane", layer)
    ]
    assert hollow == [
        "Usual care\n(dominated)",
        "SSRI switch\n(dominated)",
        "Esketamine in clinic\n(dominated)",
    ]


def test_the_frontier_joins_its_strategies_by_effect_and_prints_the_ratios():
    line = drawn("frontier_plane", "line")
    assert [row["Strategy"] for row in line] == ["Ketamine at home", "Ketamine IV in clinic", "ECT"]
    assert [row["words"] for row in line][1:] == ["Ketamine IV in clinic\n$113,333/QALY", "ECT\n$75,000/QALY"]


def test_labels_of_strategies_that_lie_together_do_not_overlap():
    frame = frontier_frame().assign(cost=40_000.0, effect=3.1)
    shown = frontier_plane(frame, LABELS, BASIS).chart.to_dict()
    places = [rows for rows in shown["datasets"].values() if rows and "up" in rows[0]]
    heights = sorted(row["up"] for rows in places for row in rows)
    assert len(heights) == 6
    assert min(b - a for a, b in pairwise(heights)) >= 17
    assert 0 <= heights[0] <= heights[-1] <= marks.HEIGHT


def test_many_strategies_have_a_legend_instead_of_labels():
    labels = {f"s{at}": f"Strategy {at}" for at in range(12)}
    frame = pd.DataFrame(
        {"strategy": list(labels), "cost": 1.0, "effect": 1.0, "status": "dominated", "icer": None}
    )
    drawing = frontier_plane(frame, labels, BASIS).chart.to_dict()
    assert "text" not in {kind(layer) for layer in drawing["layer"]}
    assert drawing["layer"][1]["encoding"]["color"]["legend"]["orient"] == "bottom"


# curves over the willingness to pay


def test_probabilities_are_drawn_from_0_to_1_and_listed_by_willingness_to_pay():
    y = next(layer["encoding"]["y"] for layer in layers("acceptability_curves") if kind(layer) == "line")
    assert y["scale"]["domain"] == [0, 1]
    table = EXHIBITS["acceptability_curves"].table
    assert [row[0] for row in table.rows] == [BASIS.amount(wtp) for wtp in WTP]
    at = FRAMES.curves[FRAMES.curves["wtp"] == 50_000].set_index("strategy")["probability"]
    row = next(row for row in table.rows if row[0] == "$50,000")
    assert row[1:7] == tuple(f"{at[key]:.1%}" for key in LABELS)


def test_the_acceptability_frontier_is_a_line_for_each_choice_with_rings_at_the_switches():
    underlay, ring = layers("acceptability_curves")[:2]
    assert underlay["mark"]["strokeWidth"] > 5
    n_lines = len({row["line"] for row in rows_of("acceptability_curves", underlay)})
    strategies = FRAMES.frontier["strategy"]
    assert n_lines == 1 + (strategies != strategies.shift()).iloc[1:].sum()
    assert len(rows_of("acceptability_curves", ring)) == n_lines - 1


def test_the_chosen_willingness_to_pay_is_marked_on_every_curve():
    for curve in ("acceptability_curves", "expected_loss_curves", "evpi_curve"):
        assert {"wtp": 50_000, "words": "$50,000 per QALY"} in drawn(curve, "rule")


def test_expected_losses_are_on_a_logarithmic_axis_without_zeros():
    losses = FRAMES.losses.assign(loss=lambda frame: frame["loss"].where(frame["strategy"] != "ect", 0.0))
    exhibit = wtp_figures.expected_loss_curves(losses, FRAMES.evpi, LABELS, BASIS)
    drawing = exhibit.chart.to_dict()
    scales = [layer["encoding"]["y"]["scale"] for layer in drawing["layer"] if kind(layer) == "line"]
    assert {scale["type"] for scale in scales} == {"log"}
    values = [row["loss"] for rows in drawing["datasets"].values() for row in rows if "loss" in row]
    assert min(values) > 0
    assert {row[6] for row in exhibit.table.rows} == {"$0"}


def test_the_value_of_perfect_information_lies_under_the_loss_curves():
    lowest = rows_of("expected_loss_curves", layers("expected_loss_curves")[0])
    assert [row["loss"] for row in lowest] == pytest.approx(list(FRAMES.evpi["evpi"]))


def test_population_values_say_whose():
    assert f"Population: {POPULATION}." in EXHIBITS["evsi_curve"].caption


def test_the_curve_of_perfect_information_lists_what_it_draws():
    assert EXHIBITS["evpi_curve"].table.header == ("Willingness to pay", "Perfect information")
    assert [row["evpi"] for row in drawn("evpi_curve", "line")] == list(FRAMES.evpi["evpi"])


def test_long_curves_are_thinned_and_keep_their_ends():
    frame = pd.DataFrame({"wtp": range(1001), "evpi": 1.0})
    kept = list(marks.thinned(frame, "wtp")["wtp"])
    assert (kept[0], kept[-1]) == (0, 1000)
    assert len(kept) <= marks.MOST_POINTS + 1


# what learning more is worth


def test_parameters_are_sorted_by_their_value_and_those_within_noise_are_pale():
    bars = drawn("evppi_bars", "bar")
    assert [row["evppi"] for row in bars] == sorted(evppi_frame()["evppi"], reverse=True)
    assert [row["ink"] == 1 for row in bars] == [row["evppi"] > 10 for row in bars]


def test_groups_and_the_value_of_everything_are_marked():
    bars = drawn("evppi_bars", "bar")
    assert [row["Parameter"] for row in bars if row["color"] == information_figures.BAR_GROUP] == [
        "All prices *"
    ]
    assert {"at": 410.0, "words": "EVPI $410"} in drawn("evppi_bars", "rule")


def test_only_the_highest_bars_are_drawn_but_all_are_listed():
    many = pd.concat([evppi_frame()] * 3).assign(parameter=[f"p{at}" for at in range(24)])
    exhibit = information_figures.evppi_bars(many.drop(columns="is_group"), BASIS, evpi=410.0)
    assert len(exhibit.table.rows) == 24
    assert "The 15 highest of 24 are drawn." in exhibit.caption


def test_bars_with_the_same_name_stay_apart():
    names = marks.wrapped(["Price", "Price", "Dose"], ["drug", "visit", "dose"])
    assert names == ["Price (drug)", "Price (visit)", "Dose"]


def test_without_a_parameter_clear_of_noise_the_finding_says_so():
    exhibit = information_figures.evppi_bars(
        evppi_frame().assign(is_told_from_noise=False), BASIS, evpi=410.0
    )
    assert exhibit.alt.startswith("No parameter is told from noise.")


def test_the_best_size_of_a_trial_is_marked():
    best = evsi_frame().set_index("n_per_arm")["enbs"].idxmax()
    assert f"highest net value: {best} in each arm" in [
        row["words"] for row in drawn("evsi_curve", "rule") if "words" in row
    ]


def test_a_trial_that_never_pays_is_said_not_to():
    frame = evsi_frame().assign(enbs=-1.0)
    exhibit = information_figures.evsi_curve(frame, BASIS, trial="A against B", population=POPULATION)
    assert exhibit.alt == "No size of trial is worth its cost."


def test_a_trial_whose_cost_is_not_known_is_drawn_without_it():
    frame = evsi_frame().assign(cost=None, enbs=None)
    exhibit = information_figures.evsi_curve(frame, BASIS, trial="A against B", population=POPULATION)
    assert "What the trial costs is not given." in exhibit.caption
    assert exhibit.alt.startswith("With 1,000 patients in each arm it is worth ")
    assert {row[3:] for row in exhibit.table.rows} == {("-", "-")}


# sensitivity


def test_a_tornado_prints_the_values_used_and_runs_from_everything_as_it_is():
    bars = drawn("tornado", "bar")
    assert {row["base"] for row in bars} == {1700.0}
    assert [row["words"] for row in bars][:4] == ["0.3", "0.6", "450 USD", "1,200 USD"]
    assert [row["inmb"] for row in bars][::2] == list(tornado_frame()["inmb_low"])
    assert {"at": 1700.0, "words": "as it is $1,700"} in drawn("tornado", "rule")


def test_a_tornado_keeps_the_order_given_and_its_first_fifteen():
    many = pd.concat([tornado_frame()] * 2).assign(parameter=[f"p{at}" for at in range(16)])
    exhibit = tornado(many, LABELS, BASIS, strategy="ect", comparator="ssri")
    order = exhibit.chart.to_dict()["layer"][0]["encoding"]["y"]["sort"]
    assert len(order) == 15
    assert "The 15 widest of 16 are drawn." in exhibit.caption
    assert len(exhibit.table.rows) == 16


def test_a_possible_end_is_drawn_and_an_impossible_one_is_named():
    frame = tornado_frame()
    frame.loc[0, "inmb_high"] = frame.loc[1, "inmb_low"] = frame.loc[1, "inmb_high"] = float("nan")
    exhibit = tornado(frame, LABELS, BASIS, strategy="ect", comparator="ssri")
    drawing = exhibit.chart.to_dict()
    bars = rows_of_chart(drawing, drawing["layer"][0])
    assert len(bars) == 2 * len(frame) - 3
    assert [row["End"] for row in bars if row["Parameter"].startswith("Response after")] == ["Low value"]
    assert not [row for row in bars if row["Parameter"].startswith("Price of")]
    assert "Not drawn, because they contradict other parameters: " in exhibit.caption
    assert (
        "Response after six sessions at home at 0.6; Price of a session at 450 and Price of a session at 1,200."
        in exhibit.caption
    )
    assert exhibit.table.rows[1][4:6] == ("impossible", "impossible")
    assert "drawn." not in exhibit.caption


def test_many_impossible_ends_are_counted_and_possible_ones_need_no_note():
    assert "contradict" not in EXHIBITS["tornado"].caption
    exhibit = tornado(
        tornado_frame().assign(inmb_low=float("nan")), LABELS, BASIS, strategy="ect", comparator="ssri"
    )
    assert ", and 3 more." in exhibit.caption
    with pytest.raises(AnalysisError, match=r"^figure: parameters must not be empty"):
        tornado(
            tornado_frame().assign(inmb_low=float("nan"), inmb_high=float("nan")),
            LABELS,
            BASIS,
            strategy="ect",
            comparator="ssri",
        )


def test_low_and_high_differ_in_outline_and_lightness():
    look = layers("tornado")[0]["encoding"]
    assert look["fill"]["scale"]["range"][1] != look["stroke"]["scale"]["range"][1]
    assert look["fill"]["scale"]["range"][0] == look["stroke"]["scale"]["range"][0]


def test_tiles_carry_the_shape_of_their_strategy_and_the_values_as_they_are_an_outline():
    tiles, shapes, base = layers("two_way")
    assert len(rows_of("two_way", tiles)) == len(two_way_frame())
    assert shapes["encoding"]["shape"]["scale"]["domain"] == [
        "Usual care",
        "Ketamine at home",
        "Ketamine IV in clinic",
    ]
    assert rows_of("two_way", base) == [
        {"Strategy": "Ketamine IV in clinic", "x": 400.0, "y": pytest.approx(0.5)}
    ]


def test_a_fine_grid_has_fewer_shapes_than_tiles():
    fine = pd.DataFrame(
        [(x, y, "ect", 1.0) for x in range(40) for y in range(40)], columns=["x", "y", "strategy", "lead"]
    )
    shown = choice_figures._every_other(fine)
    assert 50 < len(shown) <= choice_figures.MOST_MARKED_TILES


def test_the_choice_changes_at_the_dashed_lines():
    _, switches = threshold_frames()
    assert [row["value"] for row in drawn("threshold_line", "rule")] == list(switches["value"])
    assert EXHIBITS["threshold_line"].table.rows[-1][:2] == (
        "1,250: choice changes",
        "from Ketamine IV in clinic to Usual care",
    )


def test_a_choice_that_never_changes_is_said_not_to():
    frame, switches = threshold_frames()
    exhibit = choice_figures.threshold_line(
        frame.drop(columns="nmb_se"), switches.head(0), LABELS, BASIS, parameter="Price"
    )
    assert exhibit.alt == "The choice does not change within this range."
    assert "standard error" not in exhibit.caption


def test_net_benefit_is_drawn_with_its_interval():
    rules = [row for row in drawn("inmb_intervals", "rule") if "low" in row]
    given = intervals_frame()
    assert [(row["low"], row["high"]) for row in rules] == list(zip(given["low"], given["high"], strict=True))


# budget


def test_both_mixes_stand_side_by_side_and_the_net_impact_below():
    bars = layers("budget_bars")[0]["encoding"]
    assert bars["xOffset"]["sort"] == ["now", "new"]
    assert [row["net"] for row in drawn("budget_bars", "line", panel=1)] == list(budget_frames()[1]["net"])
    scales = [layers("budget_bars", panel)[-1]["encoding"]["x"]["scale"] for panel in (0, 1)]
    assert scales[0] == scales[1]


def test_the_budget_lists_every_category_year_and_mix():
    table = EXHIBITS["budget_bars"].table
    assert table.header == ("Category", "Mix", *(f"Year {year}" for year in range(1, 6)))
    assert table.rows[0][:3] == ("drug", "now", "$2,100,000")
    assert table.rows[-1][0] == "Net impact ± standard error"


# strategies look the same everywhere


@pytest.mark.parametrize(
    "drawing",
    ["ce_plane", "frontier_plane", "acceptability_curves", "expected_loss_curves", "inmb_intervals"],
)
def test_a_strategy_has_its_color_and_shape_in_every_figure(drawing):
    scales = [
        (channel, layer["encoding"][channel]["scale"])
        for layer in layers(drawing)
        for channel in ("color", "shape")
        if layer.get("encoding", {}).get(channel, {}).get("field") == "Strategy"
    ]
    assert {channel for channel, _ in scales} == {"color", "shape"}
    for channel, scale in scales:
        own = figures.COLORS["ketamine_iv"] if channel == "color" else figures.SHAPES[3]
        assert scale["range"][scale["domain"].index("Ketamine IV in clinic")] == own


@pytest.mark.parametrize(
    ("draw", "nothing"),
    [
        (
            lambda: tornado(tornado_frame().head(0), LABELS, BASIS, strategy="ect", comparator="ssri"),
            "parameters",
        ),
        (lambda: frontier_plane(frontier_frame().head(0), LABELS, BASIS), "strategies"),
        (lambda: wtp_figures.evpi_curve(FRAMES.evpi.head(0), BASIS), "values"),
    ],
)
def test_a_figure_of_nothing_is_refused(draw, nothing):
    message = f"figure: {nothing} must not be empty, got none; leave the figure out or give some"
    with pytest.raises(AnalysisError, match=f"^{message}$"):
        draw()


def test_small_amounts_are_not_written_in_thousandths():
    axis = marks.money_axis(BASIS).to_dict()
    assert axis["labelExpr"].startswith("abs(datum.value) < 1 ? format(datum.value, '$,~r')")


def test_the_frontier_does_not_run_through_the_names_of_its_strategies():
    """From the first strategy to the second the line is nearly level, and names begin right of the marks."""
    frame = pd.DataFrame(
        {
            "strategy": ["usual_care", "ssri", "ect"], "cost": [0.0, 1.0, 100.0], "effect": [0.0, 1.0, 2.0],
            "icer": [None, 1.0, 99.0], "status": ["on frontier"] * 3,
        }
    )  # fmt: skip
    drawing = frontier_plane(frame, LABELS, BASIS).chart.to_dict()
    (low, high) = drawing["layer"][0]["encoding"]["y"]["scale"]["domain"]
    names = [row for rows in drawing["datasets"].values() for row in rows if "up" in row]
    (first,) = {row["up"] for row in names if row["words"] == "Usual care"}
    level = HEIGHT * high / (high - low)
    assert abs(first - level) >= LINE_HEIGHT / 2


def test_a_name_may_have_more_lines_where_a_row_has_room_for_them():
    name = "Therapist for preparation and integration"
    assert marks.wrapped([name], [name], most_lines=3)[0].split("\n") == [
        "Therapist for",
        "preparation and",
        "integration",
    ]
