"""From the value of information for one person to that for everybody who can still gain by it."""

from __future__ import annotations

import math

from sim.errors import AnalysisError


def people_affected(
    per_year: float,
    horizon_years: float,
    discount_rate: float,
    *,
    delay_years: float = 0.0,
) -> float:
    r"""Return the discounted number of people whose treatment can follow the information.

    Parameters
    ----------
    per_year : float
        People who face the decision in a year, evenly spread [1/year].
    horizon_years : float
        How long the decision stays relevant, from now [years].
    discount_rate : float
        Annual effective rate of amounts of money, as that of costs [1/year].
    delay_years : float
        Until the information is there, such as a trial that has to report; those treated before do not
        benefit [years].

    Returns
    -------
    float
        People, each weighted by the discount factor of their date; multiply by a value per person. 0 if
        the information comes after the horizon.

    Raises
    ------
    AnalysisError
        If an argument is negative or not finite.

    Notes
    -----
    With force of interest :math:`\delta = \ln(1 + r)`, incidence :math:`q`, delay :math:`a` and horizon
    :math:`H`: :math:`\int_a^H q\,e^{-\delta t}\,dt = q\,(e^{-\delta a} - e^{-\delta H}) / \delta`, and
    :math:`q\,(H - a)` without discounting. The value per person is an amount of money, so it is discounted
    as costs are; it is taken as the same at all dates [1]_.

    References
    ----------
    .. [1] Rothery C, Strong M, Koffijberg H, et al. Value of information analytical methods: report 2 of the
       ISPOR value of information analysis emerging good practices task force. Value in Health.
       2020;23(3):277-286. doi:10.1016/j.jval.2020.01.004

    Examples
    --------
    >>> people_affected(1000, 10, 0.0, delay_years=4)
    6000.0
    """
    given = {
        "per_year": per_year,
        "horizon_years": horizon_years,
        "discount_rate": discount_rate,
        "delay_years": delay_years,
    }
    for name, value in given.items():
        if not 0 <= value < math.inf:
            raise AnalysisError(
                f"people affected: {name} must be finite and at least 0, got {value}; correct it"
            )
    if delay_years >= horizon_years:
        return 0.0
    force, years = math.log1p(discount_rate), horizon_years - delay_years
    effective_years = -math.expm1(-force * years) / force if force > 0 else years
    return math.exp(-force * delay_years) * per_year * effective_years
