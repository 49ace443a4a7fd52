"""Versions whose files a person made. How they are stored is tested by uploads and by edits."""

import pytest

from core.errors import Conflict
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate, ScriptedEngine, text_script
from tests.support.users.studio_user import StudioUser


async def test_none_is_stored_beside_a_run_that_began_after_the_look_at_it(
    ada: StudioUser, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate()
    engine.play(text_script("### FILE: main.py\n```\na = 1\n```\n"), (gate, FINISHED_STOP))
    project = await ada.create_project()
    first = await ada.finished_run(project)
    await ada.start_run(project)
    monkeypatch.setattr(ada.studio.runs, "live_run", lambda *_: None)
    with pytest.raises(Conflict, match="is being written"):
        await ada.studio.hand_edits.add(ada.id, first.state.id, {"main.py": "a = 2\n"})
    assert len(await ada.studio.runs.list_runs(ada.id, project.id)) == 2
    gate.open()
