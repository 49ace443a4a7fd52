"""What was put right in a file, and how it is told. No I/O."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from core.text import pluralize


class AdjustmentKind(StrEnum):
    """What was put right. The values are stored, and named in a summary: ``1 import added``."""

    BRACKET = "bracket closed"
    IMPORT = "import added"
    MODULE = "import corrected"
    UNUSED = "import removed"
    ENTRY = "entry line added"
    LINK = "link added"
    DEPENDENCY = "package declared"
    REQUIREMENT = "requirement removed"


ADDED_LINES = frozenset({AdjustmentKind.IMPORT, AdjustmentKind.ENTRY, AdjustmentKind.LINK})
"""Of these an adjustment names the line that was put in."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One thing that was put right; ``what`` is the name or the line that it is about."""

    kind: AdjustmentKind
    what: str


def summarize(adjustments: Iterable[Adjustment]) -> str | None:
    """``1 import added, 2 packages declared``; None where nothing was put right."""
    counts = Counter(adjustment.kind for adjustment in adjustments)
    return ", ".join(_count(kind, counts[kind]) for kind in AdjustmentKind if kind in counts) or None


def _count(kind: AdjustmentKind, number: int) -> str:
    noun, _, verb = kind.value.rpartition(" ")
    return f"{pluralize(number, noun)} {verb}"
