"""Life-years weighted by utility, and what adverse events take away: where scores become health."""

from __future__ import annotations

from sim.domain.events import Event
from sim.domain.illness import UtilityLine
from sim.outcomes.harms import harm_totals
from sim.outcomes.history import FloatArray, History, IntArray
from sim.outcomes.prices import PriceList
from sim.units import DAYS_PER_YEAR


def quality_adjusted(days: FloatArray, score_days: FloatArray, utility: UtilityLine) -> FloatArray:
    """Return the QALYs of days lived at a score, harms aside.

    Parameters
    ----------
    days : ndarray
        Days lived [days].
    score_days : ndarray
        Integral of the score over these days, of the same shape [MADRS points times days].
    utility : UtilityLine
        From score to utility.

    Returns
    -------
    ndarray
        Of the same shape [QALY]. As utility is a line in the score, only the integral matters.
    """
    lived: FloatArray = (utility.at_zero.value * days + utility.per_point.value * score_days) / DAYS_PER_YEAR
    return lived


def lost_to_harms(history: History, prices: PriceList) -> tuple[IntArray, FloatArray]:
    """Return the health lost to the adverse events of sessions.

    Parameters
    ----------
    history : History
        Events by patient.
    prices : PriceList
        With the loss of every set of adverse events.

    Returns
    -------
    rows : ndarray of int64, shape (n_sessions_with_harm,)
        Positions of these sessions.
    lost : ndarray, shape (n_sessions_with_harm,)
        All of it counts at the time of the session [QALY].
    """
    sessions = history.rows(Event.SESSION)
    rows = sessions[history.reason[sessions] != 0]
    return rows, harm_totals(history.reason[rows], history.treatment[rows], prices.harm_loss)
