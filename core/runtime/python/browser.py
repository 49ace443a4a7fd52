"""What the worker in a viewer's browser calls: the app's host, in terms that JavaScript can pass on."""

import asyncio
import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from core.runtime.python.app_errors import APP_FOLDER
from core.runtime.python.asgi import AsgiSocket
from core.runtime.python.host import Host
from core.runtime.python.kept_values import Values, changed_values, read_values, restore_values
from core.runtime.python.messages import BodyListener, Request

VALUES_NAME = ".values-in-memory"
MAX_STATE_BYTES = 48_000_000


class BrowserHost:
    """One app at a time, and what it stored."""

    def __init__(self, folder: str = APP_FOLDER) -> None:
        self._folder = folder
        self._host = Host(folder)
        self._fresh_values: Values = {}
        self._is_prepared = False
        self._tasks: dict[int, asyncio.Task[Any]] = {}

    async def load(self, files: Mapping[str, str], state: bytes | None, is_fresh: bool = False) -> dict[str, Any]:
        """Run these files, with what an earlier version kept (see ``snapshot``); tells what it is, or its error.

        With ``is_fresh`` all that was stored is deleted before.
        """
        if is_fresh:
            await self._host.stop()
            self._host.clear_data()
        if not self._is_prepared:
            self._host.prepare()
            self._is_prepared = True
        values = self._unpack(state) if state else b""
        error = await self._host.start(files)
        if error:
            return {"error": error.to_dict()}
        self._fresh_values = read_values(self._folder)
        if values:
            restore_values(values)
        return {"entry": self._host.entry}

    async def request(
        self,
        id: int,  # noqa: A002  its name in messages
        asked: Mapping[str, Any],
        on_start: Callable[[int, list[tuple[str, str]]], None],
        on_body: BodyListener,
    ) -> dict[str, Any] | None:
        """Ask the app; returns what it raised, if anything. ``abort`` with the same ``id`` ends it early."""
        headers = [(str(name), str(value)) for name, value in asked["headers"]]
        request = Request(asked["method"], asked["path"], asked["query"], headers, bytes(asked["body"] or b""))
        if task := asyncio.current_task():
            self._tasks[id] = task
        try:
            error = await self._host.request(request, on_start, on_body)
        except asyncio.CancelledError:  # by ``abort``: nobody waits for the answer
            return None
        finally:
            self._tasks.pop(id, None)
        return error.to_dict() if error else None

    def abort(self, id: int) -> None:  # noqa: A002  as above
        """End a request that nobody waits for any more; without effect on one that has ended."""
        if task := self._tasks.get(id):
            task.cancel()

    def open_socket(self, path: str, query: str, protocols: list[str], on_event: Callable[..., None]) -> AsgiSocket:
        """Open a WebSocket; its events go to ``on_event``. Raises RuntimeError where the app knows none."""

        def pass_on(event: Mapping[str, Any]) -> None:
            data = event.get("text") if event.get("text") is not None else event.get("bytes")
            on_event(event["type"].removeprefix("websocket."), data, event.get("code", 1000))

        return self._host.open_socket(path, query, protocols, pass_on)

    def snapshot(self) -> bytes:
        """What the app has stored, as a zip: the files that it wrote, and the data in its modules that has changed."""
        buffer = io.BytesIO()
        total = 0
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for path, content in self._host.data().items():
                total += len(content)
                if total < MAX_STATE_BYTES:
                    archive.writestr(path, content)
            if values := changed_values(self._fresh_values, read_values(self._folder)):
                archive.writestr(VALUES_NAME, values)
        return buffer.getvalue()

    def _unpack(self, state: bytes) -> bytes:
        """Write the files of a snapshot, and return the values in it."""
        with zipfile.ZipFile(io.BytesIO(state)) as archive:
            names = archive.namelist()
            archive.extractall(self._folder, [name for name in names if name != VALUES_NAME])
            return archive.read(VALUES_NAME) if VALUES_NAME in names else b""
