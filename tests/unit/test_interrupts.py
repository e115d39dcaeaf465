"""What asks the process to end is heard once there is something to lose, and never talked over."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator

import pytest

from sim.cli.interrupts import INTERRUPTED, Interrupt

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
KIN = ["SIGTERM", "SIGHUP"]


@pytest.fixture(params=KIN)
def number(request: pytest.FixtureRequest) -> Iterator[int]:
    """Give the number of a signal that nobody listens to."""
    number: int = getattr(signal, request.param)
    before = signal.signal(number, signal.SIG_DFL)
    yield number
    signal.signal(number, before)


def test_what_asks_to_end_stops_a_command_as_ctrl_c_does(number: int) -> None:
    with Interrupt() as interrupt:
        interrupt.is_running = True
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)
    assert interrupt.was_pressed
    assert signal.getsignal(number) is signal.SIG_DFL


def test_while_nothing_is_at_stake_the_process_ends_at_once(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes: list[int] = []

    def leave(code: int) -> None:
        codes.append(code)
        raise SystemExit

    monkeypatch.setattr(os, "_exit", leave)
    with Interrupt(), pytest.raises(SystemExit):
        os.kill(os.getpid(), number)
    assert codes == [INTERRUPTED]


def test_who_started_the_process_may_have_it_ignore_them(number: int) -> None:
    signal.signal(number, signal.SIG_IGN)
    with Interrupt():
        assert signal.getsignal(number) is signal.SIG_IGN
    assert signal.getsignal(number) is signal.SIG_IGN
