"""What the page About says agrees with the files it is said in elsewhere."""

from __future__ import annotations

from pathlib import Path

from sim.batch.installed import DISTRIBUTION, version_of
from sim.report.about import GLOSSARY, cited

ROOT = Path(__file__).resolve().parents[3]
HEAD = "| Word | Means |"


def test_the_citation_is_that_of_the_file():
    known = cited()
    assert known.text.endswith(f"Version {version_of(DISTRIBUTION)}.")
    assert known.file == (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert known.license == "Apache-2.0"
    assert "author = {{The treatpath developers}}" in known.bibtex


def test_the_words_of_the_contributors_glossary_that_readers_meet_are_explained():
    rows = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition(HEAD)[2].strip().splitlines()[1:]
    words = [word.strip() for row in rows if row.startswith("|") for word in row.split("|")[1].split(",")]
    told = " ".join(f"{word} {text}" for word, text in GLOSSARY.items()).lower()
    inside = {"world", "unknown", "expected loss", "noise floor", "exhibit", "job", "CEAF"}
    assert [word for word in words if word not in inside and word.split(" (")[0].lower() not in told] == []


def test_the_wheel_takes_the_citation_along():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert '"CITATION.cff" = "sim/shipped/CITATION.cff"' in text
