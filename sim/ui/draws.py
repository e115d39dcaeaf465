"""Probabilistic draws: made on demand, shipped for the base case, and asked again under other settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from typing import Any

import streamlit as st

from sim.analysis.decision import Decision
from sim.api.valuing import Valued, valued
from sim.batch.executors import WideExecutor
from sim.batch.filling import Ways
from sim.batch.psa import Sampling, run_psa
from sim.batch.run import Progress
from sim.batch.server_clock import server_clock
from sim.batch.voi_asked import Asked
from sim.batch.voi_deciding import Deciding, about_the_choice, among
from sim.batch.voi_question import Posed, from_draws
from sim.domain.scenario import Scenario
from sim.report.exhibit import Exhibit
from sim.report.voi_exhibits import voi_parts
from sim.scenario_io import shipped
from sim.ui import session
from sim.ui.on_demand import on_demand
from sim.ui.quick import only, quick
from sim.ui.sources import digest_of
from sim.ui.works import Work
from sim.worlds.stored import KIND, ProbabilisticResults

PSA = "psa"
LABEL = "Draw what is uncertain"
MOST_KEPT = 8
"""Answers and their figures that a server remembers."""
COUNTED = ("perspective", "discount_rate_costs", "discount_rate_effects", "drug_price", "price_year")
"""Output settings that draws are asked with, beside willingness to pay and comparator."""
Draws = ProbabilisticResults


def drawn(scenario: Scenario, sampling: Sampling) -> Work[Draws] | None:
    """Draw what starts the draws of a scenario, and return the last finished ones.

    Parameters
    ----------
    scenario : Scenario
        What is uncertain.
    sampling : Sampling
        How much is drawn.

    Returns
    -------
    Work or None
        Those that come with the package need no start.
    """
    work: Work[Draws] = Work(f"{PSA} {digest_of(scenario)} {sampling}", "draws", "draws", about=scenario.name)
    last = session.last_finished(PSA)
    if (last is None or last.key != work.key) and (known := _shipped(scenario, sampling)) is not None:
        session.finish(PSA, replace(work).give(known))
    clock = server_clock()

    def begin(executor: Executor, on_progress: Progress) -> Draws:
        width = executor.width() if isinstance(executor, WideExecutor) else None
        ways = Ways(engine=clock, executor=executor, lent_workers=width, on_progress=on_progress)
        return run_psa([scenario], sampling, ways)

    return on_demand(PSA, LABEL, work, begin)


def _shipped(scenario: Scenario, sampling: Sampling) -> Draws | None:
    """Return the draws of this very scenario and size that come with the package, if there are some."""
    made = [one for one in shipped_draws() if one.manifest["psa"] == sampling.plain()]
    if not made:
        return None
    digest = _sized_digest(digest_of(scenario), sampling, scenario)
    sizes = {one.settings.digest: found for found in made for one in found.scenarios.values()}
    return sizes.get(digest)


@st.cache_resource(show_spinner=False)
def shipped_draws() -> list[Draws]:
    """Return the draws that come with the package."""
    return [Draws.load(directory) for directory in shipped.finished_directories(KIND)]


@st.cache_resource(max_entries=MOST_KEPT, show_spinner=False)
def _sized_digest(digest: str, sampling: Sampling, _scenario: Scenario) -> str:
    del digest  # what the answer is remembered by
    return sampling.sized(_scenario).digest


def answered(
    work: Work[Draws], asked: Mapping[str, Any], strategies: Sequence[str], *, about_parameters: bool
) -> tuple[Valued, dict[str, list[Exhibit]]]:
    """Put the output settings to draws: no new run, whatever they are.

    Parameters
    ----------
    work : Work
        Finished draws.
    asked : mapping
        Output settings, as the sidebar has them.
    strategies : sequence of str
        Those that are compared.
    about_parameters : bool
        True also tells what knowing single parameters would be worth, which takes a second or more.

    Returns
    -------
    valued : Valued
        The answer.
    exhibits : dict
        Its figures by `sim.report.voi_exhibits.PARTS`.

    Raises
    ------
    AnalysisError
        If there are too few draws or strategies, or a setting is impossible.
    """
    question = Asked(wtp=asked["wtp"], comparator=asked["comparator"])
    posed = from_draws(work.result(), question, {name: asked[name] for name in COUNTED})
    posed = among(posed, strategies)
    if not about_parameters:
        posed = about_the_choice(posed)
    key = f"{work.key} {sorted(asked.items())} {sorted(strategies)} {about_parameters}"
    decision = quick("decision", key, lambda: [Deciding(posed)], only)
    return _told(key, posed, decision)


@st.cache_resource(max_entries=MOST_KEPT, show_spinner=False)
def _told(key: str, _posed: Posed, _decision: Decision) -> tuple[Valued, dict[str, list[Exhibit]]]:
    del key  # what the answer is remembered by
    found = valued(_posed, _decision)
    return found, voi_parts(found.decision, found.names, found.basis, comparator=_posed.comparator)
