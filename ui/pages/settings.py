"""The settings: one's own account, and for admins the whole installation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from nicegui import ui
from starlette.responses import RedirectResponse

from core.accounts.identity import Identity
from core.errors import ADDRESS_NOT_FOUND
from core.studio import Studio
from ui.accounts import session
from ui.components.models.models_overview import ModelsOverview
from ui.components.page_dialog import PageDialog
from ui.components.settings.account_deletion import AccountDeletion
from ui.components.settings.audit_table import AuditTable
from ui.components.settings.health import HealthOverview
from ui.components.settings.installation import ModelDefault, RegistrationChoice
from ui.components.settings.key_list import KeyList
from ui.components.settings.notice_switch import NoticeSwitch
from ui.components.settings.password_form import PasswordForm
from ui.components.settings.people import People
from ui.components.settings.session_list import SessionList
from ui.components.settings.theme_choice import ThemeChoice
from ui.elements import box, text
from ui.layout import page_layout
from ui.pages import not_found
from ui.theme import PageTheme

SETTINGS_ADDRESS = "/settings"


class Drawn(Protocol):
    """A part of a page that reads what it shows."""

    async def draw(self) -> None:
        """Read it, and show it."""


@dataclass(frozen=True, slots=True)
class Section:
    """A page of the settings."""

    path: str
    title: str
    hint: str
    build: Callable[[Studio, Identity, PageTheme], Sequence[Drawn]]

    @property
    def address(self) -> str:
        """Where it is."""
        return f"{SETTINGS_ADDRESS}/{self.path}" if self.path else SETTINGS_ADDRESS


def _build_account(studio: Studio, _identity: Identity, theme: PageTheme) -> Sequence[Drawn]:
    dialog = PageDialog()
    PasswordForm(studio.accounts)
    sessions = SessionList(studio.accounts.sessions)
    keys = KeyList(studio.accounts.api_keys, dialog)
    ThemeChoice(theme)
    NoticeSwitch()
    return sessions, keys, AccountDeletion(studio, dialog)


def _build_people(studio: Studio, _identity: Identity, _theme: PageTheme) -> Sequence[Drawn]:
    return RegistrationChoice(studio), People(studio.accounts, PageDialog())


def _build_installation(studio: Studio, _identity: Identity, _theme: PageTheme) -> Sequence[Drawn]:
    return (ModelDefault(studio),)


def _build_audit(studio: Studio, _identity: Identity, _theme: PageTheme) -> Sequence[Drawn]:
    return (AuditTable(studio.accounts.audit),)


def _build_health(studio: Studio, _identity: Identity, _theme: PageTheme) -> Sequence[Drawn]:
    return (HealthOverview(studio),)


def _build_models(studio: Studio, _identity: Identity, _theme: PageTheme) -> Sequence[Drawn]:
    return (ModelsOverview(studio),)


ACCOUNT = Section("", "Account", "", _build_account)
ADMIN_SECTIONS = (
    Section("people", "People", "Accounts on this installation.", _build_people),
    Section("models", "Models", "Which model writes, and what this machine can hold.", _build_models),
    Section("installation", "Installation", "In force at once, without a restart.", _build_installation),
    Section("audit", "Audit", "Who did what, when, from where.", _build_audit),
    Section("health", "Health", "What the installation is made of, and how it is.", _build_health),
)


def register(studio: Studio) -> None:
    """Add /settings and its pages."""

    @ui.page(SETTINGS_ADDRESS)
    async def account_page() -> RedirectResponse | None:
        return await _show(studio, ACCOUNT)

    @ui.page(SETTINGS_ADDRESS + "/{path}")
    async def admin_page(path: str) -> RedirectResponse | None:
        section = next((each for each in ADMIN_SECTIONS if each.path == path), None)
        return await _show(studio, section)


async def _show(studio: Studio, section: Section | None) -> RedirectResponse | None:
    if (identity := await session.current_identity(studio)) is None:
        return RedirectResponse(session.sign_in_path(section.address if section else None))
    # The same for a page that is not theirs and for one that never was.
    if section is None or (section is not ACCOUNT and not identity.user.is_admin):
        not_found.show_not_found(studio, identity.user, ADDRESS_NOT_FOUND)
        return None
    with page_layout(studio, identity.user, "Settings") as frame, box("lw-settings"):
        session.remember_view(ui.context.client, section.address)
        _draw_navigation(section, identity)
        with box("lw-settings-content"):
            text(section.title, tag="h1")
            text(section.hint or _describe(identity), tag="p")
            parts = section.build(studio, identity, frame.theme)
            for part in parts:
                await part.draw()
    return None


def _draw_navigation(current: Section, identity: Identity) -> None:
    with box("lw-settings-nav", "nav").props("aria-label=Settings"):
        text("You", tag="h2")
        _draw_link(ACCOUNT, current)
        if identity.user.is_admin:
            text("Whole installation", tag="h2")
            for section in ADMIN_SECTIONS:
                _draw_link(section, current)


def _draw_link(section: Section, current: Section) -> None:
    link = ui.link(section.title, section.address)
    if section is current:
        link.props("aria-current=page")


def _describe(identity: Identity) -> str:
    user = identity.user
    return f"{user.username} · {user.role} · since {user.created_at.day} {user.created_at:%B %Y}"
