"""The newest run of a side."""

from core.catalog.stacks import Side
from tests.support.run_infos import make_run
from ui.pages.initial_runs import newest_run_id

RUNS = [make_run(id="3", side=Side.FRONTEND), make_run(id="2"), make_run(id="1")]


def test_the_first_run_of_the_side_in_a_list_that_is_newest_first() -> None:
    assert newest_run_id(Side.BACKEND, RUNS) == "2"
    assert newest_run_id(Side.FRONTEND, RUNS) == "3"


def test_a_side_without_runs_has_none() -> None:
    assert newest_run_id(Side.FRONTEND, RUNS[1:]) is None
