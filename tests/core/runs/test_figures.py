"""What is counted of runs that have ended."""

from dataclasses import replace
from datetime import timedelta

from core.engines.protocol import EngineName
from core.runs.figures import Histogram, RunFigures
from core.runs.state import RunError, RunKind, RunStatus
from tests.support.run_infos import make_run


def test_values_are_counted_up_to_each_bound() -> None:
    histogram = Histogram((1, 5))
    for value in (0.5, 1, 2, 9):
        histogram.observe(value)
    assert histogram.cumulative == [("1", 2), ("5", 3), ("+Inf", 4)]
    assert histogram.total == 12.5


def test_a_run_counts_by_its_end_and_a_persons_version_does_not() -> None:
    figures = RunFigures()
    run = make_run(status=RunStatus.FAILED, engine=EngineName.OLLAMA, model="m", tokens=7)
    start = run.created_at + timedelta(seconds=3)
    run = replace(
        run,
        started_at=start,
        first_text_at=start + timedelta(seconds=0.3),
        error=RunError("idle", "It went silent."),
    )
    figures.count_end(run)
    figures.count_end(replace(run, status=RunStatus.COMPLETE, error=None, first_text_at=None))
    figures.count_end(replace(run, kind=RunKind.UPLOAD))
    assert figures.ended == {("failed", "ollama", "m"): 1, ("complete", "ollama", "m"): 1}
    assert (figures.tokens, figures.errors) == ({("ollama", "m"): 14}, {"idle": 1})
    assert dict(figures.queue_wait.cumulative)["5"] == 2
    assert dict(figures.first_piece.cumulative)["0.5"] == 1
