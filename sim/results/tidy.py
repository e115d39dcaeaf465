"""Results of a run as tidy frames with their settings and manifest: keep, join, store, read back.

Nothing is computed here. Costs and health are undiscounted means per referred patient, by day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.domain.columns import COLUMNS, CURVE_MEASURES, KEYS, PATIENT_DTYPES, PATIENT_FRAMES
from sim.domain.economics import Category
from sim.domain.scenario_settings import ScenarioSettings
from sim.errors import AnalysisError

if TYPE_CHECKING:
    import pandas as pd


@cache
def empty_frame(name: str) -> pd.DataFrame:
    """Return the frame of single patients without a row, one for all results."""
    import pandas as pd  # noqa: PLC0415

    return pd.DataFrame({column: np.empty(0, PATIENT_DTYPES[column]) for column in COLUMNS[name]})


@dataclass(frozen=True, slots=True)
class Results:
    """Frames of one or more scenarios, sorted by scenario, strategy and replication.

    Parameters
    ----------
    clinical, flows, health, curves, utilization : pandas.DataFrame
        With the columns of `COLUMNS`; names are categorical. ``flows`` holds only days with money.
    settings : mapping
        `ScenarioSettings` by name of the scenario, in the order of the scenarios.
    manifest : mapping
        How the run was made; plain values only.
    patients, patient_flows, patient_health : pandas.DataFrame
        The same of every single patient, undiscounted and by year from day 0, without idle capacity; without
        a row unless they were asked for. ``patient_flows`` holds only years with money.

    Raises
    ------
    AnalysisError
        If a frame lacks a column, names something unknown, or holds a replication twice.
    """

    clinical: pd.DataFrame
    flows: pd.DataFrame
    health: pd.DataFrame
    curves: pd.DataFrame
    utilization: pd.DataFrame
    settings: Mapping[str, ScenarioSettings]
    manifest: Mapping[str, Any]
    patients: pd.DataFrame = field(default_factory=partial(empty_frame, "patients"))
    patient_flows: pd.DataFrame = field(default_factory=partial(empty_frame, "patient_flows"))
    patient_health: pd.DataFrame = field(default_factory=partial(empty_frame, "patient_health"))

    def __post_init__(self) -> None:
        known = _known_names(self.settings)
        for name in COLUMNS:
            object.__setattr__(self, name, _checked(name, getattr(self, name), known))
        if (twice := _repeated(self.clinical)).any():
            scenario, strategy, replication = self.clinical.loc[twice, list(KEYS)].iloc[0]
            raise AnalysisError(
                f"results: scenario '{scenario}', strategy '{strategy}', replication {replication} "
                "must be there once, got it twice; leave one of the two out"
            )

    @property
    def frames(self) -> dict[str, pd.DataFrame]:
        """Frames by name."""
        return {name: getattr(self, name) for name in COLUMNS}

    @classmethod
    def combine(cls, parts: Iterable[Results]) -> Results:
        """Join results of different scenarios, strategies or replications.

        Parameters
        ----------
        parts : iterable of Results
            Scenarios keep the order in which they first come; otherwise order does not matter.

        Returns
        -------
        Results
            Sorted by scenario, strategy and replication, with the manifest of the first part.

        Raises
        ------
        AnalysisError
            If there is no part, a replication comes twice, or scenarios of the same name differ.
        """
        import pandas as pd  # noqa: PLC0415

        if not (joined := list(parts)):
            raise AnalysisError("results: must have at least one part to combine, got none")
        settings = _joined_settings(joined)
        known = _known_names(settings)
        ranks = _ranks(settings, known)
        frames = {
            name: _sorted(pd.concat([_checked(name, frame, known) for frame in pieces]), ranks)
            for name in COLUMNS
            if (pieces := [frame for part in joined if not _is_left_out(name, frame := part.frames[name])])
        }
        return cls(**frames, settings=settings, manifest=joined[0].manifest)

    def only(self, scenario: str, strategies: Sequence[str]) -> Results:
        """Return the results of one scenario as if only some of its strategies had been run.

        Parameters
        ----------
        scenario : str
            Name of a scenario.
        strategies : sequence of str
            Keys, at least one.

        Returns
        -------
        Results
            With a comparator among them: the scenario's own, else the first.
        """
        setting = self.settings[scenario]
        kept = {key: label for key, label in setting.strategies.items() if key in strategies}
        comparator = setting.comparator if setting.comparator in kept else next(iter(kept))
        needed = {key: setting.needed[key] for key in kept}
        fewer = replace(setting, strategies=kept, needed=needed, comparator=comparator)
        frames = {
            name: frame[(frame["scenario"] == scenario) & frame["strategy"].isin(list(kept))]
            for name, frame in self.frames.items()
        }
        plain = {name: frame.reset_index(drop=True) for name, frame in frames.items()}
        return Results(**plain, settings={scenario: fewer}, manifest=self.manifest)

    def save(self, directory: Path | str, summary: pd.DataFrame | None = None) -> None:
        """Store everything in a new directory, all or nothing.

        Parameters
        ----------
        directory : Path or str
            Must not exist yet, or be empty.
        summary : pandas.DataFrame, optional
            Table for ``summary.csv``; left out = the clinical frame.

        Raises
        ------
        AnalysisError
            If the directory holds something already or cannot be written.
        """
        from sim.results.stored import save_whole  # noqa: PLC0415  it builds on this module

        save_whole(self, directory, self.clinical if summary is None else summary)

    @classmethod
    def load(cls, directory: Path | str) -> Results:
        """Read stored results of all scenarios.

        Parameters
        ----------
        directory : Path or str
            Where they are.

        Returns
        -------
        Results
            As they were stored; the manifest also lists the files.

        Raises
        ------
        AnalysisError
            If something is missing or damaged, or the run has not ended.
        """
        from sim.results.stored import StoredResults  # noqa: PLC0415  it builds on this module

        return StoredResults.open(directory).load()


def _known_names(settings: Mapping[str, ScenarioSettings]) -> dict[str, list[str]]:
    """List the allowed names of every categorical column, in order."""
    return {
        "scenario": list(settings),
        "strategy": list(dict.fromkeys(key for setting in settings.values() for key in setting.strategies)),
        "category": [category.value for category in Category],
        "measure": list(CURVE_MEASURES),
        "resource": list(dict.fromkeys(key for setting in settings.values() for key in setting.resources)),
        "payer": list(dict.fromkeys(key for setting in settings.values() for key in setting.payers)),
    }


def _checked(name: str, frame: pd.DataFrame, known: dict[str, list[str]]) -> pd.DataFrame:
    """Check the columns of a frame and give its names the known categories."""
    import pandas as pd  # noqa: PLC0415

    if tuple(frame.columns) != COLUMNS[name]:
        raise AnalysisError(
            f"{name}: columns must be {', '.join(COLUMNS[name])}, got {', '.join(map(str, frame.columns))}"
        )
    if _is_left_out(name, frame):
        return empty_frame(name)
    recoded = {}
    for column in COLUMNS[name]:
        if column not in known or _is_coded(frame[column], known[column]):
            continue
        codes = _codes(frame[column], pd.Index(known[column]))
        if (codes < 0).any():
            first = frame[column].iloc[int(np.argmax(codes < 0))]
            allowed = ", ".join(known[column])
            raise AnalysisError(f"{name}: {column} must be one of {allowed}, got {first!r}")
        recoded[column] = pd.Categorical.from_codes(codes, known[column])
    return frame.assign(**recoded)


def _is_left_out(name: str, frame: pd.DataFrame) -> bool:
    """Tell whether single patients were not asked for."""
    return name in PATIENT_FRAMES and frame.empty


def _is_coded(column: pd.Series, names: list[str]) -> bool:
    """Tell whether a column has these very categories, and a name in every row."""
    if not hasattr(column, "cat") or column.cat.categories.tolist() != names:
        return False
    return bool(column.array.codes.min(initial=0) >= 0)


def _codes(column: pd.Series, names: pd.Index) -> np.ndarray:
    """Return the position of each value among the names, -1 for others."""
    if hasattr(column, "cat"):
        position = np.append(names.get_indexer_for(column.cat.categories), -1)
        return np.asarray(position[column.cat.codes])
    return np.asarray(names.get_indexer_for(column))


def _repeated(clinical: pd.DataFrame) -> np.ndarray:
    """Tell which rows have the scenario, strategy and replication of an earlier one."""
    columns = [clinical[key] for key in KEYS]
    codes = [np.asarray(column.array.codes if hasattr(column, "cat") else column) for column in columns]
    rows = list(zip(*(code.tolist() for code in codes), strict=True))
    first = {row: position for position, row in reversed(list(enumerate(rows)))}
    return np.array([first[row] != position for position, row in enumerate(rows)], dtype=np.bool_)


def _joined_settings(parts: Sequence[Results]) -> dict[str, ScenarioSettings]:
    """Join the settings of several parts; the same name must mean the same scenario."""
    settings: dict[str, ScenarioSettings] = {}
    for part in parts:
        for name, setting in part.settings.items():
            known = settings.setdefault(name, setting)
            if known != setting:
                raise AnalysisError(
                    f"results: scenario '{name}' must be the same in all parts, got two; rename one"
                )
    return settings


def _ranks(settings: Mapping[str, ScenarioSettings], known: dict[str, list[str]]) -> np.ndarray:
    """Return the position of each strategy within its own scenario, by codes of both."""
    ranks = np.zeros((len(settings), len(known["strategy"])), dtype=np.int64)
    for row, setting in enumerate(settings.values()):
        for position, key in enumerate(setting.strategies):
            ranks[row, known["strategy"].index(key)] = position
    return ranks


def _sorted(frame: pd.DataFrame, ranks: np.ndarray) -> pd.DataFrame:
    """Sort rows by scenario, strategy and replication, and leave their order within a replication."""
    scenario, strategy = frame["scenario"].cat.codes.to_numpy(), frame["strategy"].cat.codes.to_numpy()
    order = np.lexsort((frame["replication"].to_numpy(), ranks[scenario, strategy], scenario))
    return frame.iloc[order].reset_index(drop=True)
