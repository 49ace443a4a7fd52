"""Which weights there are to use."""

from pathlib import Path

import pytest

from core.engines.embedded.download import QWEN_DOWNLOAD
from core.engines.embedded.sources import PackageSlices
from core.engines.embedded.weights import (
    QWEN,
    QWEN_SIZE,
    SMOLLM2,
    needs_qwen_download,
    parse_model_setting,
    qwen_path,
    usable_weights,
)
from core.errors import ConfigurationError


def whole_qwen(home: Path) -> None:
    """A file that has Qwen's size and head, and nothing in it."""
    path = qwen_path(home)
    path.parent.mkdir()
    path.write_bytes(b"GGUF" + b"\3\0\0\0" + bytes(16))
    with path.open("r+b") as file:
        file.truncate(QWEN_SIZE)


def names(home: Path, choice: str) -> list[str]:
    return [weights.name for weights in usable_weights(home, choice)]


def test_which_weights(tmp_path: Path) -> None:
    assert [names(tmp_path, choice) for choice in ("auto", QWEN, SMOLLM2, "off")] == [[SMOLLM2], [], [SMOLLM2], []]
    assert [needs_qwen_download(tmp_path, choice) for choice in ("auto", QWEN, SMOLLM2, "off")] == [
        True,
        True,
        False,
        False,
    ]
    whole_qwen(tmp_path)
    assert [names(tmp_path, choice) for choice in ("auto", QWEN, SMOLLM2, "off")] == [
        [QWEN, SMOLLM2],
        [QWEN],
        [SMOLLM2, QWEN],
        [],
    ]
    assert names(tmp_path, str(qwen_path(tmp_path))) == [QWEN]
    assert not needs_qwen_download(tmp_path, "auto")


def test_the_slices_make_up_the_file() -> None:
    [_, slices] = QWEN_DOWNLOAD.sources
    assert isinstance(slices, PackageSlices)
    assert 0 < QWEN_SIZE - (slices.count - 1) * slices.slice_size <= slices.slice_size


@pytest.mark.parametrize("choice", ["", "gpt-5", "/nowhere/x.gguf", "."])
def test_a_choice_that_cannot_be(choice: str) -> None:
    with pytest.raises(ConfigurationError, match="LIVEWRIGHT_EMBEDDED_MODEL"):
        parse_model_setting(choice)
