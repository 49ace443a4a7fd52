"""Every query finds what is its user's, in its order, and nothing of another's."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from functools import partial
from pathlib import Path
from shutil import copy

import pytest
from sqlalchemy import Connection

from data import commands, queries
from data.database import Database
from data.models import Run
from tests.support.database_rows import CREATED_AT, add_rows, make_project, make_run, make_user

ADA, EVE = 1, 2


def ended_run(run_id: str, *, minutes: int, kind: str = "generate", parent: str | None = None, text: str = "") -> Run:
    """A run of Ada's project that came so many minutes later."""
    run = make_run(run_id, "complete")
    run.created_at, run.kind, run.parent_id, run.text = CREATED_AT + timedelta(minutes=minutes), kind, parent, text
    return run


@pytest.fixture
async def database(tmp_path: Path, empty_database: Path) -> AsyncGenerator[Database, None]:
    """Ada has a project with three runs, of which the second goes back to the first; Eve has none."""
    copy(empty_database, tmp_path)
    database = Database(f"sqlite+aiosqlite:///{tmp_path / empty_database.name}")
    await add_rows(
        database,
        make_user("Ada", "ada", id=ADA),
        make_user("Eve", "eve", id=EVE),
        make_project(id=1),
        ended_run("first", minutes=1, kind="upload", text="one"),
        ended_run("second", minutes=3, kind="refine", parent="first", text="two"),
        ended_run("third", minutes=2, kind="refine", parent="gone", text="three"),
    )
    yield database
    await database.close()


async def test_an_account_is_found_by_its_key(database: Database) -> None:
    found = await database.read(lambda c: queries.find_user_by_key(c, "ada"))
    assert found
    assert (found.id, found.name) == (ADA, "Ada")
    for other in ("Ada", "nobody"):
        assert await database.read(partial(queries.find_user_by_key, key=other)) is None


async def test_it_is_known_whether_there_is_any_account(tmp_path: Path, empty_database: Path) -> None:
    copy(empty_database, tmp_path)
    database = Database(f"sqlite+aiosqlite:///{tmp_path / empty_database.name}")
    assert await database.read(queries.has_users) is False
    await add_rows(database, make_user())
    assert await database.read(queries.has_users) is True
    await database.close()


async def test_a_project_is_found_by_its_user_alone(database: Database) -> None:
    assert await database.read(lambda c: queries.find_project(c, ADA, 1))
    for user_id, project_id in ((EVE, 1), (ADA, 2), (ADA, 0), (ADA, -1), (ADA, queries.MAX_ID + 1)):
        assert await database.read(partial(queries.find_project, user_id=user_id, project_id=project_id)) is None
        assert (
            await database.read(partial(queries.find_project_with_texts, user_id=user_id, project_id=project_id))
            is None
        )


async def test_a_projects_texts_are_those_of_its_current_versions(database: Database) -> None:
    await database.write(lambda c: commands.set_current_run(c, 1, "backend", "second"))
    found = await database.read(lambda c: queries.find_project_with_texts(c, ADA, 1))
    assert found
    assert found[1] == {"second": "two"}


async def test_projects_are_listed_with_their_runs_counted_and_texts_on_request(database: Database) -> None:
    await add_rows(database, make_project(id=2))
    await database.write(lambda c: commands.set_current_run(c, 1, "backend", "first"))

    async def listed(
        user_id: int = ADA, search: str = "", limit: int = 9, offset: int = 0, *, texts: bool = False
    ) -> object:
        found, text_by_run = await database.read(
            lambda c: queries.list_projects(c, user_id, search, limit, offset, with_texts=texts)
        )
        return [(project.id, runs) for project, runs, _ in found], text_by_run

    assert await listed() == ([(2, 0), (1, 3)], {})
    assert await listed(texts=True) == ([(2, 0), (1, 3)], {"first": "one"})
    assert await listed(limit=1) == ([(2, 0)], {})
    assert await listed(offset=1) == ([(1, 3)], {})
    assert await listed(search="P") == ([(2, 0), (1, 3)], {})
    assert await listed(search="%") == await listed(EVE) == ([], {})


@pytest.mark.parametrize(
    ("order", "ids"), [("created", [3, 2, 1]), ("changed", [2, 1, 3]), ("name", [3, 1, 2])], ids=str
)
async def test_projects_have_an_order(database: Database, order: str, ids: list[int]) -> None:
    projects = [make_project(id=2), make_project(id=3)]
    for minutes, (project, name) in enumerate(zip(projects, ("q", "O"), strict=True)):
        project.name, project.created_at = name, CREATED_AT + timedelta(minutes=1 + minutes)
    projects[0].updated_at = CREATED_AT + timedelta(minutes=9)
    await add_rows(database, *projects)
    listing = partial(queries.list_projects, user_id=ADA, search="", limit=9, offset=0, with_texts=False, order=order)
    found, _ = await database.read(listing)
    assert [project.id for project, _, _ in found] == ids


