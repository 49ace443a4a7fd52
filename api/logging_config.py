"""Logging for a server: one line an event, and no token in any of them."""

import logging
import re
from typing import Any

_SECRET = re.compile(r"((?:token|share|ticket)=|/s/|/api/shared/|\blw_)[^&/?\s\"']+")


class TokenRedactor(logging.Filter):
    """Takes tokens, links' tokens and keys out of a record, whoever logs it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite a record that has one; every record passes."""
        # The whole message: a token may come in by an argument as well as by the text.
        message = record.getMessage()
        redacted = _SECRET.sub(r"\1…", message)
        if redacted != message:
            record.msg, record.args = redacted, ()
        return True


LOGGING_CONFIG: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without-tokens": {"()": TokenRedactor}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without-tokens"]},
    },
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    "loggers": {"uvicorn": {"level": "WARNING"}, "core": {"level": "INFO"}},
}
"""For ``logging.config.dictConfig``."""
