"""Figures and times in a reader's words."""

from datetime import datetime, timedelta

from core.runs.state import RunInfo, RunKind


def ago(then: datetime, now: datetime) -> str:
    """How long ago: ``now``, ``12 min ago``, ``yesterday``, ``3 Nov``."""
    past = now - then
    if past < timedelta(minutes=1):
        return "now"
    if past < timedelta(hours=1):
        return f"{past.seconds // 60} min ago"
    if past < timedelta(days=1):
        return f"{past.seconds // 3600} h ago"
    if past < timedelta(days=2):
        return "yesterday"
    return f"{then.day} {then:%b}" + (f" {then.year}" if then.year != now.year else "")


def clock(seconds: float) -> str:
    """Minutes and seconds: ``0:42``."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def size(text: str) -> str:
    """How much it is as a file: ``312 B``, ``1.2 KB``, ``3.4 MB``, in powers of ten."""
    amount = len(text.encode())
    if amount < 1000:
        return f"{amount} B"
    return f"{amount / 1000:.1f} KB" if amount < 999_950 else f"{amount / 1e6:.1f} MB"


def purpose(run: RunInfo, *, first: bool) -> str:
    """What a version was made for."""
    match run.kind:
        case RunKind.REFINE:
            return run.instructions or "refined"
        case RunKind.CONTINUE:
            return "continued"
        case RunKind.FIX:
            return run.instructions or "fixed"
        case RunKind.UPLOAD:
            return run.instructions or "uploaded"
        case RunKind.GENERATE:
            return run.instructions or ("first version" if first else "written anew")


def number(address: str) -> int:
    """The id in an address; 0, which nothing has, where it is none."""
    return int(address) if address.isascii() and address.isdigit() and len(address) < 20 else 0
