"""What a server does once, before anybody waits for it."""

from __future__ import annotations

import altair as alt
import streamlit as st

from sim.batch.server_clock import Warming, spare_garbage
from sim.scenario_io.shipped import BASE
from sim.ui import sources
from sim.ui.pools import count_preview_workers, preview_executor


@st.cache_resource(show_spinner=False)
def warm_up() -> None:
    """Start the workers of previews and let them load what their first preview would wait for."""
    alt.utils.schemapi.disable_debug_mode()  # charts are checked in tests; checking each takes half the time
    job = Warming(sources.read(BASE)[0].scenario)  # the first page reads the same
    for _ in range(count_preview_workers()):
        preview_executor().submit(job.run)
    spare_garbage()
