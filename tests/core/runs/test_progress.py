"""What a run does before its first text, in words."""

from datetime import timedelta

import pytest

from core.engines.protocol import Progress, ProgressPhase
from core.runs.progress import describe_progress, describe_start, seconds_left
from tests.support.run_infos import NOW, make_run


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (Progress(ProgressPhase.LOADING), "Loading the model"),
        (Progress(ProgressPhase.READING, 512, 2048), "Reading the prompt, 512 of 2,048 tokens"),
        (Progress(ProgressPhase.READING, None, 9), "Reading the prompt, 0 of 9 tokens"),
        (Progress(ProgressPhase.WAITING, note="another run writes"), "Waiting for the model, another run writes"),
    ],
)
def test_progress_is_told_in_a_line(progress: Progress, text: str) -> None:
    assert describe_progress(progress) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        ({}, ""),
        ({"waiting": 0.9}, ""),
        ({"waiting": 0.9, "loading": 31.2, "reading": 8.4}, "Loading the model 31 s, reading the prompt 8 s"),
        ({"thinking": 1.0}, "Thinking 1 s"),
    ],
)
def test_what_took_long_before_the_first_text_is_told(seconds: dict[str, float], text: str) -> None:
    assert describe_start(make_run(start_seconds=seconds)) == text


@pytest.mark.parametrize(
    ("done", "seconds", "left"), [(500, 10, 30.0), (2000, 10, 0.0), (500, 0.5, None), (0, 10, None), (None, 10, None)]
)
def test_the_time_left_is_told_once_it_can_be_known(done: int | None, seconds: float, left: float | None) -> None:
    run = make_run(progress=Progress(ProgressPhase.READING, done, 2000), progress_since=NOW)
    assert seconds_left(run, NOW + timedelta(seconds=seconds)) == left


def test_there_is_no_time_left_where_nothing_is_under_way() -> None:
    assert seconds_left(make_run(), NOW) is None
