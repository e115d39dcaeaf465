"""Every page for everybody: no serious finding of axe, nothing cut or overlapping, no sideways scroll."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import WIDTHS

from sim.report.answer import NOTICE
from sim.ui.frame import FIRST, SECTIONS

PAGES = [name for pages in SECTIONS.values() for name in pages]
SERIOUS = {"serious", "critical"}
MISPLACED = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  const found = [];
  if (document.documentElement.scrollWidth > innerWidth + 1) found.push('page scrolls sideways');
  if (main.scrollWidth > main.clientWidth + 1) found.push('main part scrolls sideways');
  const boxes = [];
  for (const element of main.querySelectorAll('h1,h2,h3,h4,p,li,label,button,summary,th,td,text')) {
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    if (!box.width || !box.height || style.visibility === 'hidden' || style.opacity === '0') continue;
    if (element.closest('[data-testid="stDataFrame"], canvas, [aria-hidden="true"], .vega-embed')) continue;
    const text = element.innerText?.trim();
    if (!text) continue;
    const scrolls = element.closest('[data-scrolls], [data-testid="stTable"], [role="tablist"]');
    if (element.scrollWidth > element.clientWidth + 1 && style.overflowX === 'hidden' && element.clientWidth)
      found.push('cut: ' + text.slice(0, 60));
    if (!scrolls && box.right > innerWidth + 1) found.push('beyond the edge: ' + text.slice(0, 60));
    if (/^(H\\d|P|LI)$/.test(element.tagName)) boxes.push([element, box, text.slice(0, 60)]);
  }
  for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
    const [one, a, told] = boxes[i], [other, b, said] = boxes[j];
    if (one.contains(other) || other.contains(one)) continue;
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 2 && high > 2) found.push(`overlap: ${told} / ${said}`);
  }
  return found;
}"""


def path_of(name):
    """The first page has no name in its address."""
    return "" if name == FIRST else name


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(open_page, name):
    page = open_page(path_of(name))
    found = Axe().run(page).response["violations"]
    told = [
        f"{one['impact']}: {one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}"
        for one in found
        if one["impact"] in SERIOUS
    ]
    assert told == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_cut_overlaps_or_scrolls_sideways(open_page, name, width):
    page = open_page(path_of(name), width=WIDTHS[width])
    assert page.evaluate(MISPLACED) == []
    assert NOTICE in page.inner_text("body")
