"""Published figures and their studies, read and held against each other."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.domain.measures import Among, Difference, ScoreAt
from sim.domain.targets import Kind
from sim.errors import ScenarioError
from sim.scenario_io import shipped, yaml_file
from sim.scenario_io.problems import problems_of
from sim.scenario_io.validation import load_targets, load_validation

Tree = dict[str, Any]
SCORE = {"what": "score_at", "among": "assessed", "criterion": {"improvement": 0.5}, "days": 28}
HAZARD = {"what": "relapse_hazard_ratio", "among": "remitters", "against": "usual_care", "until_days": 200}
FIT = {
    "study": "trial",
    "strategy": "tablets",
    "kind": "fit",
    "quantity": "Response at week four",
    "published": 0.4,
    "source": "smith2019",
    "measure": SCORE,
    "informs": ["treatments.tablets.effect.response"],
}
CHECK = {
    "study": "clinic",
    "strategy": "infusion",
    "kind": "check",
    "quantity": "Nausea",
    "published": 0.2,
    "interval": [0.1, 0.3],
    "source": "smith2019",
    "measure": {"what": "harm_seen", "harm": "nausea"},
    "spread": "nausea",
}


@pytest.fixture
def shelf(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tiny_tree: Tree,
    write_scenario: Callable[..., Path],
) -> Path:
    """Return the shipped folder: tiny as base case, one source, two studies and two targets."""
    monkeypatch.setattr(shipped, "PACKAGE", tmp_path / "sim")
    monkeypatch.chdir(tmp_path)
    write_scenario(tiny_tree, "scenarios/base.yaml")
    folder = tmp_path / "scenarios"
    (folder / "sources.yaml").write_text("smith2019: {citation: Smith, design: RCT}\n", encoding="utf-8")
    for name in ("trial", "clinic"):
        write_scenario(
            {"extends": "base", "resources": {"chairs": {"units": None}}}, f"scenarios/validation/{name}.yaml"
        )
    return folder / "validation"


@pytest.fixture
def write_targets(shelf: Path, write_scenario: Callable[..., Path]) -> Callable[..., None]:
    """Return a function that writes targets, the two of them changed at paths such as ``eff.a/study``."""

    def write(changes: Tree | None = None, left_out: Tree | None = None) -> None:
        targets = copy.deepcopy({"eff.a": FIT, "harm.b": CHECK})
        for path, value in (changes or {}).items():
            key, *parents, last = path.split("/")
            branch: Any = targets[key]
            for parent in parents:
                branch = branch[parent]
            branch[last] = value
        spreads = {"nausea": {"range": [0.1, 0.4], "note": "three trials"}}
        write_scenario(
            {"spreads": spreads, "targets": targets, "left_out": left_out or {}},
            "scenarios/validation/targets.yaml",
        )

    return write


@pytest.fixture
def told(write_targets: Callable[..., None]) -> Callable[..., list[str]]:
    """Return a function that gives what loading changed targets tells."""

    def tell(changes: Tree, **more: Any) -> list[str]:
        write_targets(changes, **more)
        with pytest.raises(ScenarioError) as caught:
            load_validation()
        return [f"{problem.path}: {problem.message}" for problem in problems_of(caught.value)]

    return tell


def test_figures_and_studies_are_loaded(write_targets: Callable[..., None]) -> None:
    write_targets()
    validation = load_validation()
    fit = validation.targets.targets["eff.a"]
    assert (fit.kind, fit.informs) == (Kind.FIT, ("treatments.tablets.effect.response",))
    assert isinstance(fit.measure, ScoreAt)
    assert fit.measure.among is Among.ASSESSED
    assert [(name, study.scenario.name) for name, study in validation.studies.items()] == [
        ("clinic", "clinic"),
        ("trial", "trial"),
    ]


def test_the_figures_alone_are_the_same_and_no_study_is_read(
    write_targets: Callable[..., None], shelf: Path, tmp_path: Path
) -> None:
    write_targets()
    whole = load_validation().targets
    for name in ("trial", "clinic"):
        (shelf / f"{name}.yaml").unlink()
    assert load_targets() == whole
    shelf.rename(tmp_path / "own")
    assert load_targets(tmp_path / "own") == whole


def test_mistakes_in_the_figures_alone_are_told_with_their_line(write_targets: Callable[..., None]) -> None:
    write_targets({"eff.a/kind": "guess", "harm.b/published": "much"})
    with pytest.raises(ScenarioError) as caught:
        load_targets()
    assert [problem.path for problem in problems_of(caught.value)] == [
        "targets.'eff.a'.kind",
        "targets.'harm.b'.published",
    ]


def test_another_folder_may_be_named(write_targets: Callable[..., None], shelf: Path, tmp_path: Path) -> None:
    write_targets()
    shelf.rename(tmp_path / "own")
    assert list(load_validation(tmp_path / "own").studies) == ["clinic", "trial"]


def test_overrides_stand_above_every_study(write_targets: Callable[..., None]) -> None:
    write_targets()
    studies = load_validation(overrides=["run.n_patients=7"]).studies
    assert [study.scenario.run.n_patients for study in studies.values()] == [7, 7]


def test_a_difference_of_two_strategies_is_loaded(write_targets: Callable[..., None]) -> None:
    difference = {"what": "difference", "of": SCORE, "against": "usual_care"}
    write_targets({"eff.a/measure": difference})
    measure = load_validation().targets.targets["eff.a"].measure
    assert isinstance(measure, Difference)
    assert (measure.against, measure.of.what) == ("usual_care", "score_at")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"eff.a/strategy": "tablet"},
            "targets.'eff.a'.strategy: 'tablet' is not a strategy; did you mean 'tablets'?; "
            "known: infusion, tablets, usual_care",
        ),
        (
            {"eff.a/measure": HAZARD | {"against": "usual"}},
            "targets.'eff.a'.measure.against: 'usual' is not a strategy; did you mean 'usual_care'?; "
            "known: infusion, tablets, usual_care",
        ),
        (
            {"eff.a/measure": {"what": "difference", "of": SCORE, "against": "x"}},
            "targets.'eff.a'.measure.against: 'x' is not a strategy; known: infusion, tablets, usual_care",
        ),
        (
            {"eff.a/measure": {"what": "difference", "of": HAZARD | {"against": "y"}, "against": "tablets"}},
            "targets.'eff.a'.measure.of.against: 'y' is not a strategy; known: infusion, tablets, usual_care",
        ),
        (
            {"harm.b/measure/harm": "nause"},
            "targets.'harm.b'.measure.harm: 'nause' is not a harm; did you mean 'nausea'?; known: nausea",
        ),
        (
            {
                "harm.b/measure": {
                    "what": "difference",
                    "of": {"what": "harm_seen", "harm": "x"},
                    "against": "tablets",
                }
            },
            "targets.'harm.b'.measure.of.harm: 'x' is not a harm; known: nausea",
        ),
        (
            {"harm.b/source": "smith2018"},
            "targets.'harm.b'.source: 'smith2018' is not a listed source; did you mean 'smith2019'?; "
            "known: smith2019",
        ),
        (
            {"eff.a/informs": ["treatments.tablets.effect.respons"]},
            "targets.'eff.a'.informs.0: 'treatments.tablets.effect.respons' is not a parameter of base; "
            "did you mean 'treatments.tablets.effect.response'?",
        ),
        (
            {"eff.a/informs": ["care.patience", "care.max_reinductions"]},
            "targets.'eff.a'.informs.1: 'care.max_reinductions' is not a parameter of base",
        ),
        (
            {"eff.a/study": "trail"},
            "targets.'eff.a'.study: 'trail' is not a study; did you mean 'trial'?; known: clinic, trial",
        ),
        (
            {"harm.b/spread": "nause"},
            "targets.'harm.b'.spread: 'nause' is not a spread; did you mean 'nausea'?; known: nausea",
        ),
        (
            {"harm.b/interval": [0.3, 0.4]},
            "targets.'harm.b': published must lie in its interval [0.3, 0.4], got 0.2",
        ),
        (
            {"harm.b/kind": "chek"},
            "targets.'harm.b'.kind: must be 'fit' or 'check', got 'chek'; did you mean 'check'?",
        ),
        (
            {"harm.b/sorce": "x"},
            "targets.'harm.b'.sorce: 'sorce' is not a key here; did you mean 'source'?",
        ),
        ({"harm.b/measure": 3}, "targets.'harm.b'.measure: must be a map, got 3"),
        ({"harm.b/measure": {}}, "targets.'harm.b'.measure.what: must be given, got nothing"),
        (
            {"harm.b/measure/what": "harm"},
            "targets.'harm.b'.measure.what: must be a known kind, got 'harm'; did you mean 'harm_seen'?",
        ),
        (
            {"eff.a/measure/among": "all"},
            "targets.'eff.a'.measure.among: must be 'starters' or 'assessed', got 'all'",
        ),
        (
            {"eff.a/measure/days": "four"},
            "targets.'eff.a'.measure.days: must be a number, got 'four'",
        ),
        (
            {"eff.a/measure/criterion/improvment": 0.5},
            "targets.'eff.a'.measure.criterion.improvment: 'improvment' is not a key here; "
            "did you mean 'improvement'?; known: improvement, score",
        ),
        (
            {"eff.a/measure": {"what": "difference", "of": {"what": "lef"}, "against": "tablets"}},
            "targets.'eff.a'.measure.of.what: must be a known kind, got 'lef'; did you mean 'left'?",
        ),
        (
            {
                "eff.a/measure": {
                    "what": "difference",
                    "of": {"what": "left", "phase": 1},
                    "against": "tablets",
                }
            },
            "targets.'eff.a'.measure.of.phase: must be 'induction' or 'maintenance', got 1",
        ),
    ],
)
def test_each_mistake_has_its_own_words(told: Callable[..., list[str]], changes: Tree, message: str) -> None:
    (problem,) = told(changes)
    assert problem.startswith(message)


def test_a_target_that_is_left_out_as_well_is_told(told: Callable[..., list[str]]) -> None:
    assert told({}, left_out={"eff.a": "No such outcome"}) == [
        "left_out.'eff.a': must not be a target as well"
    ]


def test_a_name_of_a_figure_out_of_pattern_is_told(told: Callable[..., list[str]]) -> None:
    assert told({}, left_out={"Eff": "No such outcome"}) == [
        "left_out.Eff: must be lower case letters, digits, dots and underscores, a letter first, got 'Eff'"
    ]


def test_mistakes_point_to_the_line_of_the_targets(shelf: Path) -> None:
    (shelf / "targets.yaml").write_text(
        "spreads: {}\n"
        "left_out: {}\n"
        "targets:\n"
        "  eff.a.b:\n"
        "    {study: trial, strategy: tablets, kind: fit, quantity: Response, published: 0.4,\n"
        "     source: jones2020,\n"
        "     measure: {what: score_at, among: assessed, days: 28,\n"
        "       criterion: {improvement: 0.5}},\n"
        "     informs: [care.patience,\n"
        "       care.pain]}\n",
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError) as caught:
        load_validation()
    assert [line.partition(": '")[0] for line in str(caught.value).splitlines()] == [
        "scenarios/validation/targets.yaml:6: targets.'eff.a.b'.source",
        "scenarios/validation/targets.yaml:10: targets.'eff.a.b'.informs.1",
    ]


def test_a_folder_without_targets_is_told(shelf: Path) -> None:
    expected = r"^scenarios/validation/targets\.yaml: must be an existing file, got nothing there$"
    with pytest.raises(ScenarioError, match=expected):
        load_validation()


@pytest.mark.parametrize("values", [[1, 2], [1]])
def test_a_study_with_a_sweep_is_refused(
    told: Callable[..., list[str]], write_scenario: Callable[..., Path], values: list[int]
) -> None:
    layer = {"extends": "base", "resources": {"chairs": {"units": None}}, "sweep": {"run.seed": values}}
    write_scenario(layer, "scenarios/validation/trial.yaml")
    assert told({}) == ["sweep: must be left out of a study, got one"]


def test_a_study_with_a_limited_resource_is_refused_where_the_limit_was_set(
    write_targets: Callable[..., None], write_scenario: Callable[..., Path]
) -> None:
    write_targets()
    write_scenario({"extends": "base"}, "scenarios/validation/trial.yaml")
    expected = (
        r"^scenarios/base\.yaml:\d+: resources\.chairs\.units: must be null \(unlimited\) in a study, got 4$"
    )
    with pytest.raises(ScenarioError, match=expected):
        load_validation()


def test_mistakes_of_figures_and_studies_are_told_all_at_once(
    told: Callable[..., list[str]], write_scenario: Callable[..., Path]
) -> None:
    write_scenario({"extends": "base", "run": {"seed": -1}}, "scenarios/validation/trial.yaml")
    write_scenario({"extends": "base"}, "scenarios/validation/clinic.yaml")
    paths = [line.partition(": ")[0] for line in told({"eff.a/source": "x", "harm.b/strategy": "y"})]
    assert paths == [
        "resources.chairs.units",
        "targets.'eff.a'.source",
        "targets.'harm.b'.strategy",
        "run.seed",
    ]


def test_studies_are_read_even_when_the_figures_are_not_sound(
    told: Callable[..., list[str]], write_scenario: Callable[..., Path]
) -> None:
    write_scenario({"extends": "base", "run": {"seed": -1}}, "scenarios/validation/trial.yaml")
    assert told({"eff.a/published": "x", "harm.b/study": 3}) == [
        "targets.'eff.a'.published: must be a number, got 'x'",
        "targets.'harm.b'.study: must be a text, got 3",
        "run.seed: must be at least 0, got -1",
    ]


@pytest.mark.parametrize("targets", ["3", "{eff.a: 3}"])
def test_targets_that_are_no_maps_are_told(shelf: Path, targets: str) -> None:
    (shelf / "targets.yaml").write_text(
        f"spreads: {{}}\nleft_out: {{}}\ntargets: {targets}\n", encoding="utf-8"
    )
    with pytest.raises(ScenarioError, match=r"targets\.yaml:3: targets(\.'eff\.a')?: must be a map, got 3$"):
        load_validation()


def test_a_broken_bibliography_is_told_with_its_file(write_targets: Callable[..., None], shelf: Path) -> None:
    write_targets()
    (shelf.parent / "sources.yaml").write_text("a: .nan", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_validation()
    assert str(caught.value) == "scenarios/sources.yaml:1: a: must be a finite number, got .nan"


def test_every_file_is_read_once(write_targets: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    paths: list[str] = []
    read = yaml_file.read

    def counted(path: Path) -> yaml_file.Document:
        paths.append(path.as_posix())
        return read(path)

    write_targets()
    monkeypatch.setattr(yaml_file, "read", counted)
    load_validation()
    assert paths.count("scenarios/base.yaml") == 1
