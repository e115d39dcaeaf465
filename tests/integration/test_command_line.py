"""The command line as a user meets it: output, exit codes, messages."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from as_shipped import base_case

from sim.analysis.comparison import COLUMNS, ERROR_COLUMNS
from sim.errors import AnalysisError
from sim.results import Results

ROOT = Path(__file__).resolve().parents[2]


def results_of(done):
    return json.loads(done.stdout)["results"]


@pytest.fixture
def stored(typed, tiny_file, tmp_path):
    done = typed("run", tiny_file, "--out", "stored", "--json", "--quiet")
    assert done.returncode == 0, done.stderr
    return results_of(done)


def test_run_gives_every_strategy_with_every_column_and_error(stored):
    assert [row["strategy"] for row in stored] == ["infusion", "tablets", "usual_care"]
    assert [row for row in stored if set(row) < {*COLUMNS, *ERROR_COLUMNS}] == []


def test_json_tells_waits_use_of_resources_and_what_equal_luck_saves(typed, tiny_file):
    content = json.loads(typed("run", tiny_file, "--json").stdout)
    waits = {row["strategy"]: row for row in content["capacity"]}
    assert [load["resource"] for load in waits["infusion"]["resources"]] == ["chairs"]
    assert (waits["usual_care"]["resources"], waits["usual_care"]["busiest"]) == ([], None)
    factors = {row["strategy"]: row["nmb"] for row in content["variance_reduction"]}
    assert factors["usual_care"] is None
    assert factors["tablets"] > 0


def test_the_tables_tell_who_waits_where_resources_are_limited(typed, tiny_file):
    limited = typed("run", tiny_file).stdout
    unlimited = typed("run", tiny_file, "--set", "resources.chairs.units=null").stdout
    assert "Who waits for what" in limited
    assert "Who waits for what" not in unlimited


def test_long_follow_up_of_many_treatments_is_counted_without_overflow(typed):
    done = typed(
        "run", "base", "--set", "horizon_years=25", "--patients", "20", "--replications", "1", "--json"
    )
    assert done.returncode == 0, done.stderr


def test_results_are_the_same_bytes_for_one_and_two_workers(typed, treatpath, tiny_file):
    one, two = (call("run", tiny_file, "--workers", k, "--json") for call, k in ((typed, 1), (treatpath, 2)))
    assert json.dumps(results_of(one)) == json.dumps(results_of(two))


def test_running_twice_gives_the_same_bytes(typed, treatpath, tiny_file):
    first, second = (call("run", tiny_file, "--json") for call in (typed, treatpath))
    assert json.dumps(results_of(first)) == json.dumps(results_of(second))


def test_another_seed_gives_other_results(typed, tiny_file):
    assert results_of(typed("run", tiny_file, "--seed", "1", "--json")) != results_of(
        typed("run", tiny_file, "--seed", "2", "--json")
    )


def test_compare_repeats_the_run_from_the_stored_results(treatpath, stored):
    assert results_of(treatpath("compare", "stored", "--json")) == stored


def test_compare_under_another_comparator_moves_the_increments_only(typed, stored):
    rows = results_of(typed("compare", "stored", "--comparator", "tablets", "--json"))
    by_key = {row["strategy"]: row for row in rows}
    assert by_key["tablets"]["incremental_cost"] is None
    assert [row["cost"] for row in rows] == [row["cost"] for row in stored]


def test_compare_moves_costs_to_another_price_year_and_shows_the_inventory(typed, stored):
    moved = json.loads(typed("compare", "stored", "--price-year", "2023", "--inventory", "--json").stdout)
    costs = [row["cost"] for row in moved["results"]]
    assert costs == pytest.approx([row["cost"] * 550 / 580 for row in stored])
    assert moved["impact_inventory"][0] == {
        "category": "screening", "kind": "formal health care", "holds": "screening appointments kept",
        "drug_price": None, "sector": "all", "payer": "covered part", "patient": "uncovered part",
        "programme": None, "societal": "all",
    }  # fmt: skip
    printed = typed("compare", "stored", "--drug-price", "net", "--inventory").stdout
    assert "USD 2025 (prices moved by an assumed index), drugs net of rebates, " in printed
    assert "Impact inventory: which costs count in which perspective" in printed
    refused = typed("compare", "stored", "--price-year", "1999")
    assert refused.returncode == 2
    assert "price_year: must be a year of the price index (2023, 2024, 2025), got 1999" in refused.stderr


def test_json_tells_every_strategy_against_the_comparator_in_sentences(typed, tiny_file):
    content = json.loads(typed("run", tiny_file, "--json").stdout)
    told = {(row["strategy"], row["against"]) for row in content["sentences"]}
    assert told == {("infusion", "usual_care"), ("tablets", "usual_care")}
    assert [row for row in content["sentences"] if not row["text"].endswith(".")] == []


def test_a_named_pair_is_told_below_the_tables_and_in_json(typed, stored):
    words = ("compare", "stored", "--pair", "infusion,tablets")
    told = [
        row for row in json.loads(typed(*words, "--json").stdout)["sentences"] if row["against"] == "tablets"
    ]
    lines = typed(*words).stdout.splitlines()
    assert {row["measure"] for row in told} >= {"cost_per_responder", "nmb", "cost_per_qaly"}
    assert [row["text"] for row in told if row["text"] not in lines] == []


def test_an_unknown_strategy_of_a_pair_is_told_in_words(typed, stored):
    done = typed("compare", "stored", "--pair", "infusion,tablet")
    assert "--pair: 'tablet' is not a strategy; did you mean 'tablets'" in done.stderr
    assert (done.returncode, done.stdout) == (2, "")


def test_the_manifest_tells_seed_digest_and_versions_but_no_machine(typed, tiny_file, tmp_path):
    manifest = json.loads(typed("run", tiny_file.name, "--json").stdout)["manifest"]
    assert manifest["scenarios"][0]["seed"] == 0
    assert len(manifest["scenarios"][0]["digest"]) == 64
    assert str(tmp_path) not in json.dumps(manifest)


def test_the_table_is_plain_and_complete_when_it_is_no_terminal(treatpath, tiny_file):
    done = treatpath("run", tiny_file)
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "…" not in done.stdout
    assert "USD 2025 (prices moved by an assumed index), healthcare sector perspective, 1 year" in done.stdout
    assert done.stdout.rstrip().endswith("Planning and teaching model, never advice for one patient.")


def test_a_sweep_prints_a_row_per_scenario_and_strategy(typed, write_scenario, tiny_tree):
    path = write_scenario(tiny_tree | {"sweep": {"horizon_years": [0.5, 1]}}, "sweep.yaml")
    rows = results_of(typed("run", path, "--patients", "20", "--json"))
    assert len(rows) == 6
    assert len({row["scenario"] for row in rows}) == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "nowhere.yaml"], "nowhere.yaml: must be a file or a shipped scenario, got neither"),
        (["run", "tiny.yaml", "--replications", "0"], "--replications: must be at least 1, got 0"),
        (["run", "tiny.yaml", "--patients", "1000000000"], "--patients: must be at most 2000000"),
        (["run", "tiny.yaml", "--workers", "0"], "workers must be a whole number of at least 1, got 0"),
        (
            ["run", "tiny.yaml", "--engine", "clockwork"],
            "--engine: must be auto, simpy or compiled, got 'clockwork'",
        ),
        (["run", "tiny.yaml", "--out", "tiny.yaml/deeper"], "--out: tiny.yaml/deeper must be writable"),
        (["run", "tiny.yaml", "--out", "."], "--out: . must be a new or empty directory"),
        (["run", "tiny.yaml", "tiny.yaml"], "names of scenarios must differ, got tiny more than once"),
        (["compare", "nowhere"], "nowhere: must be a directory of stored results, got none"),
        (["trace", "tiny.yaml", "--strategy", "tablet", "--patient", "1"], "did you mean 'tablets'?"),
        (
            ["trace", "tiny.yaml", "--strategy", "tablets", "--patient", "200"],
            "must lie in 0 to 199, got 200",
        ),
        (["trace", "tiny.yaml", "--strategy", "tablets", "--patient", "-1"], "must lie in 0 to 199, got -1"),
        (["schema", "--out", "tiny.yaml/schema.json"], "tiny.yaml/schema.json: must be writable"),
        (["schema", "--of", "results"], "--of: must be scenario or manifest, got 'results'"),
        (["run"], "Missing argument 'FILE...'"),
    ],
)
def test_a_mistake_is_told_in_words_with_exit_code_2(typed, tiny_file, words, message):
    done = typed(*words)
    assert message in done.stderr
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_mistake_is_told_as_json_when_asked(treatpath, write_scenario, tiny_tree):
    path = write_scenario(tiny_tree | {"horizon_years": 0, "colour": "red"}, "wrong.yaml")
    done = treatpath("run", path.name, "--json")
    errors = json.loads(done.stdout)["errors"]
    assert done.returncode == 2
    assert {error["path"] for error in errors} == {"horizon_years", "colour"}
    assert {error["file"] for error in errors} == {"wrong.yaml"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run"], "Missing argument 'FILE...'"),
        (["run", "tiny.yaml", "--bogus"], "No such option: --bogus"),
        (["run", "tiny.yaml", "--patients", "many"], "Invalid value for '--patients'"),
        (["runs", "tiny.yaml"], "No such command 'runs'"),
    ],
)
def test_a_command_that_cannot_be_understood_is_told_as_json_when_asked(typed, words, message):
    done = typed(*words, "--json")
    (told,) = json.loads(done.stdout)["errors"]
    assert told["message"].startswith(message)
    assert (told["file"], told["line"], told["path"]) == (None, None, None)
    assert (done.returncode, done.stderr) == (2, "")


def test_mistakes_of_all_files_are_told_at_once(typed, write_scenario, tiny_tree):
    write_scenario(tiny_tree | {"horizon_years": 0}, "a.yaml")
    write_scenario(tiny_tree | {"horizon_years": -1}, "b.yaml")
    done = typed("check", "a.yaml", "b.yaml")
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["a.yaml", "b.yaml"]


def test_a_wrong_file_writes_nothing(typed, write_scenario, tiny_tree, tmp_path):
    path = write_scenario(tiny_tree | {"horizon_years": 0}, "wrong.yaml")
    typed("run", path, "--out", "stored")
    assert not (tmp_path / "stored").exists()


def test_debug_shows_where_an_error_came_from(treatpath):
    done = treatpath("run", "nowhere.yaml", "--debug")
    assert "Traceback" in done.stderr
    assert done.returncode != 0


def test_check_explains_every_value_and_where_it_was_set(typed, tiny_file):
    done = typed("check", tiny_file.name, "--explain", "--set", "run.seed=7")
    assert "  run.seed = 7  [--set]" in done.stdout.splitlines()
    assert done.returncode == 0


def test_check_is_silent_about_values_unless_asked(typed, tiny_file):
    assert len(typed("check", tiny_file).stdout.splitlines()) == 1


def test_check_gives_json(typed, tiny_file):
    told = json.loads(typed("check", tiny_file, "--json").stdout)
    assert told["errors"] == []
    assert told["scenarios"][0]["name"] == "tiny"


def test_schema_is_json_for_editors(treatpath):
    assert json.loads(treatpath("schema").stdout)["title"] == "treatpath scenario"


def test_the_schema_of_manifests_is_written_too(typed, tmp_path):
    assert typed("schema", "--of", "manifest", "--out", "manifest.json").returncode == 0
    assert json.loads((tmp_path / "manifest.json").read_text())["title"] == "treatpath manifest"


def test_cite_lists_sources_and_assumptions_apart(typed):
    told = json.loads(typed("cite", "base", "--json").stdout)
    assert all(source["n_parameters"] == len(source["parameters"]) for source in told["sources"])
    assert {row["source"] for row in told["assumptions"]} == {"assumption"}


def test_cite_names_every_source_of_the_base_case(treatpath):
    done = treatpath("cite", "base")
    told = {line.split(":")[0] for line in done.stdout.splitlines()}
    assert set(base_case().cited_sources()) - told == set()


RESPONSE = "treatments.esketamine.effect.response"
FIGURE = "eff.esk.response.eoi.entrd: "


def solved_from(told):
    rows = [row for source in told["sources"] for row in source["parameters"]] + told["assumptions"]
    return {row["path"]: (row["targets"], row["figures"]) for row in rows}


def test_cite_tells_the_published_figures_that_solved_a_number(typed):
    by_path = solved_from(json.loads(typed("cite", "base", "--json").stdout))
    keys, figures = by_path[RESPONSE]
    assert keys == ["eff.esk.response.eoi.entrd"]
    assert re.fullmatch(
        re.escape(FIGURE) + r".*, study 'entrd', [\d.]+% \([\d.]+% to [\d.]+%\) \[\w+\].*", *figures
    )
    assert by_path["economics.patient_hour"] == ([], [])


def test_cite_gives_a_what_if_value_none_of_the_figures_of_the_old_one(typed):
    done = typed("cite", "base", "--set", f"{RESPONSE}=0.5", "--json")
    by_path = solved_from(json.loads(done.stdout))
    assert by_path[RESPONSE] == ([], [])
    assert by_path["treatments.esketamine.effect.remission_ratio"][0] == ["eff.esk.remission.eoi.entrd"]


def test_cite_prints_the_published_figures_below_the_number(typed):
    lines = [line.strip() for line in typed("cite", "base").stdout.splitlines()]
    place = next(i for i, line in enumerate(lines) if line.startswith(f"- {RESPONSE}"))
    assert lines[place + 1].startswith(f"solved from {FIGURE}")


def test_trace_tells_the_story_to_its_end(typed, tiny_file):
    done = typed("trace", tiny_file, "--strategy", "infusion", "--patient", "17", "--json")
    story = json.loads(done.stdout)["story"]
    assert story[0]["event"] == "referred"
    assert story[-1]["event"] in {"horizon", "died"}
    assert [entry["cost"] for entry in story] == sorted(entry["cost"] for entry in story)


def test_trace_is_readable(treatpath, tiny_file):
    done = treatpath("trace", tiny_file, "--strategy", "infusion", "--patient", "17")
    assert done.stdout.startswith("Day 0 (week 1, Monday): score ")
    assert done.returncode == 0


def test_a_closed_pipe_leaves_no_traceback(tiny_file):
    program = [sys.executable, "-c", "from sim.cli import main; main()", "check", "--explain", str(tiny_file)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as done:
        done.stdout.close()
        assert done.stderr.read() == ""


def test_a_command_whose_output_is_closed_ends_well(typed, tiny_file, monkeypatch):
    assert typed("run", tiny_file, "--patients", "2", "--out", "run", "--quiet").returncode == 0
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert typed("compare", "run").returncode == 0


PRESSED_WHILE_LOADING = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
class Presses:
    def find_spec(self, name, *_):
        if name == {module!r}:
            try:
                os.kill(os.getpid(), signal.SIGINT)
            except KeyboardInterrupt:
                raise ValueError("an error of its own")
sys.meta_path.insert(0, Presses())
from sim.cli import main
main()
"""
"""A module that is just loading may make another error of the interrupt, as building a validator does."""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
@pytest.mark.parametrize(
    "module", ["typer", "sim.cli.running", "sim.scenario_io.load", "sim.domain.scenario"]
)
def test_ctrl_c_while_modules_load_ends_with_130_and_without_a_word(module, tiny_file):
    program = PRESSED_WHILE_LOADING.format(module=module)
    done = subprocess.run(
        [sys.executable, "-c", program, "run", str(tiny_file)],
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_an_interrupted_run_ends_with_130_and_keeps_what_is_finished(tiny_file, tmp_path):
    # A shell that runs in the background hands down an ignored Ctrl-C.
    listen = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    program = [sys.executable, "-c", f"{listen}; from sim.cli import main; main()", "run", str(tiny_file)]
    sizes = [
        "--patients",
        "3000",
        "--replications",
        "50",
        "--workers",
        "2",
        "--out",
        str(tmp_path / "stored"),
    ]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [*program, *sizes],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    ) as run:
        time.sleep(4)
        asked = time.monotonic()
        os.killpg(run.pid, signal.SIGINT)
        _, messages = run.communicate(timeout=180)
    assert run.returncode == 130
    assert time.monotonic() - asked < 10
    assert "Traceback" not in messages
    assert f"stopped; what is finished is kept in {tmp_path / 'stored'}: go on with --resume" in messages
    with pytest.raises(
        AnalysisError, match=r"must hold a finished run, got one of which .* go on with --resume"
    ):
        Results.load(tmp_path / "stored")
