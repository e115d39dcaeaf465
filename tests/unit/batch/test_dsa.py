"""Deterministic analysis of a small scenario: ends, switch points, grids, alternatives, mistakes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from builders import Tree

from sim.batch import dsa_lines
from sim.batch.dsa import dsa
from sim.batch.dsa_question import DsaQuestion, Runner, runner_of
from sim.batch.worlds import run_points
from sim.design.dsa import levers
from sim.domain.scenario import Scenario
from sim.errors import AnalysisError, ScenarioError
from sim.worlds.sums import Worlds

PRICE = "treatments.infusion.session.price"
RESPONSE = "treatments.infusion.effect.response"
RELAPSE = "illness.definitions.relapse"
WTP = 50_000
SMALL: dict[str, Any] = {
    "n_patients": 30,
    "replications": 2,
    "steps": 3,
    "workers": 1,
    "output": {"wtp": WTP},
}


def asked(**more: Any) -> DsaQuestion:
    return DsaQuestion(**(SMALL | {"parameters": [PRICE]} | more))


@pytest.fixture(scope="module")
def answer(request: pytest.FixtureRequest) -> dict[str, Any]:
    question = asked(
        parameters=[PRICE, "care.screening.price", RELAPSE], thresholds=[PRICE],
        strategy="infusion", comparator="usual_care",
    )  # fmt: skip
    return dsa(request.getfixturevalue("tiny"), question)


@pytest.fixture
def no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every run fail."""

    def refused(*_: object) -> None:
        raise AssertionError("nothing may run")

    monkeypatch.setattr(Runner, "run", refused)


def row_of(answer: dict[str, Any], path: str) -> dict[str, Any]:
    (row,) = (row for row in answer["one_way"] if row["path"] == path)
    return row


def difference_at(tiny: Scenario, price: float, other: str) -> float:
    """Return by hand what infusion is worth more than another strategy at a price."""
    sized = tiny.with_changes({"run.n_patients": 30})
    worlds = run_points(sized, [{PRICE: price}], replications=2, workers=1)
    counted = [name for name in range(worlds.cost.shape[2]) if name not in _not_of_the_sector()]
    cost = worlds.cost_discounted[:, :, counted].sum(axis=(2, 3)).mean(axis=0)
    qaly = worlds.qaly_discounted.sum(axis=2).mean(axis=0)
    net = WTP * qaly - cost
    return float(net[worlds.strategies.index("infusion")] - net[worlds.strategies.index(other)])


def _not_of_the_sector() -> set[int]:
    from sim.domain.economics import CATEGORIES, IMPACT_INVENTORY

    return {place for place, name in enumerate(CATEGORIES) if name not in IMPACT_INVENTORY["sector"]}


def test_an_answer_is_plain_and_complete(answer: dict[str, Any]) -> None:
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert answer["pair"] == ["infusion", "usual_care"]
    assert [row["strategy"] for row in answer["base"]] == ["usual_care", "tablets", "infusion"]
    assert answer["setting"] | {"wtp": 50_000, "n_patients": 30, "replications": 2} == answer["setting"]
    assert (answer["two_way"], answer["scenarios"]) == (None, [])


def test_a_break_even_price_is_where_both_are_worth_the_same(tiny: Scenario, answer: dict[str, Any]) -> None:
    (threshold,) = answer["thresholds"]
    (even,) = threshold["break_even"]
    assert (even["from"], even["to"]) == ("infusion", "usual_care")
    low, high = (difference_at(tiny, price, "usual_care") for price in (0, 1_000))
    assert even["value"] == pytest.approx(1_000 * low / (low - high), rel=1e-9)
    assert abs(difference_at(tiny, even["value"], "usual_care")) < 1e-6
    assert even["value_se"] > 0


def test_a_switch_point_is_where_the_next_best_takes_over(tiny: Scenario, answer: dict[str, Any]) -> None:
    (switch,) = answer["thresholds"][0]["switch_points"]
    assert (switch["from"], switch["to"], switch["response"]) == ("infusion", "tablets", {})
    assert abs(difference_at(tiny, switch["value"], "tablets")) < 1e-6


