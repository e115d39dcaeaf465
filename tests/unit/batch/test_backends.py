"""What a backend lends: nothing, or a cluster; settings that contradict each other are refused in words."""

from __future__ import annotations

import pickle
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from sim.batch import backends
from sim.batch.backends import Lent, lent_executor, run_alike
from sim.errors import JobError, ScenarioError


def lend(*settings):
    with lent_executor(*settings) as lent:
        return lent


def test_the_local_backend_lends_nothing():
    assert lend("local", None, 4) == Lent(executor=None, width=None)


@pytest.mark.parametrize(
    ("settings", "rule"),
    [
        (
            ("local", "tcp://10.0.0.5:8786", None),
            "--scheduler: must go with --backend dask, got --backend local",
        ),
        (("cloud", None, None), "--backend: must be one of local, dask, got 'cloud'"),
        (("dask", "tcp://10.0.0.5:8786", 2), "--workers: must not be given with --scheduler"),
        (("dask", None, 0), "workers must be a whole number of at least 1, got 0"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(settings, rule):
    with pytest.raises(ScenarioError, match=rule):
        lend(*settings)


def test_a_missing_package_is_told_with_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ScenarioError, match=r"^--backend dask: .* pip install 'treatpath\[dask\]'$"):
        lend("dask", None, 1)


def test_a_call_is_made_where_the_model_is_the_same():
    assert run_alike(backends.model_identity(), pickle.dumps((divmod, (7, 2), {}))) == (3, 1)


def calls_at_once(running=[]):  # noqa: B006  shared by all calls on purpose
    running.append("one more")
    time.sleep(0.01)
    at_once = len(running)
    running.pop()
    return at_once


def test_threads_of_one_worker_take_turns():
    call = pickle.dumps((calls_at_once, (), {}))
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: run_alike(backends.model_identity(), call), range(4)))
    assert found == [1, 1, 1, 1]


def test_a_call_is_refused_by_a_worker_that_joined_with_another_model(monkeypatch):
    here = SimpleNamespace(get_worker=lambda: SimpleNamespace(address="tcp://10.0.0.7:4000"))
    monkeypatch.setitem(sys.modules, "distributed", here)
    monkeypatch.setattr(backends, "model_identity", lambda: {"version": "2.0", "numpy": "2.4"})
    rule = r"^worker tcp://10\.0\.0\.7:4000 joined with another model: version 2\.0 instead of 1\.0; install"
    with pytest.raises(JobError, match=rule):
        run_alike({"version": "1.0", "numpy": "2.4"}, b"never read")
