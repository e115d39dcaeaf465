"""Vary what is uncertain: by chance (`psa`), or on purpose (`dsa`)."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from sim.api.ways import ways_of
from sim.batch.backends import LOCAL
from sim.batch.directory import check_new
from sim.batch.dsa import dsa as analyzed
from sim.batch.dsa_question import N_PATIENTS as POINT_PATIENTS
from sim.batch.dsa_question import REPLICATIONS, STEPS, DsaQuestion
from sim.batch.inputs import Sources, scenarios_from
from sim.batch.psa import N_DRAWS, N_INNER, N_PATIENTS, STRATIFIED, Sampling, run_psa
from sim.batch.run import Progress, prepare
from sim.batch.stored_jobs import read_shard
from sim.batch.stored_psa import run_psa_into
from sim.engine.clocks import AUTO
from sim.errors import ScenarioError
from sim.report.draws import draws_content
from sim.worlds.stored import ProbabilisticResults


def psa(
    scenarios: Sources,
    out: Path | str | None = None,
    *,
    draws: int = N_DRAWS,
    inner: int = N_INNER,
    patients: int = N_PATIENTS,
    sampling: str = STRATIFIED,
    seed: int | None = None,
    overrides: Sequence[str] = (),
    resume: bool = False,
    shard: str | None = None,
    engine: str = AUTO,
    workers: int | None = None,
    backend: str = LOCAL,
    scheduler: str | None = None,
    executor: Executor | None = None,
    on_progress: Progress | None = None,
    command: str | None = None,
) -> ProbabilisticResults:
    """Run the probabilistic sensitivity analysis: all strategies in many draws of what is uncertain.

    Parameters
    ----------
    scenarios : Scenario, str, Path or sequence of them
        What is uncertain: scenarios, scenario files or names of shipped ones.
    out : Path or str, optional
        A new or empty directory that fills draw by draw; with ``resume`` also one that an earlier run left.
        Left out, draws are kept in memory only.
    draws : int
        Draws of what is uncertain.
    inner : int
        Replications of each draw; two or more tell chance from uncertainty.
    patients : int
        Patients per strategy, draw and replication.
    sampling : str
        ``lhs``, a Latin hypercube, or ``random``, each draw by itself.
    seed : int, optional
        Used instead of the scenarios' own.
    overrides, engine, workers, backend, scheduler, executor
        As for `sim.run`.
    resume, shard
        As for `sim.run`; they need ``out``.
    on_progress : callable, optional
        Called with (draws done, draws in all); with ``out`` two points beside the draws count too.
    command : str, optional
        The command as typed, for the manifest.

    Returns
    -------
    ProbabilisticResults
        Draws of each scenario, the same to the bit in memory and from a directory. With ``shard`` without any
        scenario: `sim.merge` gives them when all shards are there.

    Raises
    ------
    ScenarioError
        If a file or a setting is impossible, nothing is uncertain, no draw fits together, or the directory
        holds something.
    AnalysisError
        If the directory to go on with holds another run, or the jobs of another model.
    JobError
        If a job fails, a process dies, or the disk is full; finished jobs are kept.

    Examples
    --------
    >>> from sim import load
    >>> scenario = load("base")
    >>> few = {key: scenario.strategies[key].model_dump() for key in ("usual_care", "ssri")}
    >>> results = psa(scenario.with_changes({"strategies": few}), draws=2, inner=1, patients=5, workers=1)
    >>> results.scenarios["base"].drawn.numbers.tolist()
    [0, 1]
    """
    if out is None and (resume or shard):
        raise ScenarioError(f"{'--resume' if resume else '--shard'}: must come with --out DIR, got none")
    share = None if shard is None else read_shard(shard)
    prepared = prepare(scenarios, overrides=overrides, seed=seed)
    chosen = Sampling.of(draws, inner, patients, sampling)
    if out is not None and not resume:
        check_new(Path(out))
    with ways_of(
        engine=engine, workers=workers, backend=backend, scheduler=scheduler, executor=executor,
        on_progress=on_progress, command=command,
    ) as ways:  # fmt: skip
        if out is None:
            return run_psa(prepared, chosen, ways)
        run_psa_into(out, prepared, chosen, ways, resume=resume, shard=share)
    return ProbabilisticResults({}, {}) if share else ProbabilisticResults.load(out)


def draw_summary(results: ProbabilisticResults | Path | str) -> dict[str, Any]:
    """Return means over draws beside the scenario as it is: what ``treatpath psa --json`` prints.

    Parameters
    ----------
    results : ProbabilisticResults, Path or str
        From `psa`, or the directory they are stored in.

    Returns
    -------
    dict
        Plain values: ``results`` (a row per scenario and strategy, at the scenario's own output settings) and
        ``manifest``.

    Raises
    ------
    AnalysisError
        If a directory cannot be read.
    """
    found = results if isinstance(results, ProbabilisticResults) else ProbabilisticResults.load(results)
    return draws_content(found)


def dsa(
    scenarios: Sources,
    *,
    parameters: Sequence[str] = (),
    thresholds: Sequence[str] = (),
    two_way: tuple[str, str] | None = None,
    strategy: str | None = None,
    comparator: str | None = None,
    steps: int = STEPS,
    replications: int = REPLICATIONS,
    patients: int = POINT_PATIENTS,
    wtp: float | None = None,
    perspective: str | None = None,
    discount_rate_costs: float | None = None,
    discount_rate_effects: float | None = None,
    drug_price: str | None = None,
    price_year: int | None = None,
    overrides: Sequence[str] = (),
    engine: str = AUTO,
    workers: int | None = None,
    executor: Executor | None = None,
    on_progress: Progress | None = None,
) -> dict[str, Any]:
    """Vary parameters over their ranges: what ``treatpath dsa --json`` prints.

    Parameters
    ----------
    scenarios : Scenario, str, Path or sequence of them
        The first is analyzed; further ones are held against it as they are.
    parameters : sequence of str
        Paths varied one by one; none = all that have a range.
    thresholds : sequence of str
        Paths along which values are looked for at which the choice changes; none = the five with the largest
        effect that change it, and odds ratios between treatments.
    two_way : tuple of str, optional
        Two paths varied together.
    strategy, comparator : str, optional
        The pair whose difference in net benefit is told; left out = the best and the next best.
    steps : int
        Points along a range.
    replications, patients : int
        Replications of each point, and patients per strategy and replication.
    wtp, perspective, discount_rate_costs, discount_rate_effects, drug_price, price_year
        As for `sim.compare`.
    overrides, engine, workers, executor
        As for `sim.run`.
    on_progress : callable, optional
        Called with (points done, points in all) in each part.

    Returns
    -------
    dict
        Plain values: ``scenario``, ``pair``, ``base`` (a row per strategy), ``one_way`` (a row per figure,
        largest spread first), ``impossible``, ``two_way``, ``thresholds``, ``scenarios``, ``setting``.

    Raises
    ------
    ScenarioError
        If a file, a path, a strategy or a size is impossible, or there is only one strategy.
    AnalysisError
        If an output setting is impossible.
    JobError
        If a job fails.

    Examples
    --------
    >>> path = "treatments.ketamine_home.session.price"
    >>> told = dsa(
    ...     "base", parameters=[path], thresholds=[path], steps=2, replications=1, patients=5, workers=1
    ... )
    >>> [row["path"] for row in told["one_way"]]
    ['treatments.ketamine_home.session.price']
    """
    question = DsaQuestion(
        parameters=parameters, thresholds=thresholds, two_way=two_way, strategy=strategy,
        comparator=comparator, steps=steps, n_patients=patients, replications=replications, engine=engine,
        workers=workers,
        output={
            "wtp": wtp, "perspective": perspective, "drug_price": drug_price, "price_year": price_year,
            "discount_rate_costs": discount_rate_costs, "discount_rate_effects": discount_rate_effects,
        },
    )  # fmt: skip
    first, *others = scenarios_from(scenarios, overrides=overrides)
    return analyzed(first, question, alternatives=others, executor=executor, on_progress=on_progress)
