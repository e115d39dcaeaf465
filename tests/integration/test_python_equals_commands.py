"""Every command has a function in Python that gives the same, to the bit."""

from __future__ import annotations

import inspect
import json

import pytest

import sim
from sim.cli.program import app

OF_TIME = {"command", "analysis_command", "started", "ended", "wall_seconds"}
"""What a manifest says of the moment and of the words typed."""
ONLY_COMMANDS = {"bench", "app"}
"""One measures the machine, the other serves a page."""
FACE = {"as_json", "quiet", "html"}
"""Options of what is printed."""
TYPED_OTHERWISE = {
    "files": "scenarios", "file": "scenario", "directory": "results", "source": "source", "changes": "overrides",
    "discount_costs": "discount_rate_costs", "discount_effects": "discount_rate_effects", "pair": "pairs",
    "eligible": "eligible_per_year", "parameter": "parameters", "threshold": "thresholds", "target": "targets",
    "step": "steps", "most": "most_staffings", "group": "groups", "arm": "arms",
}  # fmt: skip
"""Options whose keyword is the plural, or says more."""
OF_OTHERS = {
    ("run", "out"): "out", ("check", "files"): "files", ("validate", "directory"): "directory",
    ("export", "directory"): "directory", ("voi", "directory"): "draws",
}  # fmt: skip
ELSEWHERE = {
    ("compare", "table"): "compare_given", ("compare", "incomplete"): "StoredResults.open",
    ("voi", "costs"): "voi_given", ("voi", "effects"): "voi_given", ("voi", "parameters"): "voi_given",
    ("voi", "export"): "three files", ("diff", "every"): "printed only", ("schema", "out"): "printed only",
}  # fmt: skip
"""Options that stand for another function, or only change what is printed."""
FUNCTIONS = {"compare": "comparison"}
SIMPY = ("--engine", "simpy")
PRICE = "treatments.tablets.session.price"


def plain(content):
    return without_time(json.loads(json.dumps(content)))


def without_time(value):
    if isinstance(value, dict):
        return {key: without_time(one) for key, one in value.items() if key not in OF_TIME}
    return [without_time(one) for one in value] if isinstance(value, list) else value


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Let functions work where commands do."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def told(typed):
    """Return a function that runs a command and gives the plain values it prints."""

    def call(*words):
        done = typed(*words, "--json")
        assert done.returncode == 0, done.stderr
        return without_time(json.loads(done.stdout))

    return call


@pytest.fixture
def tree(tiny_tree):
    """Return a small scenario that also asks about a budget."""
    said = {"source": "assumption", "grade": "assumption"}
    tiny_tree["budget"] = {
        "eligible_per_year": {"value": 100, "unit": "people per year", "range": [50, 200]} | said,
        "years": 1, "current": {"usual_care": 1.0}, "new": {"infusion": 1.0}, "uptake": [0.5, 1.0],
    }  # fmt: skip
    tiny_tree["run"] |= {"n_patients": 20}
    return tiny_tree


@pytest.fixture
def file(write_scenario, tree):
    return write_scenario(tree)


@pytest.fixture
def scenario(tree):
    """Return what stands in the file, which takes longer to read; keys are in alphabetical order there."""
    return sim.Scenario.model_validate(json.loads(json.dumps(tree, sort_keys=True)))


@pytest.fixture
def few(monkeypatch):
    """Let the scenario as it is be run twice only beside draws."""
    monkeypatch.setattr("sim.batch.psa.BASE_REPLICATIONS", 2)
    monkeypatch.setattr("sim.batch.stored_psa.BASE_REPLICATIONS", 2)


@pytest.fixture
def stored(told, file):
    """Store results that kept single patients; the directory is the working directory's ``stored``."""
    told("run", file, "--out", "stored", "--patient-totals", *SIMPY)
    return "stored"


def names_of_commands():
    return [command.name or command.callback.__name__ for command in app.registered_commands]


def test_every_command_has_a_function_of_its_name():
    assert set(names_of_commands()) - set(sim.__all__) == ONLY_COMMANDS


