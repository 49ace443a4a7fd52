"""How many threads a model computes with."""

import os
from pathlib import Path

import pytest

from core.engines.embedded import cpu_cores
from core.engines.embedded.cpu_cores import cpu_quota, usable_cores


def test_there_is_a_core_and_no_more_than_the_machine_has() -> None:
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)


@pytest.mark.parametrize(
    ("limit", "cores"),
    [("200000 100000\n", 2), ("150000 100000\n", 1), ("50000 100000\n", 0), ("max 100000\n", None), ("", None)],
)
def test_the_limit_of_a_container(tmp_path: Path, limit: str, cores: int | None) -> None:
    file = tmp_path / "cpu.max"
    file.write_text(limit)
    assert cpu_quota(file) == cores


def test_no_container(tmp_path: Path) -> None:
    assert cpu_quota(tmp_path / "cpu.max") is None


@pytest.mark.skipif(os.cpu_count() == 1, reason="needs a second core")
def test_a_limit_below_one_cpu_leaves_one_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "cpu.max"
    file.write_text("50000 100000\n")
    monkeypatch.setattr(cpu_cores, "CGROUP_CPU_LIMIT", file)
    assert usable_cores() == 1
