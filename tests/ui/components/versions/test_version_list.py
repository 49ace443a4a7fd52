"""What the list says of a version."""

from datetime import timedelta

import pytest

from core.runs.state import RunKind, RunStatus
from tests.support.run_infos import NOW, make_run
from ui.components.versions.version_list import detail_text, mark_of, origin_text

LATER = NOW + timedelta(minutes=5)


def test_a_finished_version_has_its_age_and_what_is_worth_knowing() -> None:
    assert detail_text(make_run(), LATER, is_current=False) == "5 min ago"
    assert detail_text(make_run(problems=2), LATER, is_current=True) == "5 min ago · current · 2 problems"
    assert detail_text(make_run(problems=0), LATER, is_current=True) == "5 min ago · current"


@pytest.mark.parametrize(
    ("status", "text"),
    [(RunStatus.QUEUED, "waiting"), (RunStatus.LOADING, "getting ready"), (RunStatus.RUNNING, "writing")],
)
def test_a_live_version_says_what_it_does(status: RunStatus, text: str) -> None:
    assert detail_text(make_run(status=status, finished_at=None), LATER, is_current=False) == f"now · {text}"


def test_where_a_version_comes_from() -> None:
    assert origin_text(make_run()) == "m · generated · 1,204 characters"
    assert origin_text(make_run(kind=RunKind.UPLOAD, model="", characters=1)) == "uploaded · 1 character"


def test_every_end_has_a_mark() -> None:
    marks = {status: mark_of(make_run(status=status)) for status in RunStatus if not status.is_live}
    assert {status for status, (_, css_class, _) in marks.items() if css_class == "lw-text-ok"} == {RunStatus.COMPLETE}
    assert all(symbol and meaning for symbol, _, meaning in marks.values())


def test_problems_are_the_mark_of_a_complete_version_alone() -> None:
    assert mark_of(make_run(problems=1)) == ("1", "lw-problem-count", "finished, with 1 problem")
    assert mark_of(make_run(status=RunStatus.STOPPED, problems=1))[0] == "■"