def test_ends_are_what_runs_by_hand_give(tiny: Scenario, answer: dict[str, Any]) -> None:
    row = row_of(answer, PRICE)
    assert (row["value"], row["low"], row["high"], row["unit"]) == (400, 200, 600, "USD")
    ends = [difference_at(tiny, price, "usual_care") for price in (400, 200, 600)]
    assert [row["inmb_base"], row["inmb_low"], row["inmb_high"]] == pytest.approx(ends)
    assert row["spread"] == pytest.approx(ends[1] - ends[2])


def test_figures_come_by_their_spread_and_lines_by_their_values(answer: dict[str, Any]) -> None:
    spreads = [row["spread"] for row in answer["one_way"]]
    assert spreads == sorted(spreads, reverse=True)
    (threshold,) = answer["thresholds"]
    assert [row["value"] for row in threshold["line"]] == [200] * 3 + [400] * 3 + [600] * 3


def test_the_one_way_table_names_the_best(answer: dict[str, Any]) -> None:
    row = row_of(answer, PRICE)
    assert (row["best_base"], row["best_low"], row["best_high"]) == ("tablets", "infusion", "tablets")
    assert row["changes_choice"] is True


def test_an_impossible_end_is_told(tiny_tree: Tree) -> None:
    tiny_tree["illness"]["definitions"]["relapse"]["range"] = [5, 30]
    told = dsa(Scenario.model_validate(tiny_tree), asked(parameters=[RELAPSE]))
    assert told["impossible"] == [
        {
            "path": RELAPSE, "label": "definitions: relapse", "value": 5.0,
            "reason": "illness.definitions.relapse: must be above remission 10, got 5",
        }
    ]  # fmt: skip
    row = row_of(told, RELAPSE)
    assert (row["inmb_low"], row["best_low"], row["changes_choice"]) == (None, None, False)
    assert row["inmb_high"] is not None


def test_a_rule_of_one_part_is_told_in_words(tiny_tree: Tree) -> None:
    path = "treatments.infusion.effect.onset_days"
    tiny_tree["treatments"]["infusion"]["effect"]["onset_days"]["range"] = [0, 5]
    told = dsa(Scenario.model_validate(tiny_tree), asked(parameters=[path]))
    assert [row["reason"] for row in told["impossible"]] == [
        "assessment_lag must be at least onset_days 5, got 3"
    ]


def test_an_end_that_would_give_way_is_impossible(tiny_tree: Tree) -> None:
    path = "treatments.infusion.effect.remission_ratio"
    tiny_tree["treatments"]["infusion"]["effect"]["remission_ratio"]["range"] = [0.01, 0.8]
    told = dsa(Scenario.model_validate(tiny_tree), asked(parameters=[path]))
    ((value, reason),) = [(row["value"], row["reason"]) for row in told["impossible"]]
    assert value == 0.01
    assert reason.startswith(f"{path}: must be at least 0.")
    assert reason.endswith("beside the other values, got 0.01")
    assert row_of(told, path)["inmb_low"] is None


def test_figures_that_change_the_choice_are_followed_unasked(tiny: Scenario) -> None:
    told = dsa(tiny, asked(parameters=[PRICE, "care.integration.price"]))
    changing = [row["path"] for row in told["one_way"] if row["changes_choice"]]
    assert PRICE in changing
    assert [row["path"] for row in told["thresholds"]] == changing


def test_along_a_response_the_share_of_starters_is_told(tiny: Scenario) -> None:
    told = dsa(tiny, asked(thresholds=[RESPONSE], n_patients=60))
    ((treatment, share),) = told["thresholds"][0]["switch_points"][0]["response"].items()
    assert treatment == "infusion"
    assert share == pytest.approx(told["thresholds"][0]["switch_points"][0]["value"], rel=1e-6)


