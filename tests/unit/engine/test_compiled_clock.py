"""Where machine code is kept, when it is made anew, and that processes do not get into each other's way."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from sim.engine import compiled_clock
from sim.engine.code_cache import drop_damaged

ROOT = Path(__file__).resolve().parents[3]
LITTLE = "\n\n@njit\ndef run(patients, clinic, log, agenda):\n    agenda.size[0] = 0\n"
"""A clock that does nothing, and compiles in no time."""
USE = f"""
import sys
from sim.engine import compiled_clock
from sim.engine.code_cache import drop_damaged
compiled_clock.twin_source = lambda: {LITTLE!r}
from sim import load
from sim.engine.simulate import event_log, make_ready, prepare
base = load(sys.argv[1]).with_changes({{"run.n_patients": 1}})
make_ready("compiled", base)
log = event_log(prepare(base, 0), "usual_care", "compiled")
stats = compiled_clock.compiled().run_borrowed.stats
print(len(log), sum(stats.cache_hits.values()), sum(stats.cache_misses.values()))
"""
needs_numba = pytest.mark.skipif(
    find_spec("numba") is None and "CI" not in os.environ, reason="the compiled clock needs Numba"
)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Keep machine code below ``tmp_path``, and forget what was loaded."""
    loaded = compiled_clock.compiled
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(compiled_clock, "version", lambda _: "1.0")
    monkeypatch.setattr(compiled_clock, "compiled", loaded.__wrapped__)
    compiled_clock._source.cache_clear()
    yield tmp_path / "cache" / "treatpath"
    compiled_clock._source.cache_clear()


def source_path() -> Path:
    compiled_clock._source.cache_clear()
    return compiled_clock._source()[1]


def test_machine_code_is_kept_in_the_users_cache(own_cache: Path) -> None:
    assert source_path().parent == own_cache


def test_machine_code_counts_as_made_once_the_clock_has_run() -> None:
    assert not compiled_clock.has_machine_code()
    source_path().touch()
    compiled_clock.keep_machine_code()
    assert compiled_clock.has_machine_code()


@pytest.fixture
def kept() -> list[Path]:
    """Return the files of a compiled source that were recorded: the source, an index and machine code."""
    source = source_path()
    index = source.parent / "__pycache__" / f"{source.stem}.run_borrowed-1.py311.nbi"
    index.parent.mkdir()
    files = [source, index, index.with_suffix(".1.nbc")]
    for file in files:
        file.write_text(file.name)
    compiled_clock.keep_machine_code()
    return files


@pytest.mark.parametrize("position", [0, 1, 2])
@pytest.mark.parametrize("damage", ["", "something else"])
def test_damaged_files_are_seen_and_removed_before_they_are_loaded(
    kept: list[Path], position: int, damage: str
) -> None:
    kept[position].write_text(damage)
    assert not compiled_clock.has_machine_code()
    drop_damaged(kept[0])
    assert [file.exists() for file in kept] == [False] * 3


def test_undamaged_files_and_those_of_a_compilation_under_way_stay(kept: list[Path]) -> None:
    drop_damaged(kept[0])
    assert compiled_clock.has_machine_code()
    kept[0].with_suffix(".compiled").unlink()
    drop_damaged(kept[0])
    assert [file.exists() for file in kept] == [True] * 3


def test_a_damaged_record_counts_as_damage(kept: list[Path]) -> None:
    kept[0].with_suffix(".compiled").write_text("{")
    assert not compiled_clock.has_machine_code()
    drop_damaged(kept[0])
    assert not kept[0].exists()


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("twin_source", lambda: LITTLE),
        ("TAIL", "\n"),
        ("HEAD", "\n"),
        ("version", lambda _: "1.1"),
    ],
)
def test_a_change_in_what_is_compiled_or_by_what_makes_machine_code_anew(
    monkeypatch: pytest.MonkeyPatch, name: str, changed: object
) -> None:
    before = source_path()
    before.touch()
    compiled_clock.keep_machine_code()
    monkeypatch.setattr(compiled_clock, name, changed)
    assert source_path() != before
    assert not compiled_clock.has_machine_code()


def test_a_cache_that_cannot_be_made_is_replaced_by_a_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    assert source_path().parent == tmp_path / f"treatpath-{os.getuid()}"
    assert source_path().parent.stat().st_mode & 0o777 == 0o700


def test_without_a_home_the_temporary_directory_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", no_home)
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    assert source_path().parent == tmp_path / f"treatpath-{os.getuid()}"


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root can give a directory away")
def test_a_directory_that_somebody_else_made_is_not_trusted(
    own_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_cache.mkdir(parents=True)
    os.chown(own_cache, 12_345, 12_345)
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    assert source_path().parent == tmp_path / f"treatpath-{os.getuid()}"


@pytest.mark.slow
@needs_numba
def test_two_processes_at_once_make_machine_code_that_a_third_loads(tmp_path: Path, own_cache: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(own_cache.parent)}
    command = [sys.executable, "-c", USE, str(ROOT / "scenarios" / "base.yaml")]

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=tmp_path
        )

    for process in [start(), start()]:
        told, mistakes = process.communicate(timeout=120)
        assert (process.returncode, mistakes) == (0, "")
        assert told.split()[0] == "0"
    assert start().communicate(timeout=120) == ("0 1 0\n", "")
    assert [path.suffix for path in sorted(own_cache.glob("visits_*"))] == [".compiled", ".py"]
