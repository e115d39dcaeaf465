"""How the jobs of a run are done: here, on a cluster, or by an executor that the caller brings along."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from concurrent.futures import Executor

from sim.batch.backends import LOCAL, lent_executor
from sim.batch.executors import checked_workers
from sim.batch.filling import Ways
from sim.batch.run import Progress
from sim.errors import ScenarioError


@contextlib.contextmanager
def ways_of(
    *,
    engine: str,
    workers: int | None,
    backend: str,
    scheduler: str | None,
    executor: Executor | None,
    on_progress: Progress | None,
    command: str | None,
) -> Iterator[Ways]:
    """Give the way jobs are run; what is started for it ends with the block.

    Parameters
    ----------
    engine, workers, backend, scheduler, executor, on_progress, command
        As for `sim.api.running.run`.

    Yields
    ------
    Ways
        For `sim.batch.stored_runs.run_into` and its like.

    Raises
    ------
    ScenarioError
        If the settings contradict each other, or the cluster cannot be used.
    JobError
        If a cluster cannot be started here.
    """
    if executor is not None:
        if backend != LOCAL or scheduler is not None:
            raise ScenarioError(
                "executor: must come without --backend and --scheduler, got both; leave one out"
            )
        yield Ways(engine=engine, executor=executor, on_progress=on_progress, command=command)
        return
    if workers is not None:
        checked_workers(workers)
    with lent_executor(backend, scheduler, workers) as lent:
        yield Ways(
            engine=engine,
            workers=workers,
            executor=lent.executor,
            lent_workers=lent.width,
            on_progress=on_progress,
            command=command,
            backend=backend,
        )
