"""What a script in the sandbox tells, as values that can be stored: an app may forge any of it."""

from collections.abc import Mapping
from typing import Any

from core.subprocesses import encode_lossy
from core.text import REPLACEMENT_CHARACTER
from core.trial.finding import MAX_MESSAGE_LENGTH, Finding, FindingKind

MAX_PATH_LENGTH = 500


def finding_from_sandbox(error: Mapping[str, Any], kind: FindingKind) -> Finding:
    """An error as a finding; what has another form than it should is left out."""
    path, line = error.get("path"), error.get("line")
    return Finding(
        kind,
        storable(str(error.get("message", "")), MAX_MESSAGE_LENGTH),
        storable(path, MAX_PATH_LENGTH) if isinstance(path, str) else None,
        line if isinstance(line, int) else None,
    )


def storable(text: str, max_length: int) -> str:
    """The beginning of a text of the app, which may have NUL or half of a surrogate pair: no database takes them."""
    return encode_lossy(text[:max_length]).decode().replace("\0", REPLACEMENT_CHARACTER)
