"""A comparison as plain values for programs: the same numbers as the tables."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sim.analysis.capacity import capacity_rows
from sim.analysis.comparison import compare, to_rows
from sim.analysis.increments import variance_reduction
from sim.analysis.output_settings import scenario_names
from sim.report.answer import Question, ask
from sim.results import Results


def comparison_content(
    results: Results, *, scenario: str | None = None, asked: Mapping[str, Any] | None = None
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

    Returns
    -------
    dict
        ``results`` (a row per strategy), ``capacity`` (waits and use of resources, in scenarios that limit
        some), ``variance_reduction`` (what equal luck saves when strategies are compared by net benefit)
        and ``manifest``.
    """
    chosen = dict(asked or {})
    pairing = [
        row for name in scenario_names(results, scenario) for row in _pairing(ask(results, name, chosen))
    ]
    return {
        "results": to_rows(compare(results, scenario=scenario, **chosen)),
        "capacity": capacity_rows(
            results,
            scenario=scenario,
            discount_rate_costs=chosen.get("discount_rate_costs"),
            price_year=chosen.get("price_year"),
        ),
        "variance_reduction": pairing,
        "manifest": dict(results.manifest),
    }


def _pairing(question: Question) -> list[dict[str, Any]]:
    """Return by strategy how many times fewer replications equal luck needs; None where undefined."""
    factors = variance_reduction(
        question.benefit, question.strategies.index(question.output.comparator)
    ).tolist()
    return [
        {"scenario": question.scenario, "strategy": strategy, "nmb": None if math.isnan(factor) else factor}
        for strategy, factor in zip(question.strategies, factors, strict=True)
    ]
