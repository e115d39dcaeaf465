"""A naive version of the same pathway, kept in a file outside the package, to compare speed with."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from pathlib import Path

from sim.domain.scenario import Scenario
from sim.errors import ScenarioError

Naive = Callable[[Scenario, str, int], Mapping[str, float]]
"""Simulates one strategy and replication; its results hold ``n_rows``, the length of its own log."""

NAIVE_FUNCTION = "simulate"


def load_naive(path: Path) -> Naive:
    """Return the naive version of the pathway in a Python file.

    Parameters
    ----------
    path : Path
        A file with a function ``simulate(scenario, strategy, replication)``.

    Returns
    -------
    callable
        That function.

    Raises
    ------
    ScenarioError
        If there is no such file or function.
    """
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise ScenarioError(f"{path}: must be a Python file, got none")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = getattr(module, NAIVE_FUNCTION, None)
    if not callable(found):
        raise ScenarioError(
            f"{path}: must have a function {NAIVE_FUNCTION}(scenario, strategy, replication), got none"
        )
    naive: Naive = found
    return naive
