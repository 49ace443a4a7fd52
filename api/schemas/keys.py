"""The JSON of API keys, as docs/contract.md defines it."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, Field

from api.schemas.text_fields import StorableText, described
from core.accounts.api_keys import MAX_NAME_LENGTH, ApiKey

Scope = Literal["read", "write"]


class NewApiKey(BaseModel):
    """What makes a key; ``write`` includes reading."""

    name: Annotated[StorableText, described(minLength=1, maxLength=MAX_NAME_LENGTH, format="line")]
    scopes: list[Scope] | None = Field(None, min_length=1, max_length=2, description="Absent or null is both.")
    expires_at: AwareDatetime | None = Field(None, description="When it ends, in the future; null is never.")


class ApiKeyOut(BaseModel):
    """A key without what opens anything; ``hint`` is its beginning and its end."""

    id: int
    name: str
    hint: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None

    @classmethod
    def from_key(cls, key: ApiKey) -> Self:
        """The JSON of core's key."""
        scopes: list[Scope] = ["read", "write"] if key.can_write else ["read"]
        return cls(
            id=key.id,
            name=key.name,
            hint=key.hint,
            scopes=scopes,
            created_at=key.created_at,
            expires_at=key.expires_at,
            last_used_at=key.last_used_at,
        )


class NewApiKeyOut(ApiKeyOut):
    """A new key with what opens: it is shown this once."""

    key: str
