"""The Scenarios page: any number changed, files uploaded and written, differences, and lines that repeat it all."""

from __future__ import annotations

import re
import runpy
import shlex
import sys

import pytest
from streamlit.testing.v1 import AppTest

from sim import compare, load
from sim.errors import ScenarioError
from sim.scenario_io.child import TEMPLATE
from sim.scenario_io.dump import dump
from sim.scenario_io.load import check
from sim.scenario_io.texts import check_text
from sim.ui import kept_files

SCRIPT = "from sim.ui.frame import draw\nfrom sim.ui.pages import scenarios\ndraw(scenarios.page)"
ODDS_RATIO = "treatments.ketamine_home.effect.odds_ratio"
CHILD = "extends: base.yaml\nname: mine\ntitle: Mine\nrun: {n_patients: 12, replications: 2}\n"


@pytest.fixture
def page(server):
    return AppTest.from_string(SCRIPT, default_timeout=120).run()


def opened(page, tab):
    page.session_state["scenarios_tab"] = tab
    return page.run()


def pressed(page, label):
    [button] = [one for one in page.button if one.label == label]
    return button.click().run()


def changed(page, path, value):
    page.text_input(key="find setting").set_value(path).run()
    page.selectbox(key="setting").set_value(path).run()
    [field] = [one for one in page.text_input if one.key.startswith(f"value {path}")]
    field.set_value(value)
    return pressed(page, "Change it")


def codes(page):
    return [one.value for one in page.code]


def test_a_setting_is_found_by_words_of_its_name_and_told_with_unit_range_and_source(page):
    page.text_input(key="find setting").set_value("odds home infusion").run()
    assert not page.exception
    assert page.selectbox(key="setting").options[0].endswith(ODDS_RATIO)
    shown = " ".join(text.value for text in [*page.markdown, *page.caption])
    assert "0.8 ratio; plausible 0.3 to 1.3" in shown
    assert "grade expert" in shown


def test_words_that_fit_nothing_are_told(page):
    page.text_input(key="find setting").set_value("zeppelin").run()
    assert page.info[0].value.startswith("No setting has all these words.")


def test_a_changed_number_becomes_a_what_if_and_can_be_taken_back(page):
    changed(page, ODDS_RATIO, "0.5")
    assert page.session_state["what-ifs"] == {ODDS_RATIO: 0.5}
    assert page.header[0].value == "Changes (1)"
    assert page.slider(key=f"lever {ODDS_RATIO}").value == 0.5
    pressed(page, "Remove effect: odds ratio")
    assert page.session_state["what-ifs"] == {}
    assert page.slider(key=f"lever {ODDS_RATIO}").value == 0.8


def test_the_value_of_the_file_is_no_change(page):
    changed(page, ODDS_RATIO, "0.5")
    changed(page, ODDS_RATIO, "0.8")
    assert page.session_state["what-ifs"] == {}


def test_a_value_beyond_the_plausible_range_is_taken_and_told(page):
    changed(page, ODDS_RATIO, "1.5")
    assert page.session_state["what-ifs"] == {ODDS_RATIO: 1.5}
    assert "Outside the plausible range" in page.success[0].value


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("run.n_patients", "-5", "run.n_patients"),
        ("run.n_patients", "[1, 2", "run.n_patients"),
        ("economics.comparator", "nobody", "nobody"),
    ],
)
def test_an_impossible_value_is_told_and_changes_nothing(page, path, value, message):
    changed(page, path, value)
    assert not page.exception
    assert page.error[0].value == "1 mistake; nothing was changed."
    assert message in codes(page)[0]
    assert page.session_state["what-ifs"] == {}


def test_changes_are_saved_as_a_scenario_of_the_session(page):
    changed(page, ODDS_RATIO, "0.5")
    page.text_input(key="save name").set_value("better at home")
    pressed(page, "Save as a scenario of this session")
    assert page.selectbox(key="scenario").value == "better_at_home"
    assert page.session_state["what-ifs"] == {}
    [kept] = check_text(page.session_state["uploads"]["better_at_home"], "x.yaml")
    assert kept.scenario == load("base", overrides=[f"{ODDS_RATIO}=0.5", "name=better_at_home"])


def test_an_uploaded_file_is_checked_and_chosen(page):
    opened(page, "Upload")
    page.file_uploader[0].set_value(("mine.yaml", CHILD.encode(), "text/yaml")).run()
    assert not page.exception
    assert page.success[0].value == "The sidebar now shows mine."
    assert page.selectbox(key="scenario").value == "mine"
    assert "**Mine**" in page.markdown[1].value or "**Mine**" in page.markdown[0].value


