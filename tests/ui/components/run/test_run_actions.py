"""Of what can be done with a run, the next thing to press comes first."""

import pytest

from core.runs.state import RunKind, RunStatus
from tests.support.run_infos import make_run
from ui.components.run.run_actions import RunAction, actions_of, fix_label

Changes = dict[str, object]


@pytest.mark.parametrize(
    ("changes", "primary"),
    [
        ({"status": RunStatus.QUEUED}, RunAction.STOP),
        ({"status": RunStatus.RUNNING}, RunAction.STOP),
        ({"status": RunStatus.STOPPED}, RunAction.CONTINUE),
        ({"status": RunStatus.TRUNCATED, "problems": 2}, RunAction.CONTINUE),
        ({"status": RunStatus.INTERRUPTED}, RunAction.CONTINUE),
        ({"status": RunStatus.STOPPED, "kind": RunKind.FIX, "parent_id": "p"}, RunAction.GENERATE_AGAIN),
        ({"problems": 2}, RunAction.FIX),
        ({"findings": 1, "parent_id": "p"}, RunAction.FIX),
        ({}, RunAction.DOWNLOAD),
        ({"parent_id": "p"}, RunAction.DOWNLOAD),
    ],
)
def test_the_primary_action_follows_the_state(changes: Changes, primary: RunAction) -> None:
    assert actions_of(make_run(**changes), is_current=True, has_files=True)[0] is primary


def test_an_older_version_can_be_made_current_beside_its_download() -> None:
    actions = actions_of(make_run(parent_id="p"), is_current=False, has_files=True)
    assert actions == (RunAction.DOWNLOAD, RunAction.RESTORE, RunAction.COMPARE, RunAction.GENERATE_AGAIN)


def test_nothing_can_be_done_with_what_was_never_written_but_in_its_face() -> None:
    assert actions_of(make_run(status=RunStatus.FAILED, characters=0), is_current=False, has_files=False) == ()


def test_an_answer_without_files_never_becomes_current() -> None:
    assert RunAction.RESTORE not in actions_of(make_run(), is_current=False, has_files=False)


def test_what_a_person_made_is_not_generated_again() -> None:
    upload = make_run(kind=RunKind.UPLOAD)
    assert actions_of(upload, is_current=True, has_files=True) == (RunAction.DOWNLOAD,)


def test_a_fix_says_how_much_it_mends() -> None:
    assert fix_label(make_run(problems=1)) == "Fix 1 problem"
    assert fix_label(make_run(problems=1, findings=2)) == "Fix 3 errors"
