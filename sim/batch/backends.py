"""TEMPORARY"""

from __future__ import annotations

import contextlib


@contextlib.contextmanager
def lent_executor(backend, scheduler, workers):
    yield None
