"""What admins do over HTTP: accounts, settings, the audit log."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from api.page_address import page_address
from api.routes.auth import CurrentIdentity, SignInIdentity, StudioDep
from api.schemas.administration import (
    AccountOut,
    AuditEventOut,
    InstallationSettingsOut,
    InstallationSettingsPatch,
    InvitationOut,
    NewUser,
    UserPatch,
)
from core.accounts.administration.user_changes import UserChanges
from core.accounts.identity import Identity
from core.studio import Studio

router = APIRouter(prefix="/api/admin", tags=["admin"])


async def _admin(identity: CurrentIdentity) -> Identity:
    identity.check_is_admin()
    return identity


async def _signed_in_admin(identity: SignInIdentity) -> Identity:
    identity.check_is_admin()
    return identity


AdminIdentity = Annotated[Identity, Depends(_admin)]
SignedInAdmin = Annotated[Identity, Depends(_signed_in_admin)]
"""Without keys: accounts are not in their hands."""


@router.get("/users")
async def users(studio: StudioDep, _admin: SignedInAdmin) -> list[AccountOut]:
    """Every account with what it uses, the oldest first."""
    return [AccountOut.from_overview(each) for each in await studio.accounts.overviews()]


@router.post("/users", status_code=201)
async def create_user(studio: StudioDep, admin: SignedInAdmin, body: NewUser) -> AccountOut:
    """Make an account for somebody; also while registration is closed."""
    return await _account(studio, (await studio.accounts.create(body.username, body.password, admin.user.id)).id)


@router.patch("/users/{user_id}")
async def change_user(studio: StudioDep, admin: SignedInAdmin, user_id: int, body: UserPatch) -> AccountOut:
    """Change what is given; a new password and disabling end all of the account's sign-ins, streams and pages."""
    await studio.accounts.change(user_id, UserChanges(**body.model_dump()), admin.user.id)
    return await _account(studio, user_id)


@router.delete("/users/{user_id}", status_code=204)
async def delete_user(studio: StudioDep, admin: SignedInAdmin, user_id: int) -> None:
    """Delete an account with its projects."""
    await studio.accounts.delete(user_id, admin.user.id)


@router.get("/settings")
async def settings(studio: StudioDep, _admin: AdminIdentity) -> InstallationSettingsOut:
    """What is in force."""
    return InstallationSettingsOut.from_state(await studio.accounts.settings.current())


@router.patch("/settings")
async def change_settings(
    studio: StudioDep, admin: AdminIdentity, body: InstallationSettingsPatch
) -> InstallationSettingsOut:
    """Change what is given; it is in force at once."""
    if "default_model" in body.model_fields_set:
        await studio.set_default_model(body.default_model, admin.user.id)
    if "registration" in body.model_fields_set:
        await studio.accounts.settings.set_registration(body.registration, admin.user.id)
    return await settings(studio, admin)


@router.post("/invitations", status_code=201)
async def invite(studio: StudioDep, admin: AdminIdentity, request: Request) -> InvitationOut:
    """A link by which whoever has it may make an account, also while registration is closed."""
    invitation = await studio.accounts.invitations.create(admin.user.id)
    url = page_address(request, f"/register?invite={invitation.token}")
    return InvitationOut(token=invitation.token, url=url, expires_at=invitation.expires_at)


@router.delete("/invitations", status_code=204)
async def end_invitations(studio: StudioDep, admin: AdminIdentity) -> None:
    """End every invitation that was made until now."""
    await studio.accounts.invitations.end_all(admin.user.id)


@router.get("/audit")
async def audit(
    studio: StudioDep,
    _admin: AdminIdentity,
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="The id of an entry: those before it.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[AuditEventOut]:
    """Who did what, when, from where; newest first."""
    return [AuditEventOut.model_validate(event) for event in await studio.accounts.audit.events(before, limit)]


async def _account(studio: Studio, user_id: int) -> AccountOut:
    return AccountOut.from_overview(await studio.accounts.overview(user_id))
