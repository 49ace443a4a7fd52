"""How much memory there is, by the files of a system that a test has written."""

from pathlib import Path

import pytest

from core.model_library.machine_memory import usable_memory

MEMINFO = "MemTotal:       16000 kB\nMemFree: 1 kB\n"
TOTAL = 16000 * 1024


def write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


@pytest.mark.parametrize(
    ("groups", "limits", "expected"),
    [
        ("0::/\n", {"memory.max": "max"}, TOTAL),
        ("0::/\n", {"memory.max": "5000000\n"}, 5_000_000),
        ("0::/a/b\n", {"a/memory.max": "4000000", "a/b/memory.max": "max"}, 4_000_000),
        ("9:cpu:/x\n4:memory:/docker/1\n", {"memory/memory.limit_in_bytes": "3000000"}, 3_000_000),
        ("4:memory:/\n", {"memory/memory.limit_in_bytes": "9223372036854771712"}, TOTAL),
        ("0::/\n", {"memory.max": "not a number"}, TOTAL),
        ("0::/\n", {"memory.max": "999999999999"}, TOTAL),
    ],
)
def test_a_limit_of_a_container_counts(tmp_path: Path, groups: str, limits: dict[str, str], expected: int) -> None:
    write(tmp_path / "proc/meminfo", MEMINFO)
    write(tmp_path / "proc/self/cgroup", groups)
    for name, content in limits.items():
        write(tmp_path / "groups" / name, content)
    assert usable_memory(tmp_path / "proc", tmp_path / "groups") == expected


def test_a_system_without_these_files_is_asked_otherwise(tmp_path: Path) -> None:
    memory = usable_memory(tmp_path, tmp_path)
    assert memory is None or memory > 0