@pytest.mark.parametrize("command", app.registered_commands, ids=lambda one: one.callback.__name__)
def test_every_option_is_a_keyword(command):
    name = command.callback.__name__
    options = set(inspect.signature(command.callback).parameters) - FACE
    function = getattr(sim, FUNCTIONS.get(name, name), None)
    known = set(inspect.signature(function).parameters) if function else options
    keywords = {
        option: OF_OTHERS.get((name, option), TYPED_OTHERWISE.get(option, option))
        for option in options
        if (name, option) not in ELSEWHERE
    }
    either = {"scenario": "scenarios", "file_format": "file_format"}
    assert {
        option
        for option, keyword in keywords.items()
        if keyword not in known and either.get(keyword) not in known
    } == set()


def test_run(told, file):
    found = sim.run(file, "python", replications=3, patients=25, seed=4, patient_totals=True, engine="simpy")
    sizes = ("--replications", "3", "--patients", "25", "--seed", "4", "--patient-totals", *SIMPY)
    assert told("run", file, "--out", "typed", *sizes) == plain(sim.comparison(found))
    assert told("run", file, *sizes) == plain(sim.comparison("python"))
    assert found.settings("tiny") == sim.StoredResults.open("typed").settings("tiny")


def test_run_gives_the_same_from_a_scenario_as_from_its_file(scenario, stored):
    found = sim.run([scenario], "python", patient_totals=True, engine="simpy")
    assert plain(sim.comparison(found)) == plain(sim.comparison(stored))


def test_run_in_memory(scenario, stored):
    kept = sim.StoredResults.open(stored).load()
    memory = sim.simulate(scenario, patient_totals=True, engine="simpy", workers=1)
    assert all(frame.equals(kept.frames[name]) for name, frame in memory.frames.items())
    assert sim.comparison(memory)["results"] == sim.comparison(stored)["results"]


def test_run_with_precision(told, file, scenario):
    found = sim.run(scenario, "python", precision=1e9, patients=5, engine="simpy")
    assert told("run", file, "--precision", "1e9", "--patients", "5", *SIMPY) == plain(sim.comparison(found))


def test_run_resumed(told, file, scenario, stored):
    found = sim.run(scenario, "python", patient_totals=True, engine="simpy")
    found = sim.run(scenario, "python", patient_totals=True, replications=3, resume=True, engine="simpy")
    words = ("--out", stored, "--patient-totals", "--replications", "3", "--resume", *SIMPY)
    assert told("run", file, *words) == plain(sim.comparison(found))


def test_run_in_shards_and_merge(told, file, scenario):
    for share in ("1/2", "2/2"):
        part = sim.run(scenario, f"part-{share[0]}", shard=share, engine="simpy")
        assert part.manifest["incomplete"]
        assert told("run", file, "--out", f"typed-{share[0]}", "--shard", share, *SIMPY)["shard"][1] == 2
    whole = sim.merge(["part-1", "part-2"], "whole")
    assert told("merge", "typed-1", "typed-2", "--out", "typed-whole") == plain(sim.comparison(whole))


def test_compare(told, stored):
    assert told("compare", stored) == plain(sim.comparison(stored))
    words = (
        "--comparator", "tablets", "--wtp", "50000", "--perspective", "payer", "--discount-costs", "0.05",
        "--discount-effects", "0", "--drug-price", "net", "--price-year", "2024", "--inventory",
        "--pair", "infusion,tablets", "--by", "severity", "--cuts", "30,35", "--scenario", "tiny",
    )  # fmt: skip
    money = {
        "comparator": "tablets", "wtp": 50_000.0, "perspective": "payer", "discount_rate_costs": 0.05,
        "discount_rate_effects": 0.0, "drug_price": "net", "price_year": 2024, "scenario": "tiny",
    }  # fmt: skip
    more = {"inventory": True, "pairs": ["infusion,tablets"], "by": "severity", "cuts": [30.0, 35.0]}
    printed = told("compare", stored, *words)
    opened = sim.StoredResults.open(stored)
    assert printed == plain(sim.comparison(opened, **money, **more))
    assert printed == plain(sim.comparison(opened.load(), **money, **more))
    table = sim.compare(opened, **money)
    assert table.equals(sim.compare(stored, **money))
    assert table["nmb"].tolist() == [row["nmb"] for row in printed["results"]]


