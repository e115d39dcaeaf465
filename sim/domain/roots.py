"""Where a rising function of one number passes zero, found without derivatives."""

from __future__ import annotations

from collections.abc import Callable

MOST_STEPS = 100
PRECISION = 2.0**-52
"""Steps below this share of the root are lost in rounding."""


def root_of_rising(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where a rising function is zero, to the last digits of a float.

    Parameters
    ----------
    function : callable
        Rises from at most 0 at ``low`` to at least 0 at ``high``.
    low, high : float
        Ends of the search, ``low < high``.

    Returns
    -------
    float
        Between ``low`` and ``high``; the nearer end when the function is zero nowhere between.

    Notes
    -----
    Steps by inverse quadratic interpolation where that can be trusted, else by halving [1]_.

    References
    ----------
    .. [1] Chandrupatla. A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear
       function without using derivatives. Advances in Engineering Software 1997; 28: 145-149.
       doi:10.1016/S0965-9978(96)00051-8

    Examples
    --------
    >>> round(root_of_rising(lambda x: x * x - 2, 0.0, 2.0), 12)
    1.414213562373
    """
    newest, other = low, high
    at_newest, at_other = function(low), function(high)
    if at_newest >= 0 or at_other <= 0:
        return low if at_newest >= 0 else high
    share = 1 / 2
    for _ in range(MOST_STEPS):
        middle = newest + share * (other - newest)
        at_middle = function(middle)
        if (at_middle < 0) == (at_newest < 0):
            oldest, at_oldest = newest, at_newest
        else:
            oldest, at_oldest, other, at_other = other, at_other, newest, at_newest
        newest, at_newest = middle, at_middle
        best, at_best = (newest, at_newest) if abs(at_newest) < abs(at_other) else (other, at_other)
        smallest = 2 * PRECISION * abs(best) + PRECISION * PRECISION
        if at_best == 0 or 2 * smallest >= abs(other - newest):
            break
        share = _next_share((newest, other, oldest), (at_newest, at_other, at_oldest))
        least = smallest / abs(other - newest)
        share = min(max(share, least), 1 - least)
    return best


def _next_share(at: tuple[float, float, float], values: tuple[float, float, float]) -> float:
    """Return how far from the newest to the other end of the bracket the next step goes."""
    (newest, other, oldest), (at_newest, at_other, at_oldest) = at, values
    place = (newest - other) / (oldest - other)
    height = (at_newest - at_other) / (at_oldest - at_other)
    if not 1 - (1 - place) ** (1 / 2) < height < place ** (1 / 2):
        return 1 / 2
    first = at_newest / (at_other - at_newest) * at_oldest / (at_other - at_oldest)
    lean = (oldest - newest) / (other - newest)
    return first + lean * at_newest / (at_oldest - at_newest) * at_other / (at_oldest - at_other)
