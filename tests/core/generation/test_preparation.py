"""From a request to a run that can be written: its engine, its model, what it builds on and what the model is told."""

import pytest

from core.catalog.stacks import Side
from core.engines.protocol import Sampling, StreamEnd
from core.errors import InvalidInput, NotFound
from core.generation.preparation import PreparedRun
from core.generation.run_request import EXTEND_INSTRUCTION, RunRequest
from core.projects.project import Project
from core.runs.state import RunInfo, RunKind, RunStatus
from core.studio import Studio
from core.uploads.unpack import UploadedFile
from tests.support.engines.scripted_engine import ScriptedEngine, text_script
from tests.support.users.studio_user import StudioUser, wait_for_end

CUT = StreamEnd("length")
GOOD = "### FILE: a.py\n```\nfine\n```\n"


async def prepared(
    ada: StudioUser, project: Project, request: RunRequest | None = None, side: Side = Side.BACKEND
) -> PreparedRun:
    return await ada.studio.runs._preparation.prepare(project, side, request or RunRequest())


async def uploaded(ada: StudioUser, project: Project) -> RunInfo:
    files = [UploadedFile("main.py", b"x = 1\n")]
    return (await ada.studio.uploads.add(ada.id, project.id, Side.BACKEND, files)).run


async def test_nobody_finds_a_prepared_run_and_nothing_of_it_is_stored(ada: StudioUser) -> None:
    project = await ada.create_project()
    run = (await prepared(ada, project)).log.state
    assert (run.status, run.stack) == (RunStatus.QUEUED, "fastapi")
    with pytest.raises(NotFound):
        await ada.log(run)
    assert await ada.studio.runs.list_runs(ada.id, project.id) == []


async def test_a_prefix_begins_the_text_and_is_the_answer_so_far(ada: StudioUser) -> None:
    ready = await prepared(ada, await ada.create_project(), RunRequest(prefix="abc"))
    assert (ready.log.text, ready.engine_request.messages[-1].content) == ("abc", "abc")


async def test_a_request_that_cannot_be_stored_is_refused_before_anything_is_asked(
    engine: ScriptedEngine, ada: StudioUser
) -> None:
    engine.ready = False
    with pytest.raises(InvalidInput) as refused:
        await prepared(ada, await ada.create_project(), RunRequest(model="x\0"))
    assert refused.value.errors[0].field == "model"


async def test_a_generation_on_top_of_an_upload_extends_it(ada: StudioUser) -> None:
    project = await ada.create_project()
    upload = await uploaded(ada, project)
    run = (await prepared(ada, await ada.reloaded(project))).log.state
    assert (run.kind, run.parent_id, run.instructions) == (RunKind.REFINE, upload.id, EXTEND_INSTRUCTION)


async def test_a_generation_on_top_of_a_version_of_an_upload_extends_that_version(
    engine: ScriptedEngine, ada: StudioUser
) -> None:
    engine.play(text_script(GOOD))
    project = await ada.create_project()
    await uploaded(ada, project)
    refined = await ada.finished_run(await ada.reloaded(project))
    run = (await prepared(ada, await ada.reloaded(project))).log.state
    assert (run.kind, run.parent_id) == (RunKind.REFINE, refined.state.id)


async def test_a_generation_on_top_of_a_generated_version_starts_over(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script(GOOD))
    project = await ada.create_project()
    first = await ada.finished_run(project)
    await wait_for_end(await ada.log(await ada.studio.versions.refine(ada.id, first.state.id, "more")))
    run = (await prepared(ada, await ada.reloaded(project))).log.state
    assert (run.kind, run.parent_id) == (RunKind.GENERATE, None)


async def test_the_other_sides_upload_is_not_built_on(ada: StudioUser) -> None:
    project = await ada.create_project()
    await uploaded(ada, project)
    run = (await prepared(ada, await ada.reloaded(project), side=Side.FRONTEND)).log.state
    assert (run.kind, run.parent_id) == (RunKind.GENERATE, None)