def test_every_mistake_of_an_uploaded_file_is_told_at_once_and_the_app_goes_on(page):
    opened(page, "Upload")
    wrong = "extends: base.yaml\nrun: {n_patients: -1, seed: x}\nunknown: 3\n"
    page.file_uploader[0].set_value(("wrong.yaml", wrong.encode(), "text/yaml")).run()
    assert not page.exception
    assert page.error[0].value == "3 mistakes; nothing was changed."
    lines = codes(page)[0].splitlines()
    assert [line.partition(": ")[0] for line in lines] == ["wrong.yaml:2", "wrong.yaml:2", "wrong.yaml:3"]
    assert page.selectbox(key="scenario").value == "base"
    page.file_uploader[0].set_value(("mine.yaml", CHILD.encode(), "text/yaml")).run()
    assert page.selectbox(key="scenario").value == "mine"


HOSTILE = {
    "no text": b"\xff\xfe\x00",
    "too large": b"#" * (kept_files.LARGEST + 1),
    "a file of this machine": b"extends: ../../etc/passwd\n",
    "an absolute file": b"extends: /etc/passwd\n",
    "too many scenarios": b"extends: base.yaml\nsweep: {run.seed: ["
    + b",".join(b"%d" % i for i in range(101))
    + b"]}",
    "a bomb": b"a: &a [1]\nb: [*a, *a]\n",
    "code": b"a: !!python/object/apply:os.system ['true']\n",
    "nothing": b"",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_words(page, name):
    opened(page, "Upload")
    page.file_uploader[0].set_value(("bad.yaml", HOSTILE[name], "text/yaml")).run()
    assert not page.exception
    assert "nothing was changed" in page.error[0].value
    assert codes(page)[0].startswith("bad.yaml")
    assert "root:" not in codes(page)[0]
    assert page.selectbox(key="scenario").value == "base"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"ab\xff", "x.yaml: must be text in UTF-8, got byte 2 that is none"),
        (b"123456", "x.yaml: must have at most 5 bytes, got 6"),
    ],
)
def test_a_file_that_cannot_be_a_scenario_is_told_why(monkeypatch, content, told):
    monkeypatch.setattr(kept_files, "LARGEST", 5)
    with pytest.raises(ScenarioError, match=f"^{re.escape(told)}$"):
        kept_files.decoded(content, "x.yaml")


def test_the_size_of_a_text_is_told_in_bytes(monkeypatch):
    monkeypatch.setattr(kept_files, "LARGEST", 5)
    with pytest.raises(ScenarioError, match="must have at most 5 bytes, got 6"):
        kept_files.check("\N{BULLET}\N{BULLET}", "x.yaml")


def test_a_session_keeps_only_so_many_files(page):
    opened(page, "Upload")
    page.session_state["uploads"] = {f"mine_{place}": CHILD for place in range(kept_files.MOST_FILES)}
    page.file_uploader[0].set_value(("more.yaml", CHILD.encode(), "text/yaml")).run()
    assert codes(page)[0] == "more: must be one of 20 files of a session, got one more"


def test_an_upload_never_stands_in_the_place_of_a_shipped_scenario(page):
    opened(page, "Upload")
    page.file_uploader[0].set_value(("base.yaml", CHILD.encode(), "text/yaml")).run()
    assert page.selectbox(key="scenario").value == "base_mine"


def test_the_text_says_only_what_differs_and_can_be_changed_and_used(page):
    changed(page, ODDS_RATIO, "0.5")
    opened(page, "Edit as text")
    text = page.text_area(key="scenario draft").value
    assert text.startswith("extends: base.yaml\nname: base\n")
    assert len(text.splitlines()) < 20
    page.text_area(key="scenario draft").set_value(text + "run: {n_patients: 11}\n")
    pressed(page, "Check")
    assert page.success[0].value == "No mistakes: 1 scenario."
    page.text_input(key="scenario draft name").set_value("eleven")
    pressed(page, "Save and use")
    assert page.selectbox(key="scenario").value == "eleven"
    [kept] = check_text(page.session_state["uploads"]["eleven"], "x.yaml")
    assert kept.scenario.run.n_patients == 11


def test_a_mistake_in_the_text_is_told_with_its_line(page):
    opened(page, "Edit as text")
    page.text_area(key="scenario draft").set_value("extends: base.yaml\nrun: {n_patients: many}\n")
    pressed(page, "Check")
    assert page.error[0].value == "1 mistake; nothing was changed."
    assert codes(page)[0].startswith("base.yaml:2: run.n_patients: ")
    pressed(page, "Begin again from what is shown")
    assert page.text_area(key="scenario draft").value == "extends: base.yaml\nname: base\n"
    assert not page.error


