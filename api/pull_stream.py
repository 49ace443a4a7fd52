"""Server-sent events of a pull: how far it has come, and how it has ended."""

from collections.abc import Callable, Coroutine
from contextlib import aclosing
from typing import Any

from starlette.types import Send

from api.schemas.models import ProgressOut, end_event
from api.sse_response import RETRY_FIELD, SseResponse
from core.engines.protocol import PullProgress
from core.model_library.pulls import Pull, PullEnd
from core.wire import encode_event


class PullStream(SseResponse):
    """One reader's stream: the progress as it is now, each newer one, and the end, whenever the reader comes."""

    def __init__(self, pull: Pull, wait_for_end: Callable[[], Coroutine[Any, Any, None]]) -> None:
        super().__init__(f"pull {pull.id}", wait_for_end)
        self._pull = pull

    async def write_events(self, send: Send) -> None:
        """Send the progress and the end."""
        retry_field, number = RETRY_FIELD, 0
        async with aclosing(self._pull.follow()) as steps:
            async for step in steps:
                match step:
                    case PullProgress():
                        number += 1
                        data = ProgressOut.from_progress(step).model_dump_json()
                        event = encode_event("progress", data, f"{self._pull.id}:{number}")
                    case PullEnd():
                        name, body = end_event(self._pull, step)
                        event = encode_event(name, body.model_dump_json(), end_id(self._pull))
                await self.send_body(send, retry_field + event)
                retry_field = b""


def end_id(pull: Pull) -> str:
    """The id of the last event: a reader who sends it back has had the end."""
    return f"{pull.id}:end"
