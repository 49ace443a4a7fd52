"""What a run does before its first text, in words."""

import pytest

from core.engines.protocol import Progress, ProgressPhase
from core.runs.progress import describe_progress, describe_start
from tests.support.run_infos import make_run


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
