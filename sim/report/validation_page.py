"""The validation as one page that needs nothing from elsewhere: figures, tables, reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from sim.domain.targets import Kind
from sim.report.answer import NOTICE
from sim.report.chosen import judged_misses, judged_sentence
from sim.report.forest import forest
from sim.report.page_parts import bullets, folded, page, table_html
from sim.report.placed import placed_figures
from sim.report.score_figures import Course, course_figure
from sim.report.tables import Table
from sim.report.validation import Content, arm_names, extent_sentence, rows_of, validation_content

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

COURSES = (
    "The drawings end at twice the time until the assessment; the tables go on, and tell the courses after a "
    "relapse as well. Shares are counted among the patients, and by the criterion, of the study where it "
    "published such a share. A published figure that was counted over a course stands on its median day."
)


def validation_page(
    validation: Validation, observed: Sequence[Observed], manifest: Mapping[str, Any] | None = None
) -> str:
    """Return the page.

    Parameters
    ----------
    validation : Validation
        Published figures and studies.
    observed : sequence of Observed
        What every study gave.
    manifest : mapping, optional
        From `sim.batch.validate.manifest_of`.

    Returns
    -------
    str
        HTML.
    """
    content = validation_content(validation.targets, observed)
    names, citations = arm_names(validation), _citations()
    missed = judged_misses(content, names)
    parts = [
        f"<h1>{escape(TITLE)}</h1><p><strong>{escape(judged_sentence(content))}</strong></p>",
        f"<p>{escape(extent_sentence(validation))}</p>",
        f'<p class="soft">{escape(NOTICE)} Written by treatpath validate.</p>',
    ]
    for title, kind, text in (("Fits", Kind.FIT, FITS), ("Checks", Kind.CHECK, CHECKS)):
        if rows := rows_of(content, kind):
            parts.append(f"<h2>{title}</h2><p>{escape(text)}</p>{forest(rows, kind, names, citations)}")
    if missed:
        parts.append(f"<h2>What does not agree ({len(missed)})</h2>{bullets(missed)}")
    parts.append(f"<h2>The course, study by study</h2><p>{escape(SCORES)} {escape(COURSES)}</p>")
    parts += [course_figure(_course(validation, study, content)) for study in observed]
    if left_out := content["left_out"]:
        lines = (f"{key}: {reason}" for key, reason in left_out.items())
        parts.append(f"<h2>Left out ({len(left_out)})</h2>{bullets(lines)}")
    if manifest:
        parts.append(_manifest(manifest))
    return page(TITLE, "<main>" + "\n".join(parts) + "</main>")


def _course(validation: Validation, study: Observed, content: Content) -> Course:
    scenario = validation.studies[study.study].scenario
    rows = [row for row in content["targets"] if row["study"] == study.study]
    return Course(
        title=scenario.title,
        identity=f"study-{study.study}",
        labels={key: strategy.label for key, strategy in scenario.strategies.items()},
        curves=study.curves,
        lines=study.lines,
        placed=placed_figures(validation.targets, rows, study.course_days),
        baseline=scenario.population.severity.mean.value,
    )


def _manifest(manifest: Mapping[str, Any]) -> str:
    """Return under which circumstances the page came about."""
    facts = bullets(f"{name}: {fact}" for name, fact in _facts(manifest))
    header = ("Study", "Patients in each arm", "Seed", "Digest")
    scenarios = tuple(
        (row["name"], f"{row['n_patients']:,}", str(row["seed"]), row["digest"])
        for row in manifest["scenarios"]
    )
    studies = Table(
        "The studies: the digest changes with anything that can change a result", header, scenarios
    )
    return f"<h2>How this page was made</h2>{facts}{folded('Studies', table_html(studies))}"


def _facts(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "Written by", f"{manifest['package']} {manifest['version']}"
    if manifest["command"]:
        yield "Command", manifest["command"]
    yield "Versions", ", ".join(f"{name} {version}" for name, version in manifest["versions"].items())
    yield "Engine, processes", f"{manifest['engine']}, {manifest['workers']}"
    yield "Started (UTC)", f"{manifest['started']}, took {manifest['wall_seconds']:g} seconds"
    yield "Digest of the published figures", manifest["targets"]


def _citations() -> dict[str, str]:
    """Return the shipped citations by key of their source."""
    from sim.scenario_io import shipped, yaml_file  # noqa: PLC0415

    listed = yaml_file.read(shipped.bibliography()).tree
    return {key: str(entry["citation"]) for key, entry in listed.items() if isinstance(entry, dict)}
