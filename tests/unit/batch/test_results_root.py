"""Only results below the folder that a server was given are found, whatever a browser asks for."""

from __future__ import annotations

import pytest

from sim.batch import results_root as module
from sim.batch.results_root import RESULTS, checked_root, results_root, stored_directory_named, stored_names
from sim.errors import AnalysisError, ScenarioError
from sim.stored.files import HEADER, MANIFEST


def results(folder):
    folder.mkdir(parents=True)
    for name in (HEADER, MANIFEST):
        (folder / name).write_text("{}", encoding="utf-8")
    return folder


@pytest.fixture
def root(tmp_path):
    results(tmp_path / "root" / "a" / "one")
    results(tmp_path / "root" / "b")
    (tmp_path / "root" / "empty").mkdir()
    results(tmp_path / "outside")
    return (tmp_path / "root").resolve()


def test_finished_results_are_listed_by_their_place(root):
    assert stored_names(root) == ["a/one", "b"]
    assert stored_directory_named(root, "a/one") == root / "a" / "one"


def test_the_folder_itself_may_be_one(root):
    assert stored_names(root / "b") == ["."]
    assert stored_directory_named(root / "b", ".") == root / "b"


def test_what_links_lead_to_outside_is_left_out(root):
    (root / "link").symlink_to(root.parent / "outside")
    (root / "half").mkdir()
    for name in (HEADER, MANIFEST):
        (root / "half" / name).symlink_to(root.parent / "outside" / name)
    assert stored_names(root) == ["a/one", "b"]


@pytest.mark.parametrize("name", ["../outside", "/etc", "a/../../outside", "link", "", "a", "b/../b", "b\0"])
def test_a_name_that_is_not_in_the_list_is_refused(root, name):
    (root / "link").symlink_to(root.parent / "outside")
    with pytest.raises(AnalysisError, match=r"results: "):
        stored_directory_named(root, name)


def test_deep_and_many_directories_are_left_out(root, monkeypatch):
    results(root / "1" / "2" / "3" / "4")
    assert stored_names(root) == ["a/one", "b"]
    monkeypatch.setattr(module, "MOST_FOUND", 1)
    assert len(stored_names(root)) == 1


def test_without_the_variable_nothing_is_shown(monkeypatch):
    monkeypatch.delenv(RESULTS, raising=False)
    assert results_root() is None


def test_the_variable_names_a_folder(monkeypatch, root):
    monkeypatch.setenv(RESULTS, str(root / "a" / ".." / "b"))
    assert results_root() == root / "b"


def test_what_is_no_folder_is_refused(root):
    with pytest.raises(
        ScenarioError, match="--results: must be a folder that holds directories of results, got"
    ):
        checked_root(root / "b" / MANIFEST, "--results")
