"""A comparison as it is looked at, as files that need nothing from elsewhere: one page, one workbook."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from sim.analysis.capacity import capacity_rows
from sim.analysis.changed_inputs import input_rows
from sim.analysis.comparison import compare, to_rows
from sim.domain.scenario import Scenario
from sim.report.answer import NOTICE, Question, answer, ask, caption
from sim.report.content import told_below
from sim.report.diff_tables import input_tables
from sim.report.evidence import assumption_rows, source_rows
from sim.report.exhibit import Exhibit
from sim.report.exhibit_page import STYLE, exhibit_html
from sim.report.numbers import counted, significant
from sim.report.page_parts import bullets, folded, page, table_html
from sim.report.published import read_published
from sim.report.queues import queue_tables, queue_warnings
from sim.report.sheets import write_shown
from sim.report.shown import Shown, all_charts
from sim.report.tables import Table, capacity_tables, comparison_tables
from sim.report.workbook import new_workbook
from sim.results import Results
from sim.scenario_io.differences import Change, changes_between
from sim.scenario_io.load import LoadedScenario

WEEKS_TOLD = 4
"""Of weekly values a page tells those of every fourth week."""
TOLD_OF_MANIFEST = {
    "run_id": "Run", "version": "Version", "engine": "Clock",
    "started": "Started", "ended": "Ended", "license": "License", "citation": "Citation",
}  # fmt: skip
ASSUMPTIONS = ("label", "path", "value", "unit", "source", "note")
SOURCES = ("citation", "design", "grades", "n_parameters")


@dataclass(frozen=True, slots=True)
class Looked:
    """A comparison as somebody looks at it.

    Parameters
    ----------
    results : Results
        Of one scenario, with only the strategies that are compared.
    loaded : LoadedScenario
        The scenario that was run, and what it was made from.
    asked : mapping
        Output settings, as `sim.analysis.comparison.compare` takes them.
    file : Scenario, optional
        The scenario as its file gives it.
    state : str
        Whether this is a preview or a full run.
    link : str
        Address of the page.
    lines : str
        What repeats the numbers.
    """

    results: Results
    loaded: LoadedScenario
    asked: Mapping[str, Any]
    file: Scenario | None = None
    state: str = ""
    link: str = ""
    lines: str = ""

    def question(self) -> Question:
        """Return these results under these output settings."""
        return ask(self.results, self.loaded.scenario.name, self.asked)

    def changes(self) -> list[Change]:
        """Return in what the scenario differs from its file."""
        return [] if self.file is None else changes_between(self.file, self.loaded.scenario)


def looked_page(looked: Looked) -> str:
    """Return a page with answer, tables, figures, changes, assumptions, sources, settings and manifest.

    Parameters
    ----------
    looked : Looked
        What is looked at.

    Returns
    -------
    str
        HTML without scripts that loads nothing.

    Raises
    ------
    ScenarioError
        If the extra ``report`` is not installed.
    """
    scenario, question = looked.loaded.scenario, looked.question()
    rows = to_rows(compare(looked.results, **looked.asked))
    parts = [
        f"<h1>{escape(scenario.title)}</h1><p>{escape(scenario.question)}</p>",
        *_opening(looked, question, rows),
    ]
    figures = [
        exhibit_html(_exhibit(shown), f"figure{place}")
        for place, shown in enumerate(all_charts(question, rows, looked.results, looked.asked), 1)
    ]
    parts += [f'<h2>Figures</h2><div class="exhibits">{"".join(figures)}</div>', *_inputs(looked)]
    parts += [f"<h2>How this page was made</h2>{bullets(_circumstances(looked, question))}"]
    if looked.lines:
        parts.append(f'<h2>Repeat it</h2><div class="scroll"><pre>{escape(looked.lines)}</pre></div>')
    return page(scenario.title, "<main>" + "\n".join(parts) + "</main>", style=STYLE)


def looked_workbook(looked: Looked) -> bytes:
    """Return a workbook with the answer, all columns, settings, parameters and manifest.

    Parameters
    ----------
    looked : Looked
        What is looked at.

    Returns
    -------
    bytes
        XLSX.

    Raises
    ------
    AnalysisError
        If the extra ``report`` is not installed, or a sheet cannot hold all rows.
    """
    question = looked.question()
    lines = [*_answer_lines(looked, question), *_circumstances(looked, question)]
    with tempfile.TemporaryDirectory(prefix="treatpath-") as hidden:
        file = Path(hidden) / "comparison.xlsx"
        with new_workbook(file, looked.results.manifest.get("ended")) as book:
            write_shown(book, looked.results, looked.loaded, looked.asked, lines=lines)
        return file.read_bytes()


def _answer_lines(looked: Looked, question: Question) -> list[str]:
    return [answer(question), *told_below(looked.results, question), caption(question), NOTICE]


def _opening(looked: Looked, question: Question, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield answer and tables."""
    first, *others = _answer_lines(looked, question)
    labels = question.settings.strategies
    yield f"<p><strong>{escape(first)}</strong></p>"
    yield from (f"<p>{escape(text)}</p>" for text in others[:-2])
    yield f'<p class="soft">{escape(NOTICE)}</p><h2>Tables</h2>'
    tables = comparison_tables(rows, labels, comparator=question.output.comparator)
    capacity = capacity_rows(
        looked.results,
        discount_rate_costs=looked.asked.get("discount_rate_costs"),
        price_year=looked.asked.get("price_year"),
    )
    if capacity:
        resources = question.settings.resources
        yield bullets(queue_warnings(capacity, labels, resources))
        tables += [*capacity_tables(capacity, labels, resources), *queue_tables(capacity, labels)]
    for table in tables:
        yield table_html(table) + "".join(f'<p class="soft">{escape(note)}</p>' for note in table.notes)
    yield f'<p class="soft">{escape(others[-2])}</p>'


