"""Results of a run: tidy frames in memory, and directories in which they are kept."""

from __future__ import annotations

from sim.domain.columns import CLINICAL_VALUES, COLUMNS, CURVE_MEASURES, KEYS
from sim.domain.scenario_settings import ScenarioSettings
from sim.results.tidy import Results, empty_frame

__all__ = [
    "CLINICAL_VALUES",
    "COLUMNS",
    "CURVE_MEASURES",
    "KEYS",
    "Results",
    "ScenarioSettings",
    "empty_frame",
]
