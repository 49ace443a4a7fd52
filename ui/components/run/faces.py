"""What stands in place of a run's code while there is none, or above it where something is to be said of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.catalog.stacks import Side
from core.engines.protocol import ProgressPhase
from core.generation.waiting import RunAhead
from core.runs.progress import MIN_TOLD_SECONDS, PHASES, seconds_left
from core.runs.state import RUN_FAILED, RunInfo, RunKind, RunStatus
from core.text import pluralize
from core.versions.versions import CONTINUABLE_STATUSES
from ui.display_text import format_seconds

STAYS = "The version before stays the current one."
REPHRASE = "Small models sometimes read a wish wrongly. Saying it in other words often helps."
BELONGS_TO_SERVER = "You may close this page: the run belongs to the server."
KIND_WORDS = {
    RunKind.GENERATE: "a {side}",
    RunKind.REFINE: "a change to a {side}",
    RunKind.CONTINUE: "a {side} that goes on",
    RunKind.FIX: "a fix of a {side}",
}
"""Of the kinds that a model writes."""
DONE_PHASES = {
    ProgressPhase.WAITING: "The model has answered",
    ProgressPhase.LOADING: "The model is loaded",
    ProgressPhase.READING: "The prompt is read",
    ProgressPhase.THINKING: "The model has thought",
}


class FaceAction(StrEnum):
    """What can be pressed in a face; each value is the button's label. The first of a face is its primary one."""

    TRY_AGAIN = "Try again"
    GENERATE_AGAIN = "Generate again"
    CHANGE_WORDS = "Change the words"
    CHOOSE_MODEL = "Choose another model"
    PULL_MODEL = "Pull the model"
    STOP_PULL = "Stop fetching"


