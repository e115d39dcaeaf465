"""The scenario as a whole: parts that must fit together, changes and digest."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from sim.domain.cross_checks import not_found
from sim.domain.scenario import CrossCheckError, Scenario

ASSUMED = {"source": "assumption", "grade": "assumption"}


@pytest.fixture
def told(tiny_tree: dict[str, Any]) -> Any:
    """Return a function that sets parts of the tiny tree at dotted paths and gives what is wrong then."""

    def tell(changes: dict[str, Any]) -> Any:
        tree = copy.deepcopy(tiny_tree)
        for path, value in changes.items():
            *parents, last = path.split(".")
            branch = tree
            for key in parents:
                branch = branch[int(key) if isinstance(branch, list) else key]
            branch[last] = value
        with pytest.raises(ValidationError) as caught:
            Scenario.model_validate(tree)
        (detail,) = caught.value.errors()
        cause = detail["ctx"]["error"]
        if isinstance(cause, CrossCheckError):
            return [f"{path}: {message}" for path, message in cause.problems]
        return [f"{'.'.join(str(step) for step in detail['loc'])}: {cause}"]

    return tell


def atom(value: Any, unit: Any, **more: Any) -> Any:
    return {"value": value, "unit": unit, "range": [min(value, 0), max(value, 1)], **ASSUMED, **more}


PRICE = atom(10, "USD", price_year=1990, range=[5, 20])


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        (
            {"economics.comparator": "usual"},
            [
                "economics.comparator: 'usual' is not a strategy; did you mean 'usual_care'?; known: infusion, tablets, usual_care"
            ],
        ),
        (
            {"strategies.tablets.lines.0.route_to": "infusions"},
            [
                "strategies.tablets.lines.0.route_to: 'infusions' is not a treatment; did you mean 'infusion'?; "
                "known: infusion, tablets"
            ],
        ),
        (
            {"strategies.both": {"label": "Both", "mix": {"tablet": 0.5, "infusion": 0.5}}},
            [
                "strategies.both.mix.tablet: 'tablet' is not a strategy; did you mean 'tablets'?; known: both, "
                "infusion, tablets, usual_care"
            ],
        ),
        (
            {
                "strategies.both": {"label": "Both", "mix": {"tablets": 0.5, "infusion": 0.5}},
                "strategies.more": {"label": "More", "mix": {"both": 1}},
            },
            ["strategies.more.mix.both: must be a strategy with lines, got another mix"],
        ),
        (
            {"care.screening.needs.nurses": atom(3, "minutes", range=[1, 5])},
            ["care.screening.needs.nurses: 'nurses' is not a resource; known: chairs"],
        ),
        (
            {"treatments.tablets.session.needs.chairs": atom(3000, "minutes", range=[1, 5000])},
            [
                "treatments.tablets.session.needs.chairs: 3000 minutes can never be had: 'chairs' offers at most "
                "1920 minutes a day; raise its units or open_minutes"
            ],
        ),
        (
            {"treatments.tablets.screening.migraine": "exclude"},
            [
                "treatments.tablets.screening.migraine: 'migraine' is not a condition; known: hypertension, psychosis",
            ],
        ),
        (
            {"treatments.tablets.screening.psychosis": "defer"},
            [
                "treatments.tablets.screening.psychosis: to defer needs population.conditions.psychosis.resolves; "
                "give it, or exclude"
            ],
        ),
        (
            {"treatments.tablets.effect.onset.values": [0, 0, 0, 0, 1]},
            ["treatments.tablets.effect.onset: must be above 0 at the end of the induction, got 0"],
        ),
        (
            {"illness.definitions.relapse": atom(9, "MADRS points", range=[1, 30])},
            ["illness.definitions.relapse: must be above remission 10, got 9"],
        ),
        (
            {"economics.price_year": 1990},
            ["economics.price_year: must be a year of economics.price_index, got 1990"],
        ),
        (
            {"treatments.tablets.session.price": PRICE},
            [
                "treatments.tablets.session.price.price_year: must be a year of economics.price_index, got 1990"
            ],
        ),
        (
            {"illness.definitions.partial_response": atom(0.6, "probability")},
            ["illness.definitions.partial_response: must be at most response 0.5, got 0.6"],
        ),
        (
            {"illness.definitions.fully_symptomatic": atom(7, "MADRS points", range=[1, 9])},
            ["illness.definitions.fully_symptomatic: must be above depression_free 7, got 7"],
        ),
        (
            {"population.severity.lowest": 60},
            ["population.severity.lowest: must be below highest 60, got 60"],
        ),
        (
            {"illness.improvement.unimproved_high": atom(0.6, "ratio")},
            [
                "illness.improvement.unimproved_high: must lie above unimproved_low -0.1 and at most at response 0.5, "
                "got 0.6"
            ],
        ),
        (
            {"care.patience.source": "smith2019", "care.patience.locator": "Table 2"},
            ["care.patience.source: 'smith2019' is not a listed source; known: none"],
        ),
        (
            {
                "care.reported_unasked": atom(0, "probability"),
                "treatments.infusion.harms.nausea.asked": False,
            },
            [
                "care.reported_unasked: must be above 0 where a harm was not asked for "
                "(treatments.infusion.harms.nausea), got 0"
            ],
        ),
    ],
)
def test_parts_that_do_not_fit_together_are_told(
    told: Callable[..., list[str]], changes: dict[str, Any], messages: list[str]
) -> None:
    assert told(changes) == messages


def test_a_week_without_a_common_day_is_told(
    told: Callable[..., list[str]], tiny_tree: dict[str, Any]
) -> None:
    tiny_tree["resources"]["nurses"] = tiny_tree["resources"]["chairs"] | {"open_minutes": [0] * 6 + [480]}
    changes = {
        "resources": tiny_tree["resources"],
        "care.screening.needs.nurses": atom(3, "minutes", range=[1, 5]),
    }
    assert told(changes) == [
        "care.screening.needs: no day on which all needed resources are open; "
        "change open_minutes, closures, changes or care.holidays"
    ]


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ("pills", "'pills' is not a treatment; known: infusion, tablets"),
        ("tablets", "'tablets' must have a response of its own, got one relative to another treatment"),
    ],
)
def test_a_relative_effect_needs_a_treatment_with_its_own_response(
    told: Callable[..., list[str]], other: Any, message: str
) -> None:
    changes = {
        "treatments.tablets.effect.response": None,
        "treatments.tablets.effect.basis": None,
        "treatments.tablets.effect.odds_ratio": atom(0.8, "ratio"),
        "treatments.tablets.effect.relative_to": other,
    }
    assert told(changes) == [f"treatments.tablets.effect.relative_to: {message}"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"population.payers.none": atom(0.4, "probability")},
            "population: payers must add up to 1, got 1.1",
        ),
        (
            {"population.arrivals": [{"from_day": 1, "per_week": 2}]},
            r"population: arrivals must start on day 0 and increase, got from_day [1]",
        ),
        (
            {"strategies.tablets.mix": {"infusion": 1}},
            "strategies.tablets: strategy must give either lines or mix, got neither or both",
        ),
        (
            {"strategies.both": {"label": "Both", "mix": {"tablets": 0.5, "infusion": 0.4}}},
            "strategies.both: mix must add up to 1, got 0.9",
        ),
        (
            {"treatments.tablets.effect.odds_ratio": atom(1, "ratio")},
            "treatments.tablets.effect: effect must give either response, or relative_to with odds_ratio, got neither "
            "or both",
        ),
        (
            {"treatments.tablets.effect.onset.values": [0.5, 0.4, 1, 1]},
            "treatments.tablets.effect: onset must rise within [0, 1], got [0.5, 0.4, 1.0, 1.0]",
        ),
        (
            {"treatments.tablets.effect.onset.values": [0.5, 0.6, 0.7, 0.9]},
            "treatments.tablets.effect: onset must end at 1, got 0.9",
        ),
        (
            {
                "treatments.infusion.maintenance.steps": [
                    {"interval": atom(7, "days", range=[1, 9]), "sessions": atom(1, "sessions")}
                ]
            },
            "treatments.infusion.maintenance: steps must give sessions for each stretch but the last, which is open-ended",
        ),
        (
            {"treatments.tablets.durability.relapse_hazard.unit": "ratio"},
            "treatments.tablets.durability: relapse_hazard must be in 'per year', got 'ratio'",
        ),
        (
            {"treatments.tablets.durability.relapse_hazard.at": [1, 180]},
            "treatments.tablets.durability: relapse_hazard must say at which days it starts, beginning at 0, got (1.0, 180.0)",
        ),
        (
            {"treatments.tablets.durability.relapse_hazard.values": [1, -2]},
            "treatments.tablets.durability: relapse_hazard must be at least 0, got -2",
        ),
        (
            {"treatments.tablets.session_mortality.unit": "ratio"},
            "treatments.tablets.session_mortality: unit must be 'per 100,000 sessions', got 'ratio'",
        ),
        (
            {"treatments.tablets.induction.sessions": atom(0, "sessions")},
            "treatments.tablets: induction must have 1 to 100 sessions, got 0",
        ),
        (
            {"treatments.tablets.effect.onset_days": atom(9, "days", range=[1, 9])},
            "treatments.tablets: assessment_lag must be at least onset_days 9, got 3",
        ),
        (
            {"illness.mortality.male.unit": "ratio"},
            "illness.mortality: male must give probabilities in [0, 1) at exact ages, got ratio",
        ),
        (
            {"illness.utility.at_zero.unit": "ratio"},
            "illness.utility.at_zero: unit must be 'utility', got 'ratio'",
        ),
    ],
)
def test_a_part_that_contradicts_itself_is_told(
    told: Callable[..., list[str]], changes: dict[str, Any], message: str
) -> None:
    assert told(changes) == [message]


def test_published_rates_that_no_distribution_meets_are_told(told: Callable[..., list[str]]) -> None:
    (message,) = told({"treatments.tablets.effect.remission_ratio": atom(1, "probability")})
    assert message.startswith("treatments.tablets.effect: remission_ratio must lie in [")


def test_a_response_no_completer_share_allows_is_told(told: Callable[..., list[str]]) -> None:
    (message,) = told({"treatments.tablets.dropout.per_induction_session": atom(0.5, "probability")})
    assert message.startswith(
        "treatments.tablets.effect: response among starters must be at most the share who complete"
    )


def test_a_long_list_of_known_names_is_not_told() -> None:
    assert not_found("k", "key", [f"name{i}" for i in range(11)]) == "'k' is not a key"


def test_a_cross_check_error_reads_as_one_line() -> None:
    assert str(CrossCheckError([("a.b", "must be 1"), ("c", "must be 2")])) == "a.b: must be 1; c: must be 2"


def test_changes_give_a_new_validated_scenario(tiny: Scenario) -> None:
    changed = tiny.with_changes({"run.n_patients": 7, "economics.perspective": "payer"})
    assert (changed.run.n_patients, changed.economics.perspective, tiny.run.n_patients) == (7, "payer", 200)


def test_an_impossible_change_is_refused(tiny: Scenario) -> None:
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        tiny.with_changes({"run.n_patients": 0})


def test_equal_scenarios_have_equal_digests(tiny: Scenario, tiny_tree: dict[str, Any]) -> None:
    assert Scenario.model_validate(dict(reversed(tiny_tree.items()))).digest == tiny.digest


def test_a_changed_setting_changes_the_digest(tiny: Scenario) -> None:
    assert tiny.with_changes({"run.seed": 1}).digest != tiny.digest


def test_every_parameter_is_found_with_its_path(tiny: Scenario) -> None:
    paths = [path for path, _ in tiny.atoms()]
    assert len(paths) == len(set(paths))
    assert {
        "treatments.infusion.maintenance.steps.1.interval",
        "economics.price_index",
        "care.screening.needs.chairs",
    } <= set(paths)


def test_only_cited_sources_are_listed(tiny_tree: dict[str, Any]) -> None:
    tiny_tree["care"]["patience"] |= {"source": "smith2019", "locator": "Table 2"}
    entry = {"citation": "Smith", "design": "RCT"}
    tiny_tree["sources"] = {"smith2019": entry, "jones2020": entry}
    assert list(Scenario.model_validate(tiny_tree).cited_sources()) == ["smith2019"]


def test_a_scenario_survives_pickling(tiny: Scenario) -> None:
    assert pickle.loads(pickle.dumps(tiny)) == tiny


def test_amounts_move_between_price_years_by_the_index(tiny: Scenario, tiny_tree: dict[str, Any]) -> None:
    price = tiny.care.screening.price.model_copy(update={"value": 550.0, "price_year": 2023})
    assert tiny.economics.in_prices_of_year(price) == pytest.approx(580.0)


def test_only_money_moves_between_price_years(tiny: Scenario) -> None:
    with pytest.raises(
        ValueError, match="only an amount of money with a price year can be moved to another year"
    ):
        tiny.economics.in_prices_of_year(tiny.care.patience)


def test_a_mean_that_worsens_patients_is_told(told: Callable[..., list[str]]) -> None:
    changes = {
        "illness.improvement.unimproved_low": atom(-1, "ratio"),
        "treatments.tablets.effect.response": atom(0.1, "probability"),
    }
    (message,) = told(changes)
    assert message.startswith("treatments.tablets.effect: mean improvement must lie in [0, 1), got -0.")
    assert message.endswith("; check response and remission_ratio")


@pytest.mark.parametrize(
    "change",
    [
        {"closures": [{"from_day": 0, "until_day": 100_000}]},
        {"changes": [{"from_day": 0, "units": 0}]},
    ],
)
def test_a_resource_that_is_never_there_is_told_for_each_visit_that_needs_it(
    tiny_tree: dict[str, Any], change: dict[str, Any]
) -> None:
    tiny_tree["resources"]["chairs"] |= change
    with pytest.raises(ValidationError) as caught:
        Scenario.model_validate(tiny_tree)
    message = "needs.chairs: 60 minutes can never be had: 'chairs' offers at most 0 minutes a day"
    for visit in ("care.screening", "care.preparation", "care.integration", "treatments.infusion.session"):
        assert f"{visit}.{message}" in str(caught.value)


def test_minutes_that_fit_only_where_another_resource_is_closed_are_told(tiny_tree: dict[str, Any]) -> None:
    chairs = tiny_tree["resources"]["chairs"]
    tiny_tree["resources"]["nurses"] = chairs | {"units": 1, "open_minutes": [30] * 5 + [480, 480]}
    tiny_tree["care"]["screening"]["needs"]["nurses"] = atom(60, "minutes", range=[30, 60])
    with pytest.raises(
        ValidationError, match=r"care\.screening\.needs: no day on which all needed resources"
    ):
        Scenario.model_validate(tiny_tree)


def test_a_share_of_whom_belongs_to_a_response_of_its_own(tiny_tree: dict[str, Any]) -> None:
    del tiny_tree["treatments"]["tablets"]["effect"]["basis"]
    with pytest.raises(ValidationError, match="basis must be given with response, and only there"):
        Scenario.model_validate(tiny_tree)


def test_an_effect_relative_to_another_treatment_and_arrivals_over_time_are_accepted(
    tiny_tree: dict[str, Any],
) -> None:
    effect = tiny_tree["treatments"]["tablets"]["effect"]
    del effect["response"], effect["basis"]
    effect |= {"relative_to": "infusion", "odds_ratio": atom(0.8, "ratio")}
    tiny_tree["population"]["arrivals"] = [{"from_day": 0, "per_week": 2}, {"from_day": 90, "per_week": 4}]
    assert Scenario.model_validate(tiny_tree).treatments["tablets"].effect.relative_to == "infusion"


def test_patients_wait_for_each_other_where_some_resource_has_a_limit(tiny_tree: dict[str, Any]) -> None:
    assert Scenario.model_validate(tiny_tree).has_limits
    tiny_tree["resources"]["chairs"]["units"] = None
    assert not Scenario.model_validate(tiny_tree).has_limits
