"""A client of another make before the product: what it is to hear, over a line that is cut twice."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.support.servers.cutting_proxy import Cut, Cuttable

CUTS: dict[bytes, Cut] = {b"first cut": "reset", b"second cut": "end"}
BEFORE = (
    "  indented\n",
    "\n\n",
    " ",
    "data: y\n\ndata:\n",
    "a😀\u2028b\n",
    "the first cut, and what it tears\n\n off\n",
)
AFTER = (
    "\tid: 7\n:\n",
    "event: complete\n",
    "é\ufeff\n",
    "  the second cut\n in the middle\n",
    "\n \n",
    "```\nend\n\n",
)
STORY = "".join(BEFORE + AFTER)


@dataclass
class Heard:
    """What a client got in all: the text it put together, and the ends it was told."""

    text: str = ""
    ends: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Scene:
    """One project of one person, the line to it, and the model behind it."""

    api: httpx.AsyncClient
    line: Cuttable
    project_id: int
    token: str
    """A stream token, for an address."""

    @property
    def path(self) -> str:
        """The side's stream, with the token."""
        return f"/api/projects/{self.project_id}/generate/backend/stream?token={self.token}"

    @property
    def url(self) -> str:
        """The same, over the line."""
        return self.line.url + self.path

    @property
    def socket(self) -> str:
        """The side's WebSocket, over the line."""
        return self.url.replace("http", "ws", 1).replace("/stream?", "/ws?")

    async def check(self, heard: Heard) -> None:
        """Both cuts were made, in one run, and its text is one wherever it is."""
        assert self.line.done == ["reset", "end"]
        [run] = (await self.api.get(f"/api/projects/{self.project_id}/runs")).json()
        stored = (await self.api.get(f"/api/runs/{run['id']}")).json()["text"]
        assert heard.text == stored == STORY
        [end] = heard.ends
        assert (end["id"], end["status"]) == (run["id"], "complete")
        assert end["sha256"] == hashlib.sha256(heard.text.encode()).hexdigest()
