"""Markov chains of a clinic with places by the day, Poisson referrals and patients who give up.

A referral asks for a place from the next morning on, and from that morning the time they accept to wait
runs: exponential, so that it has no memory. Two disciplines: every referral books the first free day ahead,
or nobody is booked ahead and each morning the places go to those who wait, the longest wait first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.stats import binom, poisson

Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
EMPTY, BOOKED_TODAY, BOOKED = 0, 1, 2
KINDS = 3
SMALL = 1e-13
MOST_DAYS = 100_000


@dataclass(frozen=True)
class Waits:
    """How referrals fare in the long run.

    Parameters
    ----------
    seen_after : ndarray, shape (n_days,)
        Share of all referrals that are seen after 0, 1, 2, ... days of waiting.
    lost : float
        Share of referrals beyond the truncation of the state space; must be negligible.
    """

    seen_after: Floats
    lost: float

    @property
    def seen(self) -> float:
        """Share of referrals that are seen."""
        return float(self.seen_after.sum())

    @property
    def mean_days(self) -> float:
        """Mean wait of those who are seen [days]."""
        return float(np.arange(len(self.seen_after)) @ self.seen_after) / self.seen


def booked_ahead(per_day: float, giving_up: float, n_days: int) -> Waits:
    """Solve the clinic with one place a day that referrals book ahead.

    The state holds each of the coming ``n_days`` days: empty, booked today (that patient's wait has not begun),
    or booked before. Within a day referrals fill the first empty day, and days booked before are given
    back at the rate of giving up; at midnight the first day is due and the others move up. Referrals are
    Poisson, so what they find is the state averaged over the day, and who has booked a place ``w`` days
    after the wished day is seen if they have not given up before it, at exp(-giving_up w).

    Parameters
    ----------
    per_day : float
        Mean referrals a day.
    giving_up : float
        Rate of giving up [1/day].
    n_days : int
        Days ahead that are followed.
    """
    digits = np.arange(KINDS**n_days)[:, np.newaxis] // KINDS ** np.arange(n_days) % KINDS
    is_full = (digits != EMPTY).all(axis=1)
    first_free = np.where(is_full, n_days, (digits == EMPTY).argmax(axis=1))
    within_day, rate = _uniformised(digits, first_free, per_day, giving_up)
    tomorrow = np.where(digits[:, 1:] == EMPTY, EMPTY, BOOKED) @ KINDS ** np.arange(n_days - 1)
    morning = np.zeros(len(digits))
    morning[0] = 1
    for _ in range(MOST_DAYS):
        evening, average = _day_later(within_day, rate, morning)
        last, morning = morning, np.bincount(tomorrow, evening, minlength=len(morning))
        if np.abs(morning - last).sum() < SMALL:
            break
    found = np.bincount(first_free, average, minlength=n_days + 1)
    return Waits(found[:n_days] * np.exp(-giving_up * np.arange(n_days)), float(found[n_days]))


def _uniformised(
    digits: np.ndarray, first_free: np.ndarray, per_day: float, giving_up: float
) -> tuple[csr_array, float]:
    """Return the matrix of one uniformised step within a day, and the rate of the steps."""
    n_states, n_days = digits.shape
    state = np.arange(n_states)
    rate = per_day + n_days * giving_up
    books = state[first_free < n_days]
    start, stop = [books], [books + KINDS ** first_free[books] * BOOKED_TODAY]
    flow = [np.full(len(books), per_day)]
    for day in range(n_days):
        gives_up = state[digits[:, day] == BOOKED]
        start.append(gives_up)
        stop.append(gives_up - KINDS**day * BOOKED)
        flow.append(np.full(len(gives_up), giving_up))
    stays = rate - np.bincount(np.concatenate(start), np.concatenate(flow), minlength=n_states)
    cells = np.concatenate([*stop, state]), np.concatenate([*start, state])
    return csr_array((np.concatenate([*flow, stays]) / rate, cells), shape=(n_states, n_states)), rate


def _day_later(step: csr_array, rate: float, morning: Floats) -> tuple[Floats, Floats]:
    """Return the distribution at the end of a day and its average over the day."""
    n_steps = int(poisson.isf(SMALL / 10, rate)) + 2
    weights, later = poisson.pmf(np.arange(n_steps), rate), poisson.sf(np.arange(n_steps), rate) / rate
    evening, average, now = np.zeros_like(morning), np.zeros_like(morning), morning
    for weight, share in zip(weights, later, strict=True):
        evening += weight * now
        average += share * now
        now = step @ now
    return evening / evening.sum(), average / average.sum()


def called_from_a_list(per_day: float, giving_up: float, places: int, most: int = 120) -> Waits:
    """Solve the clinic that calls up to ``places`` patients each morning, the longest wait first.

    With R left over after the call, a binomial number of them is still there the next morning and the day's
    referrals come behind them. The j-th referral of a day finds those and j - 1 others ahead, is called at
    once when they are fewer than the places, and else must outlast the day, as must those who
    were ahead and not called.

    Parameters
    ----------
    per_day : float
        Mean referrals a day.
    giving_up : float
        Rate of giving up [1/day].
    places : int
        Places a day.
    most : int, default 120
        Longest list that is followed.
    """
    count = np.arange(most)
    stays = float(np.exp(-giving_up))
    still_there = binom.pmf(count[np.newaxis, :], count[:, np.newaxis], stays)
    arrivals = poisson.pmf(count, per_day)
    left = np.zeros(most)
    left[0] = 1
    for _ in range(MOST_DAYS):
        morning = np.convolve(left @ still_there, arrivals)[:most]
        last, left = left, np.append(morning[places:], np.zeros(places))
        left[0] += morning[:places].sum()
        if np.abs(left - last).sum() < SMALL:
            break
    # Places in the day's row of referrals, weighted by how often they are taken.
    place_in_row = poisson.sf(count, per_day) / per_day
    ahead = np.convolve(left @ still_there, place_in_row)[:most]
    seen_after = []
    while ahead.sum() > SMALL:
        seen_after.append(ahead[:places].sum())
        ahead = stays * np.append(ahead[places:], np.zeros(places)) @ still_there
    return Waits(np.array(seen_after), float(1 - left.sum()))
