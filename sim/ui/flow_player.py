"""The flow animation as a component of the page: dots on a canvas, moved in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

SPEEDS = {7: "1 week a second", 14: "2 weeks a second", 30: "1 month a second", 91: "3 months a second"}
USUAL_SPEED = 30
OPTIONS = "".join(
    f'<option value="{days}"{" selected" if days == USUAL_SPEED else ""}>{label}</option>'
    for days, label in SPEEDS.items()
)
HTML = f"""
<div class="player">
  <div class="controls">
    <button type="button" class="play">Play</button>
    <button type="button" class="back" aria-label="A week back">&minus;1 week</button>
    <button type="button" class="step" aria-label="A week on">+1 week</button>
    <label>Speed <select class="speed">{OPTIONS}</select></label>
    <span class="when"></span>
  </div>
  <input type="range" class="time" min="0" step="1" value="0" aria-label="Day since referral">
  <canvas class="dots" role="img"></canvas>
</div>
"""
CSS = """
.player { color: var(--st-text-color); font-family: var(--st-font); font-size: 0.9rem; }
.controls { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
.controls button, .controls select {
  color: var(--st-text-color); background: var(--st-secondary-background-color); font: inherit;
  border: 1px solid var(--st-widget-border-color, currentColor); border-radius: var(--st-button-radius);
  padding: 0.4rem 0.8rem; min-height: 2.5rem; cursor: pointer;
}
.controls .play { min-width: 5rem; }
:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 2px; }
.when { font-variant-numeric: tabular-nums; }
.time { width: 100%; margin: 0.6rem 0; accent-color: var(--st-primary-color); min-height: 1.5rem; }
.dots { display: block; width: 100%; min-height: 200px; }
"""
_component = st.components.v2.component(
    "treatpath_flow_player",
    html=HTML,
    css=CSS,
    js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
)


def flow_player(animation: dict[str, Any], key: str) -> None:
    """Draw the animation.

    Parameters
    ----------
    animation : dict
        As `sim.report.flow_animation.animation` makes it.
    key : str
        Of the widget.
    """
    _component(key=key, data=animation)
