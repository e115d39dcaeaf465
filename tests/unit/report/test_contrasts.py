"""Sentences on pairs of strategies say how much, in which direction, and how surely."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.analysis.contrasts import Achievements, contrast
from sim.analysis.output_settings import output_settings
from sim.report.answer import Question
from sim.report.contrasts import against_comparator, headlines, pairing_sentence, sentence_rows
from sim.results import ScenarioSettings

LABELS = {"home": "At home", "clinic": "In the clinic", "usual": "Usual care"}
DRIFT = np.array([-1.0, 1.0, -1.0, 1.0])
NOBODY = np.zeros(4)


@pytest.fixture
def asked(tiny):
    """Return a question and what it rests on, with any part replaced."""

    def make(comparator="usual", **parts):
        base = ScenarioSettings.of(tiny)
        settings = replace(base, strategies=LABELS, comparator=comparator)
        cost = np.array([1000 + 10 * DRIFT, 2000 + 10 * DRIFT, 500 + 10 * DRIFT])
        qaly = np.array([0.50 + 0.001 * DRIFT, 0.52 + 0.002 * DRIFT, 0.45 + 0 * DRIFT])
        responders = np.array([0.2 + 0 * DRIFT, 0.25 + 0 * DRIFT, NOBODY])
        made = {"cost": cost, "qaly": qaly, "responders": responders} | parts
        count = made["cost"].shape[1]
        nmb = 100_000 * made["qaly"] - made["cost"]
        gained = {
            "responders": made["responders"],
            "remitters": made["responders"] / 2,
            "depression_free_days": 10 + 100 * made["qaly"],
        }
        found = Achievements(tuple(LABELS), made["cost"], made["qaly"], nmb, gained, comparator)
        output = output_settings(settings, comparator=comparator, wtp=100_000.0)
        question = Question("tiny", settings, output, tuple(LABELS), count, made["cost"], made["qaly"], nmb)
        return found, question

    return make


def row_of(found, question, measure, pair=("home", "clinic")):
    return {row["measure"]: row for row in sentence_rows(found, question, [pair])}[measure]


def told(found, question, measure, pair=("home", "clinic")):
    return row_of(found, question, measure, pair)["text"]


def test_a_clear_difference_is_told_in_its_direction_with_its_interval(asked):
    assert told(*asked(), "cost_per_responder") == (
        "At home costs $3,000 less per responder, all care counted, than In the clinic "
        "(95 % interval $2,982 to $3,018, 4 replications)."
    )
    assert told(*asked(), "cost_per_remitter", ("clinic", "home")) == (
        "In the clinic costs $6,000 more per remitter, all care counted, than At home "
        "(95 % interval $5,963 to $6,037, 4 replications)."
    )


def test_depression_free_days_are_told_in_cents(asked):
    assert told(*asked(), "cost_per_depression_free_day").startswith(
        "At home costs $15.59 less per depression-free day, all care counted, than In the clinic (95 %"
    )


def test_net_benefit_is_told_at_the_willingness_to_pay(asked):
    assert told(*asked(), "nmb") == (
        "At $100,000 per QALY, At home is worth $1,000 less per referred patient than In the clinic "
        "(95 % interval $816 to $1,184, 4 replications)."
    )


def test_an_interval_that_spans_zero_is_no_clear_difference(asked):
    parts = asked(responders=np.array([[0.1, 0.3, 0.1, 0.3], [0.5, 0.3, 0.5, 0.3], NOBODY]))
    sentence = told(*parts, "cost_per_responder")
    assert sentence.startswith(
        "There is no clear difference in cost per responder, all care counted, between At home and In the clinic: "
        "that of At home comes out $0 more (95 % interval from $"
    )
    assert sentence.endswith(" more, 4 replications).")


def test_equal_strategies_have_no_clear_difference(asked):
    found, question = asked(cost=np.full((3, 4), 1000.1), responders=np.full((3, 4), 0.3))
    row = row_of(found, question, "cost_per_responder")
    assert (row["value"], row["is_clear"]) == (0, False)


def test_a_single_replication_tells_nothing_from_chance(asked):
    found, question = asked()
    one = replace(
        found, cost=found.cost[:, :1], qaly=found.qaly[:, :1], nmb=found.nmb[:, :1],
        gained={name: values[:, :1] for name, values in found.gained.items()},
    )  # fmt: skip
    row = row_of(one, question, "cost_per_responder")
    assert row["text"] == (
        "At home costs $3,010 less per responder, all care counted, than In the clinic in this single replication; "
        "run at least two to tell a difference from chance."
    )
    assert (row["se"], row["low"], row["is_clear"], row["n_replications"]) == (None, None, False, 1)


def test_where_nobody_responds_there_is_no_sentence_on_responders(asked):
    rows = sentence_rows(*asked(), [("home", "usual")])
    assert [row["measure"] for row in rows] == [
        "nmb", "cost_per_extra_responder", "cost_per_extra_remitter", "cost_per_extra_depression_free_day",
        "cost_per_qaly", "cost_per_depression_free_day",
    ]  # fmt: skip


def test_the_cost_of_a_qaly_is_told_from_the_side_that_gains(asked):
    expected = (
        "In the clinic gains 0.020 QALYs over At home, at $50,000 each "
        "(95 % interval $45,793 to $55,058, 4 replications)."
    )
    assert told(*asked(), "cost_per_qaly") == expected
    assert told(*asked(), "cost_per_qaly", ("clinic", "home")) == expected


def test_a_strategy_that_gains_and_saves_is_told_to_do_both(asked):
    found, question = asked(cost=np.array([3000 + 10 * DRIFT, 2000 + 10 * DRIFT, 500 + 10 * DRIFT]))
    assert told(found, question, "cost_per_qaly") == (
        "In the clinic gains 0.020 QALYs over At home and costs $1,000 less, both beyond chance "
        "(4 replications)."
    )


def test_a_saving_that_chance_can_explain_is_told_with_the_most_a_qaly_costs(asked):
    found, question = asked(cost=np.array([2100 - 400 * DRIFT, 2000 + 10 * DRIFT, 500 + 10 * DRIFT]))
    assert told(found, question, "cost_per_qaly").startswith(
        "In the clinic gains 0.020 QALYs over At home and comes out cheaper, but that is not beyond chance: "
        "each costs at most $"
    )


def test_an_extra_cost_that_chance_can_explain_may_be_a_saving(asked):
    found, question = asked(cost=np.array([1900 - 400 * DRIFT, 2000 + 10 * DRIFT, 500 + 10 * DRIFT]))
    assert ", at $5,000 each (95 % interval a saving to $" in told(found, question, "cost_per_qaly")


def test_a_gain_that_chance_can_explain_has_no_cost_of_a_qaly(asked):
    found, question = asked(qaly=np.array([0.50 + 0.1 * DRIFT, 0.52 - 0.1 * DRIFT, 0.45 + 0 * DRIFT]))
    assert told(found, question, "cost_per_qaly") == (
        "There is no cost of extra QALYs between At home and In the clinic: difference in QALYs "
        "-0.02 ± 0.12 cannot be told from zero (4 replications); compare net monetary benefits instead."
    )


def test_the_headlines_are_net_benefit_against_the_comparator_and_cost_per_responder(asked):
    found, question = asked()
    rows = [(row["measure"], row["strategy"], row["against"]) for row in headlines(found, question)]
    assert rows == [("nmb", "clinic", "usual"), ("extra_cost_per_responder", "clinic", "home")]


def test_what_the_answer_tells_already_is_no_headline(asked):
    found, question = asked(comparator="home")
    rows = [(row["measure"], row["strategy"], row["against"]) for row in headlines(found, question)]
    assert rows == [("cost_per_extra_responder", "clinic", "home")]


def test_a_comparator_that_is_worth_most_is_set_against_the_next_best(asked):
    found, question = asked(comparator="clinic")
    rows = [(row["measure"], row["strategy"], row["against"]) for row in headlines(found, question)]
    assert rows == [("cost_per_extra_responder", "home", "clinic")]


def test_without_responders_there_is_no_headline_on_them(asked):
    found, question = asked(responders=np.zeros((3, 4)))
    assert [row["measure"] for row in headlines(found, question)] == ["nmb"]


def test_extra_costs_are_told_against_the_comparator(asked):
    # (1000 - 500) / 0.2 is 2500, (2000 - 500) / 0.25 is 6000, and nothing is left to chance.
    assert told(*asked(), "extra_cost_per_responder") == (
        "At home costs $3,500 less per extra responder than In the clinic, both against Usual care "
        "(95 % interval $3,500 to $3,500, 4 replications)."
    )


def test_extra_costs_need_a_gain_over_the_comparator_beyond_chance(asked):
    parts = asked(responders=np.array([[0.2, 0.0, 0.1, 0.0], [0.25, 0.25, 0.25, 0.25], NOBODY]))
    measures = [row["measure"] for row in sentence_rows(*parts, [("home", "clinic")])]
    assert "extra_cost_per_responder" not in measures
    assert "extra_cost_per_depression_free_day" in measures


def test_a_strategy_that_saves_over_the_comparator_has_no_extra_cost_to_compare(asked):
    parts = asked(cost=np.array([400 + 10 * DRIFT, 2000 + 10 * DRIFT, 500 + 10 * DRIFT]))
    measures = [row["measure"] for row in sentence_rows(*parts, [("home", "clinic")])]
    assert [name for name in measures if name.startswith("extra_cost")] == []


def test_what_a_responder_more_costs_is_told_of_a_pair(asked):
    assert told(*asked(), "cost_per_extra_responder", ("home", "usual")) == (
        "At home gains 0.200 responders per referred patient over Usual care, at $2,500 each "
        "(95 % interval $2,500 to $2,500, 4 replications)."
    )


def test_every_strategy_is_set_against_the_comparator(asked):
    assert against_comparator(asked()[1]) == [("home", "usual"), ("clinic", "usual")]


def test_the_saving_of_equal_luck_is_told_in_a_line(asked):
    luck = np.array([[0.0, 1, 2, 3], [0.1, 0.9, 2.1, 2.9], [0.0, 1.1, 1.9, 3.0]]) / 100
    sentence = pairing_sentence(asked(qaly=0.5 + luck, cost=np.full((3, 4), 100.0))[1])
    assert "net benefit against Usual care is 94.6 to 491.0 times smaller" in sentence


def test_without_a_pair_or_chance_nothing_is_told_of_equal_luck(asked):
    assert pairing_sentence(asked(qaly=np.full((3, 4), 0.5), cost=np.full((3, 4), 100.0))[1]) is None


def test_the_error_of_a_contrast_is_paired(asked):
    found, _ = asked()
    paired = contrast(found, ("home", "usual"), "nmb")
    assert paired.value == pytest.approx(4500)
    assert paired.se == pytest.approx(100 * np.std(DRIFT, ddof=1) / 2)
