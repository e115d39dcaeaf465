"""What `voi` is asked: stored draws or tables of any model, and the question put to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.analysis.decision import DecisionQuestion, TrialPlan
from sim.analysis.draw_table import DrawTable, draw_table
from sim.analysis.output_settings import OutputSettings, check_comparator, output_settings
from sim.analysis.sample_information import Binomial
from sim.batch.manifest import describe_tables
from sim.batch.voi_asked import (
    Asked,
    check_asked,
    check_used,
    groups_asked,
    is_too_large,
    sizes_asked,
    trial_asked,
    wtp_asked,
)
from sim.domain.cross_checks import not_found
from sim.domain.plain_names import theme_of
from sim.errors import AnalysisError, ScenarioError
from sim.results import ScenarioSettings
from sim.scenario_io.tables import Columns, aligned, check_same_rows, read_columns
from sim.worlds.stored import ProbabilisticResults, ProbabilisticScenario, StoredUnknown

AROUND = (0.5, 1.0, 1.5)
"""Willingness to pay told unless others are asked for, relative to the scenario's own."""
FEWEST_GIVEN = 2
"""Draws, and strategies, that a table from elsewhere must have."""


@dataclass(frozen=True, slots=True)
class Posed:
    """A table of draws and the question put to it.

    Parameters
    ----------
    title : str
        What is analyzed.
    table : DrawTable
        Costs, effects and parameters by draw.
    question : DecisionQuestion
        The question.
    labels : mapping
        Plain names of strategies.
    parameters : mapping
        `StoredUnknown` by path; none of tables from elsewhere.
    comparator : str
        Key of the strategy increments are counted from.
    settings, output : ScenarioSettings and OutputSettings, or None
        Of a scenario; None for tables from elsewhere.
    manifest : mapping
        How the draws were made.
    notes : sequence of str
        What must be said besides.
    """

    title: str
    table: DrawTable
    question: DecisionQuestion
    labels: Mapping[str, str]
    parameters: Mapping[str, StoredUnknown]
    comparator: str
    settings: ScenarioSettings | None = None
    output: OutputSettings | None = None
    manifest: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[str] = ()

    @property
    def made(self) -> list[str]:
        """How the draws were made, in lines."""
        told = ("run_id", "version", "engine", "command", "sampling", "ended", "analysis_command")
        known = {**self.manifest, **(self.manifest.get("psa") or {})}
        lines = [f"{name.replace('_', ' ')}: {known[name]}" for name in told if known.get(name)]
        return lines + [f"{one['file']}: SHA-256 {one['sha256']}" for one in self.manifest.get("tables", ())]

    @property
    def setting(self) -> dict[str, Any]:
        """What the numbers rest on, as plain values; of tables only comparator and willingness to pay."""
        setting: dict[str, Any] = {"comparator": self.comparator, "wtp": self.question.chosen}
        if self.settings is None or self.output is None:
            return setting
        return setting | {
            "perspective": str(self.output.perspective),
            "discount_rate_costs": self.output.discount_rate_costs,
            "discount_rate_effects": self.output.discount_rate_effects,
            "drug_price": str(self.output.drug_price),
            "price_year": self.output.price_year,
            "currency": self.settings.currency,
            "horizon_years": self.settings.horizon_years,
            "n_patients": self.settings.n_patients,
        }


