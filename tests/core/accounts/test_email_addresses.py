"""E-mail addresses: optional, trimmed, and checked for slips alone."""

import pytest

from core.accounts.email_addresses import MAX_EMAIL_LENGTH, check_email
from core.errors import InvalidInput


@pytest.mark.parametrize("blank", [None, "", "  \t"])
def test_a_blank_address_is_none(blank: str | None) -> None:
    assert check_email(blank) is None


@pytest.mark.parametrize("address", ["ada@example.org", "ada+lovelace@localhost", "ädä@exämple.org"])
def test_an_address_is_kept_without_the_blanks_around_it(address: str) -> None:
    assert check_email(f" {address}\n") == address


@pytest.mark.parametrize("wrong", ["ada", "@example.org", "ada@", "a b@example.org", "a@b@c", "\0@example.org"])
def test_what_is_no_address_is_refused_in_its_field(wrong: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_email(wrong)
    assert [error.field for error in refused.value.errors] == ["email"]


def test_an_address_may_be_as_long_as_a_mail_server_takes() -> None:
    longest = "a" * (MAX_EMAIL_LENGTH - 4) + "@b.c"
    assert check_email(longest) == longest
    with pytest.raises(InvalidInput, match=r"name@example\.org"):
        check_email(f"a{longest}")
