"""Every question asked of the database, by what it answers. The caller owns the transaction.

What the writer of runs does is in ``writing``.

Each that touches a person's things takes the user's id, so that another user's row is the same as none.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Select, delete, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from data.models import LIVE_STATUSES, Project, RevokedSession, Run, RunPiece, User

LARGEST_ID = 2**63 - 1


async def count_users(session: AsyncSession) -> int:
    """How many accounts there are."""
    return await session.scalar(select(func.count()).select_from(User)) or 0


async def user_by_key(session: AsyncSession, key: str) -> User | None:
    """The account of this name, given without regard to case."""
    return await session.scalar(select(User).where(User.name_key == key))


async def user_of_session(session: AsyncSession, user_id: int, session_id: str) -> User | None:
    """The account, unless it is gone or this sign-in was signed out."""
    revoked = exists().where(RevokedSession.id == session_id)
    return await session.scalar(select(User).where(User.id == user_id, ~revoked))


async def revoke_session(session: AsyncSession, session_id: str, expires_at: datetime, now: datetime) -> None:
    """Sign out; forgets the sign-outs whose tokens have run out anyway."""
    await session.execute(delete(RevokedSession).where(RevokedSession.expires_at < now))
    await session.merge(RevokedSession(id=session_id, expires_at=expires_at))


async def project_of(session: AsyncSession, user_id: int, project_id: int) -> Project | None:
    """The project, if it is this user's."""
    if not 0 < project_id <= LARGEST_ID:
        return None
    return await session.scalar(select(Project).where(Project.id == project_id, Project.user_id == user_id))


async def projects_of(
    session: AsyncSession, user_id: int, search: str, limit: int, offset: int
) -> Sequence[tuple[Project, int]]:
    """A user's projects, newest first, each with how many runs it has."""
    runs = select(func.count()).where(Run.project_id == Project.id).scalar_subquery()
    query = select(Project, runs).where(Project.user_id == user_id)
    if search:
        found = [column.icontains(search, autoescape=True) for column in (Project.name, Project.prompt)]
        query = query.where(or_(*found))
    rows = await session.execute(
        query.order_by(Project.created_at.desc(), Project.id.desc()).limit(limit).offset(offset)
    )
    return [(project, count) for project, count in rows]


async def run_of(session: AsyncSession, user_id: int, run_id: str, *, with_text: bool = False) -> Run | None:
    """The run, if it is this user's."""
    query = select(Run).where(Run.id == run_id, Run.user_id == user_id)
    if with_text:
        query = query.options(undefer(Run.text))
    return await session.scalar(query)


async def runs_of(session: AsyncSession, user_id: int, project_id: int) -> Sequence[Run]:
    """The runs of a project, newest first, without their texts."""
    query = select(Run).where(Run.project_id == project_id, Run.user_id == user_id)
    return (await session.scalars(query.order_by(Run.created_at.desc(), Run.id.desc()))).all()


async def live_run(session: AsyncSession, project_id: int, side: str) -> Run | None:
    """The side's live run; there is one at most."""
    return await session.scalar(_live().where(Run.project_id == project_id, Run.side == side))


async def live_runs(session: AsyncSession) -> Sequence[Run]:
    """Every run that the database believes to be live."""
    return (await session.scalars(_live())).all()


async def texts_of(session: AsyncSession, run_ids: Iterable[str]) -> dict[str, str]:
    """The stored texts of these runs."""
    rows = await session.execute(select(Run.id, Run.text).where(Run.id.in_(list(run_ids))))
    return {run_id: text or "" for run_id, text in rows}


async def journalled_text(session: AsyncSession, run_id: str) -> str:
    """What the journal holds of a run that has not ended."""
    pieces = await session.scalars(select(RunPiece.text).where(RunPiece.run_id == run_id).order_by(RunPiece.id))
    return "".join(pieces)


def _live() -> Select[Run]:
    return select(Run).where(Run.status.in_(LIVE_STATUSES))
