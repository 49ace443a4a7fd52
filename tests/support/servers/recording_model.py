"""A manual model that also records what it was asked."""

from typing import Any

from tests.support.servers.manual_model import ManualModel
from tests.support.servers.scripted_server import Call


class RecordingModel(ManualModel):
    """``request_bodies`` are the bodies of the requests, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.request_bodies: list[dict[str, Any]] = []

    async def answer(self, call: Call) -> None:
        """Record and answer one call."""
        self.request_bodies.append(call.body)
        await super().answer(call)

    def prompt_text(self, number: int = -1) -> str:
        """The messages of one request, joined."""
        return "\n".join(message["content"] for message in self.request_bodies[number]["messages"])
