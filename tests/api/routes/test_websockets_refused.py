"""What a WebSocket says of a start that may be tried again."""

import json

import pytest

from core.errors import LivewrightError, QueueFull, Unavailable
from core.generation.runs import Runs
from tests.support.installation import ApiUser


@pytest.mark.parametrize("error", [QueueFull("Too many.", retry_after=30), Unavailable("Not now.")])
async def test_a_refusal_that_passes_is_retryable(
    ada: ApiUser, monkeypatch: pytest.MonkeyPatch, error: LivewrightError
) -> None:
    async def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(Runs, "start", refuse)
    async with ada.connect_socket(await ada.create_project()) as socket:
        await socket.send(json.dumps({"type": "start"}))
        heard = json.loads(await socket.recv())
    assert (heard["type"], heard["code"], heard["retryable"]) == ("error", error.code, True)
