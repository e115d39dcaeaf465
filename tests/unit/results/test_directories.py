"""Results can be stored wherever an empty directory can stand, and never look complete before they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.domain.scenario import Scenario
from sim.errors import AnalysisError
from sim.replication import replicate
from sim.results import Results


@pytest.fixture(scope="module")
def results(tiny: Scenario) -> Results:
    return replicate(tiny.with_changes({"run.n_patients": 10}), 0)


def test_the_current_directory_may_hold_the_results(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    results.save(".")
    assert Results.load(".").settings == results.settings
    assert not list(tmp_path.glob(".treatpath-*"))


@pytest.mark.parametrize("is_there", [True, False])
def test_a_link_may_lead_to_the_results(results: Results, tmp_path: Path, is_there: bool) -> None:
    if is_there:
        (tmp_path / "far").mkdir()
    (tmp_path / "near").symlink_to(tmp_path / "far")
    results.save(tmp_path / "near")
    assert Results.load(tmp_path / "far").settings == results.settings


def test_an_existing_directory_without_a_manifest_is_no_result(results: Results, tmp_path: Path) -> None:
    results.save(tmp_path)
    (tmp_path / "manifest.json").unlink()
    with pytest.raises(
        AnalysisError, match="must hold a finished run, got one of which 1 jobs are done; go on with --resume"
    ):
        Results.load(tmp_path)
