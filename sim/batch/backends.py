"""Where the jobs of a run may be done: on this machine, or on the workers of a Dask cluster.

Every worker must have the same model as this process: that is asked before anything runs, and again by each
job, since workers may join later.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from sim.batch.dask_cluster import CONNECT_SECONDS, connected
from sim.batch.executors import WideExecutor, available_workers, checked_workers
from sim.batch.model_identity import model_identity
from sim.errors import JobError, ScenarioError

if TYPE_CHECKING:
    from distributed import Client

LOCAL, DASK = "local", "dask"
BACKENDS = (LOCAL, DASK)
MOST_TOLD = 5
SHOWN = 12
"""Letters shown of a digest."""
_TURN = Lock()
T = TypeVar("T")
Identity = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Lent:
    """What runs the jobs instead of this process and its own workers.

    Parameters
    ----------
    executor : Executor or None
        For `run_jobs` and whatever takes an executor; None leaves the jobs to them.
    width : int or None
        Workers it had when it was lent, for messages. A cluster may grow: leave the width out
        where jobs are run, and the executor is asked again and again.
    """

    executor: Executor | None = None
    width: int | None = None


@contextmanager
def lent_executor(
    backend: str = LOCAL, scheduler: str | None = None, workers: int | None = None
) -> Iterator[Lent]:
    """Lend what a backend runs jobs on, and give it back at the end.

    Parameters
    ----------
    backend : str
        ``local`` lends nothing; ``dask`` lends a cluster.
    scheduler : str, optional
        Address of a running Dask scheduler, such as ``tcp://10.0.0.5:8786``. Left out, a cluster is started
        on this machine and ended with the block.
    workers : int, optional
        Worker processes of a cluster started here; left out, one per processor.

    Yields
    ------
    Lent
        Executor and width.

    Raises
    ------
    ScenarioError
        If the settings contradict each other, Dask is not installed, the scheduler cannot be reached or has
        no workers, or the model on some worker is not the one that runs here.
    JobError
        If a cluster cannot be started on this machine.
    """
    if backend not in BACKENDS:
        raise ScenarioError(f"--backend: must be one of {', '.join(BACKENDS)}, got {backend!r}")
    if backend == LOCAL:
        if scheduler is not None:
            raise ScenarioError(
                f"--scheduler: must go with --backend {DASK}, got --backend {LOCAL}; add --backend {DASK}"
            )
        yield Lent()
        return
    if scheduler is not None and workers is not None:
        raise ScenarioError(
            "--workers: must not be given with --scheduler, whose cluster has its own; leave one out"
        )
    count = available_workers() if workers is None else checked_workers(workers)
    with connected(scheduler, count) as client:
        identity = model_identity()
        _check(client, identity)
        executor = _AlikeExecutor(client, identity)
        yield Lent(executor, executor.width())


class _AlikeExecutor(WideExecutor):
    """Hands jobs to a Dask cluster, each with the identity that the model on its worker must have."""

    def __init__(self, client: Client, identity: Identity) -> None:
        self._client, self._executor = client, client.get_executor(pure=False)
        self._identity, self._width = dict(identity), 0

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:  # noqa: ANN401
        """Send a call to some worker, as bytes that the scheduler passes on without reading them."""
        future: Future[T] = self._executor.submit(run_alike, self._identity, pickle.dumps((fn, args, kwargs)))
        return future

    def width(self) -> int:
        """Return how many workers there are, or were when the scheduler last answered."""
        with suppress(Exception):  # a lost connection fails the jobs, which say so
            self._width = len(self._client.nthreads())
        return self._width


def run_alike(expected: Identity, call: bytes) -> object:
    """Make a call on a worker, provided that the model there is the expected one.

    Calls in several threads of one worker take turns: the model runs once at a time in a process.

    Parameters
    ----------
    expected : mapping of str to str
        Identity of the model where the run was started.
    call : bytes
        Pickled function, positional and keyword arguments.

    Returns
    -------
    object
        What the function returns.

    Raises
    ------
    JobError
        If another model is installed here.
    """
    found = own_identity()
    if found != expected:
        from distributed import get_worker  # noqa: PLC0415

        raise JobError(
            f"worker {get_worker().address} joined with another model: {_difference(found, expected)}; "
            "install this version there, start the worker anew and run again with --resume"
        )
    fn, args, kwargs = pickle.loads(call)
    with _TURN:
        return fn(*args, **kwargs)


def own_identity() -> dict[str, str]:
    """Return the identity of the model where this is called: what workers are asked for."""
    return model_identity()


def _check(client: Client, identity: Identity) -> None:
    """Refuse a cluster without workers, or one where some worker has another model than this process."""
    address = client.scheduler.address
    try:
        client.run_on_scheduler(own_identity)
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError as error:
        raise ScenarioError(
            f"--scheduler: must have at least one worker, got none at {address}; "
            f"start some with 'dask worker {address} --nthreads 1 --nworkers auto'"
        ) from error
    except Exception as error:  # whatever keeps the scheduler from importing this module
        raise ScenarioError(
            f"--scheduler: this package must be installed where the scheduler runs, got {error} "
            f"at {address}; install this version there and start it anew"
        ) from error
    answers = client.run(own_identity, on_error="return")
    others = [
        f"{worker} has {_difference(found, identity)}"
        for worker, found in sorted(answers.items())
        if found != identity
    ]
    if others:
        more = f" and {len(others) - MOST_TOLD} more" if len(others) > MOST_TOLD else ""
        raise ScenarioError(
            f"--backend {DASK}: every worker must have the model that runs here, "
            f"got {len(others)} of {len(answers)} with another: {'; '.join(others[:MOST_TOLD])}{more}; "
            "install this version there and start them anew"
        )


def _difference(found: object, expected: Identity) -> str:
    """Return in words how the model on a worker differs, or that there is none."""
    if not isinstance(found, Mapping):
        return f"none that answers ({found})"
    return ", ".join(
        f"{name} {str(found.get(name))[:SHOWN]} instead of {str(expected.get(name))[:SHOWN]}"
        for name in sorted(found.keys() | expected.keys())
        if found.get(name) != expected.get(name)
    )
