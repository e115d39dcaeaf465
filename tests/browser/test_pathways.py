"""Pathways in a real browser: a click on a band lists its people, one is followed, dots stand still if asked."""

from __future__ import annotations

from browsing import settled

PATHWAYS = "pathways?paths_strategy=ketamine_iv"


def test_a_click_on_a_band_lists_its_people_and_leads_to_one_s_story(open_page):
    page = open_page(PATHWAYS)
    chart = page.locator('[data-testid="stEChartsChart"] canvas').first
    flow = page.get_by_role("combobox", name="Flow (or click one in a diagram)")
    for _ in range(10):  # the diagram draws itself in, and only then takes clicks
        width = chart.bounding_box()["width"]
        chart.click(position={"x": width * 0.75, "y": 40})  # scrolls to wherever it stands now
        page.wait_for_timeout(1000)
        settled(page)
        if flow.input_value().startswith("Start: Started"):
            break
    assert flow.input_value().startswith("Start: Started")
    settled(page)
    page.get_by_role("button", name="Follow person").click()
    page.wait_for_function("() => document.querySelector('h1')?.innerText === 'Follow a patient'")
    settled(page)
    assert "/patient" in page.url
    assert "paths_" not in page.url


def test_a_map_on_a_telephone_scrolls_in_its_frame_and_stays_readable(open_page):
    page = open_page(PATHWAYS, width=400)
    drawing = page.locator("[data-testid='stMermaidChart'] img").first
    drawing.wait_for()
    page.wait_for_timeout(500)
    box = drawing.bounding_box()
    assert box["width"] >= 680
    assert box["x"] >= 0, "what is left of the frame cannot be scrolled to"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
    assert page.locator("[data-testid='stMain']").evaluate("main => main.scrollWidth <= main.clientWidth + 1")


def test_dots_stand_still_for_those_who_ask_for_less_motion_and_move_by_steps(open_page):
    page = open_page(PATHWAYS, reduced_motion="reduce")
    dots = page.locator("canvas.dots")
    dots.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    assert page.locator(".player .play").inner_text() == "Play"
    page.locator(".player .step").click()
    assert dots.get_attribute("aria-label").startswith("Month 0.2 (day 7), 200 patients: ")
    page.locator(".player .time").focus()
    page.keyboard.press("End")
    assert "(day 730)" in page.locator(".player .when").inner_text()


def test_dots_move_by_themselves_and_can_be_paused(open_page):
    page = open_page(PATHWAYS)
    page.locator("canvas.dots").scroll_into_view_if_needed()
    play = page.locator(".player .play")
    page.wait_for_function("play => play.innerText === 'Pause'", arg=play.element_handle())
    play.click()
    before = page.locator(".player .when").inner_text()
    page.wait_for_timeout(300)
    assert page.locator(".player .when").inner_text() == before
