"""Every query, named by what it returns; run them by ``Database.read``.

Each that touches a person's things takes the user's id, so that another user's row is the same as none. Rows are plain
tuples made into dataclasses: SQLAlchemy's way to mapped objects costs three times as much.
"""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, exists, func, or_, select, tuple_

from data.models import (
    LIVE_STATUSES,
    ORIGINAL_FILES,
    PROJECTS,
    RUN_FILES,
    RUN_FINDINGS,
    RUNS,
    USERS,
    Draft,
    LeftOutPaths,
    NameSkeleton,
    ProjectPicture,
    Run,
    RunPiece,
    SignInAddress,
    User,
)
from data.rows import OriginalFileRow, ProjectRow, RunFileRow, RunFindingsRow, RunRow, UserRow

MAX_ID = 2**31 - 1
"""The largest integer of a column: drivers fail with a larger one, and no row has it."""

_LAST_RUN_AT = select(func.max(RUNS.c.created_at)).where(RUNS.c.project_id == PROJECTS.c.id).scalar_subquery()
PROJECT_ORDERS = {
    "created": (PROJECTS.c.created_at.desc(),),
    "changed": (case((PROJECTS.c.updated_at < _LAST_RUN_AT, _LAST_RUN_AT), else_=PROJECTS.c.updated_at).desc(),),
    "name": (func.lower(PROJECTS.c.name), PROJECTS.c.name),
}
"""By which a list of projects can be sorted: the newest first, the one changed last first, by name."""
_RUN_COLUMNS = [column for column in RUNS.c if column.name != "text"]

# Queries of every request are built once: building one costs several times its execution.
_SELECT_PROJECT = select(*PROJECTS.c).where(
    PROJECTS.c.id == bindparam("project"), PROJECTS.c.user_id == bindparam("user")
)


def has_users(connection: Connection) -> bool:
    """Whether there is any account."""
    return connection.scalar(select(User.id).limit(1)) is not None


def find_user_by_key(connection: Connection, key: str) -> UserRow | None:
    """The account of this name, given without regard to case."""
    row = connection.execute(select(*USERS.c).where(USERS.c.name_key == key)).one_or_none()
    return UserRow(*row) if row else None


def has_signed_in_from(connection: Connection, user_id: int, address_hash: str) -> bool:
    """Whether this account has signed in from this address."""
    query = select(SignInAddress.hash).where(SignInAddress.user_id == user_id, SignInAddress.hash == address_hash)
    return connection.scalar(query) is not None


def list_names_without_skeleton(connection: Connection) -> list[tuple[int, str]]:
    """The id and name of each account from before skeletons were stored, the oldest first."""
    is_stored = exists().where(NameSkeleton.user_id == USERS.c.id)
    query = select(USERS.c.id, USERS.c.name).where(~is_stored).order_by(USERS.c.id)
    return [(user_id, name) for user_id, name in connection.execute(query)]


def has_other_admin(connection: Connection, user_id: int, role: str) -> bool:
    """Whether another account that can sign in has this role."""
    query = select(USERS.c.id).where(USERS.c.role == role, ~USERS.c.disabled, USERS.c.id != user_id)
    return connection.scalar(query.limit(1)) is not None


def find_project(connection: Connection, user_id: int, project_id: int) -> ProjectRow | None:
    """The project, if it is this user's."""
    if not 0 < project_id <= MAX_ID:
        return None
    row = connection.execute(_SELECT_PROJECT, {"user": user_id, "project": project_id}).one_or_none()
    return ProjectRow(*row) if row else None


def find_project_with_texts(
    connection: Connection, user_id: int, project_id: int
) -> tuple[ProjectRow, dict[str, str]] | None:
    """The project, if it is this user's, and the texts of its current versions by run."""
    project = find_project(connection, user_id, project_id)
    return (project, load_texts(connection, project.current_run_ids)) if project else None