def test_compare_a_table_of_any_model(told, tmp_path):
    (tmp_path / "t.csv").write_text("strategy,cost,effect\na,1,1\nb,50,1.5\nc,60,1.2\n", encoding="utf-8")
    found = sim.compare_given("t.csv", comparator="b", wtp=40)
    assert told("compare", "--table", "t.csv", "--comparator", "b", "--wtp", "40") == plain(found)


def test_diff_and_export(told, typed, scenario, stored, tmp_path):
    sim.run(scenario.with_changes({f"{PRICE}.value": 150.0}), "other", engine="simpy")
    assert told("diff", stored, "other") == plain(sim.diff(stored, "other"))
    assert typed("export", stored, "--to", "typed").returncode == 0
    sim.export(stored, "python")
    written = {path.name: path.read_bytes() for path in (tmp_path / "typed").iterdir()}
    assert written == {path.name: path.read_bytes() for path in (tmp_path / "python").iterdir()}


def test_psa_in_memory(told, file, scenario, few):
    words = (
        "--draws",
        "3",
        "--inner",
        "1",
        "--patients",
        "2",
        "--sampling",
        "random",
        "--seed",
        "3",
        "--workers",
        "1",
    )
    printed = told("psa", file, "--out", "typed", *words, *SIMPY)
    memory = sim.psa(
        scenario, draws=3, inner=1, patients=2, sampling="random", seed=3, workers=1, engine="simpy"
    )  # fmt: skip
    found = plain(sim.draw_summary(memory))
    assert printed | {"manifest": None} == found | {"manifest": None}
    of_files = {"files": found["manifest"]["files"]}
    assert printed["manifest"] | of_files == found["manifest"]


def test_voi(told, tiny_draws, tmp_path):
    tiny_draws.save(tmp_path / "draws")
    words = (
        "--wtp", "50000,1e5", "--comparator", "tablets", "--perspective", "payer", "--arm", "response:tablets",
        "--sizes", "20,80", "--fixed-cost", "5", "--cost-per-person", "2", "--trial-years", "1", "--group",
        f"prices={PRICE},care.screening.price", "--people-per-year", "500", "--years", "5", "--discount-rate", "0.01",
    )  # fmt: skip
    question = {
        "wtp": [50_000, 1e5], "comparator": "tablets", "perspective": "payer", "arms": ["response:tablets"],
        "sizes": [20, 80], "fixed_cost": 5.0, "cost_per_person": 2.0, "trial_years": 1.0, "people_per_year": 500.0,
        "groups": {"prices": [PRICE, "care.screening.price"]}, "years": 5.0, "discount_rate": 0.01,
    }  # fmt: skip
    printed, found = told("voi", "draws", *words), plain(sim.voi(tiny_draws, **question))
    assert printed | {"manifest": None} == found | {"manifest": None}


def test_psa_into_a_directory_in_shards(told, file, scenario, few):
    sizes = {"draws": 12, "inner": 1, "patients": 2, "engine": "simpy", "workers": 1}
    found = sim.psa(scenario, "python", **sizes)
    words = ("--draws", "12", "--inner", "1", "--patients", "2", *SIMPY, "--workers", "1")
    assert told("psa", file, "--out", "typed", *words) == plain(sim.draw_summary(found))
    assert plain(sim.draw_summary("python")) == plain(sim.draw_summary(found))
    again = sim.psa(scenario, "python", **sizes, resume=True)
    assert sim.draw_summary(again)["results"] == sim.draw_summary(found)["results"]
    for share in ("1/2", "2/2"):
        assert not sim.psa(scenario, f"part-{share[0]}", **sizes, shard=share).scenarios
    whole = sim.merge(["part-1", "part-2"], "whole")
    assert sim.draw_summary(whole)["results"] == sim.draw_summary(found)["results"]


def test_voi_of_any_model(told, tmp_path):
    rows = [(i % 7, 3 * i % 11) for i in range(40)]
    (tmp_path / "c.csv").write_text("a,b\n" + "".join(f"{x},{y}\n" for x, y in rows), encoding="utf-8")
    (tmp_path / "e.csv").write_text("a,b\n" + "".join(f"1,{1 + x / 10}\n" for x, _ in rows), encoding="utf-8")
    (tmp_path / "p.csv").write_text("p\n" + "".join(f"{y / 11}\n" for _, y in rows), encoding="utf-8")
    found = sim.voi_given(
        "c.csv", "e.csv", "p.csv", wtp=20, arms=["probability:p"], sizes=[10], comparator="b"
    )
    words = ("--wtp", "20", "--arm", "probability:p", "--sizes", "10", "--comparator", "b")
    printed = told("voi", "--costs", "c.csv", "--effects", "e.csv", "--parameters", "p.csv", *words)
    assert printed == plain(found)


