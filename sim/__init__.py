"""Simulate depression treatment pathways, at home and in the clinic.

A planning and teaching model, never advice for one patient::

    from sim import compare, load, simulate

    scenario = load("base")
    results = simulate(scenario, replications=2)
    print(compare(results))

Every command has a function here; ``docs/python.md`` shows them by task. Names are imported when first
used, so ``import sim`` is light.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
"""True to type checkers; `typing` takes ten times as long to import as the rest of this module."""

if TYPE_CHECKING:
    from sim.analysis.comparison import compare
    from sim.analysis.diff import diff
    from sim.api.budgeting import budget
    from sim.api.comparing import compare_given, comparison
    from sim.api.deciding import draw_summary, dsa, psa
    from sim.api.looking import check, cite, schema, trace
    from sim.api.planning import capacity
    from sim.api.running import merge, run
    from sim.api.validating import validate
    from sim.api.valuing import voi, voi_given
    from sim.batch.run import simulate
    from sim.domain.scenario import Scenario
    from sim.errors import AnalysisError, JobError, ScenarioError, SimError
    from sim.report.export import export
    from sim.results import Results
    from sim.results.stored import StoredResults
    from sim.scenario_io.load import load, load_all
    from sim.worlds.stored import ProbabilisticResults

__all__ = [
    "AnalysisError",
    "JobError",
    "ProbabilisticResults",
    "Results",
    "Scenario",
    "ScenarioError",
    "SimError",
    "StoredResults",
    "budget",
    "capacity",
    "check",
    "cite",
    "compare",
    "compare_given",
    "comparison",
    "diff",
    "draw_summary",
    "dsa",
    "export",
    "load",
    "load_all",
    "merge",
    "psa",
    "run",
    "schema",
    "simulate",
    "trace",
    "validate",
    "voi",
    "voi_given",
]

_HOMES = {
    "AnalysisError": "sim.errors",
    "JobError": "sim.errors",
    "ProbabilisticResults": "sim.worlds.stored",
    "Results": "sim.results",
    "Scenario": "sim.domain.scenario",
    "ScenarioError": "sim.errors",
    "SimError": "sim.errors",
    "StoredResults": "sim.results.stored",
    "budget": "sim.api.budgeting",
    "capacity": "sim.api.planning",
    "check": "sim.api.looking",
    "cite": "sim.api.looking",
    "compare": "sim.analysis.comparison",
    "compare_given": "sim.api.comparing",
    "comparison": "sim.api.comparing",
    "diff": "sim.analysis.diff",
    "draw_summary": "sim.api.deciding",
    "dsa": "sim.api.deciding",
    "export": "sim.report.export",
    "load": "sim.scenario_io.load",
    "load_all": "sim.scenario_io.load",
    "merge": "sim.api.running",
    "psa": "sim.api.deciding",
    "run": "sim.api.running",
    "schema": "sim.api.looking",
    "simulate": "sim.batch.run",
    "trace": "sim.api.looking",
    "validate": "sim.api.validating",
    "voi": "sim.api.valuing",
    "voi_given": "sim.api.valuing",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
