"""Say what went wrong in words the user can act on.

::

    SimError
    ├── ScenarioError      the file or what-if says something impossible (exit 2)
    ├── AnalysisError      these results cannot answer this question (exit 2)
    └── JobError           a job failed; carries its key and traceback as text (exit 1)

Every class takes one string, because SimPy and worker processes rebuild
exceptions from their ``args``.
"""

from __future__ import annotations


class SimError(Exception):
    """Root of every error this package raises on purpose."""


class ScenarioError(SimError):
    """A scenario file, a sweep or a what-if says something impossible."""


class AnalysisError(SimError):
    """The stored results cannot answer the question that was asked."""


class JobError(SimError):
    """A simulation job failed; the text holds the job's key and the worker's traceback."""
