"""Answer in a sentence: which strategy is worth most, and whether the lead is clear of chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.analysis.increments import increments, net_monetary_benefit
from sim.analysis.output_settings import OutputSettings, output_settings
from sim.analysis.precision import half_width, mean_and_error
from sim.analysis.present_values import arms, present_values
from sim.report.exhibit import CHANCE_ONLY, Basis, caption_of
from sim.report.numbers import interval_text, joined, money, qaly
from sim.report.words import PERSPECTIVES as PERSPECTIVES  # noqa: PLC0414  modules import it from here too
from sim.results import Results, ScenarioSettings

NOTICE = "Planning and teaching model, never advice for one patient."


@dataclass(frozen=True, slots=True)
class Question:
    """Results of one scenario under chosen output settings, ready to be put into words.

    Parameters
    ----------
    scenario : str
        Name of the scenario.
    settings : ScenarioSettings
        Names and sizes.
    output : OutputSettings
        Perspective, rates, willingness to pay and comparator.
    strategies : tuple of str
        Keys in the order of the scenario.
    n_replications : int
        Number of replications.
    cost, effect, benefit : ndarray, shape (n_strategies, n_replications)
        Discounted cost, QALYs and net monetary benefit per referred patient.
    """

    scenario: str
    settings: ScenarioSettings
    output: OutputSettings
    strategies: tuple[str, ...]
    n_replications: int
    cost: np.ndarray
    effect: np.ndarray
    benefit: np.ndarray

    def label(self, position: int) -> str:
        """Return the plain name of a strategy."""
        return self.settings.strategies[self.strategies[position]]


def ask(results: Results, scenario: str, asked: Mapping[str, Any] | None = None) -> Question:
    """Return what is needed to answer for one scenario.

    Parameters
    ----------
    results : Results
        Results of a run.
    scenario : str
        Name of the scenario.
    asked : mapping, optional
        Output settings as `sim.analysis.comparison.compare` takes them.

    Returns
    -------
    Question
        Values by strategy and replication.

    Raises
    ------
    AnalysisError
        If a setting is impossible.
    """
    settings = results.settings[scenario]
    output = output_settings(settings, **dict(asked or {}))
    found = arms(results, scenario)
    values = present_values(results, found, output)
    return Question(
        scenario=scenario,
        settings=settings,
        output=output,
        strategies=found.strategies,
        n_replications=len(found.replications),
        cost=values.cost,
        effect=values.qaly,
        benefit=net_monetary_benefit(values.cost, values.qaly, output.wtp),
    )


def answer(question: Question) -> str:
    """Return the answer in one or two sentences.

    Parameters
    ----------
    question : Question
        From `ask`.

    Returns
    -------
    str
        The best strategy and its lead; "no clear difference" when the interval of the lead spans zero.
    """
    best = int(np.argmax(mean_and_error(question.benefit)[0]))
    if len(question.strategies) == 1:
        return f"There is only one strategy, {question.label(best)}: nothing to compare."
    frame = (
        f"At {money(question.output.wtp)} per QALY ({PERSPECTIVES[question.output.perspective]} perspective)"
    )
    lead, error = mean_and_error(-increments(question.benefit, best))
    others = [position for position in np.argsort(lead).tolist() if position != best]
    if question.n_replications == 1:
        return (
            f"{frame}, {question.label(best)} comes out best in this single replication; "
            "run at least two to tell a difference from chance."
        )
    half = half_width(error, question.n_replications)
    unclear = [position for position in others if lead[position] - half[position] <= 0]
    nearest = unclear[0] if unclear else others[0]
    span = interval_text(float(lead[nearest]), float(half[nearest]))
    chance = f"95 % interval {span}, {question.n_replications} replications"
    by = money(float(lead[nearest]))
    if unclear:
        rivals = joined([question.label(position) for position in (best, *unclear)])
        return (
            f"{frame} there is no clear difference between {rivals}: {question.label(best)} leads "
            f"{question.label(nearest)} by {by} of net benefit per referred patient ({chance})."
        )
    return (
        f"{frame}, {question.label(best)} is worth most: its net benefit exceeds that of "
        f"{question.label(nearest)}, the next best, by {by} per referred patient ({chance})."
        f"{_against_comparator(question, best)}"
    )


def _against_comparator(question: Question, best: int) -> str:
    """Say what the best strategy costs and gains against the comparator."""
    base = question.strategies.index(question.output.comparator)
    if base == best:
        return ""
    cost = float(mean_and_error(increments(question.cost, base))[0][best])
    gain = float(mean_and_error(increments(question.effect, base))[0][best])
    dearer, better = "more" if cost >= 0 else "less", "gains" if gain >= 0 else "loses"
    costs, gains = f"costs {money(abs(cost))} {dearer}", f"{better} {qaly(abs(gain))} QALYs"
    return f" Against {question.label(base)} it {costs} and {gains}."


def caption(question: Question) -> str:
    """Return what every economic table and chart must say about itself."""
    basis = Basis.of(question.settings, question.output, n_replications=question.n_replications)
    return caption_of(basis, notes=("Means per referred patient.",), at_wtp=True, spread=CHANCE_ONLY)
