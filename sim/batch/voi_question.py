"""What `voi` is asked: stored draws or tables of any model, and the question put to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.analysis.decision import DecisionQuestion, TrialPlan
from sim.analysis.draw_table import DrawTable, draw_table
from sim.analysis.output_settings import OutputSettings, check_comparator, check_wtp, output_settings
from sim.analysis.sample_information import Arm, Binomial, Normal
from sim.batch.manifest import describe_tables
from sim.domain.cross_checks import not_found
from sim.domain.plain_names import theme_of
from sim.errors import AnalysisError, ScenarioError
from sim.results import ScenarioSettings
from sim.scenario_io.tables import aligned, check_same_rows, read_columns
from sim.worlds.stored import ProbabilisticResults, ProbabilisticScenario

AROUND = (0.5, 1.0, 1.5)
"""Willingness to pay told unless others are asked for, relative to the scenario's own."""
SIZES = (25, 50, 100, 200, 400, 800, 1600)
RESPONSE, PROBABILITY, MEAN = "response", "probability", "mean"
FEWEST_GIVEN = 2
"""Draws that a table from elsewhere must have."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The question as typed; None where nothing is asked.

    Parameters
    ----------
    wtp, sizes : str, optional
        Numbers with commas between.
    comparator : str, optional
        Key of the strategy increments are counted from.
    groups, arms : sequence of str
        ``NAME=P,P`` and ``KIND:NAME``, see `treatpath voi --help`.
    fixed_cost, cost_per_person, trial_years, people_per_year, years : float, optional
        Of the trial, and of those the decision is for.
    """

    wtp: str | None = None
    comparator: str | None = None
    groups: Sequence[str] = ()
    arms: Sequence[str] = ()
    sizes: str | None = None
    fixed_cost: float | None = None
    cost_per_person: float | None = None
    trial_years: float | None = None
    people_per_year: float | None = None
    years: float | None = None


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
    labels, parameters : mapping
        Plain names of strategies, and of parameters.
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
    parameters: Mapping[str, str]
    comparator: str
    settings: ScenarioSettings | None = None
    output: OutputSettings | None = None
    manifest: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[str] = ()

    @property
    def made(self) -> list[str]:
        """How the draws were made, in lines."""
        told = ("version", "engine", "command", "sampling", "ended")
        return [f"{name}: {self.manifest[name]}" for name in told if self.manifest.get(name)]


