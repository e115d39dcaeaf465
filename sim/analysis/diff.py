"""In what two stored runs differ: inputs, circumstances, results, and whether chance could explain these."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.analysis.changed_inputs import circumstances, input_rows, manifest_rows, settings_changes
from sim.analysis.changed_results import changed_rows, n_clear, why_not_paired
from sim.analysis.measured import Measured, measured_draws, measured_run
from sim.domain.column_meanings import CLINICAL
from sim.domain.cross_checks import not_found
from sim.domain.scenario import Scenario
from sim.errors import AnalysisError
from sim.results import Results, ScenarioSettings
from sim.results.stored import KIND, StoredResults
from sim.scenario_io.differences import changes_between
from sim.scenario_io.stored import StoredScenarios
from sim.stored.layout import read_header
from sim.stored.stored_run import StoredRun
from sim.worlds.stored import KIND as PROBABILISTIC
from sim.worlds.stored import ProbabilisticResults

if TYPE_CHECKING:
    import pandas as pd

MADE_BY = "make some with 'treatpath run FILE --out DIR' or 'treatpath psa FILE --out DIR'"
BY_NAME, ONLY_ONES, BY_POSITION = "name", "only ones", "position"
NO_SCENARIO = "only output settings and sizes could be compared: results were stored without their scenarios"
Row = dict[str, Any]


class _Pair(NamedTuple):
    """A scenario in both runs."""

    old: str
    new: str
    matched_by: str


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two directories; scenarios are read when they are needed."""

    run: StoredRun
    scenarios: StoredScenarios
    draws: ProbabilisticResults | None

    def settings(self, name: str) -> ScenarioSettings:
        if self.draws is not None:
            return self.draws.scenarios[name].settings
        return StoredResults(self.run).settings(name)

    def measured(self, name: str) -> Measured:
        if self.draws is not None:
            return measured_draws(self.draws.scenarios[name])
        return measured_run(StoredResults(self.run).results(name), name)

    def digests(self, name: str) -> dict[str, str]:
        """Return the hashes of the tables of a scenario, by path without its folder."""
        folder = f"/{self.run.folder(name)}/"
        return {
            file.path.replace(folder, "/"): file.sha256
            for file in self.run.files
            if folder in file.path and file.rows is not None
        }

    def frames(self, name: str) -> dict[str, pd.DataFrame]:
        """Return the frames of a scenario without its name, in an order that does not depend on jobs."""
        names = dict.fromkeys(path.partition("/")[0] for path in self.digests(name))
        return {frame: _in_order(self.run.needed_frame(frame, name)) for frame in names}


def diff(old: Path | str, new: Path | str, *, scenario: str | None = None) -> dict[str, Any]:
    """Tell which inputs and which results changed from one stored run to another.

    Parameters
    ----------
    old, new : Path or str
        Directories of results of the same kind: of two runs, or of two probabilistic analyses.
    scenario : str, optional
        Only this scenario, by its name in the new run; left out = all.

    Returns
    -------
    dict
        Plain values. ``kind``; ``scenarios``: which are held against each other, whether their replications
        are paired, and how many results differ; ``inputs``, as `sim.analysis.changed_inputs.input_rows` tells
        them; ``results`` that differ, as `sim.analysis.changed_results.changed_rows` tells them, each
        scenario under its own output settings; ``notes``: what could not be compared; and ``manifest``: how
        ``old`` and ``new`` came about, and their ``differences``.

    Raises
    ------
    AnalysisError
        If a directory holds no finished results, the two are of different kinds, or a scenario is unknown.

    Notes
    -----
    Scenarios are matched by name; with one in each run, to each other; the rest by position, which is noted.
    """
    before, after = _sides(old, new)
    pairs, notes = _pairs(list(before.run.folders), list(after.run.folders))
    if scenario is not None:
        if scenario not in after.run.folders:
            raise AnalysisError(
                f"scenario: {not_found(scenario, 'scenario of the new results', after.run.folders)}"
            )
        pairs = [pair for pair in pairs if pair.new == scenario]
    scenarios, inputs, results = [], [], []
    for pair in pairs:
        changed, note = _inputs(before, after, pair)
        inputs += changed
        told, rows = _results(before, after, pair)
        scenarios.append(told)
        results += rows
        notes += [note] if note and note not in notes else []
    then, now = circumstances(before.run), circumstances(after.run)
    return {
        "kind": before.run.header["kind"],
        "scenarios": scenarios,
        "inputs": inputs,
        "results": results,
        "notes": notes,
        "manifest": {"old": then, "new": now, "differences": manifest_rows(then, now)},
    }


def diff_results(old: tuple[Scenario, Results], new: tuple[Scenario, Results]) -> dict[str, Any]:
    """Tell which inputs and which results changed between two runs in memory, of one scenario each.

    Parameters
    ----------
    old, new : tuple of Scenario and Results
        What was run, and what came out of it.

    Returns
    -------
    dict
        As `diff`, without ``manifest``.
    """
    (before, then), (after, now) = old, new
    measured = measured_run(then, before.name), measured_run(now, after.name)
    rows, n_compared = changed_rows(after.name, *measured)
    frames = [{name: _in_order(frame) for name, frame in run.frames.items()} for run in (then, now)]
    told = {
        "old": before.name,
        "new": after.name,
        "matched_by": BY_NAME if before.name == after.name else ONLY_ONES,
        **_told(*measured, rows, n_compared),
        "is_identical": all(frame.equals(frames[1][name]) for name, frame in frames[0].items()),
        "strategies": dict(now.settings[after.name].strategies),
    }
    inputs = input_rows(after.name, changes_between(before, after))
    return {"kind": KIND, "scenarios": [told], "inputs": inputs, "results": rows, "notes": []}


