"""The page of models, and the studio's way out of a missing one, as a simulated visitor finds them."""

import asyncio
from collections.abc import Iterator

import pytest
import pytest_asyncio

from core.accounts.administration.user_changes import UserChanges
from core.engines.protocol import EngineName
from core.errors import EngineError
from core.model_library.library import UsableModel
from core.studio import Studio
from tests.support.engines.scripted_engine import Gate, ScriptedEngine, text_script
from tests.support.users.simulated_user import SimulatedUser, session_of, wait_until
from tests.ui.conftest import RunningPages
from tests.ui.pages.test_studio_drafts import open_studio
from ui.components.models import offered_models

pytestmark = pytest.mark.asyncio(loop_scope="session")

MISSING = EngineError("model_not_found", "Ollama does not have scripted. Run `ollama pull scripted`.")


@pytest.fixture
def engine(running_pages: RunningPages) -> Iterator[ScriptedEngine]:
    """An engine that waits within each pull until the test opens its gate."""
    engine = running_pages.engine
    engine.pull_gate = Gate()
    yield engine
    engine.pull_gate, engine.pull_failure = None, None
    engine.model_names = ["scripted"]
    engine.play(text_script("hello"))


@pytest_asyncio.fixture(loop_scope="session")
async def admin(user: SimulatedUser, studio: Studio, request: pytest.FixtureRequest) -> SimulatedUser:
    """Somebody who is an admin."""
    await user.register(f"mod-{abs(hash(request.node.name)) % 10**8}")
    identity = await studio.accounts.sessions.identify(session_of(user.http_client)["token"])
    await studio.accounts.change(identity.user.id, UserChanges(role="admin"), "test")
    return user


async def test_a_model_is_pulled_paused_made_the_default_and_deleted(
    admin: SimulatedUser, studio: Studio, engine: ScriptedEngine
) -> None:
    await admin.open("/settings/models")
    await admin.expect_text("Ready to use")
    await admin.fill_fields({"Another model by name": "other:7b"})
    await admin.press("Pull")
    await admin.expect_text("3.0 GB of 4.0 GB")
    await admin.press("Pause other:7b")
    await admin.expect_text("Paused. What was fetched is kept.")
    await admin.press("Resume other:7b")
    await wait_until(lambda: "Pause other:7b" in admin.labels)
    assert engine.pull_gate
    engine.pull_gate.open()
    await wait_until(lambda: "Make default: other:7b" in admin.labels)
    await admin.press("Make default: other:7b")
    await wait_until(lambda: "Make default: scripted" in admin.labels)
    await studio.set_default_model(None, 1)
    await admin.press_in("Actions for other:7b", "Delete…")
    await admin.press("Delete")
    await wait_until(lambda: "Actions for other:7b" not in admin.labels)
    assert engine.model_names == ["scripted"]


async def test_a_pull_that_is_cancelled_leaves_the_list(admin: SimulatedUser, engine: ScriptedEngine) -> None:
    assert engine.pull_gate
    await admin.open("/settings/models")
    await admin.press("Pull")
    await admin.expect_notice("Write the model's name")
    await admin.fill_fields({"Another model by name": "gone:1b"})
    await admin.press("Pull")
    await admin.press("Cancel gone:1b")
    await wait_until(lambda: "Cancel gone:1b" not in admin.labels)
    await admin.expect_field("Another model by name", "")
    engine.pull_failure = EngineError("disk_full", "The disk is full. Make room.")
    engine.pull_gate.open()
    await admin.fill_fields({"Another model by name": "big:70b"})
    await admin.press("Pull")
    await admin.expect_text("The disk is full. Make room.")
    await admin.press("Cancel big:70b")


async def test_what_comes_while_the_page_is_being_drawn_is_shown_all_the_same(
    admin: SimulatedUser, studio: Studio, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offered_models, "POLL_SECONDS", 0.05)
    await admin.open("/settings/models")
    await admin.expect_text("Ready to use")
    read, asked, answered = studio.models.models, asyncio.Event(), asyncio.Event()

    async def read_slowly() -> list[UsableModel]:
        found = await read()
        asked.set()
        await answered.wait()
        return found

    monkeypatch.setattr(studio.models, "models", read_slowly)
    pull = await studio.models.pulls.start(EngineName.OLLAMA, "late:1b", 1)
    async with asyncio.timeout(10):
        await asked.wait()
        assert engine.pull_gate
        engine.pull_gate.open()
        await pull.wait()
        # A press is heard while the engines are asked, and draws what it has changed by itself.
        await admin.fill_fields({"Another model by name": "first:1b"})
        await admin.press("Pull")
        await wait_until(lambda: studio.models.pulls.find(EngineName.OLLAMA, "first:1b"))
        await admin.expect_field("Another model by name", "")
        answered.set()
        await wait_until(lambda: "Make default: late:1b" in admin.labels)


async def test_a_run_without_its_model_begins_again_when_that_has_come(
    admin: SimulatedUser, studio: Studio, engine: ScriptedEngine
) -> None:
    engine.play((MISSING,), text_script("### FILE: a.py\n```python\na = 1\n```\n"))
    identity = await studio.accounts.sessions.identify(session_of(admin.http_client)["token"])
    project = await studio.projects.create(identity.user.id, "Choir", "A rota.")
    await admin.open(f"/projects/{project.id}")
    await admin.press("Generate Backend (Live)")
    await admin.press("Pull the model")
    await admin.expect_text("3.0 GB of 4.0 GB")
    await admin.expect_text("The run starts again by itself when the model has come.")
    assert engine.pull_gate
    engine.pull_gate.open()
    await admin.expect_text("a.py")


async def test_others_are_told_to_ask_an_admin(user: SimulatedUser, studio: Studio, engine: ScriptedEngine) -> None:
    engine.play((MISSING,))
    await open_studio(user, studio, "asking")
    await user.press("Generate Backend (Live)")
    await user.expect_text("Ask an admin to pull it")
    await studio.models.pulls.start(EngineName.OLLAMA, "scripted", 1)
    await user.open(user.current_path)
    await user.expect_text("Try again when the model has come.")  # not by itself: nobody asked for it here
    assert engine.pull_gate
    engine.pull_gate.open()
    await user.expect_text("Try again: it is there now.")
