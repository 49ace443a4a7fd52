"""Every question asked of the database, by what it answers; run them by ``Database.read``, or by ``find``.

Each that touches a person's things takes the user's id, so that another user's row is the same as none.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import cast

from sqlalchemy import Connection, Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, undefer

from data.models import LIVE_STATUSES, Project, RevokedSession, Run, RunFile, RunPiece, User

LARGEST_ID = 2**63 - 1

# What every request asks is built once: building a statement costs several times its execution. It is answered by
# plain rows with the models' attributes, to read alone: SQLAlchemy's way to whole objects trebles the cost.
_USERS, _PROJECTS, _REVOKED = User.__table__.c, Project.__table__.c, RevokedSession.__table__.c
_USER_OF_SESSION = select(*_USERS).where(
    _USERS.id == bindparam("user"), ~exists().where(_REVOKED.id == bindparam("session"))
)
_PROJECT_OF = select(*_PROJECTS).where(_PROJECTS.id == bindparam("project"), _PROJECTS.user_id == bindparam("user"))


def has_users(session: Session) -> bool:
    """Whether there is any account."""
    return session.scalar(select(User.id).limit(1)) is not None


def user_by_key(session: Session, key: str) -> User | None:
    """The account of this name, given without regard to case."""
    return session.scalar(select(User).where(User.name_key == key))


def user_of_session(connection: Connection, user_id: int, session_id: str) -> User | None:
    """The account, unless it is gone or this sign-in was signed out."""
    row = connection.execute(_USER_OF_SESSION, {"user": user_id, "session": session_id}).one_or_none()
    return cast(User | None, row)


def project_of(connection: Connection | Session, user_id: int, project_id: int) -> Project | None:
    """The project, if it is this user's; over a session, too, which has a connection."""
    if not 0 < project_id <= LARGEST_ID:
        return None
    row = connection.execute(_PROJECT_OF, {"user": user_id, "project": project_id}).one_or_none()
    return cast(Project | None, row)


def project_with_texts(session: Session, user_id: int, project_id: int) -> tuple[Project, dict[str, str]] | None:
    """The project, if it is this user's, and the texts of its current versions."""
    project = project_of(session, user_id, project_id)
    return (project, texts_of(session, _current(project))) if project else None


def projects_of(
    session: Session, user_id: int, search: str, limit: int, offset: int, *, with_texts: bool
) -> tuple[list[tuple[Project, int]], dict[str, str]]:
    """A user's projects, newest first, each with how many runs it has; and the texts of their current versions."""
    runs = select(func.count()).where(Run.project_id == Project.id).scalar_subquery()
    query = select(Project, runs).where(Project.user_id == user_id)
    if search:
        found = [column.icontains(search, autoescape=True) for column in (Project.name, Project.prompt)]
        query = query.where(or_(*found))
    rows = session.execute(query.order_by(Project.created_at.desc(), Project.id.desc()).limit(limit).offset(offset))
    listed = [(project, count) for project, count in rows]
    ids = (run_id for project, _ in listed for run_id in _current(project))
    return listed, texts_of(session, ids) if with_texts else {}


def run_of(session: Session, user_id: int, run_id: str, *, with_text: bool = False) -> Run | None:
    """The run, if it is this user's."""
    query = select(Run).where(Run.id == run_id, Run.user_id == user_id)
    if with_text:
        query = query.options(undefer(Run.text))
    return session.scalar(query)


def run_and_first(session: Session, user_id: int, run_id: str, later: Collection[str]) -> tuple[Run, Run] | None:
    """A run, and the one that it goes back to through runs of the kinds ``later``; both without their texts."""
    first = run = run_of(session, user_id, run_id)
    while first and first.kind in later and first.parent_id:
        first = run_of(session, user_id, first.parent_id)
    return (run, first) if run and first else None


def runs_of(session: Session, user_id: int, project_id: int) -> Sequence[Run]:
    """The runs of a project, newest first, without their texts."""
    query = select(Run).where(Run.project_id == project_id, Run.user_id == user_id)
    return session.scalars(query.order_by(Run.created_at.desc(), Run.id.desc())).all()


def live_run(session: Session, project_id: int, side: str) -> Run | None:
    """The side's live run; there is one at most."""
    return session.scalar(_live().where(Run.project_id == project_id, Run.side == side))


def live_runs(session: Session) -> Sequence[Run]:
    """Every run that the database believes to be live."""
    return session.scalars(_live()).all()


def texts_of(session: Session, run_ids: Iterable[str]) -> dict[str, str]:
    """The stored texts of these runs."""
    rows = session.execute(select(Run.id, Run.text).where(Run.id.in_(list(run_ids))))
    return {run_id: text or "" for run_id, text in rows}


def journalled_text(session: Session, run_id: str) -> str:
    """What the journal holds of a run that has not ended."""
    pieces = session.scalars(select(RunPiece.text).where(RunPiece.run_id == run_id).order_by(RunPiece.id))
    return "".join(pieces)


def files_of(session: Session, run_id: str) -> dict[str, RunFile]:
    """What was found out about the files of a run, by path."""
    return {row.path: row for row in session.scalars(select(RunFile).where(RunFile.run_id == run_id))}


def _current(project: Project) -> list[str]:
    return [run_id for run_id in (project.backend_run_id, project.frontend_run_id) if run_id]


def _live() -> Select[Run]:
    return select(Run).where(Run.status.in_(LIVE_STATUSES))
