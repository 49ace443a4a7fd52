"""Work on each file of a version: what is stopped is named, and the rest is done."""

import re

import pytest

from core.files.source_file import SourceFile
from core.review import each_file
from core.review.each_file import for_each_file
from core.workers.pools import WorkerPool
from tests.support.source_files import source_file

RUN_EACH = WorkerPool.run_each


def match_exponentially(prefix: str, file: SourceFile) -> str:
    re.match(r"(a|aa)+$", file.text)
    return prefix + file.text[:1]


@pytest.fixture(autouse=True)
def _in_worker_processes(_checks_run_in_this_process: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WorkerPool, "run_each", RUN_EACH)


async def test_the_file_that_is_too_hard_is_told_and_the_others_have_their_result(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(each_file, "MAX_FILE_CPU_SECONDS", 0.3)
    files = [source_file("b.txt", "b"), source_file("a.txt", "a" * 100 + "b"), source_file("c.txt", "c")]
    assert await for_each_file(match_exponentially, files, "-") == (
        {"b.txt": "-b", "c.txt": "-c"},
        frozenset({"a.txt"}),
    )


async def test_no_files_are_no_work() -> None:
    assert await for_each_file(match_exponentially, [], "") == ({}, frozenset())