def from_draws(
    directory: Path,
    asked: Asked,
    output: Mapping[str, Any],
    *,
    scenario: str | None = None,
    command: str | None = None,
) -> Posed:
    """Read stored draws and put the question to them.

    Parameters
    ----------
    directory : Path
        Stored by `treatpath psa`.
    asked : Asked
        The question as typed.
    output : mapping
        Output settings, without willingness to pay and comparator.
    scenario : str, optional
        Which scenario; left out = the only one.
    command : str, optional
        The command as typed.

    Returns
    -------
    Posed
        Trials and people of the scenario where none are asked for; groups by theme.

    Raises
    ------
    AnalysisError
        If the directory is damaged, a name unknown or a number impossible.
    ScenarioError
        If an option is not of its form.
    """
    results = ProbabilisticResults.load(directory)
    name = _named(results, scenario)
    one = results.scenarios[name]
    wtp = _numbers("--wtp", asked.wtp)
    chosen = wtp[0] if wtp else None
    settings = output_settings(one.settings, comparator=asked.comparator, wtp=chosen, **dict(output))
    table = draw_table(one.drawn, one.settings, settings)
    trials, notes = _trials(one, asked, table)
    research = one.research or {}
    question = DecisionQuestion(
        wtp=wtp or [share * settings.wtp for share in AROUND],
        chosen=settings.wtp,
        groups=_groups(asked.groups, table.parameters) or _themes(table.parameters),
        trials=trials,
        people_per_year=_first(asked.people_per_year, research.get("people_per_year")),
        decision_years=_first(asked.years, research.get("decision_years")) or 1.0,
        discount_rate=settings.discount_rate_effects,
        seed=one.settings.seed,
    )
    return Posed(
        title=f"{one.settings.title} ({name})",
        table=table,
        question=question,
        labels=one.settings.strategies,
        parameters={path: unknown.label for path, unknown in one.unknowns.items()},
        comparator=settings.comparator,
        settings=one.settings,
        output=settings,
        manifest=dict(results.manifest) | {"analysis_command": command},
        notes=notes,
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
        The question as typed; willingness to pay must be there.
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
    cost = read_columns(costs)
    effect = aligned(cost, read_columns(effects))
    drawn = None if parameters is None else read_columns(parameters)
    if drawn is not None:
        check_same_rows(cost, drawn)
    wtp = _numbers("--wtp", asked.wtp)
    if not wtp:
        raise ScenarioError(
            "--wtp must be given with --costs and --effects, got nothing; such as 20000,30000"
        )
    for value in wtp:
        check_wtp(value)
    comparator = cost.names[0] if asked.comparator is None else asked.comparator
    check_comparator(comparator, cost.names)
    table = DrawTable(
        strategies=cost.names,
        cost=cost.values[:, None, :],
        effect=effect.values[:, None, :],
        parameters=() if drawn is None else drawn.names,
        values=cost.values[:, :0] if drawn is None else drawn.values,
    )
    plan = _asked_trial(asked, table, {})
    question = DecisionQuestion(
        wtp=wtp, chosen=wtp[0], groups=_groups(asked.groups, table.parameters),
        trials={} if plan is None else {"trial": plan}, people_per_year=asked.people_per_year,
        decision_years=asked.years or 1.0, fewest=FEWEST_GIVEN,
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


def _named(results: ProbabilisticResults, scenario: str | None) -> str:
    names = list(results.scenarios)
    if scenario is None and len(names) == 1:
        return names[0]
    if scenario is None:
        raise AnalysisError(f"--scenario: must name one of {', '.join(names)}, got none")
    if scenario not in results.scenarios:
        raise AnalysisError(f"--scenario: {not_found(scenario, 'scenario of these draws', names)}")
    return scenario


def _numbers(name: str, text: str | None) -> list[float]:
    """Read numbers with commas between."""
    if text is None:
        return []
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise ScenarioError(f"{name}: must be numbers with commas between, got '{text}'") from None


def _groups(texts: Sequence[str], parameters: Sequence[str]) -> dict[str, list[str]]:
    """Read groups such as ``costs=p1,p2``; every mistake is told at once."""
    groups, mistakes = {}, []
    for text in texts:
        name, equals, members = text.partition("=")
        found = [member.strip() for member in members.split(",") if member.strip()]
        if not (equals and name.strip() and found):
            mistakes.append(f"--group: must be like 'costs=p1,p2', got '{text}'")
        mistakes += [
            f"--group: {not_found(member, 'parameter', parameters)}"
            for member in found
            if member not in parameters
        ]
        groups[name.strip()] = found
    if mistakes:
        raise ScenarioError("\n".join(mistakes))
    return groups


def _themes(parameters: Sequence[str]) -> dict[str, list[str]]:
    """Return groups of two or more parameters about the same."""
    themes: dict[str, list[str]] = {}
    for path in parameters:
        themes.setdefault(theme_of(path), []).append(path)
    return {name: members for name, members in themes.items() if len(members) > 1}


def _trials(
    one: ProbabilisticScenario, asked: Asked, table: DrawTable
) -> tuple[dict[str, TrialPlan], list[str]]:
    """Return the trial asked for, else those of the scenario; and which of these are impossible."""
    drawn = one.drawn
    response = {key: drawn.response[:: drawn.n_inner, place] for place, key in enumerate(drawn.treatments)}
    plan = _asked_trial(asked, table, response)
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
            sizes=_sizes(asked) or trial["sizes"],
            fixed_cost=_first(asked.fixed_cost, trial["fixed_cost"]) or 0.0,
            cost_per_person=_first(asked.cost_per_person, trial["cost_per_person"]) or 0.0,
            years=_first(asked.trial_years, trial["years"]) or 0.0,
        )
    return trials, notes


def _asked_trial(asked: Asked, table: DrawTable, response: Mapping[str, Any]) -> TrialPlan | None:
    """Return the trial that is described by options."""
    if not asked.arms:
        return None
    arms, mistakes = {}, []
    for text in asked.arms:
        try:
            arms[text] = _arm(text, table, response)
        except ValueError as error:
            mistakes.append(f"--arm: {error}")
    if mistakes:
        raise ScenarioError("\n".join(mistakes))
    return TrialPlan(
        label=", ".join(asked.arms),
        arms=arms,
        sizes=_sizes(asked) or SIZES,
        fixed_cost=asked.fixed_cost or 0.0,
        cost_per_person=asked.cost_per_person or 0.0,
        years=asked.trial_years or 0.0,
    )


def _arm(text: str, table: DrawTable, response: Mapping[str, Any]) -> Arm:
    kind, _, rest = text.partition(":")
    if kind == RESPONSE:
        if rest not in response:
            raise ValueError(not_found(rest, "treatment of these draws", response))
        return Binomial(response[rest], 1)
    name, _, spread = rest.rpartition(":") if kind == MEAN else (rest, "", "")
    if kind not in {PROBABILITY, MEAN} or not name:
        raise ValueError(f"must be like 'response:ect', 'probability:p' or 'mean:x:12', got '{text}'")
    if name not in table.parameters:
        raise ValueError(not_found(name, "parameter", table.parameters))
    if kind == PROBABILITY:
        return Binomial(table.column(name), 1)
    try:
        return Normal(table.column(name), float(spread), 1)
    except ValueError:
        raise ValueError(f"must end in a standard deviation, got '{text}'") from None


def _sizes(asked: Asked) -> list[int]:
    numbers = _numbers("--sizes", asked.sizes)
    if any(number != int(number) or number < 1 for number in numbers):
        raise ScenarioError(f"--sizes: must be whole numbers of at least 1, got '{asked.sizes}'")
    return [int(number) for number in numbers]


def _first(asked: float | None, usual: Any) -> float | None:  # noqa: ANN401  a plain value of a JSON file
    return usual if asked is None else asked
