"""Which engines an installation has."""

from pathlib import Path
from typing import Any

import pytest

from core.engines.protocol import EngineName
from core.errors import ConfigurationError
from core.settings import Settings
from core.studio import build_engines


def settings(home: Path, **changes: Any) -> Settings:
    return Settings.load(_env_file=None, home=home, **changes)


async def test_the_openai_compatible_engine_is_there_where_its_address_is_set(tmp_path: Path) -> None:
    without = build_engines(settings(tmp_path))
    assert set(without._engines) == {EngineName.OLLAMA, EngineName.EMBEDDED}
    with_it = build_engines(settings(tmp_path, openai_url="http://127.0.0.1:9", engine="openai"))
    assert (await with_it.default_engine()).name is EngineName.OPENAI
    await without.close()
    await with_it.close()


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"engine": "openai"}, "LIVEWRIGHT_OPENAI_URL"),
        ({"openai_url": "ftp://h"}, "LIVEWRIGHT_OPENAI_URL"),
        ({"openai_url": "http://h", "openai_key": "a b"}, "LIVEWRIGHT_OPENAI_KEY"),
        ({"engine": "embedded", "embedded_model": "off"}, "LIVEWRIGHT_EMBEDDED_MODEL"),
    ],
)
def test_an_engine_that_cannot_be_stops_the_start(tmp_path: Path, changes: dict[str, str], names: str) -> None:
    with pytest.raises(ConfigurationError, match=names):
        build_engines(settings(tmp_path, **changes))
