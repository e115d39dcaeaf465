"""Exercises: a question, a prediction, what the model says, and why."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from sim.analysis.judging import Seen, right_answer, seen, split
from sim.batch.run import jobs_of
from sim.batch.server_clock import server_clock
from sim.domain.lessons import Exercise
from sim.domain.plain_names import plain_name
from sim.domain.scenario import Scenario
from sim.report.evidence import evidence_text
from sim.report.exercises import table_of, why
from sim.results import Results
from sim.scenario_io.lessons import MINE, load_exercises, scenarios_of
from sim.scenario_io.load import LoadedScenario
from sim.scenario_io.shipped import BASE
from sim.ui import link, session, sources
from sim.ui.charts import draw_cells
from sim.ui.quick import quick
from sim.ui.view import View
from sim.ui.words import marked

EXERCISE, CHECKED = "exercise", "exercise checked "


def page(view: View) -> None:
    """Draw the page."""
    del view  # exercises are about shipped scenarios, whatever the sidebar says
    exercises = _exercises()
    st.title("Exercises")
    st.markdown(
        "Predict first, then let the model answer. Every answer is computed now from small runs of the "
        "shipped scenarios; changes in the sidebar have no part in it. What a model says follows from its "
        "assumptions, so each answer names the numbers it rests on."
    )
    titles = {key: f"{place}. {one.title}" for place, (key, one) in enumerate(exercises.items(), start=1)}
    key = link.choose("Exercise", list(exercises), key=EXERCISE, format_func=titles.__getitem__)
    exercise = exercises[key]
    st.header(exercise.title)
    st.markdown(marked(exercise.question))
    st.markdown(marked(f"**Your task.** {exercise.task}"))
    if exercise.lever is not None:
        _lever(key, exercise)
    _answer(key, exercise)


@st.cache_resource(max_entries=1, show_spinner=False)
def _exercises() -> dict[str, Exercise]:
    return load_exercises().exercises


def _read(name: str) -> LoadedScenario:
    return sources.read(name)[0]


def _simulated(key: str, exercise: Exercise, arms: Sequence[str], moved: float | None = None) -> Seen:
    """Return what some arms come to, simulated now unless it is remembered."""

    def chosen() -> dict[str, Scenario]:
        made = scenarios_of(exercise, _read, moved)
        return {arm: made[arm] for arm in arms}

    with st.spinner("The model answers"):
        return quick(
            "exercise", f"{key} {moved} {' '.join(arms)}",
            lambda: jobs_of(list(chosen().values()), server_clock()),
            lambda made: seen(exercise, split(Results.combine(made), arms)),
        )  # fmt: skip


def _lever(key: str, exercise: Exercise) -> None:
    """Draw what can be moved, and what the model says where it stands."""
    lever = exercise.lever
    if lever is None or not st.toggle(
        "Try it with the model", key=f"exercise try {key}", persist_state="session"
    ):
        return
    middle = round((lever.low + lever.high) / 2 / lever.step) * lever.step
    moved = st.slider(
        lever.label, float(lever.low), float(lever.high), float(middle), float(lever.step),
        key=f"exercise lever {key}", persist_state="session", format="%g",
    )  # fmt: skip
    moved = round(moved, len(f"{lever.step:g}"))
    first = next(iter(exercise.arms))
    draw_cells(table_of(exercise, _simulated(key, exercise, [first, MINE], moved), moved))


def _answer(key: str, exercise: Exercise) -> None:
    """Draw the answers, and the feedback once one was checked."""
    texts = [answer.text for answer in exercise.answers]
    places = list(range(len(texts)))
    picked = st.radio(
        "Your answer", places, index=None, format_func=lambda place: marked(texts[place]),
        key=f"exercise answer {key}", persist_state="session",
    )  # fmt: skip
    st.button(
        "Check my answer", type="primary", disabled=picked is None, key=f"exercise check {key}",
        on_click=session.set_value, args=(CHECKED + key, picked),
    )  # fmt: skip
    if picked is None or session.value(CHECKED + key) != picked:
        return
    found = _simulated(key, exercise, list(exercise.arms))
    right = right_answer(exercise, found)
    with st.container(border=True):
        if picked == right:
            st.markdown(":material/check_circle: **The model says so too.**")
        else:
            st.markdown(marked(f":material/lightbulb: **The model says otherwise:** {texts[right]}."))
        st.markdown(marked(why(exercise, found)))
        draw_cells(table_of(exercise, found))
        _evidence(exercise)


def _evidence(exercise: Exercise) -> None:
    """List the numbers behind the answer."""
    scenario = _read(BASE).scenario
    atoms = dict(scenario.atoms())
    lines = [
        f"- **{atoms[path].label or plain_name(path)}** (`{path}`): {evidence_text(scenario, path)}"
        for path in exercise.evidence
    ]
    st.markdown(marked("**What it rests on**\n\n" + "\n".join(lines)))
