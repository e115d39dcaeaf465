"""What a directory of results says of itself is believed only where it fits together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sim.errors import AnalysisError
from sim.stored.journal import Entry
from sim.stored.layout import header_of, settings_path
from sim.stored.run_directory import whole_directory
from sim.stored.stored_run import StoredRun
from sim.stored.tables import encoded

FOLDERS = {"one": "0001-aa", "two": "0002-bb"}
HEADER = header_of("tests", [{"name": name, "folder": folder} for name, folder in FOLDERS.items()])
FILE = {"path": "flows/0001-aa/x.parquet", "sha256": "", "bytes": 1, "rows": 1}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a finished run of two scenarios."""
    texts = {settings_path(folder): b'{"wtp": 5}' for folder in FOLDERS.values()}
    with whole_directory(tmp_path / "run", HEADER, texts) as opened:
        for number, folder in enumerate(FOLDERS.values()):
            table = encoded(pd.DataFrame({"cost": [float(number)]}))
            opened.keep(Entry(folder, "replications", 0, 1), {"flows": table})
        opened.finish({})
    return tmp_path / "run"


def opened(path: Path, *, incomplete: bool = False) -> StoredRun:
    return StoredRun.open(path, "tests", "make some", incomplete=incomplete)


def listing(path: Path, change: Any) -> None:
    """Change what the manifest lists."""
    manifest = json.loads((path / "manifest.json").read_text())
    manifest["files"] = change(manifest["files"])
    (path / "manifest.json").write_text(json.dumps(manifest))


def test_frames_and_settings_are_read_by_scenario(path: Path) -> None:
    run = opened(path)
    assert list(run.folders) == ["one", "two"]
    assert run.needed_frame("flows", "two")["cost"].tolist() == [1.0]
    assert run.frame("patients", "two") is None
    assert run.settings("one") == {"wtp": 5}


def test_another_scenario_is_not_found(path: Path) -> None:
    with pytest.raises(AnalysisError, match=r"scenario: 'tow' is not a scenario of these results; .*two"):
        opened(path).settings("tow")


def test_a_frame_that_is_needed_must_be_there(path: Path) -> None:
    with pytest.raises(
        AnalysisError, match=r"health.0001-aa: is missing; these are no complete results, run"
    ):
        opened(path).needed_frame("health", "one")


@pytest.mark.parametrize("content", ['{"wtp": 6}', "{}", ""])
def test_settings_that_are_not_the_ones_written_are_told(path: Path, content: str) -> None:
    (path / "settings" / "0002-bb.json").write_text(content)
    assert opened(path).settings("one") == {"wtp": 5}
    with pytest.raises(
        AnalysisError, match=r"0002-bb\.json: is damaged \(not the file that was written\); run again"
    ):
        opened(path).settings("two")


def test_settings_of_an_unfinished_run_have_no_hash_yet(path: Path) -> None:
    (path / "manifest.json").unlink()
    assert opened(path, incomplete=True).settings("two") == {"wtp": 5}
    (path / "settings" / "0002-bb.json").write_text("[]")
    with pytest.raises(AnalysisError, match=r"0002-bb\.json: is damaged \(no mapping\); run again"):
        opened(path, incomplete=True).settings("two")


@pytest.mark.parametrize(
    "files",
    [
        None, 3, [3], [{}], ["x"], [FILE | {"path": "x"}], [FILE | {"path": 5}], [FILE | {"rows": "many"}],
        [FILE | {"path": "../flows/0001-aa"}], [FILE | {"path": "/flows/0001-aa"}], [FILE | {"more": 1}],
    ],
)  # fmt: skip
def test_a_list_of_files_that_cannot_be_one_is_damaged(path: Path, files: Any) -> None:
    listing(path, lambda _: files)
    with pytest.raises(AnalysisError, match=r"manifest\.json: is damaged \(.*\); run again"):
        opened(path)


def test_a_manifest_without_a_list_of_files_is_damaged(path: Path) -> None:
    (path / "manifest.json").write_text("{}")
    with pytest.raises(AnalysisError, match=r"manifest\.json: is damaged \('files'\); run again"):
        opened(path)


def test_a_finished_run_has_results_of_every_scenario(path: Path) -> None:
    listing(path, lambda files: [file for file in files if "0002-bb" not in file["path"]])
    with pytest.raises(
        AnalysisError,
        match=r"manifest\.json: must list results of every scenario, got none of 'two'; run again",
    ):
        opened(path)


def test_an_unfinished_run_has_those_of_some(path: Path) -> None:
    (path / "manifest.json").unlink()
    journal = path / "journal.jsonl"
    journal.write_text(journal.read_text().splitlines(keepends=True)[1])
    assert list(opened(path, incomplete=True).folders) == ["two"]


@pytest.mark.parametrize(
    "scenarios",
    [None, {}, "one", [3], [{"name": "one"}], [{"folder": "0001-aa"}], [{"name": 1, "folder": "0001-aa"}]],
)
def test_a_header_that_lists_no_scenarios_is_damaged(path: Path, scenarios: Any) -> None:
    (path / "run.json").write_text(json.dumps(HEADER | {"scenarios": scenarios}))
    with pytest.raises(AnalysisError, match=r"run\.json: is damaged \(no list of scenarios\); run again"):
        opened(path)


@pytest.mark.parametrize("replications", [None, "2"])
def test_a_run_in_jobs_says_how_many_replications_it_has(path: Path, replications: Any) -> None:
    one = HEADER["scenarios"][0] | {"replications": replications}
    (path / "run.json").write_text(json.dumps(HEADER | {"model": {}, "scenarios": [one]}))
    with pytest.raises(AnalysisError, match=r"run\.json: is damaged \(not what was asked for\); run again"):
        opened(path)
