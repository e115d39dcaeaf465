"""The commit a package runs from."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from sim.batch import checkout
from sim.batch.checkout import commit_of

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs Git")
IDENTITY = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false")


def git(place: Path, *words: str) -> str:
    done = subprocess.run(["git", *IDENTITY, *words], cwd=place, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a checkout with one commit and a tag."""
    monkeypatch.delenv("GIT_DIR", raising=False)
    git(tmp_path, "init", "--quiet")
    (tmp_path / "code.py").write_text("one")
    git(tmp_path, "add", "code.py")
    git(tmp_path, "commit", "--quiet", "--message", "One")
    git(tmp_path, "tag", "v1")
    return tmp_path


def test_a_clean_checkout_tells_its_commit(repository: Path) -> None:
    (repository / "notes.txt").write_text("not known to Git")
    assert commit_of(repository) == {"commit": git(repository, "rev-parse", "HEAD"), "dirty": False}


def test_a_changed_file_makes_it_dirty(repository: Path) -> None:
    (repository / "code.py").write_text("two")
    assert commit_of(repository) == {"commit": git(repository, "rev-parse", "HEAD"), "dirty": True}


def test_variables_of_a_hook_lead_nowhere_else(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", str(repository / "elsewhere"))
    assert commit_of(repository) is not None


def test_below_somebody_elses_checkout_there_is_no_commit(repository: Path) -> None:
    (repository / "site-packages").mkdir()
    assert commit_of(repository / "site-packages") is None


def test_without_a_commit_there_is_none(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    assert commit_of(tmp_path) is None


@pytest.mark.parametrize("error", [FileNotFoundError("git"), subprocess.TimeoutExpired("git", 2)])
def test_without_git_or_with_a_slow_one_there_is_none(
    repository: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(checkout.subprocess, "run", fail)
    assert commit_of(repository) is None