async def test_the_newest_run_of_each_project_is_found(database: Database) -> None:
    await add_rows(database, make_project(id=2))
    found = await database.read(lambda c: queries.latest_runs(c, [1, 2]))
    assert {project_id: run.id for project_id, run in found.items()} == {1: "second"}


async def test_a_run_has_its_text_on_request_and_for_its_user_alone(database: Database) -> None:
    for with_text, text in ((True, "one"), (False, None)):
        found = await database.read(partial(queries.find_run, user_id=ADA, run_id="first", with_text=with_text))
        assert found
        assert (found.kind, found.text) == ("upload", text)
    assert await database.read(lambda c: queries.find_run(c, EVE, "first")) is None


@pytest.mark.parametrize(
    ("run_id", "kinds", "origin"),
    [
        ("second", ("refine",), "first"),
        ("second", (), "second"),
        ("first", ("refine", "upload"), "first"),
        ("third", ("refine",), None),
        ("gone", ("refine",), None),
    ],
)
async def test_a_run_goes_back_through_the_kinds_that_are_named(
    database: Database, run_id: str, kinds: tuple[str, ...], origin: str | None
) -> None:
    found = await database.read(lambda c: queries.find_run_and_origin(c, ADA, run_id, kinds))
    assert [row.id for row in found or ()] == ([run_id, origin] if origin else [])


async def test_nobody_goes_back_through_anothers_runs(database: Database) -> None:
    assert await database.read(lambda c: queries.find_run_and_origin(c, EVE, "second", ("refine",))) is None


async def test_runs_are_listed_newest_first_for_their_user_alone(database: Database) -> None:
    listed = await database.read(lambda c: queries.list_runs(c, ADA, 1))
    assert [(run.id, run.text) for run in listed] == [("second", None), ("third", None), ("first", None)]
    assert await database.read(lambda c: queries.list_runs(c, EVE, 1)) == []


@pytest.mark.parametrize("status", ["queued", "loading", "running", "complete", "interrupted"])
async def test_a_live_run_is_found_by_its_side(database: Database, status: str) -> None:
    await add_rows(database, make_run("live", status, "frontend"))
    is_live = status in {"queued", "loading", "running"}
    found = await database.read(lambda c: queries.find_live_run(c, 1, "frontend"))
    assert (found.id if found else None) == ("live" if is_live else None)
    assert [run.id for run in await database.read(queries.list_live_runs)] == (["live"] if is_live else [])
    assert await database.read(lambda c: queries.find_live_run(c, 1, "backend")) is None
    assert await database.read(lambda c: queries.find_live_run(c, 2, "frontend")) is None


async def test_the_status_of_the_current_version_is_that_of_its_side(database: Database) -> None:
    await database.write(lambda c: commands.set_current_run(c, 1, "backend", "first"))
    assert await database.read(lambda c: queries.current_status(c, 1, "backend")) == "complete"
    assert await database.read(lambda c: queries.current_status(c, 1, "frontend")) is None
    assert await database.read(lambda c: queries.current_status(c, 9, "backend")) is None


async def test_texts_are_loaded_by_run_and_one_that_has_none_is_empty(database: Database) -> None:
    await add_rows(database, make_run("live", "running"))
    ids = ["first", "live", "gone"]
    assert await database.read(lambda c: queries.load_texts(c, ids)) == {"first": "one", "live": ""}
    assert await database.read(lambda c: queries.load_texts(c, [])) == {}


async def test_files_are_found_by_path_and_originals_in_their_order(database: Database) -> None:
    reviewed = {"formatted": None, "reason": None, "problems": [[1, 1, "m", "name"]], "raw_problems": []}
    original = {"content": b"x", "encoding": "utf-8"}

    def store(connection: Connection) -> None:
        commands.replace_run_files(connection, "first", [{"run_id": "first", "path": "old.py", **reviewed}])
        commands.replace_run_files(connection, "first", [{"run_id": "first", "path": "new.py", **reviewed}])
        files = [{"path": path, **original} for path in ("z.py", "a.py", "m.py")]
        commands.add_original_files(connection, "first", files)
        commands.add_left_out_paths(connection, "first", ["a.png", "dist/"])

    await database.write(store)
    found = await database.read(lambda c: queries.load_run_files(c, "first"))
    assert {path: row.problems for path, row in found.items()} == {"new.py": [[1, 1, "m", "name"]]}
    originals = await database.read(lambda c: queries.load_original_files(c, "first"))
    assert [(row.path, row.position) for row in originals] == [("z.py", 0), ("a.py", 1), ("m.py", 2)]
    assert await database.read(lambda c: queries.load_original_files(c, "second")) == []
    assert await database.read(lambda c: queries.load_left_out_paths(c, "first")) == ["a.png", "dist/"]
    assert await database.read(lambda c: queries.load_left_out_paths(c, "second")) == []
