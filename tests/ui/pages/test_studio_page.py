"""What the studio has the engine read before anybody asks for it."""

import pytest

from core.catalog.stacks import Stack
from core.studio import Studio
from tests.support.users.simulated_user import SimulatedUser, wait_until
from tests.ui.pages.test_studio_drafts import PROMPT, open_studio

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_engine_reads_what_is_asked_next_as_it_is_typed(
    user: SimulatedUser, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[tuple[str, str]] = []

    async def note(stack: Stack, requirement: str) -> None:
        read.append((stack.id, requirement))

    monkeypatch.setattr(studio.prompt_reader, "read", note)
    await open_studio(user, studio, "eager")
    await wait_until(lambda: ("fastapi", "A rota.") in read)
    await user.fill_fields({PROMPT: "A rota with swaps."})
    await wait_until(lambda: ("fastapi", "A rota with swaps.") in read)
