"""Resources: how many minutes a day they offer."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from sim.domain.clinic import UNLIMITED, Closure, Resource

COST = {
    "value": 40,
    "unit": "USD per hour",
    "price_year": 2025,
    "source": "assumption",
    "grade": "assumption",
    "range": [30, 50],
}


def make_resource(**changes: Any) -> Resource:
    return Resource.model_validate({"label": "Chairs", "cost": COST, **changes})


def test_units_offer_their_open_minutes_from_monday_to_sunday() -> None:
    minutes = make_resource(units=2, open_minutes=[60, 0, 30, 0, 0, 0, 10]).minutes_by_day(9)
    assert minutes.tolist() == [120, 0, 60, 0, 0, 0, 20, 120, 0]


def test_parts_of_a_unit_count_and_parts_of_a_minute_do_not() -> None:
    assert make_resource(units=0.5, open_minutes=[45] * 7).minutes_by_day(1).tolist() == [22]


def test_a_resource_without_units_is_unlimited_on_open_days() -> None:
    assert make_resource().minutes_by_day(7).tolist() == [UNLIMITED] * 5 + [0, 0]


def test_units_change_from_their_day_on() -> None:
    resource = make_resource(units=1, open_minutes=[10] * 7, changes=[{"from_day": 2, "units": 3}])
    assert resource.minutes_by_day(4).tolist() == [10, 10, 30, 30]


@pytest.mark.parametrize("units", [1, None])
def test_a_closed_day_offers_nothing(units: Any) -> None:
    resource = make_resource(units=units, closures=[{"from_day": 1, "until_day": 3}])
    assert [minutes > 0 for minutes in resource.minutes_by_day(4)] == [True, False, False, True]


def test_no_days_offer_no_minutes() -> None:
    assert make_resource(units=1).minutes_by_day(0).tolist() == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"open_minutes": [480] * 5}, "open_minutes must have 7 numbers, Monday to Sunday, got 5"),
        ({"open_minutes": [0] * 7}, "open_minutes must be above 0 on some weekday, got none"),
        (
            {"changes": [{"from_day": 0, "units": 1}]},
            "changes need a number of units to start from; give units",
        ),
        ({"units": 0}, "greater than 0"),
    ],
)
def test_an_impossible_resource_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        make_resource(**changes)


def test_a_closure_ends_after_it_begins() -> None:
    with pytest.raises(ValidationError, match="until_day must come after from_day 5, got 5"):
        Closure(from_day=5, until_day=5)
