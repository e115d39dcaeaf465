"""Jobs that are no simulations, in a module of their own so that worker processes can import them."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """Answers with a list that holds one value."""

    value: object

    @property
    def key(self) -> str:
        return f"answer {self.value}"

    def run(self) -> list[object]:
        return [self.value]


@dataclass(frozen=True)
class Deadly:
    """Ends the process it runs in."""

    key: str = "the deadly job"

    def run(self) -> None:
        os._exit(1)


@dataclass(frozen=True)
class Killed:
    """Is killed while it runs, as by a machine without memory left."""

    key: str = "the killed job"

    def run(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class Endless:
    """Takes longer than any test waits."""

    key: str = "the endless job"

    def run(self) -> None:
        time.sleep(600)
