"""The settings as their visitor finds them: one's account, and for admins the installation."""

import asyncio
import io
import re
import zipfile

import httpx
import pytest
import pytest_asyncio
from nicegui import ui

from core.accounts.administration.user_changes import UserChanges
from core.accounts.client import Client, current_client
from core.errors import BadCredentials, NotAuthenticated
from core.settings import RegistrationPolicy
from core.studio import Studio
from tests.support.installation import PASSWORD
from tests.support.users.simulated_user import SimulatedUser, session_of, wait_until

pytestmark = pytest.mark.asyncio(loop_scope="session")

NEW_PASSWORD = "another horse"


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    return "set-" + re.sub(r"\W", "-", request.node.name)[-40:]


@pytest_asyncio.fixture(loop_scope="session")
async def somebody(user: SimulatedUser, name: str) -> SimulatedUser:
    """Somebody with an account, who is no admin."""
    await user.register(name)
    return user


@pytest_asyncio.fixture(loop_scope="session")
async def admin(somebody: SimulatedUser, studio: Studio) -> SimulatedUser:
    """The same as an admin."""
    await studio.accounts.change(await id_of(somebody, studio), UserChanges(role="admin"), "test")
    return somebody


async def id_of(user: SimulatedUser, studio: Studio) -> int:
    return (await studio.accounts.sessions.identify(session_of(user.http_client)["token"])).user.id


async def test_a_password_is_changed_and_other_sign_ins_end(somebody: SimulatedUser, studio: Studio, name: str) -> None:
    elsewhere = (await studio.accounts.login(name, PASSWORD, "x")).token
    await somebody.open("/settings")
    fields = {"Present password": PASSWORD, "New password": NEW_PASSWORD, "New password again": "another cow"}
    await somebody.fill_fields(fields)
    await somebody.press("Change password")
    await somebody.expect_text("differ")
    await somebody.fill_fields(fields | {"Present password": "wrong horse", "New password again": NEW_PASSWORD})
    await somebody.press("Change password")
    await somebody.expect_text("This is not your present password.")
    await somebody.fill_fields({"Present password": PASSWORD})
    await somebody.press("Change password")
    await somebody.expect_text("Your password is changed.")
    await somebody.expect_field("New password", "")
    with pytest.raises(NotAuthenticated):
        await studio.accounts.sessions.identify(elsewhere)
    assert await studio.accounts.login(name, NEW_PASSWORD, "x")


async def test_sign_ins_are_listed_and_ended(somebody: SimulatedUser, studio: Studio, name: str) -> None:
    current_client.set(Client("192.0.2.1", "curl/8.5.0"))
    elsewhere = (await studio.accounts.login(name, PASSWORD, "x")).token
    await somebody.open("/settings")
    await somebody.expect_text("this one")
    await somebody.press("Sign out curl")
    await somebody.expect_no_text("curl")
    with pytest.raises(NotAuthenticated):
        await studio.accounts.sessions.identify(elsewhere)
    another = await studio.accounts.sessions.identify((await studio.accounts.login(name, PASSWORD, "x")).token)
    await somebody.press("Sign out everywhere else")
    await studio.accounts.sessions.wait_for_end(another)
    assert await id_of(somebody, studio)


async def test_a_key_is_made_shown_once_and_revoked(somebody: SimulatedUser, studio: Studio) -> None:
    await somebody.open("/settings")
    await somebody.expect_text("No key yet")
    await somebody.press("New key…")
    await somebody.fill_fields({"Name": "ci-nightly", "What it may do": "read"})
    await somebody.press("Make key")
    await somebody.expect_text("Shown this once")
    [key] = await studio.accounts.api_keys.keys_of(await id_of(somebody, studio))
    assert (key.name, key.can_write) == ("ci-nightly", False)
    assert key.expires_at
    await somebody.press("Done")
    await somebody.expect_no_text("Shown this once")
    await somebody.expect_text("read only")
    await somebody.press("Revoke ci-nightly")
    await somebody.expect_text("No key yet")


async def test_the_theme_is_chosen_in_step_with_the_header(somebody: SimulatedUser) -> None:
    await somebody.open("/settings")
    await somebody.press("Dark")
    await wait_until(lambda: "Theme: dark" in somebody.labels)
    await somebody.press("Theme: dark")
    await wait_until(lambda: "Theme: as the system" in somebody.labels)


async def test_an_account_is_taken_along_and_deleted(somebody: SimulatedUser, studio: Studio, name: str) -> None:
    project = await studio.projects.create(await id_of(somebody, studio), "Slow Club", "A book club.")
    await somebody.open("/settings")
    await somebody.expect_text("1 project and every version")
    await somebody.press("Download")
    content = await somebody.next_download()
    assert f"project-{project.id}/project.json" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    await somebody.press("Delete account…")
    await somebody.fill_fields({"Your password": "wrong horse"})
    await somebody.press("Delete account")
    await somebody.expect_text("This is not your present password.")
    await somebody.fill_fields({"Your password": PASSWORD})
    await somebody.press("Delete account")
    await wait_until(lambda: somebody.current_path.startswith("/login"))
    with pytest.raises(BadCredentials):
        await studio.accounts.login(name, PASSWORD, "x")


