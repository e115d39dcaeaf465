"""The README shows every main page; ``--update-golden`` takes the pictures anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.ui.frame import FIRST, SECTIONS

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
PAGES = {name: title for pages in SECTIONS.values() for name, title in pages.items()}
SHOWN = {FIRST: "", "capacity": "capacity?scenario=small_clinic"}
"""Addresses that are not the page's name: the first page, and one that shows nothing where nothing is limited."""
SETTLING_MS = 1_500
"""Drawings come after the page they stand on."""


@pytest.mark.parametrize("name", PAGES)
def test_the_readme_shows_the_page(name, request):
    picture = IMAGES / f"{name}.png"
    if request.config.getoption("--update-golden"):
        page = request.getfixturevalue("open_page")(SHOWN.get(name, name), height=900)
        page.wait_for_timeout(SETTLING_MS)
        IMAGES.mkdir(exist_ok=True)
        page.screenshot(path=picture)
    assert f"![{PAGES[name]}](docs/images/{name}.png)" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert picture.stat().st_size > 10_000


def test_the_readme_shows_a_telephone(request):
    picture = IMAGES / "phone.png"
    if request.config.getoption("--update-golden"):
        page = request.getfixturevalue("open_page")("", width=400, height=860)
        page.wait_for_timeout(SETTLING_MS)
        page.screenshot(path=picture)
    assert "![The page Compare on a telephone](docs/images/phone.png)" in (ROOT / "README.md").read_text(
        encoding="utf-8"
    )
    assert picture.stat().st_size > 10_000
