"""History: what this session ran, two runs side by side, and results stored on the server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from sim.analysis.diff import diff_results
from sim.batch.results_root import results_root
from sim.domain.scenario import Scenario
from sim.report.answer import answer, ask
from sim.report.diff import CAPTION, diff_sentences
from sim.report.diff_tables import input_tables, result_tables
from sim.report.numbers import counted
from sim.report.tables import Table
from sim.results import Results
from sim.ui import kept_files, levers, session, stored_results
from sim.ui.charts import download_table, frame_of
from sim.ui.session import Started
from sim.ui.view import View
from sim.ui.words import coded, plain

KEPT = 32
HEADINGS = {
    "began": "Started",
    "scenario": "Scenario",
    "changes": "Changes",
    "size": "Size",
    "state": "State",
    "answer": "Answer",
}


def page(view: View) -> None:
    """Draw the page."""
    del view
    st.title("History")
    runs = session.history()
    st.header(f"Runs of this session ({len(runs)})")
    if runs:
        _runs(runs)
        _side_by_side([run for run in runs if run.work.is_finished])
    else:
        st.info("None yet: press *Run in full* in the sidebar. Previews are not listed.")
    root = results_root()
    if root is not None:
        st.header("Results stored on this server")
        stored_results.draw(root)


def _runs(runs: Sequence[Started]) -> None:
    """Draw all runs as a table, and a button that shows one again."""
    rows = [_row(run) for run in runs]
    table = pd.DataFrame(rows).rename(columns=HEADINGS)
    st.dataframe(table, hide_index=True, alt="Runs of this session, one row each, the latest first")
    st.caption("Answers are each under the scenario's own output settings.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        place = st.selectbox(
            "Show one again", range(len(runs)), key="history again", format_func=lambda i: _name(runs[i])
        )
        again = runs[int(place or 0)]
        st.button("Show it", key="show again", on_click=_show_again, args=(again,))
        download_table("Download CSV", table, "history.csv")
    with st.container(border=True):
        st.markdown(f"{plain(_name(again))}: {plain(str(_row(again)['answer']))}")
        changes = "\n".join(f"- {coded(line)}" for line in levers.told(again.what_ifs))
        st.markdown(changes or "No changes to the file.")


def _row(run: Started) -> dict[str, Any]:
    scenario: Scenario = run.work.about
    return {
        "began": run.began,
        "scenario": run.variant if run.variant == run.source else f"{run.source}: {run.variant}",
        "changes": ", ".join(levers.told(run.what_ifs)),
        "size": f"{scenario.run.n_patients:,} patients, {scenario.run.replications} replications",
        "state": _state(run),
        "answer": _answer(run.work.key, run) if run.work.is_finished else "",
    }


def _state(run: Started) -> str:
    work = run.work
    if work.is_cancelled:
        return "cancelled"
    if work.has_failed:
        return "failed"
    return "finished" if work.is_finished else f"running, {work.share:.0%}"


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _answer(key: str, _run: Started) -> str:
    del key  # what the answer is remembered by
    return answer(ask(_run.work.result(), _run.work.about.name))


def _name(run: Started) -> str:
    changes = f", {counted(len(run.what_ifs), 'change')}" if run.what_ifs else ""
    return f"{run.began} · {run.variant}{changes}"


def _show_again(run: Started) -> None:
    """Let the sidebar say what it said when a run was started."""
    kept_files.choose(run.source, run.variant)
    session.set_what_ifs(run.what_ifs)


def _side_by_side(runs: Sequence[Started]) -> None:
    """Draw two finished runs, and in what they differ."""
    st.header("Two runs side by side")
    if len(runs) < 2:
        st.caption("Needs two finished runs.")
        return
    left, right = st.columns(2)
    sides = [
        _side(left, "Old", runs, min(1, len(runs) - 1), "history old"),
        _side(right, "New", runs, 0, "history new"),
    ]
    old, new = sides
    content = _difference(old.work.key, new.work.key, old, new)
    for sentence in diff_sentences(content):
        st.markdown(f"- {plain(sentence)}")
    for table in (*input_tables(content), *result_tables(content, every=True)):
        _table(table)
    st.caption(plain(CAPTION))


def _side(place: Any, label: str, runs: Sequence[Started], first: int, key: str) -> Started:  # noqa: ANN401
    with place:
        chosen = st.selectbox(
            label, range(len(runs)), index=first, key=key, format_func=lambda i: _name(runs[i])
        )
        run = runs[int(chosen or 0)]
        st.markdown(plain(_answer(run.work.key, run)))
    return run


@st.cache_data(max_entries=KEPT, show_spinner="Comparing")
def _difference(old: str, new: str, _old: Started, _new: Started) -> Mapping[str, Any]:
    del old, new  # what the difference is remembered by
    sides: list[tuple[Scenario, Results]] = [(run.work.about, run.work.result()) for run in (_old, _new)]
    return diff_results(*sides)


def _table(table: Table) -> None:
    st.markdown(f"**{plain(table.title)}**")
    frame = frame_of(table)
    st.dataframe(frame, hide_index=True, alt=table.title)
    download_table("Download CSV", frame, f"{table.title.partition(':')[0].replace(' ', '_')}.csv")
