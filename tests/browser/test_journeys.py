"""What a planner, an educator and a researcher do, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

from browsing import settled

PREVIEW, FULL = "Preview", "Full run"
SMALL = "set=run.n_patients%3D300&set=run.replications%3D3"
ODDS_RATIO = "Odds ratio of response at home"


def answer(page):
    return page.locator("h2").first.inner_text()


def badge(page):
    return page.locator(".st-key-state").inner_text()


def press(page, label, key, times=1):
    slider = page.locator(f'input[type="range"][aria-label^="{label}"]')
    for _ in range(times):
        slider.focus()
        page.keyboard.press(key)


def test_a_planner_moves_a_slider_runs_in_full_and_downloads(open_page, tmp_path):
    page = open_page(f"?{SMALL}")
    before = answer(page)
    press(page, ODDS_RATIO, "ArrowLeft", 3)
    page.wait_for_function("before => document.querySelector('h2').innerText !== before", arg=before)
    settled(page)
    assert PREVIEW in badge(page)
    previewed = answer(page)
    page.get_by_role("button", name="Run in full").click()
    page.wait_for_function(f"() => document.querySelector('.st-key-state').innerText.includes('{FULL}')")
    settled(page)
    assert answer(page) != previewed
    with page.expect_download() as download:
        page.get_by_role("button", name="All columns of the comparison").click()
    download.value.save_as(tmp_path / "comparison.csv")
    text = Path(tmp_path / "comparison.csv").read_text(encoding="utf-8")
    assert text.startswith("strategy,n_patients,eligible_share")
    assert len(text.splitlines()) == 8


def test_a_share_link_shows_the_same_page_to_somebody_else(open_page):
    page = open_page(f"?{SMALL}")
    press(page, ODDS_RATIO, "ArrowLeft", 2)
    page.wait_for_url(re.compile("odds_ratio"))
    settled(page)
    link, seen = page.url, answer(page)
    other = open_page(link.split("/", 3)[3])
    assert answer(other) == seen
    assert other.url == link


OWN = """extends: base.yaml
name: ours
title: Our own programme
run: {n_patients: 60, replications: 2}
"""


def test_a_researcher_uploads_a_scenario_runs_it_and_opens_the_history(open_page):
    page = open_page("scenarios")
    page.get_by_role("tab", name="Upload").click()
    page.wait_for_selector('input[type="file"]', state="attached")
    page.set_input_files(
        'input[type="file"]', {"name": "ours.yaml", "mimeType": "text/yaml", "buffer": OWN.encode()}
    )
    page.wait_for_function("() => document.body.innerText.includes('Our own programme')")
    settled(page)
    page.get_by_role("button", name="Run in full").click()
    page.get_by_role("button", name="Check", exact=True).click()
    page.get_by_role("menuitem", name="History").click()
    page.wait_for_function("() => document.body.innerText.includes('Runs of this session (1)')")
    page.wait_for_function("() => /ours.*At .100,000 per QALY/s.test(document.body.innerText)")
    settled(page)
    assert page.locator("h1").inner_text() == "History"
    assert page.get_by_role("button", name="Show it").is_visible()
