"""What a run is asked to do, and the first state that follows from it."""

from datetime import timedelta

import pytest

from core.catalog.stacks import Side, find_stack
from core.engines.protocol import EngineName, Sampling
from core.errors import InvalidInput
from core.generation.run_request import DEFAULT_TEMPERATURE, EXTEND_INSTRUCTION, RunRequest
from core.projects.project import Project
from core.runs.state import RunInfo, RunKind, RunStatus
from tests.support.engines.scripted_engine import ScriptedEngine
from tests.support.run_infos import NOW, make_run
from tests.support.users.studio_user import StudioUser

PROJECT = Project(
    id=1,
    user_id=2,
    name="Todo",
    prompt="Now: a chess board.",
    backend_stack="fastapi",
    frontend_stack="html",
    auto_fix=False,
    backend_run_id="back end",
    frontend_run_id=None,
    backend_code=None,
    frontend_code=None,
    created_at=NOW,
    updated_at=NOW,
)
PARENT = make_run(
    id="parent", prompt="Then: a todo list.", context_id="shown then", engine=EngineName.OLLAMA, model="m"
)
UPLOAD = make_run(id="upload", kind=RunKind.UPLOAD, engine=EngineName.NONE, model="", prompt="Then: nothing.")
LATER = NOW + timedelta(seconds=5)


def new_run(request: RunRequest, side: Side = Side.FRONTEND, model: str = "m") -> RunInfo:
    """The first state of a run of this side's default stack."""
    stack = find_stack("fastapi" if side is Side.BACKEND else "html", side)
    return request.new_run(PROJECT, stack, EngineName.OLLAMA, model, LATER)


def test_a_new_run_is_queued_with_what_was_asked_for() -> None:
    run = new_run(RunRequest(instructions="in green", sampling=Sampling(0.5, 7, 100), prefix="abc"), Side.BACKEND)
    assert (run.status, run.kind, run.created_at) == (RunStatus.QUEUED, RunKind.GENERATE, LATER)
    assert (run.project_id, run.user_id, run.side, run.stack) == (1, 2, Side.BACKEND, "fastapi")
    assert (run.engine, run.model, run.sampling) == (EngineName.OLLAMA, "m", Sampling(0.5, 7, 100))
    assert (run.prompt, run.instructions, run.characters) == ("Now: a chess board.", "in green", 3)
    assert (run.parent_id, run.context_id, run.warning, run.started_at) == (None, None, None, None)


def test_two_runs_have_two_ids() -> None:
    assert new_run(RunRequest()).id != new_run(RunRequest()).id


def test_a_temperature_of_zero_is_a_choice() -> None:
    assert new_run(RunRequest(sampling=Sampling(0.0))).sampling.temperature == 0
    assert new_run(RunRequest(sampling=Sampling(seed=7))).sampling == Sampling(DEFAULT_TEMPERATURE, 7)


def test_a_front_end_is_shown_the_back_end_unless_nobody_wants_that() -> None:
    assert new_run(RunRequest()).context_id == "back end"
    assert new_run(RunRequest(include_context=False)).context_id is None
    assert new_run(RunRequest(), Side.BACKEND).context_id is None


def test_what_goes_on_from_a_run_keeps_its_requirements_and_what_it_was_shown() -> None:
    run = new_run(RunRequest(kind=RunKind.REFINE, parent=PARENT))
    assert (run.parent_id, run.prompt, run.context_id) == ("parent", "Then: a todo list.", "shown then")


def test_what_goes_on_from_an_upload_takes_those_of_the_project() -> None:
    run = new_run(RunRequest(kind=RunKind.REFINE, parent=UPLOAD))
    assert (run.parent_id, run.prompt, run.context_id) == ("upload", "Now: a chess board.", "back end")
    assert run.warning is None, "a person's upload has no model that could be missing"


def test_another_model_than_the_parents_is_told() -> None:
    request = RunRequest(kind=RunKind.CONTINUE, parent=PARENT)
    assert new_run(request).warning is None
    other = "Continued with other (ollama) because m (ollama) is not available."
    assert new_run(request, model="other").warning == other


def test_a_request_on_top_of_an_upload_extends_it() -> None:
    based = RunRequest(stack="flask", model="m").based_on(UPLOAD)
    assert (based.kind, based.parent, based.stack, based.model) == (RunKind.REFINE, UPLOAD, "flask", "m")
    assert based.instructions == EXTEND_INSTRUCTION
    assert RunRequest(instructions="in green").based_on(UPLOAD).instructions == "in green"


def test_a_request_without_words_is_valid() -> None:
    RunRequest().validate()


@pytest.mark.parametrize(
    ("order", "field"),
    [
        (RunRequest(model="x\ud800"), "model"),
        (RunRequest(stack="x\0"), "stack"),
        (RunRequest(instructions="x\udfff"), "instructions"),
        (RunRequest(instructions="x\0"), "instructions"),
    ],
)
async def test_words_that_cannot_be_stored_are_refused(ada: StudioUser, order: RunRequest, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await ada.start_run(await ada.create_project(), order=order)
    assert refused.value.errors[0].field == field


async def test_a_cool_head_unless_one_is_chosen(engine: ScriptedEngine, ada: StudioUser) -> None:
    project = await ada.create_project()
    await ada.finished_run(project)
    assert engine.requests[0].sampling.temperature == DEFAULT_TEMPERATURE
