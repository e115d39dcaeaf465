"""The commands `psa`, `voi`, `dsa` and `budget` as a user meets them."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

TABLES = ("--costs", "C.csv", "--effects", "E.csv")
ALL = (*TABLES, "--parameters", "P.csv", "--wtp", "20000,30000")
PRICE = "treatments.infusion.session.price"


def write_tables(directory, n_draws=150, strategies=("a", "b", "c"), seed=1):
    """Write draws with every kind of parameter that other models have."""
    dice = np.random.default_rng(seed)
    known = dice.normal(size=n_draws)
    parameters = {
        "a mean": known, "twice, of it": 2 * known, "constant": 0 * known + 3,
        "yes or no": (known > 0).astype(int), "days [1.5]": dice.integers(0, 9, n_draws), "p_größe.x": dice.beta(2, 3, n_draws),
    }  # fmt: skip
    effect = dice.normal(1, 0.1, (n_draws, len(strategies)))
    effect[:, 1] += 0.1 * known
    cost = dice.normal(-500, 400, effect.shape)
    for name, values in (("C", cost), ("E", effect)):
        pd.DataFrame(values, columns=list(strategies)).to_csv(directory / f"{name}.csv", index=False)
    pd.DataFrame(parameters).to_csv(directory / "P.csv", index=False)
    return parameters


def test_the_promised_shape_of_any_models_results(treatpath, tmp_path):
    parameters = write_tables(tmp_path)
    done = treatpath("voi", *ALL, "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert told["wtp"] == [20_000, 30_000]
    assert len(told["evpi"]) == len(told["ceaf"]) == 2
    assert list(told["ceac"]) == list(told["expected_loss"]) == ["a", "b", "c"]
    promised, added = (
        {"cost", "effect", "icer", "status", "strategy"},
        {"icer_low", "icer_high", "icer_reason"},
    )
    assert set(told["frontier"][0]) == promised | added
    assert list(told["evppi"]) == list(parameters)
    for place in (0, 1):
        assert sum(values[place] for values in told["ceac"].values()) == pytest.approx(1)
        losses = [values[place] for values in told["expected_loss"].values()]
        assert min(losses) == pytest.approx(told["evpi"][place])
        assert all(0 <= values[place] <= told["evpi"][place] for values in told["evppi"].values())
    assert told["evppi"]["constant"] == [0, 0]
    assert told["evppi"]["a mean"] == pytest.approx(told["evppi"]["twice, of it"])
    assert [one["file"] for one in told["manifest"]["tables"]] == ["C.csv", "E.csv", "P.csv"]


@pytest.mark.parametrize(
    ("n_draws", "strategies"),
    [(2, ("a", "b")), (12, tuple("abcdefghijkl")), (30, ("plan [1].x", "ü, comma", 'a "quote"'))],
)
def test_tables_of_any_size_and_any_names_are_told_and_drawn(typed, tmp_path, n_draws, strategies):
    write_tables(tmp_path, n_draws, strategies)
    done = typed("voi", *ALL, "--html", "page.html")
    assert done.returncode == 0, done.stderr
    assert "Warning: " in done.stdout
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.count("<svg") >= 7
    assert "NaN" not in page


def test_identical_strategies_are_worth_the_same_and_nothing_is_to_be_learned(typed, tmp_path):
    for name in "CE":
        pd.DataFrame({"a": [1.0, 2, 3], "b": [1.0, 2, 3]}).to_csv(tmp_path / f"{name}.csv", index=False)
    done = typed("voi", *TABLES, "--wtp", "5", "--html", "page.html", "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert told["evpi"] == [0]
    assert told["ceac"] == {"a": [0.5], "b": [0.5]}
    assert "have the same expected net benefit" in told["sentences"][0]


BAD = "a,b,c\n1,nan,3\n1,foo,3\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "voi: must be given DIR, or --costs and --effects, got neither"),
        (["--costs", "C.csv"], "voi: must be given both --costs and --effects, got one of them; add the other"),
        ([".", *ALL], "--costs: must stand without DIR; leave one of them out"),
        ([*ALL, "--perspective", "payer"], "--costs: must stand without --perspective; leave one of them out"),
        (["none"], "none: must be a directory of stored results, got none; make some with 'treatpath psa"),
        (["C.csv"], "C.csv: must be a directory of stored results, got none"),
        (["."], "run.json: is missing"),
        ([*TABLES], "--wtp: must be given with --costs and --effects"),
        (["--costs", "bad.csv", *ALL[2:]], "bad.csv:2: b: must be a finite number, got 'nan'\nbad.csv:3: b: must"),
        (["--costs", ".", *ALL[2:]], ".: must be a file, got a directory"),
        (["--costs", "empty.csv", *ALL[2:]], "empty.csv: must have a line of column names and rows below it"),
        ([*ALL, "--arm", "probability:a mean"], "arm 'probability:a mean': probability must lie in [0, 1], got"),
        ([*ALL, "--arm", "mean:a mean:0"], "--arm: must end in a standard deviation above 0"),
        ([*ALL, "--html", "C.csv"], "C.csv: must be a new file, got one that exists; choose another"),
        ([*ALL, "--export", "."], "--export: . must be a new or empty directory, got one that holds something"),
    ],
)  # fmt: skip
def test_an_impossible_question_ends_with_2_and_writes_nothing(typed, tmp_path, words, message):
    write_tables(tmp_path)
    (tmp_path / "bad.csv").write_text(BAD, encoding="utf-8")
    (tmp_path / "empty.csv").touch()
    outputs = [] if {"--html", "--export"} & set(words) else ["--html", "page.html", "--export", "tables"]
    before = sorted(path.name for path in tmp_path.iterdir())
    done = typed("voi", *words, *outputs)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_draws_are_stored_analyzed_drawn_and_exported(typed, tiny_file, tmp_path):
    done = typed(
        "psa", tiny_file, "--draws", "100", "--inner", "1", "--patients", "3", "--workers", "1", "--out", "draws",
        "--json", "--engine", "simpy",
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert done.stderr == "draws stored in draws; next: treatpath voi draws\n"
    assert {"scenario", "strategy", "n_draws", "cost", "cost_se", "nmb_gap_se"} <= set(told["results"][0])
    done = typed(
        "voi", "draws", "--wtp", "100000,50000", "--arm", "response:tablets", "--sizes", "20,80", "--people-per-year", "500", "--years", "5",
        "--group", f"prices={PRICE},care.screening.price", "--html", "page.html", "--export", "tables", "--json",
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert (told["n_draws"], told["replications_per_draw"], told["chance"]) == (100, 1, None)
    assert [row["n_per_arm"] for row in told["evsi"]] == [20, 80]
    assert list(told["group_evppi"]) == ["prices"]
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "What would a trial be worth?" in page
    assert "analysis command: treatpath voi draws --wtp 100000,50000" in page
    given = typed(
        "voi", "--costs", "tables/costs.csv", "--effects", "tables/effects.csv", "--parameters",
        "tables/parameters.csv", "--wtp", "100000,50000", "--json",
    )  # fmt: skip
    again = json.loads(given.stdout)
    for key in ("evpi", "ceac", "ceaf", "expected_loss", "frontier", "evppi"):
        assert again[key] == told[key], key


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--draws", "0"], "draws"),
        (["--inner", "0"], "replications must lie in [1, 1000], got 0"),
        (["--patients", "0"], "patients"),
        (["--sampling", "x"], "--sampling must be lhs or random, got 'x'"),
        (["--set", "nothing=1"], "nothing"),
    ],
)
def test_an_impossible_psa_ends_with_2_and_writes_nothing(typed, tiny_file, tmp_path, words, message):
    done = typed("psa", tiny_file, "--draws", "10", "--out", "draws", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert not (tmp_path / "draws").exists()


def test_the_deterministic_analysis_is_told_and_drawn(typed, tiny_file, tmp_path):
    done = typed(
        "dsa", tiny_file, "--parameter", PRICE, "--threshold", PRICE, "--steps", "3", "--replications", "2",
        "--patients", "5", "--workers", "1", "--html", "page.html", "--json", "--engine", "simpy",
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert done.stderr == "page written to page.html\n"
    assert {"base", "one_way", "thresholds", "two_way", "scenarios", "impossible"} <= set(told)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.count("<svg") >= 2
    assert "command: treatpath dsa " in page


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--parameter", "x.y"], "--parameter: 'x.y' is not a parameter with a range"),
        (["--threshold", "x.y"], "--threshold: 'x.y' is not a parameter with a range"),
        (["--two-way", PRICE, "x.y"], "--two-way: 'x.y' is not a parameter with a range"),
        (["--two-way", PRICE, PRICE], f"--two-way must name two different figures, got '{PRICE}' twice"),
        (["--strategy", "z"], "'z' is not a strategy"),
        (["--comparator", "z"], "'z' is not a strategy"),
        (["--steps", "1"], "--steps must be at least 2, got 1"),
        (["--replications", "0"], "replications"),
        (["--patients", "0"], "patients"),
        (["--wtp", "nan"], "wtp"),
    ],
)
def test_an_impossible_dsa_ends_with_2_and_writes_nothing(typed, tiny_file, tmp_path, words, message):
    done = typed("dsa", tiny_file, *words, "--html", "page.html")
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert not (tmp_path / "page.html").exists()
