"""Tell what another mix of strategies does to a budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.analysis.budget_impact import BudgetImpact, budget_impact
from sim.analysis.budget_plan import budget_plan
from sim.analysis.by_scenario import AnyResults, by_scenario
from sim.batch.run import Progress, prepare, simulate
from sim.domain.economics import Perspective
from sim.domain.scenario import Scenario
from sim.engine.clocks import AUTO
from sim.errors import ScenarioError
from sim.report.budget import budget_content, budget_sentences
from sim.results import Results, ScenarioSettings
from sim.results.stored import StoredResults

Source = AnyResults | Scenario
Asked = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BudgetAnswer:
    """What another mix of strategies costs, scenario by scenario.

    Parameters
    ----------
    impacts : list of BudgetImpact
        One for each scenario.
    sentences : list of list of str
        What there is to say about each.
    manifest : mapping
        How the results came about.
    """

    impacts: list[BudgetImpact]
    sentences: list[list[str]]
    manifest: Mapping[str, Any]

    @property
    def content(self) -> dict[str, Any]:
        """Everything as plain values; the rows of all scenarios below each other."""
        parts = [budget_content(impact) for impact in self.impacts]
        rows = {name: [row for part in parts for row in part[name]] for name in parts[0]}
        return rows | {"manifest": dict(self.manifest)}


def budget(
    source: Source,
    *,
    years: int | None = None,
    eligible_per_year: float | None = None,
    uptake: Sequence[float] | None = None,
    perspective: str | None = None,
    drug_price: str | None = None,
    price_year: int | None = None,
    scenario: str | None = None,
    replications: int | None = None,
    patients: int | None = None,
    overrides: Sequence[str] = (),
    engine: str = AUTO,
    workers: int | None = None,
    executor: Executor | None = None,
    on_progress: Progress | None = None,
    command: str | None = None,
) -> dict[str, Any]:
    """Tell what another mix of strategies costs a budget holder: what ``treatpath budget --json`` prints.

    Parameters
    ----------
    source : Results, StoredResults, Scenario, Path or str
        Results, the directory they are stored in, or what is simulated: a scenario, a scenario file or the
        name of a shipped one. The mixes stand in the scenario's section ``budget``.
    years : int, optional
        Years of the budget, 1 to 5. This and the following two are the scenario's own when left out.
    eligible_per_year : float, optional
        People referred a year.
    uptake : sequence of float, optional
        Share of the way to the new mix, year by year.
    perspective : str, optional
        Whose budget; left out = the payer's.
    drug_price, price_year
        As for `sim.compare`.
    scenario : str, optional
        Only this scenario.
    replications, patients, overrides, engine, workers, executor, on_progress
        As for `sim.run`; only where something is simulated.
    command : str, optional
        The command as typed, for the manifest.

    Returns
    -------
    dict
        Plain values, undiscounted: ``results`` (costs by year, mix and category), ``totals``, ``net`` (year
        None = all together), ``people``, ``settings`` and ``manifest``.

    Raises
    ------
    ScenarioError
        If a file or a setting is impossible, or settings of a run are given beside results.
    AnalysisError
        If the question is impossible, or a directory cannot be read.
    JobError
        If a job fails or its process dies.

    Examples
    --------
    >>> told = budget("five_years", years=2, patients=10, replications=1, workers=1)
    >>> [row["year"] for row in told["net"]]
    [1, 2, None]
    """
    question = {"years": years, "eligible_per_year": eligible_per_year, "uptake": uptake}
    results = budget_results(
        source, question, replications=replications, patients=patients, overrides=overrides, engine=engine,
        workers=workers, executor=executor, on_progress=on_progress, command=command,
    )  # fmt: skip
    money = {"perspective": perspective, "drug_price": drug_price, "price_year": price_year}
    return budget_answer(results, question, money, scenario=scenario).content


def budget_results(
    source: Source,
    question: Asked,
    *,
    replications: int | None = None,
    patients: int | None = None,
    overrides: Sequence[str] = (),
    engine: str = AUTO,
    workers: int | None = None,
    executor: Executor | None = None,
    on_progress: Progress | None = None,
    command: str | None = None,
) -> Results | StoredResults:
    """Return the results a budget question is put to, simulated once the question is known to make sense.

    Parameters
    ----------
    source, replications, patients, overrides, engine, workers, executor, on_progress, command
        As for `budget`.
    question : mapping
        ``years``, ``eligible_per_year`` and ``uptake`` as `budget` takes them; ``current`` and ``new``,
        shares by strategy in place of the scenario's mixes.

    Returns
    -------
    Results or StoredResults
        As given, opened or simulated.

    Raises
    ------
    ScenarioError
        If a file or a setting is impossible, or settings of a run are given beside results.
    AnalysisError
        If the question is impossible, or a directory cannot be read.
    JobError
        If a job fails or its process dies.
    """
    if isinstance(source, Results | StoredResults) or (
        not isinstance(source, Scenario) and Path(source).is_dir()
    ):
        if overrides or replications is not None or patients is not None:
            raise ScenarioError(
                f"{source if isinstance(source, str | Path) else 'source'}: must be a scenario file for "
                "--set, --patients and --replications, got stored results; leave these out"
            )
        return source if isinstance(source, Results | StoredResults) else StoredResults.open(source)
    scenarios = prepare(source, overrides=overrides, replications=replications, patients=patients)
    for one in scenarios:
        budget_plan(ScenarioSettings.of(one), **question)
    return simulate(
        scenarios, workers=workers, engine=engine, executor=executor, on_progress=on_progress, command=command
    )


def budget_answer(
    results: AnyResults, question: Asked, money: Asked, *, scenario: str | None = None
) -> BudgetAnswer:
    """Return what another mix costs, and for the payer's budget also what patients pay beside it.

    Parameters
    ----------
    results : Results, StoredResults, Path or str
        From `budget_results`; a directory is read scenario by scenario.
    question : mapping
        As for `budget_results`.
    money : mapping
        ``perspective``, ``drug_price`` and ``price_year`` as `budget` takes them.
    scenario : str, optional
        Only this scenario.

    Returns
    -------
    BudgetAnswer
        In the order of the scenarios.

    Raises
    ------
    AnalysisError
        If the question or a setting is impossible, or a directory cannot be read.
    """
    impacts, sentences, manifest = [], [], {}
    for name, of_one in by_scenario(results, scenario):
        impact = budget_impact(of_one, name, **money, **question)
        patients = None
        if money["perspective"] in {None, Perspective.PAYER}:
            asked = dict(money) | {"perspective": Perspective.PATIENT.value}
            patients = budget_impact(of_one, name, **asked, **question)
        impacts.append(impact)
        sentences.append(budget_sentences(impact, patients))
        manifest = dict(of_one.manifest)
    return BudgetAnswer(impacts, sentences, manifest)
