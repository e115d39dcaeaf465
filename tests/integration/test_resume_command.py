"""Runs that go on, in shares and to a precision, as a user types them."""

from __future__ import annotations

import errno
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest

from sim.cli import comparing, running

SMALL = ("--patients", "6", "--engine", "simpy", "--workers", "1", "--quiet")
N_FILES_AT_FIRST = 3
"""Scenario, settings and header."""


@pytest.mark.parametrize("words", [["--resume"], ["--shard", "1/2"]])
def test_what_is_kept_needs_a_place(typed, tiny_file: Path, words: list[str]) -> None:
    done = typed("run", tiny_file, *SMALL, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{words[0]}: must come with --out DIR, got none\n"


def test_a_run_goes_on_and_grows_and_another_one_does_not(typed, tiny_file: Path) -> None:
    words = ("run", tiny_file, *SMALL, "--out", "run", "--resume", "--json")
    first = json.loads(typed(*words).stdout)["manifest"]
    more = json.loads(typed(*words, "--replications", "3").stdout)["manifest"]
    assert [(told["resumed"], told["scenarios"][0]["replications"]) for told in (first, more)] == [
        (0, 2),
        (1, 3),
    ]
    for change, message in (
        (
            ("--seed", "5"),
            "must hold the same scenarios, seed and patients to go on with it, got 'tiny' there",
        ),
        (
            ("--replications", "1"),
            "replications of 'tiny' must be at least 3, as before, got 1; ask for as many",
        ),
        (
            ("--patient-totals", "--replications", "3"),
            "--patient-totals must be as before to go on, got False",
        ),
    ):
        done = typed(*words[:-1], *change)
        assert (done.returncode, done.stdout) == (2, "")
        assert message in done.stderr


def test_without_resume_a_full_directory_is_refused_before_anything_runs(typed, tiny_file: Path) -> None:
    assert typed("run", tiny_file, *SMALL, "--out", "run").returncode == 0
    done = typed("run", tiny_file, *SMALL, "--out", "run")
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        "--out: run must be a new or empty directory, got one that holds something; choose another"
        in done.stderr
    )


def test_a_precision_is_reached_and_told(typed, tiny_file: Path) -> None:
    words = ("run", tiny_file, *SMALL, "--json")
    told = json.loads(typed(*words, "--precision", "1e9").stdout)
    assert told["manifest"]["scenarios"][0]["replications"] == 10
    done = typed(*words[:-1], "--precision", "0")
    assert (done.returncode, done.stderr) == (2, "--precision: must be above 0 and finite, got 0.0\n")


def told_by(done: Any) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_shares_say_what_comes_next_and_merge_to_the_whole(typed, tiny_file: Path) -> None:
    words = ("run", tiny_file, *SMALL[:-1])
    whole = told_by(typed(*words, "--json", "--out", "whole"))
    for share in (1, 2):
        done = typed(*words, "--shard", f"{share}/2", "--out", f"part{share}", "--json")
        assert told_by(done) == {"shard": [share, 2], "directory": f"part{share}"}
        assert done.stderr.endswith(
            f"shard {share} of 2 is stored in part{share}; when all are, put them together with "
            "'treatpath merge DIR... --out DIR'\n"
        )
    refused = typed("compare", "part1")
    assert "(shard 1 of 2); put the shards together with 'treatpath merge'" in refused.stderr
    assert typed("merge", "part1", "part2", "--out", "part1").returncode == 2
    merged = typed("merge", "part1", "part2", "--out", "merged", "--json")
    assert told_by(merged)["results"] == whole["results"]
    assert merged.stderr == "results stored in merged\n"


def test_shares_of_draws_merge_to_draws(typed, tiny_file: Path) -> None:
    words = ("psa", tiny_file, "--draws", "2", "--inner", "1", *SMALL)
    for share in (1, 2):
        assert typed(*words, "--shard", f"{share}/2", "--out", f"part{share}").stdout == ""
    done = typed("merge", "part1", "part2", "--out", "draws", "--json")
    assert told_by(done) == {"directory": "draws", "kind": "probabilistic"}
    assert done.stderr == "draws stored in draws; next: treatpath voi draws\n"


def test_many_scenarios_are_told_in_one_table(
    typed, write_scenario, tiny_tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (comparing, running):
        monkeypatch.setattr(module, "MOST_TOLD", 2)
    path = write_scenario(tiny_tree | {"sweep": {"care.patience": [20, 40, 60]}})
    ran = typed("run", path, *SMALL, "--out", "run")
    again = typed("compare", "run")
    assert ran.stdout == again.stdout
    assert "3 scenarios" in again.stdout
    assert "treatpath compare run --scenario NAME tells all about one." in " ".join(again.stdout.split())
    name = json.loads(typed("compare", "run", "--json").stdout)["results"][0]["scenario"]
    one = typed("compare", "run", "--scenario", name)
    assert (one.returncode, "3 scenarios" in one.stdout) == (0, False)
    other = typed("compare", "run", "--scenario", "other")
    assert other.returncode == 2
    assert "scenario: 'other' is not a scenario of these results" in other.stderr


def test_a_full_temporary_disk_is_told_without_a_word_of_resume(
    typed, tiny_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, written = Path.write_bytes, []

    def until_full(path: Path, content: bytes) -> int:
        written.append(path)
        if len(written) > N_FILES_AT_FIRST:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, content)

    before = sorted(tmp_path.iterdir())
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path))
        patch.setattr(Path, "write_bytes", until_full)
        done = typed("run", tiny_file, *SMALL)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"{tmp_path}: must be writable, got 'No space left on device'; "
        "name another disk by --out DIR, or by the variable TMPDIR\n"
    )
    assert sorted(tmp_path.iterdir()) == before


def test_a_run_without_a_place_for_temporary_files_says_so(
    typed, tiny_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
        done = typed("run", tiny_file, "--patients", "2")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "temporary files: must have a place, got 'No such file or directory'; "
        "name another disk by --out DIR, or by the variable TMPDIR\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--workers", "0"], "workers must be a whole number of at least 1, got 0\n"),
        (["--replications", "0"], "--replications: must be at least 1, got 0\n"),
        (["--patients", "-5"], "--patients: must be at least 1, got -5\n"),
        (["--seed", "-1", "--patients", "0"], "--seed: must be at least 0, got -1\n"),
        (["--precision", "inf"], "--precision: must be above 0 and finite, got inf\n"),
    ],
)
def test_an_impossible_size_names_its_option_and_begins_no_directory(
    typed, tiny_file: Path, tmp_path: Path, words: list[str], said: str
) -> None:
    done = typed("run", tiny_file, "--out", "run", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert not (tmp_path / "run").exists()
