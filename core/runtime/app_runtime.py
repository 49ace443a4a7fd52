"""The runtime of this installation: whether it is there, how far its build is, and where its files lie."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from core.runtime.build import Progress, build_runtime, copy_runtime, remove_leftovers
from core.runtime.errors import RuntimeBuildError
from core.runtime.manifest import Manifest, read_manifest, wrong_files
from core.runtime.pins import runtime_id

_logger = logging.getLogger(__name__)

PREBUILT_FOLDER = Path(__file__).parents[2] / ".runtime"
"""Where an image brings one along: beside the product, since its state folder is a volume."""

BUILD_DELAY = 20.0
"""Seconds after the start: for the first pages and the first run, the processors are needed more."""


class RuntimeStatus(StrEnum):
    """Whether apps can run."""

    MISSING = "missing"
    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RuntimeState:
    """``message`` is a sentence for people; ``share`` is what is done of a build, from 0 to 1."""

    status: RuntimeStatus
    message: str
    share: float = 0.0


MISSING = RuntimeState(
    RuntimeStatus.MISSING, "What apps need to run is not built: `main.py runtime` builds it, once for all apps."
)
READY = RuntimeState(RuntimeStatus.READY, "Apps can run.", 1.0)

StateListener = Callable[[RuntimeState], None]


class AppRuntime:
    """Knows one runtime, that of this version's pins; ``builds_itself`` has it built when it is opened without one."""

    def __init__(
        self,
        home: Path,
        *,
        builds_itself: bool,
        prebuilt_folder: Path = PREBUILT_FOLDER,
        build_delay: float = BUILD_DELAY,
    ) -> None:
        self._folder = home.absolute() / "runtime"
        self._prebuilt_folder = prebuilt_folder
        self._builds_itself = builds_itself
        self._build_delay = build_delay
        self._task: asyncio.Task[None] | None = None
        self._state = MISSING
        self.id = runtime_id()
        self.manifest: Manifest | None = None
        self.files_folder: Path | None = None
        self.listeners: list[StateListener] = []

    @property
    def state(self) -> RuntimeState:
        """Where it stands now."""
        return self._state

    @property
    def is_ready(self) -> bool:
        """Whether apps can run."""
        return self._state.status is RuntimeStatus.READY

    async def open(self) -> None:
        """Take the one that is there; begin to build one in the background where there is none and that is wanted."""
        if not await self.find() and self._builds_itself:
            self.start_build(self._build_delay)

    async def find(self) -> bool:
        """Whether there is a built one, here or in the image; its files are compared when it is built or asked for."""
        for folder in (self._folder / self.id, self._prebuilt_folder / self.id):
            try:
                manifest = await asyncio.to_thread(read_manifest, folder)
            except RuntimeBuildError:
                continue
            if manifest.id == self.id and not await asyncio.to_thread(_missing_files, folder, manifest):
                self._use(folder, manifest)
                return True
        return False

    def start_build(self, delay: float = 0) -> None:
        """Build in the background after ``delay`` seconds, unless that is going on; needs a running event loop."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._build_and_tell(delay), name="build the runtime")

    async def wait(self) -> None:
        """Wait until the build in the background has ended, well or not."""
        if self._task:
            await asyncio.wait({self._task})

    async def build(self, source: Path | None = None, into: Path | None = None) -> Path:
        """Build it, or copy it from a folder without a network; an own folder or that of ``into``.

        Raises RuntimeBuildError.
        """
        try:
            folder = await asyncio.to_thread(_make_folder, into or self._folder)
            built = await (copy_runtime(source, folder) if source else build_runtime(folder, self._tell_progress))
            self._use(built, await asyncio.to_thread(read_manifest, built))
            # Last: it takes a while, and apps can run already.
            await asyncio.to_thread(remove_leftovers, folder)
        except OSError as error:
            raise RuntimeBuildError(
                f"What apps need to run cannot be written into {into or self._folder} ({error.strerror or error})."
            ) from error
        return built

    async def ensure(self, source: Path | None = None, into: Path | None = None) -> list[str]:
        """Build it, or copy it from ``source``, unless it is there and right; returns the files that are not right.

        Raises RuntimeBuildError.
        """
        is_there = not into and await self.find()
        if not is_there or await self.verify():
            await self.build(source, into)
        return await self.verify()

    async def verify(self) -> list[str]:
        """The files that differ from what was built. Raises RuntimeBuildError where there is none."""
        if self.files_folder is None or self.manifest is None:
            raise RuntimeBuildError(MISSING.message)
        return await asyncio.to_thread(wrong_files, self.files_folder, self.manifest)

    async def close(self) -> None:
        """Stop a build; the next one goes on from what was fetched."""
        if self._task:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _build_and_tell(self, delay: float) -> None:
        self._tell_progress(Progress("Getting ready", 0.0))
        try:
            await asyncio.sleep(delay)
            await self.build()
        except RuntimeBuildError as error:
            _logger.warning("the runtime for apps is not built: %s", error)
            self._tell(RuntimeState(RuntimeStatus.FAILED, f"Apps cannot run yet. {error}"))
        except asyncio.CancelledError:
            self._tell(MISSING)
            raise
        except Exception:
            # The boundary of this task: nobody awaits it, so nobody else would say what failed.
            _logger.exception("the runtime for apps is not built")
            self._tell(RuntimeState(RuntimeStatus.FAILED, "Apps cannot run yet: the server's log says why."))

    def _tell_progress(self, progress: Progress) -> None:
        message = f"What apps need to run is being made ready: {progress.step.lower()} ({progress.share:.0%})."
        self._tell(RuntimeState(RuntimeStatus.BUILDING, message, progress.share))

    def _use(self, folder: Path, manifest: Manifest) -> None:
        self.files_folder, self.manifest = folder, manifest
        self._tell(READY)

    def _tell(self, state: RuntimeState) -> None:
        self._state = state
        for listener in tuple(self.listeners):
            listener(state)


def _make_folder(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder.absolute()


def _missing_files(folder: Path, manifest: Manifest) -> bool:
    """Whether a file is gone or has another size: what a crash or a full disk leaves. Hashes take a second more."""
    try:
        return any((folder / path).stat().st_size != entry.bytes for path, entry in manifest.files.items())
    except OSError:
        return True
