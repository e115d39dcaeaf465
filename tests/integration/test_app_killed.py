"""What becomes of a page whose worker is killed: with a real pool of processes."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from threading import Thread

import pytest
from odd_jobs import Killed
from streamlit.testing.v1 import AppTest

from sim.ui import pools, runs, works
from sim.ui.pools import LastingPool

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
LONG_RUN = {"run.n_patients": 500, "run.replications": 1000}
WITHIN = 30


@pytest.fixture
def pool(server):
    """Return a pool of one process that does runs and previews."""
    made = LastingPool(1)
    server.setattr(works, "make_executor", lambda: made)
    server.setattr(works, "start_thread", lambda function: Thread(target=function, daemon=True).start())
    server.setattr(pools, "make_preview_executor", lambda: made)
    yield made
    made.shutdown()


@pytest.fixture
def app(pool):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.query_params["set"] = [f"{path}={value}" for path, value in LONG_RUN.items()]
    return app.run()


def answer_shown(app):
    return next(text.value for text in app.markdown if text.value.startswith("## "))


def waited(app, is_so):
    """Draw a page until something is so."""
    until = time.monotonic() + WITHIN
    while not is_so(app):
        assert time.monotonic() < until
        time.sleep(0.1)
        app.run()
    return app


def test_a_run_whose_worker_is_killed_says_so_loses_nothing_else_and_runs_again(app, pool):
    before = answer_shown(app)
    app.button(key="start").click().run()
    work = app.session_state["works"].work("run")
    waited(app, lambda _: work.done > 0)
    [worker] = pool._pool._processes
    os.kill(worker, signal.SIGKILL)
    waited(app, lambda app: app.error)
    assert "a worker process died before its job was done" in app.error[0].value
    assert "Press *Run in full* to try again" in app.error[0].value
    assert not app.exception
    assert answer_shown(app) == before
    assert app.session_state["what-ifs"] == LONG_RUN
    app.button(key="start").click().run()
    again = app.session_state["works"].work("run")
    assert again is not work
    waited(app, lambda _: again.done > 0)
    assert not app.error
    next(button for button in app.button if button.label == "Cancel").click().run()
    assert again.is_cancelled


def test_a_preview_whose_worker_is_killed_says_so_and_may_be_tried_again(app, server):
    before = answer_shown(app)
    usual = runs.shared_out
    server.setattr(runs, "shared_out", lambda *_: [Killed()])
    app.slider(key="lever treatments.ketamine_home.effect.odds_ratio").set_value(0.5).run()
    assert not app.exception
    assert "a worker process died before its job was done" in app.error[0].value
    server.setattr(runs, "shared_out", usual)
    app.button(key="again").click().run()
    assert not app.error
    assert "Preview" in app.markdown[0].value + app.markdown[1].value
    assert answer_shown(app) != before
    assert app.session_state["what-ifs"]["treatments.ketamine_home.effect.odds_ratio"] == 0.5