def _inputs(looked: Looked) -> Iterator[str]:
    """Yield what was changed, what is assumed, and what the rest rests on."""
    scenario = looked.loaded.scenario
    yield "<h2>What it rests on</h2>"
    if changes := looked.changes():
        changed = {"inputs": input_rows(scenario.name, changes), "scenarios": [scenario.name]}
        yield from (table_html(table) for table in input_tables(changed))
    published = read_published()
    assumed, sources = assumption_rows(scenario, published), source_rows(scenario, published)
    yield folded(
        f"{counted(len(assumed), 'number')} without a source: assumptions and what-ifs",
        table_html(_as_table("Assumptions and what-ifs", assumed, ASSUMPTIONS)),
    )
    yield folded(counted(len(sources), "source"), table_html(_as_table("Sources", sources, SOURCES)))


def _circumstances(looked: Looked, question: Question) -> list[str]:
    settings, output, manifest = question.settings, question.output, looked.results.manifest
    told = [
        f"Scenario: {question.scenario}, digest {settings.digest}",
        *([f"State: {looked.state}"] if looked.state else []),
        f"Size: {settings.n_patients:,} patients per strategy, {question.n_replications} "
        f"replications, seed {settings.seed}",
        f"Looked at: {output.perspective} perspective, compared with {output.comparator}, "
        f"{output.wtp:,.0f} {settings.currency} per QALY, discount rates {output.discount_rate_costs:g} "
        f"(costs) and {output.discount_rate_effects:g} (effects), drugs at {output.drug_price} price, "
        f"prices of {output.price_year}",
        *(f"{name}: {manifest[key]}" for key, name in TOLD_OF_MANIFEST.items() if manifest.get(key)),
    ]
    if model := manifest.get("model"):
        told.append("Model: " + ", ".join(f"{key} {value}" for key, value in model.items()))
    return [*told, f"Link: {looked.link}"] if looked.link else told


def _exhibit(shown: Shown) -> Exhibit:
    frame, title = shown.table, shown.title
    if "week" in frame.columns:
        frame, title = frame[frame["week"] % WEEKS_TOLD == 0], f"{title}, every fourth week"
    columns = [name for name in frame.columns if name not in {"scenario", "measure"}]
    rows = frame[columns].to_dict("records")
    return Exhibit(shown.title, shown.chart, shown.note, _as_table(title, rows, columns), shown.alternative)


def _as_table(title: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> Table:
    cells = tuple(tuple(_cell(row[name]) for name in columns) for row in rows)
    return Table(title, tuple(name.replace("_", " ") for name in columns), cells)


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case list():
            return ", ".join(map(str, value))
        case float():
            return "" if value != value else significant(value)  # noqa: PLR0124  not a number
        case _:
            return str(value)
