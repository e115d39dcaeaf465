"""Whatever is done already and however the work is shared, every replication is planned once."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.batch.stored_jobs import ARMS_PER_JOB, MOST_PER_JOB, of_shard, planned, read_shard
from sim.errors import ScenarioError
from sim.results.stored import KIND
from sim.stored.journal import Entry


def recipe(folder: str, arms: int) -> SimpleNamespace:
    return SimpleNamespace(folder=folder, arms=arms, tree={"name": folder})


SIZES = st.dictionaries(
    st.sampled_from("abc"), st.tuples(st.integers(1, 50_000), st.integers(1, 60)), min_size=1
)
DONE = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 59), st.integers(1, 9)), max_size=6)


@given(sizes=SIZES, done=DONE, n_shards=st.integers(1, 4))
def test_every_replication_that_is_missing_is_planned_once(sizes, done, n_shards) -> None:
    recipes = [recipe(folder, arms) for folder, (arms, _) in sizes.items()]
    replications = {folder: number for folder, (_, number) in sizes.items()}
    entries = [Entry(folder, KIND, first, count) for folder, first, count in done]
    jobs = [
        job
        for share in range(1, n_shards + 1)
        for job in planned(
            recipes, replications, entries, clock="simpy", patients=False, shard=(share, n_shards)
        )
    ]
    numbers = sorted((job.entry.scenario, number) for job in jobs for number in job.entry.numbers)
    finished = {(entry.scenario, number) for entry in entries for number in entry.numbers}
    wanted = {(folder, number) for folder, total in replications.items() for number in range(total)}
    assert numbers == sorted(wanted - finished)


def test_jobs_are_cut_by_the_size_of_the_scenario() -> None:
    recipes = [recipe("large", ARMS_PER_JOB + 1), recipe("small", ARMS_PER_JOB // 4), recipe("tiny", 1)]
    jobs = planned(recipes, {"large": 2, "small": 6, "tiny": 150}, [], clock="simpy", patients=True)
    assert [(job.entry.scenario, job.entry.first, job.entry.count) for job in jobs] == [
        ("large", 0, 1), ("large", 1, 1), ("small", 0, 4), ("small", 4, 2), ("tiny", 0, MOST_PER_JOB),
        ("tiny", MOST_PER_JOB, 50),
    ]  # fmt: skip
    assert jobs[2].key == "scenario 'small', replications 0 to 3"
    assert all(job.patients for job in jobs)


def test_a_run_that_grows_does_only_what_is_new() -> None:
    jobs = planned(
        [recipe("small", ARMS_PER_JOB // 4)], {"small": 9}, [Entry("small", KIND, 0, 4), Entry("small", KIND, 4, 2)],
        clock="simpy", patients=False,
    )  # fmt: skip
    assert [(job.entry.first, job.entry.count) for job in jobs] == [(6, 2), (8, 1)]


@pytest.mark.parametrize("text", ["", "2", "0/3", "4/3", "-1/3", "a/b", "1/", "1/2/3", "1.5/2"])
def test_a_shard_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ScenarioError, match=r"--shard: must be i/n with 1 <= i <= n, such as 2/20, got "):
        read_shard(text)


def test_there_may_be_more_shards_than_any_machine_can_count() -> None:
    assert list(of_shard("abc", (2, 10**30))) == ["b"]
    assert list(of_shard("abc", (10**30, 10**30))) == []
