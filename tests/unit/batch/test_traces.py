"""Following patients of a strategy: the log of the first ones, the same as in the whole cohort."""

from __future__ import annotations

import numpy as np
import pytest

from sim.batch.traces import TraceJob, trace_jobs
from sim.engine.simulate import simulate_strategy


def of_size(scenario, n_patients):
    return scenario.model_copy(update={"run": scenario.run.model_copy(update={"n_patients": n_patients})})


@pytest.fixture
def unlimited(tiny):
    resources = {key: resource.model_copy(update={"units": None}) for key, resource in tiny.resources.items()}
    return of_size(tiny.model_copy(update={"resources": resources}), 30)


@pytest.mark.parametrize("is_limited", [False, True])
def test_the_first_patients_have_the_log_of_the_whole_cohort(tiny, unlimited, is_limited):
    scenario = of_size(tiny, 30) if is_limited else unlimited
    whole, _ = simulate_strategy(scenario, "infusion", 0)
    traced = TraceJob(scenario, "infusion", most=12).run()
    assert traced.cohort.n_patients == 12
    assert np.array_equal(traced.log, whole[whole["patient"] < 12])


def test_a_job_names_what_it_follows(tiny):
    [job] = trace_jobs(tiny, "infusion")()
    assert job.key == f"scenario '{tiny.name}', one patient in 'infusion'"
    assert job.run().cohort.n_patients == min(tiny.run.n_patients, 1_000)