def test_over_a_grid_the_best_and_its_lead_are_told(tiny: Scenario) -> None:
    told = dsa(tiny, asked(two_way=(PRICE, "care.screening.price"), steps=2))["two_way"]
    assert (told["x"]["path"], told["y"]["path"]) == (PRICE, "care.screening.price")
    assert [(row["x"], row["y"]) for row in told["rows"]] == [(200, 125), (200, 375), (600, 125), (600, 375)]
    assert [row["strategy"] for row in told["rows"][:2]] == ["infusion", "infusion"]
    assert all(row["lead"] > 0 for row in told["rows"])


def test_a_grid_leaves_out_what_is_impossible(tiny_tree: Tree) -> None:
    tiny_tree["illness"]["definitions"]["relapse"]["range"] = [5, 30]
    told = dsa(Scenario.model_validate(tiny_tree), asked(two_way=(RELAPSE, PRICE), steps=2))["two_way"]
    assert [(row["x"], row["y"]) for row in told["rows"]] == [(30, 200), (30, 600)]


def test_other_scenarios_are_held_against_the_first(tiny: Scenario) -> None:
    tree = tiny.model_dump() | {"name": "dear"}
    tree["treatments"]["infusion"]["session"]["price"] |= {"value": 590, "note": "dear"}
    dear = Scenario.model_validate(tree)
    told = dsa(tiny, asked(strategy="infusion"), alternatives=[dear])["scenarios"]
    assert [row["scenario"] for row in told] == ["tiny", "dear"]
    assert told[1]["base"][2]["nmb"] < told[0]["base"][2]["nmb"]
    assert all(row["lead"] >= 0 for row in told)


def test_another_scenario_may_lack_the_pair(tiny: Scenario) -> None:
    tree = tiny.model_dump() | {"name": "without"}
    tree["strategies"] = {key: tree["strategies"][key] for key in ("usual_care", "tablets")}
    told = dsa(tiny, asked(strategy="infusion"), alternatives=[Scenario.model_validate(tree)])
    assert [row["strategy"] for row in told["scenarios"][1]["base"]] == ["usual_care", "tablets"]


def test_rates_asked_for_are_those_of_the_run(tiny: Scenario) -> None:
    undiscounted = tiny.with_changes(
        {"economics.discount_rate_costs": 0.0, "economics.discount_rate_effects": 0.0}
    )
    rates = {"discount_rate_costs": 0.03, "discount_rate_effects": 0.03}
    question = asked(output={"wtp": WTP} | rates)
    told, own = dsa(undiscounted, question), dsa(tiny, asked())
    assert told["base"] == own["base"]
    assert runner_of(undiscounted, question, None, None).settings.discount_rate_costs == 0.03


def drawn_by(worlds: Worlds, net_benefit: Callable[[np.ndarray], list[np.ndarray]]) -> Callable[..., Any]:
    """Return what stands for runs: net benefit of one replication by a formula."""

    def lines(_runner: object, wanted: list[tuple[object, list[float]]]) -> tuple[Worlds, list[Any]]:
        return worlds, [
            dsa_lines._Line(
                np.array(values),
                np.repeat(worlds.response[:1], len(values), axis=0),
                np.stack(net_benefit(np.array(values)), axis=-1)[:, np.newaxis],
            )
            for _, values in wanted
        ]

    return lines


