"""How many lines each version changed: counted once, against what it is based on."""

import pytest

from core.runs.state import RunInfo
from core.versions import change_counts
from core.versions.change_counts import ChangeCount, ChangeCounts
from tests.support.engines.scripted_engine import ScriptedEngine, text_script
from tests.support.users.studio_user import StudioUser, wait_for_end


def file(text: str) -> str:
    return f"### FILE: main.py\n```\n{text}\n```\n"


async def test_a_version_is_compared_with_its_parent_or_the_one_before(
    engine: ScriptedEngine, ada: StudioUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [file("a\nb"), "No.", file("a\nc\nd"), file("a\nb\ne")]
    engine.play(*(text_script(answer) for answer in answers))
    project = await ada.create_project()
    first = await ada.finished_run(project)
    await ada.finished_run(project)
    await ada.finished_run(project)
    await wait_for_end(await ada.log(await ada.studio.versions.refine(ada.id, first.state.id, "add e")))
    counts = ChangeCounts(ada.studio.versions)

    async def counted() -> list[ChangeCount | None]:
        runs: list[RunInfo] = await ada.studio.runs.list_runs(ada.id, project.id)
        found = await counts.count(ada.id, runs)
        return [found.get(run.id) for run in reversed(runs)]

    expected = [ChangeCount(2, 0), None, ChangeCount(2, 1), ChangeCount(1, 0)]
    assert await counted() == expected

    async def refuse(*_: object) -> None:
        raise AssertionError("it was counted before")

    monkeypatch.setattr(counts, "_compare", refuse)
    assert await counted() == expected


async def test_the_oldest_that_is_counted_is_compared_with_the_one_before_it(
    engine: ScriptedEngine, ada: StudioUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change_counts, "MAX_COUNTED_VERSIONS", 2)
    engine.play(*(text_script(file(text)) for text in ("a", "a\nb", "a\nb\nc")))
    project = await ada.create_project()
    for _ in range(3):
        await ada.finished_run(project)
    runs = await ada.studio.runs.list_runs(ada.id, project.id)
    found = await ChangeCounts(ada.studio.versions).count(ada.id, runs)
    assert found == {run.id: ChangeCount(1, 0) for run in runs[:2]}
