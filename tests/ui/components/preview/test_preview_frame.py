"""When the preview loads its page: as files come, but not too often, and at the end at once."""

import pytest
import pytest_asyncio

from core.catalog.stacks import Side
from core.files.source_file import SourceFile
from core.runs.state import RunKind, RunStatus
from tests.support.run_infos import make_run
from tests.support.users.simulated_user import SimulatedUser
from ui.components.code.document import Document
from ui.components.preview.preview_frame import (
    MIN_RELOAD_SECONDS,
    NO_PAGE_MESSAGE,
    PAGE_PENDING_MESSAGE,
    PreviewFrame,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

LIVE_RUN = make_run(side=Side.FRONTEND, stack="html", status=RunStatus.RUNNING, finished_at=None)
ENDED_RUN = make_run(side=Side.FRONTEND, stack="html")


class Clock:
    """A time that a test moves."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class Preview:
    """A frame and its clock."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.frame = PreviewFrame(self.clock)

    @property
    def src(self) -> str:
        return str(self.frame.props["src"])

    @property
    def sentence(self) -> str:
        return str(self.frame.props["sentence"])


@pytest_asyncio.fixture(loop_scope="session")
async def preview(user: SimulatedUser) -> Preview:
    await user.open("/login")
    with user.client:
        return Preview()


def files(*paths: str) -> list[Document]:
    return [Document.from_file("r", SourceFile(path, "html", "x"), ()) for path in paths]


async def test_the_page_is_loaded_again_as_files_are_finished_but_not_more_often_than_once_a_second(
    preview: Preview,
) -> None:
    preview.frame.show(LIVE_RUN, files("index.html"), ended=False)
    assert preview.src == "/preview/r?v=1"
    preview.frame.show(LIVE_RUN, files("index.html", "a.css"), ended=False)
    assert preview.src == "/preview/r?v=1"
    preview.clock.seconds += MIN_RELOAD_SECONDS
    preview.frame.show(LIVE_RUN, files("index.html", "a.css"), ended=False)
    assert preview.src == "/preview/r?v=2"


async def test_the_end_of_a_run_loads_the_page_at_once(preview: Preview) -> None:
    preview.frame.show(LIVE_RUN, files("index.html"), ended=False)
    preview.frame.show(ENDED_RUN, files("index.html", "a.css"), ended=True)
    assert preview.src == "/preview/r?v=2-end"


async def test_another_run_is_loaded_at_once(preview: Preview) -> None:
    preview.frame.show(LIVE_RUN, files("index.html"), ended=False)
    other = make_run(id="other", side=Side.FRONTEND, stack="html", status=RunStatus.RUNNING, finished_at=None)
    preview.frame.show(other, files("index.html"), ended=False)
    assert preview.src == "/preview/other?v=1"


async def test_without_a_page_it_says_whether_one_may_come(preview: Preview) -> None:
    preview.frame.show(LIVE_RUN, files("app.js"), ended=False)
    assert (preview.src, preview.sentence) == ("", PAGE_PENDING_MESSAGE)
    preview.frame.show(ENDED_RUN, files("app.js"), ended=True)
    assert (preview.src, preview.sentence) == ("", NO_PAGE_MESSAGE)


async def test_a_page_that_is_being_written_is_not_loaded_yet(preview: Preview) -> None:
    [page] = files("index.html")
    page.is_open = True
    preview.frame.show(LIVE_RUN, [page], ended=False)
    assert preview.sentence == PAGE_PENDING_MESSAGE


async def test_a_change_may_have_its_page_in_the_version_before(preview: Preview) -> None:
    fix = make_run(side=Side.FRONTEND, stack="html", kind=RunKind.FIX)
    preview.frame.show(fix, files("app.js"), ended=True)
    assert preview.src == "/preview/r?v=1-end"


async def test_a_stack_without_a_preview_says_how_to_run_it(preview: Preview) -> None:
    preview.frame.show(make_run(side=Side.FRONTEND, stack="react"), files("index.html"), ended=True)
    assert preview.src == ""
    assert preview.sentence
    assert "npm" in preview.frame.props["commands"]


async def test_a_page_that_is_not_in_view_is_removed(preview: Preview) -> None:
    preview.frame.show(ENDED_RUN, files("index.html"), ended=True)
    preview.frame.unload()
    assert (preview.src, preview.sentence) == ("", "")
