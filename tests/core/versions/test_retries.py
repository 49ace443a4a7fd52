"""What failed is asked for once more, as it was asked for."""

from dataclasses import replace

import pytest

from core.engines.protocol import StreamEnd, TextDelta
from core.errors import EngineError, NotFound
from core.generation.run_request import RunRequest
from core.runs.state import RunInfo, RunKind, RunStatus
from tests.support.engines.scripted_engine import ScriptedEngine, text_script
from tests.support.users.studio_user import StudioUser, register_user, wait_for_end

BAD = "### FILE: main.py\n```python\nfor x in:\n```\n"
FAILURE = (EngineError("engine_unreachable", "Gone."),)


async def ended(ada: StudioUser, run: RunInfo) -> RunInfo:
    return (await wait_for_end(await ada.log(run))).state


async def retried(ada: StudioUser, run: RunInfo) -> RunInfo:
    failed = await ended(ada, run)
    assert failed.status is RunStatus.FAILED
    return await ended(ada, await ada.studio.retries.start(ada.id, failed.id))


async def test_a_generation_keeps_its_instructions_and_its_stack(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(FAILURE, text_script(BAD))
    project = await ada.create_project()
    stack = "flask"
    order = RunRequest(instructions="in red", stack=stack)
    again = await retried(ada, (await ada.start_run(project, order=order)).state)
    assert (again.kind, again.status, again.instructions) == (RunKind.GENERATE, RunStatus.COMPLETE, "in red")
    assert again.stack == stack != project.backend_stack


@pytest.mark.parametrize("kind", [RunKind.REFINE, RunKind.CONTINUE, RunKind.FIX])
async def test_what_builds_on_a_version_builds_on_it_again(
    engine: ScriptedEngine, ada: StudioUser, kind: RunKind
) -> None:
    first_script = (TextDelta(BAD), StreamEnd("length" if kind is RunKind.CONTINUE else "stop"))
    engine.play(first_script, FAILURE, text_script("done"))
    first = (await ada.finished_run(await ada.create_project())).state
    versions = ada.studio.versions
    match kind:
        case RunKind.REFINE:
            failed = await versions.refine(ada.id, first.id, "in red")
        case RunKind.CONTINUE:
            failed = await versions.continue_run(ada.id, first.id)
        case _:
            failed = await ada.studio.fixes.start(ada.id, first.id, ["It breaks."])
    again = await retried(ada, failed)
    assert (again.kind, again.parent_id, again.instructions) == (kind, first.id, failed.instructions)


async def test_another_model_may_be_named(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(FAILURE, text_script("done"))
    failed = await ended(ada, (await ada.start_run(await ada.create_project())).state)
    overrides = replace(RunRequest(), sampling=replace(failed.sampling, seed=7))
    assert (await ada.studio.retries.start(ada.id, failed.id, overrides)).sampling.seed == 7


async def test_another_model_may_be_named_for_a_fix(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script(BAD), FAILURE, text_script("done"))
    engine.model_names.append("other")
    first = (await ada.finished_run(await ada.create_project())).state
    failed = await ended(ada, await ada.studio.fixes.start(ada.id, first.id, ["It breaks."]))
    overrides = RunRequest(model="other", sampling=replace(first.sampling, seed=7))
    again = await ended(ada, await ada.studio.retries.start(ada.id, failed.id, overrides))
    assert (again.parent_id, again.model, again.sampling.seed) == (first.id, "other", 7)


async def test_another_users_run_is_not_there(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(FAILURE)
    failed = await ended(ada, (await ada.start_run(await ada.create_project())).state)
    eve = await register_user(ada.studio, "eve")
    with pytest.raises(NotFound):
        await ada.studio.retries.start(eve.id, failed.id)
