"""A decision analysis told: as values for programs, in sentences, in tables and in figures."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from sim.analysis.decision import DecisionQuestion, TrialPlan, decide
from sim.analysis.draw_table import DrawTable
from sim.analysis.information_ranking import rank
from sim.analysis.partial_information import PartialInformation
from sim.analysis.sample_information import Binomial
from sim.report.exhibit import Basis
from sim.report.voi import voi_sentences, voi_tables
from sim.report.voi_content import Names, voi_content
from sim.report.voi_exhibits import voi_exhibits
from sim.worlds.stored import StoredUnknown

ASKED = DecisionQuestion(wtp=[20, 10], chosen=10, fewest=2)
KNOWN = StoredUnknown("Chance of p", "share", "beta(2, 3)", "smith2020", "low", 0.4, 1)
NAMES = Names("Title", {"a": "Plan A", "b": "Plan B", "c": "Plan C"}, {"p": KNOWN})
GIVEN = Basis(n_draws=4, wtp=10, effect="unit of effect", person="person")
DOLLARS = Basis("USD", 2025, "payer", 5, 0.03, 0.03, 2000, 4, 1, 10)
COST = np.array([[0.0, 10.0, 34.0]] * 4)
EFFECT = np.array([[1.0, 2, 3], [1, 3, 2], [2, 1, 4], [1, 2, 5]])
"""Worked out by hand in `tests/unit/analysis/test_decide.py`."""


def table(cost=COST, effect=EFFECT, parameters=(), values=None):
    values = np.empty((len(cost), 0)) if values is None else values
    return DrawTable(("a", "b", "c"), cost[:, None, :], effect[:, None, :], parameters, values)


@pytest.fixture(scope="module")
def by_hand():
    return decide(table(), ASKED)


def random_table(n_draws=200, n_inner=1, n_parameters=3, size=1.0):
    dice = np.random.default_rng(7)
    values = dice.uniform(size=(n_draws, n_parameters))
    effect = dice.normal(size=(n_draws, n_inner, 3)) * size
    if n_parameters:
        effect[:, :, 1] += 4 * values[:, [0]] - 2
    return DrawTable(("a", "b", "c"), 0 * effect, effect, tuple("pqr"[:n_parameters]), values)


def trial(table, years=0.0, fixed_cost=0.0, sizes=(10, 100)):
    return {"t": TrialPlan("New one", {"p": Binomial(table.column("p"), 1)}, sizes, fixed_cost, 1.0, years)}


def told(decision, basis=GIVEN):
    return " ".join(voi_sentences(decision, NAMES, basis))


def test_content_has_the_promised_keys_in_the_order_asked_for(by_hand):
    content = voi_content(by_hand, NAMES)
    assert content["wtp"] == [20, 10]
    assert content["evpi"] == pytest.approx([12, 4])
    assert content["ceac"] == {"a": [0, 0.375], "b": [0.5, 0.375], "c": [0.5, 0.25]}
    assert content["ceaf"] == [0.5, 0.375]
    assert content["ceaf_strategy"] == ["c", "a"]
    losses = {"a": [23, 4], "b": [18, 6.5], "c": [12, 15.5]}
    assert {key: pytest.approx(values) for key, values in losses.items()} == content["expected_loss"]
    assert content["evppi"] == content["group_evppi"] == {}
    assert content["ranking"] == content["evsi"] == []
    assert content["population"] is content["chance"] is None
    rows = [[row[key] for key in ("strategy", "cost", "effect", "status")] for row in content["frontier"]]
    assert rows == [["a", 0, 1.25, "on frontier"], ["b", 10, 2, "on frontier"], ["c", 34, 3.5, "on frontier"]]
    assert [row["icer"] for row in content["frontier"]][1:] == pytest.approx([10 / 0.75, 16])


@pytest.mark.parametrize("n_inner", [1, 2])
def test_content_is_plain_json_without_anything_that_is_not_a_number(n_inner):
    drawn = random_table(n_inner=n_inner)
    asked = replace(
        ASKED,
        groups={"g": ["p", "q"]},
        trials=trial(drawn),
        people_per_year=10.0,
        discount_rate=0.03,
        decision_years=2.0,
    )
    content = voi_content(decide(drawn, asked), NAMES, {"wtp": 10})
    assert json.loads(json.dumps(content, allow_nan=False)) == content
    assert len(content["evppi"]["p"]) == len(content["group_evppi"]["g"]) == 2
    assert [row["n_per_arm"] for row in content["evsi"]] == [10, 100]
    assert content["population"]["evpi"] == pytest.approx(
        content["chosen_evpi"]["value"] * content["population"]["discounted_people"]
    )
    assert [row["label"] for row in content["ranking"] if row["parameter"] == "p"] == ["Chance of p"]
    assert (content["chance"] is None) == (n_inner == 1)
    assert (content["chance_share"] is None) == (n_inner == 1)
    assert content["setting"] == {"wtp": 10}
    about = {
        row["parameter"]: [row[name] for name in ("unit", "distribution", "source", "grade", "value")]
        for row in content["ranking"]
    }
    assert about["p"] == ["share", "beta(2, 3)", "smith2020", "low", 0.4]
    assert about["q"] == about["g"] == [None] * 5


def test_the_answer_tells_choice_lead_probability_and_loss(by_hand):
    assert voi_sentences(by_hand, NAMES, DOLLARS) == [
        "At $10 per QALY, Plan A has the highest expected net benefit, $2.50 above Plan B; it is the best in "
        "37.5% of draws.",
        "Choosing it now loses $4.00 ± 2.45 per referred patient on average, because another would be "
        "better: what knowing everything would be worth (EVPI).",
        "Warning: 4 draws are few; values of information describe these draws and are mostly noise.",
    ]


def test_a_strategy_that_is_best_more_often_than_the_choice_is_named():
    effect = np.array([[0.0, 1, -9], [0, 1, -9], [0, -5, -9]])
    found = decide(table(0 * effect, effect), ASKED)
    assert "it is the best in 33.3% of draws, Plan B more often, in 66.7%." in told(found)


def test_equal_strategies_are_told_as_equal():
    effect = np.repeat(np.array([[1.0, 1, 0]]), 3, axis=0)
    assert told(decide(table(0 * effect, effect), ASKED)).startswith(
        "At 10 per unit of effect, Plan A and Plan B have the same expected net benefit, which is the highest; "
        "Plan A is the best in 50.0% of draws. Choosing it now loses 0 ± 0 per person on average"
    )


@pytest.mark.parametrize(
    ("people", "years", "words"),
    [
        (1.0, 1.0, "For 1 person a year over 1 year (not discounted) that is "),
        (2500.0, 1.5, "For 2,500 people a year over 1.5 years (not discounted) that is "),
        (0.5, 10.0, "For 0.5 people a year over 10 years (not discounted) that is "),
    ],
)
def test_people_and_years_are_counted_in_words(people, years, words):
    assert words in told(decide(table(), replace(ASKED, people_per_year=people, decision_years=years)))


@pytest.mark.parametrize(
    ("plan", "people", "words"),
    [
        ({}, None, "Trial «New one»: with 100 in each arm it is worth "),
        (
            {},
            1e5,
            "Trial «New one»: of the sizes considered 100 in each arm, the largest considered, has the highest net value, ",
        ),
        (
            {"sizes": (30,)},
            1e5,
            "Trial «New one»: of the sizes considered 30 in each arm has the highest net value, ",
        ),
        ({"years": 1.0}, 1e5, " to those treated after its 1 year, less its cost)."),
        ({"years": 2.5}, 1e5, " to those treated after its 2.5 years, less its cost)."),
        ({}, 1e5, " to those treated after it, less its cost)."),
        ({"fixed_cost": 1e12}, 1e5, "Trial «New one»: no size considered is worth its cost."),
        ({"years": 9.0}, 1e5, "Trial «New one»: it would report when the decision is no longer faced, so it"),
    ],
)
def test_a_trial_is_told_by_its_best_size(plan, people, words):
    drawn = random_table()
    asked = replace(ASKED, trials=trial(drawn, **plan), people_per_year=people, decision_years=9.0)
    assert words in told(decide(drawn, asked))


def test_a_trial_whose_cost_is_not_given_has_no_net_value():
    drawn = random_table()
    plan = replace(trial(drawn)["t"], fixed_cost=None, cost_per_person=None)
    decision = decide(drawn, replace(ASKED, trials={"t": plan}, people_per_year=1e5, decision_years=9.0))
    assert " per person; its cost is not given, so no net value is told." in told(decision)
    assert [row["enbs"] for row in voi_content(decision, NAMES)["evsi"]] == [None, None]
    assert [row[3:] for row in voi_tables(decision, NAMES, GIVEN)[-1].rows] == [("-", "-")] * 2


def test_sizes_that_cannot_be_told_apart_are_said_to_be_so():
    drawn = random_table()
    asked = replace(ASKED, people_per_year=1e5, decision_years=9.0)
    alike = told(decide(drawn, replace(asked, trials=trial(drawn, sizes=(100_000, 100_001)))))
    assert "less its cost). Another size is within one standard error of it." in alike
    apart = told(decide(drawn, replace(asked, trials=trial(drawn, sizes=(1, 100_000)))))
    assert "within one standard error" not in apart


def test_a_parameter_that_one_in_three_would_match_by_chance_is_not_told_from_noise():
    found = dict.fromkeys("abc", PartialInformation(5, 1, 1, 0.04, exceeds_floor=True))
    clear = rank({**found, "d": PartialInformation(9, 1, 1, 0.001, exceeds_floor=True)})
    assert [one.is_told for one in clear] == [True] * 4
    many = {f"none {place}": PartialInformation(0, 0, 1, 1.0, exceeds_floor=False) for place in range(20)}
    assert [one.is_told for one in rank(found | many)][:3] == [False] * 3


def test_only_parameters_told_from_noise_are_named_as_worth_studying():
    text = told(decide(random_table(), ASKED))
    assert re.search(r"Most worth studying: Chance of p \(\d+\.\d+ ± \d+\.\d+\) per person\.", text)
    assert "Parameters without influence get at most " in text
    assert text.endswith(" in nineteen of twenty cases: the noise floor.")


def test_where_no_figure_stands_out_it_is_said():
    drawn = random_table()
    none = replace(drawn, values=np.random.default_rng(4).uniform(size=(200, 3)))
    assert "No parameter by itself is told from noise; the highest: " in told(decide(none, ASKED))


def test_floors_are_told_apart_where_values_of_a_figure_repeat():
    drawn = random_table()
    values = drawn.values.copy()
    values[:, 1] = values[:, 0] > 0.5
    decision = decide(replace(drawn, values=values), ASKED)
    floors = [row["noise_floor"] for row in voi_content(decision, NAMES)["ranking"]]
    low, high = (GIVEN.amount(value) for value in sorted(floors[:2]))
    assert low != high
    assert f"get at most {low} to {high} in nineteen" in told(decision)


def test_chance_is_told_where_draws_were_run_more_than_once():
    text = told(decide(random_table(n_inner=2), ASKED))
    assert "Of the variance between draws of " in text
    assert "is chance of simulated patients, which nobody can learn; it is taken out (with it EVPI" in text


def test_tables_have_all_strategies_and_a_row_for_each_willingness_to_pay(by_hand):
    frontier, by_wtp = voi_tables(by_hand, NAMES, GIVEN)
    assert frontier.title == "Means over 4 draws, from the cheapest on"
    assert frontier.header == ("Strategy", "Cost", "Effect", "ICER (95 %)", "Status")
    assert frontier.rows[1] == ("Plan B", "10", "2", "none: see below", "on frontier")
    assert frontier.notes == (
        "Plan B: no cost per unit of effect, because the difference in effect 0.75 ± 0.63 cannot be told from "
        "zero (4 draws); compare net monetary benefits instead.",
        "Plan C: no cost per unit of effect, because the difference in effect 1.5 ± 0.96 cannot be told from "
        "zero (4 draws); compare net monetary benefits instead.",
    )
    assert by_wtp.rows[0] == ("20", "Plan C", "Plan B 50.0%", "50.0%", "12 ± 10.71")
    assert by_wtp.rows[1][2] == "Plan B 37.5% and Plan C 25.0%"


def test_a_ratio_comes_with_its_interval_or_a_reason_and_stays_the_ratio_of_means():
    dice = np.random.default_rng(0)
    effect = np.array([1.0, 2, 0.5]) + 0.1 * dice.normal(size=(50, 3))
    cost = np.array([0.0, 30, 40]) + dice.normal(size=(50, 3))
    decision = decide(table(cost, effect), ASKED)
    cheap, dear, dominated = voi_content(decision, NAMES)["frontier"]
    theory = np.diff(cost.mean(axis=0))[0] / np.diff(effect.mean(axis=0))[0]
    assert dear["icer"] == pytest.approx(theory)
    assert dear["icer_low"] < theory < dear["icer_high"]
    assert dear["icer_reason"] is None
    assert "cheapest" in cheap["icer_reason"]
    assert "dominated" in dominated["icer_reason"]
    assert cheap["icer_low"] is dominated["icer_high"] is None
    frontier, *_ = voi_tables(decision, NAMES, DOLLARS)
    assert [row[3] for row in frontier.rows][::2] == ["-", "-"]
    low, high = DOLLARS.amount(dear["icer_low"]), DOLLARS.amount(dear["icer_high"])
    assert frontier.rows[1][3] == f"{DOLLARS.amount(theory)} ({low} to {high})"
    assert frontier.notes == (
        "Intervals of cost per QALY hold the error of means over draws (95 %; on the wide side in a "
        "hypercube), not the uncertainty of the ratio: the plane and the probabilities of being best tell "
        "that.",
    )
    figure = voi_exhibits(decision, NAMES, DOLLARS, comparator="a")[0]
    assert f"Cost per QALY: Plan B {low} to {high}. {frontier.notes[0]}" in figure.caption


def test_a_ratio_that_chance_could_explain_is_not_drawn(by_hand):
    figure = voi_exhibits(by_hand, NAMES, GIVEN, comparator="a")[0]
    assert [row[4] for row in figure.table.rows] == ["-", "-", "-"]
    assert "Plan B: no cost per unit of effect, because the difference in effect 0.75" in figure.caption


def test_a_population_is_told_with_the_rate_of_money():
    asked = replace(ASKED, people_per_year=2.0, decision_years=3.0, discount_rate=0.03)
    assert "over 3 years (discounted 3.0% a year, as amounts of money) that is " in told(
        decide(table(), asked)
    )


def chancy(noise, seed=1):
    """Return draws whose uncertainty has a standard deviation of 1, with chance of that of the noise."""
    dice = np.random.default_rng(seed)
    effect = np.stack([np.zeros(200), dice.normal(0.5, 1, 200), np.full(200, -99.0)], axis=-1)[:, None]
    effect = effect + noise * dice.normal(size=(200, 2, 3))
    return DrawTable(("a", "b", "c"), 0 * effect, effect, (), np.empty((200, 0)))


def test_where_chance_is_most_the_error_is_a_lower_bound_and_the_check_too_large():
    little, much = told(decide(chancy(0.5), ASKED)), told(decide(chancy(1.5), ASKED))
    assert "and a check without normality gives " in little
    assert "and a check without normality, too large here, gives " in much
    words = "the standard error of EVPI is a lower bound: run `psa` with more replications of each draw (--inner)."
    assert words in much
    assert words not in little


def test_where_draws_differ_by_no_more_than_chance_nothing_is_told_of_them():
    effect = np.tile([[[0.0, 1.0, -9], [0.0, -0.5, -9]]], (100, 1, 1))
    values = np.random.default_rng(0).normal(size=(100, 1))
    decision = decide(DrawTable(("a", "b", "c"), 0 * effect, effect, ("p",), values), ASKED)
    text = told(decision)
    assert text.startswith(
        "At 10 per unit of effect, Plan B has the highest expected net benefit, 2.5 above Plan A. How sure that "
        "is, and what knowing more would be worth (EVPI), cannot be told from chance of simulated patients"
    )
    assert "0 ± 0" not in text
    assert "100.0% of draws" not in text
    assert "worth studying" not in text
    by_wtp = voi_tables(decision, NAMES, GIVEN)[1]
    assert by_wtp.rows[0] == ("20", "Plan B", "not told", "not told", "not told")
    assert by_wtp.notes[0].startswith("not told: How sure that is")
    curve = voi_exhibits(decision, NAMES, GIVEN, comparator="a")[3]
    assert curve.caption.endswith("uncertainty cannot be told and shows as none.")


def test_values_cut_off_at_evpi_are_marked(by_hand):
    content = decide(random_table(), ASKED)
    kept = {"p": replace(content.evppi["p"].at_most(0.01), exceeds_floor=True)}
    cut = replace(
        content, evppi=kept,
        chosen_curves=replace(content.chosen_curves, evpi=[replace(content.evpi, value=kept["p"].floor)]),
    )  # fmt: skip
    cut = replace(cut, evppi={"p": cut.evppi["p"].at_most(cut.evpi.value)})
    assert voi_tables(cut, NAMES, GIVEN)[2].notes[1:] == (
        "Values and floors are cut off at EVPI; whether a value lies above its floor is decided before that.",
    )
    assert voi_tables(content, NAMES, GIVEN)[2].notes == (
        "Told from it: above the floor, and with a false discovery rate of at most 10% among all that were "
        "looked at.",
    )


def test_where_no_other_strategy_is_ever_best_a_dash_stands():
    effect = np.array([[1.0, 0, -1]] * 3)
    _, by_wtp = voi_tables(decide(table(-50 + 0 * effect, effect), ASKED), NAMES, DOLLARS)
    assert by_wtp.rows[0][2:4] == ("-", "100.0%")


def test_negative_costs_and_effects_keep_their_sign():
    frontier, *_ = voi_tables(decide(table(COST - 5000, EFFECT - 7), ASKED), NAMES, DOLLARS)
    assert frontier.rows[0][1:3] == ("-$5,000", "-5.75")


def test_long_lists_of_figures_are_cut_and_say_so():
    dice = np.random.default_rng(1)
    drawn = random_table(n_draws=100)
    names = tuple(f"p{number}" for number in range(17))
    drawn = replace(drawn, parameters=names, values=dice.normal(size=(100, 17)))
    *_, figures = voi_tables(decide(drawn, ASKED), NAMES, GIVEN)
    assert len(figures.rows) == 15
    assert figures.notes[1:] == ("2 more are worth less; --json has them.",)


def test_a_table_without_a_currency_is_drawn_and_says_so(by_hand):
    exhibits = voi_exhibits(by_hand, NAMES, GIVEN, comparator="a")
    assert len(exhibits) == 6
    for one in exhibits:
        assert one.table.rows
        assert "nits as in the table given" in one.caption
        assert "4 draws of parameters" in one.caption
        assert "$" not in one.caption


def test_captions_say_what_is_done_with_chance():
    exhibits = voi_exhibits(decide(random_table(n_inner=2), ASKED), NAMES, DOLLARS, comparator="b")
    told_of = [one.caption.rpartition(". ")[2] for one in exhibits]
    assert told_of[1:3] == ["The spread of draws holds chance of simulated patients besides uncertainty."] * 2
    assert told_of[3:6] == ["Chance of simulated patients is taken out."] * 3


def test_only_few_clouds_are_outlined(by_hand):
    few = voi_exhibits(by_hand, NAMES, GIVEN, comparator="a")[1]
    assert "outlines hold 95 % of draws where these are normal" in few.caption
    wide = np.hstack([EFFECT, EFFECT])[:, :5]
    many = DrawTable(tuple("abcde"), 0 * wide[:, None], wide[:, None], (), np.empty((4, 0)))
    names = Names("Title", {key: key for key in "abcde"})
    plane = voi_exhibits(decide(many, ASKED), names, GIVEN, comparator="a")[1]
    assert "outlines" not in plane.caption


def test_trials_are_drawn_where_their_result_reaches_people():
    drawn = random_table()
    for years, people, n_figures in ((1.0, 100.0, 1), (9.0, 100.0, 0), (1.0, None, 0)):
        asked = replace(ASKED, trials=trial(drawn, years), people_per_year=people, decision_years=9.0)
        titles = [one.title for one in voi_exhibits(decide(drawn, asked), NAMES, GIVEN, comparator="a")]
        assert sum("trial" in title for title in titles) == n_figures


def test_units_of_effect_have_their_plural_in_titles(by_hand):
    frontier, plane, *_ = voi_exhibits(by_hand, NAMES, GIVEN, comparator="a")
    assert frontier.title == "Cost against units of effect: the cost-effectiveness frontier"
    assert plane.title == "Extra cost and extra units of effect, against Plan A"
    assert '"title": "Units of effect per person"' in json.dumps(frontier.chart.to_dict())
    assert DOLLARS.effects == "QALYs"
