"""Sentences on pairs of strategies: what one costs more or less than the other for what it achieves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from sim.analysis.contrasts import (
    AVERAGE,
    MEASURES,
    NMB,
    PER_GAIN,
    Achievements,
    Contrast,
    Pair,
    contrast,
    gained_by,
)
from sim.analysis.icers import refusal
from sim.analysis.increments import variance_reduction
from sim.analysis.precision import mean_and_error
from sim.report.answer import Question
from sim.report.numbers import cents, days, money, qaly
from sim.report.tables import SAVING
from sim.results import Results

Form = Callable[[float], str]
UNITS: dict[str, tuple[str, Form]] = {
    "responder": ("responder", money),
    "remitter": ("remitter", money),
    "depression_free_day": ("depression-free day", cents),
}
"""What cost is set against, in words, and how much of it is written."""
GAINS: dict[str, tuple[str, str, Form, Form]] = {
    "cost_per_extra_responder": ("responders", "responders per referred patient", qaly, money),
    "cost_per_extra_remitter": ("remitters", "remitters per referred patient", qaly, money),
    "cost_per_extra_depression_free_day": ("depression-free days", "depression-free days", days, cents),
    "cost_per_qaly": ("QALYs", "QALYs", qaly, money),
}
"""What is gained, shortly and in full; how the gain and its price are written."""
OVER, GAIN = "extra_cost_per_responder", "cost_per_extra_responder"
Row = dict[str, Any]


def achievements(results: Results, question: Question) -> Achievements:
    """Return what the strategies of a question cost and achieve, by replication."""
    return Achievements(
        strategies=question.strategies,
        cost=question.cost,
        qaly=question.effect,
        nmb=question.benefit,
        gained=gained_by(results, question.scenario),
        comparator=question.output.comparator,
    )


def sentence_rows(found: Achievements, question: Question, pairs: Sequence[Pair]) -> list[Row]:
    """Return what there is to say about pairs of strategies, with the numbers behind it.

    Parameters
    ----------
    found : Achievements
        From `achievements`.
    question : Question
        Names and output settings.
    pairs : sequence of tuple of str
        Keys of the strategy and of the one it is set against.

    Returns
    -------
    list of dict
        Fields of `sim.analysis.contrasts.Contrast`, ``scenario`` and the sentence, ``text``.
    """
    told = [contrast(found, pair, measure) for pair in pairs for measure in MEASURES]
    return [
        {"scenario": question.scenario} | asdict(one) | {"text": sentence(one, found, question)}
        for one in told
        if one is not None
    ]


def against_comparator(question: Question) -> list[Pair]:
    """Return the pairs of every strategy and the comparator."""
    comparator = question.output.comparator
    return [(key, comparator) for key in question.strategies if key != comparator]


def headlines(found: Achievements, question: Question) -> list[Row]:
    """Return the one or two sentences that say most about the strategy that is worth most.

    Parameters
    ----------
    found : Achievements
        From `achievements`.
    question : Question
        Names and output settings.

    Returns
    -------
    list of dict
        Rows as of `sentence_rows`: net benefit against the comparator, unless the answer tells it already;
        and what a responder more than in the comparator costs, against the next best strategy that has more
        of them, else against the comparator.
    """
    order = np.argsort(-mean_and_error(question.benefit)[0], kind="stable")
    best, *others = [question.strategies[position] for position in order.tolist()]
    comparator = question.output.comparator
    rows = _rows(found, question, (best, comparator), NMB) if comparator in others[1:] else []
    for other in others:
        if over := _rows(found, question, (best, other), OVER):
            return [*rows, *over]
    challenger = best if best != comparator else next(iter(others), best)
    return [
        *rows,
        *(row for row in _rows(found, question, (challenger, comparator), GAIN) if row["is_clear"]),
    ]


def _rows(found: Achievements, question: Question, pair: Pair, measure: str) -> list[Row]:
    return [row for row in sentence_rows(found, question, [pair]) if row["measure"] == measure]


def sentence(told: Contrast, found: Achievements, question: Question) -> str:
    """Return a contrast as a sentence.

    Parameters
    ----------
    told : Contrast
        What to say.
    found : Achievements
        Where it comes from.
    question : Question
        Names and output settings.

    Returns
    -------
    str
        "no clear difference" when the interval spans zero.
    """
    labels = question.settings.strategies
    if told.measure in PER_GAIN:
        return _per_gain(told, found, labels)
    first, second = labels[told.strategy], labels[told.against]
    if told.measure == NMB:
        worth = f"At {money(question.output.wtp)} per QALY, {first} is worth"
        return _difference(
            told, f"{worth} {{}} per referred patient than {second}", "net benefit", (first, second), money
        )
    unit, form = UNITS[told.measure.partition("cost_per_")[2]]
    if told.measure in AVERAGE:
        clear = f"{first} costs {{}} per {unit}, all care counted, than {second}"
        return _difference(told, clear, f"cost per {unit}, all care counted,", (first, second), form)
    base = labels[found.comparator]
    clear = f"{first} costs {{}} per extra {unit} than {second}, both against {base}"
    what = f"extra cost per extra {unit} (against {base})"
    return _difference(told, clear, what, (first, second), form)


def _difference(told: Contrast, clear: str, what: str, names: tuple[str, str], form: Form) -> str:
    """Say by how much a measure differs, in the direction in which it does."""
    value = told.value or 0.0
    if told.low is None or told.high is None:
        single = "in this single replication; run at least two to tell a difference from chance"
        return f"{clear.format(_more(value, form))} {single}."
    ends = sorted((told.low, told.high), key=abs)
    replications = f"{told.n_replications} replications"
    if told.is_clear:
        span = " to ".join(form(abs(end)) for end in ends)
        return f"{clear.format(_more(value, form))} (95 % interval {span}, {replications})."
    span = f"from {_more(told.low, form)} to {_more(told.high, form)}"
    first, second = names
    return (
        f"There is no clear difference in {what} between {first} and {second}: that of {first} comes out "
        f"{_more(value, form)} (95 % interval {span}, {replications})."
    )


def _more(value: float, form: Form) -> str:
    return f"{form(abs(value))} {'less' if value < 0 else 'more'}"


def _per_gain(told: Contrast, found: Achievements, labels: Mapping[str, str]) -> str:
    """Say what each of what is gained costs, from the side of the strategy that gains."""
    short, full, form, price = GAINS[told.measure]
    places = [found.strategies.index(key) for key in (told.strategy, told.against)]
    effect = found.effect(PER_GAIN[told.measure])
    gains = effect[places[0]] - effect[places[1]]
    better, worse = labels[told.strategy], labels[told.against]
    if told.value is None or told.low is None or told.high is None:
        reason = refusal(gains, short)
        return f"There is no cost of extra {short} between {better} and {worse}: {reason}."
    if gains.mean() < 0:
        better, worse, places = worse, better, places[::-1]
    gain = f"{better} gains {form(abs(float(gains.mean())))} {full} over {worse}"
    replications = f"{told.n_replications} replications"
    if told.high < 0:
        saved = money(-float((found.cost[places[0]] - found.cost[places[1]]).mean()))
        return f"{gain} and costs {saved} less, both beyond chance ({replications})."
    limit = price(told.high)
    if told.value < 0:
        return (
            f"{gain} and comes out cheaper, but that is not beyond chance: each costs at most {limit} "
            f"(95 % interval, {replications})."
        )
    low = SAVING if told.low < 0 else price(told.low)
    return f"{gain}, at {price(told.value)} each (95 % interval {low} to {limit}, {replications})."


def pairing_sentence(question: Question) -> str | None:
    """Say what equal luck saves when strategies are compared by net benefit.

    Parameters
    ----------
    question : Question
        Results under chosen output settings.

    Returns
    -------
    str or None
        None where nothing can be told: fewer than two replications, or a single strategy.
    """
    base = question.strategies.index(question.output.comparator)
    factors = variance_reduction(question.benefit, base)
    known = factors[np.isfinite(factors)]
    if not known.size:
        return None
    low, high = (f"{end:,.1f}" for end in (known.min(), known.max()))
    span = low if low == high else f"{low} to {high}"
    return (
        "All strategies see the same patients with the same luck (common random numbers): the variance of "
        f"differences in net benefit against {question.label(base)} is {span} times smaller than between "
        "independent runs."
    )
