"""The form of an e-mail address. Nothing is sent to it, so it is checked for slips alone. No I/O."""

import re

from core.errors import InvalidInput
from core.text import check_storable

MAX_EMAIL_LENGTH = 254
"""Characters that a mail server has to take (RFC 5321, section 4.5.3.1.3, without the angle brackets)."""
_EMAIL_PATTERN = re.compile(r"[^@\s]+@[^@\s]+")


def check_email(email: str | None) -> str | None:
    """The address as it is kept; a blank one is none. Raises InvalidInput."""
    email = (email or "").strip()
    if not email:
        return None
    check_storable("email", email)
    if len(email) > MAX_EMAIL_LENGTH or not _EMAIL_PATTERN.fullmatch(email):
        raise InvalidInput.for_field(
            "email", "An e-mail address looks like name@example.org: correct it or leave it out."
        )
    return email
