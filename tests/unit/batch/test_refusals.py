"""What is refused before a run."""

from __future__ import annotations

import pytest

from sim.batch.browser import page_file
from sim.batch.directory import check_new
from sim.batch.memory import physical_memory, workers_that_fit
from sim.errors import ScenarioError


def test_a_new_and_an_empty_directory_are_accepted(tmp_path):
    check_new(tmp_path / "deep" / "new")
    check_new(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_used_directory_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ScenarioError, match="must be a new or empty directory, got one that holds something"):
        check_new(tmp_path)


def test_the_page_file_exists():
    assert page_file().name == "app.py"
    assert page_file().is_file()


def test_its_settings_stand_beside_it():
    settings = (page_file().parent / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    assert "gatherUsageStats = false" in settings


def test_a_run_beyond_the_memory_is_refused_before_it_starts(tiny):
    large = tiny.with_changes({"run.n_patients": 2_000_000})
    with pytest.raises(
        ScenarioError, match=r"run\.n_patients: 2,000,000 patients must fit .* about 56 GB and 8 GB"
    ):
        workers_that_fit(1, [tiny, large], 8e9)


def test_fewer_processes_run_where_memory_is_short(tiny):
    large = tiny.with_changes({"run.n_patients": 100_000})
    assert workers_that_fit(4, [large], 8e9) == 2
    assert workers_that_fit(4, [tiny], 8e9) == 4


def test_nothing_is_refused_where_the_memory_is_unknown(tiny):
    assert workers_that_fit(4, [tiny.with_changes({"run.n_patients": 2_000_000})], None) == 4


def test_the_memory_of_this_machine_is_known_or_none():
    assert physical_memory() is None or physical_memory() > 1e8