def from_draws(
    draws: ProbabilisticResults | Path | str,
    asked: Asked,
    output: Mapping[str, Any],
    *,
    scenario: str | None = None,
    command: str | None = None,
) -> Posed:
    """Put the question to draws.

    Parameters
    ----------
    draws : ProbabilisticResults, Path or str
        Draws, or the directory in which `treatpath psa` stored them.
    asked : Asked
        The question.
    output : mapping
        Output settings, without willingness to pay and comparator.
    scenario : str, optional
        Which scenario; left out = the only one.
    command : str, optional
        The command as typed.

    Returns
    -------
    Posed
        Trials and people of the scenario where none are asked for; groups by theme. Values for people in
        later years are amounts of money, so they are discounted at the rate of costs.

    Raises
    ------
    AnalysisError
        If the directory is damaged, a name unknown or a number impossible.
    ScenarioError
        If an option is not of its form.
    """
    check_asked(asked)
    results = draws if isinstance(draws, ProbabilisticResults) else ProbabilisticResults.load(draws)
    name = _named(results, scenario)
    one = results.scenarios[name]
    wtp = wtp_asked(asked)
    chosen = wtp[0] if wtp else None
    settings = output_settings(one.settings, comparator=asked.comparator, wtp=chosen, **dict(output))
    table = draw_table(one.drawn, one.settings, settings)
    trials, notes = _trials(one, asked, table, settings.price_factor)
    themes, too_large = _themes(table)
    research = one.research or {}
    people = _first(asked.people_per_year, research.get("people_per_year"))
    years = _first(asked.years, research.get("decision_years"))
    check_used(asked, has_trial=bool(trials), people=people, years=years)
    question = DecisionQuestion(
        wtp=wtp or [share * settings.wtp for share in AROUND],
        chosen=settings.wtp,
        groups=groups_asked(asked.groups, table) or themes,
        trials=trials,
        people_per_year=people,
        decision_years=years or 0.0,
        discount_rate=_first(asked.discount_rate, settings.discount_rate_costs) or 0.0,
        seed=one.settings.seed,
    )
    return Posed(
        title=f"{one.settings.title} ({name})",
        table=table,
        question=question,
        labels=one.settings.strategies,
        parameters=one.unknowns,
        comparator=settings.comparator,
        settings=one.settings,
        output=settings,
        manifest=dict(results.manifest) | {"analysis_command": command},
        notes=[*_fixed(one), *notes, *([] if asked.groups else too_large)],
    )


def from_tables(
    costs: Path, effects: Path, parameters: Path | None, asked: Asked, *, command: str | None = None
) -> Posed:
    """Read tables of probabilistic results of any model and put the question to them.

    Parameters
    ----------
    costs, effects, parameters : Path
        A column per strategy (parameter), a row per draw; parameters may be left out.
    asked : Asked
        The question; willingness to pay must be there.
    command : str, optional
        The command as typed.

    Returns
    -------
    Posed
        Increments are counted from the first strategy unless another is asked for.

    Raises
    ------
    ScenarioError
        If a file or an option is not of its form.
    AnalysisError
        If a name is unknown or a number impossible.
    """
    check_asked(asked)
    wtp = wtp_asked(asked)
    if not wtp:
        raise ScenarioError(
            "--wtp: must be given with --costs and --effects, got nothing; add it, such as --wtp 20000,30000"
        )
    cost, effect, *rest = _tables([path for path in (costs, effects, parameters) if path is not None])
    drawn = rest[0] if rest else None
    comparator = cost.names[0] if asked.comparator is None else asked.comparator
    check_comparator(comparator, cost.names)
    table = DrawTable(
        strategies=cost.names,
        cost=cost.values[:, None, :],
        effect=effect.values[:, None, :],
        parameters=() if drawn is None else drawn.names,
        values=cost.values[:, :0] if drawn is None else drawn.values,
    )
    plan = trial_asked(asked, table, {})
    check_used(asked, has_trial=plan is not None, people=asked.people_per_year, years=asked.years)
    question = DecisionQuestion(
        wtp=wtp, chosen=wtp[0], groups=groups_asked(asked.groups, table),
        trials={} if plan is None else {"trial": plan}, people_per_year=asked.people_per_year,
        decision_years=asked.years or 0.0, discount_rate=asked.discount_rate or 0.0, fewest=FEWEST_GIVEN,
    )  # fmt: skip
    files = {file.file: file.digest for file in (cost, effect, drawn) if file is not None}
    manifest = describe_tables(files, settings={"wtp": wtp, "comparator": comparator}, command=command)
    return Posed(
        title="Probabilistic results of a given model",
        table=table,
        question=question,
        labels={name: name for name in cost.names},
        parameters={},
        comparator=comparator,
        manifest=manifest,
    )


