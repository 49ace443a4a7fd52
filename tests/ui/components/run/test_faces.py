"""Every state of a run has a face, or code that says all."""

from datetime import timedelta

import pytest

from core.catalog.stacks import Side
from core.engines.protocol import Progress, ProgressPhase
from core.generation.waiting import RunAhead
from core.runs.state import RunError, RunInfo, RunKind, RunStatus
from tests.support.run_infos import NOW, make_run
from ui.components.run.faces import (
    STAYS,
    Face,
    FaceAction,
    Step,
    StepState,
    face_of,
    new_face,
    split_sentence,
)

LATER = NOW + timedelta(seconds=10)
MISSING = RunError("model_not_found", "Ollama does not have m. Run `ollama pull m`, or choose another model.")


def face(run: RunInfo, **facts: object) -> Face | None:
    known = {"has_text": run.characters > 0, "has_files": True, "has_current": False, **facts}
    return face_of(run, LATER, **known)  # type: ignore[arg-type]


def test_a_side_without_a_version_says_what_will_be_there() -> None:
    new = new_face(Side.BACKEND, "Choir")
    assert (new.title, new.fills) == ("The Backend of Choir will be written here.", True)
    assert "Generate Backend (Live)" in new.text


def test_a_queued_run_says_what_is_before_it_and_names_nobody() -> None:
    queued = make_run(status=RunStatus.QUEUED, characters=0)
    ahead = (RunAhead(RunKind.GENERATE, Side.FRONTEND, True), RunAhead(RunKind.REFINE, Side.BACKEND, False))
    shown = face(queued, ahead=ahead)
    assert shown
    assert (shown.title, shown.fills) == ("Two runs are before yours", True)
    assert shown.queue == ("A Frontend, being written", "A change to a Backend", "Yours")
    next_one, many = face(queued), face(queued, ahead=ahead * 2)
    assert next_one
    assert many
    assert (next_one.title, many.title) == ("Yours is next", "4 runs are before yours")


def test_before_the_first_word_there_are_steps_with_their_times() -> None:
    run = make_run(
        status=RunStatus.LOADING,
        characters=0,
        start_seconds={"waiting": 0.2, "loading": 4.2},
        progress=Progress(ProgressPhase.READING, 500, 2000),
        progress_since=NOW,
    )
    shown = face(run)
    assert shown
    assert shown.fills
    assert shown.steps == (
        Step(StepState.DONE, "The model is loaded", "4 s"),
        Step(StepState.NOW, "Reading the prompt", "about 30 s left", 0.25, "500 of 2,000 tokens"),
        Step(StepState.NEXT, "Writing"),
    )


def test_text_needs_no_face_unless_something_delays_it() -> None:
    running = make_run(status=RunStatus.RUNNING)
    assert face(running) is None
    delayed = make_run(status=RunStatus.RUNNING, error=RunError("unavailable", "The database is busy."))
    assert face(delayed) == Face("The database is busy.", is_warning=True)


def test_a_finished_version_speaks_only_of_what_is_to_be_known() -> None:
    assert face(make_run()) is None
    assert face(make_run(warning="1 file was left out.")) == Face("1 file was left out.")


def test_an_answer_without_files_offers_other_words() -> None:
    shown = face(make_run(), has_files=False, has_current=True)
    assert shown
    assert (shown.title, shown.fills) == ("The model answered, but wrote no code.", False)
    assert shown.actions[0] is FaceAction.GENERATE_AGAIN
    assert shown.text.endswith(STAYS)
    blocks = face(make_run(), has_files=False, unassigned=2)
    assert blocks
    assert blocks.text == "2 blocks of code have no file name, listed below: keep what you need, or generate again."


def test_what_builds_on_a_version_is_tried_again_on_that_one() -> None:
    refined = make_run(kind=RunKind.REFINE, parent_id="a")
    shown, blocks = face(refined, has_files=False), face(refined, has_files=False, unassigned=1)
    assert shown
    assert blocks
    assert shown.actions == blocks.actions == (FaceAction.TRY_AGAIN, FaceAction.CHANGE_WORDS)
    assert blocks.text.endswith("or try again.")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": RunStatus.STOPPED}, "This was stopped here, and is kept. Continue goes on from there."),
        (
            {"status": RunStatus.STOPPED, "kind": RunKind.FIX},
            "This was stopped here, and is kept. Fix the version before once more.",
        ),
        ({"status": RunStatus.TRUNCATED}, "The model reached its limit here. Continue goes on from there."),
        ({"status": RunStatus.TRUNCATED, "warning": "It repeats itself."}, "It repeats itself."),
        ({"status": RunStatus.FAILED, "error": MISSING}, MISSING.message),
        ({"status": RunStatus.INTERRUPTED}, "The run failed: generate again."),
    ],
)
def test_a_run_that_was_cut_has_a_row_above_its_text(changes: dict[str, object], words: str) -> None:
    shown = face(make_run(**changes))
    assert shown
    assert (shown.text, shown.title, shown.fills) == (words, "", False)


def test_a_failure_before_the_first_word_says_what_mends_it() -> None:
    shown = face(make_run(status=RunStatus.FAILED, characters=0, error=MISSING), has_current=True)
    assert shown
    assert shown.fills
    assert shown.is_warning
    assert shown.title == "Ollama does not have m."
    assert shown.text == f"Run `ollama pull m`, or choose another model. {STAYS}"
    assert shown.actions == (FaceAction.TRY_AGAIN, FaceAction.CHOOSE_MODEL)


def test_a_run_that_was_stopped_or_interrupted_before_its_first_word_can_be_tried_again() -> None:
    for status in (RunStatus.STOPPED, RunStatus.INTERRUPTED):
        shown = face(make_run(status=status, characters=0))
        assert shown
        assert shown.fills
        assert shown.actions == (FaceAction.TRY_AGAIN,)


@pytest.mark.parametrize(
    ("message", "title", "rest"),
    [
        ("One thing.", "One thing.", ""),
        ("No answer at http://a:1: start it with `a b`.", "No answer at http://a:1.", "Start it with `a b`."),
        ("It is full. Try later: it helps.", "It is full.", "Try later: it helps."),
    ],
)
def test_what_happened_is_the_title(message: str, title: str, rest: str) -> None:
    assert split_sentence(message) == (title, rest)
