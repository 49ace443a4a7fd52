"""How much memory this process may use: the machine's, or less where a container has a limit."""

import os
from pathlib import Path

PROC, CGROUPS = Path("/proc"), Path("/sys/fs/cgroup")
_V1_LIMIT, _V2_LIMIT = "memory.limit_in_bytes", "memory.max"


def usable_memory(proc: Path = PROC, cgroups: Path = CGROUPS) -> int | None:
    """The bytes of memory, None where the system does not tell."""
    total = _total_memory(proc)
    limits = [limit for limit in _cgroup_limits(proc, cgroups) if limit]
    return min([*limits, total]) if total else min(limits, default=None)


def _total_memory(proc: Path) -> int | None:
    try:
        for line in (proc / "meminfo").read_text().splitlines():
            if line.startswith("MemTotal:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass  # no Linux
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def _cgroup_limits(proc: Path, cgroups: Path) -> list[int | None]:
    """The limits of this process's groups and of those above them (cgroups(7)), in versions 2 and 1."""
    try:
        lines = (proc / "self" / "cgroup").read_text().splitlines()
    except OSError:
        return []
    limits = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and "memory" not in controllers.split(","):
            continue
        root, name = (cgroups / "memory", _V1_LIMIT) if controllers else (cgroups, _V2_LIMIT)
        own = root / path.strip("/")
        # Within a container the path may be that of the host: then the root is the container's own group.
        limits += [_read_limit(folder / name) for folder in {own, *own.parents, root} if folder.is_relative_to(root)]
    return limits


def _read_limit(path: Path) -> int | None:
    """The limit; ``max``, and the number beyond all memory that version 1 has for it, count as none."""
    try:
        limit = int(path.read_text())
    except (OSError, ValueError):
        return None
    return limit if 0 < limit < 1 << 60 else None
