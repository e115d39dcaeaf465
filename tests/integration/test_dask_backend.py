"""Jobs on a Dask cluster: the same numbers to the bit, and every failure in words."""

from __future__ import annotations

import os
import signal
import time

import pytest
from odd_jobs import Answer, Deadly, Endless

import sim
from sim.batch import backends, dask_cluster
from sim.batch.backends import lent_executor
from sim.batch.completion import completed
from sim.batch.dask_cluster import connected
from sim.errors import JobError, ScenarioError

dask = pytest.importorskip("dask")
distributed = pytest.importorskip("distributed")


A_MOMENT = 0.3
"""Waited for what never comes [seconds]."""


@pytest.fixture(scope="module")
def client():
    """Start two workers, and give up a job with the first worker it kills."""
    with dask.config.set({"distributed.scheduler.allowed-failures": 0}), connected(None, 2) as started:
        yield started


@pytest.fixture
def address(client):
    return client.scheduler.address


@pytest.fixture
def executor(address):
    with lent_executor("dask", address) as lent:
        yield lent.executor


def ignores_interrupts():
    """Tell whether Ctrl-C is held back in the worker that runs this."""
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, set())


def tasks_kept(dask_scheduler):
    """Tell what the scheduler that runs this still knows of."""
    return list(dask_scheduler.tasks)


def test_results_are_those_of_this_process_to_the_bit(tiny, executor):
    here, there = sim.simulate(tiny, workers=1), sim.simulate(tiny, executor=executor)
    assert len(here.frames) > 1
    assert [name for name, frame in here.frames.items() if not frame.equals(there.frames[name])] == []


def test_a_cluster_lends_as_many_places_as_it_has_workers(address):
    with lent_executor("dask", address) as lent:
        assert (lent.width, lent.executor.width()) == (2, 2)


def test_every_result_comes_back_and_none_stays_on_the_cluster(client, executor):
    jobs = [Answer(number) for number in range(50)]
    assert sorted(completed(jobs, executor=executor)) == [(number, [number]) for number in range(50)]
    deadline = time.monotonic() + 5
    while (kept := client.run_on_scheduler(tasks_kept)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert kept == []


def test_a_worker_that_dies_is_told_in_words_and_the_cluster_goes_on(client, address, capfd):
    with lent_executor("dask", address) as lent:
        with pytest.raises(JobError, match=r"^the deadly job: a worker process died before its job was done"):
            list(completed([Deadly(), Answer(1)], executor=lent.executor))
        assert list(completed([Answer(2)], executor=lent.executor)) == [(0, [2])]
    client.wait_for_workers(2, timeout=10)
    assert capfd.readouterr().err == ""


def test_another_model_on_the_workers_is_refused_with_what_differs(address, monkeypatch):
    here = backends.model_identity()
    monkeypatch.setattr(
        backends, "model_identity", lambda: here | {"numpy": "1.0", "source_sha256": "f" * 64}
    )
    rule = (
        r"^--backend dask: every worker must have the model that runs here, got 2 of 2 with another: "
        rf"tcp://\S+ has numpy {here['numpy']} instead of 1\.0, source_sha256 \w{{12}} instead of f{{12}}; tcp"
    )
    with (
        pytest.raises(ScenarioError, match=rule),
        lent_executor("dask", address),
    ):
        pass


@pytest.mark.parametrize(
    "wrong", ["127.0.0.1:1", "tcp://127.0.0.1", "cloud://10.0.0.5:8786", "tls://127.0.0.1:1", ""]
)
def test_an_address_without_a_scheduler_is_told_in_words(wrong, monkeypatch, capfd):
    monkeypatch.setattr(dask_cluster, "CONNECT_SECONDS", A_MOMENT)
    rule = (
        rf"^--scheduler: must be the address of a running Dask scheduler, got '{wrong}', where none answers"
    )
    with pytest.raises(ScenarioError, match=rule), lent_executor("dask", wrong):
        pass
    assert capfd.readouterr().err == ""


def test_a_scheduler_without_workers_is_told_in_words(monkeypatch):
    monkeypatch.setattr(backends, "CONNECT_SECONDS", A_MOMENT)
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as empty,
        pytest.raises(
            ScenarioError,
            match=r"^--scheduler: must have at least one worker, got none at tcp://\S+; start some with",
        ),
        lent_executor("dask", empty.scheduler_address),
    ):
        pass


def test_a_scheduler_without_the_package_is_told_in_words(address, monkeypatch):
    def not_there(*_):
        raise ModuleNotFoundError("No module named 'sim'")

    monkeypatch.setattr(distributed.Client, "run_on_scheduler", not_there)
    rule = "^--scheduler: this package must be installed where the scheduler runs, got No module named 'sim' at tcp"
    with pytest.raises(ScenarioError, match=rule), lent_executor("dask", address):
        pass


def test_a_cluster_that_cannot_start_is_told_in_words(monkeypatch):
    def refuse(**_):
        raise RuntimeError("Nanny failed to start.\nMore")

    monkeypatch.setattr(distributed, "LocalCluster", refuse)
    rule = "^--backend dask: a cluster on this machine must start, got Nanny failed to start.; use --backend local$"
    with pytest.raises(JobError, match=rule), lent_executor("dask", workers=1):
        pass


def test_a_cluster_of_our_own_leaves_interrupts_to_us_and_ends_at_once(capfd):
    environment, seen = dict(os.environ), []

    def interrupted():
        with lent_executor("dask", workers=1) as lent:
            seen.append(lent.executor.submit(ignores_interrupts).result())
            lent.executor.submit(Endless().run)
            seen.append(time.monotonic())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert seen[0]
    assert time.monotonic() - seen[1] < 5
    assert dict(os.environ) == environment
    assert capfd.readouterr().err == ""
