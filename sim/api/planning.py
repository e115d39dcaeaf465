"""Plan staff and rooms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from typing import Any

from sim.batch.inputs import Given, one_scenario, sizes_of
from sim.batch.run import Progress
from sim.batch.staffing import plan_capacity
from sim.batch.staffing_question import MOST_STAFFINGS, REPLICATIONS, Question
from sim.engine.clocks import AUTO


def capacity(
    scenario: Given,
    *,
    targets: Sequence[str] = (),
    strategy: str | None = None,
    resources: Sequence[str] | None = None,
    steps: Mapping[str, float] | None = None,
    replications: int = REPLICATIONS,
    patients: int | None = None,
    seed: int | None = None,
    most_staffings: int = MOST_STAFFINGS,
    wtp: float | None = None,
    perspective: str | None = None,
    overrides: Sequence[str] = (),
    engine: str = AUTO,
    workers: int | None = None,
    executor: Executor | None = None,
    on_progress: Progress | None = None,
    command: str | None = None,
) -> dict[str, Any]:
    """Tell what capacity is worth, and the cheapest staffing for a target: ``treatpath capacity --json``.

    Parameters
    ----------
    scenario : Scenario, str or Path
        Today's staffing; a file without a sweep.
    targets : sequence of str
        Such as ``median_wait_days<=14``; none = only what capacity is worth.
    strategy : str, optional
        Left out = the first that draws on a resource with a limit.
    resources : sequence of str, optional
        Only these may change; left out = all with a limit that the strategy draws on.
    steps : mapping, optional
        Units of one step, by resource.
    replications : int
        Replications of each staffing.
    patients, seed : int, optional
        Used instead of the scenario's own.
    most_staffings : int
        Staffings simulated at most in the search.
    wtp, perspective
        As for `sim.compare`.
    overrides, engine, workers, executor
        As for `sim.run`.
    on_progress : callable, optional
        Called with (staffings begun, staffings at most): how many it takes shows only at the end.
    command : str, optional
        The command as typed, for the manifest.

    Returns
    -------
    dict
        Plain values, always with the same keys. ``staffing``, ``cost`` and ``wait`` are today's without a
        target; with one, the answer's if ``is_met``, else those of the largest staffing tried.

    Raises
    ------
    ScenarioError
        If the file or the question is impossible; tells every mistake.
    JobError
        If a replication fails.

    Examples
    --------
    >>> told = capacity(
    ...     "small_clinic",
    ...     strategy="ketamine_iv",
    ...     resources=["chair"],
    ...     patients=10,
    ...     replications=2,
    ...     workers=1,
    ... )
    >>> told["may_change"], told["n_staffings"]
    (['chair'], 2)
    """
    question = Question(
        targets=targets, strategy=strategy, resources=resources, steps=steps or {},
        output={"wtp": wtp, "perspective": perspective}, replications=replications,
        most_staffings=most_staffings, workers=workers, engine=engine,
    )  # fmt: skip
    today = one_scenario(scenario, overrides=overrides, sizes=sizes_of(patients=patients, seed=seed))
    told = None if on_progress is None else lambda begun: on_progress(begun, most_staffings)
    return plan_capacity(today, question, executor=executor, on_progress=told, command=command)
