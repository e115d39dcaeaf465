"""The recipes for many machines: commands are understood, shards become the whole run, executors give the same."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from sim.analysis.diff import diff
from sim.batch.filling import Ways
from sim.batch.stored_runs import StoredRunAsked, run_into
from sim.cli.program import app
from sim.scenario_io.load import load_all
from sim.scenario_io.recipes import recipes_of

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "batch.md").read_text(encoding="utf-8")
RECORD = '#!/bin/sh\nprintf "%s\\0" "$(basename "$0")" "$@" >> "$RECORD"\nprintf "\\n" >> "$RECORD"\n'
TASKS = 20


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[list[str]]]:
    """Return a function that runs a block of shell and gives the words of the commands it calls."""
    monkeypatch.chdir(tmp_path)
    for name in ("treatpath", "dask", "sbatch"):
        path = tmp_path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(RECORD)
        path.chmod(0o755)

    def words(block: str, **environment: str) -> list[list[str]]:
        record = tmp_path / "record"
        record.write_text("")
        path = os.pathsep.join([str(tmp_path / "bin"), os.environ["PATH"]])
        env = os.environ | {"PATH": path, "RECORD": str(record)} | environment
        subprocess.run(["bash", "-euc", block], check=True, env=env)
        return [line.split("\0")[:-1] for line in record.read_text().splitlines()]

    return words


def parsed(words: list[str]) -> dict[str, Any]:
    """Return the options of a command as the program understands them, without running it."""
    program: Any = typer.main.get_command(app)
    return program.commands[words[1]].make_context(words[1], words[2:]).params


def run(words: list[str]) -> None:
    """Run a command in this process."""
    done = CliRunner().invoke(app, words[1:], catch_exceptions=False)
    assert done.exit_code == 0, done.output


def test_a_job_array_and_merge_give_the_run_in_one_piece(
    typed: Callable[..., list[list[str]]], write_scenario: Callable[..., Path], tiny_tree: dict[str, object]
) -> None:
    array, after = blocks("sh")[0].replace(f"SHARDS={TASKS}", "SHARDS=3"), blocks("sh")[1]
    tree = tiny_tree | {
        "run": {"n_patients": 10, "replications": 2, "seed": 3},
        "sweep": {"economics.wtp": [1_000, 2_000]},
    }
    file = write_scenario(tree, "sweep.yaml")
    for task in (1, 2, 3):
        words = typed(array, SLURM_ARRAY_TASK_ID=str(task), SLURM_CPUS_PER_TASK="1")
        assert parsed(words[0])["shard"] == f"{task}/3"
        run([*words[0], "--engine", "simpy"])
    merge, compare = typed(after)
    assert merge[2:5] == ["parts/1", "parts/2", "parts/3"]
    run(merge)
    run(compare)
    run_into("whole", StoredRunAsked(list(recipes_of(load_all(file)))), Ways(engine="simpy", workers=1))
    told = diff("whole", "runs")
    assert [one["is_identical"] for one in told["scenarios"]] == [True, True]
    assert (told["inputs"], told["results"]) == ([], [])


def test_the_array_asks_slurm_for_as_many_tasks_as_there_are_shards() -> None:
    assert f"#SBATCH --array=1-{TASKS}\n" in blocks("sh")[0]
    assert set(re.findall(r"^SHARDS=(\d+)$", PAGE, re.MULTILINE)) == {str(TASKS)}


@pytest.mark.parametrize("number", [2, 4])
def test_other_commands_are_understood(typed: Callable[..., list[list[str]]], number: int) -> None:
    commands = typed(blocks("sh")[number], SLURM_ARRAY_TASK_ID="3", SLURM_CPUS_PER_TASK="1")
    told = [parsed(words) for words in commands]
    assert {params.get("shard") for params in told} == {2: {"3/20"}, 4: {None}}[number]
    assert {params["backend"] for params in told} == {2: {"local"}, 4: {"dask"}}[number]


def test_commands_within_sentences_are_understood() -> None:
    told = [
        shlex.split(text) for text in re.findall(r"`(treatpath (?:run|merge) [^`]+)`", " ".join(PAGE.split()))
    ]
    assert [parsed(words)["engine"] for words in told] == ["compiled"]


def test_dask_understands_how_it_is_started(typed: Callable[..., list[list[str]]]) -> None:
    from distributed.cli import dask_scheduler, dask_worker

    scheduler, worker = typed(blocks("sh")[3])
    assert dask_scheduler.main.make_context("scheduler", scheduler[2:]).params["port"] == "8786"
    params = dask_worker.main.make_context("worker", worker[2:]).params
    assert (params["scheduler"], params["n_workers"], params["nthreads"]) == ("tcp://10.0.0.1:8786", "4", 1)


@pytest.mark.parametrize(("number", "module", "name"), [
    (0, "loky", "get_reusable_executor"),
    (1, "mpi4py.futures", "MPIPoolExecutor"),
])  # fmt: skip
def test_an_executor_from_elsewhere_gives_the_run_of_the_command_line(
    number: int,
    module: str,
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write_scenario: Callable[..., Path],
    tiny_tree: dict[str, object],
) -> None:
    monkeypatch.chdir(tmp_path)
    file = write_scenario(tiny_tree | {"run": {"n_patients": 10, "replications": 2, "seed": 3}}, "sweep.yaml")
    parents = [".".join(module.split(".")[: place + 1]) for place in range(module.count(".") + 1)]
    for parent in parents:
        monkeypatch.setitem(sys.modules, parent, ModuleType(parent))
    monkeypatch.setattr(sys.modules[module], name, lambda max_workers=1: ThreadPoolExecutor(1), raising=False)
    exec(compile(blocks("python")[number], "batch.md", "exec"), {"__name__": "__main__"})
    run_into("whole", StoredRunAsked(list(recipes_of(load_all(file)))), Ways(engine="simpy", workers=1))
    told = diff("whole", "runs")
    assert [one["is_identical"] for one in told["scenarios"]] == [True]
    assert told["results"] == []
