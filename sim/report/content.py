"""A comparison as plain values for programs: the same numbers as the tables."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sim.analysis.capacity import capacity_rows
from sim.analysis.comparison import compare, to_rows
from sim.analysis.contrasts import pair_of
from sim.analysis.increments import variance_reduction
from sim.analysis.output_settings import scenario_names
from sim.report.answer import Question, ask
from sim.report.contrasts import achievements, against_comparator, headlines, sentence_rows
from sim.report.queues import queue_warnings
from sim.results import Results


def comparison_content(
    results: Results,
    *,
    scenario: str | None = None,
    asked: Mapping[str, Any] | None = None,
    pairs: Sequence[str] = (),
) -> dict[str, Any]:
    """Return everything there is to say about a comparison, ready for JSON.

    Parameters
    ----------
    results : Results
        Results of a run.
    scenario : str, optional
        Only this scenario; left out = all.
    asked : mapping, optional
        Output settings as `compare` takes them.
    pairs : sequence of str
        Pairs of strategies to be told besides, each as two keys with a comma between.

    Returns
    -------
    dict
        ``results`` (a row per strategy), ``capacity`` (waits and use of resources, in scenarios that limit
        some), ``variance_reduction`` (what equal luck saves when strategies are compared by net benefit),
        ``sentences`` (every strategy against the comparator, then the pairs) and ``manifest``.

    Raises
    ------
    AnalysisError
        If a name is unknown or a setting impossible.
    """
    chosen = dict(asked or {})
    questions = [ask(results, name, chosen) for name in scenario_names(results, scenario)]
    return {
        "results": to_rows(compare(results, scenario=scenario, **chosen)),
        "capacity": capacity_rows(
            results,
            scenario=scenario,
            discount_rate_costs=chosen.get("discount_rate_costs"),
            price_year=chosen.get("price_year"),
        ),
        "variance_reduction": [row for question in questions for row in _pairing(question)],
        "sentences": [row for question in questions for row in _sentences(results, question, pairs)],
        "manifest": dict(results.manifest),
    }


def joined_content(contents: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Put the contents of several scenarios together.

    Parameters
    ----------
    contents : iterable of mapping
        From `comparison_content`, of the same run; at least one.

    Returns
    -------
    dict
        Lists one after the other; the manifest of the first.
    """
    joined: dict[str, Any] = {}
    for content in contents:
        for key, value in content.items():
            if isinstance(value, list):
                joined.setdefault(key, []).extend(value)
            else:
                joined.setdefault(key, value)
    return joined


def run_warnings(results: Results) -> list[str]:
    """Return what a reader of the results must be warned of, for the manifest.

    Parameters
    ----------
    results : Results
        Results of a run.

    Returns
    -------
    list of str
        Sentences that begin with scenario and strategy; none where all queues settle.
    """
    rows = capacity_rows(results)
    return [
        f"{name}: {warning}"
        for name, settings in results.settings.items()
        for warning in queue_warnings(
            [row for row in rows if row["scenario"] == name], settings.strategies, settings.resources
        )
    ]


def told_below(results: Results, question: Question, pairs: Sequence[str] = ()) -> list[str]:
    """Return the sentences that stand below the tables: those of the pairs asked for, or the most telling.

    Parameters
    ----------
    results : Results
        Results of a run.
    question : Question
        One scenario under chosen output settings.
    pairs : sequence of str
        Pairs of strategies, each as two keys with a comma between.

    Returns
    -------
    list of str
        Sentences.

    Raises
    ------
    AnalysisError
        If a pair names an unknown strategy.
    """
    found = achievements(results, question)
    if not pairs:
        return [row["text"] for row in headlines(found, question)]
    wanted = [pair_of(pair, question.strategies) for pair in pairs]
    return [row["text"] for row in sentence_rows(found, question, wanted)]


def _sentences(results: Results, question: Question, pairs: Sequence[str]) -> list[dict[str, Any]]:
    wanted = [*against_comparator(question), *(pair_of(pair, question.strategies) for pair in pairs)]
    return sentence_rows(achievements(results, question), question, list(dict.fromkeys(wanted)))


def _pairing(question: Question) -> list[dict[str, Any]]:
    """Return by strategy how many times fewer replications equal luck needs; None where undefined."""
    factors = variance_reduction(
        question.benefit, question.strategies.index(question.output.comparator)
    ).tolist()
    return [
        {"scenario": question.scenario, "strategy": strategy, "nmb": None if math.isnan(factor) else factor}
        for strategy, factor in zip(question.strategies, factors, strict=True)
    ]
