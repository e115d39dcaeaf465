"""The page about Python runs as it stands, block by block, and names every function."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sim

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "python.md").read_text(encoding="utf-8")
FILE = re.compile(r"Save this as `([\w.]+)`[^`]*```yaml\n(.*?)```", re.DOTALL)
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """Run every block in one place, and give what was printed and what is left."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("page"))
        patch.setattr("sim.batch.stored_psa.BASE_REPLICATIONS", 2)  # no test looks at the scenario as it is
        for name, text in FILE.findall(PAGE):
            Path(name).write_text(text, encoding="utf-8")
        names = {"__name__": "__page__"}
        for block in BLOCKS:
            exec(compile(block, "docs/python.md", "exec"), names)
        yield names


def test_it_runs_from_beginning_to_end(said):
    assert said["carried"].manifest["run_id"] == said["swept"].manifest["run_id"]
    assert said["changed"]["results"] == []
    assert said["everything"].equals(sim.compare(said["carried"]))


def test_a_resumed_run_has_all_replications(said):
    assert len(said["resumed"].results("short").clinical) == 6 * 3


def test_what_it_computes_is_what_it_says(said):
    assert said["acceptability"].sum(axis=1).round(9).tolist() == [1, 1]
    assert list(said["story"].columns) == ["day", "event", "text", "reason", "score", "cost", "date"]
    assert said["precise"].manifest["scenarios"][0]["replications"] >= 10


def test_every_public_function_is_on_the_page():
    functions = {name for name in sim.__all__ if not name[0].isupper()}
    assert {name for name in functions if not re.search(rf"`(?:sim\.)?{name}\b|sim\.{name}\(", PAGE)} == set()
