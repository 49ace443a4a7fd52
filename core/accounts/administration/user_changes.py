"""What an admin changes of somebody's account. No I/O."""

from dataclasses import dataclass

from core.accounts.identity import ROLES
from core.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class UserChanges:
    """New values; None leaves what is there."""

    role: str | None = None
    disabled: bool | None = None
    password: str | None = None

    @property
    def description(self) -> str:
        """What changes, for the audit log: ``role admin, disabled``."""
        parts = (
            f"role {self.role}" if self.role else "",
            {True: "disabled", False: "enabled"}.get(self.disabled, "") if self.disabled is not None else "",
            "new password" if self.password else "",
        )
        return ", ".join(filter(None, parts))


def check_role(role: str) -> str:
    """The role. Raises InvalidInput."""
    if role not in ROLES:
        raise InvalidInput.for_field("role", f"A role is one of: {', '.join(ROLES)}.")
    return role
