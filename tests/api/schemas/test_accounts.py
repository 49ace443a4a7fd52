"""The JSON of accounts and tokens."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from api.schemas.accounts import Credentials, Registration, SignInOut, UserOut
from core.accounts.identity import User


def test_an_account_shows_no_more_than_the_contract_says() -> None:
    user = UserOut.from_user(User(1, "Ada", "ada@example.org", "admin", datetime(2026, 1, 2, tzinfo=UTC)))
    assert user.model_dump() == {"id": 1, "username": "Ada", "email": "ada@example.org", "role": "admin"}


def test_a_sign_in_answers_with_a_bearer_token() -> None:
    user = UserOut(id=1, username="Ada", email=None, role="user")
    answer = SignInOut(token="t", expires_at=datetime(2026, 1, 2, tzinfo=UTC), user=user).model_dump(mode="json")
    assert (answer["token"], answer["token_type"], answer["expires_at"]) == ("t", "bearer", "2026-01-02T00:00:00Z")


def test_a_wrong_form_of_name_or_password_is_left_to_the_sign_in() -> None:
    assert Credentials(username="", password="").username == ""
    assert Registration(username="a b", password="x").email is None


@pytest.mark.parametrize("wrong", [{"username": "x" * 1001}, {"password": "x" * 1001}, {"username": "a\0"}])
def test_what_is_absurd_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refused:
        Credentials.model_validate({"username": "ada", "password": "correct horse"} | wrong)
    assert [error["loc"] for error in refused.value.errors()] == [tuple(wrong)]
