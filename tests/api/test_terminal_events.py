"""How a run ends for its readers: made once, however many there are."""

import asyncio

import pytest

from api.terminal_events import terminal_event
from core.runs.log import RunLog
from core.runs.state import RunInfo
from core.studio import Studio
from core.versions.versions import Versions
from tests.support.engines.scripted_engine import ScriptedEngine, text_script
from tests.support.users.studio_user import register_user


@pytest.mark.parametrize("length", [3, 100_000])
async def test_all_readers_of_an_end_share_it(
    studio: Studio, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    engine.play(text_script("x" * length))
    ada = await register_user(studio)
    log = await ada.finished_run(await ada.create_project())
    asked: list[object] = []
    files_of = Versions.reviewed_files_of

    async def count(versions: Versions, of: RunLog[RunInfo]) -> object:
        asked.append(of)
        return await files_of(versions, of)

    monkeypatch.setattr(Versions, "reviewed_files_of", count)
    ends = await asyncio.gather(*(terminal_event(studio, log) for _ in range(20)))
    assert asked == [log]
    assert {name for name, _ in ends} == {"complete"}
    assert len({id(data) for _, data in ends}) == 1
