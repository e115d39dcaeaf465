"""`treatpath validate` on a small folder of studies made by hand."""

from __future__ import annotations

import json

import pytest

SHARE = {"what": "score_at", "among": "starters", "criterion": {"improvement": 0.5}, "moment": "assessment"}
CHECK = {
    "study": "first",
    "strategy": "tablets",
    "kind": "check",
    "quantity": "Response",
    "published": 0.4,
    "interval": [0.2, 0.6],
    "source": "anand2023",
    "measure": SHARE,
}
FIT = CHECK | {"kind": "fit", "own_rate": True, "published": 0.99, "interval": [0.98, 1.0]}
GAP = CHECK | {"study": "second", "strategy": "infusion", "published": 0.1, "interval": [-0.3, 0.5]}


@pytest.fixture
def folder(write_scenario, tiny_tree, tmp_path):
    tiny_tree["resources"]["chairs"]["units"] = None
    for name in ("first", "second"):
        write_scenario(tiny_tree | {"name": name, "title": f"The {name} study"}, f"studies/{name}.yaml")
    measure = {"what": "difference", "of": SHARE, "against": "tablets"}
    targets = {"eff.a": FIT, "eff.b": CHECK, "eff.gap": GAP | {"measure": measure}}
    write_scenario(
        {"spreads": {}, "targets": targets, "left_out": {"eff.c": "A median."}}, "studies/targets.yaml"
    )
    return tmp_path / "studies"


@pytest.fixture
def validate(typed, folder):
    def call(*words):
        return typed("validate", "--directory", folder, *words)

    return call


def test_json_gives_every_target_totals_and_what_is_left_out(validate):
    done = validate("--json")
    told = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert [(row["target"], row["kind"]) for row in told["targets"]] == [
        ("eff.a", "fit"),
        ("eff.b", "check"),
        ("eff.gap", "check"),
    ]
    assert {"published", "low", "high", "simulated", "se", "inside"} <= set(told["targets"][0])
    assert (told["totals"]["fits"], told["totals"]["checks_inside"]) == (1, 2)
    assert told["left_out"] == {"eff.c": "A median."}


def test_a_figure_that_does_not_agree_is_told_and_no_failure(validate):
    done = validate()
    assert done.returncode == 0
    assert "0 of 1 fits agree; 2 of 2 checks lie inside their prediction interval" in done.stdout
    assert "2 studies with 200 patients in each arm; 1 fit and 2 checks." in done.stdout
    assert "What does not agree (1)" in done.stdout
    assert "\x1b" not in done.stdout


def test_results_are_the_same_for_one_and_two_workers(validate):
    one, two = (json.loads(validate("--workers", count, "--json").stdout) for count in ("1", "2"))
    assert (one.pop("manifest")["workers"], two.pop("manifest")["workers"]) == (1, 2)
    assert json.dumps(one) == json.dumps(two)


def test_json_tells_how_it_came_about(validate):
    manifest = json.loads(validate("--patients", "20", "--json").stdout)["manifest"]
    assert [(row["name"], row["n_patients"]) for row in manifest["scenarios"]] == [
        ("first", 20),
        ("second", 20),
    ]
    assert "validate" in manifest["command"]
    assert manifest["wall_seconds"] >= 0


def test_output_to_a_pipe_is_of_moderate_width(treatpath, folder):
    done = treatpath("validate", "--directory", folder, "--patients", "20")
    assert max(len(line) for line in done.stdout.splitlines()) <= 100


def test_fewer_patients_may_be_asked_for(validate):
    rows = json.loads(validate("--patients", "20", "--json").stdout)["targets"]
    assert max(row["n_simulated"] for row in rows) <= 40


def test_the_page_is_written_whole_and_alone(validate, tmp_path):
    done = validate("--patients", "40", "--html", tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert done.returncode == 0
    assert "page written to" in done.stderr
    assert page.startswith("<!doctype html>")
    assert page.endswith("</html>\n")
    assert "The first study" in page
    assert "How this page was made" in page
    assert sorted(path.name for path in tmp_path.iterdir()) == ["page.html", "studies"]


def test_quiet_says_nothing_on_stderr(validate, tmp_path):
    done = validate("--patients", "20", "--html", tmp_path / "page.html", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")


def test_an_existing_page_is_never_overwritten(validate, tmp_path):
    page = tmp_path / "page.html"
    page.write_text("mine", encoding="utf-8")
    done = validate("--html", page)
    assert done.returncode == 2
    assert "page.html: must be a new file, got one that exists; choose another" in done.stderr
    assert (page.read_text(encoding="utf-8"), done.stdout) == ("mine", "")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--patients", "0"], "run.n_patients: must be at least 1, got 0"),
        (["--workers", "0"], "workers must be a whole number of at least 1, got 0"),
        (["--html", "nowhere/page.html"], "nowhere/page.html: must be writable"),
    ],
)
def test_a_mistake_is_told_in_words_with_exit_code_2(validate, words, message):
    done = validate(*words)
    assert message in done.stderr
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
