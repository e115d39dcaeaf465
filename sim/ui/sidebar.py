"""The sidebar: which scenario, what is changed in it, run it in full, and how to look at results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from sim.domain.economics import DrugPrice, Perspective
from sim.domain.scenario import Scenario
from sim.errors import ScenarioError
from sim.report.words import DRUG_PRICES, PERSPECTIVES
from sim.scenario_io.load import LoadedScenario
from sim.scenario_io.yaml_file import Plain
from sim.ui import levers, link, progress, runs, session, sources
from sim.ui.following import following
from sim.ui.words import coded

RUN_LABEL = "Run in full"
WTP_STEP = 10_000.0
HIGHEST_WTP = 10_000_000.0
RATE_STEP = 0.005
RATE_FORMAT = "%.3f"
MOST_LINKED = 15
"""What-ifs a link carries; more are better handed on as a file."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the sidebar says.

    Parameters
    ----------
    source : str
        Scenario file.
    loaded : LoadedScenario
        The scenario as its file gives it.
    what_ifs : mapping
        What is changed above the file, by dotted path.
    scenario : Scenario
        The scenario with these changes.
    asked : mapping
        Output settings; changing one needs no new run.
    strategies : tuple of str
        Strategies to be compared.
    """

    source: str
    loaded: LoadedScenario
    what_ifs: Mapping[str, Plain]
    scenario: Scenario
    asked: Mapping[str, Any]
    strategies: tuple[str, ...]


class _OutputSettings:
    """The settings that need no new run: known at once, drawn later."""

    def __init__(self, scenario: Scenario) -> None:
        economics = scenario.economics
        labels = {key: strategy.label for key, strategy in scenario.strategies.items()}
        self._compared = link.prepared_several(
            "Strategies compared", list(labels), key="strategies", labels=labels
        )
        self._are_too_few = len(self._compared.value) < min(2, len(labels))
        self.strategies = tuple(labels if self._are_too_few else self._compared.value)
        first = economics.comparator if economics.comparator in self.strategies else self.strategies[0]
        self._open: dict[str, link.Prepared[Any]] = {
            "perspective": link.prepared_choice(
                "Perspective", [str(perspective) for perspective in Perspective], key="perspective",
                default=str(economics.perspective), format_func=PERSPECTIVES.__getitem__,
            ),
            "comparator": link.prepared_choice(
                "Compare with", list(self.strategies), key="comparator", default=first,
                format_func=labels.__getitem__,
            ),
            "wtp": link.prepared_number(
                "Willingness to pay for one QALY ($)", key="wtp", default=float(economics.wtp), low=1.0,
                high=HIGHEST_WTP, step=WTP_STEP, format="%.0f",
            ),
        }  # fmt: skip
        self._folded: dict[str, link.Prepared[Any]] = {
            "discount_rate_costs": _rate("Discount rate, costs", "rate_costs", economics.discount_rate_costs),
            "discount_rate_effects": _rate(
                "Discount rate, effects", "rate_effects", economics.discount_rate_effects
            ),
            "drug_price": link.prepared_choice(
                "Drugs", [str(price) for price in DrugPrice], key="drug_price",
                default=str(economics.drug_price), format_func=DRUG_PRICES.__getitem__,
            ),
            "price_year": link.prepared_choice(
                "Prices of year", [str(year) for year in economics.index_by_year], key="price_year",
                default=str(economics.price_year),
            ),
        }  # fmt: skip

    @property
    def asked(self) -> dict[str, Any]:
        """Values by name of the setting."""
        values = {name: widget.value for name, widget in (self._open | self._folded).items()}
        return values | {"price_year": int(values["price_year"])}

    def draw(self) -> None:
        """Draw all of them."""
        st.caption("How to look at results: no new run needed.")
        self._compared.draw()
        if self._are_too_few:
            st.caption("Choose at least two to compare; all are shown.")
        for widget in self._open.values():
            widget.draw()
        with st.expander("Rates and prices"):
            for widget in self._folded.values():
                widget.draw()


def draw() -> tuple[Choice, Callable[[], None]]:
    """Draw what says which scenario it is and starts a run; return the choice, and what draws the rest.

    The rest comes after the page: the answer to the last move is what a reader waits for. The scenario can be
    set by a button; the browser must hear of it at once, or it sends the old one with the next move.
    """
    with st.sidebar:
        source, loaded = _file()
        what_ifs, scenario = _changed(loaded)
        _run(source, loaded, what_ifs, scenario)
        moving, looking = st.container(), st.container()
    settings = _OutputSettings(scenario)

    def draw_rest() -> None:
        with moving:
            levers.draw_levers(loaded.scenario)
            _reset(what_ifs)
        with looking:
            settings.draw()

    return Choice(source, loaded, what_ifs, scenario, settings.asked, settings.strategies), draw_rest


def address(choice: Choice) -> dict[str, str | list[str]]:
    """Return what every link says beside the values of widgets: what is changed in the scenario."""
    told: dict[str, str | list[str]] = {}
    if choice.what_ifs and len(choice.what_ifs) <= MOST_LINKED:
        told[link.SET] = link.typed(choice.what_ifs)
    return told


def _file() -> tuple[str, LoadedScenario]:
    """Draw the choice of a file and of one of its scenarios; another one begins without what-ifs."""
    source = link.choose(
        "Scenario", sources.names(), key="scenario", on_change=_forget_changes,
        help="Shipped scenarios and those uploaded on the page Scenarios.",
    )  # fmt: skip
    found = {one.scenario.name: one for one in sources.read(source)}
    if len(found) == 1:
        return source, next(iter(found.values()))
    variant = link.choose("Variant", list(found), key="variant", on_change=_forget_changes)
    return source, found[variant]


def _forget_changes() -> None:
    session.set_what_ifs({})
    session.forget(levers.PREFIX)


def _changed(loaded: LoadedScenario) -> tuple[dict[str, Plain], Scenario]:
    """Return the scenario with all what-ifs; those that are impossible are dropped and told."""
    asked = link.what_ifs_asked()
    what_ifs = session.what_ifs() | asked
    try:
        scenario = sources.changed(loaded, what_ifs)
    except ScenarioError as error:
        session.note(f"These changes are impossible here and were left out: {error}")
        what_ifs = {} if asked else _possible(loaded, what_ifs)
        scenario = sources.changed(loaded, what_ifs)
    session.set_what_ifs(what_ifs)
    return what_ifs, scenario


def _possible(loaded: LoadedScenario, what_ifs: Mapping[str, Plain]) -> dict[str, Plain]:
    """Return the what-ifs without the latest, or none when that is not enough."""
    fewer = dict(list(what_ifs.items())[:-1])
    try:
        sources.changed(loaded, fewer)
    except ScenarioError:
        return {}
    return fewer


def _run(source: str, loaded: LoadedScenario, what_ifs: Mapping[str, Plain], scenario: Scenario) -> None:
    """Draw what starts a full run and tells how far it is."""
    followed = following().work(runs.RUN)
    if st.button(
        RUN_LABEL, type="primary", key="start", width="stretch",
        help=f"{scenario.run.n_patients:,} patients per strategy, {scenario.run.replications} replications.",
    ):  # fmt: skip
        followed = following().begin(runs.RUN, lambda: runs.start(scenario))
        session.begin(session.Started(followed, source, loaded.scenario.name, dict(what_ifs), _now()))
    if followed is not None:
        progress.tell(runs.RUN, followed, RUN_LABEL)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _reset(what_ifs: Mapping[str, Plain]) -> None:
    if what_ifs:
        with st.expander(f"Changed: {len(what_ifs)}", expanded=False):
            st.markdown("\n".join(f"- {coded(line)}" for line in levers.told(what_ifs)))
            st.button("Reset all", key="reset", on_click=_forget_changes, width="stretch")


def _rate(label: str, key: str, default: float) -> link.Prepared[float]:
    return link.prepared_number(
        label, key=key, default=default, low=0.0, high=1.0, step=RATE_STEP, format=RATE_FORMAT
    )
