"""Five hundred mutated scenario files: each runs, or is refused in words with exit code 2; none hangs."""

from __future__ import annotations

import contextlib
import functools
import gc
import io
import json
import re
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import mutated_files
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import sim.cli
from sim.scenario_io import several, shipped, yaml_file

N_PARTS, N_TEXTS, N_TREES = 5, 40, 60
"""Parts that several processes can share, and in each the files whose text, and whose values, are mutated."""
LONGEST_SECONDS = 10
"""Processor time that one file may take."""
FORM = re.compile(r".+?(:\d+)?: .+")
SHARE = re.compile(r"_share$|relapse_free_\d+m$")
NAMES = st.sampled_from(mutated_files.file_names())
QUICKLY = settings(
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class HangError(BaseException):
    """One file took too long."""


@pytest.fixture(scope="module", autouse=True)
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Work in an empty directory, and read each shipped file once."""
    ships, known = shipped.directory().resolve(), functools.cache(yaml_file.read)

    def read(path: Path, **more: object) -> yaml_file.Document:
        is_shipped = path.resolve().parent == ships
        return known(path) if is_shipped else yaml_file.read(path, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("mutated"))
        patch.setattr(several, "each", functools.partial(several.each, read=read))
        # Scenarios are made and dropped by the thousand: what other tests keep need not be looked through each time.
        gc.freeze()
        yield Path()
        gc.unfreeze()


@contextlib.contextmanager
def no_hang() -> Iterator[None]:
    """Stop what takes more processor time than a file may; only where signals and the main thread allow."""
    if not hasattr(signal, "SIGPROF") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise HangError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, LONGEST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def run(content: bytes, patients: int) -> tuple[object, str, str]:
    """Run a file by the command line and return its exit code, output and messages."""
    mutated_files.written(Path(), content)
    words = ["run", "mutated.yaml", "--patients", str(patients), "--replications", "1", "--engine", "simpy"]
    out, messages = io.StringIO(), io.StringIO()
    code: object = 0
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(messages),
        no_hang(),
    ):
        patch.setattr(sys, "argv", ["treatpath", *words, "--json", "--workers", "1"])
        try:
            sim.cli.main()
        except SystemExit as leaving:
            code = leaving.code
    return code, out.getvalue(), messages.getvalue()


def check(content: bytes, patients: int) -> None:
    """Assert that a file ran to the end, or was refused in words that say where and what."""
    code, out, messages = run(content, patients)
    told = json.loads(out)
    assert "Traceback" not in messages + out
    if code == 2:
        lines = [f"{one['file']}:{one['line'] or 0}: {one['message']}" for one in told["errors"]]
        assert lines
        assert all(FORM.fullmatch(line) for line in lines)
        return
    assert code in {0, None}, messages
    assert told["results"]
    for row in told["results"]:
        shares = [value for name, value in row.items() if SHARE.search(name) and value is not None]
        assert all(0 <= share <= 1 for share in shares)
        assert row["cost"] is not None
        assert 0 <= row["life_years"] <= 200


@pytest.mark.slow
@pytest.mark.parametrize("part", range(N_PARTS))
def test_a_file_with_slips_runs_or_is_refused(part: int) -> None:
    tried: list[bytes] = []

    @seed(part)
    @settings(QUICKLY, max_examples=N_TEXTS)
    @given(NAMES.flatmap(mutated_files.mutated_texts), st.integers(3, 20))
    def each(content: bytes, patients: int) -> None:
        tried.append(content)
        check(content, patients)

    each()
    assert len(tried) >= N_TEXTS


@pytest.fixture(scope="module")
def base() -> dict:
    return yaml_file.read(shipped.directory() / "base.yaml").tree


@pytest.mark.slow
@pytest.mark.parametrize("part", range(N_PARTS))
def test_an_extreme_scenario_runs_or_is_refused(base: dict, part: int) -> None:
    tried: list[bytes] = []

    @seed(part)
    @settings(QUICKLY, max_examples=N_TREES)
    @given(mutated_files.extreme_trees(base).map(mutated_files.as_text), st.integers(3, 20))
    def each(content: bytes, patients: int) -> None:
        tried.append(content)
        check(content, patients)

    each()
    assert len(tried) >= N_TREES


def test_five_hundred_files_are_tried() -> None:
    assert N_PARTS * (N_TEXTS + N_TREES) >= 500
