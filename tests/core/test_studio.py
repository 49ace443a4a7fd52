"""The composition root: which engines there are, and what it opens and closes."""

from pathlib import Path

import pytest

from core.engines.protocol import EngineName
from core.errors import ConfigurationError, DatabaseUnavailable
from core.settings import EngineChoice, Settings
from core.studio import Studio, build_engines
from tests.support.engines.scripted_engine import ScriptedEngine


def configured(home: Path, **changes: object) -> Settings:
    """Settings that no environment changes."""
    return Settings.load(_env_file=None, home=home, secret="x" * 32, **{"runtime": "off", **changes})


def test_there_are_the_engines_that_the_settings_name(tmp_path: Path) -> None:
    assert build_engines(configured(tmp_path)).names == [EngineName.OLLAMA, EngineName.EMBEDDED]
    with_openai = build_engines(configured(tmp_path, openai_url="http://127.0.0.1:8000"))
    assert with_openai.names == [EngineName.OLLAMA, EngineName.EMBEDDED, EngineName.OPENAI]


async def test_a_chosen_engine_is_the_default(tmp_path: Path) -> None:
    engines = build_engines(configured(tmp_path, openai_url="http://127.0.0.1:9", engine=EngineChoice.OPENAI))
    assert (await engines.default_engine()).name is EngineName.OPENAI
    await engines.close()


@pytest.mark.parametrize(
    ("changes", "variable"),
    [
        ({"engine": EngineChoice.OPENAI}, "LIVEWRIGHT_OPENAI_URL"),
        ({"engine": EngineChoice.EMBEDDED, "embedded_model": "off"}, "LIVEWRIGHT_EMBEDDED_MODEL"),
        ({"openai_url": "ftp://h"}, "LIVEWRIGHT_OPENAI_URL"),
        ({"openai_url": "http://h", "openai_key": "a b"}, "LIVEWRIGHT_OPENAI_KEY"),
    ],
)
def test_an_engine_that_cannot_be_used_names_its_variable(
    tmp_path: Path, changes: dict[str, object], variable: str
) -> None:
    with pytest.raises(ConfigurationError, match=variable):
        build_engines(configured(tmp_path, **changes))


def test_an_engine_that_is_off_and_not_chosen_is_no_error(tmp_path: Path) -> None:
    build_engines(configured(tmp_path, embedded_model="off"))


def test_an_engine_takes_one_run_at_once_where_it_is_built_in_and_two_elsewhere(
    closed_studio: Studio, settings: Settings
) -> None:
    assert [closed_studio._max_concurrent_runs(name) for name in (EngineName.EMBEDDED, EngineName.OLLAMA)] == [1, 2]
    limited = Studio(settings.model_copy(update={"max_runs": 7}), closed_studio.engines)
    assert [limited._max_concurrent_runs(name) for name in (EngineName.EMBEDDED, EngineName.OLLAMA)] == [7, 7]


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
