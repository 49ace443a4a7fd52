"""How many threads a model should compute with on this machine."""

import os
from pathlib import Path

CGROUP_CPU_LIMIT = Path("/sys/fs/cgroup/cpu.max")
CPU_TOPOLOGY = Path("/sys/devices/system/cpu")


def usable_cores() -> int:
    """The physical cores this process may use; with more threads llama.cpp is slower, not faster."""
    allowed_cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    physical_cores = _physical_cores() or allowed_cores
    quota = cpu_quota(CGROUP_CPU_LIMIT)
    return max(1, min(allowed_cores, physical_cores, allowed_cores if quota is None else quota))


def cpu_quota(limit_file: Path) -> int | None:
    """The whole CPUs that a container's limit grants (cgroup 2's ``cpu.max``), None without a limit."""
    try:
        quota, period = limit_file.read_text().split()
        return int(quota) // int(period)
    except (OSError, ValueError):  # ``max`` stands for no limit
        return None


def _physical_cores() -> int:
    """Hyper-threads of one core have the same list of siblings; 0 where the system has no such files."""
    return len({path.read_text() for path in CPU_TOPOLOGY.glob("cpu[0-9]*/topology/thread_siblings_list")})