def list_projects(
    connection: Connection,
    user_id: int,
    search: str,
    limit: int,
    offset: int,
    *,
    with_texts: bool,
    order: str = "created",
    archived: bool | None = None,
) -> tuple[list[tuple[ProjectRow, int, str | None]], dict[str, str]]:
    """A user's projects, each with how many runs it has and the digest of its picture; and the texts of their current
    versions. ``order`` is one of ``PROJECT_ORDERS``; ``archived`` asks for those in the archive or out of it alone."""
    run_count = select(func.count()).where(Run.project_id == PROJECTS.c.id).scalar_subquery()
    picture = select(ProjectPicture.digest).where(ProjectPicture.project_id == PROJECTS.c.id).scalar_subquery()
    query = select(*PROJECTS.c, run_count, picture).where(PROJECTS.c.user_id == user_id)
    if search:
        query = query.where(_has_text(search))
    if archived is not None:
        query = query.where(PROJECTS.c.archived == archived)
    query = query.order_by(*PROJECT_ORDERS[order], PROJECTS.c.id.desc()).limit(limit).offset(offset)
    projects = [(ProjectRow(*columns), count, digest) for *columns, count, digest in connection.execute(query)]
    if not with_texts:
        return projects, {}
    return projects, load_texts(connection, (run_id for project, *_ in projects for run_id in project.current_run_ids))


def count_projects(connection: Connection, user_id: int) -> int:
    """How many projects a user has."""
    return connection.scalar(select(func.count()).where(PROJECTS.c.user_id == user_id)) or 0


def count_archived_projects(connection: Connection, user_id: int, search: str) -> int:
    """How many of a user's projects with this text are in the archive."""
    query = select(func.count()).where(PROJECTS.c.user_id == user_id, PROJECTS.c.archived, _has_text(search))
    return connection.scalar(query) or 0


def _has_text(search: str) -> ColumnElement[bool]:
    return or_(*(column.icontains(search, autoescape=True) for column in (PROJECTS.c.name, PROJECTS.c.prompt)))


def latest_runs(connection: Connection, project_ids: Iterable[int]) -> dict[int, RunRow]:
    """The newest run of each of these projects, without its text."""
    newest = select(RUNS.c.project_id, func.max(RUNS.c.created_at)).where(RUNS.c.project_id.in_(list(project_ids)))
    query = select(*_RUN_COLUMNS).where(
        tuple_(RUNS.c.project_id, RUNS.c.created_at).in_(newest.group_by(RUNS.c.project_id))
    )
    return {run.project_id: run for run in _run_rows(connection, query)}


def find_project_picture(connection: Connection, user_id: int, project_id: int) -> bytes | None:
    """The picture of a project, if that is this user's and has one."""
    if not 0 < project_id <= MAX_ID:
        return None
    query = select(ProjectPicture.content).join(PROJECTS, PROJECTS.c.id == ProjectPicture.project_id)
    return connection.scalar(query.where(PROJECTS.c.id == project_id, PROJECTS.c.user_id == user_id))


def find_draft(connection: Connection, user_id: int, place: str) -> dict[str, str] | None:
    """What a user has typed into a form, by its fields."""
    return connection.scalar(select(Draft.content).where(Draft.user_id == user_id, Draft.place == place))


def lock_project(connection: Connection, project_id: int) -> None:
    """Have others wait who change what its sides point at, or build on one of its runs, until this transaction ends.

    SQLite has one writer at a time anyway.
    """
    connection.execute(select(PROJECTS.c.id).where(PROJECTS.c.id == project_id).with_for_update())


def find_run(connection: Connection, user_id: int, run_id: str, *, with_text: bool = False) -> RunRow | None:
    """The run, if it is this user's."""
    columns = [*_RUN_COLUMNS, RUNS.c.text] if with_text else _RUN_COLUMNS
    row = connection.execute(select(*columns).where(RUNS.c.id == run_id, RUNS.c.user_id == user_id)).one_or_none()
    return RunRow(*row) if row else None


