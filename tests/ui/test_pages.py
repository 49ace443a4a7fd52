"""The way from the door to the studio, as far as a simulated user gets: fast, without a browser."""

import pytest

from tests.support.installation import PASSWORD
from tests.support.users.simulated_user import SimulatedUser

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_wrong_password_is_answered_with_a_sentence(user: SimulatedUser) -> None:
    await user.open("/login")
    await user.fill_fields({"Name": "nobody", "Password": "wrong wrong"})
    await user.press("Sign in")
    await user.expect_text("The name or the password is wrong.")
    assert user.current_path == "/login"


async def test_a_new_user_sees_an_empty_list_signs_out_and_signs_in_again(user: SimulatedUser) -> None:
    await user.register("ada")
    await user.expect_text("What shall we build?")
    await user.press("Sign out")
    await user.expect_text("Make an account")
    await user.open("/")
    await user.expect_text("Make an account")
    await user.fill_fields({"Name": "ADA", "Password": PASSWORD})
    await user.press("Sign in")
    await user.expect_text("What shall we build?")


async def test_a_new_project_leads_to_its_studio(user: SimulatedUser) -> None:
    await user.register("bob")
    await user.press("New project")
    await user.fill_fields({"Name": "Choir", "What should it do?": "A rota for a choir."})
    await user.press("Create")
    await user.expect_text("The Backend of")
    assert user.current_path.startswith("/projects/")
    await user.open("/")
    await user.expect_text("Choir")


@pytest.mark.parametrize("path", ["/projects/999", "/projects/x", "/projects/-1"])
async def test_an_unknown_project_is_missing(user: SimulatedUser, path: str) -> None:
    await user.register(f"eve{len(path)}")
    await user.expect_not_found(path)
    await user.expect_text("There is no such project.")


async def test_an_unknown_address_is_missing(user: SimulatedUser) -> None:
    await user.expect_not_found("/nothing")
    await user.expect_text("There is nothing at this address.")
