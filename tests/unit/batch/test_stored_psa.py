"""Draws that fill a directory end as those in memory do."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.batch.filling import Ways
from sim.batch.merging import merge
from sim.batch.psa import Sampling, psa
from sim.batch.stored_psa import run_psa_into
from sim.batch.worlds import WorldBatch
from sim.domain.scenario import Scenario
from sim.errors import AnalysisError, ScenarioError
from sim.worlds.stored import DRAWN, ProbabilisticResults

SIMPY = Ways(engine="simpy", workers=1)
SAMPLING = Sampling(n_draws=12, n_inner=1, n_patients=2)
NOTHING_FITS = "scenario 'tiny': some point must fit the other values, got none"


@pytest.fixture
def impossible(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every draw contradict itself."""
    run = WorldBatch.run
    monkeypatch.setattr(WorldBatch, "run", lambda batch: [] if batch.own_patients else run(batch))


@pytest.mark.usefixtures("impossible")
def test_a_scenario_of_which_no_draw_is_possible_is_refused_as_in_memory(
    tiny: Scenario, tmp_path: Path
) -> None:
    with pytest.raises(ScenarioError, match=NOTHING_FITS):
        psa(tiny, SAMPLING, engine="simpy", workers=1)
    with pytest.raises(ScenarioError, match=NOTHING_FITS):
        run_psa_into(tmp_path / "draws", [tiny], SAMPLING, SIMPY)
    with pytest.raises(AnalysisError, match="must hold a finished run, got one of which"):
        ProbabilisticResults.load(tmp_path / "draws")


@pytest.mark.usefixtures("impossible")
def test_shards_without_a_possible_draw_are_not_merged(tiny: Scenario, tmp_path: Path) -> None:
    shards = [run_psa_into(tmp_path / f"{n}", [tiny], SAMPLING, SIMPY, shard=(n, 2)) for n in (1, 2)]
    with pytest.raises(ScenarioError, match=NOTHING_FITS):
        merge(shards, tmp_path / "whole")
    assert not (tmp_path / "whole").exists()


def test_a_batch_without_a_possible_draw_is_left_out(
    tiny: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = WorldBatch.run
    later = lambda batch: batch.own_patients and batch.design.numbers.start > 0  # noqa: E731
    monkeypatch.setattr(WorldBatch, "run", lambda batch: [] if later(batch) else run(batch))
    in_memory = psa(tiny, SAMPLING, engine="simpy", workers=1).drawn
    stored = ProbabilisticResults.load(run_psa_into(tmp_path / "draws", [tiny], SAMPLING, SIMPY))
    drawn = stored.scenarios["tiny"].drawn
    assert drawn.world.tolist() == in_memory.world.tolist()
    assert 0 < len(drawn.world) < SAMPLING.n_draws
    assert drawn.qaly.tobytes() == in_memory.qaly.tobytes()


def test_missing_draws_are_named(tiny: Scenario, tmp_path: Path) -> None:
    first = run_psa_into(tmp_path / "1", [tiny], Sampling(20, 1, 2), SIMPY, shard=(1, 2))
    with pytest.raises(AnalysisError, match=rf"missing 'tiny' {DRAWN} 10, .* and 5 more; run what is mis"):
        merge([first], tmp_path / "whole")
