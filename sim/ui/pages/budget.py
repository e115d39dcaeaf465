"""Budget: what another mix of strategies costs a budget holder, year by year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from sim.api.budgeting import budget_answer
from sim.design.planner import shares_of
from sim.domain.budget import MOST_YEARS
from sim.domain.economics import Perspective
from sim.errors import AnalysisError
from sim.report.budget import budget_caption, budget_exhibit, budget_tables, net_table
from sim.report.numbers import counted, money, with_error
from sim.report.words import PERSPECTIVES
from sim.results import ScenarioSettings
from sim.ui import link
from sim.ui.charts import draw_exhibit, draw_table
from sim.ui.view import View, draw_state
from sim.ui.words import plain
from sim.units import PERCENT

MOST_PEOPLE = 10_000_000
PEOPLE_STEP = 100
MIX_NAMES = {"current": "Current mix", "new": "New mix"}


def page(view: View) -> None:
    """Draw the page."""
    st.title("Budget impact")
    st.markdown("What another mix of strategies costs each year. Nothing here needs a new run.")
    settings = view.results.settings[view.scenario.name]
    if settings.budget is None or settings.has_arrivals:
        _impossible(settings)
        return
    draw_state(view)
    try:
        question = _question(settings)
        _show(view, settings, question)
    except AnalysisError as error:
        st.warning(plain(f"{error}."))


def _impossible(settings: ScenarioSettings) -> None:
    """Say why there is no budget, and what to do."""
    if settings.budget is None:
        st.info("This scenario asks no budget question: add a section `budget` with both mixes to its file.")
        return
    st.info(
        "This scenario refers people over time, to show queues. A budget spreads referrals evenly over each "
        "year itself: choose a scenario without arrivals, such as `base` or `five_years`."
    )


def _question(settings: ScenarioSettings) -> dict[str, Any]:
    """Draw what is asked; AnalysisError where it cannot be."""
    asked = settings.budget or {}
    left, right = st.columns(2)
    with left:
        years = int(
            link.number(
                "Years", key="budget_years", default=int(asked["years"]), low=1, high=MOST_YEARS, step=1
            )
        )
    with right:
        people = link.number(
            "People referred a year", key="budget_people", default=float(asked["eligible_per_year"]), low=1.0,
            high=float(MOST_PEOPLE), step=float(PEOPLE_STEP), format="%.0f",
        )  # fmt: skip
    _horizon(settings, years)
    with st.expander("Uptake: how much of the way to the new mix is gone in each year [%]"):
        uptake = _uptake(asked["uptake"], years)
    with st.expander("Mixes: how people are shared out among strategies [%]"):
        mixes = _mixes(settings, asked)
    return {"years": years, "eligible_per_year": people, "uptake": uptake, **mixes}


def _horizon(settings: ScenarioSettings, years: int) -> None:
    """Say what is possible where people were followed for fewer years than are asked for."""
    followed = settings.horizon_years
    if years > followed:
        st.info(
            f"People were followed for {counted(followed, 'year')}: years up to then are complete, later "
            "ones lack what people referred earlier still cost. The scenario `five_years` follows them for "
            "five."
        )


def _uptake(usual: list[float], years: int) -> list[float]:
    reached = [*usual, *[usual[-1]] * MOST_YEARS][:years]
    cells = st.columns(years)
    shares = []
    for year, (cell, share) in enumerate(zip(cells, reached, strict=True), start=1):
        with cell:
            shares.append(_percent(f"Year {year}", f"budget_uptake_{year}", share))
    return [share / PERCENT for share in shares]


def _mixes(settings: ScenarioSettings, asked: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Draw the shares of both mixes, and divide each by its sum."""
    mixes = {}
    for column, (mix, name) in zip(st.columns(len(MIX_NAMES)), MIX_NAMES.items(), strict=True):
        with column:
            st.markdown(f"**{name}**")
            shares = {
                key: _percent(plain(label), f"budget_{mix}_{key}", asked[mix].get(key, 0.0))
                for key, label in settings.strategies.items()
            }
            mixes[mix] = _divided(name, shares)
    return mixes


def _percent(label: str, key: str, share: float) -> float:
    percent = round(PERCENT * share, 1)
    return link.number(label, key=key, default=percent, low=0.0, high=float(PERCENT), step=1.0, format="%.3g")


def _divided(name: str, shares: Mapping[str, float]) -> dict[str, float]:
    total = sum(shares.values())
    if total == 0:
        raise AnalysisError(
            f"{name}: some share must be above 0, got none; give at least one strategy a share"
        )
    if round(total, 1) != PERCENT:
        st.caption(
            f"These add up to {total:.4g} %; each is divided by that, so that together they are 100 %."
        )
    return shares_of(shares)


def _show(view: View, settings: ScenarioSettings, question: Mapping[str, Any]) -> None:
    money_asked = {name: view.asked[name] for name in ("perspective", "drug_price", "price_year")}
    payer = Perspective.PAYER.value
    money_asked["perspective"] = link.choose(
        "Whose budget", [str(one) for one in Perspective], key="budget_perspective", default=payer,
        format_func=PERSPECTIVES.__getitem__,
    )  # fmt: skip
    found = budget_answer(view.results, question, money_asked, scenario=view.scenario.name)
    [impact], [sentences] = found.impacts, found.sentences
    first, *others = sentences
    st.markdown(f"## {plain(first)}")
    for sentence in others:
        (st.warning if sentence.startswith("Warning") else st.markdown)(plain(sentence))
    totals = [row for row in found.content["net"] if row["year"] is not None]
    with st.container(horizontal=True):
        for row in totals:
            st.metric(
                f"Net, year {row['year']}", plain(with_error(row["net"], None, money)), width="content",
            )  # fmt: skip
    draw_exhibit(budget_exhibit(impact), "budget")
    draw_table(net_table(impact))
    in_all, by_category, people = budget_tables(impact)
    draw_table(in_all)
    draw_table(people)
    with st.expander(plain(by_category.title)):
        draw_table(by_category)
    st.caption(plain(budget_caption(impact)))
