"""Each migration takes the rows of the revision before along."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, func, select

from data.database import MIGRATIONS_FOLDER, Database
from data.models import OriginalFile, Run
from tests.support.database_rows import fetch_scalar

OLD_ROWS = """
    INSERT INTO users VALUES (1, 'a', 'a', NULL, '', 'user', '2026-01-01 00:00:00');
    INSERT INTO projects (id, user_id, name, prompt, backend_stack, frontend_stack, created_at, updated_at)
        VALUES (1, 1, 'p', 'p', '', '', '2026-01-01 00:00:00', '2026-01-01 00:00:00');
    INSERT INTO runs (id, project_id, user_id, side, stack, engine, model, kind, prompt, options, status, retryable,
                      characters, tokens, created_at, text)
        VALUES ('r', 1, 1, 'backend', '', 'none', '', 'upload', '', '{}', 'complete', 0, 6, 0,
                '2026-01-01 00:00:00', 'a text');
"""


def migrate(path: Path, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS_FOLDER))
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if revision.startswith("-") else command.upgrade)(config, revision)
    engine.dispose()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "livewright.db"


async def test_an_upload_from_before_its_files_were_stored_keeps_its_text(path: Path) -> None:
    migrate(path, "0002")
    with closing(sqlite3.connect(path)) as old:
        old.executescript(OLD_ROWS)
    database = await Database(f"sqlite+aiosqlite:///{path}").open()
    assert await fetch_scalar(database, select(Run.text)) == "a text"
    assert await fetch_scalar(database, select(func.count()).select_from(OriginalFile)) == 0
    await database.close()


def test_the_last_migration_can_be_taken_back(path: Path) -> None:
    migrate(path, "head")
    migrate(path, "-1")
    migrate(path, "head")
