"""The commands `diff` and `export` as a user meets them."""

from __future__ import annotations

import json

import pytest
from workbooks import read_workbook


@pytest.fixture(scope="module")
def results(request, tmp_path_factory):
    """Store two runs that differ in one number, and draws, beside each other."""
    from sim.batch.filling import Ways
    from sim.batch.stored_runs import StoredRunAsked, run_into
    from sim.scenario_io.recipes import recipes_of

    tiny, folder = request.getfixturevalue("tiny"), tmp_path_factory.mktemp("stored")
    for name, price in (("before", 120.0), ("after", 130.0)):
        changes = {"run.n_patients": 20, "treatments.tablets.session.price.value": price}
        recipes = list(recipes_of([tiny.with_changes(changes)]))
        run_into(folder / name, StoredRunAsked(recipes), Ways(engine="simpy", workers=1))
    request.getfixturevalue("tiny_draws").save(folder / "draws")
    return folder


def test_diff_tells_inputs_and_results_and_ends_well_though_they_differ(treatpath, results):
    done = treatpath("diff", results / "before", results / "after")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[1] == "1 input differs."
    assert lines[2].endswith(
        "Paired by replication: both have seed 0, 20 patients and the same 2 replications (common random numbers)."
    )
    assert any(line.split()[:3] == ["treatments.tablets.session.price", "120", "130"] for line in lines)
    assert any(line.startswith("Tablets") and line.split()[1] == "nmb" for line in lines)


def test_diff_of_the_same_results_says_identical_to_the_bit(treatpath, results):
    done = treatpath("diff", results / "before", results / "before")
    assert "results are identical to the bit." in done.stdout
    assert done.returncode == 0


def test_diff_gives_json_with_inputs_results_and_manifest(treatpath, results):
    content = json.loads(treatpath("diff", results / "before", results / "after", "--json").stdout)
    assert set(content) == {"kind", "scenarios", "inputs", "results", "notes", "manifest"}
    assert [row["path"] for row in content["inputs"]] == ["treatments.tablets.session.price"]
    assert content["manifest"]["new"]["kind"] == "replications"
    assert {row["strategy"] for row in content["results"]} <= {"tablets", "infusion"}


def test_diff_of_a_run_and_draws_is_refused(treatpath, results):
    done = treatpath("diff", results / "before", results / "draws")
    assert done.returncode == 2
    assert "directories must hold results of the same kind" in done.stderr


def test_export_writes_a_workbook_or_csv_files(treatpath, results, tmp_path):
    done = treatpath("export", results / "before", "--to", "book.xlsx")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "results written to book.xlsx\n")
    assert "parameters" in read_workbook(tmp_path / "book.xlsx")
    done = treatpath("export", results / "draws", "--to", "files", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "files" / "summary.csv").exists()


def test_export_does_not_replace_what_exists(treatpath, results, tmp_path):
    (tmp_path / "book.xlsx").write_text("mine")
    done = treatpath("export", results / "before", "--to", "book.xlsx")
    assert done.returncode == 2
    assert "must be a new file, got one that exists" in done.stderr
