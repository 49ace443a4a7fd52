"""Which run a side shows while runs begin and end elsewhere: a live one once, a new one after the newest."""

import pytest
import pytest_asyncio

from core.catalog.stacks import Side
from core.projects.project import Project
from core.runs.log import RunLog
from core.runs.state import RunInfo
from core.studio import Studio
from tests.support.engines.scripted_engine import Gate
from tests.support.users.studio_user import StudioUser, register_user
from ui.pages.followed_runs import FollowedRuns

pytestmark = pytest.mark.asyncio(loop_scope="session")


class RecordingPanel:
    """Remembers what it is to show."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.run: RunInfo | None = None

    def follow(self, log: RunLog[RunInfo], splice_offset: int | None = None) -> None:  # noqa: ARG002
        self.shown.append(log.state.id)
        self.run = log.state


class Scene:
    """One project, and panels that show its runs."""

    def __init__(self, owner: StudioUser, project: Project) -> None:
        self.owner = owner
        self.project = project
        self.panels = {side: RecordingPanel() for side in Side}
        self.followed = FollowedRuns(owner.studio, owner.user, project.id, self.panels, [])

    @property
    def shown(self) -> list[str]:
        return self.panels[Side.BACKEND].shown

    async def list_runs(self) -> list[RunInfo]:
        return await self.owner.studio.runs.list_runs(self.owner.id, self.project.id)

    async def leave_deleted_runs(self) -> bool:
        project = await self.owner.reloaded(self.project)
        return await self.followed.leave_deleted_runs(project, await self.list_runs())

    async def finished_run(self) -> str:
        return (await self.owner.finished_run(self.project)).state.id


@pytest_asyncio.fixture(loop_scope="session")
async def scene(studio: Studio, request: pytest.FixtureRequest) -> Scene:
    owner = await register_user(studio, f"followed{abs(hash(request.node.name)) % 10**9}")
    return Scene(owner, await owner.create_project())


async def test_a_live_run_is_shown_once(scene: Scene, engine_gate: Gate) -> None:
    run = (await scene.owner.start_run(scene.project)).state
    await scene.followed.follow_live_runs()
    await scene.followed.follow_live_runs()
    assert scene.shown == [run.id]
    assert scene.panels[Side.FRONTEND].shown == []
    engine_gate.open()
    await scene.owner.studio.runs.stop(scene.owner.id, run.id)


async def test_a_reader_who_turns_to_another_version_stays_there(scene: Scene, engine_gate: Gate) -> None:
    older = await _ended_run(scene, engine_gate)
    run = (await scene.owner.start_run(scene.project)).state
    await scene.followed.follow_live_runs()
    await scene.followed.show(Side.BACKEND, older)
    await scene.followed.follow_live_runs()
    await scene.followed.follow_newest_runs(await scene.list_runs())
    assert scene.shown == [run.id, older]
    await scene.owner.studio.runs.stop(scene.owner.id, run.id)


async def test_a_run_that_has_begun_and_ended_is_shown_if_the_newest_one_is_in_view(scene: Scene) -> None:
    first = await scene.finished_run()
    await scene.followed.follow_newest_runs(await scene.list_runs())
    second = await scene.finished_run()
    await scene.followed.follow_newest_runs(await scene.list_runs())
    await scene.followed.follow_newest_runs(await scene.list_runs())
    assert scene.shown == [first, second]


async def test_an_older_version_in_view_stays_when_a_new_one_comes(scene: Scene) -> None:
    first = await scene.finished_run()
    await scene.finished_run()
    await scene.followed.follow_newest_runs(await scene.list_runs())
    await scene.followed.show(Side.BACKEND, first)
    await scene.finished_run()
    await scene.followed.follow_newest_runs(await scene.list_runs())
    assert scene.shown[-1] == first


async def test_another_version_is_shown_in_place_of_a_deleted_one_as_long_as_there_is_one(scene: Scene) -> None:
    first, second = await scene.finished_run(), await scene.finished_run()
    assert await scene.leave_deleted_runs()
    await scene.followed.show(Side.BACKEND, second)
    for deleted, is_any_left in ((second, True), (first, False)):
        await scene.owner.studio.versions.delete(scene.owner.id, deleted)
        assert await scene.leave_deleted_runs() is is_any_left
    assert scene.shown == [second, first]


async def test_a_run_that_is_not_listed_yet_is_not_taken_for_deleted(scene: Scene) -> None:
    before = await scene.list_runs()
    newest = await scene.finished_run()
    await scene.followed.show(Side.BACKEND, newest)
    assert await scene.followed.leave_deleted_runs(scene.project, before)
    assert scene.shown == [newest]


async def _ended_run(scene: Scene, gate: Gate) -> str:
    run = (await scene.owner.start_run(scene.project)).state
    await gate.reached.wait()
    return (await scene.owner.studio.runs.stop(scene.owner.id, run.id)).id