async def test_a_model_that_is_chosen_counts_more_than_the_parents(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.model_names = ["one", "two"]
    project = await ada.create_project()
    parent = (await ada.finished_run(project, order=RunRequest(model="two"))).state
    refine = RunRequest(kind=RunKind.REFINE, parent=parent, instructions="more")
    kept = await prepared(ada, project, refine)
    assert (kept.engine_request.model, kept.log.state.model) == ("two", "two")
    chosen = RunRequest(kind=RunKind.REFINE, parent=parent, instructions="more", model="one")
    assert (await prepared(ada, project, chosen)).engine_request.model == "one"


async def test_an_uploads_model_is_not_asked_for(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.model_names = ["", "one"]  # an upload's own name of a model is empty, too
    project = await ada.create_project()
    upload = await uploaded(ada, project)
    engine.model_names = ["one", ""]
    refine = RunRequest(kind=RunKind.REFINE, parent=upload, instructions="more")
    assert (await prepared(ada, project, refine)).engine_request.model == "one"


async def test_the_warnings_of_the_model_and_of_the_window_are_both_told(
    engine: ScriptedEngine, ada: StudioUser
) -> None:
    engine.model_names, engine.window_tokens = ["one", "two"], 1024
    long_file = "### FILE: a.py\n```\n" + "word = 1\n" * 2000 + "```\n"
    engine.play(text_script(long_file))
    project = await ada.create_project()
    parent = (await ada.finished_run(project, order=RunRequest(model="two"))).state
    engine.model_names = ["one"]
    refine = RunRequest(kind=RunKind.REFINE, parent=parent, instructions="more")
    assert (await prepared(ada, project, refine)).log.state.warning == (
        "Continued with one (ollama) because two (ollama) is not available. "
        "The model's window has no room for all files: it was not shown a.py."
    )


async def test_the_engine_gets_what_was_ordered(engine: ScriptedEngine, ada: StudioUser) -> None:
    order = RunRequest(stack="flask", instructions="in green", sampling=Sampling(0.5, 7, 100))
    log = await ada.finished_run(await ada.create_project(), order=order)
    [request] = engine.requests
    assert (request.model, request.sampling, log.state.stack) == ("scripted", order.sampling, "flask")
    assert "A todo list." in request.messages[-1].content
    assert "in green" in request.messages[-1].content


async def test_a_stack_that_is_chosen_after_an_upload_counts(
    engine: ScriptedEngine, ada: StudioUser, studio: Studio
) -> None:
    project = await ada.create_project()
    await studio.uploads.add(ada.id, project.id, Side.BACKEND, [UploadedFile("main.py", b"x = 1\n")])
    engine.play(text_script(GOOD))
    log = await ada.finished_run(project, order=RunRequest(stack="express"))
    assert log.state.stack == "express"
    assert "x = 1" in engine.requests[-1].messages[-1].content


async def test_another_model_than_before_is_told(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.model_names = ["one", "two"]
    engine.play(text_script("abc", finish=CUT))
    first = await ada.finished_run(await ada.create_project(), order=RunRequest(model="two"))
    same = await wait_for_end(await ada.log(await ada.studio.versions.continue_run(ada.id, first.state.id)))
    assert (same.state.model, same.state.warning) == ("two", None)
    engine.model_names = ["one"]
    engine.play(text_script("def", finish=StreamEnd("length", warning="The window is full.")))
    warning = "Continued with one (ollama) because two (ollama) is not available. The window is full."
    continued = await ada.studio.versions.continue_run(ada.id, first.state.id)
    assert (await wait_for_end(await ada.log(continued))).state.warning == warning
    refined = await ada.studio.versions.refine(ada.id, first.state.id, "more")
    assert (await wait_for_end(await ada.log(refined))).state.warning == warning
