"""Probabilistic results of one or more scenarios: keep, store, read back. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from sim.domain.columns import CLINICAL_VALUES
from sim.domain.economics import CATEGORIES
from sim.errors import AnalysisError
from sim.results import ScenarioSettings
from sim.stored.files import json_bytes
from sim.stored.journal import Entry
from sim.stored.layout import PROBABILISTIC, folder_of, header_of, settings_path
from sim.stored.run_directory import whole_directory
from sim.stored.stored_run import StoredRun
from sim.stored.tables import Table, encoded
from sim.worlds.sums import HEALTH, MONEY, NUMBERS, Worlds

if TYPE_CHECKING:
    import pandas as pd

KIND = PROBABILISTIC
MADE_BY = "make some with 'treatpath psa FILE --out DIR'"
DRAWN, BASE = "drawn", "base"
FRAMES = ("parameters", "response", "money", "health", "clinical")
KEYS = ("scenario", "part", "world", "replication")
CATEGORY_NAMES = tuple(str(category) for category in CATEGORIES)


@dataclass(frozen=True, slots=True)
class StoredUnknown:
    """One unknown in words, for tables and figures.

    Parameters
    ----------
    label, unit, distribution, source, grade : str
        Plain name; unit; distribution in a few words; source key and grade of evidence.
    value : float
        Value in the deterministic analysis.
    n_places : int
        How often the same figure stands in the scenario.
    """

    label: str
    unit: str
    distribution: str
    source: str
    grade: str
    value: float
    n_places: int


@dataclass(frozen=True, slots=True)
class ProbabilisticScenario:
    """Draws of one scenario, and the scenario as it is.

    Parameters
    ----------
    settings : ScenarioSettings
        Output settings and names; ``n_patients`` are those per draw and replication.
    unknowns : mapping
        `StoredUnknown` by path, in file order.
    n_fixed : int
        Numbers with a range but without a distribution: they do not vary here.
    research : mapping or None
        The scenario's question about studies as plain values (`sim.domain.research.Research`), every
        parameter being its value, amounts in prices of ``settings.price_year``.
    drawn, base : Worlds
        The draws; and, in several replications, world 0 with the scenario's own values and world 1 with the
        mean of every distribution, which is missing where means contradict each other.
    """

    settings: ScenarioSettings
    unknowns: Mapping[str, StoredUnknown]
    n_fixed: int
    research: Mapping[str, Any] | None
    drawn: Worlds
    base: Worlds

    def words_bytes(self) -> bytes:
        """Return everything but the draws as the content of a file."""
        return words_bytes(
            self.settings,
            self.unknowns,
            n_fixed=self.n_fixed,
            research=self.research,
            treatments=self.drawn.treatments,
        )


@dataclass(frozen=True, slots=True)
class ProbabilisticResults:
    """Probabilistic results of one or more scenarios.

    Parameters
    ----------
    scenarios : mapping
        By name, in the order of the run.
    manifest : mapping
        How the run was made; plain values only.
    """

    scenarios: Mapping[str, ProbabilisticScenario]
    manifest: Mapping[str, Any]

    @property
    def frames(self) -> dict[str, pd.DataFrame]:
        """Draws and the points beside them as frames by name, as they stand in a directory."""
        import pandas as pd  # noqa: PLC0415

        pieces = [
            _frames(name, part, worlds)
            for name, one in self.scenarios.items()
            for part, worlds in ((DRAWN, one.drawn), (BASE, one.base))
        ]
        return {
            frame: pd.concat([piece[frame] for piece in pieces], ignore_index=True).astype(
                {"scenario": str, "part": str}
            )
            for frame in FRAMES
        }

    def save(self, directory: Path | str) -> None:
        """Store everything in a new directory, all or nothing.

        Parameters
        ----------
        directory : Path or str
            Must not exist yet, or be empty.

        Raises
        ------
        AnalysisError
            If the directory holds something already or cannot be written.
        """
        folders = {
            name: folder_of(position, one.settings.digest)
            for position, (name, one) in enumerate(self.scenarios.items(), start=1)
        }
        header = header_of(KIND, [{"name": name, "folder": folder} for name, folder in folders.items()])
        texts = {
            settings_path(folder): self.scenarios[name].words_bytes() for name, folder in folders.items()
        }
        with whole_directory(directory, header, texts) as run:
            for name, one in self.scenarios.items():
                for part, worlds in ((DRAWN, one.drawn), (BASE, one.base)):
                    first, last = int(worlds.world.min()), int(worlds.world.max())
                    entry = Entry(folders[name], part, first, last - first + 1)
                    run.keep(entry, tables_of(name, part, worlds))
            run.finish(self.manifest)

    @classmethod
    def load(cls, directory: Path | str) -> Self:
        """Read results stored by `save`.

        Parameters
        ----------
        directory : Path or str
            Where they are.

        Returns
        -------
        ProbabilisticResults
            As they were stored.

        Raises
        ------
        AnalysisError
            If something is missing or damaged, or the directory holds results of another kind.
        """
        run = StoredRun.open(directory, KIND, MADE_BY)
        return cls({name: _read_scenario(run, name) for name in run.folders}, run.manifest)


def words_bytes(
    settings: ScenarioSettings,
    unknowns: Mapping[str, StoredUnknown],
    *,
    n_fixed: int,
    research: Mapping[str, Any] | None,
    treatments: Sequence[str],
) -> bytes:
    """Return what analyses need to know beside the draws, as the content of a file.

    Parameters
    ----------
    settings, unknowns, n_fixed, research
        As in `ProbabilisticScenario`.
    treatments : sequence of str
        Keys in file order.

    Returns
    -------
    bytes
        JSON.
    """
    return json_bytes(
        {
            "settings": asdict(settings),
            "unknowns": {path: asdict(unknown) for path, unknown in unknowns.items()},
            "n_fixed": n_fixed,
            "research": research,
            "treatments": list(treatments),
        }
    )


def tables_of(scenario: str, part: str, worlds: Worlds) -> dict[str, Table]:
    """Return worlds of a scenario as files by name of the frame."""
    return {name: encoded(frame) for name, frame in _frames(scenario, part, worlds).items()}


def _read_scenario(run: StoredRun, name: str) -> ProbabilisticScenario:
    content = run.settings(name)
    frames = {key: run.needed_frame(key, name) for key in FRAMES}
    try:
        settings = ScenarioSettings(**content["settings"])
        unknowns = {path: StoredUnknown(**words) for path, words in content["unknowns"].items()}
        drawn, base = (
            _worlds(
                {key: frame[frame["part"] == part] for key, frame in frames.items()},
                parameters=tuple(unknowns) if part == DRAWN else (),
                strategies=tuple(settings.strategies),
                treatments=tuple(content["treatments"]),
            )
            for part in (DRAWN, BASE)
        )
        return ProbabilisticScenario(settings, unknowns, content["n_fixed"], content["research"], drawn, base)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise AnalysisError(f"{run.directory}: is damaged ({error}); run again") from error


def _frames(scenario: str, part: str, worlds: Worlds) -> dict[str, pd.DataFrame]:
    """Return the arrays in long form; rows of money that are 0 throughout are left out."""
    n_years = worlds.qaly.shape[-1]
    by_strategy = (worlds.strategies,)
    by_year = (*by_strategy, range(n_years))
    by_category = (*by_strategy, CATEGORY_NAMES, range(n_years))
    money = {name: getattr(worlds, name) for name in MONEY}
    health = {name: getattr(worlds, name) for name in HEALTH}
    clinical = {name: worlds.clinical[..., column] for column, name in enumerate(CLINICAL_VALUES)}

    def long(axes: Mapping[str, Sequence[Any] | range], values: Mapping[str, np.ndarray]) -> pd.DataFrame:
        return _long(scenario, part, worlds, axes, values)

    spent = long(dict(zip(("strategy", "category", "year"), by_category, strict=True)), money)
    return {
        "parameters": long({"parameter": worlds.parameters}, {"value": worlds.values}),
        "response": long({"treatment": worlds.treatments}, {"value": worlds.response}),
        "money": spent[(spent[list(MONEY)] != 0).any(axis=1)],
        "health": long(dict(zip(("strategy", "year"), by_year, strict=True)), health),
        "clinical": long({"strategy": worlds.strategies}, clinical),
    }


def _long(
    scenario: str,
    part: str,
    worlds: Worlds,
    axes: Mapping[str, Sequence[Any] | range],
    values: Mapping[str, np.ndarray],
) -> pd.DataFrame:
    """Return arrays of shape (n_rows, *axes) with a row per element and a column per array."""
    import pandas as pd  # noqa: PLC0415

    shape = (len(worlds.world), *(len(axis) for axis in axes.values()))
    position = np.indices(shape).reshape(len(shape), -1)
    columns: dict[str, Any] = {
        "scenario": np.full(position.shape[1], scenario),
        "part": np.full(position.shape[1], part),
        "world": worlds.world[position[0]],
        "replication": worlds.replication[position[0]],
    }
    for codes, (name, axis) in zip(position[1:], axes.items(), strict=True):
        columns[name] = (
            codes if isinstance(axis, range) else pd.Categorical.from_codes(codes, pd.Index(list(axis)))
        )
    return pd.DataFrame(columns | {name: array.ravel() for name, array in values.items()}).astype(
        {"scenario": "category", "part": "category"}
        | {name: str for name, axis in axes.items() if not isinstance(axis, range)}
    )


def _worlds(
    frames: Mapping[str, pd.DataFrame],
    *,
    parameters: tuple[str, ...],
    strategies: tuple[str, ...],
    treatments: tuple[str, ...],
) -> Worlds:
    """Put frames back into arrays."""
    clinical = frames["clinical"]
    rows = clinical[list(NUMBERS)].drop_duplicates().to_numpy()
    n_years = int(frames["health"]["year"].max()) + 1
    at_row = {tuple(numbers): row for row, numbers in enumerate(rows.tolist())}

    def array(
        frame: pd.DataFrame,
        column: str,
        axes: Mapping[str, Sequence[str]],
        years: bool,
        is_whole: bool = True,
    ) -> np.ndarray:
        shape = [len(rows), *(len(axis) for axis in axes.values()), *([n_years] if years else [])]
        filled = np.zeros(shape)
        if is_whole and len(frame) != filled.size:
            raise ValueError(f"{column} must have {filled.size} rows, got {len(frame)}")
        numbers = zip(frame["world"].tolist(), frame["replication"].tolist(), strict=True)
        position = [np.array([at_row[number] for number in numbers], dtype=np.int64)]
        for name, axis in axes.items():
            place = {key: code for code, key in enumerate(axis)}
            codes = frame[name].map(place)
            if codes.isna().any():
                raise ValueError(f"{name} must be one of {', '.join(axis)}")
            position.append(codes.to_numpy(np.int64))
        if years:
            position.append(frame["year"].to_numpy(np.int64))
        filled[tuple(position)] = frame[column].to_numpy()
        return filled

    by_category = {"strategy": strategies, "category": CATEGORY_NAMES}
    by_strategy = {"strategy": strategies}
    return Worlds(
        parameters=parameters,
        strategies=strategies,
        treatments=treatments,
        world=rows[:, 0],
        replication=rows[:, 1],
        values=array(frames["parameters"], "value", {"parameter": parameters}, years=False),
        response=array(frames["response"], "value", {"treatment": treatments}, years=False),
        **{name: array(frames["money"], name, by_category, years=True, is_whole=False) for name in MONEY},
        **{name: array(frames["health"], name, by_strategy, years=True) for name in HEALTH},
        clinical=np.stack(
            [array(clinical, name, by_strategy, years=False) for name in CLINICAL_VALUES], axis=-1
        ),
    )