def test_what_differs_is_a_table_with_old_and_new_unit_source_and_grade(page):
    changed(page, ODDS_RATIO, "0.5")
    opened(page, "What differs")
    [row] = page.dataframe[0].value.to_dict("records")
    assert (row["Setting"], row["Old"], row["New"], row["Unit"]) == (ODDS_RATIO, "0.8", "0.5", "ratio")
    assert row["Source"] == "assumption, now what-if"
    assert row["Grade"] == "expert, now assumption"
    page.selectbox(key="differs_from").set_value("five_years").run()
    assert "horizon_years" in set(page.dataframe[0].value["Setting"])


def test_without_a_change_nothing_differs_from_the_file(page):
    opened(page, "What differs")
    assert page.info[0].value == "No setting differs."


def test_files_can_be_taken_away_in_full_and_small(page):
    opened(page, "Files")
    assert [one.label for one in page.download_button] == [
        "Download the whole scenario",
        "Download the small file",
    ]
    assert codes(page) == ["extends: base.yaml\nname: base"]


def test_the_template_is_offered_and_is_a_scenario_without_mistakes(page):
    opened(page, "Upload")
    assert [one.label for one in page.download_button] == ["Download a template"]
    assert len(check_text(TEMPLATE, "my_programme.yaml")) == 1


@pytest.fixture
def shown_lines(page):
    """Return a function that gives the lines on screen, and the table of what is on screen."""

    def give(what_ifs, **widgets):
        page.session_state["what-ifs"] = what_ifs
        page.run()
        for key, value in widgets.items():
            page.session_state[key] = value
        pressed(page, "Run in full")
        opened(page, "Repeat it")
        assert not page.exception
        python, command = codes(page)
        return python, command, page.session_state["last finished"]["run"].result()

    return give


def table_of(python, tmp_path, monkeypatch):
    (tmp_path / "again.py").write_text(python, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return runpy.run_path("again.py", run_name="__main__")["table"]


SMALL = {"run.n_patients": 8, "run.replications": 2, ODDS_RATIO: 0.5}


def test_python_and_command_give_the_numbers_of_the_app_bit_for_bit(
    shown_lines, typed, tmp_path, monkeypatch
):
    python, command, results = shown_lines(SMALL, wtp=50_000.0, perspective="payer")
    asked = {"wtp": 50_000.0, "perspective": "payer"}
    assert table_of(python, tmp_path, monkeypatch).equals(compare(results, **asked))
    for line in command.splitlines():
        done = typed(*shlex.split(line)[1:])
        assert done.returncode == 0, done.stderr
    from sim import Results

    stored = Results.load(tmp_path / "results")
    assert compare(stored, **asked).equals(compare(results, **asked))
    monkeypatch.setattr(sys, "argv", ["treatpath"])


def test_lines_of_an_upload_name_a_file_that_goes_with_them(page, tmp_path, monkeypatch):
    opened(page, "Upload")
    page.file_uploader[0].set_value(("mine.yaml", CHILD.encode(), "text/yaml")).run()
    opened(page, "Repeat it")
    python, command = codes(page)
    assert "sim.load('mine_whole.yaml')" in python
    assert command.startswith("treatpath run mine_whole.yaml --patients 10 --replications 2 --out results")
    [mine] = check_text(CHILD, "mine.yaml")
    (tmp_path / "mine_whole.yaml").write_text(dump(mine.scenario), encoding="utf-8")
    table = table_of(python, tmp_path, monkeypatch)
    from sim import simulate

    assert table.equals(compare(simulate(mine.scenario, patients=10, replications=2, workers=1)))


def test_lines_of_fewer_strategies_say_that_the_command_compares_all(shown_lines, tmp_path, monkeypatch):
    python, _, results = shown_lines(SMALL, strategies=["usual_care", "ssri"], comparator="usual_care")
    table = table_of(python, tmp_path, monkeypatch)
    only = results.only("base", ["usual_care", "ssri"])
    assert table.equals(compare(only, comparator="usual_care"))


def test_a_point_of_a_sweep_is_repeated_from_a_file_of_its_own(page):
    page.session_state["scenario"] = "nurse_ratio"
    page.run()
    opened(page, "Repeat it")
    python, _ = codes(page)
    assert "_whole.yaml" in python
    assert len(check("nurse_ratio")) > 1
