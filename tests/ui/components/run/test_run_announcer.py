"""Screen readers are told of a new status, and of nothing else."""

import pytest

from core.catalog.stacks import Side
from core.runs.state import RunStatus
from tests.support.run_infos import make_run
from tests.support.users.simulated_user import SimulatedUser
from ui.components.run.run_announcer import RunAnnouncer

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_only_a_change_is_told(user: SimulatedUser) -> None:
    await user.open("/login")
    with user.client:
        announcer = RunAnnouncer()
    told = []
    for status in (RunStatus.RUNNING, RunStatus.RUNNING, RunStatus.COMPLETE):
        announcer.announce(Side.BACKEND, make_run(status=status))
        told.append(announcer._text._text or "")
    assert told == ["", "", "Backend: complete"]
    announcer.forget()
    announcer.announce(Side.BACKEND, make_run(status=RunStatus.FAILED))
    assert announcer._text._text == "Backend: complete"
