"""The composition root: what it opens and closes."""

from pathlib import Path

import pytest

from core.errors import ConfigurationError, DatabaseUnavailable
from core.settings import Settings
from core.studio import Studio
from tests.support.engines.scripted_engine import ScriptedEngine


def configured(home: Path, **changes: object) -> Settings:
    """Settings that no environment changes."""
    return Settings.load(_env_file=None, home=home, secret="x" * 32, **{"runtime": "off", **changes})


async def test_opening_twice_is_harmless(studio: Studio, engine: ScriptedEngine) -> None:
    writer = studio._journal._writer_task
    assert await studio.open() is studio
    assert (studio._journal._writer_task, engine.prepare_count) == (writer, 1)


async def test_closing_closes_the_engines_and_the_database(studio: Studio, engine: ScriptedEngine) -> None:
    await studio.close()
    assert engine.closed
    with pytest.raises(DatabaseUnavailable, match="closed"):
        await studio.database.ping()


async def test_migrating_makes_the_tables_and_closes(tmp_path: Path) -> None:
    studio = Studio(configured(tmp_path))
    await studio.migrate()
    assert (tmp_path / "livewright.db").exists()
    with pytest.raises(DatabaseUnavailable, match="closed"):
        await studio.database.ping()


def test_a_url_that_is_none_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="LIVEWRIGHT_DATABASE_URL"):
        Studio(configured(tmp_path, database_url="nonsense"))


async def test_a_database_out_of_reach_names_its_setting(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/no/such/folder/x.db"
    with pytest.raises(ConfigurationError, match="LIVEWRIGHT_DATABASE_URL"):
        await Studio(configured(tmp_path, database_url=url)).open()


async def test_closing_twice_is_harmless(studio: Studio) -> None:
    await studio.close()
    await studio.close()
