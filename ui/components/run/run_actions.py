"""What can be done with a run in its state, and which of it is the next thing to press. Pure."""

from enum import StrEnum

from core.runs.state import RunInfo, RunStatus
from core.text import pluralize
from core.versions.versions import CONTINUABLE_STATUSES

MAX_OUTLINED = 2
"""Buttons beside the primary one; all else is in the menu."""


class RunAction(StrEnum):
    """What is done with the run in view; each value is its label."""

    STOP = "Stop"
    CONTINUE = "Continue"
    FIX = "Fix"
    GENERATE_AGAIN = "Generate again"
    RESTORE = "Make current"
    COMPARE = "Compare"
    DOWNLOAD = "Download"


def actions_of(run: RunInfo, *, is_current: bool, has_files: bool) -> tuple[RunAction, ...]:
    """The actions, the primary one first. None for a run without text: its face has what can be done."""
    if run.is_live:
        return (RunAction.STOP,)
    if not run.characters:
        return ()
    is_cut = run.status in CONTINUABLE_STATUSES
    is_refusal = run.status is RunStatus.COMPLETE and not has_files
    possible = {
        RunAction.CONTINUE: is_cut and not run.is_fix,
        RunAction.FIX: run.problems or run.findings,
        RunAction.GENERATE_AGAIN: is_cut,
        RunAction.RESTORE: not is_current and not is_refusal,
        RunAction.COMPARE: run.parent_id,
        RunAction.DOWNLOAD: True,
    }
    actions = [action for action, is_possible in possible.items() if is_possible]
    if actions[0] in (RunAction.RESTORE, RunAction.COMPARE):
        # A version that is as it should be is to be taken along.
        actions.insert(0, actions.pop())
    if RunAction.GENERATE_AGAIN not in actions and not run.is_by_person:
        actions.append(RunAction.GENERATE_AGAIN)
    return tuple(actions)


def fix_label(run: RunInfo) -> str:
    """``Fix 2 problems``; errors, where some were seen when it ran."""
    count = (run.problems or 0) + (run.findings or 0)
    return f"Fix {pluralize(count, 'error' if run.findings else 'problem')}"
