"""What an admin may change while it runs: who may register, and which model writes."""

from core.settings import RegistrationPolicy
from core.studio import Studio
from ui.accounts import session
from ui.components.settings.rows import row, section
from ui.elements import box, guard_action, on_event, set_selected, text
from ui.fields import select_field

REGISTRATION_LABELS = {RegistrationPolicy.OPEN: "Anyone", RegistrationPolicy.CLOSED: "Nobody"}
REGISTRATION_HINTS = {
    RegistrationPolicy.OPEN: "Whoever can open this address may make an account.",
    RegistrationPolicy.CLOSED: "Accounts are made by admins alone.",
}
ENGINES_CHOICE = ""
"""In place of a model: each engine has its own default."""


class RegistrationChoice:
    """Who may make an account; ``draw`` reads it."""

    def __init__(self, studio: Studio) -> None:
        self._settings = studio.accounts.settings
        with section("Who may make an account"):
            self._rows = box("lw-settings-rows")

    async def draw(self) -> None:
        """Draw what is in force."""
        policy = await self._settings.registration()
        self._rows.clear()
        with (
            self._rows,
            row(REGISTRATION_LABELS[policy], REGISTRATION_HINTS[policy]),
            box("lw-segmented-control").props('role=group aria-label="Who may make an account"'),
        ):
            for each, label in REGISTRATION_LABELS.items():
                element = text(label, tag="button")
                set_selected(element, "aria-pressed", selected=each is policy)
                on_event(element, "click", lambda each=each: self._choose(each))

    async def _choose(self, policy: RegistrationPolicy) -> None:
        admin = await session.page_admin()
        await self._settings.set_registration(policy, admin.user.id)
        await self.draw()


class ModelDefault:
    """The model of runs that name none; ``draw`` reads it."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        with section("Default model"):
            self._rows = box("lw-settings-rows")

    async def draw(self) -> None:
        """Draw the choice among the models that there are."""
        chosen = (await self._studio.accounts.settings.current()).default_model
        names = [model.name for model in await self._studio.engines.models()]
        options = {ENGINES_CHOICE: "As the server was started", **{name: name for name in names}}
        value = chosen.model if chosen else ENGINES_CHOICE
        options.setdefault(value, f"{value} (not there now)")
        self._rows.clear()
        with self._rows, row("For all", "Runs that name no model use it, from the next one on."):
            with box("lw-settings-select"):
                field = select_field("Model", options, value)
            field.on_value_change(guard_action(lambda: self._choose(str(field.value or ""))))

    async def _choose(self, model: str) -> None:
        admin = await session.page_admin()
        await self._studio.set_default_model(model or None, admin.user.id)
