"""The way from the door to the studio, as far as a simulated user gets: fast, without a browser."""

import pytest

from tests.support.installation import PASSWORD
from tests.support.users.simulated_user import SimulatedUser

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_wrong_password_is_answered_with_a_sentence(somebody: SimulatedUser) -> None:
    await somebody.open("/login")
    await somebody.fill_fields({"Name": "nobody", "Password": "wrong wrong"})
    await somebody.press("Sign in")
    await somebody.expect_text("The name or the password is wrong.")
    assert somebody.current_path == "/login"


async def test_who_registers_comes_to_his_projects_signs_out_and_in_again(somebody: SimulatedUser) -> None:
    await somebody.register("ada")
    await somebody.expect_text("Nothing here yet.")
    await somebody.press("Sign out")
    await somebody.expect_text("Make an account")
    await somebody.open("/")
    await somebody.expect_text("Make an account")
    await somebody.fill_fields({"Name": "ADA", "Password": PASSWORD})
    await somebody.press("Sign in")
    await somebody.expect_text("Nothing here yet.")


async def test_a_new_project_leads_to_its_studio(somebody: SimulatedUser) -> None:
    await somebody.register("bob")
    await somebody.press("New project")
    await somebody.fill_fields({"Name": "Choir", "What should it do?": "A rota for a choir."})
    await somebody.press("Create")
    await somebody.expect_text("No backend yet")
    assert somebody.current_path.startswith("/projects/")
    await somebody.open("/")
    await somebody.expect_text("Choir")


@pytest.mark.parametrize("path", ["/projects/999", "/projects/x", "/projects/-1"])
async def test_an_unknown_project_is_missing(somebody: SimulatedUser, path: str) -> None:
    await somebody.register(f"eve{len(path)}")
    await somebody.expect_not_found(path)
    await somebody.expect_text("There is no such project.")


async def test_an_unknown_address_is_missing(somebody: SimulatedUser) -> None:
    await somebody.expect_not_found("/nothing")
    await somebody.expect_text("There is nothing at this address.")
