"""One line an event, and never a token in it, whoever logs it and however."""

import logging
import re
import subprocess
import sys

import pytest

from api.logging_config import TokenRedactor
from tests.support.servers.server_process import ROOT

ADDRESS = "/api/runs/x/stream?token=abc.def&last_event_id=r:1"


@pytest.mark.parametrize(
    ("message", "args", "line"),
    [
        ("GET %s", (ADDRESS,), "GET /api/runs/x/stream?token=…&last_event_id=r:1"),
        (f"GET {ADDRESS}", (), "GET /api/runs/x/stream?token=…&last_event_id=r:1"),
        ('"GET /x?token=abc HTTP/1.1" 200', (), '"GET /x?token=… HTTP/1.1" 200'),
        ("GET /s/abcd-efgh?x=1 %s", ("/api/shared/abcd-efgh",), "GET /s/…?x=1 /api/shared/…"),
        ("GET /app?share=abc&ticket=def with lw_abc", (), "GET /app?share=…&ticket=… with lw_…"),
        ("of %d tokens, 100 %% are %s", (3, "kept"), "of 3 tokens, 100 % are kept"),
    ],
)
def test_a_token_is_taken_out_and_the_rest_of_the_line_stays(message: str, args: tuple[object, ...], line: str) -> None:
    record = logging.LogRecord("uvicorn", logging.INFO, "", 1, message, args, None)
    assert TokenRedactor().filter(record) is True
    assert record.getMessage() == line


LOGGING_PROGRAM = """
import logging.config, runpy
logging.config.dictConfig(runpy.run_path("api/logging_config.py")["LOGGING_CONFIG"])
logging.getLogger("core.somewhere").info("GET %s", "/x?token=abc")
logging.getLogger("uvicorn.access").info("each request")
logging.getLogger("another").info("what libraries do")
logging.getLogger("another").warning("what they warn of")
"""
"""Takes the file alone: its package would import the whole application first."""


def test_what_a_server_logs_has_its_place_and_no_token() -> None:
    ran = subprocess.run(
        (sys.executable, "-c", LOGGING_PROGRAM), cwd=ROOT, capture_output=True, text=True, timeout=30, check=True
    )
    lines = [re.sub(r"^[\d-]+ [\d:,]+ ", "", line) for line in ran.stderr.splitlines()]
    assert lines == ["INFO core.somewhere: GET /x?token=…", "WARNING another: what they warn of"]
