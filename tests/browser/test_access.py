"""Every page for everybody: no serious finding of axe, nothing cut or overlapping, no sideways scroll."""

from __future__ import annotations

import importlib

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import settled

from sim.report.answer import NOTICE
from sim.ui.frame import FIRST, SECTIONS

PAGES = [name for pages in SECTIONS.values() for name in pages]
SERIOUS = {"serious", "critical"}
DARK = ["compare", "pathways", "scenarios", "evidence"]
"""Pages that have between them every kind of widget, drawing and text; colors are the theme's, not a page's."""
DESKTOP, PHONE = 1280, 400
SETTLING_MS = 800
"""After a change of width or colors charts are drawn anew."""
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


@pytest.fixture(scope="module", params=PAGES)
def visited(request, browser, served):
    """Visit a page and its tabs once, on a desktop and on a phone; return what is wrong on it, and its words."""
    context = browser.new_context(viewport={"width": DESKTOP, "height": 900})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(served if request.param == FIRST else f"{served}/{request.param}")
    settled(page)
    tabs = getattr(page_of(request.param), "TABS", ())
    found = {"desktop": [], "light": [], "phone": []}
    for tab in _opened(page, tabs):
        found["desktop"] += _told(tab, page.evaluate(MISPLACED))
        found["light"] += _told(tab, _serious(page))
    if request.param in DARK:
        page.emulate_media(color_scheme="dark")
        page.wait_for_timeout(SETTLING_MS)
        settled(page)
        found["dark"] = _serious(page)
    found["words"] = page.inner_text("body")
    page.set_viewport_size({"width": PHONE, "height": 860})
    page.wait_for_timeout(SETTLING_MS)
    settled(page)
    for tab in _opened(page, tabs):
        found["phone"] += _told(tab, page.evaluate(MISPLACED))
    context.close()
    return found


def page_of(name):
    return importlib.import_module(f"sim.ui.pages.{name}")


def _opened(page, tabs):
    """Yield each tab once it is open; a page without tabs, once."""
    for tab in tabs or [""]:
        if tab:
            page.get_by_role("tab", name=tab, exact=True).click()
            page.wait_for_function(
                "tab => document.querySelector('[role=tab][aria-selected=true]').innerText === tab", arg=tab
            )
            settled(page)
        yield tab


def _told(tab, found):
    return [f"{tab}: {one}" if tab else one for one in found]


def _serious(page):
    violations = Axe().run(page).response["violations"]
    return [
        f"{one['impact']}: {one['id']}: {one['nodes'][0]['failureSummary']}: {one['nodes'][0]['html'][:200]}"
        for one in violations
        if one["impact"] in SERIOUS
    ]


def test_axe_finds_nothing_serious(visited):
    assert visited["light"] == []


@pytest.mark.parametrize("visited", DARK, indirect=True)
def test_axe_finds_nothing_serious_in_the_dark(visited):
    assert visited["dark"] == []


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_nothing_is_cut_overlaps_or_scrolls_sideways(visited, device):
    assert visited[device] == []


def test_the_page_says_that_it_is_no_advice(visited):
    assert NOTICE in visited["words"]
