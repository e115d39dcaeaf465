"""Answer a question about draws in a worker, and narrow it: fewer strategies, or only the choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sim.analysis.decision import Decision, decide
from sim.batch.voi_question import Posed


@dataclass(frozen=True, slots=True)
class Deciding:
    """A job that answers a question about draws.

    Parameters
    ----------
    posed : Posed
        The question.
    """

    posed: Posed

    @property
    def key(self) -> str:
        """Name of the job in messages."""
        return f"value of information, {self.posed.title}"

    def run(self) -> Decision:
        """Answer it."""
        return decide(self.posed.table, self.posed.question)


def among(posed: Posed, strategies: Sequence[str]) -> Posed:
    """Return a question with only some strategies to choose from, the comparator among them."""
    return replace(posed, table=posed.table.only(strategies))


def about_the_choice(posed: Posed) -> Posed:
    """Return a question without what knowing single parameters would be worth, which takes longest."""
    question = replace(posed.question, groups={}, trials={})
    return replace(posed, table=posed.table.without_parameters(), question=question, notes=())
