"""Links to projects: made and ended by their owner, and what whoever has one may see."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from core.accounts.audit import AuditAction, AuditLog
from core.accounts.sessions import MAX_WAIT_SECONDS, Sessions
from core.errors import Conflict, InvalidInput, NotFound
from core.projects.access import ProjectAccess
from core.projects.project import Project
from core.runs.log_registry import RUN_NOT_FOUND, Log, LogRegistry
from data import account_commands, account_queries
from data.database import Connection, Database
from data.errors import RowRejected
from data.rows import ShareRow

MAX_SHARES = 50
"""Open links to one project."""
MAX_LIFETIME_SECONDS = 10 * 365 * 86_400
NOTHING_HERE = "There is nothing to see at this link."
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz"
"""Without characters that look alike: a link may be read out."""
TOKEN_GROUPS, GROUP_LENGTH = 6, 4
"""Some 138 bits."""
TOKEN_PATTERN = f"^[{ALPHABET}]{{{GROUP_LENGTH}}}(-[{ALPHABET}]{{{GROUP_LENGTH}}}){{{TOKEN_GROUPS - 1}}}$"


@dataclass(frozen=True, slots=True)
class Share:
    """A link to a project; it has no end where ``expires_at`` is None."""

    id: int
    project_id: int
    token: str
    created_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenedShare:
    """A link that somebody has opened, and whose project it is; ``ends_seen`` as in ``Identity``."""

    share: Share
    owner_id: int
    owner_name: str
    ends_seen: int


class Shares:
    """The links of all projects. A link starts, stops and changes nothing, and opens this one project."""

    def __init__(
        self,
        database: Database,
        *,
        access: ProjectAccess,
        log_registry: LogRegistry,
        sessions: Sessions,
        audit: AuditLog,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._access = access
        self._log_registry = log_registry
        self._sessions = sessions
        self._audit = audit
        self._clock = clock

    async def create(self, user_id: int, project_id: int, expires_in: int | None = None) -> Share:
        """A new link that ends in so many seconds. Raises NotFound, InvalidInput, Conflict."""
        project = await self._access.get(user_id, project_id)
        if expires_in is not None and not 1 <= expires_in <= MAX_LIFETIME_SECONDS:
            raise InvalidInput.for_field("expires_in", "A link ends in 1 second to 10 years.")
        now = self._clock()
        row: dict[str, Any] = {
            "project_id": project_id,
            "token": _new_token(),
            "created_at": now,
            "expires_at": now + timedelta(seconds=expires_in) if expires_in is not None else None,
        }
        try:
            share_id = await self._database.write(partial(_insert_share, row=row, now=now))
        except RowRejected:  # the project was deleted meanwhile
            raise NotFound(NOTHING_HERE) from None
        await self._audit.record(AuditAction.SHARE_MADE, user_id, project.name)
        return _share_from_row(ShareRow(id=share_id, **row))

    async def shares_of(self, user_id: int, project_id: int) -> list[Share]:
        """The open links to a project, the newest first. Raises NotFound."""
        await self._access.get(user_id, project_id)
        work = partial(account_queries.list_shares, project_id=project_id, now=self._clock())
        return [_share_from_row(row) for row in await self._database.read(work)]

    async def end(self, user_id: int, project_id: int, share_id: int) -> None:
        """End a link, and at once what was opened by it. Raises NotFound."""
        project = await self._access.get(user_id, project_id)
        work = partial(account_commands.delete_share, project_id=project_id, share_id=share_id)
        if not await self._database.write(work):
            raise NotFound("There is no such link.")
        self._sessions.ends.publish(user_id, _session_id(share_id))
        await self._audit.record(AuditAction.SHARE_ENDED, user_id, project.name)

    async def end_all(self, project: Project) -> None:
        """After a project was deleted: end what was opened by its links, which went with it."""
        self._sessions.ends.publish(project.user_id)

    async def open(self, token: str) -> OpenedShare:
        """What this link leads to. Raises NotFound, in the same way for one that has ended and one that never was."""
        if not re.fullmatch(TOKEN_PATTERN, token):  # a database may refuse what is in it
            raise NotFound(NOTHING_HERE)
        ends_seen = self._sessions.ends.count
        found = await self._database.read(partial(account_queries.find_share, token=token, now=self._clock()))
        if found is None:
            raise NotFound(NOTHING_HERE)
        row, owner = found
        return OpenedShare(_share_from_row(row), owner.id, owner.name, ends_seen)

    async def project(self, opened: OpenedShare) -> Project:
        """The project as it is now, without its code. Raises NotFound."""
        return await self._access.get(opened.owner_id, opened.share.project_id)

    async def open_log(self, opened: OpenedShare, run_id: str) -> Log:
        """The log of a run of this project. Raises NotFound, also for a run of another one."""
        log = await self._log_registry.open(opened.owner_id, run_id)
        if log.state.project_id != opened.share.project_id:
            raise NotFound(RUN_NOT_FOUND)
        return log

    async def wait_for_end(self, opened: OpenedShare) -> None:
        """Return when the link ends: by its owner, by its time, with its project, or with its owner's account."""

        async def is_open() -> bool:
            work = partial(account_queries.find_share, token=opened.share.token, now=self._clock())
            return await self._database.read(work) is not None

        def seconds_left() -> float:
            end = opened.share.expires_at
            return min((end - self._clock()).total_seconds(), MAX_WAIT_SECONDS) if end else MAX_WAIT_SECONDS

        await self._sessions.wait_while(
            opened.owner_id, _session_id(opened.share.id), opened.ends_seen, is_open, seconds_left
        )


def _new_token() -> str:
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(TOKEN_GROUPS))
    return "-".join(groups)


def _session_id(share_id: int) -> str:
    """What stands for a sign-in where the end of a link is told."""
    return f"share-{share_id}"


def _insert_share(connection: Connection, row: dict[str, Any], now: datetime) -> int:
    if len(account_queries.list_shares(connection, row["project_id"], now)) >= MAX_SHARES:
        raise Conflict(f"A project has at most {MAX_SHARES} links: end one first.")
    return account_commands.add_share(connection, row)


def _share_from_row(row: ShareRow) -> Share:
    return Share(row.id, row.project_id, row.token, row.created_at, row.expires_at)
