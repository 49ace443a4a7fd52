"""The windows that models were loaded with, over restarts."""

from pathlib import Path

import pytest

from core.engines.ollama import window_memory
from core.engines.ollama.window_memory import FILE_NAME, WindowMemory


async def test_windows_are_known_after_a_restart(tmp_path: Path) -> None:
    for model, window in (("m", 8192), ("n", 4096)):
        memory = WindowMemory(tmp_path)
        memory.note(model, window)
        await memory.save()
    memory = WindowMemory(tmp_path)
    assert (memory.get("m"), memory.get("n"), memory.get("other")) == (8192, 4096, 0)


async def test_without_a_folder_they_are_known_to_this_process() -> None:
    memory = WindowMemory(None)
    memory.note("m", 8192)
    await memory.save()
    assert memory.get("m") == 8192


@pytest.mark.parametrize("content", ["", "nonsense", "[1]", '{"m": "large", "n": -1, "o": 1.5}'])
async def test_a_damaged_file_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE_NAME).write_text(content)
    assert [WindowMemory(tmp_path).get(model) for model in "mno"] == [0, 0, 0]


async def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    memory = WindowMemory(tmp_path / "gone")
    memory.note("m", 8192)
    await memory.save()
    assert memory.get("m") == 8192


async def test_the_oldest_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window_memory, "MAX_MODELS", 2)
    memory = WindowMemory(tmp_path)
    for model in ("a", "b", "a", "c"):
        memory.note(model, 4096)
    assert [memory.get(model) for model in "abc"] == [0, 4096, 4096]
    memory.note("b", 8192)
    memory.note("d", 4096)
    await memory.save()
    assert [WindowMemory(tmp_path).get(model) for model in "abcd"] == [0, 8192, 0, 4096]
