"""Figures of a decision analysis as one page that needs nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from sim.report.answer import NOTICE
from sim.report.exhibit import Exhibit
from sim.report.exhibit_svg import svg_of
from sim.report.page_parts import FRAME_STYLE, bullets, folded, page, table_html

CARDS = """
.exhibits { display: grid; gap: 1.5rem; align-items: start;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); }
.exhibits figure { margin: 0; min-width: 0; }
.exhibits h2 { font-size: 1.15rem; margin: 0 0 0.5rem; }
.exhibits .card { background: #ffffff; color-scheme: light; border: 1px solid var(--grid);
  border-radius: 6px; padding: 0.6rem; }
.exhibits .card svg { margin: 0 auto; }
.exhibits figcaption { font-size: 0.9rem; margin-top: 0.4rem; }
.exhibits .scroll { max-height: 24rem; overflow: auto; }
.exhibits td { font-variant-numeric: tabular-nums; }
@media print { .exhibits { display: block; } .exhibits figure { break-inside: avoid; margin-bottom: 2rem; }
  .exhibits .scroll { max-height: none; } }
"""
STYLE = FRAME_STYLE + CARDS


def exhibit_page(
    title: str,
    answer: Iterable[str],
    exhibits: Sequence[Exhibit],
    *,
    notes: Sequence[str] = (),
    manifest: Sequence[str] = (),
) -> str:
    """Return a page of figures, each with its caption and its numbers.

    Parameters
    ----------
    title : str
        Its name.
    answer : iterable of str
        Sentences that answer the question; the first one stands out.
    exhibits : sequence of Exhibit
        Figures, in their order.
    notes : sequence of str
        What a reader must know to judge them.
    manifest : sequence of str
        How the page was made, such as ``Version: ...``.

    Returns
    -------
    str
        HTML without scripts that loads nothing.

    Raises
    ------
    ScenarioError
        If the extra ``report`` is not installed.
    """
    first, *others = [*answer, ""]
    lead = f"<p><strong>{escape(first)}</strong></p>" if first else ""
    parts = [f"<h1>{escape(title)}</h1>{lead}", *(f"<p>{escape(text)}</p>" for text in others if text)]
    parts.append(f'<p class="soft">{escape(NOTICE)}</p>')
    figures = [exhibit_html(exhibit, f"figure{place}") for place, exhibit in enumerate(exhibits, 1)]
    parts.append(f'<div class="exhibits">{"".join(figures)}</div>')
    if notes:
        parts.append(f"<h2>Notes</h2>{bullets(notes)}")
    if manifest:
        parts.append(f"<h2>How this page was made</h2>{bullets(manifest)}")
    return page(title, "<main>" + "\n".join(parts) + "</main>", style=STYLE)


def exhibit_html(exhibit: Exhibit, name: str) -> str:
    """Return one figure with its caption and its numbers, which a reader opens.

    Parameters
    ----------
    exhibit : Exhibit
        The figure.
    name : str
        Unique in its page.

    Returns
    -------
    str
        A ``figure`` element.
    """
    return (
        f'<figure id="{escape(name)}"><h2>{escape(exhibit.title)}</h2>'
        f'<div class="card">{svg_of(exhibit, name)}</div>'
        f"<figcaption>{escape(exhibit.caption)}</figcaption>"
        f"{folded('Numbers', table_html(exhibit.table))}</figure>"
    )
