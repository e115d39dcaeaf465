"""Pieces of a page that needs nothing from elsewhere: its frame, its style, tables, lists."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from sim.report.tables import Table

FRAME_STYLE = """
:root { color-scheme: light dark; --back: #ffffff; --text: #1b1f24; --soft: #57606a; --grid: #d8dee4;
  --band: #b9c7d8; --mark: #0b5cad; --warn: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --back: #14181d; --text: #e8ecf0; --soft: #a5b0bb;
  --grid: #343c45; --band: #3d5068; --mark: #7cb7f5; --warn: #ff9d94; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 75rem; background: var(--back); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
h1, h2, h3 { line-height: 1.25; margin: 1.6em 0 0.5em; }
h1 { margin-top: 0.5em; }
p, li { max-width: 46rem; }
.soft, figcaption { color: var(--soft); }
.miss { color: var(--warn); font-weight: 600; }
figure { margin: 0 0 1.5rem; }
svg { display: block; width: 100%; height: auto; }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; padding: 0; margin: 0.3rem 0;
  list-style: none; }
.legend li { display: flex; align-items: center; gap: 0.4rem; }
.swatch { width: 36px; flex: none; }
.strips { list-style: none; padding: 0; margin: 0; }
.strips > li { max-width: none; padding: 0.35rem 0; border-top: 1px solid var(--grid); }
.strips .axis-row { position: sticky; top: 0; background: var(--back); border: 0; padding: 0; z-index: 1; }
.panels { display: grid; gap: 1rem 2rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); }
.panels > div { max-width: 36rem; } .panels figcaption { min-height: 3em; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9rem; }
caption { text-align: left; color: var(--soft); padding: 0.3rem 0; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.7rem 0.25rem 0;
  border-top: 1px solid var(--grid); }
summary { cursor: pointer; padding: 0.3rem 0; }
@media (min-width: 60rem) { .strips > li { display: grid; gap: 0 1rem; align-items: center;
  grid-template-columns: 19rem minmax(0, 1fr) 19rem; } .strips .axis-row > svg { grid-column: 2; } }
@media print { .strips .axis-row { position: static; } details > * { display: block; } }
"""
"""Style of everything but drawings."""
DRAWING_STYLE = """
svg text { fill: var(--soft); font: 12px system-ui, sans-serif; }
svg .grid { stroke: var(--grid); } svg .axis { stroke: var(--soft); }
svg .predicted { fill: var(--band); } svg .interval { stroke: var(--text); stroke-width: 1.5; fill: none; }
svg .published { fill: var(--back); stroke: var(--text); stroke-width: 1.5; }
svg .inside { fill: var(--mark); }
svg .outside { fill: none; stroke: var(--warn); stroke-width: 2; }
svg .vague { fill: var(--back); stroke: var(--mark); stroke-width: 2; }
svg .line { fill: none; stroke-width: 2.5; stroke-linejoin: round; } svg .band { opacity: 0.2; }
svg .name { fill: var(--text); stroke: var(--back); stroke-width: 3; paint-order: stroke; }
svg .whisker { fill: none; stroke-width: 1.5; } svg .model { fill: none; stroke-width: 4; opacity: 0.6; }
svg .point { stroke-width: 2; } svg .hollow { fill: var(--back); }
@media (prefers-color-scheme: dark) {
  svg .line, svg .band, svg .whisker, svg .model, svg .point { filter: brightness(1.5); } }
@media (max-width: 30rem) { svg text { font-size: 14px; } }
"""
"""Style of the drawings of `sim.report.svg`, which carry none of their own."""
STYLE = DRAWING_STYLE + FRAME_STYLE


def page(title: str, body: str, style: str = STYLE) -> str:
    """Return a whole page.

    Parameters
    ----------
    title : str
        Its name.
    body : str
        HTML.
    style : str
        Style sheet.

    Returns
    -------
    str
        HTML that loads nothing.
    """
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def table_html(table: Table) -> str:
    """Return a table that scrolls sideways where the page is narrow."""
    header = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.header)
    rows = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in others)
        + "</tr>"
        for first, *others in table.rows
    )
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(table.title)}"><table>'
        f"<caption>{escape(table.title)}</caption><thead><tr>{header}</tr></thead><tbody>{rows}</tbody>"
        "</table></div>"
    )


def folded(summary: str, content: str) -> str:
    """Return content that a reader opens."""
    return f"<details><summary>{escape(summary)}</summary>{content}</details>"


def bullets(lines: Iterable[str]) -> str:
    """Return a list of plain texts."""
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"


def legend(entries: Iterable[tuple[str, str]]) -> str:
    """Return a legend of pairs of drawing and text."""
    return f'<ul class="legend">{"".join(f"<li>{mark}{escape(text)}</li>" for mark, text in entries)}</ul>'
