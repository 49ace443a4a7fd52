"""What was found when an app ran: in the server's sandbox, in a browser, or told by a person. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

MAX_MESSAGE_LENGTH = 1000
MAX_FINDINGS = 50


class FindingKind(StrEnum):
    """What went wrong."""

    START = "start"
    ERROR = "error"
    REQUEST = "request"
    BLANK = "blank"


class FindingSource(StrEnum):
    """Who found it; what one source finds replaces what it found before."""

    SERVER = "server"
    BROWSER = "browser"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that went wrong; ``path`` and ``line`` are those of the app's own files, where they are known."""

    kind: FindingKind
    message: str
    path: str | None = None
    line: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The fields by name."""
        return {"kind": self.kind.value, "message": self.message, "path": self.path, "line": self.line}

    @property
    def place(self) -> str:
        """Where it is, such as ``main.py:12``; empty where that is not known."""
        return f"{self.path}:{self.line}" if self.path and self.line else self.path or ""


def finding_from_json(fields: Mapping[str, Any]) -> Finding:
    """A finding as it is stored."""
    return Finding(FindingKind(fields["kind"]), fields["message"], fields["path"], fields["line"])
