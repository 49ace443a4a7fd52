"""API keys over HTTP: made and revoked by their owner's sign-in, never by a key."""

from fastapi import APIRouter

from api.routes.auth import SignInIdentity, StudioDep
from api.schemas.keys import ApiKeyOut, NewApiKey, NewApiKeyOut

router = APIRouter(prefix="/api/keys", tags=["accounts"])


@router.get("")
async def list_keys(studio: StudioDep, identity: SignInIdentity) -> list[ApiKeyOut]:
    """Your keys, the newest first."""
    return [ApiKeyOut.from_key(key) for key in await studio.accounts.api_keys.keys_of(identity.user.id)]


@router.post("", status_code=201)
async def create(studio: StudioDep, identity: SignInIdentity, body: NewApiKey) -> NewApiKeyOut:
    """A new key; the answer is the only place where it is ever shown."""
    key, text = await studio.accounts.api_keys.create(
        identity.user.id, body.name, can_write=body.scopes is None or "write" in body.scopes, expires_at=body.expires_at
    )
    return NewApiKeyOut(**ApiKeyOut.from_key(key).model_dump(), key=text)


@router.delete("/{key_id}", status_code=204)
async def revoke(studio: StudioDep, identity: SignInIdentity, key_id: int) -> None:
    """End a key; what it has opened ends at once."""
    await studio.accounts.api_keys.revoke(identity.user.id, key_id)
