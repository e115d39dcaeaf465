"""Stored results as files that other programs open: a CSV file for each frame, or one workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.comparison import compare
from sim.analysis.draw_summary import summary_rows
from sim.domain.column_meanings import DRAWN_FRAMES, DRAWN_SUMMARY, FRAMES, Meaning, meaning_of
from sim.errors import AnalysisError
from sim.report.sheets import COLUMN_COLUMNS, write_draws, write_run
from sim.report.workbook import new_workbook
from sim.results.stored import KIND, StoredResults, csv_bytes
from sim.stored.files import MANIFEST, new_directory
from sim.stored.layout import read_header
from sim.stored.stored_run import StoredRun
from sim.worlds.stored import FRAMES as DRAWN_NAMES
from sim.worlds.stored import KIND as PROBABILISTIC
from sim.worlds.stored import ProbabilisticResults

if TYPE_CHECKING:
    import pandas as pd

CSV, XLSX = "csv", "xlsx"
MADE_BY = "make some with 'treatpath run FILE --out DIR' or 'treatpath psa FILE --out DIR'"
SUMMARY, COLUMNS = "summary", "columns"


def export(directory: Path | str, to: Path | str, *, file_format: str | None = None) -> None:
    """Write stored results as files that other programs open.

    Parameters
    ----------
    directory : Path or str
        Results of a run or of a probabilistic analysis.
    to : Path or str
        For CSV a new directory: a file for each frame, ``summary.csv``, ``columns.csv`` (unit and meaning of
        every column) and a copy of the manifest. For XLSX a new file with a sheet for each table.
    file_format : str, optional
        ``csv`` or ``xlsx``; left out: ``xlsx`` if ``to`` ends with it, else ``csv``.

    Raises
    ------
    AnalysisError
        If there are no finished results, the target exists or cannot be written, a sheet cannot hold all
        rows, the format is unknown, or what writes workbooks is not installed.
    """
    suffix = Path(to).suffix.lower() == f".{XLSX}"
    chosen = file_format or (XLSX if suffix else CSV)
    if chosen not in {CSV, XLSX}:
        raise AnalysisError(f"--format: must be {CSV} or {XLSX}, got '{chosen}'")
    kind = read_header(Path(directory), (KIND, PROBABILISTIC), MADE_BY)["kind"]
    run = StoredRun.open(directory, kind, MADE_BY)
    if chosen == CSV:
        _export_csv(run, Path(to))
        return
    with new_workbook(to, run.manifest.get("ended")) as book:
        if kind == KIND:
            write_run(book, run)
        else:
            write_draws(book, run, ProbabilisticResults.load(directory))


def _export_csv(run: StoredRun, to: Path) -> None:
    """Write every frame scenario by scenario, so that only one is in memory."""
    pieces = _run_frames(run) if run.header["kind"] == KIND else _drawn_frames(run)
    meanings: dict[str, list[tuple[str, str, Meaning | None]]] = {}
    with new_directory(to) as complete:
        for name, frame in pieces:
            known = meanings.get(name)
            with (complete / f"{name}.csv").open("a", encoding="utf-8", newline="") as file:
                frame.to_csv(file, index=False, header=known is None)
            meanings[name] = [(name, column, _meaning(run, name, column)) for column in frame.columns]
        (complete / f"{COLUMNS}.csv").write_bytes(csv_bytes([_column_frame(meanings)]))
        (complete / MANIFEST).write_bytes((run.directory / MANIFEST).read_bytes())


def _run_frames(run: StoredRun) -> Iterator[tuple[str, pd.DataFrame]]:
    for results in StoredResults(run).each():
        yield SUMMARY, compare(results)
        for name, frame in results.frames.items():
            if len(frame):
                yield name, frame


def _drawn_frames(run: StoredRun) -> Iterator[tuple[str, pd.DataFrame]]:
    import pandas as pd  # noqa: PLC0415

    for name, one in ProbabilisticResults.load(run.directory).scenarios.items():
        yield SUMMARY, pd.DataFrame(summary_rows(name, one))
        for frame in DRAWN_NAMES:
            yield frame, run.needed_frame(frame, name)


def _meaning(run: StoredRun, name: str, column: str) -> Meaning | None:
    frames: Mapping[str, Mapping[str, Meaning]] = FRAMES if run.header["kind"] == KIND else DRAWN_FRAMES
    if name != SUMMARY:
        return frames[name].get(column)
    return meaning_of(column) if run.header["kind"] == KIND else DRAWN_SUMMARY.get(column)


def _column_frame(meanings: Mapping[str, list[tuple[str, str, Meaning | None]]]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415

    rows: list[tuple[Any, ...]] = [
        (name, column, *(meaning or ("", ""))) for told in meanings.values() for name, column, meaning in told
    ]
    return pd.DataFrame(rows, columns=list(COLUMN_COLUMNS))
