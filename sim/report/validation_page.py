"""The validation as one page that needs nothing from elsewhere: figures, tables, reasons."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from sim.domain.targets import Kind
from sim.report.answer import NOTICE
from sim.report.forest import forest
from sim.report.page_parts import bullets, page
from sim.report.score_figures import score_figure
from sim.report.validation import arm_names, misses, rows_of, total_sentence, validation_content

if TYPE_CHECKING:
    from sim.replication import Observed
    from sim.scenario_io.validation import Validation

TITLE = "Does the model repeat what studies found?"
FITS = (
    "Each of these figures solved a parameter of the model or of its study, so it must come out again: "
    "within four standard errors of chance."
)
CHECKS = (
    "None of these figures was used. Each should lie in its 95 % prediction interval: where another study of "
    "the same thing should fall, given the error of the published figure and the spread between studies. An "
    "interval that is wide asks little."
)
SCORES = (
    "Starters of the first course who are alive and followed so long, by time since their first session, as "
    "long as half of them are followed. They show how the model gets to its figures."
)


def validation_page(validation: Validation, observed: Sequence[Observed]) -> str:
    """Return the page.

    Parameters
    ----------
    validation : Validation
        Published figures and studies.
    observed : sequence of Observed
        What every study gave.

    Returns
    -------
    str
        HTML.
    """
    content = validation_content(validation.targets, observed)
    names, citations = arm_names(validation), _citations()
    missed = misses(content, names)
    parts = [
        f"<h1>{escape(TITLE)}</h1><p><strong>{escape(total_sentence(content))}</strong></p>",
        f'<p class="soft">{escape(NOTICE)} Written by treatpath validate.</p>',
    ]
    for title, kind, text in (("Fits", Kind.FIT, FITS), ("Checks", Kind.CHECK, CHECKS)):
        if rows := rows_of(content, kind):
            parts.append(f"<h2>{title}</h2><p>{escape(text)}</p>{forest(rows, kind, names, citations)}")
    if missed:
        parts.append(f"<h2>What does not agree ({len(missed)})</h2>{bullets(missed)}")
    parts.append(f"<h2>Scores over time, study by study</h2><p>{escape(SCORES)}</p>")
    parts += [_scores(validation, study) for study in observed]
    if left_out := content["left_out"]:
        lines = (f"{key}: {reason}" for key, reason in left_out.items())
        parts.append(f"<h2>Left out ({len(left_out)})</h2>{bullets(lines)}")
    return page(TITLE, "<main>" + "\n".join(parts) + "</main>")


def _scores(validation: Validation, study: Observed) -> str:
    scenario = validation.studies[study.study].scenario
    labels = {key: strategy.label for key, strategy in scenario.strategies.items()}
    return score_figure(scenario.title, study.curves, labels, f"study-{study.study}")


def _citations() -> dict[str, str]:
    """Return the shipped citations by key of their source."""
    from sim.scenario_io import shipped, yaml_file  # noqa: PLC0415

    listed = yaml_file.read(shipped.bibliography()).tree
    return {key: str(entry["citation"]) for key, entry in listed.items() if isinstance(entry, dict)}
