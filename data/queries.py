"""Every question asked of the database, by what it answers; run them by ``Database.read``, or by ``find``.

Each that touches a person's things takes the user's id, so that another user's row is the same as none.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import cast

from sqlalchemy import Connection, Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, undefer

from data.models import LIVE_STATUSES, Project, RevokedSession, Run, RunFile, RunPiece, User

MAX_ID = 2**63 - 1

# What every request asks is built once: building a statement costs several times its execution. It is answered by
# plain rows with the models' attributes, to read alone: SQLAlchemy's way to whole objects trebles the cost.
_USER_COLUMNS, _PROJECT_COLUMNS, _REVOKED_COLUMNS = User.__table__.c, Project.__table__.c, RevokedSession.__table__.c
_SELECT_SESSION_USER = select(*_USER_COLUMNS).where(
    _USER_COLUMNS.id == bindparam("user"), ~exists().where(_REVOKED_COLUMNS.id == bindparam("session"))
)
_SELECT_PROJECT = select(*_PROJECT_COLUMNS).where(
    _PROJECT_COLUMNS.id == bindparam("project"), _PROJECT_COLUMNS.user_id == bindparam("user")
)


def has_users(session: Session) -> bool:
    """Whether there is any account."""
    return session.scalar(select(User.id).limit(1)) is not None


def find_user_by_key(session: Session, key: str) -> User | None:
    """The account of this name, given without regard to case."""
    return session.scalar(select(User).where(User.name_key == key))


def find_session_user(connection: Connection, user_id: int, session_id: str) -> User | None:
    """The account, unless it is gone or this sign-in was signed out."""
    row = connection.execute(_SELECT_SESSION_USER, {"user": user_id, "session": session_id}).one_or_none()
    return cast(User | None, row)


def find_project(connection: Connection | Session, user_id: int, project_id: int) -> Project | None:
    """The project, if it is this user's; over a session, too, which has a connection."""
    if not 0 < project_id <= MAX_ID:
        return None
    row = connection.execute(_SELECT_PROJECT, {"user": user_id, "project": project_id}).one_or_none()
    return cast(Project | None, row)


def find_project_with_texts(session: Session, user_id: int, project_id: int) -> tuple[Project, dict[str, str]] | None:
    """The project, if it is this user's, and the texts of its current versions."""
    project = find_project(session, user_id, project_id)
    return (project, load_texts(session, _current_run_ids(project))) if project else None


def list_projects(
    session: Session, user_id: int, search: str, limit: int, offset: int, *, with_texts: bool
) -> tuple[list[tuple[Project, int]], dict[str, str]]:
    """A user's projects, newest first, each with how many runs it has; and the texts of their current versions."""
    run_count = select(func.count()).where(Run.project_id == Project.id).scalar_subquery()
    query = select(Project, run_count).where(Project.user_id == user_id)
    if search:
        matches = [column.icontains(search, autoescape=True) for column in (Project.name, Project.prompt)]
        query = query.where(or_(*matches))
    rows = session.execute(query.order_by(Project.created_at.desc(), Project.id.desc()).limit(limit).offset(offset))
    counted_projects = [(project, count) for project, count in rows]
    ids = (run_id for project, _ in counted_projects for run_id in _current_run_ids(project))
    return counted_projects, load_texts(session, ids) if with_texts else {}


def find_run(session: Session, user_id: int, run_id: str, *, with_text: bool = False) -> Run | None:
    """The run, if it is this user's."""
    query = select(Run).where(Run.id == run_id, Run.user_id == user_id)
    if with_text:
        query = query.options(undefer(Run.text))
    return session.scalar(query)


def find_run_and_origin(
    session: Session, user_id: int, run_id: str, derived_kinds: Collection[str]
) -> tuple[Run, Run] | None:
    """A run, and the one that it goes back to through runs of the kinds ``derived_kinds``; both without their texts."""
    origin = run = find_run(session, user_id, run_id)
    while origin and origin.kind in derived_kinds and origin.parent_id:
        origin = find_run(session, user_id, origin.parent_id)
    return (run, origin) if run and origin else None


def list_runs(session: Session, user_id: int, project_id: int) -> Sequence[Run]:
    """The runs of a project, newest first, without their texts."""
    query = select(Run).where(Run.project_id == project_id, Run.user_id == user_id)
    return session.scalars(query.order_by(Run.created_at.desc(), Run.id.desc())).all()


def find_live_run(session: Session, project_id: int, side: str) -> Run | None:
    """The side's live run; there is one at most."""
    return session.scalar(_select_live_runs().where(Run.project_id == project_id, Run.side == side))


def list_live_runs(session: Session) -> Sequence[Run]:
    """Every run that the database believes to be live."""
    return session.scalars(_select_live_runs()).all()


def load_texts(session: Session, run_ids: Iterable[str]) -> dict[str, str]:
    """The stored texts of these runs."""
    rows = session.execute(select(Run.id, Run.text).where(Run.id.in_(list(run_ids))))
    return {run_id: text or "" for run_id, text in rows}


def load_journal_text(session: Session, run_id: str) -> str:
    """What the journal holds of a run that has not ended."""
    pieces = session.scalars(select(RunPiece.text).where(RunPiece.run_id == run_id).order_by(RunPiece.id))
    return "".join(pieces)


def load_run_files(session: Session, run_id: str) -> dict[str, RunFile]:
    """What was found out about the files of a run, by path."""
    return {row.path: row for row in session.scalars(select(RunFile).where(RunFile.run_id == run_id))}


def _current_run_ids(project: Project) -> list[str]:
    return [run_id for run_id in (project.backend_run_id, project.frontend_run_id) if run_id]


def _select_live_runs() -> Select[Run]:
    return select(Run).where(Run.status.in_(LIVE_STATUSES))
