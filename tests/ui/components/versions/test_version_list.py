"""What the list says of a version."""

from datetime import timedelta

import pytest

from core.runs.state import RunKind, RunStatus
from tests.support.run_infos import NOW, make_run
from ui.components.versions.version_list import detail_text, origin_text, sign_of

LATER = NOW + timedelta(minutes=5)


def test_a_finished_version_has_its_age_and_what_is_worth_knowing() -> None:
    assert detail_text(make_run(), LATER, is_current=False) == "5 min ago"
    assert detail_text(make_run(problems=2), LATER, is_current=True) == "current · 5 min ago · 2 problems"
    assert detail_text(make_run(problems=0), LATER, is_current=True) == "current · 5 min ago"


@pytest.mark.parametrize(
    ("status", "text"),
    [(RunStatus.QUEUED, "waiting"), (RunStatus.LOADING, "getting ready"), (RunStatus.RUNNING, "writing")],
)
def test_a_live_version_says_what_it_does(status: RunStatus, text: str) -> None:
    assert detail_text(make_run(status=status, finished_at=None), LATER, is_current=False) == text


def test_where_a_version_comes_from() -> None:
    assert origin_text(make_run()) == "m · generated · 1,204 characters"
    assert origin_text(make_run(kind=RunKind.UPLOAD, model="", characters=1)) == "uploaded · 1 character"


def test_every_end_has_a_sign_and_a_word_but_success_which_needs_none() -> None:
    signs = {status: sign_of(make_run(status=status)) for status in RunStatus if not status.is_live}
    assert {status for status, (sign, _) in signs.items() if sign == "finished"} == {RunStatus.COMPLETE}
    assert all(sign and meaning for sign, meaning in signs.values())
    assert detail_text(make_run(status=RunStatus.STOPPED), LATER, is_current=False) == "5 min ago · stopped"


def test_what_is_wrong_with_it_is_the_sign_of_a_complete_version_alone() -> None:
    assert sign_of(make_run(problems=1)) == ("warn", "finished, with 1 problem")
    assert sign_of(make_run(problems=1, findings=2)) == ("warn", "finished, with 1 problem, 2 errors")
    assert sign_of(make_run(status=RunStatus.STOPPED, problems=1))[0] == "stopped"