@pytest.mark.parametrize("path", ["people", "models", "installation", "audit", "health", "nothing"])
async def test_what_is_for_admins_is_not_there_for_others(somebody: SimulatedUser, path: str) -> None:
    await somebody.expect_not_found(f"/settings/{path}")
    await somebody.open("/settings")
    await somebody.expect_no_text("Whole installation")


async def test_people_are_added_shut_out_and_deleted(admin: SimulatedUser, studio: Studio) -> None:
    await admin.open("/settings/people")
    await admin.press("Add a person…")
    await admin.fill_fields({"Name": "nell", "Password": PASSWORD})
    await admin.press("Add")
    await wait_until(lambda: "Actions for nell" in admin.labels)
    nell = await studio.accounts.login("nell", PASSWORD, "x")
    blocked = admin.labels.count("Unblock")  # others, by other tests
    await admin.press_in("Actions for nell", "Block")
    await wait_until(lambda: admin.labels.count("Unblock") == blocked + 1)
    with pytest.raises(NotAuthenticated):
        await studio.accounts.sessions.identify(nell.token)
    await admin.press_in("Actions for nell", "Unblock")
    await wait_until(lambda: admin.labels.count("Unblock") == blocked)
    await admin.press_in("Actions for nell", "Set a new password…")
    await admin.expect_text("A new password for nell")
    await admin.fill_fields({"Password": NEW_PASSWORD})
    nell = await studio.accounts.login("nell", PASSWORD, "x")
    identity = await studio.accounts.sessions.identify(nell.token)
    await admin.press("Set password")
    await studio.accounts.sessions.wait_for_end(identity)
    [dialog] = [each for each in admin.client.layout.descendants() if isinstance(each, ui.dialog)]
    await wait_until(lambda: not dialog.value)  # the list is drawn anew by then
    assert await studio.accounts.login("nell", NEW_PASSWORD, "x")
    await admin.press_in("Actions for nell", "Delete…")
    await admin.expect_text("Delete nell?")
    await admin.press("Delete")
    await wait_until(lambda: "Actions for nell" not in admin.labels)
    with pytest.raises(BadCredentials):
        await studio.accounts.login("nell", NEW_PASSWORD, "x")


async def test_a_link_lets_somebody_in_until_all_are_ended(
    admin: SimulatedUser, studio: Studio, pages: httpx.ASGITransport
) -> None:
    await admin.open("/settings/people")
    await admin.press("Invite…")
    await admin.expect_text("For seven days")
    [link] = [
        str(each.value)
        for each in admin.client.layout.descendants()
        if isinstance(each, ui.input) and "invite=" in str(each.value)
    ]
    token = link.partition("invite=")[2]
    admin_id = await id_of(admin, studio)
    await studio.accounts.settings.set_registration(RegistrationPolicy.CLOSED, admin_id)

    async def form_is_shown() -> bool:
        async with httpx.AsyncClient(transport=pages, base_url="http://test") as guest:
            return "It lives on this server only" in (await guest.get(f"/register?invite={token}")).text

    assert await form_is_shown()
    await admin.press("End all links")
    while await form_is_shown():
        await admin.expect_text("People")
    await studio.accounts.settings.set_registration(None, admin_id)


async def test_an_admin_who_is_one_no_longer_changes_nothing(admin: SimulatedUser, studio: Studio) -> None:
    await admin.open("/settings/people")
    other = await studio.accounts.create("other-admin", PASSWORD, "test")
    await studio.accounts.change(other.id, UserChanges(role="admin"), "test")
    await studio.accounts.change(await id_of(admin, studio), UserChanges(role="user"), "test")
    await admin.press("Nobody")
    await admin.open("/settings")
    assert await studio.accounts.settings.registration() is RegistrationPolicy.OPEN


async def test_registration_and_the_default_model_are_set(admin: SimulatedUser, studio: Studio) -> None:
    await admin.open("/settings/people")
    await admin.press("Nobody")
    await admin.expect_text("Accounts are made by admins alone.")
    assert await studio.accounts.settings.registration() is RegistrationPolicy.CLOSED
    await admin.press("Anyone")
    await admin.expect_text("Whoever can open this address")
    await admin.open("/settings/installation")
    told = asyncio.Event()
    studio.accounts.settings.model_listeners.append(lambda _: told.set())
    await admin.fill_fields({"Model": "scripted"})
    await told.wait()
    state = await studio.accounts.settings.current()
    assert state.default_model
    assert state.default_model.model == "scripted"
    await studio.set_default_model(None, 1)


async def test_the_audit_log_and_the_health_are_shown(admin: SimulatedUser, name: str) -> None:
    await admin.open("/settings/audit")
    await admin.expect_text(f"changed an account: {name}: role admin")
    await admin.press("Download CSV")
    assert b"account_changed" in await admin.next_download()
    await admin.open("/settings/health")
    for part in ("Engine ollama, in use", "It answers", "at work", "GB free", "Running apps", "Livewright 0"):
        await admin.expect_text(part)


async def test_the_account_menu_leads_there(somebody: SimulatedUser) -> None:
    await somebody.open("/")
    await somebody.press("Settings")
    await somebody.expect_text("Where you are signed in")
