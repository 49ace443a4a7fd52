"""In which order servers are asked."""

import pytest

from core.engines.protocol import EngineName, ModelInfo
from core.engines.servers import group_server
from core.engines.servers.group_server import GroupServer, ServerChoice
from tests.support.engines.scripted_engine import ScriptedEngine


def servers(*urls: str) -> list[GroupServer]:
    return [GroupServer(url, ScriptedEngine()) for url in urls]


def test_the_least_busy_comes_first_then_the_projects_own_then_the_least_used() -> None:
    choice = ServerChoice()
    first, second = both = servers("a", "b")
    assert choice.in_order(both, 1) == [first, second]
    first.all_runs = 1
    assert choice.in_order(both, 1) == [second, first]
    choice.note(first, 1)
    assert choice.in_order(both, 1) == [first, second]
    assert choice.in_order(both, 2) == [second, first]
    first.active_runs = 1
    assert choice.in_order(both, 1) == [second, first]


def test_only_so_many_projects_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_server, "MAX_PROJECTS", 1)
    choice = ServerChoice()
    first, second = both = servers("a", "b")
    choice.note(second, 1)
    choice.note(second, None)
    choice.note(second, 2)
    assert [choice.in_order(both, project)[0] for project in (1, 2)] == [first, second]


def test_a_list_is_good_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    [server] = servers("a")
    assert server.is_stale
    server.note([ModelInfo("m:latest", EngineName.OLLAMA)])
    assert server.has("M")
    assert not server.is_stale
    monkeypatch.setattr(group_server, "READY_TTL", -1)
    assert not server.has("m")
