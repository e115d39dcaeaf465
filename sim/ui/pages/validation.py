"""Validation: the studies run anew, and what they give held against what was published."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor

import streamlit as st

from sim.api.validating import Validated, studies, validated
from sim.batch.run import Progress
from sim.domain.targets import Kind
from sim.report.chosen import judged_misses, judged_sentence, kinds_of, marked_tables, of_study
from sim.report.tables import Table
from sim.report.validation import Content, arm_names, extent_sentence, rows_of
from sim.report.validation_charts import (
    forest_chart,
    scales_of,
    score_chart,
    score_frame,
    share_chart,
    told_scores,
)
from sim.report.validation_page import CHECKS, FITS, SCORES, TITLE, validation_page
from sim.scenario_io.validation import Validation, load_validation
from sim.ui import link
from sim.ui.charts import HTML, JSON, download, draw_pictures, frame_of, show_table
from sim.ui.on_demand import on_demand
from sim.ui.view import View
from sim.ui.words import plain
from sim.ui.works import Work

KIND = "validation"
QUICK_PATIENTS = 1_000
QUICK, FULL = "Quick", "Full"
ALL = "All studies"
MOST_ROWS, TABLE_HEIGHT = 12, 420
"""Longer tables scroll in so many pixels."""
TEXTS = {Kind.FIT: FITS, Kind.CHECK: CHECKS}
HEADINGS = {Kind.FIT: "Fits", Kind.CHECK: "Checks"}
NOTE = (
    "Diamond: published figure; thin line: its 95 % confidence interval{predicted}; other point: simulated, "
    "by its shape whether it agrees. Point at a figure for its numbers."
)
MORE = "The downloaded page lays the published figures on the courses, and draws relapse as well."
PREDICTED = "; broad bar: 95 % prediction interval"


def page(view: View) -> None:
    """Draw the page; the studies are what they are, whatever scenario the sidebar says."""
    del view
    st.title("Validation")
    st.markdown(
        f"**{TITLE}** Studies are simulated, each with its own patients, regimen and follow-up, and compared "
        "with what they published. **Fits** solved a parameter and must come out again. **Checks** solved "
        "nothing and should lie where another study would. The scenario in the sidebar plays no part."
    )
    validation = _validation()
    st.markdown(f"{len(validation.studies)} studies, {len(validation.targets.targets)} published figures.")
    finished = _finished(validation)
    if finished is not None:
        _show(finished.result())


@st.cache_resource(max_entries=1, show_spinner="Reading the studies")
def _validation() -> Validation:
    return load_validation()


def _finished(validation: Validation) -> Work[Validated] | None:
    """Draw what starts a run, and return the last finished one; the quick one starts by itself."""
    sizes = {QUICK: QUICK_PATIENTS, FULL: None}
    size = link.choose(
        "How many patients", list(sizes), key="size", draw=st.radio, horizontal=True,
        captions=[
            f"{QUICK_PATIENTS:,} in each study: standard errors are larger, and most fits cannot be judged",
            "as many as the files say: two to five minutes",
        ],
    )  # fmt: skip
    digests = [study.scenario.digest for study in validation.studies.values()]
    told = "\n".join([size, validation.targets.model_dump_json(), *digests])
    key = f"{KIND} {hashlib.sha256(told.encode()).hexdigest()}"

    def begin(executor: Executor, on_progress: Progress) -> Validated:
        return validated(studies(patients=sizes[size]), executor=executor, on_progress=on_progress)

    return on_demand(
        KIND, "Run the validation", Work(key, "validation", "studies", about=sizes[size]), begin, at_once=True
    )


def _show(run: Validated) -> None:
    content, names = run.content, arm_names(run.validation)
    st.markdown(f"## {plain(judged_sentence(content))}")
    st.caption(f"{extent_sentence(run.validation)} ± is one standard error of the simulation: chance only.")
    with st.container(horizontal=True):
        download(
            "Download the page (HTML)",
            lambda: validation_page(run.validation, run.observed, dict(run.manifest)),
            "validation.html", HTML, key="html",
        )  # fmt: skip
        download(
            "Download all figures (JSON)",
            lambda: json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False),
            "validation.json", JSON, key="json",
        )  # fmt: skip
    titles = {name: study.scenario.title for name, study in run.validation.studies.items()}
    study = st.selectbox("Study", ["", *titles], format_func=lambda name: titles.get(name, ALL), key="study")
    chosen = of_study(content, study or None)
    _misses(judged_misses(chosen, names))
    _figures(chosen, names, str(study))
    _scores(run, titles, str(study))
    _left_out(content)


def _misses(lines: Sequence[str]) -> None:
    st.header(f"What does not agree ({len(lines)})")
    st.markdown("\n".join(f"- {plain(line)}" for line in lines) or "Nothing among the figures shown.")


def _figures(content: Content, names: Mapping[str, Mapping[str, str]], study: str) -> None:
    """Show the figures of each kind as a table, then those of one kind as charts."""
    kinds = kinds_of(content)
    for kind, table in zip(kinds, marked_tables(content, names), strict=True):
        st.header(f"{HEADINGS[kind]} ({len(table.rows)})")
        st.markdown(TEXTS[kind])
        _table(table)
    if not kinds:
        return
    st.header("Published and simulated, side by side")
    kind = st.radio(
        "Figures",
        kinds,
        index=len(kinds) - 1,
        format_func=HEADINGS.__getitem__,
        horizontal=True,
        key=f"kind of {study}",
    )
    rows = rows_of(content, kind)
    for scale in scales_of(rows):
        drawing = forest_chart(rows, scale, names).to_dict(validate=False)
        st.vega_lite_chart(
            drawing,
            alt=f"{HEADINGS[kind]}: published and simulated figures with their intervals, as in the table.",
            width="stretch",
            key=f"forest {study} {kind} {scale}",
        )
        with st.container(horizontal=True):
            draw_pictures(drawing, "_".join(filter(None, ("figures", study, str(kind), str(scale)))))
    st.caption(NOTE.format(predicted=PREDICTED if kind is Kind.CHECK else ""))


def _table(table: Table) -> None:
    frame = frame_of(table)
    st.dataframe(
        frame, hide_index=True, height=TABLE_HEIGHT if len(frame) > MOST_ROWS else "auto", alt=table.title
    )
    st.caption(table.title)


def _scores(run: Validated, titles: Mapping[str, str], study: str) -> None:
    st.header("Scores over time")
    st.markdown(f"{SCORES} {MORE}")
    name = study or str(
        st.selectbox("Study drawn", list(titles), format_func=titles.__getitem__, key="drawn")
    )
    curves = next(observed.curves for observed in run.observed if observed.study == name)
    scenario = run.validation.studies[name].scenario
    labels = {key: strategy.label for key, strategy in scenario.strategies.items()}
    scores = score_frame(curves)
    if scores.empty:
        st.markdown("Nobody begins a course in this study.")
        return
    told = f"{titles[name]}. {told_scores(scores, labels)}"
    charts = {"score": score_chart(scores, labels), "share": share_chart(scores, labels)}
    drawn = {f"{shows}_{name}": chart.to_dict(validate=False) for shows, chart in charts.items()}
    for place, (called, drawing) in zip(st.columns(2), drawn.items(), strict=True):
        place.vega_lite_chart(drawing, alt=told, width="stretch", key=f"chart {called}")
    show_table(scores, f"scores_{name}", drawn)


def _left_out(content: Content) -> None:
    with st.expander(f"Figures left out ({len(content['left_out'])})"):
        st.markdown("\n".join(f"- `{key}`: {plain(text)}" for key, text in content["left_out"].items()))
