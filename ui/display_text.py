"""Figures and times in a reader's words."""

from datetime import datetime, timedelta

from core.text import pluralize
from core.versions.diff import ChangeType

CHANGE_MARKS = {ChangeType.ADDED: "N", ChangeType.REMOVED: "D", ChangeType.MODIFIED: "M"}
"""The letter for a file that differs from an earlier version."""


def format_age(then: datetime, now: datetime) -> str:
    """How long ago: ``now``, ``12 min ago``, ``3 h ago``, ``yesterday``, ``3 Nov``, ``3 Nov 2025``."""
    age = now - then
    if age < timedelta(minutes=1):
        return "now"
    if age < timedelta(hours=1):
        return f"{age.seconds // 60} min ago"
    if age < timedelta(days=1):
        return f"{age.seconds // 3600} h ago"
    if age < timedelta(days=2):
        return "yesterday"
    return f"{then.day} {then:%b}" + (f" {then.year}" if then.year != now.year else "")


def format_duration(seconds: float) -> str:
    """Minutes and seconds: ``0:42``."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def format_seconds(seconds: float) -> str:
    """A length of time: ``16 s``, ``3 min``."""
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def format_size(text: str) -> str:
    """The size of a text as a UTF-8 file: ``312 B``, ``1.2 KB``, ``3.4 MB``, in powers of ten."""
    byte_count = len(text.encode())
    if byte_count < 1000:
        return f"{byte_count} B"
    return f"{byte_count / 1000:.1f} KB" if byte_count < 999_950 else f"{byte_count / 1e6:.1f} MB"


def format_bytes(count: int) -> str:
    """A size in bytes: ``398 MB``, ``4.7 GB``, ``112 GB``, in powers of ten."""
    if count < 999_500_000:
        return f"{count / 1e6:.0f} MB"
    return f"{count / 1e9:.1f} GB" if count < 99.95e9 else f"{count / 1e9:.0f} GB"


def format_file_totals(files: int, lines: int, hidden_files: int = 0) -> str:
    """``4 files · 212 lines``; the number of files alone where there are more of them, whose lines nobody counted."""
    if hidden_files:
        return pluralize(files + hidden_files, "file")
    return f"{pluralize(files, 'file')} · {pluralize(lines, 'line')}"


def format_time_left(received: int, seconds: float, remaining: int) -> str:
    """When a download ends if it goes on as it did: `` · 12 s left``, `` · 3 min left``; empty in its first moments.

    ``received`` bytes took ``seconds``; ``remaining`` bytes are still to come.
    """
    if seconds < 2 or received <= 0:
        return ""
    return f" · {format_seconds(remaining * seconds / received)} left"


def parse_id(text: str) -> int:
    """The id in an address; 0, which no row has, if it is not a number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
