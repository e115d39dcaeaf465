"""The draws that come with the package are those of the scenario and the model as they are now."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from as_shipped import base_case

from sim.batch.psa import Sampling
from sim.batch.worlds import WorldBatch
from sim.design.draws import Draws
from sim.domain.unknowns import unknowns
from sim.scenario_io import shipped
from sim.ui.pages.uncertainty import DRAWS, INNER, PATIENTS
from sim.worlds.stored import KIND, ProbabilisticResults
from sim.worlds.sums import BY_YEAR, joined

PLACE = 3
"""A draw that is made again."""
MOST_BYTES = 3_200_000
REMEDY = (
    "make them anew: treatpath psa base --out scenarios/finished/base_psa "
    f"--draws {DRAWS} --inner {INNER} --patients {PATIENTS}"
)


@pytest.fixture(scope="module")
def directory():
    (found,) = shipped.finished_directories(KIND)
    return found


def test_they_are_of_the_base_case_as_it_is_and_of_the_size_the_page_first_offers(directory):
    results = ProbabilisticResults.load(directory)
    sampling = Sampling(DRAWS, INNER, PATIENTS)
    assert results.manifest["psa"] == sampling.plain(), REMEDY
    assert results.scenarios["base"].settings.digest == sampling.sized(base_case()).digest, REMEDY


def test_a_draw_made_again_gives_the_same_numbers(directory, quickest_clock):
    drawn = ProbabilisticResults.load(directory).scenarios["base"].drawn
    sized = Sampling(DRAWS, INNER, PATIENTS).sized(base_case())
    design = Draws(PLACE, 1, DRAWS)
    batch = WorldBatch(sized, design, tuple(unknowns(sized)), INNER, own_patients=True)
    again = joined(replace(batch, clock=quickest_clock).run())
    rows = drawn.world == PLACE
    assert rows.sum() == INNER
    for name in ("values", "response", *BY_YEAR):
        assert np.array_equal(getattr(drawn, name)[rows], getattr(again, name)), f"{name}: {REMEDY}"


def test_they_are_small(directory):
    assert sum(path.stat().st_size for path in directory.rglob("*") if path.is_file()) < MOST_BYTES
