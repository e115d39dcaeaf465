"""Which clock drives a run, and what is said about it."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

import pytest

from sim.engine import clocks
from sim.engine.clocks import AUTO, COMPILED, LEAST_ARMS, LEAST_ARMS_TO_COMPILE, SIMPY, chosen_clock
from sim.errors import ScenarioError

FEW, MANY, MOST = LEAST_ARMS - 1, LEAST_ARMS, LEAST_ARMS_TO_COMPILE
COMPILING = "compiling the clock, once after an install: about 30 seconds"
SLOWER = "the compiled clock is not installed, so this takes longer; install treatpath[fast]"
Machine = Callable[..., None]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Machine:
    """Return a function that says what is installed; nothing was told yet."""

    def set_up(*, installed: bool = True, compiled: bool = False, works: bool = True) -> None:
        monkeypatch.setattr(clocks, "is_installed", lambda: installed)
        monkeypatch.setattr(clocks, "is_compiled", lambda: compiled)
        monkeypatch.setattr(clocks, "can_compile", lambda: installed and works)

    monkeypatch.setattr(clocks, "_told", set())
    monkeypatch.setattr(clocks.logger, "disabled", False)  # other programs in this process may switch it off
    caplog.set_level(logging.INFO, logger="treatpath")
    return set_up


@pytest.mark.parametrize("n_arms", [1, FEW, MANY, MOST])
@pytest.mark.parametrize("installed", [True, False])
def test_simpy_is_taken_when_asked_for(
    machine: Machine, caplog: pytest.LogCaptureFixture, n_arms: int, installed: bool
) -> None:
    machine(installed=installed, compiled=installed)
    assert chosen_clock(SIMPY, n_arms) == SIMPY
    assert caplog.messages == []


@pytest.mark.parametrize(("n_arms", "clock"), [(1, SIMPY), (FEW, SIMPY), (MANY, COMPILED), (MOST, COMPILED)])
def test_machine_code_at_hand_is_used_where_loading_it_saves_time(
    machine: Machine, caplog: pytest.LogCaptureFixture, n_arms: int, clock: str
) -> None:
    machine(compiled=True)
    assert chosen_clock(AUTO, n_arms) == clock
    assert caplog.messages == []


@pytest.mark.parametrize(
    ("n_arms", "clock", "told"),
    [(FEW, SIMPY, []), (MANY, SIMPY, []), (MOST - 1, SIMPY, []), (MOST, COMPILED, [COMPILING])],
)
def test_the_clock_is_compiled_where_even_that_saves_time_and_it_is_said(
    machine: Machine, caplog: pytest.LogCaptureFixture, n_arms: int, clock: str, told: list[str]
) -> None:
    machine(compiled=False)
    assert chosen_clock(AUTO, n_arms) == clock
    assert caplog.messages == told


@pytest.mark.parametrize(("compiled", "told"), [(True, []), (False, [COMPILING])])
def test_the_compiled_clock_is_taken_when_asked_for_however_small_the_run(
    machine: Machine, caplog: pytest.LogCaptureFixture, compiled: bool, told: list[str]
) -> None:
    machine(compiled=compiled)
    assert chosen_clock(COMPILED, 1) == COMPILED
    assert caplog.messages == told


@pytest.mark.parametrize(("n_arms", "told"), [(FEW, []), (MOST - 1, []), (MOST, [SLOWER])])
def test_without_numba_large_runs_take_longer_and_it_is_said(
    machine: Machine, caplog: pytest.LogCaptureFixture, n_arms: int, told: list[str]
) -> None:
    machine(installed=False)
    assert chosen_clock(AUTO, n_arms) == SIMPY
    assert caplog.messages == told


def test_a_numba_that_does_not_work_is_as_good_as_none(
    machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    machine(installed=True, compiled=False, works=False)
    assert chosen_clock(AUTO, MOST) == SIMPY
    assert caplog.messages == [SLOWER]


@pytest.mark.parametrize("installed", [True, False])
def test_the_compiled_clock_is_refused_without_a_numba_that_works(machine: Machine, installed: bool) -> None:
    machine(installed=installed, works=False)
    with pytest.raises(
        ScenarioError,
        match=r"^--engine: compiled needs Numba, got none that works; install treatpath\[fast\]$",
    ):
        chosen_clock(COMPILED, MOST)


@pytest.mark.parametrize("installed", [True, False])
def test_each_sentence_is_said_once_in_a_process(
    machine: Machine, caplog: pytest.LogCaptureFixture, installed: bool
) -> None:
    machine(installed=installed)
    first = chosen_clock(AUTO, MOST)
    assert [chosen_clock(AUTO, MOST) for _ in range(3)] == [first] * 3
    assert len(caplog.messages) == 1
    assert caplog.records[0].levelno == logging.WARNING


def test_nothing_is_said_on_standard_output(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine(installed=False)
    chosen_clock(AUTO, MOST)
    assert capsys.readouterr().out == ""


def test_another_clock_is_refused() -> None:
    with pytest.raises(ScenarioError, match=r"^--engine: must be auto, simpy or compiled, got 'sundial'$"):
        chosen_clock("sundial", 1)


@pytest.mark.parametrize(
    ("installed", "compiled", "clock"),
    [(True, True, COMPILED), (True, False, SIMPY), (False, True, SIMPY), (False, False, SIMPY)],
)
def test_the_clock_at_hand_needs_no_compiling(
    machine: Machine, installed: bool, compiled: bool, clock: str
) -> None:
    machine(installed=installed, compiled=compiled)
    assert clocks.clock_at_hand() == clock


def test_numba_is_looked_for_without_importing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(clocks, "find_spec", asked.append)
    assert clocks.is_installed() is False
    assert asked == ["numba"]


def test_a_numba_that_cannot_be_imported_does_not_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    assert clocks.is_installed() is False
    assert clocks.can_compile() is False


def test_machine_code_is_asked_for_where_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.engine import compiled_clock

    monkeypatch.setattr(compiled_clock, "has_machine_code", lambda: "a marker")
    assert clocks.is_compiled() == "a marker"
