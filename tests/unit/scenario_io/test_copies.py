"""Entries written as a copy of a sibling: ``like``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.errors import ScenarioError
from sim.scenario_io.compose import compose
from sim.scenario_io.load import check, load, load_all
from sim.scenario_io.problems import problems_of

PARENT = """\
name: parent
treatments:
  spray:
    label: Spray
    limit: {value: 90, unit: days, source: smith2019}
    steps: [1, 2]
    harms:
      nausea: {label: Nausea}
      sedation: {label: Sedation}
  tablets: {label: Tablets}
strategies:
  spray: {label: Spray, lines: [{treatment: spray}]}
resources:
  chairs: {label: Chairs, units: 4}
"""


@pytest.fixture
def composed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that composes a child of the parent, or a grandchild when two texts are given."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "parent.yaml").write_text(PARENT, encoding="utf-8")

    def make(child: str, grandchild: str | None = None) -> Any:
        (tmp_path / "child.yaml").write_text(f"extends: parent.yaml\n{child}", encoding="utf-8")
        if grandchild is None:
            return compose(Path("child.yaml"))
        (tmp_path / "grandchild.yaml").write_text(f"extends: child.yaml\n{grandchild}", encoding="utf-8")
        return compose(Path("grandchild.yaml"))

    return make


def message_of(composed: Any, *texts: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        composed(*texts)
    return str(caught.value)


COPY = "treatments:\n  halved:\n    like: spray\n    label: Halved\n"
SPRAY = {
    "label": "Spray",
    "limit": {"value": 90, "unit": "days", "source": "smith2019"},
    "steps": [1, 2],
    "harms": {"nausea": {"label": "Nausea"}, "sedation": {"label": "Sedation"}},
}


def test_a_copy_has_everything_of_its_original_but_what_it_gives_itself(composed: Any) -> None:
    assert composed(COPY).tree["treatments"]["halved"] == SPRAY | {"label": "Halved"}


def test_the_original_stays_as_it_is(composed: Any) -> None:
    assert composed(COPY).tree["treatments"]["spray"] == SPRAY


def test_a_map_of_a_copy_merges_into_the_original(composed: Any) -> None:
    copy = composed("treatments: {b: {like: spray, harms: {nausea: {days: 3}}}}").tree["treatments"]["b"]
    assert copy["harms"] == {"nausea": {"label": "Nausea", "days": 3}, "sedation": {"label": "Sedation"}}


def test_a_parameter_of_a_copy_replaces_the_originals_whole(composed: Any) -> None:
    copy = composed("treatments: {b: {like: spray, limit: {value: 5, unit: days}}}").tree["treatments"]["b"]
    assert copy["limit"] == {"value": 5, "unit": "days"}


def test_a_list_of_a_copy_replaces_the_originals(composed: Any) -> None:
    assert composed("treatments: {b: {like: spray, steps: [3]}}").tree["treatments"]["b"]["steps"] == [3]


def test_a_map_marked_replace_inside_a_copy_drops_the_originals_keys(composed: Any) -> None:
    text = "treatments: {b: {like: spray, harms: {replace: true, rash: {label: Rash}}}}"
    assert composed(text).tree["treatments"]["b"]["harms"] == {"rash": {"label": "Rash"}}


def test_null_inside_a_copy_overrides(composed: Any) -> None:
    assert composed("treatments: {b: {like: spray, limit: null}}").tree["treatments"]["b"]["limit"] is None


@pytest.mark.parametrize(
    ("text", "keys", "label"),
    [
        ("strategies: {b: {like: spray}}", ("strategies", "b"), "Spray"),
        ("resources: {b: {like: chairs}}", ("resources", "b"), "Chairs"),
    ],
)
def test_strategies_and_resources_may_be_copies_too(
    composed: Any, text: str, keys: tuple[str, str], label: str
) -> None:
    assert composed(text).tree[keys[0]][keys[1]]["label"] == label


def test_a_copy_sees_what_its_own_file_changes_in_the_original(composed: Any) -> None:
    text = "treatments: {b: {like: spray}, spray: {steps: [9]}}"
    assert composed(text).tree["treatments"]["b"]["steps"] == [9]


def test_a_file_without_a_parent_may_hold_copies(tmp_path: Path) -> None:
    path = tmp_path / "alone.yaml"
    path.write_text("treatments: {b: {like: a, label: B}, a: {label: A, days: 3}}", encoding="utf-8")
    assert compose(path).tree["treatments"] == {
        "b": {"label": "B", "days": 3},
        "a": {"label": "A", "days": 3},
    }


def test_a_copy_of_a_copy_may_stand_before_it(composed: Any) -> None:
    text = "treatments: {c: {like: b, steps: [3]}, b: {like: spray, label: B}}"
    assert composed(text).tree["treatments"]["c"] == SPRAY | {"label": "B", "steps": [3]}


def test_copies_keep_the_order_of_the_file(composed: Any) -> None:
    text = "treatments: {replace: true, c: {like: a}, a: {label: A}, b: {like: a}}"
    assert list(composed(text).tree["treatments"]) == ["c", "a", "b"]


def test_a_copy_replaces_what_the_parents_had_by_its_name(composed: Any) -> None:
    text = "treatments: {spray: {like: tablets, route: oral}}"
    assert composed(text).tree["treatments"]["spray"] == {"label": "Tablets", "route": "oral"}


def test_a_grandchild_changes_the_copy_again(composed: Any) -> None:
    treatments = composed(COPY, "treatments: {halved: {steps: [7]}}").tree["treatments"]
    assert treatments["halved"] == SPRAY | {"label": "Halved", "steps": [7]}
    assert treatments["spray"] == SPRAY


def test_a_later_change_of_the_original_does_not_reach_the_copy(composed: Any) -> None:
    assert composed(COPY, "treatments: {spray: {steps: [7]}}").tree["treatments"]["halved"]["steps"] == [1, 2]


def test_a_grandchild_may_copy_the_copy(composed: Any) -> None:
    assert composed(COPY, "treatments: {b: {like: halved}}").tree["treatments"]["b"]["label"] == "Halved"


def test_something_named_like_is_an_entry_as_any_other(composed: Any) -> None:
    assert composed("treatments: {like: {like: tablets}}").tree["treatments"]["like"] == {"label": "Tablets"}


def test_copied_parts_keep_the_line_that_set_them(composed: Any) -> None:
    made = composed(COPY)
    paths = [("label",), ("limit",), ("limit", "unit"), ("harms", "nausea"), ("harms", "none"), ()]
    assert [str(made.origin_of(("treatments", "halved", *path))) for path in paths] == [
        "child.yaml:5",
        "parent.yaml:5",
        "parent.yaml:5",
        "parent.yaml:8",
        "parent.yaml:7",
        "child.yaml:3",
    ]


def test_parts_of_a_copy_of_a_copy_keep_the_line_that_set_them(composed: Any) -> None:
    made = composed("treatments:\n  c:\n    like: b\n  b:\n    like: spray\n    steps: [3]\n")
    assert str(made.origin_of(("treatments", "c", "steps"))) == "child.yaml:7"


def test_a_copy_that_replaces_an_entry_forgets_its_lines(composed: Any) -> None:
    made = composed("treatments:\n  spray:\n    like: tablets\n")
    assert str(made.origin_of(("treatments", "spray", "harms", "nausea"))) == "child.yaml:3"


def test_copies_are_remembered(composed: Any) -> None:
    made = composed(COPY, "strategies: {b: {like: spray}}")
    assert made.copies == {("treatments", "halved"): "spray", ("strategies", "b"): "spray"}


@pytest.mark.parametrize(
    "grandchild",
    [
        "treatments: {halved: {replace: true, label: New}}",
        "treatments: {replace: true, halved: {label: New}}",
        "treatments: {halved: null}",
        "treatments: {halved: {value: 3}}",
        "treatments: null",
    ],
)
def test_an_entry_given_whole_later_is_no_copy_any_more(composed: Any, grandchild: str) -> None:
    assert composed(COPY, grandchild).copies == {}


def test_an_unknown_original_is_told_with_the_nearest(composed: Any) -> None:
    assert message_of(composed, "treatments:\n  b:\n    like: spry\n") == (
        "child.yaml:4: treatments.b.like: 'spry' is not a treatment; did you mean 'spray'?; "
        "known: spray, tablets"
    )


def test_an_original_of_another_map_is_unknown(composed: Any) -> None:
    assert "strategies.b.like: 'tablets' is not a strategy; known: spray" in message_of(
        composed, "strategies: {b: {like: tablets}}"
    )


def test_an_original_that_the_file_drops_is_unknown(composed: Any) -> None:
    text = "treatments: {replace: true, a: {label: A}, b: {like: spray}}"
    assert message_of(composed, text).endswith("'spray' is not a treatment; known: a")


def test_an_original_that_is_no_map_is_unknown(composed: Any) -> None:
    text = "treatments: {spray: null, b: {like: spray}}"
    assert message_of(composed, text).endswith("'spray' is not a treatment; known: tablets")


@pytest.mark.parametrize(("value", "shown"), [("3", "3"), ("", "nothing"), ("[spray]", "a list of 1")])
def test_like_names_one_entry(composed: Any, value: str, shown: str) -> None:
    assert message_of(composed, f"resources:\n  b:\n    like: {value}\n") == (
        f"child.yaml:4: resources.b.like: must name another resource, got {shown}"
    )


def test_a_circle_of_copies_is_told_as_a_chain(composed: Any) -> None:
    text = "treatments:\n  a: {like: b}\n  b: {like: a}\n  c: {like: a}\n"
    assert message_of(composed, text) == (
        "child.yaml:3: treatments.a.like: copies itself: a -> b -> a\n"
        "child.yaml:4: treatments.b.like: copies itself: b -> a -> b"
    )


def test_a_copy_of_itself_is_refused_even_where_the_parent_has_it(composed: Any) -> None:
    assert message_of(composed, "treatments:\n  spray: {like: spray}") == (
        "child.yaml:3: treatments.spray.like: copies itself: spray -> spray"
    )


def test_a_copy_may_not_replace_what_it_copies(composed: Any) -> None:
    assert message_of(composed, "treatments:\n  b:\n    like: spray\n    replace: true") == (
        "child.yaml:5: treatments.b.replace: must be left out beside like, got true"
    )


def test_a_part_of_a_copied_parameter_alone_is_refused(composed: Any) -> None:
    assert message_of(composed, "treatments:\n  b:\n    like: spray\n    limit: {unit: hours}") == (
        "child.yaml:5: treatments.b.limit: must give the whole parameter with its value, got only unit"
    )


def test_a_wrong_marker_inside_a_copy_is_told_once(composed: Any) -> None:
    text = "treatments:\n  b:\n    like: spray\n    harms: {replace: false}"
    assert message_of(composed, text) == (
        "child.yaml:5: treatments.b.harms.replace: must be true or left out, got false"
    )


def test_mistakes_of_copies_are_told_with_all_others(composed: Any) -> None:
    text = "treatments:\n  b: {like: x}\n  c: {like: b}\n  spray:\n    limit: {unit: hours}\n"
    told = message_of(composed, text).splitlines()
    assert [line.partition(": ")[0] for line in told] == ["child.yaml:3", "child.yaml:6"]


def test_a_copy_from_a_parent_that_is_broken_is_told(composed: Any, tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text("treatments: {value: 3, spray: {label: S}}", encoding="utf-8")
    assert message_of(composed, COPY) == (
        "child.yaml:2: treatments: must give the whole parameter with its value, got only halved"
    )


@pytest.fixture
def copied(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tiny_tree: dict[str, Any],
    write_scenario: Callable[..., Path],
) -> str:
    """Return a file that extends the tiny scenario by a copy of tablets."""
    monkeypatch.chdir(tmp_path)
    write_scenario(tiny_tree)
    text = "extends: tiny.yaml\ntreatments:\n  later:\n    like: tablets\n    label: Later\n"
    (tmp_path / "copied.yaml").write_text(text, encoding="utf-8")
    return text


def test_a_copy_loads_as_if_it_had_been_written_out(copied: str) -> None:
    treatments = load("copied.yaml").treatments
    assert treatments["later"] == treatments["tablets"].model_copy(update={"label": "Later"})


def test_copied_settings_are_explained_by_the_line_that_set_them(copied: str) -> None:
    settings = {setting.path: str(setting.origin) for setting in check("copied.yaml")[0].settings()}
    assert settings["treatments.later.label"] == "copied.yaml:5"
    assert settings["treatments.later.dropout.per_induction_session"].startswith("tiny.yaml:")
    assert (
        settings["treatments.later.dropout.per_induction_session"]
        == settings["treatments.tablets.dropout.per_induction_session"]
    )


def test_a_mistake_in_the_original_is_told_for_the_copy_at_the_same_line(
    copied: str, tiny_tree: dict[str, Any], write_scenario: Callable[..., Path]
) -> None:
    tiny_tree["treatments"]["tablets"]["route"] = 3
    write_scenario(tiny_tree)
    with pytest.raises(ScenarioError) as caught:
        load("copied.yaml")
    original, copy = sorted(problems_of(caught.value), key=lambda problem: problem.path, reverse=True)
    assert (original.path, copy.path) == ("treatments.tablets.route", "treatments.later.route")
    assert (original.file, original.line) == (copy.file, copy.line)


def test_set_may_change_a_setting_inside_a_copy(copied: str) -> None:
    treatments = load(
        "copied.yaml", overrides=["treatments.later.dropout.per_induction_session=0.05"]
    ).treatments
    assert treatments["later"].dropout.per_induction_session.value == 0.05
    assert treatments["tablets"].dropout.per_induction_session.value == 0.02


def test_set_of_the_original_does_not_reach_the_copy(copied: str) -> None:
    treatments = load("copied.yaml", overrides=["treatments.tablets.route=spoon"]).treatments
    assert (treatments["tablets"].route, treatments["later"].route) == ("spoon", "illustrative")


def test_a_sweep_may_run_over_a_setting_of_a_copy(copied: str, tmp_path: Path) -> None:
    sweep = "sweep: {treatments.later.route: [nose, mouth]}\n"
    (tmp_path / "copied.yaml").write_text(copied + sweep, encoding="utf-8")
    routes = [
        (scenario.treatments["later"].route, scenario.treatments["tablets"].route)
        for scenario in load_all("copied.yaml")
    ]
    assert routes == [("nose", "illustrative"), ("mouth", "illustrative")]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("care: {screening: {like: preparation}}", "care.screening.like"),
        (
            "population: {conditions: {psychosis: {like: hypertension}}}",
            "population.conditions.psychosis.like",
        ),
        ("run: {like: care}", "run.like"),
        ("like: tiny", "like"),
    ],
)
def test_like_anywhere_else_is_no_key(copied: str, tmp_path: Path, text: str, path: str) -> None:
    (tmp_path / "copied.yaml").write_text(f"extends: tiny.yaml\n{text}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=rf"^copied\.yaml:2: {path}: 'like' is not a key here"):
        load("copied.yaml")


def test_more_copies_than_a_scenario_has_room_for_are_not_made(copied: str, tmp_path: Path) -> None:
    copies = "\n".join(f"  t{number}: {{like: infusion}}" for number in range(99))
    (tmp_path / "copied.yaml").write_text(f"extends: tiny.yaml\ntreatments:\n{copies}\n", encoding="utf-8")
    with pytest.raises(
        ScenarioError, match=r"^copied\.yaml:2: treatments: must have at most 100 entries, got 101$"
    ):
        load("copied.yaml")


def test_like_is_for_files_only(copied: str) -> None:
    expected = r"^--set: treatments\.later\.like: 'like' is not a key here"
    with pytest.raises(ScenarioError, match=expected):
        load("copied.yaml", overrides=["treatments.later={like: infusion}"])
