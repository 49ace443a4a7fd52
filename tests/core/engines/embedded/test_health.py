"""What the embedded engine says about itself, its weights and their download."""

from pathlib import Path

import pytest

from core.engines.embedded.download import NO_SOURCE_MESSAGE, WeightsDownload
from core.engines.embedded.health import describe_health
from core.engines.embedded.weights import QWEN, SMOLLM2, Weights
from core.engines.protocol import Health
from tests.support.engines.weights_download import finished_download, unreachable_source, waiting_download
from tests.support.servers.weight_servers import DATA

SMALL = Weights(SMOLLM2, Path("small.gguf"), 8192, 1)
LARGE = Weights(QWEN, Path("large.gguf"), 32768, 2)


def test_off(tmp_path: Path) -> None:
    health = describe_health("off", [], WeightsDownload(tmp_path / "x.gguf"))
    assert not health.engine_ready
    assert "LIVEWRIGHT_EMBEDDED_MODEL" in health.engine_message


def test_good_weights_need_no_advice(tmp_path: Path) -> None:
    health = describe_health("auto", [LARGE, SMALL], WeightsDownload(tmp_path / "x.gguf"))
    assert (health.model, health.model_ready, health.advice) == (QWEN, True, None)


async def test_a_download_is_told(tmp_path: Path) -> None:
    async with waiting_download(tmp_path / "x.gguf") as (download, _):
        health = describe_health("auto", [SMALL], download)
    assert (health.model, health.model_ready, health.download_progress) == (SMOLLM2, True, (100, len(DATA)))
    assert "next run" in (health.advice or "")


@pytest.mark.parametrize(("available", "ready"), [([SMALL], True), ([], False)])
async def test_a_download_that_failed_is_told(tmp_path: Path, available: list[Weights], ready: bool) -> None:
    download = await finished_download(tmp_path / "x.gguf", unreachable_source)
    health = describe_health("auto", available, download)
    assert health.model_ready is ready
    assert NO_SOURCE_MESSAGE in (health.advice or "")
    assert "ollama serve" in (health.advice or "")


def test_the_advice_stays_the_same_while_weights_are_downloaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def health_with(progress: tuple[int, int]) -> Health:
        monkeypatch.setattr(WeightsDownload, "progress", progress)
        return describe_health("auto", [SMALL], WeightsDownload(tmp_path / "x.gguf"))

    assert health_with((1, 1000)).advice == health_with((500, 1000)).advice
