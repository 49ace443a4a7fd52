"""What the running app is told to run: as files come, but not too often, and at the end at once."""

from typing import Any

import pytest
import pytest_asyncio

from core.catalog.stacks import Side
from core.files.source_file import SourceFile
from core.runs.state import RunStatus
from tests.support.run_infos import make_run
from tests.support.users.simulated_user import SimulatedUser
from ui.components.app.app_view import (
    MAX_PICTURE_URL_LENGTH,
    MIN_RELOAD_SECONDS,
    NOTHING_YET,
    AppView,
    ShownVersion,
    _picture_of,
    side_is_runnable,
)
from ui.components.code.document import Document

pytestmark = pytest.mark.asyncio(loop_scope="session")


class Clock:
    """A time that a test moves."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class Scene:
    """A view and its clock."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.view = AppView(
            "Todo",
            "/app-scripts/x/",
            open_source=lambda _path, _line: None,
            fix=_ignore,
            keep=_ignore,
            keep_picture=_ignore,
            clock=self.clock,
        )

    def show(
        self, front: ShownVersion | None = None, back: ShownVersion | None = None, *, visible: bool = True
    ) -> None:
        """Show these versions."""
        self.view.show(front, back, visible=visible)

    def id_of(self, side: str) -> Any:
        """What is run of a side."""
        props = self.view.props[side]
        return props and props["id"]


async def _ignore(*_values: object) -> None:
    pass


@pytest_asyncio.fixture(loop_scope="session")
async def scene(user: SimulatedUser) -> Scene:
    await user.open("/login")
    with user.client:
        return Scene()


def version(side: Side, stack: str, *paths: str, id: str = "r", ended: bool = True) -> ShownVersion:  # noqa: A002
    status = RunStatus.COMPLETE if ended else RunStatus.RUNNING
    run = make_run(id=id, side=side, stack=stack, status=status, characters=9)
    return ShownVersion(run, [Document.from_file(id, SourceFile(path, "html", "x"), ()) for path in paths], ended)


async def test_a_front_end_is_loaded_as_files_are_finished_but_not_more_often_than_once_a_second(scene: Scene) -> None:
    scene.show(version(Side.FRONTEND, "react", "a.tsx", ended=False))
    assert scene.id_of("front") == "r?v=1"
    scene.show(version(Side.FRONTEND, "react", "a.tsx", "b.tsx", ended=False))
    assert scene.id_of("front") == "r?v=1"
    scene.clock.seconds += MIN_RELOAD_SECONDS
    scene.show(version(Side.FRONTEND, "react", "a.tsx", "b.tsx", ended=False))
    assert scene.id_of("front") == "r?v=2"
    scene.show(version(Side.FRONTEND, "react", "a.tsx", "b.tsx"))
    assert scene.id_of("front") == "r?v=2-end"
    assert scene.view.props["front"]["framework"] == "react"


async def test_the_version_before_stays_until_there_is_something_of_the_next(scene: Scene) -> None:
    scene.show(version(Side.FRONTEND, "html", "index.html"), version(Side.BACKEND, "fastapi", "main.py"))
    scene.show(
        version(Side.FRONTEND, "html", id="next", ended=False),
        version(Side.BACKEND, "fastapi", "main.py", id="next", ended=False),
    )
    assert (scene.id_of("front"), scene.id_of("back")) == ("r?v=1-end", "r")
    scene.show(
        version(Side.FRONTEND, "html", "a.css", id="next", ended=False),
        version(Side.BACKEND, "fastapi", "main.py", id="next"),
    )
    assert (scene.id_of("front"), scene.id_of("back")) == ("next?v=1", "next")


async def test_python_begins_to_load_while_a_back_end_is_written_or_when_it_is_looked_at(scene: Scene) -> None:
    scene.show(None, version(Side.BACKEND, "flask", ended=False), visible=False)
    assert scene.view.props["warm"] == "flask"
    scene.show(None, version(Side.BACKEND, "flask", "app.py"), visible=False)
    assert scene.view.props["warm"] == ""
    scene.show(None, version(Side.BACKEND, "flask", "app.py"))
    assert scene.view.props["warm"] == "flask"


async def test_what_does_not_run_here_says_how_it_is_started(scene: Scene) -> None:
    scene.show()
    assert scene.view.props["sentence"] == NOTHING_YET
    go = version(Side.BACKEND, "go", "main.go")
    scene.show(None, go)
    assert "does not run in a browser" in scene.view.props["sentence"]
    assert scene.view.props["commands"] == "go run ."
    assert not side_is_runnable(go.run)
    scene.show(version(Side.FRONTEND, "html", "index.html"), go)
    assert (scene.view.props["sentence"], scene.id_of("front"), scene.id_of("back")) == ("", "r?v=1-end", None)


async def test_the_runtime_is_told_of(scene: Scene) -> None:
    scene.view.show_runtime("", "being made ready (10%)")
    assert (scene.view.props["runtime"], scene.view.props["progress"]) == ("", "being made ready (10%)")
    scene.view.show_runtime("/runtime/x/", "Apps can run.")
    assert scene.view.props["runtime"] == "/runtime/x/"


START = "data:image/jpeg;base64,"


@pytest.mark.parametrize(
    ("url", "content"),
    [
        (f"{START}/9j/", b"\xff\xd8\xff"),
        (f"{START}/9j", b""),
        (f"{START}<svg>", b""),
        ("data:image/svg+xml;base64,PHN2Zz4=", b""),
        (START + "A" * MAX_PICTURE_URL_LENGTH, b""),
        (5, b""),
        (None, b""),
    ],
)
async def test_a_picture_is_taken_as_far_as_it_is_one(url: object, content: bytes) -> None:
    assert _picture_of({"url": url}) == content