def _fixed(one: ProbabilisticScenario) -> list[str]:
    """Say what the value of information leaves out."""
    if not one.n_fixed:
        return []
    return [
        f"What knowing more would be worth counts the {len(one.unknowns):,} parameters that were drawn; "
        f"{one.n_fixed:,} with a range but no distribution stay fixed and are not in it."
    ]


def _named(results: ProbabilisticResults, scenario: str | None) -> str:
    names = list(results.scenarios)
    if scenario is None and len(names) == 1:
        return names[0]
    if scenario is None:
        raise AnalysisError(f"--scenario: must name one of {', '.join(names)}, got none")
    if scenario not in results.scenarios:
        raise AnalysisError(f"--scenario: {not_found(scenario, 'scenario of these draws', names)}")
    return scenario


def _tables(paths: Sequence[Path]) -> list[Columns]:
    """Read costs, effects and, if given, parameters, which must belong together; tell every mistake."""
    found, mistakes = [], []
    for path in paths:
        try:
            found.append(read_columns(path))
        except ScenarioError as error:
            mistakes.append(str(error))
    if mistakes:
        raise ScenarioError("\n".join(dict.fromkeys(mistakes)))
    cost = found[0]
    if len(cost.names) < FEWEST_GIVEN:
        mistakes.append(f"{cost.file}: must have a column for each of two or more strategies, got 1")
    if len(cost.values) < FEWEST_GIVEN:
        mistakes.append(f"{cost.file}: must have a row for each of two or more draws, got 1")
    for place, check in enumerate((aligned, check_same_rows)[: len(found) - 1], start=1):
        try:
            found[place] = check(cost, found[place]) or found[place]
        except ScenarioError as error:
            mistakes.append(str(error))
    if mistakes:
        raise ScenarioError("\n".join(mistakes))
    return found


def _themes(table: DrawTable) -> tuple[dict[str, list[str]], list[str]]:
    """Return groups of two or more parameters about the same; and notes on those that are too large."""
    themes: dict[str, list[str]] = {}
    for path in table.parameters:
        themes.setdefault(theme_of(path), []).append(path)
    groups = {name: members for name, members in themes.items() if len(members) > 1}
    notes = [
        f"Group '{name}' is left out: {table.n_draws:,} draws are too few for its {len(members)} parameters."
        for name, members in groups.items()
        if is_too_large(members, table)
    ]
    return {name: members for name, members in groups.items() if not is_too_large(members, table)}, notes


def _trials(
    one: ProbabilisticScenario, asked: Asked, table: DrawTable, price_factor: float
) -> tuple[dict[str, TrialPlan], list[str]]:
    """Return the trial asked for, else those of the scenario; and which of these are impossible.

    Costs of the scenario's trials move to the price year asked for; what is typed is meant in it.
    """
    drawn = one.drawn
    response = {key: drawn.response[:: drawn.n_inner, place] for place, key in enumerate(drawn.treatments)}
    plan = trial_asked(asked, table, response)
    if plan is not None:
        return {"trial": plan}, []
    trials, notes = {}, []
    for key, trial in (one.research or {}).get("trials", {}).items():
        missing = [arm for arm in trial["arms"] if arm not in response]
        if missing:
            notes.append(f"Trial '{key}' is left out: the scenario has no treatment {', '.join(missing)}.")
            continue
        trials[key] = TrialPlan(
            label=trial["label"],
            arms={arm: Binomial(response[arm], 1) for arm in trial["arms"]},
            sizes=sizes_asked(asked) or trial["sizes"],
            fixed_cost=_first(asked.fixed_cost, trial["fixed_cost"] * price_factor),
            cost_per_person=_first(asked.cost_per_person, trial["cost_per_person"] * price_factor),
            years=_first(asked.trial_years, trial["years"]) or 0.0,
        )
    return trials, notes


def _first(asked: float | None, usual: Any) -> float | None:  # noqa: ANN401  a plain value of a JSON file
    return usual if asked is None else asked
