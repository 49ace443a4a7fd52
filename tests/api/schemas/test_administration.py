"""The JSON of what admins see."""

from datetime import UTC, datetime

from api.schemas.administration import AccountOut, InstallationSettingsOut
from core.accounts.administration.settings import InstallationState, ModelChoice
from core.accounts.administration.users import UserOverview
from core.accounts.identity import User
from core.settings import RegistrationPolicy

CREATED_AT = datetime(2026, 1, 2, tzinfo=UTC)


def test_an_account_is_shown_with_what_it_uses() -> None:
    overview = UserOverview(User(1, "ada", None, "admin", CREATED_AT), True, 2, 3, CREATED_AT)
    shown = AccountOut.from_overview(overview)
    assert (shown.username, shown.disabled, shown.projects, shown.runs) == ("ada", True, 2, 3)
    assert (shown.created_at, shown.last_seen_at) == (CREATED_AT, CREATED_AT)


def test_the_default_model_is_told_by_its_name() -> None:
    for choice, name in ((None, None), (ModelChoice("ollama", "m"), "m")):
        state = InstallationState(RegistrationPolicy.OPEN, choice)
        assert InstallationSettingsOut.from_state(state).default_model == name
