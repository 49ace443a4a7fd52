"""What runs in a worker, here in this process: results and errors come back whole; what was found outlasts a kill."""

import signal
from pathlib import Path

import pytest

from core.workers.calls import load, load_results, run_items, run_limited


def test_a_result_and_an_error_come_back() -> None:
    assert load(run_limited(5, pow, (2, 10))).value == 1024
    assert isinstance(load(run_limited(5, divmod, (1, 0))), ZeroDivisionError)


def test_the_results_of_items_come_back_in_their_order(tmp_path: Path) -> None:
    file = tmp_path / "results"
    run_items(pow, 2, [1, 2, 3], (5, 5), file)
    assert load_results(file) == [2, 4, 8]
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0), "no limit is left, which would end this process"


@pytest.mark.parametrize("missing_bytes", [1, 4])
def test_a_result_that_was_cut_is_dropped(tmp_path: Path, missing_bytes: int) -> None:
    file = tmp_path / "results"
    run_items(pow, 2, [1, 2], (5, 5), file)
    file.write_bytes(file.read_bytes()[:-missing_bytes])
    assert load_results(file) == [2]
