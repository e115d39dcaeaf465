"""The closed list of units, and the few conversions between clocks.

The engine counts integer minutes, files and reports speak days, outcomes years.
Every factor between clocks is defined here.
"""

from __future__ import annotations

from enum import StrEnum

MINUTES_PER_HOUR = 60
MINUTES_PER_DAY = 1440
DAYS_PER_WEEK = 7
DAYS_PER_YEAR = 365.25
MONTHS_PER_YEAR = 12
DAYS_PER_MONTH = DAYS_PER_YEAR / MONTHS_PER_YEAR
MINUTES_PER_YEAR = DAYS_PER_YEAR * MINUTES_PER_DAY
PER_100_000 = 1e-5
PERCENT = 100


class Unit(StrEnum):
    """Units a parameter may carry; anything else is refused."""

    PROBABILITY = "probability"
    RATIO = "ratio"
    CORRELATION = "correlation"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    YEARS = "years"
    SESSIONS = "sessions"
    COUNT = "count"
    PER_YEAR = "per year"
    PEOPLE_PER_YEAR = "people per year"
    PER_100_000_SESSIONS = "per 100,000 sessions"
    MADRS = "MADRS points"
    MADRS_PER_MONTH = "MADRS points per month"
    UTILITY = "utility"
    UTILITY_PER_MADRS = "utility per MADRS point"
    MILES = "miles"
    MILES_PER_HOUR = "miles per hour"
    USD = "USD"
    USD_PER_HOUR = "USD per hour"
    USD_PER_DAY = "USD per day"
    USD_PER_YEAR = "USD per year"
    USD_PER_MILE = "USD per mile"
    INDEX = "index"


MONEY_UNITS = frozenset({Unit.USD, Unit.USD_PER_HOUR, Unit.USD_PER_DAY, Unit.USD_PER_YEAR, Unit.USD_PER_MILE})


def minutes_from_days(days: float) -> int:
    """Return whole engine minutes nearest to ``days``."""
    return round(days * MINUTES_PER_DAY)
