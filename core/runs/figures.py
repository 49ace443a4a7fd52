"""What monitors ask of all runs since the start: counts by kind of end, and how long things took. No I/O."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from core.runs.state import RunInfo

WAIT_BOUNDS = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800)
FIRST_PIECE_BOUNDS = (0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120)
COMMIT_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5)


class Histogram:
    """How many values were at most each of ``bounds``, which grow; ``total`` is the sum of all values."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = tuple(bounds)
        self.total = 0.0
        self._counts = [0] * (len(self.bounds) + 1)

    def observe(self, value: float) -> None:
        """Count a value. O(log bounds): it is called for each commit of a run's text."""
        self._counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    @property
    def cumulative(self) -> list[tuple[str, int]]:
        """Pairs of a bound, ``+Inf`` last, and how many values were at most that."""
        pairs, count = [], 0
        for bound, own in zip((*map(str, self.bounds), "+Inf"), self._counts, strict=True):
            count += own
            pairs.append((bound, count))
        return pairs


class RunFigures:
    """Counted when a run ends; ``commit_delay`` is of the journal: from a piece's arrival until readers get it."""

    def __init__(self) -> None:
        self.ended: Counter[tuple[str, str, str]] = Counter()  # status, engine, model
        self.tokens: Counter[tuple[str, str]] = Counter()  # engine, model
        self.errors: Counter[str] = Counter()  # the code
        self.queue_wait = Histogram(WAIT_BOUNDS)
        self.first_piece = Histogram(FIRST_PIECE_BOUNDS)
        self.commit_delay = Histogram(COMMIT_BOUNDS)

    def count_end(self, run: RunInfo) -> None:
        """Count a run that has ended; what a person made is none of a model's."""
        if run.is_by_person:
            return
        self.ended[run.status.value, run.engine.value, run.model] += 1
        self.tokens[run.engine.value, run.model] += run.tokens
        if run.error:
            self.errors[run.error.code] += 1
        if run.started_at:
            self.queue_wait.observe(_seconds(run.created_at, run.started_at))
            if run.first_text_at:
                self.first_piece.observe(_seconds(run.started_at, run.first_text_at))


def _seconds(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds())
