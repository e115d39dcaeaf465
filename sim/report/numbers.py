"""Numbers as a reader meets them: money, shares, days, with their standard errors."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

NOTHING = "-"
SIGNIFICANT = 6
EFFECT_DIGITS = 4
SECONDS_PER_MINUTE = 60
LARGE = 1000
"""Values from here on are written in whole numbers."""
Number = float | int | None


def money(amount: float) -> str:
    """Return an amount in whole dollars.

    Examples
    --------
    >>> money(1234.5), money(-80)
    ('$1,234', '-$80')
    """
    return f"{'-' if round(amount) < 0 else ''}${abs(round(amount)):,}"


def cents(amount: float) -> str:
    """Return a small amount in dollars and cents.

    Examples
    --------
    >>> cents(1234.567), cents(-0.5), cents(-0.001)
    ('$1,234.57', '-$0.50', '$0.00')
    """
    rounded = round(amount, 2)
    return f"{'-' if rounded < 0 else ''}${abs(rounded):,.2f}"


def qaly(years: float) -> str:
    """Return years of (quality-adjusted) life.

    Examples
    --------
    >>> qaly(0.71349)
    '0.713'
    """
    return f"{years:.3f}"


def share(value: float) -> str:
    """Return a share as a percentage.

    Examples
    --------
    >>> share(0.1234)
    '12.3%'
    """
    return f"{value:.1%}"


def days(value: float) -> str:
    """Return days.

    Examples
    --------
    >>> days(12)
    '12.0'
    """
    return f"{value:.1f}"


def count(value: float) -> str:
    """Return a whole number with separators.

    Examples
    --------
    >>> count(2000)
    '2,000'
    """
    return f"{round(value):,}"


def with_error(value: Number, error: Number, form: Callable[[float], str]) -> str:
    """Return a value with its standard error; a dash when there is no value.

    Parameters
    ----------
    value, error : float or None
        None where undefined.
    form : callable
        How one number is written.

    Returns
    -------
    str
        Such as ``12.3% ± 0.4%``.

    Examples
    --------
    >>> with_error(1200.0, 30.0, money), with_error(0.5, None, share), with_error(None, None, share)
    ('$1,200 ± 30', '50.0%', '-')
    """
    if value is None:
        return NOTHING
    if error is None:
        return form(value)
    return f"{form(value)} ± {form(error).replace('$', '').rstrip('%')}"


def six_figures(value: float) -> str:
    """Return a number of unknown unit and size with about six figures.

    Examples
    --------
    >>> six_figures(1234567.4), six_figures(6275.957), six_figures(-0.00012), six_figures(20.0)
    ('1,234,567', '6,275.96', '-0.00012', '20')
    >>> six_figures(0.0)
    '0'
    """
    if value == 0:
        return "0"
    places = max(SIGNIFICANT - 1 - math.floor(math.log10(abs(value))), 0)
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def interval_text(middle: float, half: float) -> str:
    """Return an interval of money.

    Examples
    --------
    >>> interval_text(100.0, 250.0)
    '-$150 to $350'
    """
    return f"{money(middle - half)} to {money(middle + half)}"


def joined(names: Sequence[str]) -> str:
    """Return names as an English list.

    Examples
    --------
    >>> joined(["a", "b", "c"]), joined(["a", "b"]), joined(["a"])
    ('a, b and c', 'a and b', 'a')
    """
    if len(names) <= 1:
        return "".join(names)
    separator = "; " if any("," in name for name in names) else ", "
    return f"{separator.join(names[:-1])} and {names[-1]}"


def counted(number: float, noun: str) -> str:
    """Return a number with its noun, in the plural unless it is one.

    Examples
    --------
    >>> counted(1, "draw"), counted(2000, "draw"), counted(2.5, "year")
    ('1 draw', '2,000 draws', '2.5 years')
    """
    return (
        f"{number:,g} {noun}{'' if number == 1 else 's'}"
        if number != round(number)
        else (f"{round(number):,} {noun}{'' if number == 1 else 's'}")
    )


def significant(value: float) -> str:
    """Return a value of a parameter, with at most four digits that matter.

    Examples
    --------
    >>> significant(0.52341), significant(1234567.0), significant(450)
    ('0.5234', '1,234,567', '450')
    """
    return f"{value:,.0f}" if abs(value) >= LARGE else f"{value:.4g}"


def effect(value: float) -> str:
    """Return an effect as text.

    Examples
    --------
    >>> effect(0.71349)
    '0.7135'
    """
    return NOTHING if value != value else f"{value:.{EFFECT_DIGITS}f}"  # noqa: PLR0124  only NaN differs


def time_left(seconds: float) -> str:
    """Return a time in few words: nobody needs the seconds of minutes.

    Examples
    --------
    >>> time_left(3.2), time_left(89), time_left(600)
    ('4 s', '1.5 min', '10 min')
    """
    if seconds < SECONDS_PER_MINUTE:
        return f"{math.ceil(seconds)} s"
    return f"{seconds / SECONDS_PER_MINUTE:.2g} min"
