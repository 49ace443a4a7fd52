"""Which version takes the place of a deleted one."""

from datetime import timedelta

from core.catalog.stacks import Side
from core.runs.state import RunInfo, RunKind, RunStatus
from core.studio import Studio
from core.versions.deletion import successors
from tests.support.engines.scripted_engine import ScriptedEngine, text_script
from tests.support.run_infos import NOW, make_run
from tests.support.users.studio_user import StudioUser


def run(number: int, **changes: object) -> RunInfo:
    return make_run(id=str(number), created_at=NOW + timedelta(minutes=number), characters=5, **changes)


def test_the_nearest_older_one_comes_first_and_whole_ones_before_those_that_were_cut() -> None:
    runs = [run(5), run(4), run(3), run(2, status=RunStatus.STOPPED), run(1)]
    assert [each.id for each in successors(runs[2], runs)] == ["1", "4", "5", "2"]


def test_what_is_live_empty_of_the_other_side_or_no_improvement_takes_no_place() -> None:
    runs = [
        run(6),
        run(5, kind=RunKind.FIX, warning="That one stays."),
        run(4, status=RunStatus.RUNNING),
        make_run(id="3", created_at=NOW, characters=0, status=RunStatus.STOPPED),
        run(2, side=Side.FRONTEND),
        run(1, kind=RunKind.FIX, problems=0),
        run(0, kind=RunKind.FIX, problems=0, status=RunStatus.STOPPED),
        run(-1, kind=RunKind.FIX),  # never reviewed
    ]
    assert [each.id for each in successors(runs[0], runs)] == ["1"]


async def test_an_answer_without_a_file_takes_no_place(engine: ScriptedEngine, ada: StudioUser, studio: Studio) -> None:
    refusal = "I cannot help with that, sorry.\n"
    engine.play(text_script("### FILE: a.py\n```python\nx = 1\n```\n"), text_script(refusal), text_script("b = 2"))
    project = await ada.create_project()
    first, _, third = [await ada.finished_run(project) for _ in range(3)]
    assert (await ada.reloaded(project)).backend_run_id == third.state.id
    await studio.versions.delete(ada.id, third.state.id)
    assert (await ada.reloaded(project)).backend_run_id == first.state.id
    await studio.versions.delete(ada.id, first.state.id)
    assert (await ada.reloaded(project)).backend_run_id is None
