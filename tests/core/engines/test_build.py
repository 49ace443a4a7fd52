"""Which engines there are, and how many runs each takes at once."""

from pathlib import Path

import pytest

from core.engines.build import build_engines, max_concurrent_runs
from core.engines.protocol import EngineName
from core.engines.servers.ollama_group import OllamaGroup
from core.engines.servers.server_group import ServerGroup
from core.errors import ConfigurationError
from core.settings import EngineChoice, Settings


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
        ({"openai_url": "h,i", "openai_key": "a,b,c"}, "LIVEWRIGHT_OPENAI_KEY"),
        ({"ollama_host": "h,ftp://i"}, "OLLAMA_HOST"),
    ],
)
def test_an_engine_that_cannot_be_used_names_its_variable(
    tmp_path: Path, changes: dict[str, object], variable: str
) -> None:
    with pytest.raises(ConfigurationError, match=variable):
        build_engines(configured(tmp_path, **changes))


def test_several_servers_are_one_engine_with_more_runs(tmp_path: Path) -> None:
    settings = configured(
        tmp_path, ollama_host="a, https://u:p@b/x ,a", openai_url="http://c,http://d", openai_key="k,l"
    )
    engines = build_engines(settings)
    assert engines.names == [EngineName.OLLAMA, EngineName.EMBEDDED, EngineName.OPENAI]
    assert isinstance(engines.find(EngineName.OLLAMA), OllamaGroup)
    assert isinstance(engines.find(EngineName.OPENAI), ServerGroup)
    assert [max_concurrent_runs(settings, name) for name in engines.names] == [4, 1, 4]


def test_an_engine_that_is_off_and_not_chosen_is_no_error(tmp_path: Path) -> None:
    build_engines(configured(tmp_path, embedded_model="off"))


def test_an_engine_takes_one_run_at_once_where_it_is_built_in_and_two_elsewhere(settings: Settings) -> None:
    limited = settings.model_copy(update={"max_runs": 7})
    for chosen, numbers in ((settings, [1, 2]), (limited, [7, 7])):
        names = (EngineName.EMBEDDED, EngineName.OLLAMA)
        assert [max_concurrent_runs(chosen, name) for name in names] == numbers