def find_run_and_origin(
    connection: Connection, user_id: int, run_id: str, derived_kinds: Collection[str]
) -> tuple[RunRow, RunRow] | None:
    """A run, and the one that it goes back to through runs of the kinds ``derived_kinds``; both without their texts."""
    origin = run = find_run(connection, user_id, run_id)
    while origin and origin.kind in derived_kinds and origin.parent_id:
        origin = find_run(connection, user_id, origin.parent_id)
    return (run, origin) if run and origin else None


def list_runs(connection: Connection, user_id: int, project_id: int) -> list[RunRow]:
    """The runs of a project, newest first, without their texts."""
    query = select(*_RUN_COLUMNS).where(RUNS.c.project_id == project_id, RUNS.c.user_id == user_id)
    return _run_rows(connection, query.order_by(RUNS.c.created_at.desc(), RUNS.c.id.desc()))


def find_live_run(connection: Connection, project_id: int, side: str) -> RunRow | None:
    """The side's live run; there is one at most."""
    query = _select_live_runs().where(RUNS.c.project_id == project_id, RUNS.c.side == side)
    return next(iter(_run_rows(connection, query)), None)


def list_live_runs(connection: Connection) -> list[RunRow]:
    """Every run that the database believes to be live."""
    return _run_rows(connection, _select_live_runs())


def current_status(connection: Connection, project_id: int, side: str) -> str | None:
    """The status of a side's current version, None where it has none."""
    current_id = select(PROJECTS.c[f"{side}_run_id"]).where(PROJECTS.c.id == project_id).scalar_subquery()
    return connection.scalar(select(RUNS.c.status).where(RUNS.c.id == current_id))


def load_texts(connection: Connection, run_ids: Iterable[str]) -> dict[str, str]:
    """The stored texts of these runs."""
    rows = connection.execute(select(RUNS.c.id, RUNS.c.text).where(RUNS.c.id.in_(list(run_ids))))
    return {run_id: text or "" for run_id, text in rows}


def load_journal_text(connection: Connection, run_id: str) -> str:
    """What the journal holds of a run that has not ended."""
    pieces = connection.scalars(select(RunPiece.text).where(RunPiece.run_id == run_id).order_by(RunPiece.id))
    return "".join(pieces)


def load_run_files(connection: Connection, run_id: str) -> dict[str, RunFileRow]:
    """What was found out about the files of a run, by path."""
    rows = (RunFileRow(*row) for row in connection.execute(select(*RUN_FILES.c).where(RUN_FILES.c.run_id == run_id)))
    return {row.path: row for row in rows}


def load_run_findings(connection: Connection, run_id: str) -> dict[str, RunFindingsRow]:
    """What was found when the app of a run ran, by who found it."""
    query = select(*RUN_FINDINGS.c).where(RUN_FINDINGS.c.run_id == run_id)
    return {row.source: row for row in (RunFindingsRow(*columns) for columns in connection.execute(query))}


def load_original_files(connection: Connection, run_id: str) -> list[OriginalFileRow]:
    """The files of an upload in their order; none of another run, or of an upload from before they were stored."""
    query = select(*ORIGINAL_FILES.c).where(ORIGINAL_FILES.c.run_id == run_id).order_by(ORIGINAL_FILES.c.position)
    return [OriginalFileRow(*row) for row in connection.execute(query)]


def load_left_out_paths(connection: Connection, run_id: str) -> list[str]:
    """What an upload held and left out; nothing for another run."""
    return connection.scalar(select(LeftOutPaths.paths).where(LeftOutPaths.run_id == run_id)) or []


def _run_rows(connection: Connection, query: Select[Any]) -> list[RunRow]:
    return [RunRow(*row) for row in connection.execute(query)]


def _select_live_runs() -> Select[Any]:
    return select(*_RUN_COLUMNS).where(RUNS.c.status.in_(LIVE_STATUSES))
