"""The face of a run whose model is not there."""

import pytest

from core.engines.protocol import EngineName, PullProgress
from core.errors import EngineError
from core.model_library.pulls import STOPPED_CODE, Pull
from core.runs.state import RunError, RunInfo, RunStatus
from tests.support.run_infos import make_run
from ui.components.run.faces import Face, FaceAction
from ui.components.run.missing_model import lacks_model, missing_model_face

MISSING = RunError("model_not_found", "Ollama does not have m.")
WAYS_OUT = (FaceAction.PULL_MODEL, FaceAction.CHOOSE_MODEL)


def failed(**changes: object) -> RunInfo:
    facts: dict[str, object] = {"status": RunStatus.FAILED, "engine": EngineName.OLLAMA, "model": "m", "error": MISSING}
    return make_run(**facts | changes)


def ended(error: EngineError | None) -> Pull:
    pull = Pull(EngineName.OLLAMA, "m", None)
    pull.finish(error)
    return pull


def face(pull: Pull | None = None, *, is_admin: bool = True) -> Face:
    return missing_model_face(failed(), pull, is_admin=is_admin, fills=True)


def test_only_ollama_can_fetch_what_is_missing() -> None:
    assert lacks_model(failed())
    assert not lacks_model(failed(engine=EngineName.OPENAI))
    assert not lacks_model(failed(error=RunError("idle", "x")))
    assert not lacks_model(failed(error=None))


def test_an_admin_pulls_it_and_others_ask_for_it() -> None:
    assert (face().title, face().actions) == ("Ollama does not have m.", WAYS_OUT)
    asked = face(is_admin=False)
    assert "Ask an admin" in asked.text
    assert FaceAction.PULL_MODEL not in asked.actions


def test_the_progress_stands_in_its_place() -> None:
    pull = Pull(EngineName.OLLAMA, "m", None)
    pull.advance(PullProgress("pulling", 10**9, 4 * 10**9))
    shown = face(pull)
    assert shown.title == "m is being fetched"
    assert (shown.steps[0].fraction, shown.steps[0].count) == (0.25, "1.0 GB of 4.0 GB")
    assert shown.actions == (FaceAction.STOP_PULL,)
    assert face(pull, is_admin=False).actions == ()


def test_only_a_run_that_waits_for_the_pull_is_said_to_start_again() -> None:
    pull = Pull(EngineName.OLLAMA, "m", None)
    assert face(pull).text == "Try again when the model has come."
    pull.waiting_runs.add(failed().id)
    assert face(pull).text == "The run starts again by itself when the model has come."


@pytest.mark.parametrize(
    ("error", "title", "first"),
    [
        (None, "m has been fetched.", FaceAction.TRY_AGAIN),
        (EngineError("disk_full", "The disk is full. Make room."), "The disk is full.", FaceAction.PULL_MODEL),
        (EngineError(STOPPED_CODE, "Stopped."), "Ollama does not have m.", FaceAction.PULL_MODEL),
    ],
)
def test_how_the_latest_pull_has_ended(error: EngineError | None, title: str, first: FaceAction) -> None:
    shown = face(ended(error))
    assert (shown.title, shown.actions[0]) == (title, first)
