"""Whatever happens in whatever order, every reader ends with the database's text, and gets one end."""

import asyncio
import shutil
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.engines.protocol import EngineEvent, EngineName, GenerationRequest, TextDelta
from core.engines.registry import EngineRegistry
from core.runs.follow import RunEnded, StatusChanged, follow
from core.runs.state import RunInfo
from core.runs.text_buffer import TextSlice
from core.settings import EngineChoice, Settings
from core.studio import Studio
from tests.support.engines.scripted_engine import FINISHED_STOP, ScriptedEngine
from tests.support.fake_reviews import skip_review
from tests.support.users.studio_user import Log, StudioUser, read_run_row, register_user


class DictatedEngine(ScriptedEngine):
    """Writes what the test says, when it says so, also across restarts of the server."""

    def __init__(self) -> None:
        super().__init__()
        self.orders: asyncio.Queue[str | None] = asyncio.Queue()

    async def generate(self, _request: GenerationRequest) -> AsyncGenerator[EngineEvent, None]:
        """Take orders until the one to finish."""
        while (text := await self.orders.get()) is not None:
            yield TextDelta(text)
        yield FINISHED_STOP


class Follower:
    """One reader: what it has, where it came in, and how slow it is; it survives drops and crashes."""

    def __init__(self, offset: int, pause: int) -> None:
        self.offset = offset
        self.text = ""
        self.ends: list[RunInfo] = []
        self._pause = pause
        self._task: asyncio.Task[None] | None = None

    @property
    def held(self) -> int:
        """The offset it would resume at."""
        return self.offset + len(self.text)

    def connect(self, log: Log) -> None:
        """Read on from where it was."""
        if not (self._task or self.ends):
            self._task = asyncio.create_task(self._read(log), name="a reader")

    async def drop(self) -> None:
        """Lose the connection, at whatever it is doing."""
        task, self._task = self._task, None
        if task:
            task.cancel()
            for outcome in await asyncio.gather(task, return_exceptions=True):
                assert outcome is None or isinstance(outcome, asyncio.CancelledError), outcome

    async def finish(self, log: Log) -> None:
        """Read to the end."""
        self.connect(log)
        if self._task:
            await self._task

    async def _read(self, log: Log) -> None:
        async with aclosing(follow(log, self.held)) as happenings:
            async for happening in happenings:
                match happening:
                    case TextSlice(offset=offset, text=text):
                        assert offset == self.held, "neither a gap nor a repetition"
                        self.text += text
                    case RunEnded(run):
                        self.ends.append(run)
                    case StatusChanged():
                        pass
                for _ in range(self._pause):
                    await asyncio.sleep(0)


@dataclass
class RestartScenario:
    """A state folder, the server over it, and the readers of one run."""

    settings: Settings
    engine: DictatedEngine
    studio: Studio
    ada: StudioUser
    log: Log
    readers: list[Follower]

    async def step(self, step: "Step") -> None:
        """Let one thing happen."""
        name, number, text = step
        match name:
            case "append":
                self.engine.orders.put_nowait(text)
            case "pass":
                await asyncio.sleep(0.001 * (number % 4))
            case "finish":
                self.engine.orders.put_nowait(None)
            case "stop":
                await self.studio.runs.stop(self.ada.id, self.log.state.id)
            case "crash":
                await self.crash()
            case "join":
                self.readers.append(Follower(number % (self.log.length + 1), number % 5))
                self.readers[-1].connect(self.log)
            case _ if self.readers:
                reader = self.readers[number % len(self.readers)]
                reader.connect(self.log) if name == "resume" else await reader.drop()

    async def crash(self) -> None:
        """The process dies: no task of the server takes another step; a new one opens the same state folder."""
        await kill(self.studio)
        for reader in self.readers:
            await reader.drop()
        self.studio = await Studio(self.settings, engines(self.engine), skip_review).open()
        self.ada = StudioUser(self.studio, self.ada.user)
        self.log = await self.ada.log(self.log.state)
        for reader in self.readers:
            assert reader.held <= self.log.length, "what a reader held is in the database"

    async def end(self) -> None:
        """Let the model finish, everybody read to the end, and compare."""
        self.engine.orders.put_nowait(None)
        self.readers.append(Follower(0, 0))
        async with asyncio.timeout(10):
            for reader in self.readers:
                await reader.finish(self.log)
        stored = await read_run_row(self.studio, self.log.state)
        assert self.log.text == stored.text
        for reader in self.readers:
            assert reader.text == (stored.text or "")[reader.offset :]
            assert [end.status.value for end in reader.ends] == [stored.status]


async def kill(studio: Studio) -> None:
    """Without a word to the journal, as ``kill -9`` would; what a thread has begun to commit it may still commit."""
    journal, live = studio._journal, [live.task for live in studio.runs._handles.values()]
    tasks = [task for task in (journal._writer_task, *live) if task]
    journal._pending.clear()
    journal._has_work = asyncio.Event()  # nothing sets the one that the writer waits for
    setattr(journal, "_pending_write", nobody)  # noqa: B010 - the type checker knows better than to allow the assignment
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await studio.database.close()
    studio.accounts.close()


def nobody(_log: Log) -> None:
    """Stands in for a journal of a process that is dead."""
    raise RuntimeError("a dead process writes nothing")


def engines(engine: DictatedEngine) -> EngineRegistry:
    """The one there is."""
    return EngineRegistry({EngineName.OLLAMA: engine}, EngineChoice.OLLAMA)


@asynccontextmanager
async def scenario(empty_database: Path) -> AsyncGenerator[RestartScenario, None]:
    with TemporaryDirectory() as folder:
        shutil.copy(empty_database, folder)
        chosen = Settings.load(_env_file=None, home=Path(folder), password_rounds=4, runtime="off").prepare()
        engine = DictatedEngine()
        studio = await Studio(chosen, engines(engine), skip_review).open()
        made: RestartScenario | None = None
        try:
            ada = await register_user(studio)
            made = RestartScenario(chosen, engine, studio, ada, await ada.start_run(await ada.create_project()), [])
            yield made
        finally:
            for reader in made.readers if made else ():
                await reader.drop()
            await (made.studio if made else studio).close()


Step = tuple[str, int, str]
NAMES = ["append"] * 6 + ["pass"] * 3 + ["join"] * 3 + ["drop", "drop", "resume", "resume", "stop", "finish", "crash"]
STEP = st.tuples(st.sampled_from(NAMES), st.integers(0, 50), st.text("a \n😀\u2028é", min_size=1, max_size=6))


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(STEP, max_size=30))
def test_any_schedule_leaves_every_reader_with_the_databases_text(empty_database: Path, schedule: list[Step]) -> None:
    async def play() -> None:
        async with asyncio.timeout(20), scenario(empty_database) as stage:
            for step in schedule:
                await stage.step(step)
            await stage.end()

    asyncio.run(play())
