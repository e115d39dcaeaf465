from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest
from stored_directories import named_file

from sim.domain.columns import PATIENT_FRAMES
from sim.errors import AnalysisError
from sim.results import COLUMNS, Results

PAIRS = {"b": [(1.0, 1.0), (2.0, 1.5)], "a": [(3.0, 2.0), (4.0, 2.5)]}


@pytest.fixture
def results(make_results):
    return make_results(PAIRS)


def _same(left: Results, right: Results) -> bool:
    return all(left.frames[name].equals(right.frames[name]) for name in COLUMNS)


def test_what_is_stored_is_read_back(results, tmp_path):
    results.save(tmp_path / "out")
    read = Results.load(tmp_path / "out")
    assert _same(read, Results.combine([results]))
    assert read.settings == results.settings
    assert {name: read.manifest[name] for name in results.manifest} == results.manifest


def test_a_stored_directory_holds_frames_summary_settings_and_manifest(results, tmp_path):
    results.save(tmp_path / "deep" / "out", summary=pd.DataFrame({"x": [1]}))
    names = sorted(path.name for path in (tmp_path / "deep" / "out").iterdir())
    kept = [name for name in COLUMNS if name not in PATIENT_FRAMES]
    assert names == sorted([*kept, "journal.jsonl", "manifest.json", "run.json", "settings", "summary.csv"])
    assert (tmp_path / "deep" / "out" / "summary.csv").read_text().split() == ["x", "1"]
    manifest = json.loads((tmp_path / "deep" / "out" / "manifest.json").read_text())
    assert manifest["version"] == "1"
    assert [file["rows"] for file in manifest["files"] if file["path"].startswith("clinical/")] == [4]
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["out"]


def test_an_empty_directory_may_be_filled(results, tmp_path):
    (tmp_path / "out").mkdir()
    results.save(tmp_path / "out")
    assert _same(Results.load(tmp_path / "out"), Results.combine([results]))


def test_a_directory_in_use_is_left_alone(results, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(
        AnalysisError, match="must be a new or empty directory, got a full one; choose another"
    ):
        results.save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_an_interrupted_save_leaves_nothing_behind(results, tmp_path, monkeypatch):
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pd.DataFrame, "to_csv", interrupt)
    with pytest.raises(KeyboardInterrupt):
        results.save(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_refused_in_words(results, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(AnalysisError, match="out: must be writable, got "):
        results.save(tmp_path / "file" / "out")


def test_loading_from_nowhere_says_what_to_do(tmp_path):
    with pytest.raises(
        AnalysisError, match="must be a directory of stored results, got none; make some with 'treatpath run"
    ):
        Results.load(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["flows", "settings", "run.json"])
def test_a_missing_file_is_named(results, tmp_path, name):
    results.save(tmp_path / "out")
    path = named_file(tmp_path / "out", name)
    path.unlink()
    with pytest.raises(AnalysisError, match=f"{path}: is missing; these are no complete results, run again"):
        Results.load(tmp_path / "out")


@pytest.mark.parametrize("name", ["health", "settings", "manifest.json", "run.json"])
def test_a_damaged_file_is_named(results, tmp_path, name):
    results.save(tmp_path / "out")
    path = named_file(tmp_path / "out", name)
    path.write_bytes(path.read_bytes()[:10])
    with pytest.raises(AnalysisError, match=f"{path}: is damaged"):
        Results.load(tmp_path / "out")


def test_a_readable_table_that_is_not_the_one_written_is_told(results, tmp_path):
    results.save(tmp_path / "out")
    path = named_file(tmp_path / "out", "health")
    frame = pd.read_parquet(path)
    frame.assign(qaly=frame["qaly"] * 2).to_parquet(path, index=False)
    with pytest.raises(AnalysisError, match=f"{path}: is damaged .not the file that was written.; run again"):
        Results.load(tmp_path / "out")


def test_a_frame_that_no_job_gave_is_told(results, tmp_path):
    results.save(tmp_path / "out")
    path = tmp_path / "out" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["files"] = [file for file in manifest["files"] if not file["path"].startswith("flows/")]
    path.write_text(json.dumps(manifest))
    with pytest.raises(AnalysisError, match=r"flows.0001-.*: is missing; these are no complete results"):
        Results.load(tmp_path / "out")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[]", "is damaged .no mapping.; run again"),
        ('{"format_version": 0}', "format_version must be 6, got 0; run again with this version"),
        ('{"format_version": 6, "kind": "replications", "scenarios": {"tiny": {}}}', "is damaged"),
        ('{"format_version": 6, "kind": "replications"}', "is damaged"),
        (
            '{"format_version": 6, "kind": "other"}',
            "must hold replications results, got 'other'; make some with",
        ),
    ],
)
def test_a_header_of_another_shape_is_refused(results, tmp_path, content, message):
    results.save(tmp_path / "out")
    (tmp_path / "out" / "run.json").write_text(content)
    with pytest.raises(AnalysisError, match=message):
        Results.load(tmp_path / "out")


def test_parts_are_joined_in_the_order_of_strategies_and_replications(make_results):
    first = make_results({name: pairs[:1] for name, pairs in PAIRS.items()})
    second = make_results({name: pairs[1:] for name, pairs in PAIRS.items()}, first_replication=1)
    joined = Results.combine([second, first])
    assert _same(joined, Results.combine([first, second]))
    assert joined.clinical[["strategy", "replication"]].values.tolist() == [
        ["b", 0],
        ["b", 1],
        ["a", 0],
        ["a", 1],
    ]
    assert joined.health["qaly"].tolist() == [1.0, 1.5, 2.0, 2.5]


def test_scenarios_keep_the_order_in_which_they_come(make_results):
    joined = Results.combine([make_results(PAIRS, name="z"), make_results(PAIRS, name="y")])
    assert list(joined.settings) == ["z", "y"]
    assert joined.clinical["scenario"].tolist() == ["z"] * 4 + ["y"] * 4


def test_the_same_replication_twice_is_refused(results):
    with pytest.raises(
        AnalysisError, match="scenario 'tiny', strategy 'b', replication 0 must be there once"
    ):
        Results.combine([results, results])


def test_two_scenarios_of_one_name_are_refused(results):
    other = replace(results, settings={"tiny": replace(results.settings["tiny"], seed=9)})
    with pytest.raises(
        AnalysisError, match="scenario 'tiny' must be the same in all parts, got two; rename one"
    ):
        Results.combine([results, other])


def test_nothing_cannot_be_combined():
    with pytest.raises(AnalysisError, match="must have at least one part to combine, got none"):
        Results.combine([])


def test_a_frame_without_its_columns_is_refused(results):
    with pytest.raises(
        AnalysisError, match="health: columns must be scenario, strategy, replication, day, qaly"
    ):
        replace(results, health=results.health.drop(columns="qaly"))


def test_a_frame_with_an_unknown_name_is_refused(results):
    wrong = results.flows.assign(category="sesion")
    with pytest.raises(AnalysisError, match=r"flows: category must be one of screening, .*, got 'sesion'"):
        replace(results, flows=wrong)
