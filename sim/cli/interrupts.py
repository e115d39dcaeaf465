"""Ctrl-C and its kin, from the first moment on; with what the program ends. Imports next to nothing."""

from __future__ import annotations

import os
import signal

# `typing` and its kin take longer to import than all else that is needed before Ctrl-C is listened to.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130


_KIN = ("SIGTERM", "SIGHUP")
"""What else asks a process to end: a batch system at the end of its time, a terminal that is closed."""


class Interrupt:
    """What Ctrl-C and its kin do: end the process at once while nothing is at stake, and in order later.

    Whatever is just loading a module may turn a KeyboardInterrupt into an error of its own. Who started the
    process and has said what Ctrl-C does is not talked over.
    """

    def __init__(self) -> None:
        self.is_running = False
        self.was_pressed = False

    def __enter__(self) -> Interrupt:
        """Listen."""
        self.before = signal.getsignal(signal.SIGINT)
        if self.before is signal.default_int_handler:
            signal.signal(signal.SIGINT, self.hear)
        self.kin = [
            number
            for name in _KIN
            if (number := getattr(signal, name, None)) and signal.getsignal(number) is signal.SIG_DFL
        ]
        for number in self.kin:
            signal.signal(number, self.hear)
        return self

    def __exit__(self, *_: object) -> None:
        """Listen no longer."""
        signal.signal(signal.SIGINT, self.before)
        for number in self.kin:
            signal.signal(number, signal.SIG_DFL)

    def hear(self, number: int, frame: FrameType | None) -> None:
        """Handle the signal."""
        if not self.is_running:
            os._exit(INTERRUPTED)
        self.was_pressed = True
        signal.default_int_handler(number, frame)
