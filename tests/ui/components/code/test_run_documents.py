"""The files of a run, parsed as its text comes, wherever it is cut."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core.files.source_file import SourceFile
from core.runs.log import RunLog
from core.runs.state import RunInfo
from tests.support.run_infos import make_run
from ui.components.code.document import Document
from ui.components.code.run_documents import MAX_FILES, RunDocuments

ANSWER = "Sure.\n### FILE: util.py\n```python\nx = 1\n```\n\n### FILE: main.py\n```python\nimport util\n```\nDone.\n"
FILES = [("util.py", "x = 1\n"), ("main.py", "import util\n")]


def fed(*pieces: str, splice_offset: int | None = None) -> RunDocuments:
    log: RunLog[RunInfo] = RunLog(make_run(), "".join(pieces), closed=True)
    documents = RunDocuments.of_run(log, splice_offset)
    for piece in pieces:
        documents.feed(piece)
    return documents


def texts(documents: RunDocuments) -> list[tuple[str | None, str]]:
    return [(file.path, file.log.text) for file in documents.files]


@given(st.lists(st.integers(0, len(ANSWER))))
def test_files_are_the_same_wherever_the_text_is_cut(cuts: list[int]) -> None:
    bounds = [0, *sorted(cuts), len(ANSWER)]
    documents = fed(*(ANSWER[start:end] for start, end in pairwise(bounds)))
    documents.close()
    assert texts(documents) == FILES
    assert documents.read_length == len(ANSWER)
    assert documents.active_file is None


def test_the_file_being_written_is_active() -> None:
    before, fence, after = ANSWER.partition("x = 1\n```\n")
    documents = fed(before)
    assert documents.active_file is documents.files[0]
    documents.feed(fence)
    assert documents.active_file is None
    documents.feed(after)
    assert documents.active_file is None


def test_the_main_file_is_that_of_the_stack_else_the_first_one() -> None:
    documents = fed(ANSWER)
    assert documents.main_file is documents.files[1]
    assert fed("### FILE: a.py\n```python\nx\n```\n").main_file is not None
    assert fed("Sorry.").main_file is None


def test_no_more_of_the_answer_can_be_shown_than_was_fed() -> None:
    log: RunLog[RunInfo] = RunLog(make_run(), ANSWER, closed=True)
    documents = RunDocuments.of_run(log)
    documents.feed(ANSWER[:10])
    assert documents.readable_length(documents.full_answer) == 10


@given(st.integers(0, len(ANSWER)))
def test_a_splice_is_in_the_answer_and_in_the_file_that_was_cut_wherever_the_pieces_end(cut: int) -> None:
    splice = ANSWER.index("x = 1") + 2
    documents = fed(ANSWER[:cut], ANSWER[cut:], splice_offset=splice)
    assert documents.full_answer.splice_offset == splice
    assert [file.splice_offset for file in documents.files] == [2, None]


def test_a_splice_between_files_is_in_no_file() -> None:
    documents = fed(ANSWER, splice_offset=ANSWER.index("\n\n###") + 1)
    assert [file.splice_offset for file in documents.files] == [None, None]


def test_a_splice_stays_at_its_place_when_the_file_is_formatted() -> None:
    documents = fed(
        "### FILE: main.py\n```python\nx=1\ny=2\n```\n", splice_offset=len("### FILE: main.py\n```python\nx=1\n")
    )
    formatted = Document.from_file("r", SourceFile("main.py", "python", "x = 1\ny = 2\n"), ())
    documents.replace_files([formatted])
    assert formatted.splice_offset == len("x = 1")


def test_of_thousands_of_files_the_first_are_kept_and_the_others_counted() -> None:
    documents = fed(*(f"### FILE: {number}.py\n```python\nx = {number}\n```\n" for number in range(MAX_FILES + 7)))
    documents.close()
    assert len(documents.files) == MAX_FILES
    assert documents.hidden_files == 7
    assert documents.files[-1].log.text == f"x = {MAX_FILES - 1}\n"
    assert documents.active_file is None


def test_thoughts_in_the_text_are_told_while_they_come() -> None:
    documents = fed("<think>\nfirst I need a route\n")
    assert documents.thinking.endswith("first I need a route\n")
    documents.feed("</think>\nHere it is.\n")
    assert documents.thinking == ""
