"""The face of a run whose model Ollama does not have: it can be fetched right here, and the run begins again."""

from core.engines.protocol import EngineName, ProgressPhase, PullProgress
from core.model_library.pulls import STOPPED_CODE, Pull
from core.runs.state import RunInfo, RunStatus
from ui.components.models.figures import fraction_of, progress_of
from ui.components.run.faces import Face, FaceAction, Step, StepState, split_sentence

MISSING_CODE = "model_not_found"
TRY_LATER = "Try again when the model has come."
STARTS_AGAIN = "The run starts again by itself when the model has come."
PULLING = "Pulling the model"


def lacks_model(run: RunInfo) -> bool:
    """Whether a run has failed because Ollama does not have its model."""
    is_missing = run.error is not None and run.error.code == MISSING_CODE
    return run.status is RunStatus.FAILED and run.engine is EngineName.OLLAMA and is_missing


def missing_model_face(run: RunInfo, pull: Pull | None, *, is_admin: bool, fills: bool) -> Face:
    """``pull`` is the latest one of the model, live or ended; ``fills`` says whether no text stands in the way."""
    if pull and pull.end is None:
        waits = run.id in pull.waiting_runs
        return _pulling_face(run, pull.progress, waits=waits, is_admin=is_admin, fills=fills)
    error = pull.end.error if pull and pull.end else None
    title, rest = f"Ollama does not have {run.model}.", f"Pull it, or choose another one. {STARTS_AGAIN}"
    can_pull = is_admin
    if pull and error is None:
        title, rest, can_pull = f"{run.model} has been fetched.", "Try again: it is there now.", False
    elif error and error.error_code != STOPPED_CODE:
        title, rest = split_sentence(error.message)
    elif not is_admin:
        rest = "Ask an admin to pull it, or choose another model."
    first = FaceAction.PULL_MODEL if can_pull else FaceAction.TRY_AGAIN
    return Face(rest, title, fills=fills, is_warning=True, actions=(first, FaceAction.CHOOSE_MODEL))


def _pulling_face(run: RunInfo, progress: PullProgress, *, waits: bool, is_admin: bool, fills: bool) -> Face:
    count = progress_of(progress)
    step = Step(StepState.NOW, PULLING, fraction=fraction_of(progress) if progress.total else None, count=count)
    next_step = Step(StepState.NEXT, ProgressPhase.LOADING.capitalize())
    return Face(
        STARTS_AGAIN if waits else TRY_LATER,
        f"{run.model} is being fetched",
        fills=fills,
        steps=(step, next_step),
        actions=(FaceAction.STOP_PULL,) if is_admin else (),
    )
