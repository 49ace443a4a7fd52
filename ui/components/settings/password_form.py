"""The form that sets a new password."""

from nicegui import ui

from core.accounts.accounts import Accounts
from core.accounts.security import MIN_PASSWORD_LENGTH
from core.errors import LivewrightError
from ui.accounts import session
from ui.components.settings.rows import section
from ui.elements import box, button, text
from ui.fields import text_field

CHANGED = "Your password is changed. You are signed out everywhere else."


class PasswordForm:
    """Three fields and a button; what is wrong is said beneath them."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        with section("Password"), box("lw-settings-rows"):
            with box("lw-settings-form"):
                self._current = _password_field("Present password", "current-password")
                self._new = _password_field("New password", "new-password")
                self._new.props["placeholder"] = f"{MIN_PASSWORD_LENGTH} characters or more"
                self._again = _password_field("New password again", "new-password")
                button("Change password", self._change)
            self._message = text("", "lw-settings-message", "p").props("role=status")

    async def _change(self) -> None:
        self._message.set_text("")
        if self._new.value != self._again.value:
            self._message.set_text("The new password and its repetition differ.")
            return
        try:
            identity = await session.page_identity()
            await self._accounts.change_password(identity, self._current.value or "", self._new.value or "")
        except LivewrightError as error:
            self._message.set_text(str(error))
            return
        for field in (self._current, self._new, self._again):
            field.set_value("")
        self._message.set_text(CHANGED)


def _password_field(label: str, autocomplete: str) -> ui.input:
    with box(""):
        return text_field(label, type="password", autocomplete=autocomplete)
