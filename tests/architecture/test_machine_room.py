"""The machine room is whole: each job can be found, each queue has a worker, and each worker is started."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path

import pytest

import config
from inbox import jobs, serving
from workers.__main__ import QUEUES

NAMED = sorted(value for name, value in vars(jobs).items() if name.isupper() and isinstance(value, str))


@pytest.mark.parametrize("job", NAMED)
def test_each_job_is_a_function_that_takes_ids_alone(job: str) -> None:
    module, _, name = job.rpartition(".")
    function = getattr(importlib.import_module(module), name)

    # RQ carries them as JSON: text and nothing else.
    assert [parameter.annotation for parameter in inspect.signature(function).parameters.values()] in ([], ["str"])


def test_each_job_has_a_queue() -> None:
    assert NAMED
    assert set(jobs.QUEUES) == set(NAMED)


def test_each_queue_has_a_worker_that_can_be_asked_for() -> None:
    assert set(QUEUES) == set(jobs.QUEUES.values())


def test_one_command_starts_a_worker_for_each_queue_and_delivery_has_its_own(tmp_path: Path) -> None:
    settings = config.Settings(data=tmp_path)
    started = [list(child._arguments) for child in serving._children(settings)]
    worked_on = [argv[argv.index("--queues") + 1].split(",") for argv in started if "--queues" in argv]

    assert sorted(queue for queues in worked_on for queue in queues) == sorted(set(jobs.QUEUES.values()))
    assert ["deliver"] in worked_on
    assert sum("--clock" in argv for argv in started) == 1
    assert sum("--sequencer" in argv for argv in started) == 1
