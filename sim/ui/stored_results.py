"""Results stored below the folder that the server was given: manifest, warnings, answer, charts, files."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from sim.analysis.changed_inputs import circumstances
from sim.analysis.draw_summary import summary_rows
from sim.batch.results_root import stored_directory_named, stored_names
from sim.report.export import MADE_BY, export
from sim.report.export import XLSX as XLSX_FORMAT
from sim.report.shown_page import Looked
from sim.report.workbook import can_write
from sim.results import Results
from sim.results.stored import KIND, StoredResults
from sim.scenario_io.load import LoadedScenario
from sim.scenario_io.stored import StoredScenarios
from sim.stored.layout import PROBABILISTIC, read_header
from sim.stored.stored_run import StoredRun
from sim.ui.charts import JSON, XLSX, download, download_table
from sim.ui.pages import compare
from sim.ui.takeaways import draw_takeaways
from sim.ui.words import coded, plain
from sim.worlds.stored import ProbabilisticResults

KEPT = 4
TOLD = ("kind", "version", "engine", "started", "ended", "wall_seconds", "machine", "command", "run_id")


def draw(root: Path) -> None:
    """Draw the choice of a directory below a folder, and the one chosen.

    Parameters
    ----------
    root : Path
        Folder without symbolic links.
    """
    names = stored_names(root)
    if not names:
        st.info("No finished results below the folder that this server was given.")
        return
    name = str(st.selectbox(f"Results ({len(names)})", names, key="stored name"))
    directory = stored_directory_named(root, name)
    told = circumstances(_run(directory))
    _manifest(told, name)
    for warning in told.get("warnings", []):
        st.warning(plain(warning))
    if can_write():
        download("Workbook of everything (XLSX)", lambda: _workbook(directory), "results.xlsx", XLSX)
    if told["kind"] == KIND:
        _replications(directory, _moment(told))
    else:
        _draws(directory, _moment(told))


def _run(directory: Path) -> StoredRun:
    kind = read_header(directory, (KIND, PROBABILISTIC), MADE_BY)["kind"]
    return StoredRun.open(directory, kind, MADE_BY)


def _moment(told: Mapping[str, Any]) -> str:
    """Return what tells a directory from one that later has its name."""
    return f"{told.get('run_id')} {told.get('ended')}"


def _manifest(told: Mapping[str, Any], name: str) -> None:
    """Draw the main facts, and all of them to open and to download."""
    st.markdown(
        "\n".join(
            f"- {key.replace('_', ' ')}: {coded(str(told[key]))}" for key in TOLD if told.get(key) is not None
        )
    )
    text = json.dumps(told, indent=2)
    with st.expander("The whole manifest"):
        st.json(told, expanded=1)
        download("Download JSON", lambda: text, "manifest.json", JSON, key=f"manifest {name}")


def _replications(directory: Path, moment: str) -> None:
    """Draw one scenario of a run as the page of comparisons does, under its own output settings."""
    names = _names(str(directory), moment)
    name = str(st.selectbox("Scenario of these results", names, key="stored scenario"))
    results, loaded = _results(str(directory), moment, name)
    st.caption("Under the scenario's own output settings.")
    compare.show(results, name, {})
    if loaded is not None:
        draw_takeaways(Looked(results, loaded, {}))
    else:
        st.caption("Stored without the scenario: no report here.")


def _draws(directory: Path, moment: str) -> None:
    table = _summary(str(directory), moment)
    st.dataframe(table, hide_index=True, alt="Means over draws, one row per strategy")
    download_table("Download CSV", table, "summary.csv")


@st.cache_resource(max_entries=KEPT, show_spinner="Reading the results")
def _names(directory: str, moment: str) -> list[str]:
    del moment
    return StoredResults.open(directory).scenarios


@st.cache_resource(max_entries=KEPT, show_spinner="Reading the results")
def _results(directory: str, moment: str, name: str) -> tuple[Results, LoadedScenario | None]:
    del moment
    stored = StoredResults.open(directory)
    return stored.results(name), StoredScenarios(stored.run).find(name)


@st.cache_resource(max_entries=KEPT, show_spinner="Reading the draws")
def _summary(directory: str, moment: str) -> pd.DataFrame:
    del moment
    scenarios = ProbabilisticResults.load(directory).scenarios
    return pd.DataFrame([row for name, one in scenarios.items() for row in summary_rows(name, one)])


def _workbook(directory: Path) -> bytes:
    with tempfile.TemporaryDirectory(prefix="treatpath-") as hidden:
        file = Path(hidden) / "results.xlsx"
        export(directory, file, file_format=XLSX_FORMAT)
        return file.read_bytes()