def test_a_switch_at_a_point_of_the_line_stands_beside_one_before_it(
    tiny: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Infusion gives way to tablets at 300, and those to usual care at 400, where a point lies."""

    def net_benefit(x: np.ndarray) -> list[np.ndarray]:
        return [np.maximum(x - 400, -1) - 0.0, np.zeros_like(x), 300 - x]

    runner = runner_of(tiny, asked(), None, None)
    worlds, _ = runner.run([{}])
    monkeypatch.setattr(dsa_lines, "_lines", drawn_by(worlds, net_benefit))
    (lever,) = levers(runner.scenario, [PRICE])
    told = dsa_lines.thresholds(runner, [lever], (2, 0))[0]["switch_points"]
    assert [(row["value"], row["to"]) for row in told] == [(300, "tablets"), (400, "usual_care")]


def test_results_may_be_in_prices_of_another_year_than_figures(tiny: Scenario) -> None:
    told = dsa(tiny, asked(output={"wtp": WTP, "price_year": 2024}))
    runs = (dsa(tiny, asked()), dsa(tiny, asked(output={"wtp": 2 * WTP})), told)
    own, double, moved = ([row["nmb"] for row in one["base"]] for one in runs)
    worth = np.subtract(double, own)
    assert moved == pytest.approx(worth - (worth - own) * 565 / 580)
    assert told["setting"]["price_year"] == 2024
    assert row_of(told, PRICE)["unit"] == "USD in 2025 prices"


@pytest.mark.parametrize(
    ("dip", "expected"),
    [
        (0, [(300, "usual_care", "tablets"), (310, "tablets", "infusion")]),
        (-100, [(920 / 3, "usual_care", "infusion")]),
    ],
)
def test_each_switch_in_an_interval_is_told_once(
    tiny: Scenario, monkeypatch: pytest.MonkeyPatch, dip: float, expected: list[tuple[float, str, str]]
) -> None:
    """Tablets are best from 300 to 310, or so it seems from the ends of the interval at 200 and 400."""

    def net_benefit(x: np.ndarray) -> list[np.ndarray]:
        tablets = np.where(np.isin(x, [200, 400, 600]), 0.0, dip)
        return [300 - x, tablets, 2 * (x - 310)]

    runner = runner_of(tiny, asked(), None, None)
    worlds, _ = runner.run([{}])
    monkeypatch.setattr(dsa_lines, "_lines", drawn_by(worlds, net_benefit))
    (lever,) = levers(runner.scenario, [PRICE])
    told = dsa_lines.thresholds(runner, [lever], (2, 0))[0]
    assert [(row["value"], row["from"], row["to"]) for row in told["switch_points"]] == [
        (pytest.approx(value), former, latter) for value, former, latter in expected
    ]


@pytest.mark.usefixtures("no_run")
@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"parameters": ["nothing"]}, "--parameter: 'nothing' is not a parameter with a range"),
        ({"thresholds": ["nothing"]}, "--threshold: 'nothing' is not a parameter with a range"),
        ({"two_way": (PRICE, "nothing")}, "--two-way: 'nothing' is not a parameter with a range"),
        ({"two_way": (PRICE, PRICE)}, "--two-way must name two different figures, got '.*price' twice"),
        ({"steps": 1}, "--steps must be at least 2, got 1"),
        ({"strategy": "infusions"}, "--strategy: 'infusions' is not a strategy; did you mean 'infusion'?"),
        ({"comparator": "usual"}, "--comparator: 'usual' is not a strategy"),
        (
            {"strategy": "infusion", "comparator": "infusion"},
            "--comparator must be another strategy than --strategy, got 'infusion' twice",
        ),
        ({"n_patients": 0}, "run.n_patients: .*, got 0"),
    ],
)
def test_a_mistake_ends_before_anything_runs(tiny: Scenario, more: dict[str, Any], message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        dsa(tiny, asked(**more))


@pytest.mark.usefixtures("no_run")
def test_an_impossible_output_setting_ends_before_anything_runs(tiny: Scenario) -> None:
    with pytest.raises(AnalysisError, match="wtp: must be above 0, got 0"):
        dsa(tiny, asked(output={"wtp": 0}))


@pytest.mark.usefixtures("no_run")
def test_one_strategy_leaves_nothing_to_compare(tiny: Scenario) -> None:
    tree = tiny.model_dump() | {"name": "lonely"}
    tree["strategies"] = {"usual_care": tree["strategies"]["usual_care"]}
    lonely = Scenario.model_validate(tree)
    message = "scenario 'lonely': must have two strategies to compare, got one"
    with pytest.raises(ScenarioError, match=message):
        dsa(lonely, asked())
    with pytest.raises(ScenarioError, match=message):
        dsa(tiny, asked(), alternatives=[lonely])
