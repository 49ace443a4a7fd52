"""A typist who also remembers what was asked."""

from typing import Any

from tests.support.servers.manual_model import Typist
from tests.support.servers.scripted_server import Call


class Listener(Typist):
    """``asked`` are the bodies of the requests, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[dict[str, Any]] = []

    async def answer(self, call: Call) -> None:
        """Answer one call."""
        self.asked.append(call.body)
        await super().answer(call)

    def words(self, number: int = -1) -> str:
        """What a model was told, all messages together."""
        return "\n".join(message["content"] for message in self.asked[number]["messages"])
