"""Scenarios as they stand in a directory of results, read back in full."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from sim.scenario_io import yaml_file
from sim.scenario_io.load import LoadedScenario, check
from sim.scenario_io.yaml_file import Reader
from sim.stored.layout import scenario_path
from sim.stored.stored_run import StoredRun


def _reader() -> Reader:
    """Return what reads each file once: all points of a sweep extend the same file."""
    return cache(yaml_file.read)


@dataclass(frozen=True)
class StoredScenarios:
    """The scenarios of a directory of results.

    Parameters
    ----------
    run : StoredRun
        The directory.
    """

    run: StoredRun
    _read: Reader = field(default_factory=_reader, repr=False, compare=False)

    def find(self, name: str) -> LoadedScenario | None:
        """Read a scenario.

        Parameters
        ----------
        name : str
            Its name.

        Returns
        -------
        LoadedScenario or None
            As it was run; None where results were stored from Python without it (`Results.save`).

        Raises
        ------
        AnalysisError
            If there is no such scenario, or its file is missing or not the one that was written.
        """
        path = scenario_path(self.run.folder(name))
        if not self.run.check(path):
            return None
        # All but the first say only in what they differ from it.
        self.run.check(scenario_path(next(iter(self.run.folders.values()))))
        [loaded] = check(self.run.directory / path, read=self._read)
        return loaded
