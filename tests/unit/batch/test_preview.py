"""A preview is the same run, dealt out to workers."""

from __future__ import annotations

import pandas as pd
import pytest
from as_shipped import base_case

from sim import simulate
from sim.batch.preview import shared_out
from sim.batch.settings import with_settings
from sim.engine.clocks import SIMPY
from sim.results import COLUMNS, Results


@pytest.fixture(scope="module")
def small():
    return with_settings(base_case(), {"run.n_patients": 5, "run.replications": 3})


def test_replications_are_dealt_out_each_once(small):
    assert [job.numbers for job in shared_out(small, SIMPY, 2)] == [(0, 2), (1,)]
    assert [job.numbers for job in shared_out(small, SIMPY, 8)] == [(0,), (1,), (2,)]
    assert shared_out(small, SIMPY, 2)[0].key == "scenario 'base', replications 0, 2"


def test_a_preview_put_together_is_the_run_to_the_bit(small):
    made = Results.combine(job.run() for job in shared_out(small, SIMPY, 2))
    run = simulate(small, workers=1, engine=SIMPY)
    for name in COLUMNS:
        pd.testing.assert_frame_equal(getattr(made, name), getattr(run, name), check_exact=True)
