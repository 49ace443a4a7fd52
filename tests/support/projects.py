"""Projects for tests of what is made of a project: each has every value, and a test names those that matter."""

from dataclasses import replace
from typing import Any

from core.projects.project import Project
from tests.support.run_infos import NOW

EMPTY_PROJECT = Project(
    id=1,
    user_id=1,
    name="Todo",
    prompt="A todo list.",
    backend_stack="flask",
    frontend_stack="html",
    backend_code=None,
    frontend_code=None,
    backend_run_id=None,
    frontend_run_id=None,
    auto_fix=False,
    created_at=NOW,
    updated_at=NOW,
)


def make_project(**changes: Any) -> Project:
    """A project without a run, but for ``changes``."""
    return replace(EMPTY_PROJECT, **changes)
