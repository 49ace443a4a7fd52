"""What an admin changes, in the words of the audit log."""

import pytest

from core.accounts.administration.user_changes import UserChanges, check_role
from core.errors import InvalidInput


def test_changes_are_described_without_the_password() -> None:
    assert UserChanges("admin", disabled=True, password="correct horse").description == (
        "role admin, disabled, new password"
    )
    assert UserChanges(disabled=False).description == "enabled"
    assert UserChanges().description == ""


def test_there_are_two_roles() -> None:
    assert [check_role(role) for role in ("admin", "user")] == ["admin", "user"]
    with pytest.raises(InvalidInput):
        check_role("root")
