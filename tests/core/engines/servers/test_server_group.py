"""Two servers as one engine: scripted ones, which a test can have go away."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from core.engines.ollama.engine import OllamaEngine
from core.engines.openai.engine import OpenAiEngine
from core.engines.protocol import EngineName, GenerationRequest, Message
from core.engines.servers.ollama_group import OllamaGroup
from core.engines.servers.server_group import ServerGroup
from core.errors import EngineError, InvalidInput, NotFound
from tests.support.engines.engine_answers import CollectedAnswer, collect_answer
from tests.support.pulls import WHOLE_PULL
from tests.support.servers.scripted_server import (
    DONE_LINE,
    Script,
    ScriptedServer,
    answer_json,
    answer_lines,
    answer_status,
    content_line,
    never_answer,
    scripted_server,
)

REQUEST = GenerationRequest("m", (Message("user", "Count."),))
DOWN = answer_status(502, b"gone", "text/html")
DEAD: dict[str, Script] = dict.fromkeys(("/api/version", "/api/tags", "/api/ps", "/api/show", "/api/chat"), DOWN)


def says(*texts: str, ending: str = "") -> Script:
    lines = [content_line(text) for text in texts]
    return answer_lines(*lines, *([] if ending else [DONE_LINE]), ending=ending)


def tags(*names: str) -> dict[str, Script]:
    return {"/api/tags": answer_json({"models": [{"name": name} for name in names]})}


@dataclass
class Pair:
    """The group, its servers in order."""

    group: OllamaGroup
    first: ScriptedServer
    second: ScriptedServer

    async def ask(self, project_id: int | None = None, model: str = "m") -> CollectedAnswer:
        """What the group answers."""
        return await collect_answer(self.group, replace(REQUEST, project_id=project_id, model=model))

    @property
    def chats(self) -> list[int]:
        """How many chats each has got."""
        return [len(self.first.chats), len(self.second.chats)]


@asynccontextmanager
async def pair(
    first: Script | None = None,
    second: Script | None = None,
    first_routes: dict[str, Script] | None = None,
    second_routes: dict[str, Script] | None = None,
    idle_timeout: float = 60.0,
) -> AsyncGenerator[Pair, None]:
    async with (
        asyncio.timeout(15),
        scripted_server([first or says("one")], first_routes) as one,
        scripted_server([second or says("two")], second_routes) as two,
    ):
        engines = {
            server.url: OllamaEngine(server.url, "m", retry_delays=(), poll_interval=0.02, idle_timeout=idle_timeout)
            for server in (one, two)
        }
        group = OllamaGroup(engines, "m")
        try:
            yield Pair(group, one, two)
        finally:
            await group.close()


async def test_the_lists_are_merged_with_their_servers() -> None:
    async with pair(first_routes=tags("a", "m"), second_routes=tags("m:latest", "b")) as both:
        for models in (await both.group.models(), await both.group.described_models()):
            assert [(model.name, model.server) for model in models] == [
                ("m", both.first.url),
                ("m", both.second.url),
                ("a", both.first.url),
                ("b", both.second.url),
            ]
        assert await both.group.context_window("b") == 32768


async def test_a_run_goes_to_the_server_that_has_its_model() -> None:
    async with pair(first_routes=tags("a"), second_routes=tags("m")) as both:
        assert (await both.ask()).text == "two"
        assert (await both.ask(model="a")).text == "one"


async def test_a_project_stays_and_a_busy_server_is_passed_by() -> None:
    async with pair(says("1", ending="hang")) as both:
        async with asyncio.TaskGroup() as group:
            busy = group.create_task(both.ask(1))
            await both.first.wait_for_chat()
            assert [(await both.ask(1)).text, (await both.ask(2)).text] == ["two", "two"]
            busy.cancel()
        assert both.chats == [1, 2]
        both.first.play_chats([says("one")])
        assert [(await both.ask(project)).text for project in (2, 2, 3, 3, 2)] == ["two", "two", "one", "one", "two"]


async def test_a_server_that_is_down_is_left_out() -> None:
    async with pair(first_routes=DEAD) as both:
        assert [(await both.ask()).text for _ in range(2)] == ["two", "two"]
        health = await both.group.health()
        assert health.engine_ready
        assert health.model_ready
        assert [server.ready for server in health.servers] == [False, True]
        assert both.second.url in health.engine_message
        assert [model.server for model in await both.group.models()] == [both.second.url]


async def test_a_server_that_hangs_holds_nobody_up_once_another_is_known() -> None:
    async with pair(first_routes=dict.fromkeys(DEAD, never_answer)) as both:
        await both.group.models()
        assert (await asyncio.wait_for(both.ask(), 1)).text == "two"


@pytest.mark.parametrize("failure", [DOWN, answer_status(503, b'{"error":"server busy"}')])
async def test_before_the_first_word_another_server_takes_over(failure: Script) -> None:
    async with pair(failure) as both:
        answer = await both.ask()
        assert (answer.text, both.chats) == ("two", [1, 1])


async def test_a_run_goes_on_where_its_server_went_away() -> None:
    async with pair(says("Once ", "upon ", ending="reset"), says("a time.")) as both:
        answer = await both.ask()
        assert answer.text == "Once upon a time."
        assert (
            answer.finish.warning
            == f"{both.first.url} went away in the middle, and {both.second.url} went on from there."
        )
        assert answer.finish.completion_tokens is None
        [chat] = both.second.chats
        assert chat.body["messages"][-1] == {"role": "assistant", "content": "Once upon "}


async def test_a_run_goes_on_where_its_server_fell_silent() -> None:
    async with pair(says("Once ", ending="hang"), says("upon."), idle_timeout=0.2) as both:
        answer = await both.ask()
        assert (answer.text, both.chats) == ("Once upon.", [1, 1])
        assert (await both.ask()).text == "upon."


async def test_the_window_is_the_least_of_those_that_have_the_model() -> None:
    def windows(model: str, tokens: int) -> dict[str, Script]:
        return tags(model) | {"/api/show": answer_json({"model_info": {"x.context_length": tokens}})}

    async with pair(first_routes=windows("m", 8192), second_routes=windows("m", 4096)) as both:
        assert await both.group.context_window("m") == 4096
    async with pair(first_routes=windows("m", 8192), second_routes=windows("other", 4096)) as both:
        assert await both.group.context_window("m") == 8192


async def test_what_no_server_can_do_is_the_runs_error() -> None:
    async with pair(DOWN, DOWN) as both:
        assert isinstance((await both.ask()).error, EngineError)
        assert both.chats == [1, 1]
    async with pair(says("a", ending="reset"), says("b", ending="reset")) as both:
        answer = await both.ask()
        assert (answer.text, answer.error and answer.error.error_code) == ("ab", "connection_lost")


async def test_models_are_pulled_and_removed_where_they_are_wanted() -> None:
    routes = tags("m", "b") | {"/api/pull": WHOLE_PULL, "/api/delete": answer_status(200)}
    async with pair(first_routes=DEAD, second_routes=routes) as both:
        assert await both.group.pull_target("x") == both.second.url
        assert await both.group.pull_target("x", both.first.url) == both.first.url
        with pytest.raises(InvalidInput, match="server"):
            await both.group.pull_target("x", "http://elsewhere")
        steps = [step.status async for step in both.group.pull("x", both.second.url)]
        assert steps[-1] == "success"
        await both.group.remove("b")
        await both.group.remove("b", both.second.url)
        assert [call.body["model"] for call in both.second.calls if call.path == "/api/delete"] == ["b", "b"]
        with pytest.raises(NotFound):
            await both.group.remove("nothing")


async def test_servers_of_openai_stand_in_for_each_other() -> None:
    def listing(name: str) -> dict[str, Script]:
        return {"/v1/models": answer_json({"data": [{"id": name}]})}

    async with scripted_server(routes=listing("x")) as one, scripted_server(routes=listing("m")) as two:
        engines = {server.url: OpenAiEngine(server.url, None, "m", retry_delays=()) for server in (one, two)}
        group = ServerGroup(engines, "m")
        assert [model.name for model in await group.models()] == ["m", "x"]
        assert (group.name, group.default_model) == (EngineName.OPENAI, "m")
        group.set_default_model("x")
        assert group.default_model == "x"
        await group.close()
