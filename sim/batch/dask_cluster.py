"""Connect to a Dask cluster, or start one on this machine, and leave nothing of it behind.

What goes wrong is told in words, so Dask's own log is kept off stderr meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

from sim.batch.executors import interrupts_held_back
from sim.errors import JobError, ScenarioError

if TYPE_CHECKING:
    from distributed import Client, LocalCluster

CONNECT_SECONDS = 10.0
END_SECONDS = 0.1
"""How long a worker whose job was given up may take to leave by itself."""
SILENT = logging.CRITICAL + 1
TALKATIVE = (
    "distributed",
    "distributed.client",
    "distributed.gc",
    "tornado",
    "tornado.application",
    "asyncio",
)


@contextmanager
def connected(scheduler: str | None, workers: int) -> Iterator[Client]:
    """Connect to a running scheduler, or to a cluster that is started here and ends with the block.

    Parameters
    ----------
    scheduler : str or None
        Address; None starts a cluster on this machine.
    workers : int
        Worker processes of a cluster started here, each with one thread.

    Yields
    ------
    distributed.Client
        Not the default client of the process.

    Raises
    ------
    ScenarioError
        If Dask is not installed or no scheduler answers at the address.
    JobError
        If a cluster cannot be started here.
    """
    try:
        import_module("distributed")
    except ImportError as error:
        raise ScenarioError(
            f"--backend dask: the package 'distributed' must be installed, got {error}; "
            "pip install 'treatpath[dask]'"
        ) from error
    with _silence(), ExitStack() as stack:
        address = scheduler
        if address is None:
            address = stack.enter_context(_local_cluster(workers)).scheduler_address
        client = _client(address)
        stack.callback(client.close)
        yield client


@contextmanager
def _silence() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in TALKATIVE]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(SILENT)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _client(address: str) -> Client:
    from distributed import Client  # noqa: PLC0415
    from distributed.versions import VersionMismatchWarning  # noqa: PLC0415

    try:
        # A client that fails for another reason than time is never closed, so none is made before.
        asyncio.run(_reach(address))
        with warnings.catch_warnings():
            # Models are compared in words before anything runs; other packages may differ.
            warnings.simplefilter("ignore", VersionMismatchWarning)
            return Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except Exception as error:  # whatever else may answer there
        raise ScenarioError(
            f"--scheduler: must be the address of a running Dask scheduler, got {address!r}, "
            f"where none answers ({type(error).__name__}); compare it with what 'dask scheduler' prints"
        ) from error


async def _reach(address: str) -> None:
    """Connect to a scheduler and leave again."""
    from distributed.comm import connect  # noqa: PLC0415
    from distributed.security import Security  # noqa: PLC0415

    comm = await connect(address, timeout=CONNECT_SECONDS, **Security().get_connection_args("client"))
    await comm.close()


@contextmanager
def _local_cluster(workers: int) -> Iterator[LocalCluster]:
    """Start worker processes on this machine, which leave Ctrl-C to this one; end them at once on failure."""
    with ExitStack() as stack:
        try:
            cluster = _started(stack, workers)
        except (OSError, RuntimeError) as error:
            said = str(error).partition("\n")[0]
            raise JobError(
                f"--backend dask: a cluster on this machine must start, got {said}; use --backend local"
            ) from error
        try:
            yield cluster
        except BaseException:
            cluster.sync(_end_workers, cluster)
            raise


def _started(stack: ExitStack, workers: int) -> LocalCluster:
    """Start a cluster that ends with a stack, as does what it did to the environment."""
    from distributed import LocalCluster  # noqa: PLC0415

    before, changed = dict(os.environ), dict[str, str | None]()
    stack.callback(_put_back, changed)
    try:
        with interrupts_held_back():
            cluster = LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                memory_limit=None,
                dashboard_address=None,
                silence_logs=SILENT,
                scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
            )
            stack.callback(cluster.close)
    finally:
        changed |= {name: before.get(name) for name, _ in os.environ.items() - before.items()}
    return cluster


async def _end_workers(cluster: LocalCluster) -> None:
    """End worker processes in the midst of their jobs: closing the cluster would wait for them."""
    ending = [nanny.kill(timeout=END_SECONDS) for nanny in cluster.workers.values()]
    await asyncio.gather(*ending, return_exceptions=True)


def _put_back(environment: Mapping[str, str | None]) -> None:
    """Undo what starting workers did to the environment of this process, such as its number of threads."""
    for name, value in environment.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value
