"""The manifests that commands store are of their schema, tell what was warned of, and name no machine."""

from __future__ import annotations

import json
import platform
import re
from pathlib import Path

import jsonschema
import pytest
from clinics import clinic

ROOT = Path(__file__).parents[2]
VALIDATOR = jsonschema.Draft202012Validator(
    json.loads((ROOT / "docs" / "manifest.schema.json").read_text(encoding="utf-8"))
)


@pytest.fixture
def stored(typed, tmp_path):
    """Return a function that types a command with absolute paths and returns the manifest it stored."""

    def call(*words):
        done = typed(*words, "--workers", "1", "--out", tmp_path / "deep" / "out", "--json")
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)["manifest"]
        manifest = json.loads((tmp_path / "deep" / "out" / "manifest.json").read_text(encoding="utf-8"))
        assert told == manifest
        return manifest

    return call


def mistakes(manifest):
    return [error.message for error in VALIDATOR.iter_errors(manifest)]


def test_the_manifest_of_a_run_is_of_its_schema_and_names_no_machine(stored, tiny_file, tmp_path):
    manifest = stored("run", tiny_file)
    text = json.dumps(manifest)
    words = re.split(r"[^\w.-]+", text)
    assert mistakes(manifest) == []
    assert manifest["command"] == "treatpath run tiny.yaml --workers 1 --out out --json"
    assert platform.node() not in words
    assert (manifest["backend"], manifest["workers"], manifest["engine"]) == ("local", 1, "simpy")
    assert [place for place in (tmp_path, ROOT, Path.home()) if str(place) in text] == []


def test_the_manifest_of_draws_is_of_its_schema_and_names_the_clock_that_ran(stored, tiny_file):
    manifest = stored("psa", tiny_file, "--draws", "2", "--inner", "1", "--patients", "3")
    assert mistakes(manifest) == []
    assert (manifest["kind"], manifest["engine"], manifest["workers"]) == ("probabilistic", "simpy", 1)
    assert manifest["psa"]["sampling"] == "latin hypercube"


def test_the_manifest_lists_every_file_that_holds_results(stored, tiny_file, tmp_path):
    files = stored("run", tiny_file)["files"]
    there = {
        path.relative_to(tmp_path / "deep" / "out").as_posix()
        for path in (tmp_path / "deep" / "out").rglob("*")
        if path.is_file()
    }
    assert {file["path"] for file in files} == there - {"manifest.json", "run.json", "journal.jsonl"}
    assert [file for file in files if file["path"].endswith(".parquet") != (file["rows"] is not None)] == []


@pytest.mark.parametrize("command", [["run"], ["psa", "--draws", "12", "--inner", "1", "--patients", "3"]])
def test_the_manifest_of_merged_shards_is_of_its_schema_and_has_the_name_of_the_whole(
    typed, tiny_file, tmp_path, command
):
    asked = [*command, tiny_file, "--workers", "1", "--quiet"]
    codes = [typed(*asked, "--out", "whole").returncode]
    codes += [typed(*asked, "--shard", f"{share}/2", "--out", f"shard{share}").returncode for share in (1, 2)]
    codes += [typed("merge", "shard1", "shard2", "--out", "merged").returncode]
    whole, merged = (
        json.loads((tmp_path / name / "manifest.json").read_text(encoding="utf-8"))
        for name in ("whole", "merged")
    )
    assert codes == [0, 0, 0, 0]
    assert mistakes(merged) == []
    assert (merged["run_id"], merged["files"]) == (whole["run_id"], whole["files"])
    assert (merged["backend"], merged["engine"], merged["shards_merged"]) == ("merge", None, 2)


def test_what_was_warned_of_stands_in_the_manifest(stored, write_scenario, tiny_tree):
    crowded = write_scenario(clinic(tiny_tree, chairs=0.5, clinicians=4), "crowded.yaml")
    (warning,) = stored("run", crowded, "--replications", "2")["warnings"]
    assert warning.startswith("tiny: Infusion: demand exceeds capacity and the queue grows without limit")


def test_a_validation_tells_a_manifest_of_the_schema(typed, studies):
    manifest = json.loads(typed("validate", "--patients", "20", "--json").stdout)["manifest"]
    assert mistakes(manifest) == []
    assert re.fullmatch("[0-9a-f]{64}", manifest["targets"])
