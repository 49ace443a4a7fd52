"""The JSON of links."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from api.schemas.shares import NewShare, SharedProjectOut, ShareOut
from core.projects.project import project_from_row
from core.sharing.shares import Share
from data.rows import ProjectRow

AT = datetime(2026, 1, 2, tzinfo=UTC)
SHARE = Share(1, 2, "token", AT, None)


def test_a_guest_is_told_nothing_of_what_was_asked_for() -> None:
    row = ProjectRow(2, 1, "Slow Club", "a secret prompt", "fastapi", "html", False, "r", None, AT, AT, archived=False)
    shared = SharedProjectOut.from_project(
        replace(project_from_row(row), backend_code="x"), owner="ada", live_run_ids=(None, "f"), watching=3, share=SHARE
    ).model_dump()
    assert "a secret prompt" not in str(shared)
    assert (shared["backend_code"], shared["frontend_live_run_id"], shared["watching"]) == ("x", "f", 3)


def test_a_link_has_its_address() -> None:
    assert ShareOut.from_share(SHARE, "http://h/s/token").url == "http://h/s/token"
    for seconds in (0, 10**12):
        with pytest.raises(ValidationError):
            NewShare(expires_in=seconds)
