"""What a treatment does, from its published figures: onset, harms by session, completion, improvement."""

from __future__ import annotations

import math

import numpy as np

from sim.domain.improvement import (
    Improvement,
    ImprovementShape,
    Scale,
    possible_ratios,
    responders_among_improvers,
    solve_improvement,
)
from sim.domain.roots import root_of_rising
from sim.domain.scenario_parts import ScenarioParts
from sim.domain.treatments import Basis, Harm, Treatment


def onset_by_session(treatment: Treatment) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return how far the score falls after each session of an induction, extension included.

    Parameters
    ----------
    treatment : Treatment
        Its onset, by sessions or by days, and the plan of its induction.

    Returns
    -------
    share : tuple of float
        Share of the improvement at the end of the induction; the last induction session has 1,
        sessions of the extension may have more.
    days : tuple of float
        Days after the session until that share is reached.

    Notes
    -----
    Published responses are counted at the end of an induction, so the curve is divided by its value there.
    A curve by days is read where the next session is due, and runs straight in between.
    """
    curve, induction = treatment.effect.onset, treatment.induction
    last = induction.n_sessions
    sessions, full = np.arange(last + induction.n_extension), full_onset(treatment)
    if curve.at is None:
        share = np.asarray(curve.values)[np.minimum(sessions, len(curve.values) - 1)]
        lag = treatment.effect.onset_days.value if treatment.effect.onset_days else 0.0
        return tuple((share / full).tolist()), (lag,) * len(sessions)
    interval = induction.interval.value
    days = np.where(sessions == last - 1, induction.assessment_lag.value, interval)
    share = np.interp(sessions * interval + days, curve.at, curve.values)
    return tuple((share / full).tolist()), tuple(days.tolist())


def full_onset(treatment: Treatment) -> float:
    """Return the value of the onset curve at the end of the induction, extension left out."""
    curve, induction = treatment.effect.onset, treatment.induction
    last = induction.n_sessions
    if curve.at is None:
        return curve.values[min(last, len(curve.values)) - 1]
    end = (last - 1) * induction.interval.value + induction.assessment_lag.value
    return float(np.interp(end, curve.at, curve.values))


def harm_by_session(
    harm: Harm, induction_sessions: int, width: int, *, reported_unasked: float
) -> tuple[float, ...]:
    """Return the chance of a harm at each session of a line.

    Parameters
    ----------
    harm : Harm
        The harm; a chance per induction is turned into one per session.
    induction_sessions : int
        Sessions over which a chance per induction was counted.
    width : int
        Number of sessions wanted.
    reported_unasked : float
        Share of events that are reported when nobody asks; a rate of spontaneous reports is divided by it.

    Returns
    -------
    tuple of float, length ``width``
        Chance at the first, second, … session.

    Notes
    -----
    With chance p at the first session and fading f, the chance of at least one event in n
    sessions is 1 - prod(1 - p f^k), k = 0 … n - 1; p is solved numerically.
    """
    chance = harm.probability.value if harm.asked else min(harm.probability.value / reported_unasked, 1.0)
    first = chance
    if harm.period == "induction":
        fade = [harm.fade.value**session for session in range(induction_sessions)]
        first = root_of_rising(
            lambda first: 1 - chance - math.prod([1 - min(first * share, 1.0) for share in fade]), 0.0, 1.0
        )
    with np.errstate(over="ignore"):
        growth = np.minimum(harm.fade.value ** np.arange(width), np.finfo(np.float64).max)
    return tuple(np.minimum(first * growth, 1).tolist())


def completion(scenario: ScenarioParts, treatment: Treatment) -> float:
    """Return the chance that a starter completes the induction and is assessed.

    Notes
    -----
    A starter may leave after each session but the last, stop for a harm, or miss a session and
    not book another, or miss it too often. The parts are independent, so their chances multiply.
    """
    sessions = treatment.induction.n_sessions
    stays = (1 - treatment.dropout.per_induction_session.value) ** (sessions - 1)
    care = scenario.care
    missed, again = care.session_no_show.value, care.session_no_show.value * care.rebooks.value
    tries = sum(again**misses for misses in range(care.most_misses))
    comes = ((1 - missed) * tries) ** (sessions - 1)
    goes_on = 1.0
    for harm in treatment.harms.values():
        for chance in harm_by_session(harm, sessions, sessions, reported_unasked=care.reported_unasked.value):
            goes_on *= 1 - chance * harm.stops.value
    return stays * comes * goes_on


def improvement_of(scenario: ScenarioParts, key: str) -> Improvement:
    """Return the distribution of improvement of those who complete the induction of a treatment.

    Raises
    ------
    ValueError
        When the published rates cannot be met; see `solve_improvement`.

    Notes
    -----
    A rate counted among starters is divided by the chance of being assessed. Odds ratios (against
    another treatment, of the context, of preparation and integration) then act on the odds of
    response among those assessed.
    """
    effect = scenario.treatments[key].effect
    return solve_improvement(
        _response_in_context(scenario, key), effect.remission_ratio.value, _scale(scenario, key)
    )


def possible_remission_ratios(scenario: ScenarioParts, key: str) -> tuple[float, float]:
    """Return the lowest and the highest remission ratio that the response of a treatment allows.

    Raises
    ------
    ValueError
        When more starters respond than complete the induction.
    """
    return possible_ratios(_response_in_context(scenario, key), _scale(scenario, key))


def _response_in_context(scenario: ScenarioParts, key: str) -> float:
    """Return the share of those assessed who respond, all odds ratios applied."""
    effect = scenario.treatments[key].effect
    response = _response_of_assessed(scenario, effect.relative_to or key)
    ratio = scenario.illness.improvement.context.value
    ratio *= effect.odds_ratio.value if effect.odds_ratio else 1.0
    if scenario.treatments[key].preparation and scenario.care.integration_effect:
        ratio *= scenario.care.integration_effect.value
    return ratio * response / (1 - response + ratio * response) if response < 1 else 1.0


def _scale(scenario: ScenarioParts, key: str) -> Scale:
    effect = scenario.treatments[key].effect
    return Scale(
        remission_score=effect.remission_score.value,
        baseline_mean=effect.baseline_mean.value,
        baseline_sd=effect.baseline_sd.value,
        shape=improvement_shape(scenario),
    )


def _response_of_assessed(scenario: ScenarioParts, key: str) -> float:
    treatment = scenario.treatments[key]
    if treatment.effect.response is None:
        raise ValueError("response must be given")
    response = treatment.effect.response.value
    if treatment.effect.basis is not Basis.STARTERS:
        return response
    completing = completion(scenario, treatment)
    if response > completing:
        raise ValueError(
            f"response among starters must be at most the share who complete the induction "
            f"{completing:.3f}, got {response:g}; lower drop-out, no-shows or stopping for harm"
        )
    return response / completing if completing > 0 else 0.0


def natural_improvement_of(scenario: ScenarioParts) -> Improvement:
    """Return the distribution of a spontaneous improvement; only its responders are used.

    Raises
    ------
    ValueError
        When the ratio of remission cannot be met at the population's scores.
    """
    scale, ratio = _natural_scale(scenario), scenario.illness.natural.remission_ratio.value
    # The share does not matter: only the distribution among responders is used.
    share = min(1 / 2, responders_among_improvers(ratio, scale))
    return solve_improvement(share, ratio, scale)


def possible_natural_ratios(scenario: ScenarioParts) -> tuple[float, float]:
    """Return the lowest and the highest remission ratio that spontaneous responses can have."""
    return possible_ratios(0.0, _natural_scale(scenario))


def _natural_scale(scenario: ScenarioParts) -> Scale:
    severity = scenario.population.severity
    return Scale(
        remission_score=scenario.illness.definitions.remission.value,
        baseline_mean=severity.mean.value,
        baseline_sd=severity.sd.value,
        shape=improvement_shape(scenario),
    )


def improvement_shape(scenario: ScenarioParts) -> ImprovementShape:
    """Return the part of the improvement distribution that all treatments share."""
    improvement = scenario.illness.improvement
    return ImprovementShape(
        concentration=improvement.improver_concentration.value,
        unimproved_low=improvement.unimproved_low.value,
        unimproved_high=improvement.unimproved_high.value,
        response=scenario.illness.definitions.response.value,
    )


def response_of_starters(scenario: ScenarioParts, key: str) -> float:
    """Return the share of those who start a treatment who respond at the end of its induction.

    Notes
    -----
    What a trial counts when leaving early is no response: the response of those assessed, all odds ratios
    applied, times the chance of being assessed.
    """
    return _response_in_context(scenario, key) * completion(scenario, scenario.treatments[key])
