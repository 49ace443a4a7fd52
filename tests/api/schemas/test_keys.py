"""The JSON of API keys."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from api.schemas.keys import ApiKeyOut, NewApiKey
from core.accounts.api_keys import ApiKey

CREATED_AT = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(("can_write", "scopes"), [(True, ["read", "write"]), (False, ["read"])])
def test_a_key_tells_its_scopes_and_not_its_hash(can_write: bool, scopes: list[str]) -> None:
    key = ApiKey(1, "ci", "lw_abcd…wxyz", can_write, CREATED_AT, None, None)
    shown = ApiKeyOut.from_key(key).model_dump()
    assert shown["scopes"] == scopes
    assert shown.keys() == {"id", "name", "hint", "scopes", "created_at", "expires_at", "last_used_at"}


@pytest.mark.parametrize("wrong", [{"scopes": []}, {"scopes": ["admin"]}, {"expires_at": "2030-01-01T00:00:00"}])
def test_what_makes_no_key_is_refused(wrong: dict[str, object]) -> None:
    assert NewApiKey.model_validate({"name": "ci"}).scopes is None
    with pytest.raises(ValidationError):
        NewApiKey.model_validate({"name": "ci"} | wrong)
