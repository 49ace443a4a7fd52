"""What schemathesis has to know beside the OpenAPI document: texts of our formats, and which stacks go with a side."""

import string
from datetime import datetime
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis.transport.serialization import Binary

from core.catalog.stacks import STACKS

WORDS = st.text(string.ascii_letters + string.digits + "äß漢😀", min_size=1, max_size=80)
STACKS_OF_SIDE = {side: {stack.id for stack in STACKS if stack.side == side} for side in ("backend", "frontend")}

schemathesis.openapi.format("text", WORDS)
schemathesis.openapi.format("line", WORDS)
schemathesis.openapi.format("username", st.text(string.ascii_letters + "._-", min_size=2, max_size=64))
schemathesis.openapi.format("binary", WORDS.map(lambda text: Binary(text.encode())))
schemathesis.openapi.format("file-path", st.sampled_from(["a.py", "b/c.py", "notes.md"]))
schemathesis.openapi.format("model-name", st.just("m"))


@schemathesis.hook
def filter_case(_context: schemathesis.HookContext, case: schemathesis.Case[Any]) -> bool:
    """The document cannot say that a stack must be of the side in the address, or that an end is in the future.

    Nor does it say which engines keep models.
    """
    if isinstance(case.body, dict) and not _is_to_come(case.body.get("expires_at")):
        return False
    if isinstance(case.body, dict) and case.body.get("engine") in ("openai", "embedded"):
        return False
    if (case.path_parameters or {}).get("engine") == "openai":
        return False
    stack = case.body.get("stack") if isinstance(case.body, dict) else None
    side = (case.path_parameters or {}).get("side")
    return not isinstance(stack, str) or side not in STACKS_OF_SIDE or stack in STACKS_OF_SIDE[side]


def _is_to_come(time: object) -> bool:
    """Whether this is an end that a key may have, or is no time at all."""
    try:
        return 2027 < datetime.fromisoformat(str(time)).year < 2100
    except ValueError:
        return True
