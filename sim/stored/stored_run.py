"""Read a directory of results: its header, its list of files, and the frames of one scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sim.domain.cross_checks import not_found
from sim.errors import AnalysisError
from sim.stored.files import MANIFEST, digest_of_bytes, read_json, reading
from sim.stored.journal import Entry, StoredFile, read_journal
from sim.stored.layout import read_header, settings_path
from sim.stored.run_directory import RunDirectory
from sim.stored.tables import decoded

if TYPE_CHECKING:
    import pandas as pd


_NAMES_TOLD = 3
"""Names that a message lists."""


@dataclass(frozen=True)
class StoredRun:
    """A directory of results, opened for reading.

    Parameters
    ----------
    directory : Path
        Where it is.
    header : mapping
        What was asked for; plain values.
    manifest : mapping
        How the results came about; of an unfinished run only what is known.
    files : tuple of StoredFile
        Files that hold results.
    """

    directory: Path
    header: Mapping[str, Any]
    manifest: Mapping[str, Any]
    files: tuple[StoredFile, ...]

    @classmethod
    def open(cls, directory: Path | str, kind: str, made_by: str, *, incomplete: bool = False) -> Self:
        """Open a directory of results.

        Parameters
        ----------
        directory : Path or str
            Where it is.
        kind : str
            Kind of results that is wanted.
        made_by : str
            What to do to have such results, for messages.
        incomplete : bool
            True also opens a run that was stopped, with the jobs that it finished.

        Returns
        -------
        StoredRun
            No table is read yet.

        Raises
        ------
        AnalysisError
            If there are none, or the run is unfinished and that is not asked for.
        """
        source = Path(directory)
        header = read_header(source, (kind,), made_by)
        if (source / MANIFEST).exists():
            manifest = read_json(source / MANIFEST)
            run = cls(source, header, manifest, _listed(source / MANIFEST, manifest))
            return run._checked()
        entries = read_journal(source)
        if not incomplete:
            raise AnalysisError(_unfinished(source, header, len(entries)))
        if not entries:
            raise AnalysisError(f"{source}: must hold a finished job, got none; go on with --resume")
        return cls._with_entries(source, header, entries)

    @classmethod
    def so_far(cls, directory: Path | str, kind: str, made_by: str) -> Self:
        """Open what is finished in a directory, be it nothing, such as a shard without a job.

        Parameters
        ----------
        directory, kind, made_by
            As for `open`.

        Returns
        -------
        StoredRun
            No table is read yet.

        Raises
        ------
        AnalysisError
            If there is no directory of such results.
        """
        source = Path(directory)
        return cls._with_entries(source, read_header(source, (kind,), made_by), read_journal(source))

    @classmethod
    def of(cls, directory: RunDirectory) -> Self:
        """Return what is finished so far in a directory that is being filled."""
        return cls._with_entries(directory.path, directory.header, directory.entries())

    @classmethod
    def _with_entries(cls, path: Path, header: Mapping[str, Any], entries: Sequence[Entry]) -> Self:
        known = {"incomplete": True, "scenarios": header.get("scenarios", [])}
        return cls(path, header, known, tuple(file for entry in entries for file in entry.files))

    def _checked(self) -> Self:
        """Return a finished run, unless it says nothing of a scenario."""
        names = [one["name"] for one in self.header["scenarios"]]
        if missing := [f"'{name}'" for name in names if name not in self.folders]:
            raise AnalysisError(
                f"{self.directory / MANIFEST}: must list results of every scenario, got none of "
                f"{', '.join(missing[:_NAMES_TOLD])}; run again"
            )
        return self

    @cached_property
    def folders(self) -> dict[str, str]:
        """Name of the folders of each scenario that has results, by its own name, in the order of the run."""
        filled = {folder for _, folder in self._places}
        scenarios = {one["name"]: one["folder"] for one in self.header["scenarios"]}
        return {name: folder for name, folder in scenarios.items() if folder in filled}

    @cached_property
    def _places(self) -> dict[tuple[str, str], list[StoredFile]]:
        """Files by name of the frame and of the scenario's folder, in the order of the jobs."""
        places: dict[tuple[str, str], list[StoredFile]] = {}
        for file in sorted(self.files, key=lambda file: file.path):
            if file.rows is not None:
                frame, folder, _ = file.path.split("/")
                places.setdefault((frame, folder), []).append(file)
        return places

    def folder(self, scenario: str) -> str:
        """Return the name of a scenario's folders; AnalysisError if there is no such scenario."""
        if scenario not in self.folders:
            raise AnalysisError(f"scenario: {not_found(scenario, 'scenario of these results', self.folders)}")
        return self.folders[scenario]

    def settings_file(self, scenario: str) -> Path:
        """Return where the settings of a scenario are."""
        return self.directory / self._settings_path(scenario)

    def settings(self, scenario: str) -> dict[str, Any]:
        """Read what analyses need to know of a scenario and, of a finished run, hold it against its hash.

        Parameters
        ----------
        scenario : str
            Name of the scenario.

        Returns
        -------
        dict
            Plain values.

        Raises
        ------
        AnalysisError
            If there is no such scenario, or its file is missing or damaged.
        """
        self.check(self._settings_path(scenario))
        return read_json(self.settings_file(scenario))

    def check(self, path: str) -> bool:
        """Hold a file against its hash and tell whether it is listed; AnalysisError if it is another one."""
        if path not in self._listed_files:
            return False
        read_file(self.directory, self._listed_files[path])
        return True

    @cached_property
    def _listed_files(self) -> dict[str, StoredFile]:
        return {file.path: file for file in self.files}

    def _settings_path(self, scenario: str) -> str:
        return settings_path(self.folder(scenario))

    def frame(self, name: str, scenario: str) -> pd.DataFrame | None:
        """Read one frame of a scenario and hold its files against their hashes.

        Parameters
        ----------
        name : str
            Name of the frame.
        scenario : str
            Name of the scenario.

        Returns
        -------
        pandas.DataFrame or None
            What all its jobs gave, in the order of the jobs; None if they gave no such frame.

        Raises
        ------
        AnalysisError
            If a file is missing or damaged.
        """
        files = self._places.get((name, self.folder(scenario)), [])
        if not files:
            return None
        return decoded({self.directory / file.path: read_file(self.directory, file) for file in files})

    def needed_frame(self, name: str, scenario: str) -> pd.DataFrame:
        """Read a frame that must be there; see `frame`."""
        frame = self.frame(name, scenario)
        if frame is None:
            missing = self.directory / name / self.folder(scenario)
            raise AnalysisError(f"{missing}: is missing; these are no complete results, run again")
        return frame


def read_file(directory: Path, file: StoredFile) -> bytes:
    """Read a file of a directory of results and hold it against its hash.

    Raises
    ------
    AnalysisError
        If it is missing or not the file that was written.
    """
    path = directory / file.path
    with reading(path):
        content = path.read_bytes()
    if digest_of_bytes(content) != file.sha256:
        raise AnalysisError(f"{path}: is damaged (not the file that was written); run again")
    return content


def _listed(path: Path, manifest: Mapping[str, Any]) -> tuple[StoredFile, ...]:
    """Return the files that a manifest lists."""
    try:
        return tuple(StoredFile(**file) for file in manifest["files"])
    except (KeyError, TypeError, ValueError) as error:
        raise AnalysisError(f"{path}: is damaged ({error}); run again") from error


def _unfinished(directory: Path, header: Mapping[str, Any], n_done: int) -> str:
    """Say that a run has not ended, and what to do."""
    done = f"{directory}: must hold a finished run, got one of which {n_done} jobs are done"
    if header.get("shard"):
        share = "{} of {}".format(*header["shard"])
        return f"{done} (shard {share}); put the shards together with 'treatpath merge'"
    return f"{done}; go on with --resume"
