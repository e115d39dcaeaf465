"""The manifest of results: complete, of its schema, named by its content, and silent about the machine."""

from __future__ import annotations

import json
import platform
import re
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from sim.batch import manifest as batch
from sim.batch.manifest import (
    DISCLAIMER,
    citation,
    describe_run,
    describe_tables,
    machine_in_words,
    manifest_schema,
    manifest_schema_text,
    run_id_of,
    without_places,
)
from sim.domain.manifest import RunManifest, RunScenario
from sim.domain.scenario import Scenario
from sim.report.answer import NOTICE

ROOT = Path(__file__).parents[3]
COMMITTED = ROOT / "docs" / "manifest.schema.json"
VALIDATOR = jsonschema.Draft202012Validator(manifest_schema())
STARTED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PLAN = {"draws": 4, "replications_per_draw": 2, "sampling": "random", "base_replications": 20}
FILE = {
    "path": "clinical/0001-ab/replications-000000-000001.parquet",
    "sha256": "0" * 64,
    "bytes": 9,
    "rows": 2,
}


def described(scenario: Scenario | RunScenario, **settings: Any) -> dict[str, Any]:
    return describe_run([scenario], **{"started": STARTED, "workers": 1, "engine": "simpy"} | settings)


def mistakes(manifest: dict[str, Any]) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(manifest)]


def test_the_committed_schema_is_the_generated_one() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == manifest_schema_text(), (
        "write it anew: treatpath schema --of manifest --out docs/manifest.schema.json"
    )


def test_the_schema_is_a_schema_without_an_address() -> None:
    schema = manifest_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert (schema["title"], schema.get("$id")) == ("treatpath manifest", None)


def test_every_key_of_the_schema_is_described() -> None:
    parts = [manifest_schema(), *manifest_schema()["$defs"].values()]
    named = [(name, one) for part in parts for name, one in part["properties"].items()]
    assert [name for name, one in named if not one.get("description", "").endswith(".")] == []


def test_a_manifest_is_plain_json_and_of_its_schema(tiny: Scenario) -> None:
    manifest = described(tiny)
    assert json.loads(json.dumps(manifest)) == manifest
    assert mistakes(manifest) == []
    assert set(manifest) == set(RunManifest.model_fields)


def test_all_that_may_be_told_is_of_the_schema_too(tiny: Scenario) -> None:
    manifest = described(
        tiny, command="treatpath run tiny.yaml", backend="dask", workers=None, psa=PLAN, targets="f" * 64,
        files=[FILE, FILE | {"path": "summary.csv", "rows": None}], warnings=["tiny: Infusion: waits rise."],
        resumed=2, shards_merged=3,
    )  # fmt: skip
    assert mistakes(manifest) == []
    assert (manifest["kind"], manifest["psa"], manifest["files"][0]) == ("probabilistic", PLAN, FILE)
    assert (manifest["backend"], manifest["resumed"], manifest["shards_merged"]) == ("dask", 2, 3)


@pytest.mark.parametrize(
    "change",
    [
        {"host": "somewhere"},
        {"engine": "auto"},
        {"kind": "both"},
        {"run_id": "17"},
        {"started": "2026-01-02 03:04:05"},
        {"wall_seconds": -1.0},
        {"scenarios": []},
        {"psa": PLAN | {"draws": 0}},
        {"files": [FILE | {"path": "/mnt/summary.csv"}]},
        {"files": [FILE | {"path": "../summary.csv"}]},
        {"files": [FILE | {"path": "C:\\summary.csv"}]},
        {"files": [FILE | {"owner": "somebody"}]},
    ],
)
def test_what_is_not_of_the_form_is_found_by_schema_and_type(tiny: Scenario, change: dict[str, Any]) -> None:
    manifest = described(tiny) | change
    assert len(mistakes(manifest)) == 1
    with pytest.raises(ValidationError):
        RunManifest.model_validate(manifest)


@pytest.mark.parametrize("name", list(RunManifest.model_fields))
def test_no_key_may_be_missing(tiny: Scenario, name: str) -> None:
    manifest = described(tiny)
    del manifest[name]
    assert mistakes(manifest) == [f"'{name}' is a required property"]


def test_a_clock_that_is_still_to_be_chosen_is_no_engine(tiny: Scenario) -> None:
    with pytest.raises(ValidationError, match="engine"):
        described(tiny, engine="auto")


def test_a_light_scenario_tells_the_same_as_the_whole_one(tiny: Scenario) -> None:
    light = RunScenario.of(tiny)
    assert described(light, ended=STARTED) == described(tiny, ended=STARTED)
    assert (light.seed, light.n_patients) == (tiny.run.seed, tiny.run.n_patients)


def test_the_same_content_has_the_same_name_however_it_is_run(tiny: Scenario) -> None:
    one = described(tiny)["run_id"]
    other = described(
        tiny, started=STARTED - timedelta(days=9), workers=2, engine="compiled", command="treatpath run a",
        resumed=1, shards_merged=2, files=[FILE],
    )  # fmt: skip
    assert other["run_id"] == one == run_id_of([tiny])


