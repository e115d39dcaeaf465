"""What the flow animation shows: where each patient is over time, and how many are where each month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.domain.scenario import Scenario
from sim.outcomes.care_states import CareState, CareStates
from sim.report.pathway_words import COLORS, MEANINGS, STATES
from sim.units import DAYS_PER_MONTH

if TYPE_CHECKING:
    import pandas as pd

MOST_DOTS = 200
"""Patients shown as dots: the first of the cohort."""
MOST_ROWS = 40
"""Rows of the table by month."""
SHORT_OF_A_MONTH = 1 / 12
"""A last month that lacks no more than this is told as a whole one [months]."""


def animation(states: CareStates) -> dict[str, Any]:
    """Return what the browser needs to move the dots.

    Parameters
    ----------
    states : CareStates
        Of one strategy and replication.

    Returns
    -------
    dict
        ``days`` (follow-up), ``of`` (patients in all), ``states`` (those any dot is ever in, with
        ``label`` and ``color``) and ``patients``: for each dot its changes as ``day, state, day, state …``,
        with positions in ``states``.
    """
    shown = states.patient < MOST_DOTS
    patient, state, day = states.patient[shown], states.state[shown], states.day[shown]
    used = [one for one in CareState if np.any(state == one)]
    position = np.zeros(len(CareState), dtype=np.int64)
    position[[int(one) for one in used]] = np.arange(len(used))
    starts = np.flatnonzero(np.append(True, patient[1:] != patient[:-1])[: len(patient)])
    changes = [
        [number for pair in zip(np.round(days, 1).tolist(), places.tolist(), strict=True) for number in pair]
        for days, places in zip(np.split(day, starts[1:]), np.split(position[state], starts[1:]), strict=True)
    ]
    return {
        "days": round(states.horizon_days, 1),
        "of": states.n_patients,
        "states": [{"label": STATES[one], "color": COLORS[one]} for one in used],
        "patients": changes,
    }


def month_table(states: CareStates) -> pd.DataFrame:
    """Return how many of all patients are where, a row per month since referral.

    Long follow-up is told every few months, so that the table can be read.
    """
    import pandas as pd  # noqa: PLC0415

    n_months = int(states.horizon_days / DAYS_PER_MONTH + SHORT_OF_A_MONTH)
    months = np.arange(0, n_months + 1, max(1, -(-n_months // MOST_ROWS)))
    counts = states.counts(np.minimum(months * DAYS_PER_MONTH, states.horizon_days))
    columns = {"month": months} | {
        STATES[state]: counts[:, state] for state in CareState if counts[:, state].any()
    }
    return pd.DataFrame(columns)


def animation_told(states: CareStates, scenario: Scenario, strategy: str) -> str:
    """Return the animation in words: how the largest groups change from the first day to the last.

    Parameters
    ----------
    states : CareStates
        Of one strategy and replication.
    scenario : Scenario
        Labels.
    strategy : str
        Key of the strategy.

    Returns
    -------
    str
        A sentence with the patients of each group.
    """
    days = np.array([0, states.horizon_days / 2, states.horizon_days])
    counts = states.counts(days)
    told = []
    for moment, row in zip(("on the day of referral", "halfway", "at the end"), counts, strict=True):
        largest = sorted(CareState, key=lambda state: -row[state])[: len(days)]
        listed = ", ".join(f"{row[state]:,} {STATES[state].lower()}" for state in largest if row[state])
        told.append(f"{moment} {listed}")
    label = scenario.strategies[strategy].label
    return f"{label}, {states.n_patients:,} patients: {'; '.join(told)}."


def legend(states: CareStates) -> list[str]:
    """Return what each state means, for those somebody is ever in."""
    return [f"**{STATES[state]}**: {MEANINGS[state]}" for state in CareState if np.any(states.state == state)]
