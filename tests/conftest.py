"""Fixtures every test may use: a small complete scenario whose numbers are illustrative, not evidence."""

from __future__ import annotations

import compileall
import dataclasses
import functools
import gc
import os
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import sim
from sim.cli import program
from sim.domain.scenario import Scenario
from sim.scenario_io import yaml_file
from sim.scenario_io.yaml_file import Document
from sim.worlds.stored import ProbabilisticResults

MOST_TEXTS = 100
"""Texts of YAML files that are kept."""

settings.register_profile(
    "house", deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("house")
gc.disable()  # until the tests are collected: what that makes stays to the end


def pytest_configure(config: pytest.Config) -> None:
    """Compile the package once, where bytecode is not kept: the tests start about a hundred processes."""
    if sys.dont_write_bytecode and not hasattr(config, "workerinput"):
        compileall.compile_dir(Path(sim.__file__).parent, quiet=2)
    if config.getoption("dist", "no") != "no":
        gc.enable()  # this process hands tests out and collects none


def pytest_collection_finish() -> None:
    """Leave modules and tests out of every later garbage collection."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def made_once() -> Iterator[None]:
    """Keep what a YAML text holds and the commands as typer makes them: a process needs both once, tests often."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_file, "parse", functools.partial(_parsed_once, yaml_file.parse, {}))
        patch.setattr(program, "get_command", functools.cache(program.get_command))
        yield


def _parsed_once(
    parse: Callable[..., Document], known: dict[str, Document], text: str, *, file: str
) -> Document:
    """Parse a text unless it is among the latest; files differ in their names only."""
    if text not in known:
        known[text] = parse(text, file=file)
    if len(known) > MOST_TEXTS:
        del known[next(iter(known))]
    return dataclasses.replace(known[text], file=file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Let a test process that has nothing left take over tests that wait for another."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let goldens be rewritten, on purpose only."""
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite golden files and show what changed"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one process compile the clock first, while others run the tests that can do without."""
    compiled = [item for item in items if COMPILING.intersection(getattr(item, "fixturenames", ()))]
    others = [item for item in items if item not in compiled]
    items[:] = compiled[:1] + others + compiled[1:]


Tree = dict[str, Any]
COMPILING = {"compiled_clock", "quickest_clock"}
HIGHEST = {"probability": 1.0, "correlation": 1.0, "utility": 1.0, "MADRS points": 60.0}


def _atom(value: float, unit: str, **more: Any) -> Tree:
    low, high = sorted((value / 2, min(value * 1.5, HIGHEST.get(unit, float("inf")))))
    money = {"price_year": 2025} if unit.startswith("USD") else {}
    return {
        "value": value,
        "unit": unit,
        "source": "assumption",
        "grade": "assumption",
        "range": [low, high],
    } | ({"note": "illustrative"} | money | more)


def _curve(values: list[float], unit: str, **more: Any) -> Tree:
    return {
        "values": values,
        "unit": unit,
        "source": "assumption",
        "grade": "assumption",
        "note": "illustrative",
        **more,
    }


def _visit(minutes: float, price: float) -> Tree:
    return {
        "needs": {"chairs": _atom(minutes, "minutes")},
        "patient_minutes": _atom(minutes, "minutes"),
        "price": _atom(price, "USD", distribution={"gamma": {"shape": 25, "scale": price / 25}}),
    }


def _by_state(values: tuple[float, float, float], unit: str) -> Tree:
    return dict(zip(("depressed", "response", "remission"), (_atom(v, unit) for v in values), strict=True))


def _illness() -> Tree:
    ages = list(range(0, 121, 10))
    deaths = [round(0.0001 * 1.07**age, 6) for age in ages]
    return {
        "definitions": {
            "response": _atom(0.5, "probability"),
            "partial_response": _atom(0.25, "probability"),
            "remission": _atom(10, "MADRS points"),
            "relapse": _atom(22, "MADRS points"),
            "depression_free": _atom(7, "MADRS points"),
            "fully_symptomatic": _atom(30, "MADRS points"),
        },
        "improvement": {
            "improver_concentration": _atom(12, "ratio"),
            "unimproved_low": _atom(-0.1, "ratio"),
            "unimproved_high": _atom(0.4, "ratio"),
            "speed_spread": _atom(0, "probability"),
            "across_courses": _atom(0.3, "correlation"),
            "context": _atom(1, "ratio"),
        },
        "natural": {
            "improvement_hazard": _atom(0.15, "per year"),
            "remission_ratio": _atom(0.5, "probability"),
            "relapse_hazard": _atom(0.6, "per year"),
            "improvement_days": _atom(60, "days"),
        },
        "relapse": {
            "days": _atom(28, "days"),
            "low_score": _atom(10, "MADRS points"),
            "remitters": _atom(1, "ratio"),
            "without_drugs": _atom(2, "ratio"),
            "failed_trials": _atom(0, "ratio"),
        },
        "mortality": {
            "male": _curve(deaths, "probability", at=ages),
            "female": _curve([round(q * 0.7, 6) for q in deaths], "probability", at=list(ages)),
            "relative_risk": _atom(1.5, "ratio"),
            "suicide": _by_state((0.004, 0.002, 0.001), "per year"),
        },
        "utility": {
            "at_zero": _atom(0.9, "utility"),
            "per_point": _atom(-0.01, "utility per MADRS point"),
        },
        "background_cost": _by_state((12_000.0, 8_000.0, 6_000.0), "USD per year"),
        "productivity_loss": _by_state((15_000.0, 8_000.0, 3_000.0), "USD per year"),
    }


def _population() -> Tree:
    return {
        "label": "illustrative adults",
        "age": {"mean": _atom(45, "years"), "sd": _atom(12, "years")},
        "female": _atom(0.6, "probability"),
        "severity": {"mean": _atom(32, "MADRS points"), "sd": _atom(5, "MADRS points")},
        "failed_trials_mean": _atom(3, "count"),
        "failed_trials_sd": _atom(1, "count"),
        "distance_median": _atom(10, "miles"),
        "distance_log_sd": _atom(0.8, "ratio"),
        "payers": {"commercial": _atom(0.7, "probability"), "none": _atom(0.3, "probability")},
        "conditions": {
            "psychosis": {"label": "active psychosis", "prevalence": _atom(0.03, "probability")},
            "hypertension": {
                "label": "uncontrolled hypertension",
                "prevalence": _atom(0.1, "probability"),
                "resolves": _atom(0.7, "probability"),
            },
        },
    }


def _care() -> Tree:
    return {
        "referral_lead": _atom(7, "days"),
        "screening": _visit(60, 250.0),
        "screening_no_show": _atom(0.1, "probability"),
        "reported_unasked": _atom(0.2, "probability"),
        "rebooks": _atom(0.8, "probability"),
        "session_no_show": _atom(0.05, "probability"),
        "patience": _atom(60, "days"),
        "deferral": _atom(60, "days"),
        "start_lead": _atom(7, "days"),
        "preparation": _visit(60, 150.0),
        "integration": _visit(60, 150.0),
        "integration_after": [2, 6],
        "relapse_noticed": _atom(14, "days"),
        "max_reinductions": 1,
    }


def _treatment(label: str, setting: str, *, response: float, price: float, onset: list[float]) -> Tree:
    return {
        "label": label,
        "setting": setting,
        "route": "illustrative",
        "screening": {"psychosis": "exclude", "hypertension": "defer"},
        "uptake": {"accepts": _atom(0.8, "probability")},
        "session": _visit(60, price),
        "companion_hours": _atom(1, "hours"),
        "recovery_hours": _atom(2, "hours"),
        "induction": {
            "sessions": _atom(len(onset), "sessions"),
            "interval": _atom(4, "days"),
            "assessment_lag": _atom(3, "days"),
        },
        "effect": {
            "response": _atom(
                response,
                "probability",
                distribution={"beta": {"alpha": 100 * response, "beta": 100 * (1 - response)}},
            ),
            "remission_ratio": _atom(0.6, "probability"),
            "remission_score": _atom(10, "MADRS points"),
            "baseline_mean": _atom(32, "MADRS points"),
            "baseline_sd": _atom(5, "MADRS points"),
            "basis": "starters",
            "onset": _curve(onset, "ratio"),
            "onset_days": _atom(1, "days"),
        },
        "durability": {
            "relapse_hazard": _curve([2.0, 0.8], "per year", at=[0, 180]),
            "frailty_variance": _atom(0.5, "ratio"),
            "after_relapse_on_treatment": _atom(1.5, "ratio"),
        },
        "harms": {
            "nausea": {
                "label": "nausea",
                "probability": _atom(0.2, "probability"),
                "period": "session",
                "fade": _atom(0.8, "ratio"),
                "days": _atom(1, "days"),
                "disutility": _atom(0.05, "utility"),
                "cost": _atom(20.0, "USD"),
                "stops": _atom(0.02, "probability"),
                "asked": True,
            }
        },
        "session_mortality": _atom(0.1, "per 100,000 sessions"),
        "dropout": {
            "per_induction_session": _atom(0.02, "probability"),
            "per_maintenance_session": _atom(0.02, "probability"),
        },
        "prices": {
            "drug_session": _atom(10.0, "USD"),
            "drug_day": _atom(0.0, "USD per day"),
            "covered": _atom(0.5, "probability"),
            "programme_drug": _atom(5.0, "USD"),
        },
    }


def _maintenance() -> Tree:
    return {
        "steps": [
            {"sessions": _atom(4, "sessions"), "interval": _atom(7, "days")},
            {"interval": _atom(28, "days")},
        ],
        "protects_responders": _atom(0.3, "ratio"),
        "protects_remitters": _atom(0.5, "ratio"),
    }


def _tolerance() -> Tree:
    return {
        "share": _atom(0.15, "probability"),
        "after_sessions": _atom(10, "sessions"),
        "answer": "shorter_interval",
        "restores": _atom(0.5, "probability"),
        "dose_ratio": _atom(1.25, "ratio"),
        "interval_ratio": _atom(0.5, "ratio"),
    }


def _treatments() -> Tree:
    tablets = _treatment("Tablets at home", "home", response=0.4, price=120.0, onset=[0.4, 0.7, 0.9, 1])
    infusion = _treatment(
        "Infusion in a clinic", "clinic", response=0.5, price=400.0, onset=[0.3, 0.5, 0.7, 0.8, 0.9, 1]
    )
    return {
        "tablets": tablets,
        "infusion": infusion | {"maintenance": _maintenance(), "tolerance": _tolerance()},
    }


def _economics() -> Tree:
    return {
        "perspective": "sector",
        "currency": "USD",
        "price_year": 2025,
        "discount_rate_costs": 0.03,
        "discount_rate_effects": 0.03,
        "wtp": 100_000,
        "comparator": "usual_care",
        "price_index": _curve([550, 565, 580], "index", at=[2023, 2024, 2025]),
        "patient_hour": _atom(30.0, "USD per hour"),
        "companion_hour": _atom(20.0, "USD per hour"),
        "mile": _atom(0.7, "USD per mile"),
        "driving_speed": _atom(30.0, "miles per hour"),
        "visit_covered": _atom(0.8, "probability"),
        "setup": _atom(50.0, "USD"),
    }


def _tiny_tree() -> Tree:
    return {
        "schema_version": 1,
        "name": "tiny",
        "title": "A small illustrative scenario",
        "question": "Do all parts work together?",
        "horizon_years": 1,
        "run": {"n_patients": 200, "replications": 2, "seed": 0},
        "economics": _economics(),
        "illness": _illness(),
        "population": _population(),
        "resources": {"chairs": {"label": "Chairs", "units": 4, "cost": _atom(40.0, "USD per hour")}},
        "care": _care(),
        "treatments": _treatments(),
        "strategies": {
            "usual_care": {"label": "Usual care", "lines": []},
            "tablets": {"label": "Tablets", "lines": [{"treatment": "tablets"}]},
            "infusion": {
                "label": "Infusion, then tablets",
                "lines": [{"treatment": "infusion"}, {"treatment": "tablets"}],
            },
        },
    }


@pytest.fixture
def tiny_tree() -> Tree:
    """Return a fresh plain tree of a minimal complete scenario, free to be changed."""
    return _tiny_tree()


@pytest.fixture(scope="session")
def tiny() -> Scenario:
    """Return the minimal complete scenario."""
    return Scenario.model_validate(_tiny_tree())


@pytest.fixture(scope="session")
def tiny_draws(tiny: Scenario) -> ProbabilisticResults:
    """Return 100 draws of the minimal scenario, two runs of each, with a handful of patients."""
    from sim.batch.manifest import now
    from sim.batch.psa import Sampling, probabilistic_results, psa

    sampling = Sampling(n_draws=100, n_inner=2, n_patients=3)
    found = {"tiny": psa(tiny, sampling, engine="simpy", workers=1)}
    return probabilistic_results(found, [tiny], sampling, started=now(), workers=1, engine="simpy")


@pytest.fixture(scope="session")
def compiled_clock(tiny: Scenario, tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """Return the compiled functions; one test process compiles, for half a minute, the others wait for it.

    Where Numba is missing tests are skipped, but in CI they fail.
    """
    if find_spec("numba") is None and "CI" not in os.environ:
        pytest.skip("the compiled clock needs Numba")
    import fcntl

    from sim.engine.clocks import COMPILED
    from sim.engine.compiled_clock import compiled
    from sim.engine.simulate import event_log, make_ready, prepare

    with (tmp_path_factory.getbasetemp().parent / "compiling").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        make_ready(COMPILED, tiny)
        event_log(prepare(tiny.with_changes({"run.n_patients": 1}), 0), "infusion", COMPILED)
    return compiled()


@pytest.fixture(scope="session")
def quickest_clock(request: pytest.FixtureRequest) -> str:
    """Return the compiled clock where Numba is, else SimPy's, for large samples: both write the same logs."""
    from sim.engine.clocks import COMPILED, SIMPY

    if find_spec("numba") is None and "CI" not in os.environ:
        return SIMPY
    request.getfixturevalue("compiled_clock")
    return COMPILED


@pytest.fixture
def write_scenario(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a tree as YAML below ``tmp_path`` and returns the path."""

    def write(tree: object, name: str = "tiny.yaml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shown = repr(tree)
        if shown not in _written:
            _written[shown] = _yaml_of(tree)
        path.write_text(_written[shown], encoding="utf-8")
        return path

    return write


_written: dict[str, str] = {}
"""YAML of trees by what they hold: many tests write the same one, and writing takes a tenth of a second."""


def _yaml_of(tree: object) -> str:
    from io import StringIO

    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)
    yaml.representer.ignore_aliases = lambda *_: True
    text = StringIO()
    yaml.dump(tree, text)
    return text.getvalue()
