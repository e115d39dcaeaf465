"""What stands beside the code: README and gate agree, and nothing names a machine or a package host."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEST_COMMAND = "python3 -m venv .venv && .venv/bin/pip install -c constraints.txt -e '.[test]' && .venv/bin/python -m pytest -n 2"
RUN_COMMAND = (
    "python3 -m venv .venv && .venv/bin/pip install -c constraints.txt . && .venv/bin/treatpath run base"
)
FOLDERS = ("sim", "scenarios", "tests", "docs", ".ci", ".github", ".streamlit")
PAPERS = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "CITATION.cff",
    "constraints.txt",
    "pyproject.toml",
    "app.py",
)
TEXT = {".py", ".md", ".yaml", ".yml", ".toml", ".txt", ".cff", ".json", ".csv", ""}


def text_files() -> list[Path]:
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    return [
        path
        for path in [*found, *(ROOT / name for name in PAPERS)]
        if path.suffix in TEXT and path != Path(__file__)
    ]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_gate_runs_the_test_command_of_the_readme_word_for_word():
    assert TEST_COMMAND in read("README.md").splitlines()
    assert TEST_COMMAND in read(".ci/run").splitlines()


def test_the_readme_says_how_to_see_the_base_comparison_in_one_line():
    assert RUN_COMMAND in read("README.md").splitlines()


def test_the_readme_prints_the_order_of_precedence():
    assert "what-if > --set > sweep > file > parent" in read("README.md")


def test_constraints_pin_versions_and_nothing_else():
    lines = [line for line in read("constraints.txt").splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line)] == []


def test_constraints_pin_every_declared_dependency():
    project = tomllib.loads(read("pyproject.toml"))["project"]
    declared = [
        *project["dependencies"],
        *(one for part in project["optional-dependencies"].values() for one in part),
    ]
    names = {re.split(r"[><=~!;\[ ]", requirement, maxsplit=1)[0].lower() for requirement in declared}
    names.discard(project["name"])  # an extra may contain another one
    pinned = {line.split("==")[0].lower() for line in read("constraints.txt").splitlines()}
    assert names - pinned == set()


@pytest.mark.parametrize("path", text_files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_file_names_a_machine_path_or_a_package_host(path):
    text = path.read_text(encoding="utf-8")
    forbidden = (
        r"/(?:home|root|work|Users|opt/(?:pypi|wheels))/|--index-url|--find-links|pythonhosted|pypi\.org"
    )
    assert re.findall(forbidden, text) == []


def test_versions_agree_between_package_changelog_and_citation():
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    assert f"## [{version}]" in read("CHANGELOG.md")
    assert f"version: {version}" in read("CITATION.cff")


def test_the_gate_is_an_executable_bash_script():
    done = subprocess.run(
        ["bash", "-n", str(ROOT / ".ci" / "run")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
