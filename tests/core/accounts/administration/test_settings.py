"""What an admin sets is in force at once, and after a restart."""

from collections.abc import Awaitable, Callable

import pytest

from core.errors import InvalidInput, RegistrationClosed
from core.settings import RegistrationPolicy
from core.studio import Studio
from tests.support.engines.scripted_engine import ScriptedEngine

ADMIN = 1


async def test_registration_closes_and_opens_while_it_runs(studio: Studio) -> None:
    await studio.accounts.register("ada", "correct horse")
    await studio.accounts.settings.set_registration(RegistrationPolicy.CLOSED, ADMIN)
    with pytest.raises(RegistrationClosed):
        await studio.accounts.register("eve", "correct horse")
    await studio.accounts.settings.set_registration(None, ADMIN)
    assert await studio.accounts.register("eve", "correct horse")


async def test_the_default_model_is_that_of_the_next_run(
    studio: Studio, engine: ScriptedEngine, another: Callable[..., Awaitable[Studio]]
) -> None:
    engine.model_names = ["scripted", "other:7b"]
    await studio.set_default_model("other:7b", ADMIN)
    assert (await studio.engines.choose(None))[1] == "other:7b"
    assert (await studio.engines.models())[0].name == "other:7b"
    await studio.close()
    restarted = await another()
    state = await restarted.accounts.settings.current()
    assert state.default_model
    assert (state.default_model.model, (await restarted.engines.choose(None))[1]) == ("other:7b", "other:7b")
    await restarted.set_default_model(None, ADMIN)
    assert (await restarted.engines.choose(None))[1] == "scripted"
    assert (await restarted.accounts.settings.current()).default_model is None


async def test_a_model_that_nobody_has_is_refused(studio: Studio) -> None:
    with pytest.raises(InvalidInput) as caught:
        await studio.set_default_model("nobody:1b", ADMIN)
    assert caught.value.errors[0].field == "default_model"
