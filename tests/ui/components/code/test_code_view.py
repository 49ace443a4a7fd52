"""What the browser is sent of a run: all of its text, once, and seldom enough for it to keep up."""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterator
from typing import Any

import pytest
import pytest_asyncio

from core.catalog.stacks import Side
from core.engines.protocol import Progress, ProgressPhase
from core.review.checking.problem import Problem
from core.runs.log import RunLog
from core.runs.state import RunInfo, RunStatus
from core.runs.text_buffer import MAX_READ_LENGTH
from tests.support.run_infos import make_run
from tests.support.users.simulated_user import SimulatedUser
from ui.components.code import code_view
from ui.components.code.code_view import MIN_FLUSH_INTERVAL, CodeView

pytestmark = pytest.mark.asyncio(loop_scope="session")

LIVE_RUN = make_run(status=RunStatus.RUNNING, finished_at=None)
ANSWER = "### FILE: main.py\n```python\nprint('😀')\n```\n\n### FILE: b.py\n```python\ny = 2\n```\n"


class RecordedView:
    """A code view, the calls to its component in the browser, and how often it told of documents and of status."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.document_changes = 0
        self.status_changes = 0
        self.view = CodeView(Side.BACKEND, self._on_documents, self._on_status)
        self.view.run_method = self._record  # type: ignore[method-assign, assignment]

    def _record(self, method: str, *arguments: Any) -> None:
        self.calls.append((method, arguments))

    def _on_documents(self) -> None:
        self.document_changes += 1

    def _on_status(self) -> None:
        self.status_changes += 1

    def mount(self) -> None:
        """Do as the component does in a browser, when it is there and when it has missed something."""
        self.view._resync()

    def written(self, method: str = "write") -> str:
        """The text that the browser joins: of the last run, or with ``show`` of the last document."""
        current_id, text = None, ""
        for id_, offset, piece in self._deltas(method):
            if id_ != current_id:
                current_id, text = id_, ""
            assert offset <= len(text), "no text is missing before a delta"
            text += piece[len(text) - offset :]
        return text

    def _deltas(self, method: str) -> Iterator[tuple[str, int, str]]:
        for name, arguments in self.calls:
            if name == method == "write":
                id_, offset, piece = arguments
                yield id_, offset, piece
            elif name == method == "show":
                id_, _language, offset, piece, *_path = arguments
                yield id_, offset, piece

    async def wait_until_ended(self) -> None:
        async with asyncio.timeout(10):
            while not self.view.ended:  # noqa: ASYNC110 - there is nothing to wait for but the view
                await asyncio.sleep(0.01)


@pytest_asyncio.fixture(loop_scope="session")
async def recorded(user: SimulatedUser) -> AsyncGenerator[RecordedView, None]:
    await user.open("/login")
    with user.client:
        view = RecordedView()
    view.mount()
    yield view
    view.view.close()


def live_log(text: str = "") -> RunLog[RunInfo]:
    return RunLog(LIVE_RUN, text)


async def test_a_finished_run_is_there_at_once(recorded: RecordedView) -> None:
    recorded.view.follow(RunLog(make_run(), ANSWER, closed=True))
    assert recorded.view.ended
    assert recorded.written() == ANSWER
    assert [file.path for file in recorded.view.files] == ["main.py", "b.py"]
    assert recorded.view.shown.path == "main.py"
    assert recorded.written("show") == "print('😀')\n"


async def test_a_live_run_is_followed_to_its_end(recorded: RecordedView) -> None:
    log = live_log(ANSWER[:10])
    recorded.view.follow(log)
    assert recorded.written() == ANSWER[:10]
    for start in range(10, len(ANSWER), 7):
        log.append(ANSWER[start : start + 7])
        await asyncio.sleep(0.01)
    assert not recorded.view.ended
    log.close(make_run())
    await recorded.wait_until_ended()
    assert recorded.written() == ANSWER
    assert recorded.view.shown.path == "main.py"  # with which to begin
    assert recorded.written("show") == "print('😀')\n"
    assert recorded.document_changes  # how often depends on what comes within one flush


async def test_what_a_reader_chose_stays_at_the_end(recorded: RecordedView) -> None:
    log = live_log(ANSWER)
    recorded.view.follow(log)
    recorded.view.show(recorded.view.full_answer)
    log.close(make_run())
    await recorded.wait_until_ended()
    recorded.view.show_entry_file()
    assert recorded.view.shown is recorded.view.full_answer


async def test_a_file_with_problems_goes_before_the_main_one(recorded: RecordedView) -> None:
    recorded.view.follow(RunLog(make_run(), ANSWER, closed=True))
    assert recorded.view.shown.path == "main.py"
    recorded.view.set_problems(recorded.view.files[1], (Problem(1, 1, "odd"),))
    recorded.view.show_entry_file()
    assert recorded.view.shown.path == "b.py"


async def test_a_text_that_is_slow_to_parse_is_taken_in_several_goes(
    recorded: RecordedView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.workers.turns.TURN_SECONDS", 0)
    text = "\n```\nx\n```\n" * 2000
    recorded.view.follow(RunLog(make_run(), text, closed=True))
    assert not recorded.view.ended
    await recorded.wait_until_ended()
    assert recorded.written() == text
    sizes = [len(arguments[2]) for method, arguments in recorded.calls if method == "write" and arguments[2]]
    assert max(sizes) == code_view.PARSED_LENGTH


async def test_many_fast_pieces_are_sent_at_most_ten_times_a_second(recorded: RecordedView) -> None:
    log = live_log()
    recorded.view.follow(log)
    before, began = len(recorded.calls), time.monotonic()
    for number in range(300):
        log.append(f"{number} ")
        await asyncio.sleep(0.005)
    seconds = time.monotonic() - began
    log.close(make_run())
    await recorded.wait_until_ended()
    writes = [arguments for method, arguments in recorded.calls[before:] if method == "write"]
    assert 5 <= len(writes) <= seconds / MIN_FLUSH_INTERVAL + 2
    assert recorded.written() == log.text


async def test_nothing_is_sent_and_nobody_is_told_while_nothing_changes(recorded: RecordedView) -> None:
    log = live_log(ANSWER[:60])
    recorded.view.follow(log)
    await asyncio.sleep(3 * MIN_FLUSH_INTERVAL)
    before = (len(recorded.calls), recorded.document_changes, recorded.status_changes)
    await asyncio.sleep(5 * MIN_FLUSH_INTERVAL)
    assert (len(recorded.calls), recorded.document_changes, recorded.status_changes) == before


async def test_a_new_status_and_thinking_are_told(recorded: RecordedView) -> None:
    log = live_log()
    recorded.view.follow(log)
    await asyncio.sleep(0.05)
    before = recorded.status_changes
    log.update(make_run(status=RunStatus.RUNNING, finished_at=None, progress=Progress(ProgressPhase.THINKING)))
    await asyncio.sleep(0.05)
    assert recorded.status_changes == before + 1
    for _ in range(20):
        log.append_thinking("hm ")
        await asyncio.sleep(0.005)
    await asyncio.sleep(2 * MIN_FLUSH_INTERVAL)
    assert before + 2 <= recorded.status_changes <= before + 6


async def test_a_text_longer_than_one_read_comes_whole(recorded: RecordedView) -> None:
    text = ("é😀" * 50 + "\n") * (MAX_READ_LENGTH // 50)
    recorded.view.follow(RunLog(make_run(), text, closed=True))
    await recorded.wait_until_ended()
    assert recorded.written() == recorded.written("show") == text


async def test_a_browser_that_mounts_late_or_missed_something_gets_everything(user: SimulatedUser) -> None:
    await user.open("/login")
    with user.client:
        recorded = RecordedView()
    log = live_log(ANSWER[:60])
    recorded.view.follow(log)
    log.append(ANSWER[60:])
    await asyncio.sleep(3 * MIN_FLUSH_INTERVAL)
    assert recorded.calls == [], "what is sent before the component is there is lost, or sent twice"
    for _ in range(2):
        recorded.mount()
        assert recorded.written() == ANSWER
        recorded.calls.clear()
    recorded.view.close()


async def test_another_run_takes_the_place_of_the_first_which_is_no_longer_followed(recorded: RecordedView) -> None:
    first, second = live_log("first"), RunLog(make_run(id="second"), "second", closed=True)
    recorded.view.follow(first)
    await asyncio.sleep(0.05)
    recorded.view.follow(second)
    first.append(" goes on")
    await asyncio.sleep(3 * MIN_FLUSH_INTERVAL)
    assert recorded.written() == "second"
    assert not first._waiters


async def test_a_pinned_document_stays_in_view_while_others_are_written(recorded: RecordedView) -> None:
    middle = ANSWER.index("### FILE: b.py")
    log = live_log(ANSWER[:middle])
    recorded.view.follow(log)
    recorded.view.show(recorded.view.files[0])
    log.append(ANSWER[middle:])
    log.close(make_run())
    await recorded.wait_until_ended()
    assert recorded.view.shown is recorded.view.files[0]


async def test_the_splice_of_a_continued_run_is_marked_in_answer_and_file(recorded: RecordedView) -> None:
    splice = ANSWER.index("print") + 3
    recorded.view.follow(RunLog(make_run(), ANSWER, closed=True), splice)
    recorded.view.show(recorded.view.full_answer)
    marks = [arguments for method, arguments in recorded.calls if method == "markSplice"]
    assert marks[-1] == ("r", splice)
    assert ("r/0", 3) in marks


async def test_a_closed_page_follows_nothing(user: SimulatedUser) -> None:
    await user.open("/login")
    with user.client:
        recorded = RecordedView()
    log = live_log()
    recorded.view.follow(log)
    await asyncio.sleep(0.05)
    assert log._waiters
    user.client.delete()
    await asyncio.sleep(0.05)
    assert not log._waiters