def test_other_content_has_another_name(tiny: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    changes = ({"run.seed": 9}, {"run.replications": 9}, {"run.n_patients": 9}, {"economics.wtp": 9.0})
    names = [run_id_of([tiny]), *(run_id_of([tiny.with_changes({**change})]) for change in changes)]
    names += [
        run_id_of([tiny], psa=PLAN),
        run_id_of([tiny], psa=PLAN | {"draws": 5}),
        run_id_of([tiny, tiny]),
    ]
    monkeypatch.setattr(batch, "model_identity", lambda: {"version": "0"})
    assert len({*names, run_id_of([tiny])}) == len(names) + 1


def test_time_is_told_in_utc_and_seconds(tiny: Scenario) -> None:
    manifest = described(tiny, ended=STARTED + timedelta(seconds=61.26))
    told = manifest["started"], manifest["ended"], manifest["wall_seconds"]
    assert told == ("2026-01-02T03:04:05+00:00", "2026-01-02T03:05:06+00:00", 61.3)


@pytest.mark.parametrize(("workers", "backend"), [(1, "local"), (None, "executor")])
def test_the_backend_is_told(tiny: Scenario, workers: int | None, backend: str) -> None:
    manifest = described(tiny, workers=workers)
    assert (manifest["backend"], manifest["workers"]) == (backend, workers)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("treatpath run base --set run.seed=3", "treatpath run base --set run.seed=3"),
        ("a < b", "a < b"),
        ("treatpath run ../mine/tiny.yaml", "treatpath run ../mine/tiny.yaml"),
        ("/opt/bin/treatpath run '/mnt/my files/a b.yaml'", "treatpath run 'a b.yaml'"),
        ("treatpath run a --out=/mnt/me/b", "treatpath run a --out=b"),
        ("treatpath run ~/a.yaml", "treatpath run a.yaml"),
        (r"treatpath run 'C:\Users\me\a.yaml'", "treatpath run a.yaml"),
        ("run /mnt/me/it's.yaml", """run 'it'"'"'s.yaml'"""),
        ("treatpath run / a", "treatpath run / a"),
        ("treatpath run a --scheduler node7:8786", "treatpath run a --scheduler ADDRESS"),
        ("treatpath run a --scheduler=node7:8786", "treatpath run a --scheduler=ADDRESS"),
        ("treatpath run a --at=tcp://node7:8786", "treatpath run a --at=ADDRESS"),
        ("treatpath run tcp://node7:8786/?a=b", "treatpath run ADDRESS"),
        ("treatpath run 'a --out /mnt/me/b", "treatpath run ''\"'\"'a' --out b"),
        ("--out bad\udcffdir", r"--out bad\udcffdir"),
    ],
)
def test_a_command_names_no_host_and_no_directory_from_the_root_or_home(typed: str, told: str) -> None:
    assert without_places(typed) == told


def test_a_manifest_names_no_host_user_or_directory(tiny: Scenario) -> None:
    text = json.dumps(described(tiny, command=f"treatpath run {ROOT}/tiny.yaml --out {Path.home()}/out"))
    words = re.split(r"[^\w.-]+", text)
    assert [name for name in (socket.gethostname(), platform.node()) if name in words] == []
    assert [place for place in (ROOT, Path.home(), Path.cwd()) if str(place) in text] == []


def test_the_machine_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(batch, "available_workers", lambda: 2)
    monkeypatch.setattr(batch, "physical_memory", lambda: 24.6e9)
    assert machine_in_words() == "Linux x86_64, 2 processors, 23 GiB of memory"


def test_of_a_machine_only_what_is_known_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "")
    monkeypatch.setattr(platform, "machine", lambda: "")
    monkeypatch.setattr(batch, "available_workers", lambda: 1)
    monkeypatch.setattr(batch, "physical_memory", lambda: None)
    assert machine_in_words() == "unknown system, 1 processor"


def test_the_citation_is_that_of_the_citation_file() -> None:
    told = YAML(typ="safe").load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    (author,) = told["authors"]
    assert citation() == f"{author['name']}. {told['title']}. Version {told['version']}."
    assert told["license"] == batch.LICENSE


def test_manifest_and_tables_carry_the_same_notice() -> None:
    assert DISCLAIMER == NOTICE == describe_tables({}, settings={})["note"]


def test_an_analysis_of_tables_names_no_directory() -> None:
    told = describe_tables(
        {"/mnt/me/C.csv": "0" * 64}, settings={}, command="treatpath voi --costs /mnt/me/C.csv"
    )
    assert (told["command"], told["tables"]) == (
        "treatpath voi --costs C.csv", [{"file": "C.csv", "sha256": "0" * 64}],
    )  # fmt: skip
