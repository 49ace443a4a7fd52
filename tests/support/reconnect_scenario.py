"""A client of another make before the product: what it is to hear, over a line that is cut twice."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.support.servers.cutting_proxy import CutKind, CuttingProxy

CUTS: dict[bytes, CutKind] = {b"first cut": "reset", b"second cut": "end"}
PIECES_BEFORE = (
    "  indented\n",
    "\n\n",
    " ",
    "data: y\n\ndata:\n",
    "a😀\u2028b\n",
    "the first cut, and what it tears\n\n off\n",
)
PIECES_AFTER = (
    "\tid: 7\n:\n",
    "event: complete\n",
    "é\ufeff\n",
    "  the second cut\n in the middle\n",
    "\n \n",
    "```\nend\n\n",
)
FULL_TEXT = "".join(PIECES_BEFORE + PIECES_AFTER)


@dataclass
class ClientTranscript:
    """What a client got in all: the text it put together, and the ends it was told."""

    text: str = ""
    end_events: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class ReconnectScenario:
    """One project of one person, the line to it, and the model behind it."""

    api: httpx.AsyncClient
    proxy: CuttingProxy
    project_id: int
    token: str
    """A stream token, for an address."""

    @property
    def stream_path(self) -> str:
        """The side's stream, with the token."""
        return f"/api/projects/{self.project_id}/generate/backend/stream?token={self.token}"

    @property
    def stream_url(self) -> str:
        """The same, over the line."""
        return self.proxy.url + self.stream_path

    @property
    def socket_url(self) -> str:
        """The side's WebSocket, over the line."""
        return self.stream_url.replace("http", "ws", 1).replace("/stream?", "/ws?")

    async def check_transcript(self, transcript: ClientTranscript) -> None:
        """Both cuts were made, in one run, and its text is one wherever it is."""
        assert self.proxy.cuts_made == ["reset", "end"]
        [run] = (await self.api.get(f"/api/projects/{self.project_id}/runs")).json()
        stored = (await self.api.get(f"/api/runs/{run['id']}")).json()["text"]
        assert transcript.text == stored == FULL_TEXT
        [end] = transcript.end_events
        assert (end["id"], end["status"]) == (run["id"], "complete")
        assert end["sha256"] == hashlib.sha256(transcript.text.encode()).hexdigest()
