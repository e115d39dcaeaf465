"""Results in a directory: opened without reading them all, and read scenario by scenario."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sim.domain.columns import COLUMNS, PATIENT_FRAMES
from sim.domain.scenario_settings import ScenarioSettings
from sim.errors import AnalysisError
from sim.results.tidy import Results, empty_frame
from sim.stored.files import json_bytes
from sim.stored.journal import Entry
from sim.stored.layout import folder_of, header_of, settings_path
from sim.stored.run_directory import whole_directory
from sim.stored.stored_run import StoredRun
from sim.stored.tables import Table, encoded

if TYPE_CHECKING:
    import pandas as pd

KIND = "replications"
MADE_BY = "make some with 'treatpath run FILE --out DIR'"


@dataclass(frozen=True, slots=True)
class StoredResults:
    """Results in a directory, read when they are needed.

    Parameters
    ----------
    run : StoredRun
        The directory.
    """

    run: StoredRun

    @classmethod
    def open(cls, directory: Path | str, *, incomplete: bool = False) -> Self:
        """Open stored results.

        Parameters
        ----------
        directory : Path or str
            Where they are.
        incomplete : bool
            True also opens a run that was stopped, with the replications that it finished.

        Returns
        -------
        StoredResults
            No table is read yet.

        Raises
        ------
        AnalysisError
            If there are none, or the run is unfinished and that is not asked for.
        """
        return cls(StoredRun.open(directory, KIND, MADE_BY, incomplete=incomplete))

    @classmethod
    def so_far(cls, directory: Path | str) -> Self:
        """Open what is finished in a directory, be it nothing; AnalysisError if it is none of results."""
        return cls(StoredRun.so_far(directory, KIND, MADE_BY))

    @property
    def manifest(self) -> Mapping[str, Any]:
        """How the results came about; plain values."""
        return self.run.manifest

    @property
    def scenarios(self) -> list[str]:
        """Names of the scenarios that have results, in the order of the run."""
        return list(self.run.folders)

    @property
    def n_files(self) -> int:
        """Number of files that hold results."""
        return len(self.run.files)

    def named(self, scenario: str) -> str:
        """Return a name of a scenario; AnalysisError if there is none such."""
        self.run.folder(scenario)
        return scenario

    def settings(self, scenario: str) -> ScenarioSettings:
        """Return what analyses need to know of a scenario.

        Parameters
        ----------
        scenario : str
            Name of a scenario.

        Returns
        -------
        ScenarioSettings
            As stored.

        Raises
        ------
        AnalysisError
            If there is no such scenario, or its file is missing or damaged.
        """
        stored = self.run.settings(scenario)
        try:
            return ScenarioSettings(**stored)
        except TypeError as error:
            path = self.run.settings_file(scenario)
            raise AnalysisError(f"{path}: is damaged ({error}); run again") from error

    def results(self, scenario: str) -> Results:
        """Read the results of one scenario.

        Parameters
        ----------
        scenario : str
            Name of a scenario.

        Returns
        -------
        Results
            All its replications.

        Raises
        ------
        AnalysisError
            If there is no such scenario, or a file is missing or damaged.
        """
        frames = {
            name: empty_frame(name) if (frame := self._frame(name, scenario)) is None else frame
            for name in COLUMNS
        }
        one = Results(**frames, settings={scenario: self.settings(scenario)}, manifest=self.manifest)
        return Results.combine([one])

    def each(self) -> Iterator[Results]:
        """Yield the results of one scenario after the other, in the order of the run."""
        return (self.results(scenario) for scenario in self.scenarios)

    def load(self) -> Results:
        """Read everything.

        Returns
        -------
        Results
            All scenarios and replications.

        Raises
        ------
        AnalysisError
            If a file is missing or damaged.
        """
        return Results.combine(self.each())

    def _frame(self, name: str, scenario: str) -> pd.DataFrame | None:
        """Read a frame; only those of single patients may be missing."""
        return (
            self.run.frame(name, scenario)
            if name in PATIENT_FRAMES
            else self.run.needed_frame(name, scenario)
        )


def tables_of(results: Results) -> dict[str, Table]:
    """Return the frames of results as files, without those of single patients that are empty."""
    return {
        name: encoded(frame)
        for name, frame in results.frames.items()
        if name not in PATIENT_FRAMES or len(frame)
    }


def settings_bytes(settings: ScenarioSettings) -> bytes:
    """Return the settings of a scenario as the content of a file."""
    return json_bytes(asdict(settings))


def csv_bytes(frames: Iterable[pd.DataFrame]) -> bytes:
    """Return frames of the same columns as the content of one CSV file."""
    texts = (frame.to_csv(index=False, header=not number) for number, frame in enumerate(frames))
    return "".join(texts).encode()


def save_whole(results: Results, directory: Path | str, summary: pd.DataFrame) -> None:
    """Store results in a new directory, all or nothing; see `Results.save`."""
    folders = {
        name: folder_of(position, setting.digest)
        for position, (name, setting) in enumerate(results.settings.items(), start=1)
    }
    texts = {
        settings_path(folder): settings_bytes(results.settings[name]) for name, folder in folders.items()
    }
    header = header_of(KIND, [{"name": name, "folder": folder} for name, folder in folders.items()])
    with whole_directory(directory, header, texts) as run:
        for name, folder in folders.items():
            one = _only(results, name)
            first, last = int(one.clinical["replication"].min()), int(one.clinical["replication"].max())
            run.keep(Entry(folder, KIND, first, last - first + 1), tables_of(one))
        run.finish(results.manifest, csv_bytes([summary]))


def _only(results: Results, scenario: str) -> Results:
    """Return the results of one of several scenarios."""
    frames = {name: frame[frame["scenario"] == scenario] for name, frame in results.frames.items()}
    return Results(**frames, settings={scenario: results.settings[scenario]}, manifest=results.manifest)
