"""Runs are copied with all that hangs on them, and nothing of others is."""

from collections.abc import AsyncGenerator
from pathlib import Path
from shutil import copy

import pytest
from sqlalchemy import func, select

from data import commands, queries, run_copies
from data.database import Connection, Database
from data.models import LeftOutPaths, OriginalFile, ProjectPicture, RunFile, RunFindings
from tests.support.database_rows import add_rows, make_project, make_run, make_user


@pytest.fixture
async def database(tmp_path: Path, empty_database: Path) -> AsyncGenerator[Database, None]:
    copy(empty_database, tmp_path)
    database = Database(f"sqlite+aiosqlite:///{tmp_path / empty_database.name}")
    runs = [make_run(run_id, "complete") for run_id in ("one", "two")]
    for run in runs:
        run.text, run.parent_id = f"text of {run.id}", "parent"
    await add_rows(
        database,
        make_user(id=1),
        make_project(id=1),
        make_project(id=2),
        *runs,
        *(RunFile(run_id=run.id, path="a", problems=[[1, 1, "x", ""]], raw_problems=[]) for run in runs),
        OriginalFile(run_id="one", path="a", position=0, content=b"\r\n", encoding="utf-8"),
        LeftOutPaths(run_id="one", paths=["b/"]),
        RunFindings(run_id="one", source="browser", findings=[{"message": "x"}]),
        ProjectPicture(project_id=1, digest="d", content=b"jpeg"),
    )
    yield database
    await database.close()


async def test_a_run_is_copied_with_its_files_and_findings(database: Database) -> None:
    replaced = {"id": "copy", "project_id": 2, "parent_id": None, "context_id": None}
    await database.write(lambda c: run_copies.copy_run(c, "one", replaced))
    found = await database.read(lambda c: queries.find_run(c, 1, "copy", with_text=True))
    assert found
    assert (found.project_id, found.parent_id, found.text) == (2, None, "text of one")

    def read(connection: Connection) -> tuple[object, ...]:
        [original] = queries.load_original_files(connection, "copy")
        files, findings = queries.load_run_files(connection, "copy"), queries.load_run_findings(connection, "copy")
        left_out = queries.load_left_out_paths(connection, "copy")
        return original.content, files["a"].problems, findings["browser"].findings, left_out

    assert await database.read(read) == (b"\r\n", [[1, 1, "x", ""]], [{"message": "x"}], ["b/"])
    assert await database.read(lambda c: c.scalar(select(func.count()).select_from(RunFile))) == 3


async def test_a_picture_is_copied_where_there_is_one(database: Database) -> None:
    await database.write(lambda c: run_copies.copy_picture(c, 1, 2))
    assert await database.read(lambda c: queries.find_project_picture(c, 1, 2)) == b"jpeg"
    await database.write(lambda c: commands.delete_project(c, 1))
    await database.write(lambda c: run_copies.copy_picture(c, 1, 2))
    assert await database.read(lambda c: queries.find_project_picture(c, 1, 2)) == b"jpeg"
