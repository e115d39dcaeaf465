"""Running studies: one job each, largest first, the same however they are run."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from sim.batch.executors import InlineExecutor
from sim.batch.settings import with_settings
from sim.batch.validate import manifest_of, validate
from sim.domain.targets import Targets
from sim.errors import JobError, ScenarioError
from sim.scenario_io.validation import Validation

TARGET = {
    "study": "small",
    "strategy": "tablets",
    "kind": "check",
    "quantity": "Response",
    "published": 0.4,
    "interval": [0.3, 0.5],
    "source": "smith2019",
    "measure": {
        "what": "score_at",
        "among": "starters",
        "criterion": {"improvement": 0.5},
        "moment": "assessment",
    },
}


@pytest.fixture(scope="module")
def validation(request):
    tiny = request.getfixturevalue("tiny")
    targets = Targets.model_validate(
        {
            "spreads": {},
            "targets": {"a": TARGET, "b": TARGET | {"study": "large", "strategy": "infusion"}, "c": TARGET},
            "left_out": {},
        }
    )
    sizes = {"large": 80, "small": 30}
    return Validation(
        targets,
        {
            name: SimpleNamespace(scenario=with_settings(tiny, {"name": name, "run.n_patients": size}))
            for name, size in sizes.items()
        },
    )


class NotingExecutor(InlineExecutor):
    """Runs jobs at once and remembers their order."""

    def __init__(self):
        self.keys = []

    def submit(self, fn, /, *arguments, **keywords):
        self.keys.append(arguments[0].key)
        return super().submit(fn, *arguments, **keywords)


def estimates(observed):
    return [(study.study, study.estimates) for study in observed]


def test_each_study_measures_its_own_targets_in_the_order_of_studies(validation):
    observed = validate(validation, workers=1)
    assert [(study.study, sorted(study.estimates)) for study in observed] == [
        ("large", ["b"]),
        ("small", ["a", "c"]),
    ]


def test_the_largest_study_runs_first(validation):
    executor = NotingExecutor()
    turned = dataclasses.replace(validation, studies=dict(reversed(validation.studies.items())))
    observed = validate(turned, executor=executor)
    assert executor.keys == ["study 'large'", "study 'small'"]
    assert [study.study for study in observed] == ["small", "large"]


def test_results_do_not_depend_on_the_number_of_workers(validation):
    assert estimates(validate(validation, workers=1)) == estimates(validate(validation, workers=2))


def test_fewer_patients_may_be_asked_for(validation):
    observed = validate(validation, n_patients=10, workers=1)
    assert max(study.curves["tablets"]["n"].max() for study in observed) <= 10


def test_progress_counts_every_study(validation):
    seen = []
    validate(validation, n_patients=5, workers=1, on_progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]


def test_a_failing_study_is_told_by_its_name(validation, monkeypatch):
    monkeypatch.setattr("sim.replication.observe", lambda scenario, wanted, clock: 1 / 0)
    with pytest.raises(JobError, match=r"^study 'large': ZeroDivisionError"):
        validate(validation, workers=1)


def test_impossible_numbers_of_patients_are_refused(validation):
    with pytest.raises(ScenarioError, match=r"run\.n_patients: "):
        validate(validation, n_patients=0)


def test_the_manifest_tells_versions_seeds_sizes_and_digests(validation):
    manifest = manifest_of(validation, started=datetime.now(UTC), workers=1, command="treatpath validate")
    assert json.loads(json.dumps(manifest)) == manifest
    assert {"version", "versions", "command", "started", "wall_seconds"} <= set(manifest)
    assert {"python", "numpy"} <= set(manifest["versions"])
    assert [(row["name"], row["n_patients"]) for row in manifest["scenarios"]] == [
        ("large", 80),
        ("small", 30),
    ]
    assert all(isinstance(row["seed"], int) and len(row["digest"]) == 64 for row in manifest["scenarios"])


def test_the_digests_of_the_manifest_follow_what_they_stand_for(validation):
    def digests(changed, **settings):
        manifest = manifest_of(changed, started=datetime.now(UTC), workers=1, **settings)
        return manifest["targets"], manifest["scenarios"][0]["digest"]

    figures, large = digests(validation)
    fewer = validation.targets.model_copy(update={"left_out": {"d": "A median."}})
    assert digests(dataclasses.replace(validation, targets=fewer))[0] != figures
    assert digests(validation, n_patients=10)[0] == figures
    assert digests(validation, n_patients=10)[1] != large
