"""Running jobs: order and workers do not matter, failures are told, interruptions end the run."""

from __future__ import annotations

import pickle
import random
from concurrent.futures import BrokenExecutor, Executor, Future
from concurrent.futures.process import BrokenProcessPool

import pytest

from sim.batch import completion, run
from sim.batch.completion import run_job
from sim.batch.executors import InlineExecutor, processes, stop
from sim.batch.run import Job, jobs_of, prepare, run_jobs, simulate
from sim.batch.settings import with_settings
from sim.errors import JobError, ScenarioError


@pytest.fixture(scope="module")
def small(request):
    from sim.domain.scenario import Scenario

    tiny = request.getfixturevalue("tiny")
    return Scenario.model_validate(
        with_settings(tiny, {"run.n_patients": 20, "run.replications": 3}).model_dump(mode="json")
    )


def frames_equal(first, second):
    return all(first.frames[name].equals(second.frames[name]) for name in first.frames)


class LastFirstExecutor(Executor):
    """Runs jobs only when all are there, the last one first."""

    def __init__(self, expected):
        self.expected = expected
        self.waiting = []

    def submit(self, fn, /, *arguments, **keywords):
        future = Future()
        self.waiting.append((future, fn, arguments))
        if len(self.waiting) == self.expected:
            for late, function, given in reversed(self.waiting):
                late.set_result(function(*given))
        return future


class FailingExecutor(Executor):
    """Fails every job with one error."""

    def __init__(self, error):
        self.error = error

    def submit(self, fn, /, *arguments, **keywords):
        future = Future()
        future.set_exception(self.error)
        return future


def test_results_do_not_depend_on_the_number_of_workers(small):
    assert frames_equal(simulate(small, workers=1), simulate(small, workers=2))


def test_results_do_not_depend_on_the_order_in_which_jobs_end(small):
    assert frames_equal(simulate(small, workers=1), simulate(small, executor=LastFirstExecutor(3)))


def test_scenarios_keep_their_order_and_their_results(small):
    other = with_settings(small, {"name": "another", "run.seed": 5})
    both = simulate([other, small], workers=1)
    assert list(both.settings) == ["another", "tiny"]
    alone = simulate(small, workers=1).clinical
    together = both.clinical[both.clinical["scenario"] == "tiny"]
    assert together["started_share"].tolist() == alone["started_share"].tolist()


def test_replications_and_seed_can_be_given_in_the_call(small):
    results = simulate(small, replications=1, seed=9, workers=1)
    assert results.clinical["replication"].unique().tolist() == [0]
    assert results.settings["tiny"].seed == 9


def test_seed_zero_is_a_seed_like_any_other(small):
    assert prepare(with_settings(small, {"run.seed": 4}), seed=0)[0].run.seed == 0


def test_progress_counts_every_job(small):
    seen = []
    simulate(small, workers=1, on_progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_the_manifest_says_what_was_run(small):
    manifest = simulate(small, workers=1, command="treatpath run tiny.yaml").manifest
    assert manifest["command"] == "treatpath run tiny.yaml"
    assert manifest["scenarios"][0]["digest"] == small.digest
    assert manifest["versions"]["simpy"][0].isdigit()
    assert manifest["started"] <= manifest["ended"]


def test_a_small_run_stays_in_this_process_and_a_large_one_does_not(small, monkeypatch):
    monkeypatch.setattr(run, "available_workers", lambda: 2)
    large = with_settings(small, {"run.n_patients": 100_000})
    assert [run.count_workers(None, [one], len(jobs_of([one]))) for one in (small, large)] == [1, 2]


def test_jobs_come_by_scenario_and_replication(small):
    assert [job.key for job in jobs_of([small])] == [
        f"scenario 'tiny', replication {number}" for number in range(3)
    ]


def test_a_failing_job_is_told_with_its_key_and_traceback(small, monkeypatch):
    monkeypatch.setattr("sim.replication.replicate", lambda scenario, replication, clock, **_: 1 / 0)
    with pytest.raises(JobError, match=r"(?s)^scenario 'tiny', replication 1: ZeroDivisionError.*Traceback"):
        run_job(Job(small, 1))


def test_a_job_error_survives_the_way_back_from_a_worker():
    error = pickle.loads(pickle.dumps(JobError("scenario 'tiny', replication 1: lost")))
    assert str(error) == "scenario 'tiny', replication 1: lost"


def test_a_mistake_in_the_scenario_found_by_a_job_stays_the_users_to_mend(small, monkeypatch):
    def refuse(scenario, replication, clock, **_):
        raise ScenarioError("treatments.tablets.effect: cannot be solved")

    monkeypatch.setattr("sim.replication.replicate", refuse)
    with pytest.raises(ScenarioError, match="cannot be solved"):
        simulate(small, workers=1)


def test_a_dead_worker_is_told_in_words(small):
    with pytest.raises(JobError, match="a worker process died before its job was done"):
        run_jobs(jobs_of([small]), executor=FailingExecutor(BrokenProcessPool("gone")))
    assert issubclass(BrokenProcessPool, BrokenExecutor)


def test_an_interruption_ends_the_pool_at_once(small, monkeypatch):
    pools = []
    monkeypatch.setattr(completion, "processes", lambda workers: pools.append(processes(workers)) or pools[0])

    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(small, workers=2, on_progress=interrupt)
    with pytest.raises(RuntimeError, match="cannot schedule new futures after shutdown"):
        pools[0].submit(random.random)


def test_an_injected_executor_is_left_running(small):
    with processes(1) as pool:
        simulate(small, executor=pool)
        assert pool.submit(abs, -3).result() == 3


def test_stopping_an_executor_without_processes_is_harmless():
    assert stop(InlineExecutor()) is None


@pytest.mark.parametrize("workers", [0, -1, 1.5, True, "2"])
def test_impossible_numbers_of_workers_are_refused(small, workers):
    with pytest.raises(ScenarioError, match="workers must be a whole number of at least 1, got"):
        simulate(small, workers=workers)


@pytest.mark.parametrize("replications", [0, -3, 1.5, True])
def test_impossible_numbers_of_replications_are_refused(small, replications):
    with pytest.raises(ScenarioError, match=r"run\.replications: "):
        simulate(small, replications=replications, workers=1)


def test_no_scenario_at_all_is_refused():
    with pytest.raises(ScenarioError, match="scenarios must hold at least one, got none"):
        simulate([])


def test_two_scenarios_of_one_name_are_refused(small):
    with pytest.raises(ScenarioError, match="names of scenarios must differ, got tiny more than once"):
        simulate([small, small])
