"""Results in memory or in a directory, scenario by scenario, so that of a directory only one is in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from sim.analysis.output_settings import scenario_names
from sim.results import Results
from sim.results.stored import StoredResults

AnyResults: TypeAlias = Results | StoredResults | Path | str
"""Results, opened ones, or the directory they are in."""


def by_scenario(results: AnyResults, scenario: str | None = None) -> Iterator[tuple[str, Results]]:
    """Yield the results of one scenario after the other.

    Parameters
    ----------
    results : Results, StoredResults, Path or str
        Results of a run, or the directory they are stored in; read only when their turn comes.
    scenario : str, optional
        Only this scenario.

    Yields
    ------
    name : str
        Of the scenario.
    results : Results
        That hold this scenario, and perhaps others too.

    Raises
    ------
    AnalysisError
        If there is no such scenario, or a directory cannot be read.
    """
    if isinstance(results, Results):
        yield from ((name, results) for name in scenario_names(results, scenario))
        return
    stored = results if isinstance(results, StoredResults) else StoredResults.open(results)
    names = stored.scenarios if scenario is None else [stored.named(scenario)]
    yield from ((name, stored.results(name)) for name in names)
