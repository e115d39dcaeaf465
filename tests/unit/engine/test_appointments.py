from __future__ import annotations

import numpy as np
import pytest

from sim.domain.clinic import Resource
from sim.engine.appointments import (
    NO_DAY,
    NOTHING_NEEDED,
    Books,
    Needs,
    book,
    first_free_day,
    first_open_day,
    give_back,
    open_books,
    opening_hours,
)

PRICE = {"value": 40, "unit": "USD per hour", "price_year": 2025, "source": "what-if", "grade": "assumption"}
ONE_CHAIR = Needs(1, (0,), (60,))
CHAIR_AND_NURSE = Needs(2, (0, 1), (60, 30))


@pytest.fixture
def books() -> Books:
    chair = Resource.model_validate(
        {"label": "chair", "units": 1, "open_minutes": [120] * 5 + [0, 0], "cost": PRICE}
    )
    nurse = Resource.model_validate(
        {"label": "nurse", "units": 1, "open_minutes": [30] * 5 + [0, 0], "cost": PRICE}
    )
    offered = np.array([chair.minutes_by_day(14), nurse.minutes_by_day(14)]).T
    return open_books(opening_hours(offered, [ONE_CHAIR, CHAIR_AND_NURSE]))


def test_the_first_free_day_has_room_in_all_needed_books(books: Books) -> None:
    book(books, CHAIR_AND_NURSE, 0)
    assert first_free_day(books, CHAIR_AND_NURSE, 0, 13) == 1
    assert first_free_day(books, ONE_CHAIR, 0, 13) == 0


def test_a_weekend_is_skipped_by_the_calendar_not_by_the_queue(books: Books) -> None:
    assert first_open_day(books, ONE_CHAIR, 5) == 7
    assert first_free_day(books, ONE_CHAIR, 5, 13) == 7


def test_a_place_given_back_can_be_booked_again(books: Books) -> None:
    for day in (0, 0, 1, 1):
        book(books, ONE_CHAIR, day)
    assert first_free_day(books, ONE_CHAIR, 0, 13) == 2
    give_back(books, ONE_CHAIR, 0)
    assert first_free_day(books, ONE_CHAIR, 0, 13) == 0
    assert [day.left[0] for day in books.days[:3]] == [60, 0, 120]


def test_no_day_is_found_beyond_the_last_one(books: Books) -> None:
    book(books, CHAIR_AND_NURSE, 0)
    assert first_free_day(books, CHAIR_AND_NURSE, 0, 0) == NO_DAY


def test_a_visit_without_needs_is_possible_on_any_day(books: Books) -> None:
    assert first_free_day(books, NOTHING_NEEDED, 6, 13) == 6


def test_minutes_booked_and_given_back_leave_the_books_as_they_were(books: Books) -> None:
    before = [list(day.left) for day in books.days]
    for day in (0, 1, 2):
        book(books, CHAIR_AND_NURSE, day)
    for day in (2, 0, 1):
        give_back(books, CHAIR_AND_NURSE, day)
    assert [day.left for day in books.days] == before
    assert first_free_day(books, CHAIR_AND_NURSE, 0, 13) == 0
