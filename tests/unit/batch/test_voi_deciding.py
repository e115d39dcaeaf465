"""A question about draws, narrowed and answered in a worker: the numbers are those of the whole question."""

from __future__ import annotations

import pickle

import numpy as np

from sim.analysis.decision import decide
from sim.batch.voi_asked import Asked
from sim.batch.voi_deciding import Deciding, about_the_choice, among
from sim.batch.voi_question import from_draws


def test_a_worker_answers_what_the_analysis_answers(tiny_draws):
    posed = about_the_choice(from_draws(tiny_draws, Asked(), {}))
    job = pickle.loads(pickle.dumps(Deciding(posed)))
    assert job.key == "value of information, A small illustrative scenario (tiny)"
    assert job.run().evpi == decide(posed.table, posed.question).evpi


def test_the_choice_is_the_same_with_and_without_parameters(tiny_draws):
    posed = from_draws(tiny_draws, Asked(), {})
    short = about_the_choice(posed)
    assert short.table.parameters == ()
    whole, alone = (Deciding(one).run() for one in (posed, short))
    assert np.array_equal(whole.chosen_curves.probability, alone.chosen_curves.probability)
    assert whole.evpi == alone.evpi


def test_fewer_strategies_are_chosen_among(tiny_draws):
    few = among(from_draws(tiny_draws, Asked(), {}), ["usual_care", "tablets"])
    assert few.table.strategies == ("usual_care", "tablets")