def test_dsa(told, file, scenario):
    grid = (PRICE, "care.screening.price")
    found = sim.dsa(
        [scenario], parameters=[PRICE], thresholds=[PRICE], two_way=grid, strategy="tablets", comparator="infusion",
        steps=2, replications=2, patients=5, wtp=50_000, perspective="payer", price_year=2024, engine="simpy",
    )  # fmt: skip
    words = (
        "--parameter", PRICE, "--threshold", PRICE, "--two-way", *grid, "--strategy", "tablets", "--comparator",
        "infusion", "--steps", "2", "--replications", "2", "--patients", "5", "--wtp", "50000", "--perspective",
        "payer", "--price-year", "2024", *SIMPY,
    )  # fmt: skip
    assert told("dsa", file, *words) == plain(found)


def test_capacity(told, file):
    found = sim.capacity(
        file, targets=["median_wait_days<=60"], strategy="infusion", resources=["chairs"], steps={"chairs": 2},
        replications=2, patients=20, seed=1, most_staffings=9, wtp=9_000, perspective="payer", engine="simpy",
        workers=1, overrides=["horizon_years=0.5"],
    )  # fmt: skip
    words = (
        "--target", "median_wait_days<=60", "--strategy", "infusion", "--resources", "chairs", "--step", "chairs=2",
        "--replications", "2", "--patients", "20", "--seed", "1", "--most", "9", "--wtp", "9000", "--perspective",
        "payer", "--workers", "1", "--set", "horizon_years=0.5", *SIMPY,
    )  # fmt: skip
    assert told("capacity", file, *words) == plain(found)


def test_budget(told, file, scenario, stored):
    words = (
        "--years",
        "2",
        "--eligible",
        "70",
        "--uptake",
        "0.2,1",
        "--perspective",
        "sector",
        "--price-year",
        "2024",
    )
    question = {
        "years": 2, "eligible_per_year": 70, "uptake": [0.2, 1], "perspective": "sector", "price_year": 2024,
    }  # fmt: skip
    assert told("budget", stored, *words) == plain(sim.budget(stored, **question))
    sized = ("--patients", "20", "--replications", "2", "--workers", "1", *SIMPY)
    found = sim.budget(scenario, **question, patients=20, replications=2, workers=1, engine="simpy")
    assert told("budget", file, *words, *sized) == plain(found)
    opened = sim.StoredResults.open(stored)
    assert plain(sim.budget(opened)) == plain(sim.budget(opened.load())) == told("budget", stored)


def test_trace_check_cite_and_schema(told, typed, file):
    story = sim.trace(file, "infusion", 3, replication=1, overrides=["horizon_years=0.5"])
    words = ("--strategy", "infusion", "--patient", "3", "--replication", "1", "--set", "horizon_years=0.5")
    assert told("trace", file, *words) == plain(story)
    rows = sim.check([file], explain=True, overrides=["economics.wtp=9"])
    assert told("check", file, "--explain", "--set", "economics.wtp=9")["scenarios"] == plain(rows)
    assert told("cite", file) == plain(sim.cite(file))
    for of in ("scenario", "manifest"):
        assert json.loads(typed("schema", "--of", of).stdout) == sim.schema(of)


def test_validate(told, studies):
    found = sim.validate(patients=20, workers=1, directory=studies)
    assert told("validate", "--patients", "20", "--workers", "1", "--directory", studies) == plain(found)


def test_each_of_several_scenarios_is_told(told, file, write_scenario):
    files = [file, write_scenario({"extends": "tiny.yaml", "name": "second"}, "second.yaml")]
    found = sim.run(files, "python", patients=5, replications=1, engine="simpy", workers=1)
    words = ("--patients", "5", "--replications", "1", "--workers", "1", *SIMPY)
    assert told("run", *files, "--out", "typed", *words) == plain(sim.comparison(found))
    assert list(sim.compare("python", scenario="tiny")["scenario"].unique()) == ["tiny"]
