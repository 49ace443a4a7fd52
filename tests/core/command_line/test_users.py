"""Accounts from a terminal, beside a server that runs over the same database."""

import argparse
import asyncio
import io

import pytest

from core.command_line.users import user
from core.errors import BadCredentials, Conflict, InvalidInput, NotAuthenticated, NotFound
from core.settings import Settings
from core.state_folder import StateLock
from core.studio import Studio

PASSWORD = "correct horse"


@pytest.fixture
def call(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> "Call":
    return Call(settings, monkeypatch)


class Call:
    """Calls ``main.py user``; what it reads comes through a pipe."""

    def __init__(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        self._settings = settings
        self._monkeypatch = monkeypatch

    async def __call__(self, action: str, name: str = "", stdin: str = "", **options: object) -> None:
        self._monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        given: dict[str, object] = {"admin": False, "role": None, **options}
        await user(self._settings, argparse.Namespace(action=action, name=name, **given))


async def test_the_first_account_is_made_without_a_server(
    call: Call, closed_studio: Studio, capsys: pytest.CaptureFixture[str]
) -> None:
    await call("add", "ada", f"{PASSWORD}\n")
    await call("add", "eve", f"{PASSWORD}\n", admin=True)
    await call("add", "bob", f"{PASSWORD}\n")
    await call("list")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0] for line in lines] == ["ada\tadmin", "eve\tadmin", "bob\tuser"]
    await closed_studio.open()
    assert (await closed_studio.accounts.login("ada", PASSWORD, "x")).user.is_admin
    assert {event.username for event in await closed_studio.accounts.audit.events()} == {"main.py user", "ada"}
    await closed_studio.close()


async def test_a_running_server_heeds_what_was_changed_at_once(call: Call, studio: Studio, settings: Settings) -> None:
    await studio.accounts.register("ada", PASSWORD)
    token = (await studio.accounts.register("eve", PASSWORD)).token
    identity = await studio.accounts.sessions.identify(token)
    with StateLock(settings.home):  # as a server has it
        await call("role", "EVE", role="admin")
        assert (await studio.accounts.sessions.identify(token)).user.is_admin
        reader = asyncio.create_task(studio.accounts.sessions.wait_for_end(identity))
        await call("disable", "eve")
        with pytest.raises(NotAuthenticated):
            await studio.accounts.sessions.identify(token)
        await asyncio.wait_for(reader, 3)
        await call("enable", "eve")
        await call("password", "eve", "another horse\n")
    with pytest.raises(BadCredentials):
        await studio.accounts.login("eve", PASSWORD, "x")
    assert await studio.accounts.login("eve", "another horse", "x")


async def test_what_cannot_be_done_is_said(call: Call, studio: Studio) -> None:
    await studio.accounts.register("ada", PASSWORD)
    with pytest.raises(NotFound, match=r"main\.py user list"):
        await call("password", "nobody", f"{PASSWORD}\n")
    with pytest.raises(Conflict, match="last admin"):
        await call("disable", "ada")
    with pytest.raises(InvalidInput, match="8 to 256"):
        await call("password", "ada", "short\n")


@pytest.mark.parametrize("again", [PASSWORD, "another horse"])
async def test_a_terminal_asks_twice(call: Call, studio: Studio, monkeypatch: pytest.MonkeyPatch, again: str) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    answers = iter((PASSWORD, again))
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(answers))
    monkeypatch.setattr("io.StringIO", Terminal)
    if again == PASSWORD:
        await call("add", "ada")
        assert await studio.accounts.login("ada", PASSWORD, "x")
    else:
        with pytest.raises(InvalidInput, match="differ"):
            await call("add", "ada")
        assert not await studio.accounts.any_users()