class StepState(StrEnum):
    """How far a step has come; each value is a CSS class."""

    DONE = "done"
    NOW = "now"
    NEXT = "next"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens before the first text; ``fraction`` is the part that is done, where that is known."""

    state: StepState
    label: str
    time: str = ""
    fraction: float | None = None
    count: str = ""


@dataclass(frozen=True, slots=True)
class Face:
    """A sentence and what belongs to it. It ``fills`` the place of the code, or is one row above it."""

    text: str = ""
    title: str = ""
    fills: bool = False
    is_warning: bool = False
    steps: tuple[Step, ...] = ()
    queue: tuple[str, ...] = ()
    actions: tuple[FaceAction, ...] = ()


def new_face(side: Side, project_name: str) -> Face:
    """The face of a side that nothing was written for yet."""
    return Face(
        f"You see every line as the model writes it. Say what the app should do, then press Generate "
        f"{side.capitalize()} (Live), or Ctrl and Enter.",
        f"The {side.capitalize()} of {project_name} will be written here.",
        fills=True,
    )


def face_of(
    run: RunInfo,
    now: datetime,
    *,
    has_text: bool,
    has_files: bool,
    has_current: bool,
    ahead: Sequence[RunAhead] = (),
    unassigned: int = 0,
) -> Face | None:
    """The face of a run; None while its code says all.

    ``has_text`` says whether any has come, ``has_files`` whether there are files in it, ``has_current`` whether another
    version of its side is current. ``ahead`` is what a queued one waits for, ``unassigned`` counts the blocks of its
    text that belong to no file.
    """
    stays = STAYS if has_current else ""
    match run.status:
        case RunStatus.QUEUED:
            return _queued_face(ahead)
        case RunStatus.LOADING | RunStatus.RUNNING:
            return _live_face(run, now, has_text=has_text)
        case RunStatus.COMPLETE if not has_files:
            return _refusal_face(run, stays, unassigned)
        case RunStatus.COMPLETE:
            return Face(run.warning) if run.warning else None
        case _ if has_text:
            return _cut_face(run)
        case _:
            return _empty_face(run, stays)


def _queued_face(ahead: Sequence[RunAhead]) -> Face:
    count = len(ahead)
    title = {0: "Yours is next", 1: "One run is before yours", 2: "Two runs are before yours"}.get(
        count, f"{count} runs are before yours"
    )
    rows = [f"{_as_words(each)}{', being written' if each.is_written else ''}" for each in ahead]
    return Face(BELONGS_TO_SERVER, title, fills=True, queue=(*rows, "Yours"))


def _as_words(ahead: RunAhead) -> str:
    words = KIND_WORDS.get(ahead.kind, "a {side}").format(side=ahead.side.capitalize())
    return words[0].upper() + words[1:]


def _live_face(run: RunInfo, now: datetime, *, has_text: bool) -> Face | None:
    if run.error:  # what delays it, such as a database that does not take its text
        return Face(run.error.message, is_warning=True)
    if has_text:
        return None
    return Face(BELONGS_TO_SERVER, "Before the first word", fills=True, steps=tuple(_steps(run, now)))


def _steps(run: RunInfo, now: datetime) -> list[Step]:
    """What is done, what happens now, and the writing that comes of it."""
    steps = [
        Step(StepState.DONE, DONE_PHASES[ProgressPhase(name)], format_seconds(seconds))
        for name, seconds in run.start_seconds.items()
        if seconds >= MIN_TOLD_SECONDS
    ]
    progress = run.progress
    phase = progress.phase if progress else ProgressPhase.WAITING
    spent = (now - run.progress_since).total_seconds() if run.progress_since else 0
    left = seconds_left(run, now)
    time = f"about {format_seconds(left)} left" if left is not None else format_seconds(spent)
    note = f", {progress.note}" if progress and progress.note else ""
    count = f"{progress.done or 0:,} of {progress.total:,} tokens" if progress and progress.total else ""
    fraction = progress.fraction if progress else None
    steps.append(Step(StepState.NOW, f"{PHASES[phase]}{note}", time, fraction, count))
    return [*steps, Step(StepState.NEXT, "Writing")]


def _refusal_face(run: RunInfo, stays: str, unassigned: int) -> Face:
    # What builds on a version is asked for once more on that version: it does not start over.
    again = FaceAction.TRY_AGAIN if run.parent_id else FaceAction.GENERATE_AGAIN
    actions = (again, FaceAction.CHANGE_WORDS)
    if unassigned:
        blocks = f"{pluralize(unassigned, 'block')} of code {'has' if unassigned == 1 else 'have'} no file name"
        text = f"{blocks}, listed below: keep what you need, or {again.lower()}."
        return Face(_join(text, stays), "The model named no files.", is_warning=True, actions=actions)
    title = "The model answered, but wrote no code."
    return Face(_join(REPHRASE, stays), title, is_warning=True, actions=actions)


def _cut_face(run: RunInfo) -> Face:
    """Of a run that ended before its end, with text."""
    can_go_on = run.status in CONTINUABLE_STATUSES and not run.is_fix
    way_on = "Continue goes on from there." if can_go_on else "Fix the version before once more."
    match run.status:
        case RunStatus.STOPPED:
            return Face(f"This was stopped here, and is kept. {way_on}")
        case RunStatus.TRUNCATED:
            return Face(run.warning or f"The model reached its limit here. {way_on}", is_warning=True)
        case _:
            return Face(run.error.message if run.error else RUN_FAILED, is_warning=True)


def _empty_face(run: RunInfo, stays: str) -> Face:
    """Of a run that ended before its first word."""
    if run.status is RunStatus.STOPPED:
        return Face(_join("Nothing was written yet.", stays), "Stopped", fills=True, actions=(FaceAction.TRY_AGAIN,))
    title, rest = split_sentence(run.error.message if run.error else run.warning or RUN_FAILED)
    is_failure = run.status is RunStatus.FAILED
    actions = (FaceAction.TRY_AGAIN, FaceAction.CHOOSE_MODEL) if is_failure else (FaceAction.TRY_AGAIN,)
    return Face(_join(rest, stays), title, fills=True, is_warning=True, actions=actions)


def split_sentence(message: str) -> tuple[str, str]:
    """What happened, as a title, and the rest of the message, which says what to do."""
    places = [place for mark in (". ", ": ") if (place := message.find(mark)) > 0]
    if not places:
        return message, ""
    rest = message[min(places) + 2 :]
    return f"{message[: min(places)]}.", rest[:1].upper() + rest[1:]


def _join(*sentences: str) -> str:
    return " ".join(filter(None, sentences))