def _sides(old: Path | str, new: Path | str) -> tuple[_Side, _Side]:
    kinds = [read_header(Path(path), (KIND, PROBABILISTIC), MADE_BY)["kind"] for path in (old, new)]
    if kinds[0] != kinds[1]:
        raise AnalysisError(
            f"diff: directories must hold results of the same kind, got {kinds[0]} in {old} and {kinds[1]} "
            f"in {new}; compare two runs, or two probabilistic analyses"
        )
    before, after = (_side(Path(path), kinds[0]) for path in (old, new))
    return before, after


def _side(directory: Path, kind: str) -> _Side:
    run = StoredRun.open(directory, kind, MADE_BY)
    draws = ProbabilisticResults.load(directory) if kind == PROBABILISTIC else None
    return _Side(run, StoredScenarios(run), draws)


def _pairs(old: list[str], new: list[str]) -> tuple[list[_Pair], list[str]]:
    """Return which scenarios belong together, in the order of the new run, and what is to be said of it."""
    if len(old) == len(new) == 1:
        matched = BY_NAME if old == new else ONLY_ONES
        return [_Pair(old[0], new[0], matched)], []
    found = {name: _Pair(name, name, BY_NAME) for name in new if name in old}
    left, right = ([name for name in names if name not in found] for names in (old, new))
    for before, after in zip(left, right, strict=False):
        found[after] = _Pair(before, after, BY_POSITION)
    notes = [
        f"scenario '{pair.new}' is held against '{pair.old}' because of its position: neither name is in both"
        for pair in found.values()
        if pair.matched_by == BY_POSITION
    ]
    for which, names in (("old", left[len(right) :]), ("new", right[len(left) :])):
        notes += [f"scenario '{name}' is only in the {which} run" for name in names]
    return [found[name] for name in new if name in found], notes


def _inputs(before: _Side, after: _Side, pair: _Pair) -> tuple[list[Row], str | None]:
    """Return the inputs of a scenario that differ, and a note where they are not all known."""
    settings = before.settings(pair.old), after.settings(pair.new)
    if settings[0].digest == settings[1].digest:
        return [], None
    old, new = before.scenarios.find(pair.old), after.scenarios.find(pair.new)
    if old is None or new is None:
        return input_rows(pair.new, settings_changes(*settings)), NO_SCENARIO
    changes = changes_between(old.scenario, new.scenario)
    return input_rows(pair.new, changes, are_drawn=after.draws is not None), None


def _results(before: _Side, after: _Side, pair: _Pair) -> tuple[Row, list[Row]]:
    """Return what is said of a scenario in both runs, and its results that differ."""
    old, new = before.measured(pair.old), after.measured(pair.new)
    rows, n_compared = changed_rows(pair.new, old, new)
    is_identical = before.digests(pair.old) == after.digests(pair.new) or (
        not any(row["column"] in CLINICAL for row in rows) and _are_same(before, after, pair)
    )
    told = _told(old, new, rows, n_compared)
    return {
        "old": pair.old,
        "new": pair.new,
        "matched_by": pair.matched_by,
        **told,
        "is_identical": is_identical,
        "strategies": dict(after.settings(pair.new).strategies),
    }, rows


def _told(old: Measured, new: Measured, rows: list[Row], n_compared: int) -> Row:
    """Return how a scenario was compared, and how many results differ."""
    reason = why_not_paired(old, new)
    return {
        "unit": new.unit,
        "seed": {"old": old.seed, "new": new.seed},
        "n_patients": {"old": old.n_patients, "new": new.n_patients},
        f"n_{new.unit}s": {"old": len(old.numbers), "new": len(new.numbers)},
        "is_paired": reason is None,
        "why_not_paired": reason,
        "n_compared": n_compared,
        "n_changed": len(rows),
        "n_clear": n_clear(rows),
        "only_old": [name for name in old.strategies if name not in new.strategies],
        "only_new": [name for name in new.strategies if name not in old.strategies],
    }


def _are_same(before: _Side, after: _Side, pair: _Pair) -> bool:
    """Tell whether all tables of a scenario hold the same, whatever files and jobs they are cut into."""
    old, new = before.frames(pair.old), after.frames(pair.new)
    return old.keys() == new.keys() and all(frame.equals(new[name]) for name, frame in old.items())


def _in_order(frame: pd.DataFrame) -> pd.DataFrame:
    names = [name for name in frame.columns if hasattr(frame[name], "cat")]
    plain = frame.astype(dict.fromkeys(names, object)).drop(columns="scenario")
    keys = [name for name in plain.columns if plain[name].dtype.kind != "f"]
    return plain.sort_values(keys).reset_index(drop=True)
