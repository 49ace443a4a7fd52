"""Keeps one app running: writes its files, imports it, starts it, asks it, and puts a new version in its place."""

import asyncio
import importlib
import importlib.util
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.runtime.python.app_errors import APP_FOLDER, AppError, describe
from core.runtime.python.asgi import AsgiDriver, AsgiSocket, SocketListener
from core.runtime.python.discovery import NoApp, find_app, find_entry, is_asgi
from core.runtime.python.examples import Example, examples_of
from core.runtime.python.messages import BodyListener, Request, StartListener
from core.runtime.python.passwords import complete_hashlib
from core.runtime.python.threads import run_without_threads
from core.runtime.python.wsgi import WsgiDriver

SHIMS_FOLDER = str(Path(__file__).parent / "shims")


class Host:
    """One app at a time; what it writes into its folder stays when a new version of its code comes."""

    def __init__(self, folder: str = APP_FOLDER) -> None:
        self._folder = Path(folder)
        self._sources: set[str] = set()
        self._path_before: list[str] | None = None
        self._driver: AsgiDriver | WsgiDriver | None = None
        self.app: Any = None
        self.entry = ""

    def prepare(self) -> None:
        """Make Python ready for an app, when the packages that it imports are in place."""
        run_without_threads()
        complete_hashlib()
        if SHIMS_FOLDER not in sys.path:
            sys.path.append(SHIMS_FOLDER)
        self._folder.mkdir(parents=True, exist_ok=True)
        os.chdir(self._folder)

    async def start(self, files: Mapping[str, str | bytes]) -> AppError | None:
        """Run these files in place of those before. Returns why they do not start, None where they do."""
        await self.stop()
        self.prepare()
        self._write(files)
        self._forget_modules()
        texts = {path: text for path, text in files.items() if isinstance(text, str)}
        try:
            self._import(texts)
            self._driver = AsgiDriver(self.app) if is_asgi(self.app) else WsgiDriver(self.app)
            await self._driver.start()
        except NoApp as error:
            return AppError(str(error), None, None, "")
        except BaseException as error:  # noqa: BLE001  a boundary: whatever an app raises is told to its author
            return describe(error)
        return None

    async def stop(self) -> None:
        """End the app that runs, if any."""
        driver, self._driver, self.app = self._driver, None, None
        if driver:
            await driver.stop()

    async def request(self, request: Request, on_start: StartListener, on_body: BodyListener) -> AppError | None:
        """Ask the app; the answer goes to the listeners. Returns what the app raised, if anything."""
        if self._driver is None:
            raise RuntimeError("No app runs.")
        try:
            await self._driver.request(request, on_start, on_body)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001  a boundary, as above
            return describe(error)
        return None

    def open_socket(self, path: str, query: str, protocols: list[str], on_event: SocketListener) -> AsgiSocket:
        """Open a WebSocket to the app. Raises RuntimeError where it knows none."""
        request = Request("GET", path, query, [("host", "localhost:8000")])
        if isinstance(self._driver, AsgiDriver):
            return self._driver.open_socket(request, protocols, on_event)
        raise RuntimeError("A WSGI app has no WebSockets.")

    def examples(self) -> list[Example]:
        """A request for each of the app's own routes."""
        return examples_of(self.app) if self.app is not None else []

    def clear_data(self) -> None:
        """Delete what the app wrote, all but its own files."""
        for path in sorted(self._folder.rglob("*"), reverse=True):
            if path.is_file() and path.relative_to(self._folder).as_posix() not in self._sources:
                path.unlink()

    def data(self) -> dict[str, bytes]:
        """The files that the app wrote, by path."""
        paths = [path for path in self._folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
        named = {path.relative_to(self._folder).as_posix(): path for path in paths}
        return {name: path.read_bytes() for name, path in named.items() if name not in self._sources}

    def _write(self, files: Mapping[str, str | bytes]) -> None:
        for path in self._sources - files.keys():
            (self._folder / path).unlink(missing_ok=True)
        for path, content in files.items():
            target = self._folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.encode() if isinstance(content, str) else bytes(content))
        self._sources = set(files)
        for cache in self._folder.rglob("__pycache__"):
            shutil.rmtree(cache, ignore_errors=True)

    def _forget_modules(self) -> None:
        """Have the app's own modules imported anew, and what they told to libraries forgotten with them."""
        folder = f"{self._folder}/"
        own = [name for name, module in sys.modules.items() if _file_of(module).startswith(folder)]
        for name in own:
            del sys.modules[name]
        sqlmodel = sys.modules.get("sqlmodel")
        if sqlmodel is not None:  # all models share one registry there
            sqlmodel.SQLModel.metadata.clear()
            sqlmodel.SQLModel._sa_registry.dispose()  # noqa: SLF001  it has no other way
        importlib.invalidate_caches()

    def _import(self, texts: Mapping[str, str]) -> None:
        entry = find_entry(texts)
        self.entry = entry.path
        if self._path_before is None:
            self._path_before = list(sys.path)
        parents = [str(parent) for parent in (self._folder / entry.path).parents if parent.is_relative_to(self._folder)]
        sys.path[:] = list(dict.fromkeys([str(self._folder / entry.folder), *parents, *self._path_before]))
        _load_environment(texts)
        os.chdir(self._folder / entry.folder)
        self.app = find_app(importlib.import_module(entry.module))


def _file_of(module: object) -> str:
    return str(getattr(module, "__file__", None) or "")


def _load_environment(texts: Mapping[str, str]) -> None:
    """Give the app the variables of its own ``.env``, or of the example of one."""
    names = (name for name in (".env", ".env.example", ".env.sample") if name in texts)
    for line in texts.get(next(names, ""), "").splitlines():
        name, separator, value = line.removeprefix("export ").partition("=")
        if separator and name.strip().isidentifier():
            os.environ.setdefault(name.strip(), value.strip().strip("\"'"))
