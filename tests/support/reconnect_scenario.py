"""A foreign client reads a stream over a connection that is cut twice: the text it must get, and the checks."""

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
    """What a client received: the text it joined, and the terminal events."""

    text: str = ""
    end_events: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class ReconnectScenario:
    """One project, and the proxy that cuts the connections to it."""

    api: httpx.AsyncClient
    proxy: CuttingProxy
    project_id: int
    token: str
    """A stream token, for the query."""

    @property
    def stream_path(self) -> str:
        """The path of the side's stream, with the token."""
        return f"/api/projects/{self.project_id}/generate/backend/stream?token={self.token}"

    @property
    def stream_url(self) -> str:
        """The address of the stream at the proxy."""
        return self.proxy.url + self.stream_path

    @property
    def socket_url(self) -> str:
        """The address of the side's WebSocket at the proxy."""
        return self.stream_url.replace("http", "ws", 1).replace("/stream?", "/ws?")

    async def check_transcript(self, transcript: ClientTranscript) -> None:
        """Both cuts were made, there was one run, and the client, the API and the checksum agree on its text."""
        assert self.proxy.cuts_made == ["reset", "end"]
        [run] = (await self.api.get(f"/api/projects/{self.project_id}/runs")).json()
        stored = (await self.api.get(f"/api/runs/{run['id']}")).json()["text"]
        assert transcript.text == stored == FULL_TEXT
        [end] = transcript.end_events
        assert (end["id"], end["status"]) == (run["id"], "complete")
        assert end["sha256"] == hashlib.sha256(transcript.text.encode()).hexdigest()
