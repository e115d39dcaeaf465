"""About: what this is and is not, its limits, how to cite it, which model runs, and what words mean."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from sim.batch.model_identity import model_identity
from sim.batch.server_clock import server_clock
from sim.report.about import ACCESS, CITATION_FILE, GLOSSARY, IS, IS_NOT, KEYBOARD, LIMITS, Cited, cited
from sim.ui.charts import YAML, download
from sim.ui.view import View


def page(view: View) -> None:
    """Draw the page."""
    del view
    st.title("About")
    st.markdown(IS)
    st.markdown(f"**What it is not.** {IS_NOT}")
    st.header("Limits")
    _list(LIMITS)
    _cite(_cited())
    _model()
    _words()
    st.header("Accessibility")
    _list(ACCESS)
    st.header("Keyboard")
    st.table(pd.DataFrame(KEYBOARD, columns=["Keys", "What they do"]).set_index("Keys"), alt="Keys")


@st.cache_resource(max_entries=1, show_spinner=False)
def _cited() -> Cited:
    return cited()


def _cite(known: Cited) -> None:
    st.header("License and citation")
    st.markdown(f"License: **{known.license}**. {known.message}")
    st.code(known.text, language=None, wrap_lines=True)
    with st.expander("BibTeX and citation file"):
        st.code(known.bibtex, language=None)
        download(f"Download {CITATION_FILE}", lambda: known.file, CITATION_FILE, YAML)


def _model() -> None:
    """Say which model this is, so that results can be told apart."""
    st.header("Version")
    identity = {**model_identity(), "clock": server_clock()}
    st.code("\n".join(f"{key}: {value}" for key, value in identity.items()), language=None, wrap_lines=True)
    st.caption(
        "Results of the same version, source, libraries, scenario and seed are the same; the clock changes "
        "none of them."
    )


def _words() -> None:
    st.header("What the words mean")
    asked = st.text_input("Find a word", key="find word", placeholder="such as QALY").lower()
    found = {word: text for word, text in GLOSSARY.items() if asked in f"{word} {text}".lower()}
    if not found:
        st.info("No such word here.")
    st.markdown("\n\n".join(f"**{word}**: {text}" for word, text in found.items()))


def _list(lines: tuple[str, ...]) -> None:
    st.markdown("\n".join(f"- {line}" for line in lines))
