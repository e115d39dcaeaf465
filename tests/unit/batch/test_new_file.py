"""A new file is whole or not there."""

from __future__ import annotations

import pytest

from sim.batch.new_file import check_new_file, write_new_file
from sim.errors import ScenarioError


def test_text_is_written_whole_and_nothing_else_is_left(tmp_path):
    write_new_file(tmp_path / "page.html", "täxt")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == "täxt"
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_checking_leaves_nothing_behind(tmp_path):
    check_new_file(tmp_path / "page.html")
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_refused(tmp_path):
    (tmp_path / "page.html").touch()
    with pytest.raises(ScenarioError, match=r"page\.html: must be a new file, got one that exists"):
        check_new_file(tmp_path / "page.html")


def test_a_missing_directory_is_told_before_and_after(tmp_path):
    with pytest.raises(ScenarioError, match=r"page\.html: must be writable, got 'No such file or directory'"):
        check_new_file(tmp_path / "nowhere" / "page.html")
    with pytest.raises(ScenarioError, match=r"page\.html: must be writable, got 'No such file or directory'"):
        write_new_file(tmp_path / "nowhere" / "page.html", "text")


def test_a_file_that_cannot_be_moved_leaves_nothing_behind(tmp_path):
    (tmp_path / "page.html").mkdir()
    with pytest.raises(ScenarioError, match=r"page\.html: must be writable"):
        write_new_file(tmp_path / "page.html", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_no_neighbor_is_overwritten(tmp_path):
    neighbor = tmp_path / "page.html.unfinished"
    neighbor.write_text("precious")
    write_new_file(tmp_path / "page.html", "new")
    assert neighbor.read_text() == "precious"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["page.html", "page.html.unfinished"]
